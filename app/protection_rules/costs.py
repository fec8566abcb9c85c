"""What the VMs that a rule would protect cost a month: an estimate (app/cost), made once for VMs that are alike."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure import names
from app.azure.values import PolicyDefinition
from app.core.db.database import Transactions
from app.cost.amounts import ZERO, Amount, money, total
from app.cost.effects import CURRENCY, USUAL, shown_range
from app.cost.estimates import Estimate, Setting, Subject, estimate
from app.cost.prices.lists import PriceLists
from app.cost.rules import Place
from app.cost.sizes import NOTHING_KNOWN, SizeFacts
from app.cost.subjects import machines_of
from app.jobs.api.costs import CostChange, CostReason
from app.policies.models import Policy
from app.policies.records import definition_of
from app.protection_rules.rules import Protects
from app.vaults.models import Vault

CHUNK = 5_000
"""VMs whose disks are read in one statement."""
Alike = tuple[UUID, UUID, int | None]
"""(vault, policy, bytes of the disks): VMs that cost the same."""


async def cost_of(
    db: Transactions, lists: PriceLists, tenant: str, protects: Sequence[Protects], today: date
) -> CostChange | None:
    """None: nothing is known of it. No transaction of `db` may be open."""
    async with db.begin() as session:
        groups = await _alike(session, tenant, protects)
        settings = await _settings(session, tenant, {(vault, policy) for vault, policy, _ in groups})
    subjects = {alike: _subject(first, alike, settings[alike[:2]]) for alike, (first, _) in groups.items()}
    if not subjects:
        return nothing_new(today)
    prices = await lists.of(db, {one.location for one in subjects.values()}, CURRENCY)
    made = await asyncio.to_thread(estimate, list(subjects.values()), prices, USUAL, today, CURRENCY)
    if not made.knows_a_price:
        return None
    return _shown(made, [count for _, count in groups.values()])


def nothing_new(today: date) -> CostChange:
    """Of a rule that would protect nothing."""
    none = shown_range(Amount.exactly(ZERO))
    return CostChange(
        currency=CURRENCY,
        price_date=today,
        price_source="packaged",
        items_count=0,
        today=none,
        monthly=none,
        difference=money(ZERO),
        reasons=[],
        unknown_prices=[],
    )


async def _alike(
    session: AsyncSession, tenant: str, protects: Sequence[Protects]
) -> Mapping[Alike, tuple[Protects, int]]:
    """The first VM of each kind, and how many there are."""
    disks: dict[str, int | None] = {}
    for start in range(0, len(protects), CHUNK):
        keys = [one.vm.key for one in protects[start : start + CHUNK]]
        disks |= {key: machine.disks for key, machine in (await machines_of(session, tenant, keys)).items()}
    kinds: list[Alike] = [(one.target.vault_id, one.target.policy_id, disks.get(one.vm.key)) for one in protects]
    first = dict(zip(reversed(kinds), reversed(protects), strict=True))
    return {kind: (first[kind], count) for kind, count in Counter(kinds).items()}


async def _settings(
    session: AsyncSession, tenant: str, pairs: set[tuple[UUID, UUID]]
) -> Mapping[tuple[UUID, UUID], Setting]:
    vaults = await session.scalars(
        select(Vault).where(Vault.tenant == tenant, Vault.id.in_({vault for vault, _ in pairs}))
    )
    policies = await session.scalars(
        select(Policy).where(Policy.tenant == tenant, Policy.id.in_({policy for _, policy in pairs}))
    )
    places = {one.id: Place(one.redundancy, one.cross_region_restore) for one in vaults}
    definitions: dict[UUID, PolicyDefinition | None] = {one.id: definition_of(one) for one in policies}
    return {(vault, policy): _setting(places.get(vault), definitions.get(policy)) for vault, policy in pairs}


def _setting(place: Place | None, definition: PolicyDefinition | None) -> Setting:
    return Setting(place or Place(None, None), definition, definition is not None and definition.enhanced)


def _subject(first: Protects, alike: Alike, setting: Setting) -> Subject:
    vault_id, _, disks = alike
    facts = SizeFacts(disks=disks) if disks is not None else NOTHING_KNOWN
    vm = names.read_vm_id(first.vm.id)
    return Subject(vm, None, vault_id, first.target.location, facts, None, setting)


def _shown(made: Estimate, counts: Sequence[int]) -> CostChange:
    bills = [item.bill.monthly for item in made.items]
    monthly = total(
        bill.times(Decimal(count)) if bill is not None else None for bill, count in zip(bills, counts, strict=True)
    )
    is_whole = made.difference is not None
    said: dict[str, Any] = {
        "currency": made.currency,
        "price_date": made.price_date,
        "price_source": made.price_source.value,
        "items_count": sum(counts),
        "today": shown_range(Amount.exactly(ZERO)),
        "monthly": shown_range(monthly),
        "difference": money(monthly.expected) if monthly is not None and is_whole else None,
        "reasons": [
            CostReason(
                code="newly_protected",
                detail=f"{sum(counts)} of the VMs are not protected today, so today they cost nothing.",
            )
        ],
        "unknown_prices": list(made.unknown_prices),
    }
    return CostChange(**said)
