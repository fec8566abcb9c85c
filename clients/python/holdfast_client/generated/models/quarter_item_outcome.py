from typing import Literal, cast

QuarterItemOutcome = Literal["failed", "not_proven", "not_tested", "proven", "timed_out"]


def check_quarter_item_outcome(value: str) -> QuarterItemOutcome:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(QuarterItemOutcome, value)
