"""A second person for a tear-down: what was listed is deleted, or nothing."""

from tests.approvals.decisions import approver, decide, require
from tests.restores.restore_requests import look
from tests.tear_down.tear_down_steps import TARGET, appeared, control, listed, path_of, restored
from tests.world import World, vm_id


async def test_what_was_agreed_is_deleted_and_nothing_if_it_changed_meanwhile(world: World) -> None:
    job = await restored(world)
    await require(world, "tear_down")
    waiting = (await world.api.delete(path_of(job))).json()
    assert waiting["state"] == "awaiting_approval", waiting
    *_, disk = (one["id"] for one in await listed(world, job) if one["kind"] == "disk")
    await control(world, "change", id=disk, vm_id=vm_id("vm-db-01"))
    async with approver(world) as other:
        assert (await decide(other, waiting)).status_code == 200
    made = await appeared(world)
    await world.settle()
    ended = await look(world, waiting)
    assert (ended["state"], ended["error"]["code"]) == ("failed", "not_as_agreed"), ended
    assert await appeared(world) == made
    await control(world, "change", id=disk, vm_id=f"{TARGET}/providers/Microsoft.Compute/virtualMachines/vm-web-01r")
    waiting = (await world.api.delete(path_of(job))).json()
    async with approver(world) as other:
        assert (await decide(other, waiting)).status_code == 200
    await world.settle()
    ended = await look(world, waiting)
    assert ended["state"] == "succeeded", ended
    assert await appeared(world) == []
