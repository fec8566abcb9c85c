"""What protected items cost now and in 90 days, by group. Pure.

Unlike an estimate, this counts from the day on which each item was protected: the points that its policy has made since
then. Azure charges from the first backup that succeeded, so an item without one costs nothing yet; and soft-deleted
data is not in it, because what Azure charges for it is not known. Where Azure said what the whole vault stores, the
items' storage now is their share of that (stored.py), and grows from there by the formula.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from app.azure.item_states import BEFORE_FIRST_BACKUP, ItemState
from app.azure.values import PolicyDefinition
from app.cost.amounts import ONE, ZERO, Amount, total
from app.cost.forecast import DAYS, with_band
from app.cost.months.stored import NotMeasured, Storage, Stored, factor_of, used_share
from app.cost.points import Points, days_between_runs, points_of
from app.cost.prices.meters import PriceList
from app.cost.rules import Basis, Bill, Line, Meter, lines_of
from app.cost.sizes import Assumptions, has_disks_only, size_of
from app.cost.subjects import ItemFacts

USUAL = Assumptions()
NOTHING = Amount.exactly(ZERO)
_STRENGTH = list(Basis)
Counted = Callable[[PolicyDefinition, date, date], Points]
"""How points are counted: `points_of`, or `points_on_day`."""


@dataclass(frozen=True, slots=True)
class Charge:
    """What one item costs a month. None: no charge of it is known."""

    item: ItemFacts
    monthly: Amount | None
    later: Amount | None
    """In 90 days, with its band."""
    is_complete: bool
    unknown_prices: frozenset[str]
    storage: Storage


@dataclass(frozen=True, slots=True)
class GroupStorage:
    """What the items of a group store in the vault tier now."""

    quantity: Amount | None
    """GB. The sum of what is known; None = nothing is."""
    basis: Basis
    """The weakest of its items'."""
    as_of: datetime | None
    """When Azure said so, the oldest; None = nothing of it is measured."""
    not_measured: Sequence[NotMeasured]


@dataclass(frozen=True, slots=True)
class Group:
    """Items that share a key; None = they have none."""

    key: str | None
    items_count: int
    incomplete_count: int
    monthly: Amount | None
    later: Amount | None
    storage: GroupStorage | None = None
    """None: nothing is stored yet."""


def charges_of(
    items: Iterable[ItemFacts],
    lists: Mapping[str, PriceList],
    now: datetime,
    stored: Mapping[UUID, Stored] | None = None,
) -> list[Charge]:
    """`lists`: the price list of each region of the items. `stored`: what is known of vaults, by id."""
    known = stored or {}
    return [
        charge
        for vault_id, ours in by_vault(items).items()
        for charge in _of_vault(ours, lists, now, known.get(vault_id))
    ]


def by_vault(items: Iterable[ItemFacts]) -> Mapping[UUID, Sequence[ItemFacts]]:
    """The items that are charged, by vault."""
    vaults: dict[UUID, list[ItemFacts]] = defaultdict(list)
    for item in items:
        if item.state != ItemState.SOFT_DELETED:
            vaults[item.vault_id].append(item)
    return vaults


def _of_vault(
    items: Sequence[ItemFacts], lists: Mapping[str, PriceList], now: datetime, stored: Stored | None
) -> list[Charge]:
    billed = billed_of(items, lists, now.date(), points_of, stored, now)
    as_of = stored.as_of if stored is not None else None
    return [
        _charge(item, bill, lists[item.location], now.date(), billed.factor, as_of)
        for item, bill in zip(billed.items, billed.bills, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Billed:
    """The items of one vault and their bills, by the formula."""

    items: Sequence[ItemFacts]
    bills: Sequence[Bill]
    factor: Decimal | NotMeasured
    """What the storage of each is multiplied with, so that it sums up to what Azure says."""


def billed_of(
    items: Sequence[ItemFacts],
    lists: Mapping[str, PriceList],
    on: date,
    counted: Counted,
    stored: Stored | None,
    now: datetime,
) -> Billed:
    """Where Azure says what the vault stores, VMs of which only the disks are known are as big as that allows."""
    first = _billed(items, lists, on, counted, stored, now)
    if isinstance(first.factor, NotMeasured) or not any(has_disks_only(item.size) for item in items):
        return first
    fuller = [with_share(item, ONE) for item in items]
    most = _stored_by(_billed(fuller, lists, on, counted, None, now))
    least = _stored_by(first)
    share = used_share(least * first.factor, least, most)
    return _billed([with_share(item, share) for item in items], lists, on, counted, stored, now)


def _billed(
    items: Sequence[ItemFacts],
    lists: Mapping[str, PriceList],
    on: date,
    counted: Counted,
    stored: Stored | None,
    now: datetime,
) -> Billed:
    bills = [bill_of(item, lists[item.location], on, counted) for item in items]
    # Of an item without a backup nothing is stored: it has no share.
    weights = [_line(bill).quantity for item, bill in zip(items, bills, strict=True) if _stores(item)]
    there = sum(item.state != ItemState.PROTECTING for item in items)
    return Billed(items, bills, factor_of(stored, items[0].place.redundancy, weights, there, now))


def _stores(item: ItemFacts) -> bool:
    return item.state not in BEFORE_FIRST_BACKUP


def _stored_by(billed: Billed) -> Decimal:
    """GB that the formula says, all items together."""
    lines = [_line(bill).quantity for item, bill in zip(billed.items, billed.bills, strict=True) if _stores(item)]
    return sum((line.expected for line in lines if line is not None), ZERO)


def with_share(item: ItemFacts, share: Decimal) -> ItemFacts:
    return replace(item, size=replace(item.size, used_share=share)) if has_disks_only(item.size) else item


def _charge(
    item: ItemFacts, now: Bill, prices: PriceList, today: date, factor: Decimal | NotMeasured, as_of: datetime | None
) -> Charge:
    later = bill_of(item, prices, today + timedelta(days=DAYS), points_of)
    is_new = item.state in BEFORE_FIRST_BACKUP
    if isinstance(factor, NotMeasured) or is_new:
        line = _line(now)
        why_not = factor if isinstance(factor, NotMeasured) else None
        storage = Storage(NOTHING if is_new else line.quantity, line.basis, None, why_not)
    else:
        now, later = measured(now, factor, exactly=True), measured(later, factor, exactly=False)
        storage = Storage(_line(now).quantity, Basis.MEASURED, as_of)
    in_90_days = later.monthly
    return Charge(
        item=item,
        monthly=NOTHING if is_new else now.monthly,
        later=with_band(in_90_days) if in_90_days is not None else None,
        is_complete=is_new or now.is_complete,
        unknown_prices=frozenset() if is_new else frozenset(now.unknown),
        storage=storage,
    )


def _line(bill: Bill) -> Line:
    return next(line for line in bill.lines if line.meter is Meter.VAULT_STORAGE)


def measured(bill: Bill, factor: Decimal, *, exactly: bool) -> Bill:
    """The vault's line as Azure's bytes have it. `exactly`: now, without a range."""
    line = _line(bill)
    if line.quantity is None:
        return bill
    quantity = Amount.exactly(line.quantity.expected * factor) if exactly else line.quantity.times(factor)
    said = replace(line, quantity=quantity, basis=Basis.MEASURED if exactly else Basis.ESTIMATED)
    return Bill([said if one is line else one for one in bill.lines])


def bill_of(item: ItemFacts, prices: PriceList, on: date, counted: Counted) -> Bill:
    """`counted`: the points of an average day of the month that ends on a day, or those of the day alone."""
    definition = item.definition
    between = days_between_runs(definition) if definition is not None else ONE
    size = size_of(item.size, USUAL, between)
    points = counted(definition, _first_day(item), on) if definition is not None else None
    return Bill(lines_of(size, points, item.place, prices.prices, is_enhanced=item.is_enhanced))


def _first_day(item: ItemFacts) -> date:
    """Of an item that was found with backups it is not known: its retention is taken as filled (docs/cost.md)."""
    return date.min if item.is_adopted else item.created_at.date()


def grouped(charges: Sequence[Charge], key_of: Callable[[ItemFacts], str | None]) -> list[Group]:
    """In the order of their keys; items without one last."""
    groups: dict[str | None, list[Charge]] = defaultdict(list)
    for charge in charges:
        groups[key_of(charge.item)].append(charge)
    whole = Counter(charge.item.vault_id for charge in charges)
    return [group_of(key, groups[key], whole) for key in sorted(groups, key=lambda key: (key is None, key or ""))]


def group_of(key: str | None, charges: Sequence[Charge], whole: Mapping[UUID, int] | None = None) -> Group:
    """`whole`: how many items each vault has; None = the group has all of each."""
    return Group(
        key=key,
        items_count=len(charges),
        incomplete_count=sum(not charge.is_complete for charge in charges),
        monthly=total(charge.monthly for charge in charges),
        later=total(charge.later for charge in charges),
        storage=_storage_of([one for one in charges if one.item.state not in BEFORE_FIRST_BACKUP], charges, whole),
    )


def _storage_of(
    storing: Sequence[Charge], charges: Sequence[Charge], whole: Mapping[UUID, int] | None
) -> GroupStorage | None:
    if not storing:
        return None
    here = Counter(charge.item.vault_id for charge in charges)
    is_part = whole is not None and any(count < whole[vault_id] for vault_id, count in here.items())
    bases = [charge.storage.basis for charge in storing]
    # A share of what a vault stores is computed: only whole vaults are measured.
    weakest = min([*bases, Basis.ESTIMATED] if is_part else bases, key=_STRENGTH.index)
    return GroupStorage(
        quantity=total(charge.storage.quantity for charge in storing),
        basis=weakest,
        as_of=min((charge.storage.as_of for charge in storing if charge.storage.as_of is not None), default=None),
        not_measured=sorted({one.storage.why_not for one in storing if one.storage.why_not is not None}),
    )
