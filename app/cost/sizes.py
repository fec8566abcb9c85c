"""How big a VM is: what Azure reports, else what follows from its disks, else what the caller assumes. Pure.

Azure reports no stored size of a single item to a caller of Resource Manager (docs/azure.md, Sizes and prices). What it
reports: the data that one backup moved (the first moves all of it), and how big the disks are, which is an upper bound.
"""

from dataclasses import dataclass
from decimal import Decimal

from app.cost.amounts import Amount
from app.cost.rules import GIB, Basis, Size, gb

_PERCENT = Decimal(100)
CHURN_PERCENT = Amount(Decimal(2), Decimal(1), Decimal(5))
"""Of the used size, a day. Ours: Azure's estimator asks for low, moderate or high, and its figures are not known."""
COMPRESSION_PERCENT = Amount(Decimal(0), Decimal(30), Decimal(0))
"""What compression saves. Ours: no figure is documented, so none is expected; up to 30 in the lowest figure."""
USED_SHARE_PERCENT = Amount(Decimal(50), Decimal(25), Decimal(100))
"""How much of its disks a VM uses, where only their size is known. Ours."""
MEASURED_CHURN = Amount(Decimal(1), Decimal("0.5"), Decimal(2))
"""How far a month may be from the backups seen. Ours."""
LEAST_LATER_BACKUPS = 3
"""Backups after the first that are needed before their size counts as the churn."""


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What a caller says in place of what is measured or assumed here. None: not said."""

    used_bytes: int | None = None
    daily_churn_percent: Decimal | None = None
    compression_percent: Decimal | None = None
    used_share_percent: Decimal | None = None
    archive_after_days: int | None = None
    after_days: int = 365
    """Days from the first backup to the end of the month that is estimated."""


@dataclass(frozen=True, slots=True)
class SizeFacts:
    """What is known of a VM's size, in bytes."""

    first_backup: int | None = None
    """What its first backup moved: all that was used then. None: none is known to have been the first."""
    later_backups: Decimal | None = None
    """What a backup after it moved, on average."""
    later_count: int = 0
    disks: int | None = None
    """The size of its disks together: an upper bound."""
    used_share: Decimal | None = None
    """How much of their disks the VMs of its vault use together, as what the vault stores says. None: not known."""


NOTHING_KNOWN = SizeFacts()


def has_disks_only(facts: SizeFacts) -> bool:
    """Whether how much it uses is only known from the size of its disks."""
    return not facts.first_backup and bool(facts.disks)


def size_of(facts: SizeFacts, said: Assumptions, days_between: Decimal) -> Size:
    """What the caller says comes first, then what was measured, then what follows from the disks.

    `days_between`: from one backup to the next; what a backup moved was changed in that time.
    """
    used, basis = _used(facts, said)
    churn, churn_basis = _churn(facts, said, days_between, used)
    saved = _percent(said.compression_percent, COMPRESSION_PERCENT)
    return Size(used, basis, churn, churn_basis, saved.map(lambda share: 1 - share))


def _used(facts: SizeFacts, said: Assumptions) -> tuple[Amount | None, Basis]:
    if said.used_bytes is not None:
        return Amount.exactly(gb(said.used_bytes)), Basis.ASSUMED
    if facts.first_backup:
        return Amount.exactly(gb(facts.first_backup)), Basis.MEASURED
    if facts.disks:
        return _used_share(facts, said).times(gb(facts.disks)), Basis.ESTIMATED
    return None, Basis.ASSUMED


def _used_share(facts: SizeFacts, said: Assumptions) -> Amount:
    share = facts.used_share
    if said.used_share_percent is not None or share is None:
        return _percent(said.used_share_percent, USED_SHARE_PERCENT)
    return Amount(share, share / 2, min(share * 2, Decimal(1)))  # one VM may use less or more than all together


def _churn(facts: SizeFacts, said: Assumptions, days_between: Decimal, used: Amount | None) -> tuple[Amount, Basis]:
    if said.daily_churn_percent is not None:
        return _percent(said.daily_churn_percent, CHURN_PERCENT), Basis.ASSUMED
    moved = facts.later_backups if facts.later_count >= LEAST_LATER_BACKUPS else None
    if used is not None and used.expected and moved is not None:
        daily = moved / GIB / used.expected / days_between
        return MEASURED_CHURN.times(min(daily, Decimal(1))), Basis.MEASURED
    return _percent(None, CHURN_PERCENT), Basis.ASSUMED


def _percent(said: Decimal | None, usual: Amount) -> Amount:
    """The share that was said, or the usual one with its range."""
    found = usual if said is None else Amount.exactly(said)
    return found.map(lambda percent: percent / _PERCENT)
