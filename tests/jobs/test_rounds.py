"""Tenants take turns: what one of them has queued is no reason for another to wait; and what it costs to see to it."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from typing import Any, cast
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import event, text

from app.core.db.database import Database
from app.jobs.loops.submit import LEASE, SubmitLoop
from app.jobs.queue import claims
from app.jobs.work import Ticket
from tests.approvals.approved_jobs import approved
from tests.approvals.people import TENANT as OF_APPROVALS
from tests.approvals.people import add_people
from tests.jobs.plan_checks import nodes, touched
from tests.whole import of_walk, some_pairs

QUEUED = """
INSERT INTO jobs (id, tenant, caller, requested_by, kind, state, resource, ask, due_at, created_at, series)
SELECT gen_random_uuid(), {tenant}, 'caller', 'name', 'backup', 'queued', '/x', '{{}}',
       clock_timestamp() + make_interval(secs => %(due_in)s + n * 0.001), clock_timestamp(), %(series)s
FROM generate_series(1, %(count)s) AS n
"""
LONG_AGO = -3600.0
BACKLOG = of_walk(short=20_000, whole=50_000)
SHAPES: dict[str, Sequence[tuple[str, int]]] = {
    "one tenant": [("'big'", BACKLOG)],
    "a thousand": [("'t-' || n %% 1000", BACKLOG)],
    "one, and twenty": [("'big'", BACKLOG), ("'t-' || n", 20)],
    "five": [("'t-' || n %% 5", BACKLOG)],
}
STATISTICS = ["of now", "of when nothing was queued"]
PLANS = ["force_custom_plan", "force_generic_plan"]
LIMIT = 32


def queue(url: str, tenant: str, count: int, *, due_in: float = LONG_AGO, series: str | None = None) -> None:
    """So many jobs of a tenant, each due a millisecond after the one before."""
    with psycopg.connect(url) as connection:
        connection.execute(
            QUEUED.format(tenant="%(tenant)s"),
            {"tenant": tenant, "count": count, "due_in": due_in, "series": series},
        )


def queue_over(url: str, tenant: str, count: int, *, due_in: float = LONG_AGO) -> None:
    """So many jobs of the tenants that this SQL names for each n. Without what triggers add: it is not looked at."""
    with psycopg.connect(url) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(QUEUED.format(tenant=tenant), {"count": count, "due_in": due_in, "series": None})


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url, pool_size=10)
    yield opened
    await opened.aclose()


class Worker:
    """Claims as a worker does: each claim goes on behind the one before."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._after = ""

    async def claim(self, limit: int) -> list[Ticket]:
        async with self._database.begin() as session:
            claimed = await claims.claim_queued(session, limit=limit, lease=LEASE, after=self._after)
        self._after = claimed[-1][0].tenant if claimed else self._after
        return [ticket for ticket, _ in claimed]

    async def tenants(self, limit: int) -> Counter[str]:
        return Counter(ticket.tenant for ticket in await self.claim(limit))


# --- turns -----------------------------------------------------------------------------------------------------------
async def test_one_job_does_not_wait_for_the_backlog_of_another_tenant(database: Database, database_url: str) -> None:
    queue(database_url, "many", 200)
    queue(database_url, "one", 1, due_in=-1)
    assert await Worker(database).tenants(10) == {"many": 9, "one": 1}


async def test_every_tenant_has_its_turn_whatever_the_others_add(database: Database, database_url: str) -> None:
    """Seven tenants with a backlog, older than what twenty others ask for; a claim has four places."""
    for n in range(7):
        queue(database_url, f"{n}-backlog", 50)
    for n in range(20):
        queue(database_url, f"{n % 9}-of-one-{n}", 1, due_in=-1)
    worker, seen = Worker(database), Counter[str]()
    for _ in range(7):  # 27 tenants, 4 places
        seen += await worker.tenants(4)
        queue(database_url, "3-backlog", 40)
    assert len(seen) == 27
    assert max(seen.values()) == 2, "28 places were given to 27 tenants"


@pytest.mark.parametrize("limit", [1, 3, 5])
async def test_the_next_claim_goes_on_with_the_next_tenant(database: Database, database_url: str, limit: int) -> None:
    """Places fall free a few at a time: then it is the order of the claims that is fair, or nothing is."""
    queue(database_url, "big", 300)
    queue(database_url, "little", 50, due_in=-1)
    worker, seen = Worker(database), Counter[str]()
    for _ in range(20):
        seen += await worker.tenants(limit)
        assert abs(seen["big"] - seen["little"]) <= 1
    assert seen.total() == 20 * limit


async def test_places_that_a_tenant_does_not_need_are_for_the_others(database: Database, database_url: str) -> None:
    queue(database_url, "a", 200)
    queue(database_url, "b", 3, due_in=-1)
    queue(database_url, "c", 200, due_in=-2)
    queue(database_url, "d", 1, due_in=-2)
    assert await Worker(database).tenants(14) == {"a": 5, "b": 3, "c": 5, "d": 1}


async def test_a_tenants_own_jobs_keep_their_order(database: Database, database_url: str) -> None:
    queue(database_url, "a", 60)
    queue(database_url, "b", 30)
    with psycopg.connect(database_url) as connection:
        rows = connection.execute("SELECT id FROM jobs WHERE tenant = 'a' ORDER BY due_at").fetchall()
    due: list[UUID] = [row[0] for row in rows]
    worker = Worker(database)
    for limit in (7, 1, 12):
        mine = {ticket.id for ticket in await worker.claim(limit) if ticket.tenant == "a"}
        assert mine == set(due[: len(mine)])
        del due[: len(mine)]


async def test_what_waits_takes_no_place(database: Database, database_url: str) -> None:
    """Refused by the budget, or by Azure, they are due later; of a series only the first can be sent."""
    queue(database_url, "waiting", 50, due_in=60)
    queue(database_url, "in-series", 20, series="vault:1")
    queue(database_url, "other", 20, due_in=-1)
    worker = Worker(database)
    assert await worker.tenants(10) == {"in-series": 1, "other": 9}
    assert await worker.tenants(10) == {"other": 10}


async def test_jobs_with_an_approval_come_first_among_their_tenants(database: Database, database_url: str) -> None:
    async with database.begin() as session:
        await add_people(session)
    queue(database_url, OF_APPROVALS, 5)
    with_word = {await approved(database) for _ in range(4)}
    queue(database_url, "other", 1, due_in=-1)
    worker = Worker(database)
    claimed = await worker.claim(3)
    assert sorted(ticket.tenant == OF_APPROVALS for ticket in claimed) == [False, True, True]
    first = {ticket.id for ticket in claimed if ticket.tenant == OF_APPROVALS}
    assert first < with_word
    assert with_word < first | {ticket.id for ticket in await worker.claim(4)}


async def test_claims_at_one_time_share_what_is_due(database: Database, database_url: str) -> None:
    """The second begins while the first is not committed: it finds other jobs, and as many."""
    for tenant in ("a", "b", "c"):
        queue(database_url, tenant, 10)
    async with database.begin() as session, database.begin() as beside:
        one = await claims.claim_queued(session, limit=8, lease=LEASE)
        two = await claims.claim_queued(beside, limit=8, lease=LEASE)
    assert len({ticket.id for ticket, _ in one + two}) == 16
    seen = {ticket.id for ticket, _ in one + two}
    # What another claim has locked is skipped: one of several at a time may take less than it has places for, or
    # nothing. Together they take something while anything is left, and never the same one twice.
    while len(seen) < 30:
        found = await asyncio.gather(*(Worker(database).claim(3) for _ in range(3)))
        rest = [ticket.id for batch in found for ticket in batch]
        assert rest
        assert len(rest) == len(set(rest))
        assert seen.isdisjoint(rest)
        seen.update(rest)
    assert await Worker(database).claim(8) == []


async def test_a_worker_remembers_whose_turn_is_next(database: Database, database_url: str) -> None:
    for tenant in ("a", "b", "c"):
        queue(database_url, tenant, 5)
    submitting = SubmitLoop(database, cast("Any", {"backup": None}), poll_seconds=30)
    for _ in range(3):
        pieces, due_in = await submitting.start(1)
        assert due_in == 0.0
        for piece in pieces:
            piece.close()
    with psycopg.connect(database_url) as connection:
        rows = connection.execute("SELECT tenant FROM jobs WHERE state = 'submitting' ORDER BY started_at").fetchall()
    assert [tenant for (tenant,) in rows] == ["a", "b", "c"]


async def test_a_claim_that_is_rolled_back_was_no_turn(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for tenant in ("a", "b"):
        queue(database_url, tenant, 2)
    submitting = SubmitLoop(database, cast("Any", {"backup": None}), poll_seconds=30)

    async def lost(*_: object) -> dict[UUID, UUID]:
        raise ConnectionError

    with monkeypatch.context() as broken:
        broken.setattr("app.jobs.loops.submit.later_writes.overtaken", lost)
        with pytest.raises(ConnectionError):
            await submitting.start(1)
    pieces, _ = await submitting.start(1)
    for piece in pieces:
        piece.close()
    async with database.begin() as session:
        begun = await session.scalar(text("SELECT tenant FROM jobs WHERE state = 'submitting'"))
    assert begun == "a"


# --- what it costs ---------------------------------------------------------------------------------------------------
async def plan_of(database: Database, *, after: str) -> dict[str, Any]:
    """How Postgres runs a claim; it does run it, and the figures are real. Rolled back."""
    sent: list[tuple[str, Any]] = []

    def listen(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:  # noqa: FBT001
        sent.append((statement, parameters))

    async with database.begin() as session:
        event.listen(database.engine.sync_engine, "before_cursor_execute", listen)
        try:
            claimed = await claims.claim_queued(session, limit=LIMIT, lease=LEASE, kinds=["backup"], after=after)
        finally:
            event.remove(database.engine.sync_engine, "before_cursor_execute", listen)
        assert len(claimed) == LIMIT
        await session.rollback()
    async with database.begin() as session:
        ((statement, parameters),) = sent
        rows = await (await session.connection()).exec_driver_sql(
            f"EXPLAIN (ANALYZE, TIMING off, FORMAT JSON) {statement}", parameters
        )
        plan: dict[str, Any] = rows.scalar_one()[0]["Plan"]
        await session.rollback()
    return plan


@pytest.mark.parametrize(("shape", "statistics"), some_pairs(SHAPES, STATISTICS, each=1))
async def test_a_claim_reads_as_many_rows_as_it_takes(
    database: Database, database_url: str, shape: str, statistics: str
) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("ANALYZE jobs")
        for tenant, count in SHAPES[shape]:
            queue_over(database_url, tenant, count)
        if statistics == "of now":
            connection.execute("VACUUM (ANALYZE) jobs")
    plan = await plan_of(database, after="t-4")
    found = list(nodes(plan))
    assert "ix_jobs_turns" in {node.get("Index Name") for node in found}
    assert [node for node in found if node["Node Type"] == "Seq Scan" and node["Relation Name"] == "jobs"] == []
    # The most: five tenants, of which each is counted up to the number of places. (Bitmaps are of the few attempts.)
    read = [node for node in found if node["Node Type"] != "Bitmap Index Scan"]
    assert max(map(touched, read)) <= 5 * LIMIT, max(read, key=touched)


async def test_tenants_that_all_wait_cost_one_look_each(database: Database, database_url: str) -> None:
    queue_over(database_url, "'t-' || n %% 500", BACKLOG, due_in=3600)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE) jobs")
    queue(database_url, "z", LIMIT)
    plan = await plan_of(database, after="")
    assert max(touched(node) for node in nodes(plan) if node.get("Relation Name") == "jobs") <= 501


@pytest.mark.parametrize(("tenants", "mode"), some_pairs([1, 5, 1000], PLANS, each=1))
async def test_a_plan_for_any_limit_reads_no_backlog_either(
    database: Database, database_url: str, tenants: int, mode: str
) -> None:
    """After some claims Postgres keeps a plan that knows nothing of this claim's limit."""
    queue_over(database_url, f"'t-' || n %% {tenants}", BACKLOG)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE) jobs")
    reads = text("SELECT seq_tup_read, idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'jobs'")
    async with database.begin() as session:
        await session.execute(text(f"SET LOCAL plan_cache_mode = {mode}"))
        assert len(await claims.claim_queued(session, limit=LIMIT, lease=LEASE, kinds=["backup"], after="t-4")) == LIMIT
        whole, some = (await session.execute(reads)).one()
    assert whole == 0
    # First those of the first round, then counted, then locked, then changed.
    assert some <= 2 * 5 * LIMIT
