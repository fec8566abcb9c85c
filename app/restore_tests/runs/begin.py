"""Begins the restore of a run, and its tear-down: ordinary jobs, each once, in the transaction that notes them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.grants import check_item_granted
from app.azure.restore_values import NewVmTarget
from app.azure.values import RecoveryPoint
from app.identity.access.caller import Caller, TenantMembership
from app.identity.access.grants import Grants
from app.identity.access.memberships import check_tenant
from app.identity.access.models import Tenant
from app.identity.tokens.principal import BETWEEN, Principal
from app.jobs.api import parts
from app.jobs.api.actions import Works
from app.jobs.requests.enqueue import Asked
from app.protection.items import ItemInAzure, get_item_in_azure
from app.restore_tests.models import RestoreTest, RestoreTestRun
from app.restore_tests.rules import RunState
from app.restore_tests.runs import store
from app.restore_tests.runs.store import Held
from app.restores import targets
from app.restores.models import Restore
from app.restores.rules import Choice, Decided, shown
from app.restores.service import request_restore
from app.tear_down import rules
from app.tear_down.service import begin_tear_down

PREFIX: Final = "hft-"
BY: Final = "holdfast"
WITHDRAWN: Final = "its restore test was cancelled, or waited too long"


def machine_name(run: RestoreTestRun) -> str:
    """The name of the VM that a run makes: its own, in any group. Its last digits are the random ones of the id."""
    return f"{PREFIX}{run.id.hex[-11:]}"


def point_time_of(run: RestoreTestRun) -> datetime:
    """Of a run that has a restore."""
    return datetime.fromisoformat((run.recovery_point or {})["time"])


def target_of(run: RestoreTestRun, definition: Mapping[str, Any]) -> NewVmTarget:
    said = definition["target"]
    target = NewVmTarget(
        mode="new_vm",
        name=machine_name(run),
        resource_group_id=said["resource_group_id"],
        subnet_id=said["subnet_id"],
        staging_storage_account_id=said["staging_storage_account_id"],
        zone=said["zone"],
    )
    targets.check_target(target)
    return target


async def caller_of(session: AsyncSession, tenant_id: str, who: Mapping[str, str], operation: str) -> Caller:
    """The person whose round it is, with what the tenant grants and limits now. Raises TenantGone.

    Approvals are those of the round: its restores and tear-downs need no others.
    """
    await check_tenant(session, tenant_id)
    tenant = (await session.scalars(select(Tenant).where(Tenant.id == tenant_id))).one()
    principal = Principal(
        who["issuer"], who["directory"], who["object_id"], who["name"], frozenset(), frozenset(), None
    )
    membership = TenantMembership(tenant.id, tenant.name, (), Grants.read(tenant.grants), dict(tenant.quotas))
    return Caller(principal, membership, frozenset(), operation=operation)


async def caller_of_round(session: AsyncSession, held: Held) -> Caller:
    """Who asked for the round. Raises TenantGone."""
    issuer, directory, object_id = held.job.caller.split(BETWEEN, 2)
    who = {"issuer": issuer, "directory": directory, "object_id": object_id, "name": held.job.requested_by}
    return await caller_of(session, held.row.tenant, who, "run_restore_test")


async def item_of(session: AsyncSession, held: Held) -> ItemInAzure:
    """The item, if the tenant may still touch it and the target. Raises ServiceError."""
    caller = await caller_of_round(session, held)
    targets.check_granted(caller.membership.grants, target_of(held.row, held.definition))
    item = await get_item_in_azure(session, held.row.tenant, held.row.protected_item_id)
    check_item_granted(caller.membership.grants, item.ref)
    return item


async def begin_restore(
    session: AsyncSession, held: Held, item: ItemInAzure, point: RecoveryPoint, expected: Mapping[str, Any]
) -> None:
    """Raises TooManyRequests for one that must wait, any other ServiceError for one that cannot be restored."""
    caller, row = await caller_of_round(session, held), held.row
    target = target_of(row, held.definition)
    decided = Decided(item.vault_location, Choice(id=point.id), point, target)
    asked = Asked(caller, f"restore test run {row.id} restore", held.job.ask["restore_test"]["hash"])
    job, restore = await request_restore(
        session, asked, item=item, decided=decided, parent_id=held.job.id, of_test=True
    )
    store.move(
        held,
        RunState.RESTORING,
        restore_job_id=job.id,
        restore_id=restore.id,
        recovery_point=shown(point),
        expected=dict(expected),
        machine_id=targets.vm_of(target).id,
    )
    await session.flush()


async def begin_teardown(session: AsyncSession, held: Held) -> None:
    """Ask for the tear-down of what its restore made. Raises ServiceError."""
    row = held.row
    restore = await session.get(Restore, row.restore_id)
    if restore is None or held.restore is None:
        return
    caller = await caller_of_round(session, held)
    asked = Asked(caller, f"restore test run {row.id} tear-down {row.tear_downs}", "tear-down")
    job = await begin_tear_down(session, asked, restore, held.restore, of_test=True)
    row.tear_down_job_id, row.tear_downs = job.id, row.tear_downs + 1
    row.state_since = row.updated_at = held.now
    await session.flush()


async def withdraw_restore(session: AsyncSession, held: Held, works: Works) -> None:
    """Take back the restore of a run that is cancelled or too late, unless it was sent meanwhile."""
    if held.row.restore_job_id is not None:
        await parts.withdraw_part(
            session, held.row.restore_job_id, works, by=BY, action="withdraw_restore", why=WITHDRAWN
        )


async def note_approval(session: AsyncSession, held: Held) -> None:
    """A round that was approved approves its definition, if that was not changed since."""
    if held.job.approval_id is None:
        return
    test = await session.get(RestoreTest, held.row.restore_test_id)
    if test is not None and test.hash == held.job.ask["restore_test"]["hash"] and test.approved_hash != test.hash:
        test.approved_hash, test.updated_at = test.hash, held.now


def not_ended(held: Held) -> list[dict[str, Any]]:
    """What is left of a run that waits no longer: the job that has not ended, and the machine that it may make."""
    if held.tear_down is not None:
        return [{"id": f"/v1/jobs/{held.tear_down.id}", "reason": "The tear-down has not ended."}]
    job = {"id": f"/v1/jobs/{held.row.restore_job_id}", "reason": "The restore has not ended."}
    made = {"id": held.row.machine_id, "reason": "The restore may still make it: delete it when the job has ended."}
    return [job, made] if held.row.machine_id is not None else [job]


def left_of(held: Held) -> list[dict[str, Any]]:
    """What the tear-down of a run has left, and should not have; [{id, cause, reason}]."""
    job = held.tear_down
    if job is None:
        return []
    if not job.result:
        return [{"id": f"/v1/jobs/{job.id}", "cause": None, "reason": f"The tear-down ended as {job.state}."}]
    return [{name: one.get(name) for name in ("id", "cause", "reason")} for one in rules.left_of(job.result)]
