"""One sweep per vault: what it costs, what it believes, and what it never does."""

import asyncio
from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from app.jobs import watches
from app.jobs.sweep import store as sweep_store
from app.jobs.sweep.next_sweep import NextSweep
from app.jobs.sweep.watch import Watch
from tests.jobs.lost_attempts import ask_for_backup, look
from tests.jobs.recording_transport import SpyingTransport
from tests.jobs.sweep_steps import running_backups
from tests.whole import some_of
from tests.world import DISKS, World

LISTS = r"/backupJobs$"
JOB = r"/backupJobs/[^/]+$"


async def test_a_vault_costs_one_list_however_many_jobs_it_has(world: World) -> None:
    await running_backups(world, 9)
    asked = await world.run("observing")
    assert (asked["list_jobs"], asked["get_job"]) == (1, 0)


async def test_vanished_jobs_cost_one_more_list_and_one_get_each_at_their_end(world: World) -> None:
    jobs = await running_backups(world, 6)
    world.advance(20_000)
    asked = await world.run("observing")
    assert {(await look(world, job))["state"] for job in jobs} == {"succeeded"}
    assert (asked["list_jobs"], asked["get_job"]) == (2, 6)


async def test_percent_and_tasks_are_fetched_only_while_somebody_is_watching(world: World) -> None:
    item = await world.item()
    await world.back_up(item)
    body = {"protected_item_id": item["id"], "recovery_point": {"latest": True}, "target": DISKS}
    job = (await world.api.post("/v1/restores", json=body)).json()
    await world.step(5)
    await world.step(90)
    (row,) = await world.rows("SELECT progress_percent, tasks FROM jobs WHERE id = :id", id=UUID(job["id"]))
    assert (row["progress_percent"], row["tasks"]) == (None, [])
    assert (await look(world, job))["progress_percent"] is None, "looking asks for it; it comes with the next sweep"
    await world.step(5)
    watched = await look(world, job)
    assert 0 < watched["progress_percent"] < 100
    assert watched["tasks"] == [{"name": "Transfer data from vault", "state": "running"}]
    assert watched["as_of"] is not None


TROUBLE = [(429, "throttled"), (503, "azure_unreachable"), (500, "azure_unreachable")]


@pytest.mark.parametrize(("status", "reason"), some_of(TROUBLE, short=1))
async def test_a_throttled_or_broken_list_never_fails_a_job(world: World, status: int, reason: str) -> None:
    jobs = await running_backups(world, 2)
    etag = (await world.api.get(f"/v1/jobs/{jobs[0]['id']}")).headers["ETag"]
    world.fault("GET", LISTS, "status_before", status=status, retry_after="120", times=3)
    for _ in range(3):
        await world.run("observing")
        for job in jobs:
            waiting = await look(world, job)
            assert (waiting["state"], waiting["waiting"]["reason"]) == ("running", reason)
    again = await world.api.get(f"/v1/jobs/{jobs[0]['id']}", headers={"If-None-Match": etag})
    assert again.status_code == 200, "a job that waits is another version of it"
    (watch,) = await world.rows("SELECT extract(epoch FROM due_at - clock_timestamp()) AS seconds FROM vault_watches")
    if status == 429:
        assert float(watch["seconds"]) > 100, "Retry-After is kept, not shortened"
    await world.settle()
    for job in jobs:
        done = await look(world, job)
        assert (done["state"], done["waiting"]) == ("succeeded", None)


async def test_an_end_whose_details_cannot_be_had_waits_for_the_next_sweep(world: World) -> None:
    (job,) = await running_backups(world, 1)
    world.advance(20_000)
    world.fault("GET", JOB, "status_before", status=503)
    await world.run("observing")
    assert (await look(world, job))["state"] == "running", "an end without its result is not written"
    await world.settle()
    assert (await look(world, job))["state"] == "succeeded"


async def test_a_failed_azure_job_is_a_failed_job_with_azures_reason_and_our_remedy(world: World) -> None:
    item = await world.item()
    await world.back_up(item)
    world.fault("POST", r"/restore$", "fail_job")
    body = {"protected_item_id": item["id"], "recovery_point": {"latest": True}, "target": DISKS}
    job = (await world.api.post("/v1/restores", json=body)).json()
    await world.settle()
    failed = await look(world, job)
    assert failed["state"] == "failed"
    assert failed["error"]["azure_code"] == "VMCreationTimeOutStorageErrorV2"
    assert "staging storage account" in failed["error"]["remedy"]
    assert failed["finished_at"] is not None
    restore = (await world.api.get(job["resource"])).json()
    assert (restore["state"], restore["error"]) == ("failed", failed["error"])


async def test_a_terminal_row_is_never_written_again(world: World) -> None:
    (job,) = await running_backups(world, 1)
    await world.rows("UPDATE jobs SET state = 'cancelled' WHERE id = :id RETURNING id", id=UUID(job["id"]))
    world.advance(20_000)
    await world.step()
    assert (await look(world, job))["state"] == "cancelled"


async def test_an_observer_that_lost_its_watch_writes_nothing(world: World) -> None:
    """Frozen between its look and its writing, while another one took the vault over."""
    (job,) = await running_backups(world, 1)
    world.advance(20_000)
    await world.make_due()
    taken = "UPDATE vault_watches SET fence = fence + 1 RETURNING vault_id"

    async def take_over() -> list[str]:
        return [str(row["vault_id"]) for row in await world.rows(taken)]

    answers: list[list[str]] = []
    inner = world.http._transport
    world.http._transport = SpyingTransport(inner, "/backupJobs?", take_over, answers)
    await world.loops["observing"].run_once()
    world.http._transport = inner
    assert answers
    assert (await look(world, job))["state"] == "running"
    await world.rows("UPDATE vault_watches SET lease_until = NULL RETURNING vault_id")
    await world.settle()
    assert (await look(world, job))["state"] == "succeeded"


async def claimed(world: World) -> Watch:
    """A vault with a backup under way, whose sweep has begun."""
    await running_backups(world, 1)
    await world.make_due()
    async with world.database.begin() as session:
        (watch,) = await sweep_store.claim_vaults(session, limit=1)
    return watch


async def test_a_wake_during_a_sweep_is_not_lost(world: World) -> None:
    watch = await claimed(world)
    async with world.database.begin() as session:
        await watches.look_at_vault(session, watch.vault_id, within=1)
    async with world.database.begin() as session:
        await sweep_store.give_back(session, watch, NextSweep(900, 0), spare=0.0)
        due_in = await sweep_store.due_in(session)
    assert due_in is not None
    assert due_in <= 1


async def test_a_renewal_that_comes_after_the_end_of_a_sweep_takes_nothing_back(world: World) -> None:
    """Both are on their way at once; the vault would be nobody's, and leased, for as long as a lease lasts."""
    watch = await claimed(world)
    async with world.database.begin() as session:
        await sweep_store.give_back(session, watch, NextSweep(30, 0), spare=0.0)
    async with world.database.begin() as session:
        assert await sweep_store.go_on(session, watch) is None
    (row,) = await world.rows("SELECT lease_until, due_at - clock_timestamp() AS due_in FROM vault_watches")
    assert row["lease_until"] is None
    assert row["due_in"].total_seconds() <= 30


async def test_one_vault_that_fails_does_not_hold_back_another(world: World) -> None:
    first = await world.vault()
    second = await world.vault(name="vault-two")
    items = [await world.item("vm-web-01", first), await world.item("vm-db-01", second)]
    jobs = [await ask_for_backup(world, item) for item in items]
    await world.step(10)
    world.fault("GET", r"/vaults/vault-demo/backupJobs$", "status_before", status=503, times=50)
    world.advance(20_000)
    for _ in range(3):
        await world.run("observing")
        await world.loops["observing"].run_once()
    assert (await look(world, jobs[0]))["state"] == "running"
    assert (await look(world, jobs[1]))["state"] == "succeeded"


class HangingTransport(httpx.AsyncBaseTransport):
    """One address does not answer until it may."""

    def __init__(self, inner: httpx.AsyncBaseTransport, path: str) -> None:
        self._inner, self._path = inner, path
        self.asked, self.may_answer = asyncio.Event(), asyncio.Event()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self._path in str(request.url):
            self.asked.set()
            await self.may_answer.wait()
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()


async def test_a_vault_that_hangs_takes_up_its_own_place_only(world: World) -> None:
    first = await world.vault()
    second = await world.vault(name="vault-two")
    items = [await world.item("vm-web-01", first), await world.item("vm-db-01", second)]
    jobs = [await ask_for_backup(world, item) for item in items]
    await world.step(10)
    world.advance(20_000)
    await world.rows(
        "UPDATE vault_watches SET due_at = clock_timestamp() + (CASE name WHEN 'vault-demo' THEN 0 ELSE 60 END)"
        " * interval '1 second' RETURNING 1"
    )
    loop, inner = world.loops["observing"], world.http._transport
    world.http._transport = hanging = HangingTransport(inner, "/vaults/vault-demo/backupJobs")
    running = asyncio.create_task(loop.run())
    async with asyncio.timeout(20):
        await hanging.asked.wait()
        await world.rows("UPDATE vault_watches SET due_at = clock_timestamp() WHERE name = 'vault-two' RETURNING 1")
        loop.wake()
        while (await look(world, jobs[1]))["state"] != "succeeded":  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert (await look(world, jobs[0]))["state"] == "running"
    hanging.may_answer.set()
    loop.stop()
    await running
    world.http._transport = inner
    assert (await look(world, jobs[0]))["state"] == "succeeded"


async def test_a_gap_between_the_lists_is_on_record_and_the_items_of_the_vault_are_read(world: World) -> None:
    """After ten days without a worker a list reaches back seven: what ran in the three before is in none."""
    await world.item()
    look = (
        "UPDATE vault_watches SET taken_in_at = taken_in_at - interval '1 hour',"
        " vault_read_at = vault_read_at - interval '1 hour' {} RETURNING 1"
    )
    watch = "SELECT complete_since, seen_until, items_owed_at FROM vault_watches"
    await world.rows(look.format(""))
    await world.step()
    (before,) = await world.rows(watch)
    assert before["complete_since"] < before["seen_until"] - timedelta(hours=23), "the first list reaches back a day"
    await world.rows(look.format(", seen_until = seen_until - interval '6 days'"))
    asked = await world.run("observing")
    (joined,) = await world.rows(watch)
    assert (joined["complete_since"], asked["other_read"]) == (before["complete_since"], 1), "the vault itself"
    assert joined["seen_until"] >= before["seen_until"]

    await world.rows(look.format(", seen_until = seen_until - interval '10 days'"))
    asked = await world.run("observing")
    (after,) = await world.rows(watch)
    assert timedelta(days=6.9) < after["seen_until"] - after["complete_since"] < timedelta(days=7.1)
    assert (asked["other_read"], after["items_owed_at"]) == (3, None), "the vault, its items and its policies"
