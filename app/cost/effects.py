"""What a change of a policy, a vault or an item costs: for the dry runs of the features to the left."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

from app.azure.values import PolicyDefinition
from app.core.clock import Clock
from app.core.db.database import Transactions
from app.cost import subjects
from app.cost.amounts import Amount, money
from app.cost.estimates import Estimate, Reason, Setting, Subject, estimate, reasons_between
from app.cost.prices.lists import PriceLists
from app.cost.rules import Place
from app.cost.service import place_after, subject_of
from app.cost.sizes import Assumptions
from app.cost.subjects import MOST_VMS
from app.jobs.api.costs import CostChange, CostReason, MoneyRange
from app.policies.records import definition_of
from app.policies.service import get_policy
from app.protection.items import get_item
from app.vaults.models import Vault
from app.vaults.rules import region_of
from app.vaults.service import get_vault

CURRENCY = "USD"
"""Azure's own: its other prices are for orientation."""
USUAL = Assumptions()


class CostEffects:
    """`CostOfChanges` (app/jobs/api/costs.py)."""

    def __init__(self, lists: PriceLists, clock: Clock) -> None:
        self._lists = lists
        self._clock = clock

    async def of_policy(
        self, db: Transactions, tenant: str, policy_id: UUID, after: PolicyDefinition
    ) -> CostChange | None:
        async with db.begin() as session:
            policy = await get_policy(session, tenant, policy_id)
            vault = await get_vault(session, tenant, policy.vault_id)
            items = await subjects.items_of_policy(session, tenant, policy_id)
        place, before = _place_of(vault), definition_of(policy)
        found = [subject_of(item, after, item.place) for item in items]
        enhanced = before is not None and before.enhanced
        return await self._change(
            db, found, vault, Setting(place, before, enhanced), Setting(place, after, after.enhanced)
        )

    async def of_vault(
        self, db: Transactions, tenant: str, vault_id: UUID, redundancy: str | None, *, cross_region: bool | None
    ) -> CostChange | None:
        async with db.begin() as session:
            vault = await get_vault(session, tenant, vault_id)
            items = await subjects.items_of_vault(session, tenant, vault_id)
        now = _place_of(vault)
        after = place_after(now, redundancy, cross_region=cross_region)
        found = [subject_of(item, None, after) for item in items]
        plain = Setting(now, None, is_enhanced=False)
        return await self._change(db, found, vault, plain, Setting(after, None, is_enhanced=False))

    async def of_item(self, db: Transactions, tenant: str, item_id: UUID, policy_id: UUID) -> CostChange | None:
        async with db.begin() as session:
            item = await get_item(session, tenant, item_id)
            vault = await get_vault(session, tenant, item.vault_id)
            after = definition_of(await get_policy(session, tenant, policy_id))
            items = await subjects.items_by_id(session, tenant, {item_id})
        if after is None:
            return None
        found = [subject_of(one, after, one.place) for one in items]
        now = _place_of(vault)
        return await self._change(
            db, found, vault, Setting(now, None, after.enhanced), Setting(now, None, after.enhanced)
        )

    async def _change(
        self, db: Transactions, found: Sequence[Subject], vault: Vault, before: Setting, after: Setting
    ) -> CostChange | None:
        """`before` and `after`: what to say where no item is concerned."""
        if len(found) > MOST_VMS:
            return None
        today = self._clock.now().date()
        region = region_of(vault.location)
        lists = await self._lists.of(db, {region}, CURRENCY)
        made = await asyncio.to_thread(estimate, found, lists, USUAL, today, CURRENCY)
        reasons = made.reasons if found else list(reasons_between(before, after, lists[region], USUAL, today))
        if found and not made.knows_a_price:
            return None
        return _shown(made, reasons)


def _place_of(vault: Vault) -> Place:
    return Place(vault.redundancy, vault.cross_region_restore)


def _shown(made: Estimate, reasons: Sequence[Reason]) -> CostChange:
    return CostChange(
        currency=made.currency,
        price_date=made.price_date,
        price_source=made.price_source.value,
        items_count=len(made.items),
        today=shown_range(made.present),
        monthly=shown_range(made.total),
        difference=money(made.difference) if made.difference is not None else None,
        reasons=[CostReason(code=reason.code, detail=reason.detail) for reason in reasons],
        unknown_prices=list(made.unknown_prices),
    )


def shown_range(amount: Amount | None) -> MoneyRange | None:
    if amount is None:
        return None
    return MoneyRange(expected=money(amount.expected), low=money(amount.low), high=money(amount.high))
