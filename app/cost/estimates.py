"""An estimate: the bill of each VM as it shall be, the bill of today, and why they differ. Pure.

Both bills are of the same month, which ends `after_days` after the first backup, so that a difference is never one of
age: today's settings are estimated for a VM that would start with them now, just like the wanted ones.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from uuid import UUID

from app.azure.values import PolicyDefinition, VmRef
from app.cost.amounts import ONE, ZERO, Amount, total
from app.cost.points import Points, days_between_runs, is_still_growing, points_of
from app.cost.prices.meters import PriceList, PriceSource, weakest
from app.cost.rules import Bill, Line, Meter, Place, PriceKey, lines_of
from app.cost.sizes import Assumptions, SizeFacts, size_of

SHOWN_REASONS = 20
_WORDS = {
    PriceKey.VAULT_LRS: "LRS",
    PriceKey.VAULT_ZRS: "ZRS",
    PriceKey.VAULT_GRS: "GRS",
    PriceKey.VAULT_RA_GRS: "RA-GRS (cross-region restore)",
}


@dataclass(frozen=True, slots=True)
class Setting:
    """How a VM is backed up. `definition` None: no policy, or one whose settings Holdfast does not support."""

    place: Place
    definition: PolicyDefinition | None
    is_enhanced: bool


@dataclass(frozen=True, slots=True)
class Subject:
    """One VM. `present` None: it is not protected here, so today costs nothing."""

    vm: VmRef
    item_id: UUID | None
    vault_id: UUID | None
    location: str
    facts: SizeFacts
    present: Setting | None
    wanted: Setting


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the wanted settings cost more or less than today's."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Estimated:
    subject: Subject
    bill: Bill
    before: Bill | None
    notes: Sequence[str]


@dataclass(frozen=True, slots=True)
class Estimate:
    """`difference` None: a charge that changes is not known."""

    currency: str
    price_date: date
    price_source: PriceSource
    items: Sequence[Estimated]
    total: Amount | None
    present: Amount | None
    difference: Decimal | None
    reasons: Sequence[Reason]
    unknown_prices: Sequence[str]

    @property
    def knows_a_price(self) -> bool:
        """Whether the lists had any price for any of it."""
        return any(line.unit_price is not None for item in self.items for line in item.bill.lines)


def estimate(
    subjects: Sequence[Subject], lists: Mapping[str, PriceList], said: Assumptions, today: date, currency: str
) -> Estimate:
    """`lists`: the price list of each region of the subjects, by its name."""
    items = [_estimated(subject, lists[subject.location], said, today) for subject in subjects]
    unknown = {name for item in items for name in item.bill.unknown}
    return Estimate(
        currency=currency,
        price_date=min(one.as_of for one in lists.values()),
        price_source=weakest(one.source for one in lists.values()),
        items=items,
        total=total(item.bill.monthly for item in items) if items else Amount.exactly(ZERO),
        present=_present(items),
        difference=_difference(items),
        reasons=list(_reasons(items, lists, said, today))[:SHOWN_REASONS],
        unknown_prices=sorted(unknown),
    )


def _present(items: Sequence[Estimated]) -> Amount | None:
    """What is known of today; nothing only where no VM is protected."""
    bills = [item.before for item in items if item.before is not None]
    return total(bill.monthly for bill in bills) if bills else Amount.exactly(ZERO)


def _estimated(subject: Subject, prices: PriceList, said: Assumptions, today: date) -> Estimated:
    bill = _bill(subject, subject.wanted, prices, said, today)
    if subject.present == subject.wanted:
        before: Bill | None = bill
    else:
        before = _bill(subject, subject.present, prices, said, today) if subject.present is not None else None
    return Estimated(subject, bill, before, list(_notes(subject, bill, said, today)))


def _bill(subject: Subject, setting: Setting, prices: PriceList, said: Assumptions, today: date) -> Bill:
    # What a backup moved was measured with the schedule of today.
    measured = subject.present.definition if subject.present is not None else None
    between = days_between_runs(measured) if measured is not None else ONE
    size = size_of(subject.facts, said, between)
    points = _points(setting.definition, said, today)
    return Bill(lines_of(size, points, setting.place, prices.prices, is_enhanced=setting.is_enhanced))


def _points(definition: PolicyDefinition | None, said: Assumptions, today: date) -> Points | None:
    if definition is None:
        return None
    return points_of(definition, today, _last_day(said, today), said.archive_after_days)


def _last_day(said: Assumptions, today: date) -> date:
    return today + timedelta(days=said.after_days - 1)


def _notes(subject: Subject, bill: Bill, said: Assumptions, today: date) -> Iterator[str]:
    definition = subject.wanted.definition
    if bill.lines[0].quantity is None:
        yield "size_unknown"
    if definition is None:
        yield "policy_unknown"
    elif _grows(definition, today, _last_day(said, today)):
        yield "still_growing"


_grows = lru_cache(maxsize=4096)(is_still_growing)


# --- the difference --------------------------------------------------------------------------------------------------
def _difference(items: Sequence[Estimated]) -> Decimal | None:
    """The sum over all charges that change; None where one of them is not known."""
    found = ZERO
    for item in items:
        if item.before is item.bill:
            continue
        before = {line.meter: line for line in item.before.lines} if item.before is not None else {}
        after = {line.meter: line for line in item.bill.lines}
        for meter in {**before, **after}:
            changed = _changed(before.get(meter), after.get(meter))
            if changed is None:
                return None
            found += changed
    return found


def _changed(before: Line | None, after: Line | None) -> Decimal | None:
    if before is not None and before == after and (before.quantity is not None or before.meter is Meter.INSTANCE):
        return ZERO  # also where the price is not known
    costs = [ZERO if line is None else line.monthly.expected if line.monthly else None for line in (before, after)]
    if costs[0] is None or costs[1] is None:
        return None
    return costs[1] - costs[0]


# --- the reasons -----------------------------------------------------------------------------------------------------
def _reasons(
    items: Sequence[Estimated], lists: Mapping[str, PriceList], said: Assumptions, today: date
) -> Iterator[Reason]:
    fresh = sum(item.subject.present is None for item in items)
    if fresh:
        yield Reason("newly_protected", f"{fresh} of the VMs are not protected today, so today they cost nothing.")
    # In the order of the items: a set would name them in another order each time.
    changes = {
        (item.subject.present, item.subject.wanted, item.subject.location): None
        for item in items
        if item.subject.present is not None and item.subject.present != item.subject.wanted
    }
    said_already = set[Reason]()
    for before, after, location in changes:
        for reason in reasons_between(before, after, lists[location], said, today):
            if reason not in said_already:
                said_already.add(reason)
                yield reason


def reasons_between(
    before: Setting, after: Setting, prices: PriceList, said: Assumptions, today: date
) -> Iterator[Reason]:
    """Why a VM costs more or less with the one setting than with the other."""
    yield from _rate(before.place, after.place, prices)
    yield from _kept(before, after, said, today)
    if before.is_enhanced != after.is_enhanced:
        kind, what = ("an enhanced", "their full used size") if after.is_enhanced else ("a standard", "what changed")
        yield Reason("snapshot_kind", f"Snapshots of {kind} policy are charged for {what}, at another price.")


def _rate(before: Place, after: Place, prices: PriceList) -> Iterator[Reason]:
    old, new = before.vault_key, after.vault_key
    if old is None or new is None or old == new:
        return
    change = ""
    if old in prices.prices and new in prices.prices:
        percent = (prices.prices[new] / prices.prices[old] - 1) * 100
        change = f": {percent:+z.0f} % for each GB"
    detail = f"Vault storage in {prices.region} is charged by the price of {_WORDS[new]}, not of {_WORDS[old]}{change}."
    yield Reason("storage_rate", detail)


def _kept(before: Setting, after: Setting, said: Assumptions, today: date) -> Iterator[Reason]:
    old, new = _points(before.definition, said, today), _points(after.definition, said, today)
    if old is None or new is None or before.definition == after.definition:
        return
    if old.kept != new.kept:
        yield Reason("points_kept", f"The vault keeps {new.kept:.1f} points of a VM on average, not {old.kept:.1f}.")
    if old.days_between != new.days_between:
        yield Reason(
            "days_between",
            f"A point has the changes of {new.days_between:.1f} days, not of {old.days_between:.1f}.",
        )
