"""A real worker process is frozen with SIGSTOP while its restore is on the way, and goes on as if nothing had been."""

import asyncio
import signal
from typing import Any

import psycopg

from tests.stories.stage import PATIENCE_SECONDS, Stage, stage
from tests.whole import only_whole
from tests.world import DISKS

__all__ = ["stage"]


async def until_azure_acted(stage: Stage) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await stage.restores():  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def asked_and_frozen(stage: Stage, worker: Any, item: dict[str, Any]) -> dict[str, Any]:
    """The request is with Azure, which takes its time; the worker that waits for the answer stands still."""
    body = {"protected_item_id": item["protected_item_id"], "recovery_point": {"latest": True}, "target": DISKS}
    await stage.fault(match={"method": "POST", "path": "/restore$"}, effect="delay", seconds=4)
    job = await stage.ask("/v1/restores", body)
    await stage.until_azure_has_it()
    worker.send_signal(signal.SIGSTOP)
    return job


@only_whole
async def test_a_worker_frozen_for_less_than_its_lease_goes_on_where_it_was(stage: Stage) -> None:
    with stage.worker() as worker:
        item = await stage.protected_and_backed_up()
        job = await asked_and_frozen(stage, worker, item)
        await until_azure_acted(stage)
        worker.send_signal(signal.SIGCONT)
        ended = await stage.until(job, {"succeeded"})
    (restore,) = await stage.restores()
    assert restore["client_request_id"] == ended["azure"]["activity_id"]


@only_whole
async def test_a_worker_frozen_past_its_lease_finds_that_another_one_has_decided(stage: Stage) -> None:
    with stage.worker() as frozen:
        item = await stage.protected_and_backed_up()
        job = await asked_and_frozen(stage, frozen, item)
        await until_azure_acted(stage)
        stage.end_leases()
        with stage.worker():
            await stage.until(job, {"running", "succeeded"})
            frozen.send_signal(signal.SIGCONT)
            ended = await stage.until(job, {"succeeded"})
    (restore,) = await stage.restores()
    assert restore["client_request_id"] == ended["azure"]["activity_id"]
    with psycopg.connect(stage.database_url) as connection:
        rows = connection.execute("SELECT observation FROM job_events WHERE job_id = %s", [job["id"]]).fetchall()
    seen = [row[0] for row in rows]
    assert "found" in seen
    assert "accepted" not in seen, "what the frozen one heard came too late to count"
