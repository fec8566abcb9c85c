"""Two versions side by side: the older one leaves alone what it does not know, and fails nothing of it."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import sql

from app.jobs.loops.cancel import CancelLoop
from app.jobs.loops.poll_operations import PollOperationsLoop
from app.jobs.loops.reconcile import ReconcileLoop
from app.jobs.loops.submit import SubmitLoop
from app.jobs.sweep.sweep import SweepLoop
from app.wiring import ITEM_IDS, item_updates_of, works_of
from tests.jobs.lost_attempts import ask_for_backup, claim_and_die, end_leases, look
from tests.whole import some_of
from tests.world import World


class Older:
    """The loops of a version that has never heard of backups."""

    def __init__(self, world: World) -> None:
        azure, poll = world.azure, world.settings.poll_seconds
        works = {kind: work for kind, work in works_of(azure, world.database).items() if kind != "backup"}
        items, updates = azure.protected_items, item_updates_of(world.database, azure)
        self.looks: list[Callable[[], Awaitable[float | None]]] = [
            SubmitLoop(world.database, works, poll_seconds=poll).run_once,
            PollOperationsLoop(world.database, works, azure.operations, azure.jobs, poll_seconds=poll).run_once,
            SweepLoop(world.database, works, azure.jobs, items, ITEM_IDS, updates, poll_seconds=poll).run_once,
            ReconcileLoop(
                world.database, works, azure.jobs, settle_seconds={"backup": 300.0}, poll_seconds=poll
            ).run_once,
            CancelLoop(world.database, works, azure.jobs, poll_seconds=poll).run_once,
        ]
        self.world = world

    async def look(self) -> None:
        """Each looks until nothing is due for it: what it does not know must not keep it looking for ever."""
        await self.world.make_due()
        for look_once in self.looks:
            for _ in range(3):
                if await look_once() != 0.0:
                    break
            else:
                raise AssertionError(f"{look_once} spins")


async def queued(_: World, __: dict[str, Any]) -> None:
    """As it was asked."""


async def submitting(world: World, _: dict[str, Any]) -> None:
    """Its worker died before it sent anything, longer than SETTLE ago."""
    await claim_and_die(world)
    await end_leases(world, age=world.settings.settle_backup_seconds + 1)


async def accepted(world: World, _: dict[str, Any]) -> None:
    await world.loops["submitting"].run_once()
    world.advance(10)


async def ended_in_azure(world: World, _: dict[str, Any]) -> None:
    await world.run_due()
    world.advance(20_000)


async def to_be_cancelled(world: World, job: dict[str, Any]) -> None:
    await world.run_due()
    world.advance(10)
    await world.run("operations")
    assert (await world.api.post(f"/v1/jobs/{job['id']}/cancel")).status_code == 202


CHECKPOINTS = [queued, submitting, accepted, ended_in_azure, to_be_cancelled]


@pytest.mark.parametrize("to_the_checkpoint", some_of(CHECKPOINTS, short=3), ids=lambda checkpoint: checkpoint.__name__)
async def test_an_older_worker_leaves_a_kind_it_does_not_know_as_it_is(
    world: World, to_the_checkpoint: Callable[[World, dict[str, Any]], Awaitable[None]]
) -> None:
    job = await ask_for_backup(world, await world.item())
    await to_the_checkpoint(world, job)
    before = await row_of(world, job)
    await Older(world).look()
    assert await row_of(world, job) == before
    await world.settle()
    assert (await look(world, job))["state"] in {"succeeded", "cancelled"}
    assert len(world.triggers) == 1


async def row_of(world: World, job: dict[str, Any]) -> list[dict[str, Any]]:
    """All that a worker could have changed."""
    return await world.rows(
        "SELECT jobs.state, jobs.fence, jobs.error, jobs.updated_at, a.id, a.state AS attempt FROM jobs"
        " LEFT JOIN attempts a ON a.job_id = jobs.id WHERE jobs.id = :id ORDER BY a.id",
        id=UUID(job["id"]),
    )


async def test_an_older_worker_takes_no_notice_of_columns_that_a_newer_one_brought(world: World) -> None:
    item = await world.item()
    with psycopg.connect(world.settings.database_dsn, autocommit=True) as owner:
        for table in ("jobs", "attempts", "job_events", "cancellations", "vault_watches"):
            owner.execute(
                sql.SQL("ALTER TABLE {} ADD COLUMN of_tomorrow text NOT NULL DEFAULT 'new'").format(
                    sql.Identifier(table)
                )
            )
    job = await ask_for_backup(world, item)
    await world.settle()
    assert (await look(world, job))["state"] == "succeeded"


async def test_an_older_api_shows_and_lists_a_kind_it_does_not_know(world: World) -> None:
    job = await ask_for_backup(world, await world.item())
    await world.rows("UPDATE jobs SET kind = 'of_tomorrow' WHERE id = :id RETURNING id", id=UUID(job["id"]))
    assert (await look(world, job))["kind"] == "of_tomorrow"
    page = await world.api.get("/v1/jobs")
    assert "of_tomorrow" in {one["kind"] for one in page.json()["items"]}
    answer = await world.api.post(f"/v1/jobs/{job['id']}/cancel")
    assert (answer.status_code, answer.json()["code"], answer.json()["retryable"]) == (
        409,
        "job_of_newer_version",
        True,
    )


async def test_what_one_worker_cannot_digest_does_not_hold_back_its_neighbours(world: World) -> None:
    """One row that a bug cannot read is claimed together with others: they go on."""
    vault = await world.vault()
    items = [await world.item(vm, vault) for vm in ("vm-web-01", "vm-db-01")]
    broken, sound = [await ask_for_backup(world, item) for item in items]
    world.fault("POST", r"/backup$", "drop_after", times=2)
    await world.loops["submitting"].run_once()
    await world.rows("UPDATE jobs SET ask = '{}' WHERE id = :id RETURNING id", id=UUID(broken["id"]))
    await world.run("resolving")
    assert (await look(world, sound))["state"] == "running"
    assert (await look(world, broken))["state"] == "submitting"
