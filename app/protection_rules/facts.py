"""What a rule is weighed on, from our rows: none of it asks Azure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure import names
from app.core.db.database import NOW
from app.estate import queries
from app.estate.queries import ITEMS
from app.estate.records import one_of
from app.estate.service import Known, knowledge
from app.evidence.statement import digest_of
from app.identity.access.grants import Grants
from app.policies.models import Policy, PolicyState
from app.protection.service import PROTECTED_ITEMS, items_kept
from app.protection_rules import definitions, holds
from app.protection_rules.models import ProtectionRule, ProtectionRuleMember
from app.protection_rules.rules import Estate, Member, OnLost, Rival, Rule, Target, TargetState, Vm
from app.selectors.queries import conditions
from app.selectors.rules import Candidate, Selector, selection_of
from app.selectors.schemas import SelectorBody
from app.vaults.models import Vault, VaultState
from app.vaults.rules import region_of

TRY_AGAIN = timedelta(hours=24)
"""After a job of a rule that did not protect its VM."""
ASK_AGAIN = timedelta(hours=1)
"""After a job of a rule could not be made: nothing was asked of Azure."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A rule that is weighed: one that is kept, or the body of one."""

    id: UUID | None
    priority: int
    definition: Mapping[str, Any]
    max_per_hour: int

    @property
    def hash(self) -> str:
        return definitions.hash_of(self.priority, self.definition, self.max_per_hour)

    @property
    def selector(self) -> Selector:
        return selector_of(self.definition)

    @classmethod
    def of(cls, row: ProtectionRule) -> "Wanted":
        return cls(row.id, row.priority, row.definition, row.max_per_hour)


@dataclass(frozen=True, slots=True)
class Facts:
    """All that `rules.weigh` needs, and how far it may be believed."""

    rule: Rule
    estate: Estate
    known: Known
    version: str
    """Of the tenant's rules before they were read: see `version_of`."""


def selector_of(definition: Mapping[str, Any]) -> Selector:
    return SelectorBody.model_validate(definition["selector"]).as_selector()


async def read(
    session: AsyncSession, tenant: str, grants: Grants, quotas: Mapping[str, int], wanted: Wanted, *, is_on: bool
) -> Facts:
    """`is_on`: whether this installation reads the estate."""
    # First: what is written while the rest is read is another version.
    version = await version_of(session, tenant, wanted.id)
    rows = await _other_rules(session, tenant, wanted.id)
    members = await _members(session, wanted.id)
    known = await knowledge(session, tenant, grants, is_on=is_on)
    vms = await _vms(session, tenant, grants, wanted.selector, members, known)
    estate = Estate(
        vms=vms,
        rivals=[_rival(row) for row in rows],
        members=members,
        quota_left=await _quota_left(session, tenant, quotas),
    )
    rule = Rule(
        id=wanted.id,
        priority=wanted.priority,
        selects=selection_of(wanted.selector),
        targets=await _targets(session, tenant, grants, wanted.definition),
        on_lost=OnLost(wanted.definition["on_lost"]),
        hash=wanted.hash,
        selected_hash=definitions.selected_hash_of(wanted.definition),
    )
    return Facts(rule, estate, known, version)


async def version_of(session: AsyncSession, tenant: str, rule_id: UUID | None) -> str:
    """Changes whenever a rule of the tenant is written, or another than this one begins or ends to decide."""
    reason = ProtectionRule.waiting["reason"].astext
    rows = await session.execute(
        select(ProtectionRule.id, ProtectionRule.hash, ProtectionRule.mode, reason)
        .where(ProtectionRule.tenant == tenant)
        .order_by(ProtectionRule.id)
    )
    return digest_of([[str(id_), hash_, mode, None if id_ == rule_id else why] for id_, hash_, mode, why in rows])


async def _other_rules(session: AsyncSession, tenant: str, rule_id: UUID | None) -> Sequence[ProtectionRule]:
    query = select(ProtectionRule).where(ProtectionRule.tenant == tenant).order_by(ProtectionRule.id)
    return (await session.scalars(query.where(ProtectionRule.id != rule_id) if rule_id else query)).all()


def _rival(row: ProtectionRule) -> Rival:
    return Rival(row.id, row.priority, holds.decides(row.mode, row.waiting), selection_of(selector_of(row.definition)))


async def _members(session: AsyncSession, rule_id: UUID | None) -> dict[str, Member]:
    if rule_id is None:
        return {}
    waits = case((ProtectionRuleMember.refusal.is_not(None), ASK_AGAIN), else_=TRY_AGAIN)
    may_try_again = ProtectionRuleMember.asked_at < NOW - waits
    rows = await session.execute(
        select(ProtectionRuleMember, may_try_again).where(ProtectionRuleMember.rule_id == rule_id)
    )
    return {
        one.vm_key: Member(
            key=one.vm_key,
            vm_id=one.vm_id,
            hash=one.hash,
            selected_hash=one.selected_hash,
            item_id=one.protected_item_id,
            job=f"/v1/jobs/{one.job_id}" if one.job_id is not None else None,
            refusal=one.refusal,
            may_try_again=again,
            was_paused=one.pause_job_id is not None,
        )
        for one, again in rows
    }


async def _vms(
    session: AsyncSession,
    tenant: str,
    grants: Grants,
    selector: Selector,
    members: Collection[str],
    known: Known,
) -> list[Vm]:
    """The VMs that are selected, and the members."""
    vms = queries.machines(tenant, grants)
    wanted = conditions(selector, key=vms.c.vm_key, location=vms.c.location, tags=vms.c.tags_folded)
    selected = and_(true(), *wanted)
    columns = (vms.c[name] for name in (*_COLUMNS, "elsewhere_vault_id"))
    rows = await session.execute(
        select(*columns, ITEMS.c.policy_id, ITEMS.c.state.label("item_state"))
        .outerjoin(ITEMS, ITEMS.c.id == vms.c.protected_item_id)
        .where(or_(selected, vms.c.vm_key == one_of(members)) if members else selected)
        .order_by(vms.c.vm_key)
    )
    troubled = known.troubled
    return [_vm(row, grants, troubled) for row in rows]


_COLUMNS = ("vm_key", "vm_id", "location", "tags_folded", "state", "is_current", "protected_item_id", "vault_id")


def _vm(row: Any, grants: Grants, troubled: tuple[str, ...]) -> Vm:
    return Vm(
        candidate=Candidate(row.vm_key, region_of(row.location), row.tags_folded),
        id=row.vm_id,
        state=row.state,
        is_current=row.is_current and not row.vm_key.startswith(troubled),
        item_id=row.protected_item_id,
        item_state=row.item_state,
        vault_id=row.vault_id,
        policy_id=row.policy_id,
        elsewhere=_shown_place(row.elsewhere_vault_id, grants),
    )


def _shown_place(vault_id: str | None, grants: Grants) -> str | None:
    """The vault, if the tenant may know it."""
    place = names.place_of(vault_id) if vault_id else None
    return vault_id if place is not None and grants.cover(*place) else None


async def _quota_left(session: AsyncSession, tenant: str, quotas: Mapping[str, int]) -> int | None:
    limit = quotas.get(PROTECTED_ITEMS)
    return None if limit is None else max(0, limit - await items_kept(session, tenant))


# --- targets ---------------------------------------------------------------------------------------------------------
async def _targets(
    session: AsyncSession, tenant: str, grants: Grants, definition: Mapping[str, Any]
) -> dict[str, list[Target]]:
    named = list(definitions.targets_of(definition))
    vault_ids, policy_ids = {one.vault_id for one in named}, {one.policy_id for one in named}
    vaults = await session.scalars(select(Vault).where(Vault.tenant == tenant, Vault.id.in_(vault_ids)))
    policies = await session.scalars(select(Policy).where(Policy.tenant == tenant, Policy.id.in_(policy_ids)))
    by_vault, by_policy = {one.id: one for one in vaults}, {one.id: one for one in policies}
    found: dict[str, list[Target]] = {}
    for one in named:
        vault = by_vault.get(one.vault_id)
        state, detail = _state_of(one, vault, by_policy.get(one.policy_id), grants)
        subscription = vault.subscription_id.lower() if vault is not None else None
        target = Target(one.location, one.vault_id, one.policy_id, state, detail, subscription)
        found.setdefault(one.location, []).append(target)
    return found


def _state_of(
    named: definitions.NamedTarget, vault: Vault | None, policy: Policy | None, grants: Grants
) -> tuple[TargetState, str]:
    if vault is None or vault.gone_since is not None:
        return TargetState.VAULT_GONE, f"The vault of {named.location} is gone: change the target."
    if not grants.cover(vault.subscription_id, vault.resource_group):
        return TargetState.NOT_GRANTED, f"Your tenant has no grant for the vault {vault.name} any more."
    if vault.state != VaultState.READY:
        return TargetState.VAULT_NOT_READY, f"The vault {vault.name} is {vault.state}."
    if policy is None or policy.vault_id != vault.id:
        return TargetState.POLICY_GONE, f"The policy of {named.location} is gone: change the target."
    if policy.state != PolicyState.READY:
        return TargetState.POLICY_NOT_READY, f"The policy {policy.name} is {policy.state}."
    return TargetState.READY, ""
