"""What a machine does at this moment: power, agent, boot diagnostics (docs/azure.md, Compute and Network).

A machine whose agent has reported is as recorded in 2024. One that starts, does not start, or whose agent is silent was
not recorded: the words are documented ones. Links of boot diagnostics are as specified; nothing is behind them.
"""

from typing import Any

from app.simulator.arm import ArmError, Call, Reply, Route, resource_not_found
from app.simulator.inventory import COMPUTE, GROUP, vm_body
from app.simulator.machine_parts import Boot
from app.simulator.part_operations import offset_time
from app.simulator.progress import TICKS, moment
from app.simulator.world import Json, VirtualMachine, World

VM = GROUP + COMPUTE + "/virtualMachines/{name}"
READS_OF_A_VM, WRITES_OF_A_VM = 36, 12  # recorded 35 and 11 left; documented: 12 and 4 of them come back in a minute
SYSTEMS = {"Linux": ("ubuntu", "18.04"), "Windows": ("Windows Server 2019 Datacenter", "10.0.17763.5329")}


def machine_of(call: Call) -> VirtualMachine:
    """The machine of the path, or ARM's 404."""
    vm = call.world.vms.get("/".join(call.path.split("/")[:9]).lower())
    if vm is None:
        raise resource_not_found("Microsoft.Compute/virtualMachines", call.params["name"], call.params["group"])
    return vm


def get_vm(call: Call) -> Reply:
    vm = machine_of(call)
    headers = meter(call, vm, "LowCostGet", READS_OF_A_VM)
    body = vm_body(vm, call.world.parts)
    if "instanceview" in call.query.get("$expand", "").lower():
        body["properties"]["instanceView"] = view_of(call.world, vm)
    return Reply(200, body, headers)


def get_view(call: Call) -> Reply:
    vm = machine_of(call)
    return Reply(200, view_of(call.world, vm), meter(call, vm, "LowCostGet", READS_OF_A_VM))


# -- what it does -------------------------------------------------------------------------------------------------
def boot_of(world: World, vm: VirtualMachine) -> Boot:
    """One that no restore has made runs, and its agent is ready, since long ago."""
    return world.parts.boots.get(vm.id.lower(), Boot(0))


def runs(world: World, vm: VirtualMachine) -> bool:
    boot = boot_of(world, vm)
    return boot.runs_after is not None and world.clock.now() >= world.clock.after(boot.created, boot.runs_after)


def ready_at(world: World, vm: VirtualMachine) -> int | None:
    """When its agent reports for the first time. None: never."""
    boot = boot_of(world, vm)
    if boot.runs_after is None or boot.ready_after is None:
        return None
    return world.clock.after(boot.created, max(boot.runs_after, boot.ready_after))


def view_of(world: World, vm: VirtualMachine) -> Json:
    boot, now, ready = boot_of(world, vm), world.clock.now(), ready_at(world, vm)
    is_ready = ready is not None and now >= ready
    view: Json = {}
    if is_ready:
        name, version = SYSTEMS[vm.os]
        view = {"computerName": vm.name, "osName": name, "osVersion": version}
    view["vmAgent"] = _agent(ready if is_ready else None, now)
    done = {"code": "ProvisioningState/succeeded", "level": "Info", "displayStatus": "Provisioning succeeded"}
    at = {"time": offset_time(boot.created)}
    view["disks"] = [{"name": disk.name, "statuses": [done | at]} for disk in vm.disks]
    if boot.diagnostics:
        view["bootDiagnostics"] = {}
    view["hyperVGeneration"] = "V1"
    view["statuses"] = [done | at, {"code": _power(world, vm), "level": "Info", "displayStatus": _said(world, vm)}]
    return view


def _agent(ready: int | None, now: int) -> Json:
    if ready is None:
        silent = {
            "code": "ProvisioningState/Unavailable",
            "level": "Warning",
            "displayStatus": "Not Ready",
            "message": "VM status blob is found but not yet populated.",
            "time": f"{moment(now):%Y-%m-%dT%H:%M:%S}+00:00",
        }
        return {"vmAgentVersion": "Unknown", "statuses": [silent]}
    told = {
        "code": "ProvisioningState/succeeded",
        "level": "Info",
        "displayStatus": "Ready",
        "message": "Guest Agent is running",
        "time": f"{moment(ready + TICKS - 1):%Y-%m-%dT%H:%M:%S}+00:00",
    }
    return {"vmAgentVersion": "2.11.1.4", "statuses": [told], "extensionHandlers": []}


def _power(world: World, vm: VirtualMachine) -> str:
    if boot_of(world, vm).runs_after is None:
        return "PowerState/stopped"
    return "PowerState/running" if runs(world, vm) else "PowerState/starting"


def _said(world: World, vm: VirtualMachine) -> str:
    return "VM " + _power(world, vm).rpartition("/")[2]


def get_boot_data(call: Call) -> Reply:
    """Two signed links. Not observed: how Azure refuses where boot diagnostics are off."""
    vm = machine_of(call)
    headers = meter(call, vm, "LowCostGet", READS_OF_A_VM)
    if not boot_of(call.world, vm).diagnostics:
        raise ArmError(409, "OperationNotAllowed", f"Boot diagnostics are not enabled for the VM '{vm.name}'.")
    root = f"https://md-simulated.z1.blob.storage.azure.net/bootdiagnostics-{vm.name.lower()}-{vm.unique_id}/{vm.name}"
    names = (("consoleScreenshotBlobUri", "screenshot.bmp"), ("serialConsoleLogBlobUri", "serialconsole.log"))
    return Reply(
        200, {name: f"{root}.{vm.unique_id}.{end}?sv=2021-08-06&sig=simulated" for name, end in names}, headers
    )


# -- counts of one machine ----------------------------------------------------------------------------------------
def meter(call: Call, vm: VirtualMachine, kind: str, most: int) -> dict[str, str]:
    """Count a request about a machine; the header that says what is left. A 429 if `compute_limits` is on.

    Reads and writes are counted apart. A third of a count comes back in a minute: documented for writes, assumed for
    reads.
    """
    if not call.world.options.compute_limits:
        return _left(kind, most - 1)
    key, now, clock = f"{kind}/{vm.id.lower()}", call.world.clock.now(), call.world.clock
    left, since = call.world.parts.meters.get(key, (float(most), now))
    a_second = most / 3 / 60
    left = min(float(most), left + (now - since) * clock.scale / TICKS * a_second)
    if left < 1:
        throttled: dict[str, Any] = call.world.truth.throttled
        throttled["compute"] = throttled.get("compute", 0) + 1
        call.world.parts.meters[key] = (left, now)
        wait = str(max(1, round((1 - left) / a_second / clock.scale)))
        message = "The server rejected the request because too many requests have been received for this resource."
        raise ArmError(429, "OperationNotAllowed", message, headers=_left(kind, 0) | {"Retry-After": wait})
    call.world.parts.meters[key] = (left - 1, now)
    return _left(kind, int(left - 1))


def _left(kind: str, amount: int) -> dict[str, str]:
    everywhere = 1499 if kind == "UpdateVM" else 23997
    told = f"Microsoft.Compute/{kind}SubscriptionMaximum;{everywhere},Microsoft.Compute/{kind}Resource;{amount}"
    return {"x-ms-ratelimit-remaining-resource": told}


ROUTES: list[Route] = [
    ("GET", VM, get_vm),
    ("GET", VM + "/instanceView", get_view),
    ("POST", VM + "/retrieveBootDiagnosticsData", get_boot_data),
]
