"""Bodies of restores against the simulator's world, and asking for them through the public API."""

from collections.abc import Mapping
from typing import Any

import httpx

from tests.world import DISKS, RG, World, vm_id

NETWORKS = f"{RG}/providers/Microsoft.Network/virtualNetworks"
SUBNET = f"{NETWORKS}/vnet-demo/subnets/default"
PAIRED_SUBNET = f"{NETWORKS}/vnet-paired/subnets/default"
STORAGE = DISKS["staging_storage_account_id"]
PAIRED_STORAGE = f"{RG}/providers/Microsoft.Storage/storageAccounts/stholdfastpaired"
NEW_VM = {
    "mode": "new_vm",
    "name": "vm-web-01r",
    "resource_group_id": DISKS["resource_group_id"],
    "subnet_id": SUBNET,
    "staging_storage_account_id": STORAGE,
}
REPLACE = {"mode": "replace_disks", "confirm_vm_id": vm_id("vm-web-01"), "staging_storage_account_id": STORAGE}
PAIRED_DISKS = DISKS | {"staging_storage_account_id": PAIRED_STORAGE}
PAIRED_VM = NEW_VM | {"staging_storage_account_id": PAIRED_STORAGE, "subnet_id": PAIRED_SUBNET}

WAYS: dict[str, tuple[Mapping[str, Any], str]] = {
    "disks": (DISKS, "primary"),
    "a new VM": (NEW_VM, "primary"),
    "the VM's own disks": (REPLACE, "primary"),
    "disks in the secondary region": (PAIRED_DISKS, "secondary"),
    "a new VM in the secondary region": (PAIRED_VM, "secondary"),
}
"""Each mode in each region it can be asked for in: (target, region)."""


async def backed_up(world: World, *, crossing: bool = True) -> dict[str, Any]:
    """An item with one recovery point, which has arrived in the secondary region too."""
    item = await world.item(vault=await world.vault(cross_region_restore=crossing))
    await world.back_up(item)
    return item


async def ask(
    world: World, item: Mapping[str, Any], target: Mapping[str, Any], *, region: str = "primary", **point: Any
) -> httpx.Response:
    chosen = (point or {"latest": True}) | {"region": region}
    body = {"protected_item_id": item["id"], "recovery_point": chosen, "target": dict(target)}
    return await world.api.post("/v1/restores", json=body)


async def asked(world: World, item: Mapping[str, Any], way: str) -> dict[str, Any]:
    """The job of a restore that was accepted."""
    target, region = WAYS[way]
    answer = await ask(world, item, target, region=region)
    assert answer.status_code == 202, answer.text
    job: dict[str, Any] = answer.json()
    return job


async def look(world: World, job: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (await world.api.get(f"/v1/jobs/{job['id']}")).json()
    return found


def restores(world: World) -> list[dict[str, Any]]:
    """What Azure was really made to restore."""
    return [trigger for trigger in world.triggers if trigger["kind"] != "backup"]
