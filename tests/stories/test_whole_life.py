"""The whole life of a protection, through the public API: from no vault to no vault."""

from datetime import datetime, timedelta
from typing import Any

from tests.world import VAULT, World, vm_id

DAY = 24 * 3600


class Life:
    """A caller who walks the story; every step is followed to its end."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.kinds: list[str] = []
        self.item: dict[str, Any] = {}

    async def follow(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        answer = await self.world.api.request(method, path, json=body)
        assert answer.status_code == 202, answer.text
        await self.world.settle()
        job: dict[str, Any] = (await self.world.api.get(answer.headers["Location"])).json()
        assert job["state"] == "succeeded", job
        self.kinds.append(job["kind"])
        return job

    async def item_is(self, state: str, policy_id: str | None) -> None:
        self.item = await self.world.resource_of({"resource": f"/v1/protected-items/{self.item['id']}"})
        assert (self.item["state"], self.item["policy_id"]) == (state, policy_id)


async def test_the_whole_life_of_a_protection(world: World) -> None:
    life = Life(world)
    vault = await world.resource_of(await life.follow("POST", "/v1/vaults", VAULT))
    default, production = await world.default_policy(vault), await world.policy(vault)
    asked = {"vm_id": vm_id("vm-web-01").upper(), "policy_id": default["id"]}
    life.item = await world.resource_of(await life.follow("POST", "/v1/protected-items", asked))
    path, vault_path = f"/v1/protected-items/{life.item['id']}", f"/v1/vaults/{vault['id']}"
    await life.item_is("initial_backup_pending", default["id"])
    assert life.item["vault_id"] == vault["id"], "the region of the VM has exactly one"

    await life.follow("PATCH", path, {"policy_id": production["id"]})
    await life.item_is("initial_backup_pending", production["id"])
    await world.back_up(life.item)
    await life.item_is("protected", production["id"])
    assert len(await world.points(life.item)) == 1
    await life.follow("PATCH", path, {"action": "pause"})
    await life.item_is("paused", None)
    await life.follow("PATCH", path, {"action": "resume", "policy_id": production["id"]})
    await life.item_is("protected", production["id"])

    await life.follow("DELETE", path)
    await life.item_is("soft_deleted", None)
    kept_for = datetime.fromisoformat(life.item["purge_at"]) - datetime.fromisoformat(life.item["deleted_at"])
    assert kept_for == timedelta(days=vault["soft_delete"]["days"])
    await life.follow("POST", f"{path}/undelete")
    await life.item_is("paused", None)
    assert life.item["purge_at"] is None
    assert len(await world.points(life.item)) == 1, "the data is back"
    await life.follow("PATCH", path, {"action": "resume", "policy_id": default["id"]})
    await life.item_is("protected", default["id"])

    blocker = await what_blocks(world, vault_path)
    assert (blocker["kind"], blocker["resource"]) == ("protected_item", path)
    await life.follow(*blocker["call"].split(" "))
    await life.item_is("soft_deleted", None)
    blocker = await what_blocks(world, vault_path)
    assert (blocker["kind"], blocker["call"]) == ("soft_deleted_item", f"POST {path}/undelete")
    purged = [datetime.fromisoformat(thing["purge_at"]) for thing in (blocker, life.item)]
    assert purged[0] == purged[1]

    world.advance(vault["soft_delete"]["days"] * DAY + 3600)
    await life.follow("DELETE", vault_path)
    assert (await world.api.get(vault_path)).status_code == 404
    assert (await world.api.get(path)).status_code == 404
    assert not world.simulator.world.vaults
    assert life.kinds == [
        "create_vault",
        "protect",
        "change_policy",
        "pause",
        "resume",
        "unprotect",
        "undelete",
        "resume",
        "unprotect",
        "delete_vault",
    ]


async def what_blocks(world: World, vault_path: str) -> dict[str, Any]:
    """The vault is not deleted: the answer lists the one thing in it, and the call that clears it."""
    answer = await world.api.delete(vault_path)
    assert answer.status_code == 409, answer.text
    (blocker,) = answer.json()["blockers"]
    found: dict[str, Any] = blocker
    return found
