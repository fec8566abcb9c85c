"""A tear-down that ends between two of its steps says what it deleted and what it left; the next one goes on."""

from typing import Any

import pytest

from app.tear_down.work import TearDown
from tests.approvals.decisions import approver, decide, expire, hours_pass, require
from tests.restores.restore_requests import look
from tests.tear_down.tear_down_steps import appeared, path_of, restored, tear_down
from tests.world import World

BLOBS = {"template_blob", "config_blob"}


async def until(world: World, job: dict[str, Any], state: str) -> None:
    """The tear-down's first step, and on until the job is so."""
    await world.loops["submitting"].run_once()
    for _ in range(10):
        if (await look(world, job))["state"] == state:
            return
        world.advance(60)
        await world.make_due()
        await world.loops["operations"].run_once()
    raise AssertionError(await look(world, job))


def left(job: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["kind"], one["cause"]) for one in job["result"]["left"] if one["kind"] not in BLOBS]


NOT_YET = [("network_interface", "stopped"), ("disk", "stopped"), ("disk", "stopped")]


async def test_cancelled_between_two_steps_it_says_what_was_deleted_and_what_is_left(world: World) -> None:
    restore = await restored(world)
    vm, *others = sorted(await appeared(world), key=lambda one: "/virtualmachines/" not in one)
    job = (await world.api.delete(path_of(restore))).json()
    await until(world, job, "queued")
    ended = (await world.api.post(f"/v1/jobs/{job['id']}/cancel")).json()
    assert ended["state"] == "cancelled", ended
    assert [one.lower() for one in ended["result"]["deleted"]] == [vm]
    assert left(ended) == NOT_YET
    history = (await world.api.get(f"/v1/jobs/{job['id']}/events")).json()["items"]
    assert "before it was sent" not in history[-1]["detail"]
    assert await appeared(world) == others
    # While Azure is at a step, the cancel holds for those that follow.
    job = (await world.api.delete(path_of(restore))).json()
    await world.loops["submitting"].run_once()
    assert (await look(world, job))["state"] == "running"
    asked = (await world.api.post(f"/v1/jobs/{job['id']}/cancel")).json()
    assert (asked["state"], asked["cancel"]["state"]) == ("running", "requested"), asked
    await world.settle()
    ended = await look(world, job)
    assert (ended["state"], len(ended["result"]["deleted"]), left(ended)) == ("cancelled", 1, NOT_YET[1:])
    again = await tear_down(world, restore)
    assert (again["state"], len(again["result"]["deleted"])) == ("succeeded", 2)
    assert await appeared(world) == []


async def test_a_cancel_while_a_step_is_sent_that_azure_does_not_take_stops_before_the_next_try(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    restore = await restored(world)
    job = (await world.api.delete(path_of(restore))).json()
    await until(world, job, "queued")
    send = TearDown.send

    async def cancelled_meanwhile(self: TearDown, *args: Any, **more: Any) -> Any:
        asked = (await world.api.post(f"/v1/jobs/{job['id']}/cancel")).json()
        assert (asked["state"], asked["cancel"]["state"]) == ("submitting", "requested"), asked
        return await send(self, *args, **more)

    monkeypatch.setattr(TearDown, "send", cancelled_meanwhile)
    world.fault("DELETE", "networkInterfaces/", "status_before", status=429)
    await world.make_due()
    await world.loops["submitting"].run_once()
    assert (await look(world, job))["state"] == "queued"
    await world.settle()
    ended = await look(world, job)
    assert (ended["state"], ended["cancel"]["state"]) == ("cancelled", "done"), ended
    assert (len(ended["result"]["deleted"]), left(ended)) == (1, NOT_YET)
    assert await world.rows("SELECT 1 FROM cancellations") == []


async def test_an_approval_that_ends_between_two_steps_does_not_hide_the_first(world: World) -> None:
    restore = await restored(world)
    await require(world, "tear_down")
    job = (await world.api.delete(path_of(restore))).json()
    async with approver(world) as other:
        assert (await decide(other, job)).status_code == 200
    await until(world, job, "queued")
    await hours_pass(world, 5)
    await expire(world)
    ended = await look(world, job)
    assert (ended["state"], ended["error"]["code"]) == ("failed", "approval_expired"), ended
    assert "did not reach Azure" not in ended["error"]["detail"]
    assert "Nothing was sent" not in ended["error"]["detail"]
    assert (len(ended["result"]["deleted"]), left(ended)) == (1, NOT_YET)


async def test_withdrawn_before_its_first_step_it_says_that_nothing_was_sent(world: World) -> None:
    restore = await restored(world)
    job = (await world.api.delete(path_of(restore))).json()
    ended = (await world.api.post(f"/v1/jobs/{job['id']}/cancel")).json()
    assert (ended["state"], ended["result"]) == ("cancelled", None)
    history = (await world.api.get(f"/v1/jobs/{job['id']}/events")).json()["items"]
    assert history[-1]["detail"] == "withdrawn before it was sent"
