"""Asks for the jobs of an enforced rule, each in the transaction that notes it. None of it asks Azure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy import or_, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure import names
from app.azure.grants import check_granted
from app.core.db.database import NOT_NOW, NOW
from app.core.db.leases import claim, is_free, seconds_until_due
from app.core.errors import ServiceError, Unavailable
from app.core.http.pages import first_id_of
from app.estate.models import EstateReading
from app.estate.records import one_of
from app.identity.access.caller import Caller, TenantMembership
from app.identity.access.grants import Grants
from app.identity.access.later_rights import Person, still_has
from app.identity.access.models import Tenant
from app.identity.access.permissions import Permission
from app.identity.tokens.principal import Principal
from app.jobs.errors import QuotaUsedUp
from app.jobs.kinds import JobKind
from app.jobs.models import Job
from app.jobs.requests.enqueue import Asked
from app.protection.change_dry_run import RequestedChange, request_change
from app.protection.optional_reads import VmSeen
from app.protection.service import request_protection
from app.protection_rules.definitions import selected_hash_of
from app.protection_rules.holds import HOUR
from app.protection_rules.models import ProtectionRule, ProtectionRuleMember
from app.protection_rules.rules import Lost, Protects, RuleMode

log = structlog.get_logger()

LEASE = timedelta(seconds=60)
"""Renewed with every transaction of the loop."""
IDLE = timedelta(hours=1)
"""When a rule with nothing to do is weighed again, although nothing was read or changed."""
ENFORCED: Final = (ProtectionRule.mode == RuleMode.ENFORCE) & ProtectionRule.stopped_at.is_(None)


@dataclass(frozen=True, slots=True)
class Claimed:
    id: UUID
    fence: int


@dataclass(frozen=True, slots=True)
class Held:
    """A rule that this transaction has locked, and who acts for it."""

    row: ProtectionRule
    caller: Caller
    approvals: frozenset[str]
    """What the tenant wants a second person for. The caller's own are empty: the approval of the rule is for all."""
    now: datetime


# --- which rule ------------------------------------------------------------------------------------------------------
async def bring_forward(session: AsyncSession) -> None:
    """A reading of the estate that ended since a rule was weighed makes it due."""
    read = select(EstateReading.began_at).where(is_free(EstateReading)).limit(1).scalar_subquery()
    which = (ENFORCED, ProtectionRule.due_at > NOW, is_free(ProtectionRule), ProtectionRule.weighed_at < read)
    free = select(ProtectionRule.id).where(*which).with_for_update(skip_locked=True)  # it waits for no request
    await session.execute(
        update(ProtectionRule).where(ProtectionRule.id.in_(free)).values(due_at=NOW),
        execution_options={"synchronize_session": False},
    )


async def is_being_read(session: AsyncSession) -> bool:
    """Whether a reading of the estate is under way."""
    return bool(await session.scalar(select(EstateReading.name).where(~is_free(EstateReading)).limit(1)))


async def claim_due(session: AsyncSession, *, limit: int) -> list[Claimed]:
    statement = claim(ProtectionRule, ProtectionRule.id, where=ENFORCED, limit=limit, lease=LEASE)
    rows = await session.execute(statement.returning(ProtectionRule.id, ProtectionRule.fence))
    return [Claimed(row.id, row.fence) for row in rows]


async def due_in(session: AsyncSession) -> float | None:
    return await seconds_until_due(session, ProtectionRule, ENFORCED)


async def hold(session: AsyncSession, claimed: Claimed) -> Held | None:
    """The rule, locked until this transaction ends, its lease renewed.

    None = it is not ours any more, was stopped or changed to observe, or its tenant is gone: then it goes, too.
    """
    which = (ProtectionRule.id == claimed.id, ProtectionRule.fence == claimed.fence, ENFORCED)
    row = await session.scalar(select(ProtectionRule).where(*which).with_for_update())
    if row is None:
        return None
    tenant = await session.get(Tenant, row.tenant)
    if tenant is None:
        await session.delete(row)
        return None
    now = (await session.scalars(select(NOW))).one()
    row.lease_until = now + LEASE
    return Held(row, _caller_of(row, tenant), frozenset(tenant.approvals), now)


def _caller_of(row: ProtectionRule, tenant: Tenant) -> Caller:
    """The owner, with what the tenant grants and limits now."""
    who = row.owner
    principal = Principal(
        who["issuer"], who["directory"], who["object_id"], who["name"], frozenset(), frozenset(), None
    )
    membership = TenantMembership(tenant.id, tenant.name, (), Grants.read(tenant.grants), dict(tenant.quotas))
    return Caller(principal, membership, frozenset(), operation="enforce_protection_rule")


async def owner_may(session: AsyncSession, row: ProtectionRule) -> bool:
    """Whether the person in whose name the rule acts may write rules now."""
    who = row.owner
    person = Person(who["issuer"], who["directory"], who["object_id"], who.get("memberships"))
    return await still_has(session, row.tenant, person, Permission.RULES_WRITE)


async def asked_lately(session: AsyncSession, held: Held) -> list[datetime]:
    """When the jobs of the last hour were asked for, over all workers."""
    rows = await session.scalars(
        select(Job.created_at).where(
            Job.tenant == held.row.tenant,
            Job.origin_rule == held.row.id,
            Job.kind != JobKind.ENFORCE_RULE,
            Job.id >= first_id_of(held.now, earlier=2 * HOUR),
            Job.created_at > held.now - HOUR,
        )
    )
    return list(rows)


# --- its jobs --------------------------------------------------------------------------------------------------------
async def ask(session: AsyncSession, held: Held, wanted: Protects | Lost) -> bool:
    """Have this VM protected, or its backups paused: whether a job was made. Nothing is deleted.

    One in a transaction: the lock of a quota is the last that a transaction takes (`jobs.requests.quotas`).
    Raises QuotaUsedUp.
    """
    try:
        async with session.begin_nested():
            if isinstance(wanted, Lost):
                return await _pause(session, held, wanted)
            return await _protect(session, held, wanted)
    except (QuotaUsedUp, Unavailable):
        raise
    except ServiceError as no:
        log.info("protection_rule.refused", rule_id=str(held.row.id), why=no.detail)
        why = f"{no.detail} {no.remedy}"
    except NOT_NOW:
        raise
    except Exception:
        log.exception("protection_rule.not_asked", rule_id=str(held.row.id))
        why = "A bug of Holdfast prevents its job; the worker's log has the error."
    if isinstance(wanted, Protects):  # noted, so that it keeps no other VM from its turn
        await _note(session, held, wanted, refusal=why)
    return False


async def _protect(session: AsyncSession, held: Held, wanted: Protects) -> bool:
    row, caller = held.row, held.caller
    vm = names.read_vm_id(wanted.vm.id)
    check_granted(caller.membership.grants, vm)
    job = await request_protection(
        session,
        _asked(held, f"protects {wanted.vm.key} {row.hash} after {await _last_job(session, row, wanted.vm.key)}"),
        vm=vm,
        vault_id=wanted.target.vault_id,
        policy_id=wanted.target.policy_id,
        disks=None,
        seen=VmSeen(None, None),  # the job itself looks, before it is sent
    )
    await _note(session, held, wanted, protected_item_id=job.protected_item_id, job_id=job.id, refusal=None)
    return True


async def _note(session: AsyncSession, held: Held, wanted: Protects, **found: Any) -> None:
    """What came of asking. Where it was refused the job before stays: the next one has a key of its own by it."""
    row = held.row
    values = {
        "vm_id": wanted.vm.id,
        "hash": row.hash,
        "selected_hash": selected_hash_of(row.definition),
        "asked_at": NOW,
        "pause_job_id": None,
        **found,
    }
    await session.execute(
        pg_insert(ProtectionRuleMember)
        .values(rule_id=row.id, vm_key=wanted.vm.key, tenant=row.tenant, **values)
        .on_conflict_do_update(
            index_elements=["rule_id", "vm_key"], set_=values | {"tries": ProtectionRuleMember.tries + 1}
        )
    )


async def _last_job(session: AsyncSession, row: ProtectionRule, key: str) -> UUID | None:
    """The last one for this VM: a rule that is changed back asks for another one."""
    which = (ProtectionRuleMember.rule_id == row.id, ProtectionRuleMember.vm_key == key)
    found: UUID | None = await session.scalar(select(ProtectionRuleMember.job_id).where(*which))
    return found


def _asked(held: Held, what: str) -> Asked:
    """One key for each thing that a rule asks for: a worker that died in between asks for it once."""
    row = held.row
    return Asked(held.caller, f"protection rule {row.id} {what}", row.hash, row.reference, dict(row.labels), row.id)


async def _pause(session: AsyncSession, held: Held, lost: Lost) -> bool:
    which = (ProtectionRuleMember.rule_id == held.row.id, ProtectionRuleMember.vm_key == lost.key)
    member = await session.scalar(select(ProtectionRuleMember).where(*which).with_for_update())
    if member is None or member.pause_job_id is not None or member.protected_item_id is None:
        return False
    if member.protected_item_id != lost.item_id:
        return False
    asked = _asked(held, f"pauses {lost.key} {held.row.hash} {member.job_id} {held.now.isoformat()}")
    job = await request_change(session, asked, member.protected_item_id, RequestedChange(JobKind.PAUSE))
    member.pause_job_id = job.id
    await session.flush()
    return True


async def note_selected(session: AsyncSession, held: Held, keys: Collection[str]) -> None:
    """These members are selected by the rule as it is now: what was lost of them is found again."""
    row, selected_hash = held.row, selected_hash_of(held.row.definition)
    changed = or_(ProtectionRuleMember.selected_hash != selected_hash, ProtectionRuleMember.pause_job_id.is_not(None))
    await session.execute(
        update(ProtectionRuleMember)
        .where(ProtectionRuleMember.rule_id == row.id, ProtectionRuleMember.vm_key == one_of(keys), changed)
        .values(selected_hash=selected_hash, pause_job_id=None)
    )
