"""Claims, fences and keys on a real Postgres, under contention."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
import uuid_utils.compat as uuids
from sqlalchemy import text

from app.core.db.database import Database
from app.jobs import store
from app.jobs.errors import IdempotencyKeyReused
from app.jobs.kinds import JobKind
from app.jobs.lifecycle import AttemptState, Observation, State
from app.jobs.loops.submit import LEASE
from app.jobs.queue import claims
from app.jobs.requests.enqueue import Asked, NewJob, enqueue
from app.jobs.work import Ticket
from tests.callers import caller

CALLER = caller()


def new_job(key: str | None = None, request_hash: str = "hash") -> NewJob:
    asked = Asked(CALLER, key, request_hash)
    return NewJob(JobKind.BACKUP, asked, {"n": 1}, "/v1/protected-items/x", uuid4())


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url, pool_size=20)
    async with opened.begin() as session:
        await session.execute(text("INSERT INTO tenants (id, name) VALUES (:id, :id)"), {"id": CALLER.tenant})
    yield opened
    await opened.aclose()


async def enqueue_jobs(database: Database, count: int) -> None:
    async with database.begin() as session:
        for _ in range(count):
            await enqueue(session, new_job())


async def claim_until_empty(database: Database, *, limit: int = 7) -> list[Ticket]:
    claimed: list[Ticket] = []
    while True:
        async with database.begin() as session:
            batch = await claims.claim_queued(session, limit=limit, lease=LEASE)
        if not batch:
            return claimed
        claimed += [ticket for ticket, _ in batch]


async def test_many_workers_claim_each_job_exactly_once(database: Database) -> None:
    await enqueue_jobs(database, 300)
    hands = await asyncio.gather(*(claim_until_empty(database) for _ in range(8)))
    claimed = [ticket.id for hand in hands for ticket in hand]
    assert len(claimed) == len(set(claimed)) == 300


async def test_a_claim_takes_no_more_than_its_limit(database: Database) -> None:
    await enqueue_jobs(database, 20)
    async with database.begin() as session:
        assert len(await claims.claim_queued(session, limit=3, lease=LEASE)) == 3


async def test_every_claimed_job_has_exactly_one_open_attempt(database: Database) -> None:
    await enqueue_jobs(database, 50)
    await asyncio.gather(*(claim_until_empty(database) for _ in range(4)))
    async with database.begin() as session:
        found = await session.execute(text("SELECT job_id, count(*) FROM attempts WHERE state = 'open' GROUP BY 1"))
        rows = found.all()
    assert len(rows) == 50
    assert {count for _, count in rows} == {1}


async def test_a_lease_ends_by_the_databases_clock(database: Database) -> None:
    await enqueue_jobs(database, 1)
    async with database.begin() as session:
        await claims.claim_queued(session, limit=1, lease=timedelta(seconds=-1))
    async with database.begin() as session:
        (ticket,) = await claims.claim_rows(session, claims.UNRESOLVED_ROWS, limit=5, lease=LEASE)
    assert ticket.fence == 2
    async with database.begin() as session:
        assert await claims.claim_rows(session, claims.UNRESOLVED_ROWS, limit=5, lease=LEASE) == []


async def test_a_verdict_after_the_fence_moved_on_is_not_written(database: Database) -> None:
    await enqueue_jobs(database, 1)
    async with database.begin() as session:
        ((late, attempt),) = await claims.claim_queued(session, limit=1, lease=timedelta(seconds=-1))
    async with database.begin() as session:
        await claims.claim_rows(session, claims.UNRESOLVED_ROWS, limit=1, lease=LEASE)
    async with database.begin() as session:
        written = await store.record(
            session, late, Observation.NOT_ACTED, values=store.not_waiting(), attempt=(attempt, AttemptState.NOT_ACTED)
        )
    assert written is None


async def test_concurrent_equal_requests_with_one_key_are_one_job(database: Database) -> None:
    async def ask() -> tuple[str, bool]:
        async with database.begin() as session:
            job, is_new = await enqueue(session, new_job("key"))
            return str(job.id), is_new

    answers = await asyncio.gather(*(ask() for _ in range(30)))
    assert len({job_id for job_id, _ in answers}) == 1
    assert sum(is_new for _, is_new in answers) == 1


async def test_one_key_for_two_requests_is_refused(database: Database) -> None:
    async with database.begin() as session:
        await enqueue(session, new_job("key", "one"))
    with pytest.raises(IdempotencyKeyReused):
        async with database.begin() as session:
            await enqueue(session, new_job("key", "two"))


async def test_without_a_key_nothing_is_the_same_request(database: Database) -> None:
    async with database.begin() as session:
        first, _ = await enqueue(session, new_job())
        second, is_new = await enqueue(session, new_job())
    assert is_new
    assert first.id != second.id
    assert first.state == State.QUEUED


def in_series(series: str) -> NewJob:
    return NewJob(JobKind.PAUSE, Asked(CALLER), {"n": 1}, "/v1/protected-items/x", uuid4(), series=series)


async def claim(database: Database) -> list[Ticket]:
    async with database.begin() as session:
        return [ticket for ticket, _ in await claims.claim_queued(session, limit=10, lease=LEASE)]


async def end(database: Database, ticket: Ticket) -> None:
    async with database.begin() as session:
        await store.record(session, ticket, Observation.REFUSED, values={})


async def test_jobs_of_one_series_run_one_at_a_time_in_the_order_asked(database: Database) -> None:
    async with database.begin() as session:
        asked = [(await enqueue(session, in_series("item:1")))[0] for _ in range(3)]
        other, _ = await enqueue(session, in_series("item:2"))
    assert asked[0].waiting_reason is None
    assert (asked[1].waiting_reason, asked[1].waiting_job_id) == ("blocked", asked[0].id)
    first, beside = await claim(database)
    assert {first.id, beside.id} == {asked[0].id, other.id}
    assert await claim(database) == []
    await end(database, first if first.id == asked[0].id else beside)
    (second,) = await claim(database)
    assert second.id == asked[1].id
    await end(database, second)
    (third,) = await claim(database)
    assert third.id == asked[2].id


async def test_a_blocked_job_does_not_keep_the_loop_busy(database: Database) -> None:
    async with database.begin() as session:
        for _ in range(2):
            await enqueue(session, in_series("item:1"))
    await claim(database)
    async with database.begin() as session:
        assert await claims.queued_due_in(session) is None


async def test_concurrent_claims_never_take_two_of_a_series(database: Database) -> None:
    async with database.begin() as session:
        for n in range(40):
            await enqueue(session, in_series(f"item:{n % 4}"))
    ended = 0
    while ended < 40:
        hands = await asyncio.gather(*(claim(database) for _ in range(6)))
        tickets = [ticket for hand in hands for ticket in hand]
        assert len({ticket.series for ticket in tickets}) == len(tickets) <= 4
        for ticket in tickets:
            await end(database, ticket)
        ended += len(tickets)


async def test_the_order_of_requests_is_the_databases_whatever_clock_made_the_ids(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An API whose clock is ten minutes fast takes the first request, another one the second."""
    made = uuids.uuid7
    ahead = SimpleNamespace(uuid7=lambda: UUID(int=made().int + (600_000 << 80)))
    async with database.begin() as session:
        with monkeypatch.context() as wrong:
            wrong.setattr("app.jobs.requests.enqueue.uuids", ahead)
            first, _ = await enqueue(session, in_series("item:1"))
        second, _ = await enqueue(session, in_series("item:1"))
    assert first.id > second.id
    assert (first.waiting_reason, second.waiting_job_id) == (None, first.id)
    (claimed,) = await claim(database)
    assert claimed.id == first.id
