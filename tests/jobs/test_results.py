"""Lean ends: a backup ends by what a list says, at once; what only a GET tells follows when there is room for it."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from app.backups.work import Backup
from app.jobs.sweep import results as sweep_results
from app.jobs.sweep import store as sweep_store
from app.jobs.sweep import sweep as sweep_loop
from tests.jobs.lost_attempts import look
from tests.jobs.result_steps import sweep
from tests.jobs.sweep_steps import running_backups
from tests.restores.restore_requests import ask
from tests.world import DISKS, World, until


async def ended_in_azure(world: World, count: int) -> list[dict[str, Any]]:
    """Over in Azure, and nobody here has seen it."""
    jobs = await running_backups(world, count)
    world.advance(20_000)
    return jobs


async def results(world: World, jobs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Read from the rows: looking through the API would make the jobs watched ones."""
    rows = await world.rows(
        "SELECT state, result, details_wanted FROM jobs WHERE id = ANY(:ids)", ids=[UUID(job["id"]) for job in jobs]
    )
    return [dict(row) for row in rows]


async def test_with_nothing_to_spare_backups_end_at_once_by_the_lists_alone(world: World) -> None:
    jobs = await ended_in_azure(world, 6)
    asked = await sweep(world, spare=0.0)
    assert set(asked) == {"list_jobs"}, "not one GET, and no list of items"
    rows = await results(world, jobs)
    assert {row["state"] for row in rows} == {"succeeded"}
    assert all(row["details_wanted"] for row in rows), "what is missing is on record"
    assert all((row["result"] or {}).get("backup_size") is None for row in rows), "nothing is made up"


async def test_what_is_missing_is_told_later_with_one_get_each_and_one_list_of_items(world: World) -> None:
    jobs = await ended_in_azure(world, 4)
    await sweep(world, spare=0.0)
    asked = await sweep(world, spare=8.0)
    assert asked["get_job"] == 4
    rows = await results(world, jobs)
    assert not any(row["details_wanted"] for row in rows)
    assert all(row["result"]["backup_size"] and row["result"]["recovery_point_time"] for row in rows)
    assert "get_job" not in await sweep(world, spare=8.0), "told once, never asked for again"


async def test_with_room_for_some_the_rest_waits_and_every_one_has_ended(world: World) -> None:
    jobs = await ended_in_azure(world, 5)
    asked = await sweep(world, spare=3.0)
    assert asked.get("get_job", 0) <= 3
    rows = await results(world, jobs)
    assert {row["state"] for row in rows} == {"succeeded"}
    assert 0 < sum(row["details_wanted"] for row in rows) < 5


async def test_a_watched_job_has_its_details_at_once_whatever_there_is_to_spare(world: World) -> None:
    jobs = await ended_in_azure(world, 3)
    await look(world, jobs[1])
    asked = await sweep(world, spare=0.0)
    assert asked["get_job"] == 1
    assert (await look(world, jobs[1]))["result"]["backup_size"]


async def test_a_failure_needs_no_get(world: World) -> None:
    """The list carries Azure's error: the caller has it with the first look."""
    world.fault("POST", r"/backup$", "fail_job", times=2)
    jobs = await ended_in_azure(world, 2)
    asked = await sweep(world, spare=0.0)
    assert "get_job" not in asked
    for job in jobs:
        failed = await look(world, job)
        assert (failed["state"], failed["error"]["azure_code"]) == ("failed", "VMCreationTimeOutStorageErrorV2")


# --- what cannot be digested -----------------------------------------------------------------------------------------
async def test_a_job_that_a_bug_cannot_read_does_not_hold_back_the_others_of_its_vault(world: World) -> None:
    jobs = await ended_in_azure(world, 3)
    await world.rows("UPDATE jobs SET ask = '{}' WHERE id = :id RETURNING id", id=UUID(jobs[1]["id"]))
    await sweep(world, spare=8.0)
    assert [(await look(world, job))["state"] for job in jobs] == ["succeeded", "running", "succeeded"]


async def test_consequences_that_fail_keep_their_own_job_only(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs = await ended_in_azure(world, 3)
    finish = Backup.finish

    async def fail(self: Backup, session: Any, ticket: Any, *more: Any) -> None:
        if str(ticket.id) == jobs[0]["id"]:
            raise RuntimeError("a bug")
        await finish(self, session, ticket, *more)

    monkeypatch.setattr(Backup, "finish", fail)
    await sweep(world, spare=8.0)
    assert [(await look(world, job))["state"] for job in jobs] == ["running", "succeeded", "succeeded"]
    (watch,) = await world.rows("SELECT lease_until, is_busy FROM vault_watches")
    assert (watch["lease_until"], watch["is_busy"]) == (None, True), "the vault is looked at again, and soon"
    monkeypatch.undo()
    await world.settle()
    assert (await look(world, jobs[0]))["state"] == "succeeded"


async def test_a_result_that_azure_has_forgotten_is_not_asked_for_for_ever(world: World) -> None:
    """The newest comes first: it would keep all that come after it waiting."""
    jobs = await ended_in_azure(world, 3)
    await sweep(world, spare=0.0)
    (row,) = await world.rows("SELECT azure_job_id FROM jobs WHERE id = :id", id=UUID(jobs[-1]["id"]))
    (vault,) = world.simulator.world.vaults.values()
    del vault.jobs[row["azure_job_id"]]
    asked = await sweep(world, spare=8.0)
    assert asked["get_job"] == 3
    rows = await results(world, jobs)
    assert not any(row["details_wanted"] for row in rows)
    assert sum(row["result"]["backup_size"] is not None for row in rows) == 2


async def test_what_cannot_be_read_keeps_no_other_waiting_and_is_given_up(world: World) -> None:
    """The newest comes first, and what a calm vault may spare is not used up by it again and again."""
    jobs = await ended_in_azure(world, 3)
    await sweep(world, spare=0.0)
    (row,) = await world.rows("SELECT azure_job_id FROM jobs WHERE id = :id", id=UUID(jobs[-1]["id"]))
    world.fault("GET", f"/backupJobs/{row['azure_job_id']}", "status_before", status=400, code="Odd", times=None)
    await sweep(world, spare=8.0)
    rows = {row["id"]: row for row in await world.rows("SELECT id, details_wanted, tries, updated_at FROM jobs")}
    assert [rows[UUID(job["id"])]["details_wanted"] for job in jobs] == [False, False, True]
    assert rows[UUID(jobs[-1]["id"])]["tries"] == 1
    await world.rows(
        "UPDATE jobs SET tries = 19, state = 'failed', warnings = NULL WHERE id = :id RETURNING id",
        id=UUID(jobs[-1]["id"]),
    )
    await sweep(world, spare=8.0)
    (row,) = await world.rows("SELECT details_wanted, warnings FROM jobs WHERE id = :id", id=UUID(jobs[-1]["id"]))
    assert not row["details_wanted"]
    assert "are not read any more. The last error: 400 Odd" in row["warnings"][0]["detail"]


async def ended_restores(world: World, count: int) -> None:
    """Over in Azure, and nobody here has seen it. The result of each costs a GET."""
    item = await world.item()
    await world.back_up(item)
    for _ in range(count):
        assert (await ask(world, item, DISKS)).status_code == 202
    await world.run_due()
    await world.step(seconds=5)
    world.advance(20_000)
    await world.make_due()


class SlowReads(httpx.AsyncBaseTransport):
    """Azure answers everything else at once, and what is asked about one job when it may."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner
        self.asked = 0
        self.at_once = 0
        """So many are answered without waiting."""
        self.may_answer = asyncio.Event()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if "/backupJobs/" in request.url.path:
            self.asked += 1
            if self.asked > self.at_once:
                await self.may_answer.wait()
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()


@pytest.fixture
async def slow(world: World, monkeypatch: pytest.MonkeyPatch) -> SlowReads:
    """Six ends, read two by two from an Azure that is slower than the leases are long."""
    await ended_restores(world, 6)
    monkeypatch.setattr(sweep_results, "PIECE", 2)
    monkeypatch.setattr(sweep_store, "LEASE", timedelta(seconds=1))
    world.http._transport = slow = SlowReads(world.http._transport)
    return slow


async def renewals(world: World, slow: SlowReads, count: int) -> None:
    """Wait until a sweep reads, and its lease was renewed `count` times. The vault is due all the time."""
    await until(lambda: slow.asked > 0)
    await world.make_due()
    ends: set[datetime] = set()
    async with asyncio.timeout(20):
        while len(ends) <= count:
            (row,) = await world.rows("SELECT lease_until FROM vault_watches")
            ends.add(row["lease_until"])


async def test_what_has_been_read_is_settled_before_the_rest_is(
    world: World, slow: SlowReads, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who dies in the middle had settled all but the last few."""
    monkeypatch.setattr(sweep_results, "PIECE", 50)
    slow.at_once = 2
    sweep = asyncio.ensure_future(world.loops["observing"].run_once())
    async with asyncio.timeout(20):
        while len(await world.rows("SELECT 1 FROM jobs WHERE kind = 'restore' AND state = 'succeeded'")) < 2:
            pass
    assert not slow.may_answer.is_set()
    slow.may_answer.set()
    await sweep
    assert slow.asked == 6
    assert not await world.in_flight()


async def test_a_sweep_that_takes_longer_than_its_lease_keeps_its_vault(world: World, slow: SlowReads) -> None:
    sweep = asyncio.ensure_future(world.loops["observing"].run_once())
    await renewals(world, slow, 4)
    async with world.database.begin() as session:
        assert await sweep_store.claim_vaults(session, limit=5) == [], "nobody else takes it over"
    slow.may_answer.set()
    await sweep
    assert slow.asked == 6, "each is read once"
    assert not await world.in_flight()


async def test_who_was_taken_over_in_the_middle_of_a_sweep_reads_no_further(world: World, slow: SlowReads) -> None:
    sweep = asyncio.ensure_future(world.loops["observing"].run_once())
    await renewals(world, slow, 1)
    await world.rows("UPDATE vault_watches SET fence = fence + 1 RETURNING 1")
    await asyncio.wait_for(sweep, 10)
    assert slow.asked == 2, "what it would read on would be read for nothing"
    slow.may_answer.set()
    states = await world.rows("SELECT state, count(*) AS many FROM jobs WHERE kind = 'restore' GROUP BY 1")
    assert [(row["state"], row["many"]) for row in states] == [("running", 6)]


async def test_what_hangs_does_not_hold_its_vault_for_good(
    world: World, slow: SlowReads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep_loop, "LONGEST_SWEEP", 0.5)
    sweep = asyncio.ensure_future(world.loops["observing"].run_once())
    await until(lambda: slow.asked > 0)
    async with asyncio.timeout(20):
        while not await world.rows("SELECT 1 FROM vault_watches WHERE lease_until < clock_timestamp()"):
            pass
    slow.may_answer.set()
    await sweep
    assert not await world.in_flight(), "nobody came: what was read counts"
