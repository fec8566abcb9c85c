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

from app.azure.item_states import ItemState
from app.cost.amounts import ONE, ZERO, Amount, total
from app.cost.forecast import DAYS, with_band
from app.cost.months.stored import NotMeasured, Storage, Stored, factor_of
from app.cost.points import days_between_runs, points_of
from app.cost.prices.meters import PriceList
from app.cost.rules import Basis, Bill, Line, Meter, lines_of
from app.cost.sizes import Assumptions, size_of
from app.cost.subjects import ItemFacts

USUAL = Assumptions()
NOTHING = Amount.exactly(ZERO)
BEFORE_FIRST_BACKUP = frozenset({ItemState.PROTECTING, ItemState.INITIAL_BACKUP_PENDING})
_STRENGTH = list(Basis)


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
    vaults: dict[UUID, list[ItemFacts]] = defaultdict(list)
    for item in items:
        if item.state != ItemState.SOFT_DELETED:
            vaults[item.vault_id].append(item)
    of_vault = {vault_id: (stored or {}).get(vault_id) for vault_id in vaults}
    return [charge for key, ours in vaults.items() for charge in _of_vault(ours, lists, now, of_vault[key])]


def _of_vault(
    items: Sequence[ItemFacts], lists: Mapping[str, PriceList], now: datetime, stored: Stored | None
) -> list[Charge]:
    today = now.date()
    bills = {item.id: _bill(item, lists[item.location], today) for item in items}
    # Of an item without a backup nothing is stored: it has no share.
    weights = [_line(bills[item.id]).quantity for item in items if item.state not in BEFORE_FIRST_BACKUP]
    there = sum(item.state != ItemState.PROTECTING for item in items)
    factor = factor_of(stored, items[0].place.redundancy, weights, there, now)
    as_of = stored.as_of if stored is not None else None
    return [_charge(item, bills[item.id], lists[item.location], today, factor, as_of) for item in items]


def _charge(
    item: ItemFacts, now: Bill, prices: PriceList, today: date, factor: Decimal | NotMeasured, as_of: datetime | None
) -> Charge:
    later = _bill(item, prices, today + timedelta(days=DAYS))
    is_new = item.state in BEFORE_FIRST_BACKUP
    if isinstance(factor, NotMeasured) or is_new:
        line = _line(now)
        why_not = factor if isinstance(factor, NotMeasured) else None
        storage = Storage(NOTHING if is_new else line.quantity, line.basis, None, why_not)
    else:
        now, later = _measured(now, factor, exactly=True), _measured(later, factor, exactly=False)
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


def _measured(bill: Bill, factor: Decimal, *, exactly: bool) -> Bill:
    """The vault's line as Azure's bytes have it. `exactly`: now, without a range."""
    line = _line(bill)
    if line.quantity is None:
        return bill
    quantity = Amount.exactly(line.quantity.expected * factor) if exactly else line.quantity.times(factor)
    measured = replace(line, quantity=quantity, basis=Basis.MEASURED if exactly else Basis.ESTIMATED)
    return Bill([measured if one is line else one for one in bill.lines])


def _bill(item: ItemFacts, prices: PriceList, on: date) -> Bill:
    definition = item.definition
    between = days_between_runs(definition) if definition is not None else ONE
    size = size_of(item.size, USUAL, between)
    points = points_of(definition, _first_day(item), on) if definition is not None else None
    return Bill(lines_of(size, points, item.place, prices.prices, is_enhanced=item.is_enhanced))


def _first_day(item: ItemFacts) -> date:
    """Of an item that was found in Azure it is not known: its retention is taken as filled (docs/cost.md)."""
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
