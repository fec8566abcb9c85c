"""What a month will cost in 90 days: the same formula on a later day, with a band. Pure.

Nothing is learnt from past bills. A policy says how many points there will be on that day, and the churn says how much
each adds; so a fleet of young items grows until its retention has filled up, and then stays. The band has two parts,
both in the answer: what the assumptions of the sizes allow (churn, compression, disks), and `DRIFT_PERCENT` a month for
data that itself grows or shrinks, which Holdfast cannot know.
"""

from decimal import Decimal

from app.cost.amounts import Amount

DAYS = 90
DRIFT_PERCENT = Decimal(2)
"""A month, up and down. Ours."""
_MONTHS = Decimal(3)


def with_band(monthly: Amount) -> Amount:
    """The month in 90 days with its band."""
    drift = DRIFT_PERCENT / 100 * _MONTHS
    return Amount(monthly.expected, monthly.low * (1 - drift), monthly.high * (1 + drift))
