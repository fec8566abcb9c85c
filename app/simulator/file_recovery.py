"""Item-level recovery: a recovery point mounted for single files (docs/azure.md, File recovery).

There is no job, only an operation.
Azure's answers to a second session, to a renewal without one, and to a revocation without one were not observed.
"""

from functools import partial

from app.simulator.arm import ITEM, Call, Reply, Route, accepted, refused, same
from app.simulator.items import existing_item
from app.simulator.mount_scripts import client_scripts, new_suffix
from app.simulator.progress import MOUNT, MOUNT_LIFETIME, TICKS, UNMOUNT
from app.simulator.protection import item_path
from app.simulator.recovery_points import existing_point
from app.simulator.restore_limits import check_mount
from app.simulator.world import Mount, Operation, World


def provision(call: Call) -> Reply:
    """Make a session of 12 hours, or with `renewExistingRegistration` give a live one 12 more."""
    wanted, item = call.properties(), existing_item(call)
    point = existing_point(call, item)
    if wanted.get("objectType") != "IaasVMILRRegistrationRequest":
        raise refused("objectType must be IaasVMILRRegistrationRequest.")
    if str(wanted.get("recoveryPointId")) != point.name:
        raise refused("recoveryPointId is not the recovery point of the path.")
    if not same(str(wanted.get("virtualMachineId") or ""), item.vm.id):
        raise refused("virtualMachineId is not the virtual machine of the item.")
    world = call.world
    check_mount(world, point)
    operation = world.begin_operation("mount", MOUNT)
    live = next((m for m in world.mounts if m.item is item and m.point is point and m.expires > call.arrived), None)
    if live is not None and wanted.get("renewExistingRegistration") is not True:
        raise refused(
            f"Recovery point {point.name} is mounted already: renew or revoke.", "UserErrorInstantRpSessionActive", 409
        )
    expires = operation.started + MOUNT_LIFETIME * TICKS
    if live is None:
        sequence = operation.started // TICKS * 10
        live = Mount(item, point, new_suffix(item.vm.name, sequence), operation.ends, expires, sequence)
        world.mounts.append(live)
    live.expires = expires
    operation.mount = live
    return _accepted(call, operation)


def list_scripts(call: Call) -> Reply:
    """The scripts of a provision that is over (api-version 2026-08-01 and later)."""
    item = existing_item(call)
    point = existing_point(call, item)
    asked = call.body if isinstance(call.body, dict) else {}
    operation = call.world.operations.get(str(asked.get("provisionInstantItemRecoveryOperationId") or "").lower())
    if operation is None or operation.mount is None or operation.mount.point is not point:
        raise refused("The operation provisioned nothing for this recovery point.", "OperationNotFound", 404)
    if call.world.mount_of(item, point) is None:
        raise refused("The session is not ready, has expired or was revoked.", "UserErrorInstantRpSessionNotActive")
    return Reply(200, {"clientScripts": client_scripts(operation.mount)})


def revoke(call: Call) -> Reply:
    """End the session. Without one this is accepted too: how else could a lost answer be cleaned up [guess]."""
    item = existing_item(call)
    point = existing_point(call, item)
    world = call.world
    operation = world.begin_operation("unmount", UNMOUNT)
    doomed = [mount for mount in world.mounts if mount.item is item and mount.point is point]
    world.on(operation.ends, partial(_end_sessions, world, doomed))
    return _accepted(call, operation)


def _end_sessions(world: World, doomed: list[Mount]) -> None:
    world.mounts = [mount for mount in world.mounts if mount not in doomed]


def _accepted(call: Call, operation: Operation) -> Reply:
    path = item_path(call)  # sic: under the item, not the recovery point
    return accepted(call, operation, f"{path}/operationResults", f"{path}/operationsStatus")


POINT = ITEM + "/recoveryPoints/{point}"
ROUTES: list[Route] = [
    ("POST", POINT + "/provisionInstantItemRecovery", provision),
    ("POST", POINT + "/listInstantItemRecoveryOperationResult", list_scripts),
    ("POST", POINT + "/revokeInstantItemRecovery", revoke),
]
