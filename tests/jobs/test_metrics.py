"""What an operator is alarmed by is counted over all tenants, and as cheaply however many jobs have ended."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from prometheus_client.parser import text_string_to_metric_families
from psycopg import sql

from app.core.db.database import API_ROLE, WORKER_ROLE
from app.jobs.lifecycle import TERMINAL, State
from tests.database import cloned
from tests.jobs.plan_checks import complaints
from tests.many_jobs import put_many_jobs
from tests.world import VAULT, World

ENDED = 30_000
UNDER_WAY = 700
FUNCTIONS = ("holdfast_jobs_in_flight", "holdfast_attempts_open", "holdfast_work_due")
LOOPS = {"submitting", "resolving", "operations", "observing", "cancelling", "pruning"}

_UNDER_WAY = """
INSERT INTO jobs (id, tenant, caller, requested_by, kind, state, series, ask, due_at, lease_until, azure_job_id,
                  vault_id, approval_id)
SELECT gen_random_uuid(), 'tenant-' || n % 7, 'caller', 'bulk', 'backup',
       (ARRAY['queued', 'submitting', 'running', 'running', 'running', 'cancelling', 'awaiting_approval'])[1 + n % 7],
       CASE WHEN n % 7 = 0 THEN 'series-' || n / 14 END, '{}', now() + (n % 60 - 30) * interval '1 s',
       CASE WHEN n % 4 = 0 THEN now() + interval '1 min' END, CASE WHEN n % 7 IN (2, 3, 4) THEN 'azure-' || n END,
       md5((n % 100)::text)::uuid, CASE WHEN n % 7 = 6 THEN gen_random_uuid() END
FROM generate_series(1, 700) AS n
"""
_ATTEMPTS = """
INSERT INTO attempts (id, job_id, tenant, state, closed_at)
SELECT gen_random_uuid(), id, tenant, CASE WHEN state = 'submitting' THEN 'open' ELSE 'accepted' END,
       CASE WHEN state <> 'submitting' THEN now() END
FROM jobs
"""


def put_job(connection: psycopg.Connection[Any], state: str, **columns: Any) -> None:
    """A job of somebody's, asked for `minutes` ago; due, free and `kind` restore, if nothing else is said."""
    minutes = columns.pop("minutes", 0)
    values = {
        "id": uuid4(),
        "tenant": f"tenant-{uuid4()}",
        "caller": "c",
        "requested_by": "c",
        "kind": "restore",
        "state": state,
        "ask": "{}",
        **columns,
    }
    statement = sql.SQL("INSERT INTO jobs ({}, created_at, due_at) VALUES ({}, {ago}, {ago})").format(
        sql.SQL(", ").join(map(sql.Identifier, values)),
        sql.SQL(", ").join(sql.Placeholder() * len(values)),
        ago=sql.SQL("now() - make_interval(mins => {})").format(sql.Literal(minutes)),
    )
    connection.execute(statement, list(values.values()))


async def scraped(world: World) -> dict[str, dict[tuple[str, ...], float]]:
    """By metric: the value by its labels' values. As anybody reads it, without a token."""
    async with world.client(None) as scraper:
        answer = await scraper.get("/metrics")
    assert answer.status_code == 200
    return {
        family.name: {tuple(sample.labels.values()): sample.value for sample in family.samples}
        for family in text_string_to_metric_families(answer.text)
    }


async def test_every_state_that_is_no_end_is_counted_with_the_age_of_its_oldest(world: World) -> None:
    with psycopg.connect(world.database.url, autocommit=True) as connection:
        for state in State:
            approval = {"approval_id": uuid4()} if state is State.AWAITING_APPROVAL else {}
            for minutes in (10, 30):
                put_job(connection, state, minutes=minutes, **approval)
        put_job(connection, "needs_attention", kind="backup")
    found = await scraped(world)
    states = {("restore", state.value) for state in State if state not in TERMINAL}
    jobs, oldest = found["holdfast_jobs_in_flight"], found["holdfast_job_oldest_seconds"]
    assert jobs == dict.fromkeys(states, 2) | {("backup", "needs_attention"): 1}
    assert {labels for labels, seconds in oldest.items() if 1800 <= seconds < 1900} == states
    assert 0 <= oldest["backup", "needs_attention"] < 100


async def test_open_attempts_are_counted_with_the_age_of_the_oldest(world: World) -> None:
    assert (await scraped(world))["holdfast_attempts_open"] == {(): 0}
    with psycopg.connect(world.database.url, autocommit=True) as connection:
        for _ in range(3):
            put_job(connection, "submitting")
        connection.execute(
            "INSERT INTO attempts (id, job_id, tenant, opened_at, state) SELECT gen_random_uuid(), id, tenant, "
            "now() - row_number() OVER () * interval '1 hour', "
            "CASE WHEN row_number() OVER () < 3 THEN 'open' ELSE 'retired' END FROM jobs"
        )
    found = await scraped(world)
    assert found["holdfast_attempts_open"] == {(): 2}
    assert 7200 <= found["holdfast_attempt_oldest_seconds"][()] < 7300


async def test_what_no_worker_takes_is_overdue_and_nothing_else_is(world: World) -> None:
    assert (await scraped(world))["holdfast_work_due"] == {(loop,): 0 for loop in LOOPS}
    with psycopg.connect(world.database.url, autocommit=True) as connection:
        for state in ("queued", "submitting", "running"):
            put_job(connection, state, minutes=10)
            put_job(connection, state, minutes=20, lease_until="infinity")
        put_job(connection, "queued", minutes=-10)
        put_job(connection, "queued", minutes=20, cancel='{"state": "requested"}')
        put_job(connection, "running", minutes=20, azure_job_id="a sweep looks after it")
        put_job(connection, "needs_attention", minutes=20)
        for number, first in enumerate(("running", "queued")):
            put_job(connection, first, minutes=5, series=f"series-{number}", id=UUID(int=number))
            put_job(connection, "queued", minutes=20, series=f"series-{number}")
    found = await scraped(world)
    assert found["holdfast_work_due"] == {(loop,): 0 for loop in LOOPS} | {
        ("submitting",): 2,
        ("resolving",): 1,
        ("operations",): 2,
    }
    overdue = found["holdfast_work_overdue_seconds"]
    assert {loop for (loop,), seconds in overdue.items() if 600 <= seconds < 700} == {
        "submitting",
        "resolving",
        "operations",
    }
    assert {overdue[loop,] for loop in ("observing", "cancelling", "pruning")} == {0}


async def test_it_is_what_the_loops_take(world: World) -> None:
    await world.api.post("/v1/vaults", json=VAULT)
    assert (await scraped(world))["holdfast_work_due"]["submitting",] == 1
    await world.run_due()
    await world.make_due()
    found = (await scraped(world))["holdfast_work_due"]
    await world.settle()
    await world.make_due()
    assert sum(found.values()) >= 1
    assert (await scraped(world))["holdfast_work_due"]["observing",] == 1, "the vault is looked at from now on"
    await world.run_due()
    assert set((await scraped(world))["holdfast_work_due"].values()) == {0}


async def test_a_lease_that_has_ended_counts_from_its_end(world: World) -> None:
    with psycopg.connect(world.database.url, autocommit=True) as connection:
        put_job(connection, "submitting", minutes=100)
        connection.execute("UPDATE jobs SET lease_until = now() - interval '1 min'")
    assert 60 <= (await scraped(world))["holdfast_work_overdue_seconds"]["resolving",] < 160


# --- at size ---------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def filled(template_database_url: str) -> Iterator[str]:
    with cloned(template_database_url) as url:
        with psycopg.connect(url) as connection:
            put_many_jobs(connection, jobs=ENDED, days=30)
            connection.execute(_UNDER_WAY)
            connection.execute(_ATTEMPTS)
            connection.commit()
            connection.autocommit = True
            connection.execute("VACUUM ANALYZE jobs, attempts")
        yield url


def looked_through(url: str, function: str, *, without: Sequence[str] = ()) -> list[str]:
    """What is wrong with how the function reads; it may have to do `without` some indexes."""
    with psycopg.connect(url) as connection:
        for index in without:
            connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(index)))
        row = connection.execute("SELECT prosrc FROM pg_proc WHERE proname = %s", [function]).fetchone()
        assert row is not None
        connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(WORKER_ROLE)))
        plan = connection.execute(b"EXPLAIN (ANALYZE, TIMING off, FORMAT JSON) " + row[0].encode()).fetchone()
        assert plan is not None
        connection.rollback()
        return [
            complaint
            for complaint in complaints(plan[0][0]["Plan"], reads=2 * UNDER_WAY)
            if "jobs" in complaint or "attempts" in complaint
        ]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_counting_reads_what_has_not_ended_and_no_row_of_what_has(filled: str, function: str) -> None:
    assert looked_through(filled, function) == []


@pytest.mark.parametrize(
    ("function", "indexes"),
    [
        # Where there are few tenants the lists' own index would do as well.
        (
            "holdfast_jobs_in_flight",
            ["ix_jobs_due", "ix_jobs_tenant_state_id", "ix_jobs_turns", "ix_jobs_turns_approved"],
        ),
        ("holdfast_work_due", ["ix_jobs_due", "ix_jobs_tenant_state_id", "ix_jobs_turns", "ix_jobs_turns_approved"]),
        ("holdfast_attempts_open", ["uq_attempts_one_open"]),
    ],
)
def test_without_its_indexes_it_would_be_complained_about(filled: str, function: str, indexes: list[str]) -> None:
    assert looked_through(filled, function, without=indexes)


def test_the_api_may_count_and_sees_no_row_by_it(filled: str) -> None:
    with psycopg.connect(filled) as connection:
        connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(API_ROLE)))
        for function in FUNCTIONS:
            assert connection.execute(sql.SQL("SELECT * FROM {}()").format(sql.Identifier(function))).fetchall()
        assert connection.execute("SELECT count(*) FROM jobs").fetchone() == (0,)
