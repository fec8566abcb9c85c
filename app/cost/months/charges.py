"""What protected items cost now and in 90 days, by group. Pure.

Unlike an estimate, this counts from the day on which each item was protected: the points that its policy has made since
then. Azure charges from the first backup that succeeded, so an item without one costs nothing yet; and soft-deleted
data is not in it, because what Azure charges for it is not known.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.azure.item_states import ItemState
from app.cost.amounts import ONE, ZERO, Amount, total
from app.cost.forecast import DAYS, with_band
from app.cost.points import days_between_copies, points_of
from app.cost.prices.meters import PriceList
from app.cost.rules import Bill, lines_of
from app.cost.sizes import Assumptions, size_of
from app.cost.subjects import ItemFacts

USUAL = Assumptions()
NOTHING = Amount.exactly(ZERO)
BEFORE_FIRST_BACKUP = frozenset({ItemState.PROTECTING, ItemState.INITIAL_BACKUP_PENDING})


@dataclass(frozen=True, slots=True)
class Charge:
    """What one item costs a month. None: no charge of it is known."""

    item: ItemFacts
    monthly: Amount | None
    later: Amount | None
    """In 90 days, with its band."""
    is_complete: bool
    unknown_prices: frozenset[str]


@dataclass(frozen=True, slots=True)
class Group:
    """Items that share a key; None = they have none."""

    key: str | None
    items_count: int
    incomplete_count: int
    monthly: Amount | None
    later: Amount | None


def charges_of(items: Iterable[ItemFacts], lists: Mapping[str, PriceList], today: date) -> list[Charge]:
    """`lists`: the price list of each region of the items."""
    return [_charge(item, lists[item.location], today) for item in items if item.state != ItemState.SOFT_DELETED]


def _charge(item: ItemFacts, prices: PriceList, today: date) -> Charge:
    now, later = _bill(item, prices, today), _bill(item, prices, today + timedelta(days=DAYS))
    in_90_days = later.monthly
    is_new = item.state in BEFORE_FIRST_BACKUP
    return Charge(
        item=item,
        monthly=NOTHING if is_new else now.monthly,
        later=with_band(in_90_days) if in_90_days is not None else None,
        is_complete=is_new or now.is_complete,
        unknown_prices=frozenset() if is_new else frozenset(now.unknown),
    )


def _bill(item: ItemFacts, prices: PriceList, on: date) -> Bill:
    definition = item.definition
    between = days_between_copies(definition) if definition is not None else ONE
    size = size_of(item.size, USUAL, between)
    points = points_of(definition, item.created_at.date(), on) if definition is not None else None
    return Bill(lines_of(size, points, item.place, prices.prices, is_enhanced=item.is_enhanced))


def grouped(charges: Sequence[Charge], key_of: Callable[[ItemFacts], str | None]) -> list[Group]:
    """In the order of their keys; items without one last."""
    groups: dict[str | None, list[Charge]] = defaultdict(list)
    for charge in charges:
        groups[key_of(charge.item)].append(charge)
    return [group_of(key, groups[key]) for key in sorted(groups, key=lambda key: (key is None, key or ""))]


def group_of(key: str | None, charges: Sequence[Charge]) -> Group:
    return Group(
        key=key,
        items_count=len(charges),
        incomplete_count=sum(not charge.is_complete for charge in charges),
        monthly=total(charge.monthly for charge in charges),
        later=total(charge.later for charge in charges),
    )
