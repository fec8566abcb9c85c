"""Restores through the API: accepted, repeated, read."""

from tests.world import DISKS, World


async def test_the_main_job_walks_from_no_vault_to_restored_disks(world: World) -> None:
    item = await world.item()
    await world.back_up(item)
    (point,) = await world.points(item)
    body = {"protected_item_id": item["id"], "recovery_point": {"id": point["id"]}, "target": DISKS}
    job = await world.done("/v1/restores", body)
    restore = await world.resource_of(job)
    assert restore["recovery_point"]["id"] == point["id"]
    assert {made["kind"] for made in job["result"]["resources"]} >= {"disk"}
    assert [trigger["kind"] for trigger in world.triggers] == ["backup", "restore"]
