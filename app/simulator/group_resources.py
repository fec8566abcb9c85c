"""Everything that is in a resource group: for callers, with tags; and for the control surface, of the whole world.

The list is the published specification's (Resources_ListByResourceGroup, 2021-04-01), not traffic. That Azure's list is
late at times is a public report, and not so here.
"""

from collections.abc import Iterator
from typing import Any

from app.simulator.arm import Call, Reply, Route, page, resource_not_found
from app.simulator.inventory import COMPUTE, GROUP, existing_group
from app.simulator.progress import stamp
from app.simulator.world import Disk, Json, World, resource_id

SNAPSHOT = GROUP + COMPUTE + "/snapshots/{name}"


def entries(world: World) -> Iterator[Json]:
    """As a list of resources shows each that is not asked for more."""
    for vm in world.vms.values():
        yield _entry(vm.id, "Microsoft.Compute/virtualMachines", vm.location, vm.tags)
    for disk in world.disks.values():
        entry = _entry(disk.id, "Microsoft.Compute/disks", disk.location, disk.tags)
        yield entry | ({"managedBy": disk.vm_id} if disk.vm_id else {})
    parts = world.parts
    shelves = (
        parts.interfaces,
        parts.addresses,
        parts.snapshots,
        parts.security_groups,
        parts.route_tables,
        parts.gateways,
    )
    for shelf in (*shelves, world.networks, world.storage_accounts):
        for one in shelf.values():
            yield _entry(one["id"], one["type"], one["location"], one.get("tags"))
    for vault in world.vaults.values():
        yield _entry(vault.id, "Microsoft.RecoveryServices/vaults", vault.location, vault.tags)


def _entry(identity: str, kind: str, location: str, tags: dict[str, str] | None) -> Json:
    name = identity.rpartition("/")[2]
    return {"id": identity, "name": name, "type": kind, "location": location} | ({"tags": dict(tags)} if tags else {})


def list_resources(call: Call) -> Reply:
    existing_group(call, call.params["group"])
    start = f"{call.path.lower().rpartition('/')[0]}/"
    found = [one for one in entries(call.world) if one["id"].lower().startswith(start)]
    created = call.world.parts.created if "createdtime" in call.query.get("$expand", "").lower() else {}
    for one in found:
        if (at := created.get(one["id"].lower())) is not None:
            one["createdTime"] = stamp(at)
    return page(call, found, dict)


# -- snapshots ----------------------------------------------------------------------------------------------------
def add_snapshot(world: World, entry: Json) -> str:
    group, name = str(entry.get("resource_group", "rg-demo")), str(entry["name"])
    location = str(entry.get("location", "westus"))
    world.add_resource_group(group, location)
    identity = resource_id(group, "Microsoft.Compute/snapshots", name)
    source = {"sourceResourceId": str(entry["source_disk_id"])} if entry.get("source_disk_id") else {}
    world.parts.snapshots[identity.lower()] = {
        "name": name,
        "id": identity,
        "type": "Microsoft.Compute/snapshots",
        "location": location,
        "tags": dict(entry.get("tags") or {}),
        "sku": {"name": "Standard_LRS", "tier": "Standard"},
        "properties": {
            "creationData": {"createOption": "Copy" if source else "Empty"} | source,
            "diskSizeGB": int(entry.get("gib", 30)),
            "incremental": True,
            "timeCreated": stamp(world.clock.now()).replace("Z", "+00:00"),
            "provisioningState": "Succeeded",
            "diskState": "Unattached",
            "uniqueId": world.number_name(),
        },
    }
    return identity


def get_snapshot(call: Call) -> Reply:
    found = call.world.parts.snapshots.get(call.path.lower())
    if found is None:
        raise resource_not_found("Microsoft.Compute/snapshots", call.params["name"], call.params["group"])
    return Reply(200, found)


def list_snapshots(call: Call) -> Reply:
    start = call.path[: call.path.lower().index("/providers/")].lower() + "/"
    return Reply(200, {"value": [one for key, one in call.world.parts.snapshots.items() if key.startswith(start)]})


# -- the control surface ------------------------------------------------------------------------------------------
def inventory(world: World) -> Json:
    """What is there, and how that differs from when it was marked."""
    now, before = _ids(world), world.parts.before
    return {
        "now": now,
        "before": before,
        "appeared": sorted(set(now) - set(before)),
        "gone": sorted(set(before) - set(now)),
    }


def mark(world: World) -> None:
    world.parts.before = _ids(world)


def _ids(world: World) -> list[str]:
    commands = list(world.parts.commands)
    return sorted([*(one["id"].lower() for one in entries(world)), *commands])


def change(world: World, asked: Json) -> str:
    """A change by hand: other tags; a disk that is attached elsewhere, taken off, or larger. Raises ValueError."""
    key = str(asked["id"]).rstrip("/").lower()
    tagged: Any = world.vms.get(key) or world.disks.get(key)
    shelves = (world.parts.interfaces, world.parts.addresses, world.parts.snapshots)
    found = next((shelf[key] for shelf in shelves if key in shelf), None)
    if tagged is None and found is None:
        raise ValueError(f"{asked['id']} is not there")
    if "tags" in asked:
        tags = {str(name): str(text) for name, text in asked["tags"].items()}
        if tagged is not None:
            tagged.tags = tags
        else:
            found |= {"tags": tags}  # type: ignore[operator]
    if "gib" in asked:
        _disk_of(world, key).gib = int(asked["gib"])
    if asked.get("vm_id"):
        _attach(world, key, str(asked["vm_id"]).lower(), int(asked.get("lun", 9)))
    elif "vm_id" in asked:
        _detach(world, _disk_of(world, key))
    return str(asked["id"])


def _disk_of(world: World, key: str) -> Disk:
    if key not in world.disks:
        raise ValueError("id must name a disk")
    return world.disks[key]


def _attach(world: World, key: str, vm_key: str, lun: int) -> None:
    disk, vm = world.disks.get(key), world.vms.get(vm_key)
    if disk is None or vm is None:
        raise ValueError("id and vm_id must name a disk and a machine")
    _detach(world, disk)
    disk.vm_id, disk.lun = vm.id, lun
    vm.disks.append(disk)


def _detach(world: World, disk: Disk) -> None:
    for other in world.vms.values():
        other.disks = [one for one in other.disks if one is not disk]
    disk.vm_id, disk.owned = None, world.clock.now()


ROUTES: list[Route] = [
    ("GET", GROUP + "/resources", list_resources),
    ("GET", SNAPSHOT, get_snapshot),
    ("GET", GROUP + COMPUTE + "/snapshots", list_snapshots),
    ("GET", "/subscriptions/{subscription}" + COMPUTE + "/snapshots", list_snapshots),
]
