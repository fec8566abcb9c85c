"""What a cancel came to is told truly, also when nobody heard Azure's first answer."""

from typing import Any
from uuid import UUID

import pytest

from tests.jobs.action_steps import cancel, events, running_restore
from tests.jobs.lost_attempts import look, send
from tests.jobs.untracked_steps import retired_and_sent_again, slow_sweep
from tests.world import World

JOB, CANCEL = r"/backupJobs/[^/]+$", r"/backupJobs/[^/]+/cancel$"
CANCELLED_AFTER = 60
"""Seconds: a job that Azure was asked to cancel has become Cancelled by then, and cannot be cancelled any more."""


async def ask_again(world: World, *, seconds: float = CANCELLED_AFTER) -> None:
    """Nobody heard an answer the first time; the next worker comes by so much later."""
    for _ in range(2):
        await world.rows("UPDATE cancellations SET due_at = clock_timestamp(), lease_until = NULL RETURNING id")
        await world.loops["cancelling"].run_once()
        world.advance(seconds)
        seconds = 0.0


async def said(world: World, action: str) -> list[str]:
    rows = await world.rows(
        "SELECT details->>'azure' AS azure FROM audit_entries WHERE action = :action", action=action
    )
    return [row["azure"] for row in rows]


async def test_a_cancel_whose_answer_was_lost_is_not_told_as_refused_when_it_was_carried_out(world: World) -> None:
    job = await running_restore(world)
    assert (await cancel(world, job)).status_code == 202
    world.fault("POST", CANCEL, "drop_after")
    await ask_again(world)
    told = await look(world, job)
    assert (told["state"], told["cancel"]["state"]) == ("cancelling", "sent")
    assert "cancel_refused" not in [event["observation"] for event in await events(world, job)]
    assert await said(world, "send_cancel") == ["sent"]
    await world.settle()
    assert (await look(world, job))["state"] == "cancelled"


async def test_neither_is_that_of_an_orphan(world: World) -> None:
    job, ticket, attempt_id = await retired_and_sent_again(world)
    await send(world, ticket, attempt_id)
    world.advance(30)
    await slow_sweep(world)
    world.fault("POST", CANCEL, "drop_after")
    await ask_again(world)
    told = [event["observation"] for event in await events(world, job)]
    assert [one for one in told if one.startswith("orphan_")] == ["orphan_found", "orphan_cancel_accepted"]
    assert await said(world, "cancel_orphan") == ["sent"]


@pytest.mark.parametrize("is_seen", [True, False], ids=["ended", "gone"])
async def test_what_azure_refuses_is_told_as_refused(world: World, *, is_seen: bool) -> None:
    """The first request never arrived; when it is sent again the job has ended well, or Azure knows of it no more."""
    job = await running_restore(world)
    assert (await cancel(world, job)).status_code == 202
    world.fault("POST", CANCEL, "drop_before")
    if not is_seen:
        world.fault("GET", JOB, "status_before", status=404)
    await ask_again(world, seconds=4000)
    assert (await look(world, job))["cancel"]["state"] == "refused"
    assert await said(world, "send_cancel") == ["refused"]
    await world.settle()
    assert (await look(world, job))["state"] == "succeeded"


async def test_while_the_job_cannot_be_looked_at_nothing_is_told_and_it_is_asked_again(world: World) -> None:
    job = await running_restore(world)
    assert (await cancel(world, job)).status_code == 202
    world.fault("POST", CANCEL, "drop_after")
    world.fault("GET", JOB, "status_before", status=503)
    await ask_again(world)
    assert (await look(world, job))["cancel"]["state"] == "requested"
    assert await said(world, "send_cancel") == []
    await ask_again(world)
    assert (await look(world, job))["cancel"]["state"] == "sent"


async def test_what_is_refused_at_once_is_not_looked_at(world: World) -> None:
    job = await running_restore(world)
    assert (await cancel(world, job)).status_code == 202
    world.advance(4000)
    before = world.simulator.world.truth.requests["get_job"]
    await world.loops["cancelling"].run_once()
    assert (await look(world, job))["cancel"]["state"] == "refused"
    assert world.simulator.world.truth.requests["get_job"] == before


@pytest.mark.parametrize("moved_to", ["cancelling", "succeeded"])
async def test_a_first_cancel_that_is_refused_does_not_undo_what_was_seen_meanwhile(
    world: World, monkeypatch: pytest.MonkeyPatch, moved_to: str
) -> None:
    """A sweep moves the job while Azure is asked: the table says that `cancelling` does not go back to `running`."""
    job = await running_restore(world)
    assert (await cancel(world, job)).status_code == 202
    loop: Any = world.loops["cancelling"].run_once.__self__  # type: ignore[attr-defined]
    ask = loop._azure.cancel

    async def refused_after_a_sweep(*args: Any, **kwargs: Any) -> None:
        await world.rows("UPDATE jobs SET state = :to WHERE id = :id RETURNING id", to=moved_to, id=UUID(job["id"]))
        await ask(*args, **kwargs)

    class Port:
        cancel = staticmethod(refused_after_a_sweep)

    monkeypatch.setattr(loop, "_azure", Port())
    world.fault("POST", CANCEL, "status_before", status=400)
    await loop.run_once()
    told = await look(world, job)
    assert told["state"] == moved_to
    noted = [(one["observation"], one["state"]) for one in await events(world, job)][-1]
    assert noted == (("cancel_refused", "cancelling") if moved_to == "cancelling" else ("cancel_asked", "running"))
