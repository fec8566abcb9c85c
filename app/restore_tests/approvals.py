"""The second person's word about a restore test: asked for when a scheduled test is defined, and bound to its hash.

The hash covers all that a round does: VMs, target, levels, script, and a digest of its secret parameters. A definition
that is changed has another hash, so no word holds for it until it is approved again.
"""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.db.database import NOW
from app.events.quiet_changes import tell_change
from app.identity.access.caller import Caller
from app.identity.access.second_person import Sensitive
from app.jobs import store as job_store
from app.jobs.approval import validity
from app.jobs.approval.models import ApprovalState
from app.jobs.kinds import JobKind
from app.jobs.lifecycle import Observation, State
from app.jobs.models import Job
from app.jobs.queue.claims import ticket
from app.jobs.requests.enqueue import Asked, NewJob, enqueue
from app.restore_tests.models import RestoreTest

OPERATIONS: Final = ("restore_test", "restore", "tear_down")
"""What a test does: a tenant that wants a second person for any of it wants one for the whole."""
UNSENT: Final = (State.AWAITING_APPROVAL, State.QUEUED)


def is_needed(wanted: Collection[str]) -> bool:
    """Whether a tenant with this setting wants a second person for restore tests."""
    return any(operation in wanted for operation in OPERATIONS)


def sensitive(test: RestoreTest, words: str) -> Sensitive | None:
    """What is asked of a second person; None where the definition was approved."""
    return None if test.approved_hash == test.hash else Sensitive(OPERATIONS, words, {"hash": test.hash})


def asked_with(test: RestoreTest) -> dict[str, object]:
    """What a job keeps of its test: never changed afterwards."""
    return {"restore_test": {"id": str(test.id), "name": test.name, "hash": test.hash}, "definition": test.definition}


async def ask_for_definition(session: AsyncSession, caller: Caller, test: RestoreTest, path: str) -> None:
    """Of a test that is held and was written: what was asked for another definition of it is withdrawn."""
    await withdraw(session, caller, test)
    test.approval_id = None
    unapproved = test.approved_hash != test.hash
    if test.definition["schedule"] is None or not unapproved or not is_needed(caller.membership.approvals):
        return
    words = (
        f"Restore the VMs of the restore test {test.name} into {test.definition['target']['subnet_id']}, and delete "
        f"them again, at each time of its schedule ({test.definition['schedule']['cron']}), while it is not changed."
    )
    job, _ = await enqueue(
        session,
        NewJob(
            kind=JobKind.APPROVE_RESTORE_TEST,
            asked=Asked(caller),
            ask=asked_with(test),
            resource=path,
            resource_id=test.id,
            sensitive=sensitive(test, words),
        ),
    )
    test.approval_id = job.approval_id


async def withdraw(session: AsyncSession, caller: Caller, test: RestoreTest) -> None:
    """What was asked for a test that is changed or deleted.

    Waits for no other transaction: one that ends the job may wait for the test. What it approves has no effect.
    """
    if test.approval_id is None:
        return
    older = select(Job).where(Job.approval_id == test.approval_id, Job.tenant == test.tenant, Job.state.in_(UNSENT))
    for job in (await session.scalars(older.with_for_update(skip_locked=True))).all():
        note = func.jsonb_build_object("state", "done", "requested_by", caller.name, "requested_at", NOW, type_=JSONB)
        detail = "withdrawn: the restore test was changed or deleted"
        cancelled = Observation.CANCELLED_UNSENT
        await job_store.record(
            session, ticket(job), cancelled, values={"cancel": note}, detail=detail, actor=caller.name
        )
        await validity.end(session, job.id, ApprovalState.WITHDRAWN)


async def write(session: AsyncSession, test_id: UUID, approved: str) -> None:
    """This hash was approved: it counts if the test has it still."""
    tenant = await session.scalar(
        update(RestoreTest)
        .where(RestoreTest.id == test_id, RestoreTest.hash == approved)
        .values(approved_hash=approved, updated_at=NOW)
        .returning(RestoreTest.tenant)
    )
    if tenant is not None:
        tell_change(session, tenant, f"/v1/restore-tests/{test_id}")
