"""An approval is checked when the attempt is written; what ends it takes the lock of the job's row first."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.approvals import service
from app.approvals.errors import ApprovalDecided, ApprovalExpired, ApprovalWithdrawn, OwnRequest
from app.approvals.expire import ExpireLoop
from app.core.db.database import Database
from app.core.errors import ServiceError
from app.identity.errors import RoleMissing
from app.jobs import store
from app.jobs.api import actions
from app.jobs.approval.models import Approval
from app.jobs.errors import JobEnded
from app.jobs.lifecycle import AttemptState, Observation
from app.jobs.loops.submit import LEASE
from app.jobs.models import Job
from app.jobs.queue import claims
from app.jobs.requests.enqueue import enqueue
from app.jobs.work import Ticket
from tests.approvals.approved_jobs import approved, asked, decide
from tests.approvals.people import PEOPLE, add_people, membership_id, put_role
from tests.approvals.sequences import EDIT, EXPIRE, FORGE, WORKS, new_restore, run

MANY = 24
TO_DECIDE = service.ApprovalFilter(view="to_decide")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url, pool_size=20)
    async with opened.begin() as session:
        await add_people(session)
    yield opened
    await opened.aclose()


async def claim(database: Database, limit: int = 10) -> list[tuple[Ticket, UUID]]:
    async with database.begin() as session:
        return await claims.claim_queued(session, limit=limit, lease=LEASE)


async def expire(database: Database) -> None:
    expiring = ExpireLoop(database, WORKS)
    while await expiring.run_once() == 0.0:
        pass


async def read(database: Database, job_id: UUID) -> tuple[Job, Approval | None]:
    async with database.begin() as session:
        job = (await session.scalars(select(Job).where(Job.id == job_id))).one()
        return job, await session.scalar(select(Approval).where(Approval.job_id == job_id))


async def demote(session: AsyncSession) -> None:
    await put_role(session, "a", is_approver=False)


async def refused(database: Database, job_id: UUID, code: str) -> str:
    """Nothing is claimed, nothing is said to be due, and the loop ends the job: the detail of its error."""
    assert await claim(database) == []
    async with database.begin() as session:
        assert await claims.queued_due_in(session) is None, "a loop would spin on what it cannot claim"
    await expire(database)
    job, approval = await read(database, job_id)
    assert job.error is not None
    assert (job.state, job.error["code"], job.finished_at is not None) == ("failed", code, True)
    assert approval is None or approval.state in {"expired", "withdrawn", "used", "rejected"}
    return str(job.error["detail"])


# --- what holds, and what does not ---------------------------------------------------------------------------------
async def test_the_attempt_uses_the_approval_in_one_statement(database: Database) -> None:
    job_id = await approved(database)
    async with database.begin() as session:
        assert await claims.queued_due_in(session) == 0.0
    ((ticket, attempt_id),) = await claim(database)
    _, approval = await read(database, job_id)
    assert approval is not None
    assert (ticket.id, approval.state, approval.attempt_id) == (job_id, "used", attempt_id)
    assert await claim(database) == []


async def test_what_certainly_did_not_reach_azure_is_sent_again_on_the_same_word_while_it_holds(
    database: Database,
) -> None:
    job_id = await approved(database)
    for _ in range(2):
        ((ticket, attempt_id),) = await claim(database)
        async with database.begin() as session:
            gone = (AttemptState.NOT_ACTED, Observation.NOT_ACTED)
            await store.record(session, ticket, gone[1], values=store.not_waiting(), attempt=(attempt_id, gone[0]))
    await run(database, EXPIRE, ids=[job_id])
    assert "could not be sent in time" in await refused(database, job_id, "approval_expired")
    _, approval = await read(database, job_id)
    assert approval is not None
    assert (approval.state, approval.attempt_id) == ("used", attempt_id)


async def test_a_request_that_was_edited_is_not_sent(database: Database) -> None:
    job_id = await approved(database)
    await run(database, EDIT, ids=[job_id])
    assert "has changed since" in await refused(database, job_id, "approval_withdrawn")


@pytest.mark.parametrize(
    "changed", ["kind = 'backup'", "resource_id = gen_random_uuid()", "azure_region = 'x'", "tenant = 'other'"]
)
async def test_every_part_of_the_request_is_bound(database: Database, changed: str) -> None:
    job_id = await approved(database)
    await run(database, f"UPDATE jobs SET {changed} WHERE id = :id", id=job_id)  # noqa: S608 - words of this file
    assert await claim(database) == []


@pytest.mark.parametrize("changed", ["words = 'harmless'", "operation = 'delete_data'", "requested_by = 'x'"])
async def test_what_the_approver_was_shown_is_bound_too(database: Database, changed: str) -> None:
    job_id = await approved(database)
    await run(database, f"UPDATE approvals SET {changed} WHERE job_id = :id", id=job_id)  # noqa: S608 - as above
    assert await claim(database) == []


async def test_a_request_edited_before_the_word_cannot_be_approved(database: Database) -> None:
    job_id = await asked(database)
    await run(database, EDIT, ids=[job_id])
    with pytest.raises(ApprovalWithdrawn):
        await decide(database, job_id)
    await refused(database, job_id, "approval_withdrawn")


async def test_the_approval_of_a_demoted_or_removed_approver_is_not_valid(database: Database) -> None:
    first = await approved(database)
    async with database.begin() as session:
        await demote(session)
    assert "not have the role approver any more" in await refused(database, first, "approval_withdrawn")
    with pytest.raises(RoleMissing):
        await decide(database, await asked(database))
    async with database.begin() as session:
        await put_role(session, "a", is_approver=True)
    second = await approved(database)
    await run(database, "DELETE FROM members WHERE id = :id", id=membership_id("a"))
    await refused(database, second, "approval_withdrawn")


async def test_a_membership_that_is_another_persons_by_now_is_no_word(database: Database) -> None:
    job_id = await approved(database)
    await run(database, "UPDATE members SET object_id = 'somebody' WHERE id = :id", id=membership_id("a"))
    await refused(database, job_id, "approval_withdrawn")


async def test_no_person_is_their_own_second_person_under_another_issuer(database: Database) -> None:
    """Entra's v1 and v2 issuers sign for the same people. Here the person is a member under both, and an approver."""
    own = PEOPLE["own"]
    again = replace(own, principal=replace(own.principal, issuer="the other issuer"))
    job_id = await asked(database)
    async with database.begin() as session:
        (approval, _), *others = (await service.list_approvals(session, PEOPLE["a"], TO_DECIDE, limit=10, cursor=None))[
            0
        ]
        assert others == []
        assert (await service.list_approvals(session, again, TO_DECIDE, limit=10, cursor=None))[0] == []
    for verdict in ("approved", "rejected"):
        with pytest.raises(OwnRequest):
            async with database.begin() as session:
                await service.decide(session, again, approval.id, verdict, "because", WORKS)
    # And where it stands in the row all the same, it is no word.
    await decide(database, job_id)
    await run(database, "UPDATE members SET issuer = 'the other issuer' WHERE id = :id", id=membership_id("own"))
    await run(
        database, "UPDATE approvals SET decided_by = :by, membership_id = :id", by=again.key, id=membership_id("own")
    )
    await refused(database, job_id, "approval_withdrawn")


async def test_a_row_put_into_the_queue_by_hand_is_not_sent(database: Database) -> None:
    job_id = await asked(database)
    await run(database, FORGE, ids=[job_id])
    await refused(database, job_id, "approval_withdrawn")
    with pytest.raises(ApprovalWithdrawn):
        await decide(database, job_id)


async def test_an_approval_that_was_deleted_holds_for_nothing(database: Database) -> None:
    job_id = await approved(database)
    await run(database, "DELETE FROM approvals WHERE job_id = :id", id=job_id)
    await refused(database, job_id, "approval_withdrawn")


async def test_whether_a_job_needs_an_approval_never_changes(database: Database) -> None:
    job_id = await asked(database)
    with pytest.raises(IntegrityError, match="never changes"):
        await run(database, "UPDATE jobs SET approval_id = NULL, state = 'queued' WHERE id = :id", id=job_id)


async def test_a_claim_takes_no_more_than_its_limit_of_both_sorts(database: Database) -> None:
    for _ in range(3):
        await approved(database)
    nobody = new_restore(PEOPLE["own"])
    async with database.begin() as session:
        for _ in range(3):
            job, _ = await enqueue(
                session, type(nobody)(nobody.kind, nobody.asked, {}, nobody.resource, nobody.resource_id)
            )
            assert job.approval_id is None
    assert [len(await claim(database, limit)) for limit in (2, 2, 5, 5)] == [2, 2, 2, 0]


# --- races ---------------------------------------------------------------------------------------------------------
async def test_of_two_approvers_at_once_one_decides(database: Database) -> None:
    for _ in range(MANY):
        job_id = await asked(database)
        said = await asyncio.gather(
            decide(database, job_id, "approved", "a"), decide(database, job_id, "rejected", "b"), return_exceptions=True
        )
        assert sorted(type(one).__name__ for one in said) == ["Approval", "ApprovalDecided"], said
        job, approval = await read(database, job_id)
        assert approval is not None
        assert (job.state, approval.state) in {("queued", "approved"), ("failed", "rejected")}


async def test_the_same_approver_twice_at_once_decides_once(database: Database) -> None:
    job_id = await asked(database)
    said = await asyncio.gather(*(decide(database, job_id) for _ in range(8)))
    assert {one.state for one in said} == {"approved"}
    async with database.begin() as session:
        events = await session.scalar(text("SELECT count(*) FROM job_events WHERE observation = 'approved'"))
    assert events == 1


async def cancel(database: Database, job_id: UUID) -> str:
    async with database.begin() as session:
        return (await actions.request_cancel(session, PEOPLE["own"], job_id, WORKS)).state


async def test_approving_and_cancelling_at_once_end_in_a_cancelled_job_that_is_never_sent(database: Database) -> None:
    for _ in range(MANY):
        job_id = await asked(database)
        said = await asyncio.gather(decide(database, job_id), cancel(database, job_id), return_exceptions=True)
        assert said[1] == "cancelled"
        assert isinstance(said[0], Approval | ApprovalWithdrawn), said
        job, approval = await read(database, job_id)
        assert approval is not None
        assert (job.state, approval.state) == ("cancelled", "withdrawn")
    assert await claim(database) == []


async def test_approving_and_expiring_at_once_end_in_one_of_the_two(database: Database) -> None:
    for _ in range(MANY):
        job_id = await asked(database)
        (said, _, _) = await asyncio.gather(
            decide(database, job_id), run(database, EXPIRE, ids=[job_id]), expire(database), return_exceptions=True
        )
        assert isinstance(said, Approval | ApprovalExpired), said
        await expire(database)
        job, approval = await read(database, job_id)
        assert approval is not None
        is_open = isinstance(said, Approval) and approval.state == "approved"
        assert (job.state, approval.state) == (("queued", "approved") if is_open else ("failed", "expired"))


async def test_a_demotion_that_is_not_committed_holds_the_claim_back_and_then_decides(database: Database) -> None:
    job_id = await approved(database)
    async with database.begin() as session:
        await demote(session)
        assert await claim(database) == [], "it is not known yet whether the person is an approver"
    await refused(database, job_id, "approval_withdrawn")


async def test_a_demotion_waits_for_the_claim_that_relies_on_the_approver(database: Database) -> None:
    async def demoted() -> None:
        async with database.begin() as session:
            await demote(session)

    await approved(database)
    async with database.begin() as session:
        assert len(await claims.claim_queued(session, limit=1, lease=LEASE)) == 1
        later = asyncio.create_task(demoted())
        async with database.begin() as other:
            async with asyncio.timeout(20):
                while not await other.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):  # noqa: ASYNC110
                    await asyncio.sleep(0)
        assert not later.done(), "answered before the attempt is on record, it would have come too late"
    await later


async def test_everybody_at_once_and_nothing_is_sent_without_a_word(database: Database) -> None:
    """Approvers, cancellers, the clock, demotions and four workers on the same rows."""
    jobs = [await asked(database) for _ in range(40)]
    taken: list[UUID] = []

    async def work() -> None:
        for _ in range(12):
            taken.extend(ticket.id for ticket, _ in await claim(database, 3))
            await expire(database)

    async def flap() -> None:
        for turn in range(10):
            async with database.begin() as session:
                await put_role(session, "a", is_approver=turn % 2 == 1)

    async def people(job_id: UUID, number: int) -> None:
        verdict = "rejected" if number % 5 == 0 else "approved"
        for who in ("a", "b", "own"):
            with suppress(ServiceError):
                await decide(database, job_id, verdict, who)
        if number % 7 == 0:
            with suppress(JobEnded):
                await cancel_unsent(database, job_id)

    await asyncio.gather(*(work() for _ in range(4)), flap(), *(people(one, n) for n, one in enumerate(jobs)))
    async with database.begin() as session:
        wrong = await session.scalar(
            text(
                "SELECT count(*) FROM attempts LEFT JOIN approvals USING (job_id) WHERE approvals.state IS DISTINCT "
                "FROM 'used' OR attempt_id <> attempts.id OR decided_by = requested_by"
            )
        )
        open_ends = await session.scalar(
            text(
                "SELECT count(*) FROM jobs JOIN approvals ON job_id = jobs.id WHERE (jobs.state, approvals.state) "
                "NOT IN (('awaiting_approval', 'pending'), ('queued', 'approved'), ('submitting', 'used'), "
                "('failed', 'rejected'), ('failed', 'withdrawn'), ('cancelled', 'withdrawn'))"
            )
        )
    assert (wrong, open_ends, len(taken)) == (0, 0, len(set(taken)))
    assert taken


async def cancel_unsent(database: Database, job_id: UUID) -> None:
    async with database.begin() as session:
        job = (await session.scalars(select(Job).where(Job.id == job_id).with_for_update())).one()
        if job.state in {"awaiting_approval", "queued"}:
            await actions.request_cancel(session, PEOPLE["own"], job_id, WORKS)


async def test_a_decided_approval_says_so_to_the_other_approver(database: Database) -> None:
    job_id = await approved(database)
    with pytest.raises(ApprovalDecided, match="a has decided"):
        await decide(database, job_id, "approved", "b")
