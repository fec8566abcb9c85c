"""A real worker process is killed with SIGKILL while its restore is on the way: exactly one restore happens.

Real processes, real sockets, a real Postgres; the only thing helped along is time: the dead worker's leases are ended
in the database instead of waited for.
"""

import asyncio
import signal

from tests.stories.stage import Stage, stage
from tests.whole import only_whole
from tests.world import DISKS, VAULT

__all__ = ["stage"]


async def test_a_worker_killed_between_the_trigger_and_its_answer_leaves_exactly_one_restore(stage: Stage) -> None:
    with stage.worker():
        item = await stage.protected_and_backed_up()
    body = {"protected_item_id": item["protected_item_id"], "recovery_point": {"latest": True}, "target": DISKS}
    # Azure takes its time over the restore, and acts when nobody is there any more to hear the answer.
    await stage.fault(match={"method": "POST", "path": "/restore$"}, effect="delay", seconds=5)
    with stage.worker() as doomed:
        job = await stage.ask("/v1/restores", body)
        await stage.until(job, {"submitting"})
        await stage.until_azure_has_it()
        doomed.send_signal(signal.SIGKILL)
        doomed.wait()
    assert await stage.restores() == [], "Azure has not acted yet"
    stage.end_leases()
    with stage.worker():
        ended = await stage.until(job, {"succeeded"})
    (restore,) = await stage.restores()
    assert restore["client_request_id"] == ended["azure"]["activity_id"]
    assert {made["kind"] for made in ended["result"]["resources"]} >= {"disk", "template_blob"}


@only_whole
async def test_a_worker_drains_on_sigterm_and_exits_zero(stage: Stage) -> None:
    with stage.worker() as worker:
        await stage.done("/v1/vaults", VAULT)
        worker.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(worker.wait, 10) == 0
