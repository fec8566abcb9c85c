"""Begins the rounds that schedules want, each once: the claim and the round are one transaction."""

from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.db.database import NOT_NOW, NOW, Database
from app.core.db.leases import is_free
from app.core.errors import ServiceError
from app.identity.access.models import Tenant
from app.jobs.kinds import JobKind
from app.jobs.lifecycle import NOT_ENDED
from app.jobs.models import Job
from app.jobs.requests.enqueue import Asked
from app.restore_tests import approvals, plans, service
from app.restore_tests.models import RestoreTest
from app.restore_tests.runs.begin import caller_of

log = structlog.get_logger()

LONGEST_PAUSE: Final = 300.0
TRIED_AGAIN_AFTER: Final = timedelta(seconds=LONGEST_PAUSE)
"""Of a test whose round could not be begun, by an error of ours."""
IS_DUE: ColumnElement[bool] = RestoreTest.due_at <= NOW


async def begin_due_rounds(database: Database, *, can_sign: bool) -> float | None:
    """Begin every round that is due. Returns the seconds until the next one.

    A test of which none can be begun, by an error of ours, is put off, and stops no other. Raises NOT_NOW.
    """
    while True:
        async with database.begin() as session:
            test = await session.scalar(
                select(RestoreTest)
                .where(IS_DUE, is_free(RestoreTest))
                .order_by(RestoreTest.due_at)
                .limit(1)
                .with_for_update(skip_locked=True)
            )
            if test is None:
                return await _until_next(session)
            test_id = test.id
            try:
                async with session.begin_nested():
                    await _begin(session, test, can_sign=can_sign)
            except NOT_NOW:
                raise
            except Exception:
                log.exception("restore_test.not_begun", restore_test_id=str(test_id))
                later = update(RestoreTest).where(RestoreTest.id == test_id).values(lease_until=NOW + TRIED_AGAIN_AFTER)
                await session.execute(later)


async def _until_next(session: AsyncSession) -> float | None:
    free = or_(is_free(RestoreTest), RestoreTest.due_at > RestoreTest.lease_until)
    soonest = await session.scalar(select(RestoreTest.due_at).where(free).order_by(RestoreTest.due_at).limit(1))
    if soonest is None or soonest == service.NEVER:
        return None
    now = (await session.scalars(select(NOW))).one()
    seconds: float = (soonest - now).total_seconds()
    return max(0.5, min(seconds, LONGEST_PAUSE))


async def _begin(session: AsyncSession, test: RestoreTest, *, can_sign: bool) -> None:
    """Times that passed while no worker ran are met once; after the window they are missed."""
    now = (await session.scalars(select(NOW))).one()
    was_due, window = test.due_at, test.definition["schedule"]["window_minutes"]
    test.due_at = service.due_after(test.definition, now)
    why = await _why_not(session, test)
    if not can_sign:
        why = "No key is set to sign evidence with."
    if now > was_due + timedelta(minutes=window):
        why = "No worker ran within the window."
    if why is None:
        try:
            async with session.begin_nested():
                await _ask(session, test, was_due.isoformat(), window)
        except ServiceError as no:
            why = no.detail
    if why is not None:
        test.missed = {"at": was_due.isoformat(), "reason": why}
        log.warning("restore_test.missed", restore_test_id=str(test.id), why=why)


async def _why_not(session: AsyncSession, test: RestoreTest) -> str | None:
    """Why no round begins, as far as it is known beforehand."""
    try:
        await plans.follow_plan(session, test)
    except ServiceError as no:
        return no.detail
    tenant = await session.get(Tenant, test.tenant)
    if tenant is None:
        return "Its tenant is gone."
    if approvals.is_needed(tenant.approvals) and test.approved_hash != test.hash:
        return "A second person has not approved this definition: POST /v1/restore-tests/{id}/runs asks for it."
    running = await session.scalar(
        select(Job.id)
        .where(Job.tenant == test.tenant, Job.kind == JobKind.RESTORE_TEST_RUN, Job.resource_id == test.id)
        .where(Job.state.in_(NOT_ENDED))
        .limit(1)
    )
    return None if running is None else "The round before has not ended."


async def _ask(session: AsyncSession, test: RestoreTest, was_due: str, window: int) -> None:
    caller = await caller_of(session, test.tenant, test.owner, "run_restore_test")
    asked = Asked(caller, f"restore test {test.id} at {was_due}", test.hash)
    await service.ask_round(session, asked, test, window_minutes=window)
