"""What each item cost on one day: the share of a month that the day is. Pure.

The same formula as charge-back, with the points of that day alone. A day is charged as the items were at its end, by
UTC, and a month is the sum of its days: so an item that came or went, or moved to another vault, is charged for the
days on which it was there.
"""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from app.azure.item_states import BEFORE_FIRST_BACKUP
from app.cost.amounts import ZERO
from app.cost.months.charges import billed_of, by_vault, measured
from app.cost.months.stored import NotMeasured, Stored
from app.cost.points import points_on_day
from app.cost.prices.meters import PriceList
from app.cost.rules import Bill
from app.cost.subjects import ItemFacts

MOST_DAYS = 62
"""How far back days are filled up after a time without a worker: older ones are not charged."""


@dataclass(frozen=True, slots=True)
class Share:
    """What one item cost on one day. None: no charge of it is known."""

    item: ItemFacts
    amount: Decimal | None
    is_complete: bool


def ends_of(day: date) -> datetime:
    """The moment at which a day is over, by UTC."""
    return datetime.combine(day + timedelta(days=1), time(), UTC)


def days_to_charge(through: date | None, first_item: date | None, today: date) -> list[date]:
    """The days that are over and not charged yet, oldest first.

    `through`: the newest day that is charged; None = none, and the month of yesterday is charged from its first day.
    `first_item`: the day of the tenant's first item; None = there never was one.
    """
    if first_item is None:
        return []
    yesterday = today - timedelta(days=1)
    first = yesterday.replace(day=1) if through is None else through + timedelta(days=1)
    first = max(first, first_item, today - timedelta(days=MOST_DAYS))
    return [first + timedelta(days=number) for number in range((yesterday - first).days + 1)]


def shares_of(
    items: Iterable[ItemFacts], lists: Mapping[str, PriceList], day: date, stored: Mapping[UUID, Stored]
) -> list[Share]:
    """`items`: as they were at the end of the day. `stored`: what is known of vaults, by id."""
    return [
        share
        for vault_id, ours in by_vault(items).items()
        for share in _of_vault(ours, lists, day, stored.get(vault_id))
    ]


def _of_vault(
    items: Sequence[ItemFacts], lists: Mapping[str, PriceList], day: date, stored: Stored | None
) -> list[Share]:
    billed = billed_of(items, lists, day, points_on_day, stored, ends_of(day))
    days = monthrange(day.year, day.month)[1]
    return [_share(item, bill, billed.factor, days) for item, bill in zip(billed.items, billed.bills, strict=True)]


def _share(item: ItemFacts, bill: Bill, factor: Decimal | NotMeasured, days: int) -> Share:
    if item.state in BEFORE_FIRST_BACKUP:
        return Share(item, ZERO, is_complete=True)
    if not isinstance(factor, NotMeasured):
        bill = measured(bill, factor, exactly=True)
    monthly = bill.monthly
    return Share(item, monthly.expected / days if monthly is not None else None, bill.is_complete)
