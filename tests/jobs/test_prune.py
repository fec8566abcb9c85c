"""What is old goes, and nothing else; a death in the middle loses nothing; of many replicas one does it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.gate import Answered, Metered, RequestClass
from app.budgets import rows as budget_rows
from app.budgets.gate import SharedBudgets
from app.budgets.rows import Account
from app.core.db.database import Database
from app.core.settings import SettingsError, load_settings
from app.jobs.loops import prune as prune_loop
from app.jobs.loops.prune import RUNS_DAYS, PruneLoop
from tests.whole import some_of

EVENTS_DAYS, ATTEMPTS_DAYS, KEYS_DAYS = 90.0, 30.0, 7.0
TABLES = ["attempts", "budgets", "events", "keys", "log", "misses", "recovery_runs"]


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    yield opened
    await opened.aclose()


def prune(database: Database, *, batch: int = 1000) -> PruneLoop:
    return PruneLoop(database, events_days=EVENTS_DAYS, attempts_days=ATTEMPTS_DAYS, batch=batch)


def put_job(connection: psycopg.Connection[Any], state: str, *, days: float, key: str | None = None) -> UUID:
    job = uuid4()
    connection.execute(
        "INSERT INTO jobs (id, tenant, caller, requested_by, kind, state, ask, idempotency_key, request_hash, "
        "created_at, updated_at) SELECT %(job)s, 't', 'c', 'c', 'backup', %(state)s, '{}', %(key)s, %(key)s, at, at "
        "FROM (SELECT clock_timestamp() - make_interval(secs => %(days)s * 86400) AS at) AS past",
        {"job": job, "state": state, "key": key, "days": days},
    )
    return job


def put_event(connection: psycopg.Connection[Any], job: UUID, note: str, *, days: float) -> None:
    connection.execute(
        "INSERT INTO job_events (job_id, tenant, observation, state, detail, at) "
        "VALUES (%s, 't', 'seen', 'running', %s, clock_timestamp() - make_interval(secs => %s * 86400))",
        (job, note, days),
    )


def put_attempt(
    connection: psycopg.Connection[Any], job: UUID, note: str, *, days: float | None, state: str = "retired"
) -> None:
    """`days`: since it was closed; None = it is open."""
    connection.execute(
        "INSERT INTO attempts (id, job_id, tenant, state, detail, closed_at) "
        "VALUES (%s, %s, 't', %s, %s, clock_timestamp() - make_interval(secs => %s * 86400))",
        (uuid4(), job, state, note, days),
    )


def left(url: str, table: str) -> list[str]:
    columns = {"job_events": "detail", "attempts": "detail", "jobs": "idempotency_key"}
    with psycopg.connect(url) as connection:
        rows = connection.execute(f"SELECT {columns[table]} FROM {table} WHERE {columns[table]} IS NOT NULL")  # noqa: S608
        return sorted(str(row[0]) for row in rows)


async def make_due(database: Database) -> None:
    async with database.begin() as session:
        await session.execute(text("UPDATE prunings SET due_at = now() - interval '1 s', lease_until = NULL"))


async def clear(database: Database, *, batch: int = 1000) -> None:
    """Every table once."""
    loop = prune(database, batch=batch)
    await loop.run_once()
    await make_due(database)
    while await loop.run_once() == 0.0:
        pass


async def test_of_the_history_only_what_is_old_and_of_an_ended_job_goes(database: Database) -> None:
    with psycopg.connect(database.url) as connection:
        for state in ("succeeded", "failed", "cancelled", "running", "queued", "needs_attention", "cancelling"):
            job = put_job(connection, state, days=200)
            for days in (EVENTS_DAYS + 1, EVENTS_DAYS - 1):
                put_event(connection, job, f"{state} {days:g}", days=days)
    await clear(database, batch=3)
    young = {f"{state} 89" for state in ("succeeded", "failed", "cancelled")}
    in_flight = {
        f"{state} {n}" for state in ("running", "queued", "needs_attention", "cancelling") for n in ("91", "89")
    }
    assert set(left(database.url, "job_events")) == young | in_flight


async def test_what_is_kept_at_the_old_end_does_not_hide_what_is_old_behind_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prune_loop, "BATCHES", 2)
    with psycopg.connect(database.url) as connection:
        running, ended = put_job(connection, "running", days=200), put_job(connection, "succeeded", days=200)
        for number in range(9):
            put_event(connection, running, f"kept {number}", days=120)
        put_event(connection, ended, "old", days=110)
    loop = prune(database, batch=2)
    await loop.run_once()
    await make_due(database)
    rounds = [await loop.run_once() for _ in range(12)]  # a run that is not done is due again at once
    assert rounds[-1], "it comes to an end"
    assert left(database.url, "job_events") == [f"kept {number}" for number in range(9)]


async def test_of_attempts_only_closed_and_old_ones_of_ended_jobs_go_and_never_an_orphan(database: Database) -> None:
    with psycopg.connect(database.url) as connection:
        done, running = put_job(connection, "succeeded", days=200), put_job(connection, "running", days=200)
        put_attempt(connection, done, "old, ended", days=ATTEMPTS_DAYS + 1)
        put_attempt(connection, done, "old, accepted", days=ATTEMPTS_DAYS + 1, state="accepted")
        put_attempt(connection, done, "orphan", days=ATTEMPTS_DAYS + 1, state="orphaned")
        put_attempt(connection, done, "young", days=ATTEMPTS_DAYS - 1)
        put_attempt(connection, running, "in flight", days=ATTEMPTS_DAYS + 1)
        put_attempt(connection, running, "open", days=None, state="open")
    await clear(database, batch=1)
    assert left(database.url, "attempts") == ["in flight", "open", "orphan", "young"]


async def test_a_key_is_kept_seven_days_and_the_job_stays_as_it_was(database: Database) -> None:
    with psycopg.connect(database.url) as connection:
        old = put_job(connection, "succeeded", days=KEYS_DAYS + 0.1, key="old")
        put_job(connection, "succeeded", days=KEYS_DAYS - 0.1, key="young")
        before = connection.execute("SELECT updated_at, state, fence FROM jobs WHERE id = %s", (old,)).fetchone()
    await clear(database)
    assert left(database.url, "jobs") == ["young"]
    with psycopg.connect(database.url) as connection:
        assert connection.execute("SELECT count(*) FROM jobs").fetchone() == (2,)
        after = connection.execute("SELECT updated_at, state, fence FROM jobs WHERE id = %s", (old,)).fetchone()
    assert after == before, "no ETag moves because a key was forgotten"


async def test_a_recovery_run_that_is_over_goes_with_its_members_and_its_job_stays(database: Database) -> None:
    with psycopg.connect(database.url) as connection:
        for name, days in (("old", RUNS_DAYS + 1), ("young", RUNS_DAYS - 1), ("open", None)):
            job, run = put_job(connection, "succeeded", days=500), uuid4()
            connection.execute(
                "INSERT INTO recovery_runs (id, tenant, plan_id, job_id, mode, plan_hash, waves, ended_at) VALUES "
                "(%s, 't', %s, %s, 'recover', %s, '[]', clock_timestamp() - make_interval(secs => %s * 86400))",
                (run, uuid4(), job, name, days),
            )
            connection.execute(
                "INSERT INTO recovery_members (run_id, position, tenant, protected_item_id, wave, may_fail, state) "
                "SELECT %s, n, 't', %s, 0, false, %s FROM generate_series(0, 2) AS n",
                (run, uuid4(), name),
            )
    await clear(database, batch=1)
    with psycopg.connect(database.url) as connection:
        runs = connection.execute("SELECT plan_hash FROM recovery_runs ORDER BY plan_hash").fetchall()
        members = connection.execute(
            "SELECT state, count(*) FROM recovery_members GROUP BY state ORDER BY 1"
        ).fetchall()
        jobs = connection.execute("SELECT count(*) FROM jobs").fetchone()
    assert (runs, members, jobs) == ([("open",), ("young",)], [("open", 3), ("young", 3)], (3,))


def put_budget(connection: psycopg.Connection[Any], name: str, *, days: float, blocked: bool = False) -> None:
    """`days`: since somebody leased of it last, or since its block ended; less than none, until it will."""
    connection.execute(
        "INSERT INTO azure_budgets (subscription_id, principal, request_class, filled_at, blocked_until) "
        "SELECT %(name)s, 'p', 'list_jobs', at, CASE WHEN %(blocked)s THEN at END "
        "FROM (SELECT clock_timestamp() - make_interval(secs => %(days)s * 86400) AS at) AS past",
        {"name": name, "days": days, "blocked": blocked},
    )


def budgets_left(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        return {row[0] for row in connection.execute("SELECT subscription_id FROM azure_budgets").fetchall()}


async def test_a_budget_that_nobody_has_used_for_long_goes_and_one_in_use_stays(database: Database) -> None:
    with psycopg.connect(database.url) as connection:
        put_budget(connection, "unused", days=ATTEMPTS_DAYS + 1)
        put_budget(connection, "once blocked", days=ATTEMPTS_DAYS + 1, blocked=True)
        put_budget(connection, "seldom used", days=ATTEMPTS_DAYS - 1)
        put_budget(connection, "blocked", days=-0.04, blocked=True)
        put_budget(connection, "used again", days=ATTEMPTS_DAYS + 1)
    asked = Metered("used again", "p", RequestClass.JOB_READS)
    async with database.engine.connect() as connection:
        await budget_rows.lease(connection, asked, Account())
    await clear(database, batch=1)
    assert budgets_left(database.url) == {"seldom used", "blocked", "used again"}


async def test_a_budget_that_is_leased_of_while_the_old_ones_are_cleared_stays(database: Database) -> None:
    with psycopg.connect(database.url) as connection:
        put_budget(connection, "in use again", days=ATTEMPTS_DAYS + 1)
        put_budget(connection, "unused", days=ATTEMPTS_DAYS + 1)
    with psycopg.connect(database.url) as leasing:
        leasing.execute("UPDATE azure_budgets SET filled_at = now() WHERE subscription_id = 'in use again'")
        await clear(database)  # does not wait for it
        assert budgets_left(database.url) == {"in use again"}
    await clear(database)
    assert budgets_left(database.url) == {"in use again"}


async def test_who_still_holds_a_lease_of_a_budget_that_is_gone_makes_a_new_one(database: Database) -> None:
    gate, asked = SharedBudgets(database), Metered("s", "p", RequestClass.JOB_READS)
    for _ in range(3):
        await gate.admit(asked)
        await gate.learn(asked, Answered(200, 900, None))
    async with database.begin() as session:
        await session.execute(text("UPDATE azure_budgets SET filled_at = now() - interval '31 days'"))
    await clear(database)
    assert budgets_left(database.url) == set()
    gate.ask_again()
    for _ in range(20):
        await gate.admit(asked)
        await gate.learn(asked, Answered(200, 800, None))
    assert budgets_left(database.url) == {"s"}


class DyingDatabase:
    """Its process is killed before the n-th transaction."""

    def __init__(self, database: Database, lives: int) -> None:
        self._database, self._lives = database, lives

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        self._lives -= 1
        if self._lives < 0:
            raise asyncio.CancelledError
        async with self._database.begin() as session:
            yield session


@pytest.mark.parametrize("lives", some_of(range(1, 9), short=3))
async def test_a_kill_between_two_batches_loses_nothing_and_the_next_one_goes_on(
    database: Database, lives: int
) -> None:
    with psycopg.connect(database.url) as connection:
        done, running = put_job(connection, "succeeded", days=200), put_job(connection, "running", days=200)
        for number in range(12):
            put_event(connection, done if number % 3 else running, f"{number:02}", days=100)
        put_event(connection, done, "young", days=1)
    await prune(database).run_once()
    await make_due(database)
    async with database.begin() as session:
        await session.execute(text("DELETE FROM prunings WHERE name <> 'events'"))
    dying = prune(DyingDatabase(database, lives), batch=2)  # type: ignore[arg-type]
    try:
        while await dying.run_once() == 0.0:
            pass
    except asyncio.CancelledError:
        await make_due(database)  # its lease has ended
    await clear(database, batch=2)
    assert left(database.url, "job_events") == ["00", "03", "06", "09", "young"]


async def test_of_many_replicas_one_clears_each_table(database: Database) -> None:
    with psycopg.connect(database.url) as connection:
        done = put_job(connection, "succeeded", days=200)
        for number in range(50):
            put_event(connection, done, str(number), days=100)
    replicas = [prune(database, batch=7) for _ in TABLES]
    await replicas[0].run_once()
    await make_due(database)
    await asyncio.gather(*(replica.run_once() for replica in replicas))
    async with database.begin() as session:
        rows = (await session.execute(text("SELECT name, fence, due_at > now() FROM prunings ORDER BY name"))).all()
    assert [tuple(row) for row in rows] == [(name, 1, True) for name in TABLES]
    assert left(database.url, "job_events") == []


async def test_a_worker_frozen_past_its_lease_clears_nothing_more(database: Database) -> None:
    with psycopg.connect(database.url) as connection:
        done = put_job(connection, "succeeded", days=200)
        for number in range(4):
            put_event(connection, done, str(number), days=100)
    frozen = prune(database)
    await frozen.run_once()
    await make_due(database)
    async with database.begin() as session:
        await session.execute(text("UPDATE prunings SET fence = fence + 1"))
    rule = frozen._rules["events"]
    assert await frozen._clear("events", 0, rule) == (0, False)
    assert len(left(database.url, "job_events")) == 4


async def test_nothing_is_cleared_in_the_first_hour_and_then_once_an_hour(database: Database) -> None:
    loop = prune(database)
    first = await loop.run_once()
    assert first is not None
    assert 3590 < first <= 3600
    assert await loop.run_once() == pytest.approx(first, abs=10)


@pytest.mark.parametrize(
    ("name", "value"), [("ATTEMPTS", "6.9"), ("EVENTS", "0.5"), ("EVENTS", "never"), ("ATTEMPTS", "-1")]
)
def test_a_retention_that_would_break_a_promise_stops_the_process(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"HOLDFAST_RETENTION_{name}_DAYS", value)
    with pytest.raises(SettingsError, match=f"HOLDFAST_RETENTION_{name}_DAYS"):
        load_settings()
