"""Writes and reads protection rules, stops and starts them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import uuid_utils.compat as uuids
from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.trail import record
from app.azure.grants import check_granted, check_group_granted, check_subscription_granted
from app.core.db.database import NOW
from app.core.db.notify import wake
from app.core.errors import PreconditionFailed
from app.core.http.counts import UNCOUNTED, RowCounter
from app.core.http.pages import cut, decode_cursor, encode_cursor, uuid_key
from app.identity.access.caller import Caller
from app.identity.access.later_rights import memberships_with
from app.identity.access.permissions import Permission
from app.jobs.errors import QuotaUsedUp
from app.jobs.requests.quotas import hold_quota
from app.jobs.work import LoopName
from app.policies.service import get_policy
from app.protection.service import check_policy_of
from app.protection_rules import definitions
from app.protection_rules.errors import RuleHasAzurePolicy, RuleNotFound, RuleNotValid, RuleObserves
from app.protection_rules.models import ProtectionRule
from app.protection_rules.rules import RuleMode
from app.protection_rules.schemas import RuleBody
from app.vaults.rules import region_of
from app.vaults.service import get_vault

QUOTA = "protection_rules"
RULES_PER_TENANT = 100


def path_of(rule_id: UUID) -> str:
    return f"/v1/protection-rules/{rule_id}"


def owner_of(caller: Caller) -> dict[str, Any]:
    principal = caller.principal
    return {
        "issuer": principal.issuer,
        "directory": principal.directory,
        "object_id": principal.object_id,
        "name": principal.name,
        "memberships": memberships_with(caller, Permission.RULES_WRITE),
    }


def said_of(row: ProtectionRule) -> dict[str, Any]:
    """For the audit trail."""
    return {"name": row.name, "mode": row.mode, "hash": row.hash, "priority": row.priority}


# --- reads -----------------------------------------------------------------------------------------------------------
async def get_rule(session: AsyncSession, tenant: str, rule_id: UUID, *, hold: bool = False) -> ProtectionRule:
    """`hold`: lock it for a change, with all others of the tenant. Raises RuleNotFound, also for another tenant's."""
    if hold:
        await _hold_all(session, tenant)
    query = select(ProtectionRule).where(ProtectionRule.tenant == tenant, ProtectionRule.id == rule_id)
    found = await session.scalar(query.with_for_update() if hold else query)  # as it is once it is locked
    if found is None:
        raise RuleNotFound(
            f"There is no protection rule {rule_id}.", remedy="Take the id from GET /v1/protection-rules."
        )
    return found


async def _hold_all(session: AsyncSession, tenant: str) -> None:
    """Lock the tenant's rules, always in the same order, before any other lock: `weigh_soon` writes to each of them."""
    which = select(ProtectionRule.id).where(ProtectionRule.tenant == tenant)
    await session.execute(which.order_by(ProtectionRule.id).with_for_update())


async def list_rules(
    session: AsyncSession, tenant: str, *, limit: int, cursor: str | None, counter: RowCounter = UNCOUNTED
) -> tuple[list[ProtectionRule], str | None]:
    """Oldest first."""
    query = select(ProtectionRule).where(ProtectionRule.tenant == tenant).order_by(ProtectionRule.id).limit(limit + 1)
    await counter.count(session, query)
    keys = decode_cursor(cursor, "protection_rules", 1)
    if keys is not None:
        query = query.where(ProtectionRule.id > uuid_key(keys[0]))
    page, last = cut((await session.scalars(query)).all(), limit)
    return page, encode_cursor("protection_rules", str(last.id)) if last else None


# --- checks ----------------------------------------------------------------------------------------------------------
async def check_definition(session: AsyncSession, caller: Caller, definition: Mapping[str, Any]) -> None:
    """Raises NotGranted for a selector, and what targets raise."""
    check_selector(caller, definition)
    await _check_targets(session, caller, definition)


async def _check_targets(session: AsyncSession, caller: Caller, definition: Mapping[str, Any]) -> None:
    """Whether each target is a vault of its region, with a policy of that vault.

    Raises RuleNotValid, VaultNotFound, PolicyNotFound, NotGranted, PolicyOfAnotherVault, with a pointer.
    """
    seen = set[tuple[str, str]]()
    for number, target in enumerate(definitions.targets_of(definition)):
        pointer = f"#/targets/{number}"
        vault = await get_vault(session, caller.tenant, target.vault_id)
        check_granted(caller.membership.grants, vault.ref, f"{pointer}/vault_id")
        check_policy_of(await get_policy(session, caller.tenant, target.policy_id), vault, f"{pointer}/policy_id")
        if region_of(vault.location) != target.location:
            raise RuleNotValid(
                f"The vault {vault.name} is in {vault.location}, the target is for {target.location}.",
                pointer=f"{pointer}/location",
                remedy="Azure protects a VM only in a vault of its own region: name a vault of that region.",
            )
        place = (target.location, vault.subscription_id.lower())
        if place in seen:
            raise RuleNotValid(
                f"Two targets are for {target.location} with vaults of one subscription.",
                pointer=pointer,
                remedy="Leave one of them out: which vault protects a VM must not be open.",
            )
        seen.add(place)


def check_selector(caller: Caller, definition: Mapping[str, Any]) -> None:
    """Whether the tenant is granted something of each place that the selector names. Raises NotGranted."""
    grants, selector = caller.membership.grants, definition["selector"]
    for number, subscription in enumerate(selector["subscriptions"] or ()):
        check_subscription_granted(grants, subscription, f"#/selector/subscriptions/{number}")
    for number, group in enumerate(selector["resource_groups"] or ()):
        check_group_granted(grants, group, f"#/selector/resource_groups/{number}")


async def check_quota(session: AsyncSession, caller: Caller) -> None:
    """Raises QuotaUsedUp."""
    limit = await hold_quota(session, caller, QUOTA, default=RULES_PER_TENANT)
    used = await session.scalar(select(func.count()).where(ProtectionRule.tenant == caller.tenant)) or 0
    if limit is not None and used >= limit:
        raise QuotaUsedUp(
            f"Your tenant has {used} protection rules, and may have {limit}.",
            remedy="Delete one that is not used, or ask for a higher quota.",
            quota=QUOTA,
            limit=limit,
            used=used,
        )


# --- writes ----------------------------------------------------------------------------------------------------------
async def make_rule(session: AsyncSession, caller: Caller, body: RuleBody) -> ProtectionRule:
    """Raises what `check_definition` raises, and QuotaUsedUp."""
    definition = body.definition()
    await _hold_all(session, caller.tenant)
    await check_definition(session, caller, definition)
    await check_quota(session, caller)
    row = ProtectionRule(
        id=uuids.uuid7(),
        tenant=caller.tenant,
        name=body.name,
        priority=body.priority,
        definition=definition,
        mode=body.mode,
        max_per_hour=body.max_per_hour,
        hash=definitions.hash_of(body.priority, definition, body.max_per_hour),
        labels=body.labels,
        reference=body.reference,
        owner=owner_of(caller),
        confirmed=0,
    )
    session.add(row)
    await session.flush()
    await session.refresh(row)
    await record(session, caller, target=path_of(row.id), details=definition, always=said_of(row))
    await weigh_soon(session, caller.tenant)
    return row


async def change_rule(session: AsyncSession, caller: Caller, row: ProtectionRule, body: RuleBody) -> None:
    """Of one that is held. What the rule has asked for goes on. Raises what `check_definition` raises."""
    definition = body.definition()
    if definition != row.definition:
        await check_definition(session, caller, definition)
    if body.mode is not RuleMode.ENFORCE:
        row.waiting, row.stopped_at = None, None
    row.name, row.priority, row.definition, row.mode = body.name, body.priority, definition, body.mode
    row.max_per_hour, row.labels, row.reference = body.max_per_hour, body.labels, body.reference
    row.hash = definitions.hash_of(body.priority, definition, body.max_per_hour)
    await _written(session, caller, row)
    await record(session, caller, target=path_of(row.id), details=definition, always=said_of(row))


async def stop_rule(session: AsyncSession, caller: Caller, row: ProtectionRule) -> None:
    """Of one that is held: it asks for nothing more. Raises RuleObserves."""
    check_enforced(row)
    if row.stopped_at is not None:
        return
    row.stopped_at = (await session.scalars(select(NOW))).one()
    await _written(session, caller, row)
    await record(session, caller, target=path_of(row.id), always=said_of(row))


async def start_rule(session: AsyncSession, caller: Caller, row: ProtectionRule, weighed: str) -> None:
    """Of one that is held. `weighed`: the hash that the caller started. Raises RuleObserves, PreconditionFailed."""
    check_enforced(row)
    if row.hash != weighed:
        raise PreconditionFailed(
            "The rule was changed at this moment.", remedy="GET it, look at its preview, and start it again."
        )
    row.stopped_at = None
    await _written(session, caller, row)
    await record(session, caller, target=path_of(row.id), always=said_of(row) | {"confirmed": row.confirmed})


def check_enforced(row: ProtectionRule) -> None:
    if row.mode != RuleMode.ENFORCE:
        raise RuleObserves(
            f"The rule {row.name} only observes: it does nothing that could be stopped.",
            remedy='Change it first: PATCH {"mode": "enforce"}.',
        )


async def _written(session: AsyncSession, caller: Caller, row: ProtectionRule) -> None:
    row.owner, row.updated_at = owner_of(caller), (await session.scalars(select(NOW))).one()
    await session.flush()
    await weigh_soon(session, caller.tenant)


def check_free(row: ProtectionRule, blocker: str | None) -> None:
    """Whether nothing in Azure would be left behind without it. Raises RuleHasAzurePolicy."""
    if blocker is not None:
        raise RuleHasAzurePolicy(
            f"Holdfast has assigned a policy of Azure for the rule {row.name}; it would go on without the rule.",
            remedy=f"Remove it first: DELETE {blocker}, and wait for its job.",
        )


async def delete_rule(session: AsyncSession, caller: Caller, row: ProtectionRule) -> None:
    """Of one that is held. What it protected stays protected, and its jobs go on."""
    await record(session, caller, target=path_of(row.id), details=row.definition, always=said_of(row))
    await session.execute(delete(ProtectionRule).where(ProtectionRule.id == row.id))
    await weigh_soon(session, caller.tenant)


async def weigh_soon(session: AsyncSession, tenant: str) -> None:
    """Every enforced rule of the tenant is weighed again: what one selects another may not.

    Also one that is being weighed is written to: its run waits here, or gives its claim back before, and is due again.
    """
    await session.execute(
        update(ProtectionRule)
        .where(ProtectionRule.tenant == tenant, ProtectionRule.mode == RuleMode.ENFORCE)
        .values(due_at=func.least(ProtectionRule.due_at, NOW))
        .execution_options(synchronize_session=False)
    )
    wake(session, LoopName.PROTECTING)
