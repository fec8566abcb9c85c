"""Deleting machines, network cards, addresses, disks, snapshots: asynchronous, and refused while they are in use.

Disks, snapshots and addresses as recorded 2023-2024; the deletion of a machine and of a card is the specification's,
and how long they take a guess. The refusals are public reports (docs/azure.md, Compute and Network).
"""

from functools import partial

from app.simulator.arm import ArmError, Call, Reply, Route
from app.simulator.instance_view import VM, WRITES_OF_A_VM, meter
from app.simulator.inventory import COMPUTE as COMPUTE_PATH
from app.simulator.inventory import GROUP, existing_group
from app.simulator.network_parts import ADDRESSES, CARDS
from app.simulator.part_operations import COMPUTE, NETWORK, begin
from app.simulator.world import Json, World

VM_SECONDS, CARD_SECONDS, ADDRESS_SECONDS, DISK_SECONDS = 40.0, 5.0, 20.0, 0.2
_DISKS_LEFT = "Microsoft.Compute/DeleteDisks3Min;2997,Microsoft.Compute/DeleteDisks30Min;23993"
DISK_HEADERS = {"x-ms-ratelimit-remaining-resource": _DISKS_LEFT}


def delete_vm(call: Call) -> Reply:
    """What its disks and cards become is said by each one's `deleteOption`."""
    existing_group(call, call.params["group"])
    key = call.path.lower()
    vm = call.world.vms.get(key)
    if vm is None:
        return Reply(204)
    headers = meter(call, vm, "UpdateVM", WRITES_OF_A_VM)
    ends = begin_deletion(call, VM_SECONDS, partial(drop_vm, call.world, key, with_options=True))
    return Reply(202, None, headers | begin(call, COMPUTE, vm.location, ends))


def begin_deletion(call: Call, seconds: float, effect: partial[None]) -> int:
    """When it will be gone. A second deletion follows the first. `effect` ends the entry in `parts.deleting`."""
    world, key = call.world, call.path.lower()
    if key in world.parts.deleting:
        return world.parts.deleting[key]
    world.parts.deleting[key] = ends = world.clock.after(world.clock.now(), seconds)
    world.on(ends, partial(_end_deletion, world, key, ends, effect))
    return ends


def _end_deletion(world: World, key: str, ends: int, effect: partial[None]) -> None:
    """Only of what was there then: another one under its name may have come, after it went with its machine."""
    if world.parts.deleting.get(key) == ends:
        effect()


def delete_card(call: Call) -> Reply:
    existing_group(call, call.params["group"])
    card = call.world.parts.interfaces.get(call.path.lower())
    if card is None:
        return Reply(204)
    holder = card["properties"].get("virtualMachine")
    if holder is not None:
        raise _in_use(
            "NicInUse",
            f"Network Interface {card['id']} is used by existing resource {holder['id']}. In order to delete the "
            "network interface, it must be dissociated from the resource. To learn more, see aka.ms/deletenic.",
        )
    ends = begin_deletion(call, CARD_SECONDS, partial(drop_card, call.world, call.path.lower()))
    return Reply(202, None, begin(call, NETWORK, card["location"], ends))


def delete_address(call: Call) -> Reply:
    existing_group(call, call.params["group"])
    address = call.world.parts.addresses.get(call.path.lower())
    if address is None:
        return Reply(204)
    holder = address["properties"].get("ipConfiguration")
    if holder is not None:
        raise _in_use(
            "PublicIPAddressCannotBeDeleted",
            f"Public IP address {address['id']} can not be deleted since it is still allocated to resource "
            f"{holder['id']}. In order to delete the public IP, disassociate/detach the Public IP address from the "
            "resource. To learn how to do this, see aka.ms/deletepublicip.",
        )
    ends = begin_deletion(call, ADDRESS_SECONDS, partial(drop_address, call.world, call.path.lower()))
    return Reply(202, None, begin(call, NETWORK, address["location"], ends))


def delete_disk(call: Call) -> Reply:
    existing_group(call, call.params["group"])
    disk = call.world.disks.get(call.path.lower())
    if disk is None:
        return Reply(204)
    if disk.vm_id is not None:
        raise ArmError(409, "OperationNotAllowed", f"Disk {disk.name} is attached to VM {disk.vm_id}.")
    ends = begin_deletion(call, DISK_SECONDS, partial(drop_disk, call.world, call.path.lower()))
    return Reply(202, None, DISK_HEADERS | begin(call, COMPUTE, disk.location, ends, kind="DiskOperations"))


def delete_snapshot(call: Call) -> Reply:
    existing_group(call, call.params["group"])
    snapshot = call.world.parts.snapshots.get(call.path.lower())
    if snapshot is None:
        return Reply(204)
    ends = begin_deletion(call, DISK_SECONDS, partial(drop_snapshot, call.world, call.path.lower()))
    return Reply(202, None, DISK_HEADERS | begin(call, COMPUTE, snapshot["location"], ends, kind="DiskOperations"))


class _InUse(ArmError):
    """Network's envelope has details."""

    def reply(self) -> Reply:
        error: Json = {"code": self.code, "message": self.message, "details": []}
        return Reply(self.status, {"error": error}, self.headers)


def _in_use(code: str, message: str) -> ArmError:
    return _InUse(400, code, message)


# -- what is gone -------------------------------------------------------------------------------------------------
def drop_vm(world: World, key: str, *, with_options: bool) -> None:
    """`with_options`: what has the option Delete goes with it, as Azure does; else everything is only detached."""
    vm, parts = world.vms.pop(key, None), world.parts
    parts.deleting.pop(key, None)
    if vm is None:
        return
    world.discovered.discard(key)
    for shelf in (parts.boots, parts.busy_until):
        shelf.pop(key, None)
    for command in [one for one in parts.commands if one.startswith(f"{key}/")]:
        drop_command(world, command)
    for disk in vm.disks:
        disk.vm_id, disk.owned = None, world.clock.now()
        if with_options and parts.delete_options.get(disk.id.lower()) == "Delete":
            drop_disk(world, disk.id.lower())
    for card_key, card in list(parts.interfaces.items()):
        if (card["properties"].get("virtualMachine") or {}).get("id", "").lower() == key:
            del card["properties"]["virtualMachine"]
            if with_options and parts.delete_options.get(card_key) == "Delete":
                drop_card(world, card_key)


def drop_card(world: World, key: str) -> None:
    """Its addresses are free then; one with the option Delete goes with it."""
    card, parts = world.parts.interfaces.pop(key, None), world.parts
    parts.deleting.pop(key, None)
    for config in card["properties"]["ipConfigurations"] if card else ():
        held = (config["properties"].get("publicIPAddress") or {}).get("id", "").lower()
        if held in parts.addresses:
            parts.addresses[held]["properties"].pop("ipConfiguration", None)
            if parts.delete_options.get(held) == "Delete":
                drop_address(world, held)


def drop_address(world: World, key: str) -> None:
    world.parts.addresses.pop(key, None)
    world.parts.deleting.pop(key, None)


def drop_disk(world: World, key: str) -> None:
    world.disks.pop(key, None)
    world.parts.deleting.pop(key, None)


def drop_snapshot(world: World, key: str) -> None:
    world.parts.snapshots.pop(key, None)
    world.parts.deleting.pop(key, None)


def drop_command(world: World, key: str) -> None:
    world.parts.commands.pop(key, None)
    world.parts.deleting.pop(key, None)


ROUTES: list[Route] = [
    ("DELETE", VM, delete_vm),
    ("DELETE", GROUP + CARDS + "/{name}", delete_card),
    ("DELETE", GROUP + ADDRESSES + "/{name}", delete_address),
    ("DELETE", GROUP + COMPUTE_PATH + "/disks/{name}", delete_disk),
    ("DELETE", GROUP + COMPUTE_PATH + "/snapshots/{name}", delete_snapshot),
]
