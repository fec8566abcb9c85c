"""What Azure refuses it will refuse again: refused looks are repeated ever later, and cost next to nothing."""

from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import text

from app.jobs.scheduling import longest_interval
from tests.jobs.lost_attempts import ask_for_backup
from tests.world import World

DAY = timedelta(days=1).total_seconds()


async def looks_in(world: World, loop: str, rows: str, seconds: float) -> tuple[int, list[Any]]:
    """(how often the loop looked, what it logged above info) while so many seconds pass, of which none is waited for.

    `rows`: a table, and which of its rows: their own pause is what passes from one look to the next.
    """
    looks, passed = 0, 0.0
    table = rows.split(maxsplit=1)[0]
    which = rows.removeprefix(table)
    with structlog.testing.capture_logs() as logs:
        while True:
            async with world.database.begin() as session:
                pause = await session.scalar(
                    text(f"SELECT extract(epoch FROM min(due_at) - clock_timestamp())::float FROM {rows}")  # noqa: S608
                )
                passed += max(pause or 0.0, 0.0) if looks else 0.0
                if passed > seconds:
                    return looks, [line for line in logs if line["log_level"] in {"warning", "error"}]
                await session.execute(text(f"UPDATE {table} SET due_at = clock_timestamp(), lease_until = NULL{which}"))  # noqa: S608
                await session.execute(
                    text("UPDATE vault_watches SET taken_in_at = NULL, vault_read_at = vault_read_at - :passed"),
                    {"passed": timedelta(seconds=max(pause or 0.0, 0.0))},
                )
            await world.loops[loop].run_once()
            looks += 1
            assert looks < 500, passed


async def test_a_vault_that_is_gone_costs_some_thirty_looks_on_its_first_day(world: World) -> None:
    await world.vault()
    world.simulator.world.vaults.clear()
    before = world.requests
    looks, told = await looks_in(world, "observing", "vault_watches", DAY)
    asked = world.requests - before
    assert 20 <= looks <= 45
    assert asked["list_jobs"] == looks, "a list each"
    assert asked.total() - looks <= 3, "and the vault itself while it may still be there"
    drifts = [line for line in told if line["event"] in {"estate.drift", "estate.weakened"}]
    told = [line for line in told if line not in drifts]
    assert len(drifts) <= 2, "that it is gone is told once, and no more often"
    assert [line["event"] for line in told] == ["sweep.could_not_look"] * looks
    pauses = [line["again_in"] for line in told]
    assert pauses == sorted(pauses)
    assert pauses[0] <= 4
    assert pauses[-1] == longest_interval(world.settings.poll_seconds)


async def test_a_vault_that_is_back_is_looked_at_as_ever(world: World) -> None:
    await world.vault()
    kept = dict(world.simulator.world.vaults)
    world.simulator.world.vaults.clear()
    await looks_in(world, "observing", "vault_watches", DAY / 24)
    world.simulator.world.vaults.update(kept)
    await world.run("observing")
    (row,) = await world.rows(
        "SELECT tries, extract(epoch FROM due_at - clock_timestamp())::float AS due FROM vault_watches"
    )
    assert row["tries"] == 0
    assert row["due"] <= 30 * world.settings.poll_seconds


async def test_what_is_away_is_back_soon(world: World) -> None:
    """No refusal: a 503 may be over in a moment, and is asked about every POLL_SECONDS."""
    await world.vault()
    world.fault("GET", r"/backupJobs", "status_before", times=None, status=503)
    looks, told = await looks_in(world, "observing", "vault_watches", 600)
    assert looks >= 20
    assert max(line["again_in"] for line in told) <= world.settings.poll_seconds


async def test_an_operation_that_is_refused_is_asked_about_ever_later(world: World) -> None:
    """403 for a day: never an end of the job, and never a look every POLL_SECONDS."""
    job = await ask_for_backup(world, await world.item())
    await world.loops["submitting"].run_once()
    denied = {"code": "AuthorizationFailed", "message": "no"}
    world.fault(
        "GET",
        r"/(operationResults|operationsStatus|backupOperations)/",
        "status_before",
        times=None,
        status=403,
        **denied,
    )
    looks, _ = await looks_in(world, "operations", f"jobs WHERE id = '{job['id']}'", DAY / 4)
    (row,) = await world.rows("SELECT state, waiting_reason FROM jobs WHERE id::text = :id", id=job["id"])
    assert (row["state"], row["waiting_reason"]) == ("running", "azure_unreachable")
    assert 24 <= looks <= 36, "every fifteen minutes at last"


HOUR = timedelta(hours=1).total_seconds()
DENIED = {"code": "AuthorizationFailed", "message": "no"}


async def test_one_refusal_after_an_outage_costs_a_vault_no_hour(world: World) -> None:
    await world.vault()
    world.fault("GET", r"/backupJobs", "status_before", times=None, status=503)
    await looks_in(world, "observing", "vault_watches", HOUR)
    world.simulator.faults.waiting.clear()
    world.fault("GET", r"/backupJobs", "status_before", times=None, status=403, **DENIED)
    _, told = await looks_in(world, "observing", "vault_watches", HOUR)
    pauses = [line["again_in"] for line in told]
    assert pauses[0] <= 2 * world.settings.poll_seconds, "the doubling begins here"
    assert pauses == sorted(pauses)
    assert pauses[-1] > pauses[0]


async def test_one_refusal_after_an_outage_is_no_long_wait_of_an_operation(world: World) -> None:
    job = await ask_for_backup(world, await world.item())
    await world.loops["submitting"].run_once()
    polls = r"/(operationResults|operationsStatus|backupOperations)/"
    world.fault("GET", polls, "status_before", times=None, status=503)
    await looks_in(world, "operations", f"jobs WHERE id = '{job['id']}'", HOUR)
    world.simulator.faults.waiting.clear()
    world.fault("GET", polls, "status_before", times=None, status=403, **DENIED)
    async with world.database.begin() as session:
        await session.execute(text("UPDATE jobs SET due_at = clock_timestamp()"))
    await world.loops["operations"].run_once()
    (row,) = await world.rows(
        "SELECT tries, extract(epoch FROM due_at - clock_timestamp())::float AS due FROM jobs WHERE id::text = :id",
        id=job["id"],
    )
    assert row["due"] <= 2 * world.settings.poll_seconds


async def test_a_list_of_items_that_is_owed_counts_as_no_failed_look(world: World) -> None:
    """Looks that succeed leave no trace in what the first that fails costs; and it is asked for ever less often."""
    await world.vault()
    async with world.database.begin() as session:
        await session.execute(
            text("UPDATE vault_watches SET items_owed_at = clock_timestamp() - interval '20 seconds'")
        )
    world.fault("GET", r"/backupProtectedItems", "status_before", times=None, status=403, **DENIED)
    for owed_for in (60, 300, HOUR):
        async with world.database.begin() as session:
            await session.execute(
                text(
                    "UPDATE vault_watches SET due_at = clock_timestamp(), spare = 8, items_owed_at = "
                    "clock_timestamp() - make_interval(secs => :owed)"
                ),
                {"owed": owed_for},
            )
        await world.loops["observing"].run_once()
        (row,) = await world.rows(
            "SELECT tries, extract(epoch FROM due_at - clock_timestamp())::float AS due FROM vault_watches"
        )
        assert row["tries"] == 0
        poll = world.settings.poll_seconds
        assert row["due"] <= 1.03 * min(max(owed_for + 5, poll), 30 * poll)
        assert row["due"] >= 0.9 * min(max(owed_for, poll), 30 * poll)
