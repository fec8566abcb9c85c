"""Estimates: from what a caller names to the bills. Rows are read in one transaction, prices outside of it."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.azure import names
from app.azure.grants import check_granted
from app.azure.values import PolicyDefinition, VmRef
from app.core.db.database import Transactions
from app.cost import subjects
from app.cost.errors import CostNotValid, PricesNotFound
from app.cost.estimates import Estimate, Setting, Subject, estimate
from app.cost.months.asking import stored_of
from app.cost.months.charges import NOTHING, Group, charges_of, group_of, grouped
from app.cost.months.rows import PastMonth, labels_of_items, past_months
from app.cost.prices.lists import PriceLists
from app.cost.prices.meters import PriceList, PriceSource
from app.cost.rules import Place
from app.cost.sizes import NOTHING_KNOWN, Assumptions, SizeFacts
from app.cost.subjects import MOST_VMS, ItemFacts, Machine, names_of_vaults
from app.identity.access.caller import Caller
from app.jobs.machines import vm_ref
from app.policies.records import definition_of
from app.policies.service import get_policy
from app.protection.errors import ItemNotFound
from app.protection.items import no_such_item
from app.selectors.rules import Selector
from app.vaults.rules import region_of
from app.vaults.service import get_vault


@dataclass(frozen=True, slots=True)
class EstimateRequest:
    """What a caller wants to know. Exactly one of `item_ids`, `vm_ids`, `selected` is not None."""

    item_ids: Sequence[UUID] | None
    vm_ids: Sequence[str] | None
    selected: Selector | None
    policy_id: UUID | None
    definition: PolicyDefinition | None
    redundancy: str | None
    cross_region: bool | None
    location: str | None
    currency: str
    said: Assumptions


@dataclass(frozen=True, slots=True)
class _NamedPolicy:
    """What the policy of a request means for a VM that is not protected yet."""

    definition: PolicyDefinition
    vault_id: UUID | None
    location: str | None
    place: Place


async def estimate_cost(
    db: Transactions, lists: PriceLists, caller: Caller, wanted: EstimateRequest, today: date
) -> Estimate:
    """Raises ItemNotFound, PolicyNotFound, NotGranted, CostNotValid, PricesNotFound."""
    vms = [vm_ref(vm_id, pointer=f"#/vm_ids/{number}") for number, vm_id in enumerate(wanted.vm_ids or ())]
    for number, vm in enumerate(vms):
        check_granted(caller.membership.grants, vm, f"#/vm_ids/{number}")
    async with db.begin() as session:
        named = await _named_policy(session, caller.tenant, wanted)
        items = await _items(session, caller.tenant, wanted, vms)
        known = {item.vm_key for item in items}
        new = {key: vm for vm in vms if (key := names.vm_key(vm)) not in known}
        machines = await subjects.machines_of(session, caller.tenant, new)
    found = [_of_item(item, wanted, named) for item in items]
    found += [_of_new_vm(vm, machines.get(key), wanted, named) for key, vm in new.items()]
    if not found:
        raise ItemNotFound(
            "The selector matches no protected item.",
            pointer="#/selector",
            remedy="Compare it with GET /v1/protected-items, or name vm_ids.",
        )
    regions = {subject.location for subject in found}
    prices = await lists.of(db, regions, wanted.currency)
    made = await asyncio.to_thread(estimate, found, prices, wanted.said, today, wanted.currency)
    if not made.knows_a_price and made.price_source is PriceSource.API:
        raise PricesNotFound(
            f"Azure's price list has no price of VM backup in {', '.join(sorted(regions))} in {wanted.currency}.",
            pointer="#/currency",
            remedy="Check the currency (USD is Azure's own) and the location (as in westeurope).",
        )
    return made


async def _named_policy(session: AsyncSession, tenant: str, wanted: EstimateRequest) -> _NamedPolicy | None:
    if wanted.policy_id is None:
        if wanted.definition is None:
            return None
        place = Place(wanted.redundancy, bool(wanted.cross_region))
        return _NamedPolicy(wanted.definition, None, wanted.location, place)
    policy = await get_policy(session, tenant, wanted.policy_id)
    definition = definition_of(policy)
    if definition is None:
        raise CostNotValid(
            f"Holdfast does not support the settings of the policy {policy.name}, so its points cannot be counted.",
            pointer="#/policy_id",
            remedy="Send its settings as `policy`, as near as they can be said.",
        )
    vault = await get_vault(session, tenant, policy.vault_id)
    place = Place(vault.redundancy, vault.cross_region_restore)
    return _NamedPolicy(definition, vault.id, region_of(vault.location), place)


async def _items(session: AsyncSession, tenant: str, wanted: EstimateRequest, vms: Sequence[VmRef]) -> list[ItemFacts]:
    if wanted.item_ids is not None:
        items = await subjects.items_by_id(session, tenant, set(wanted.item_ids))
        known = {item.id for item in items}
        for item_id in wanted.item_ids:
            if item_id not in known:
                raise no_such_item(item_id)
        return items
    if wanted.selected is None:
        return await subjects.items_by_vm(session, tenant, {names.vm_key(vm) for vm in vms})
    items = await subjects.selected_items(session, tenant, wanted.selected)
    if len(items) > MOST_VMS:
        raise CostNotValid(
            f"The selector matches more than {MOST_VMS} protected items.",
            pointer="#/selector",
            remedy="Ask for one subscription, resource group or location at a time.",
        )
    return items


def _of_item(item: ItemFacts, wanted: EstimateRequest, named: _NamedPolicy | None) -> Subject:
    definition = named.definition if named is not None else None
    place = place_after(item.place, wanted.redundancy, cross_region=wanted.cross_region)
    return subject_of(item, definition, place)


def subject_of(item: ItemFacts, definition: PolicyDefinition | None, place: Place) -> Subject:
    """An item with another policy or place; None = it keeps its policy."""
    after = item.setting if definition is None else Setting(item.place, definition, definition.enhanced)
    wanted = Setting(place, after.definition, after.is_enhanced)
    return Subject(item.vm, item.id, item.vault_id, item.location, item.size, item.setting, wanted)


def place_after(now: Place, redundancy: str | None, *, cross_region: bool | None) -> Place:
    """Raises CostNotValid for cross-region restore without geo redundancy. None = stays as it is."""
    kind = redundancy or now.redundancy
    if cross_region is None:
        crosses = now.cross_region_restore if kind == "geo" and redundancy in (None, now.redundancy) else False
    else:
        crosses = cross_region
    if crosses and kind is not None and kind != "geo":
        raise CostNotValid(
            "Cross-region restore needs geo redundancy.",
            pointer="#/cross_region_restore",
            remedy='Send "redundancy": "geo", or leave cross_region_restore out.',
        )
    return Place(kind, crosses)


def _of_new_vm(vm: VmRef, machine: Machine | None, wanted: EstimateRequest, named: _NamedPolicy | None) -> Subject:
    """A VM that is not protected here. `machine`: as the estate shows it. Raises CostNotValid for what is missing."""
    if named is None:
        raise CostNotValid(
            f"{vm.name} is not protected here, so it needs a policy.",
            pointer="#/policy_id",
            remedy="Send policy_id, or a policy with location and redundancy.",
        )
    location = named.location or (machine.location if machine is not None else None)
    if location is None or (named.place.redundancy is None and wanted.redundancy is None):
        field = "location" if location is None else "redundancy"
        raise CostNotValid(
            f"{vm.name} is not protected here, and the policy belongs to no vault: its {field} is not known.",
            pointer=f"#/{field}",
            remedy=f"Send {field}, or the policy_id of a policy in a vault.",
        )
    place = place_after(named.place, wanted.redundancy, cross_region=wanted.cross_region)
    setting = Setting(place, named.definition, named.definition.enhanced)
    size = SizeFacts(disks=machine.disks) if machine is not None else NOTHING_KNOWN
    return Subject(vm, None, named.vault_id, region_of(location), size, None, setting)


@dataclass(frozen=True, slots=True)
class ChargeBack:
    """What a tenant's items cost, by group. Without an item there is no price list."""

    lists: Sequence[PriceList]
    groups: Sequence[Group]
    total: Group
    past: Mapping[str | None, Sequence[PastMonth]]
    past_total: Sequence[PastMonth]
    names: Mapping[str, str]
    """Of the vaults, by id."""
    unknown_prices: Sequence[str]


async def charge_back(
    db: Transactions, lists: PriceLists, tenant: str, group_by: str, currency: str, now: datetime
) -> ChargeBack:
    """`group_by`: tenant, vault, or label:KEY."""
    label = group_by.partition(":")[2] or None
    async with db.begin() as session:
        items = await subjects.selected_items(session, tenant, Selector(), limit=None)
        labels = await labels_of_items(session, tenant, label) if label is not None else {}
        stored = await stored_of(session, tenant)
        names_by_id = await names_of_vaults(session, tenant)
        past = await past_months(session, tenant, currency, label=label, by_vault=group_by == "vault")
        past_total = await past_months(session, tenant, currency, label=None, by_vault=False)
    regions = {item.location for item in items}
    found = await lists.of(db, regions, currency)
    charges = await asyncio.to_thread(charges_of, items, found, now, stored)
    keys: Mapping[str, Callable[[ItemFacts], str | None]] = {
        "tenant": lambda _: tenant,
        "vault": lambda item: str(item.vault_id),
    }
    key_of = keys.get(group_by, lambda item: labels.get(item.id, {}).get(label or ""))
    whole = past_total.get(None, ())
    by_key: dict[str | None, Sequence[PastMonth]] = dict(past)
    if group_by == "tenant":
        by_key = {tenant: whole} if whole else {}
    return ChargeBack(
        lists=list(found.values()),
        groups=_with_past(grouped(charges, key_of), by_key),
        total=group_of(None, charges),
        past=by_key,
        past_total=whole,
        names=names_by_id if group_by == "vault" else {},
        unknown_prices=sorted({name for charge in charges for name in charge.unknown_prices}),
    )


def _with_past(groups: Sequence[Group], past: Mapping[str | None, Sequence[PastMonth]]) -> list[Group]:
    """With a group for each key that had items in a month that is kept, and has none now."""
    there = {group.key for group in groups}
    gone = sorted((key for key in past if key not in there), key=lambda key: (key is None, key or ""))
    return [*groups, *(Group(key, 0, 0, NOTHING, NOTHING) for key in gone)]
