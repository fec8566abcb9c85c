"""Scripts in machines: managed run commands, and the action (docs/azure.md, Compute and Network).

Statuses, members and words of a command that failed are recorded (2024); success, a time limit and two actions at once
are documented, the words of them guesses. What a script does is planted (control.py): nothing is run.
"""

import copy
from functools import partial

from app.simulator.arm import ArmError, Call, Reply, Route, resource_not_found
from app.simulator.instance_view import READS_OF_A_VM, VM, WRITES_OF_A_VM, machine_of, meter, ready_at, runs
from app.simulator.machine_parts import Run, RunCommand, Script
from app.simulator.part_deletions import begin_deletion, drop_command
from app.simulator.part_operations import COMPUTE, begin
from app.simulator.progress import TICKS, moment
from app.simulator.world import Json, VirtualMachine, World

COMMANDS = VM + "/runCommands"
COMMAND = COMMANDS + "/{command}"
STARTS_AFTER, REPORTED_AFTER = 5.3, 5.0  # of the recorded 10.3 s; the script itself took none
ACTION_TAKES = 16.5
LONGEST = 5400
SILENT_AFTER = 1200.0  # guess: how long Azure waits for an agent that does not report
KEPT = 4096  # bytes of output: documented
SECRET = ("protectedParameters", "runAsPassword", "errorBlobManagedIdentity", "outputBlobManagedIdentity")
SILENT = "VMAgentStatusCommunicationError"
SILENT_WORDS = (
    "VM '{name}' has not reported status for VM agent or extensions. Verify that the OS is up and healthy, the VM has "
    "a running VM agent, and that it can establish outbound connections to Azure storage."
)


def put_command(call: Call) -> Reply:
    vm, key = machine_of(call), call.path.lower()
    headers = meter(call, vm, "UpdateVM", WRITES_OF_A_VM)
    if not isinstance(call.body, dict) or not call.body.get("location"):
        raise ArmError(400, "LocationRequired", "The location property is required for this definition.")
    known = call.world.parts.commands.get(key)
    reply = _begin(call, vm, call.properties(), str(call.body["location"]), known)
    return Reply(reply.status, reply.body, headers | reply.headers)


def patch_command(call: Call) -> Reply:
    vm, known = machine_of(call), _command(call)
    headers = meter(call, vm, "UpdateVM", WRITES_OF_A_VM)
    shown = {name: value for name, value in known.properties.items() if name != "provisioningState"}
    reply = _begin(call, vm, shown | call.properties(), known.location, known)
    return Reply(reply.status, reply.body, headers | reply.headers)


def _begin(call: Call, vm: VirtualMachine, wanted: Json, location: str, known: RunCommand | None) -> Reply:
    world, key = call.world, call.path.lower()
    source = wanted.get("source")
    if not isinstance(source, dict) or not any(source.get(name) for name in ("script", "scriptUri", "commandId")):
        raise ArmError(400, "InvalidParameter", "Required parameter 'source' is missing (null).")
    _check_running(world, vm)
    if key in world.parts.deleting:
        raise ArmError(409, "Conflict", f"The run command '{call.params['command']}' is being deleted.")  # a guess
    limit = int(wanted.get("timeoutInSeconds") or LONGEST)
    run = _run(world, vm, str(source.get("script", "")), _given(wanted), limit)
    is_async = bool(wanted.get("asyncExecution", False))
    last = run.ends if run.starts is None or not is_async else run.starts
    provisioned = last if run.starts is None else world.clock.after(last, REPORTED_AFTER)
    command = RunCommand(
        name=call.params["command"] if known is None else known.name,
        location=location,
        properties={"source": {}}
        | {name: copy.deepcopy(value) for name, value in wanted.items() if name not in SECRET}
        | {"timeoutInSeconds": int(wanted.get("timeoutInSeconds") or 0), "asyncExecution": is_async},
        run=run,
        provisioned=provisioned,
        is_new=known is None,
        failed=run.starts is None or (bool(wanted.get("treatFailureAsDeploymentFailure")) and run.state != "Succeeded"),
    )
    world.parts.commands[key] = command
    error = None
    if run.starts is None:
        error = {"code": SILENT, "message": SILENT_WORDS.format(name=vm.name)}
    elif command.failed:
        error = {"code": "VMExtensionProvisioningError", "message": _said(run)}
    headers = begin(call, COMPUTE, vm.location, provisioned, error=error)
    del headers["Location"]
    return Reply(201 if known is None else 200, _shown(call, vm, command), headers)


def _check_running(world: World, vm: VirtualMachine) -> None:
    if not runs(world, vm):
        message = "Cannot modify extensions in the VM when the VM is not running."
        raise ArmError(409, "OperationNotAllowed", message)


def _given(wanted: Json) -> Json:
    named = [*(wanted.get("parameters") or ()), *(wanted.get("protectedParameters") or ())]
    return {str(one["name"]): str(one.get("value", "")) for one in named}


def _run(
    world: World, vm: VirtualMachine, text: str, given: Json, limit: int, starts_after: float = STARTS_AFTER
) -> Run:
    """What becomes of a script that was asked for now: it begins when the agent can take it."""
    clock, now, ready = world.clock, world.clock.now(), ready_at(world, vm)
    if ready is None:
        return Run(now, None, clock.after(now, SILENT_AFTER), "Failed", 0, "", "")
    starts = max(clock.after(now, starts_after), ready)
    rule = next((rule for rule in world.parts.scripts if rule.meets(vm.id, text, given)), Script())
    rule.hits += 1
    if rule.seconds > limit:
        return Run(now, starts, clock.after(starts, limit), "TimedOut", 0, rule.output, rule.error)
    state = "Succeeded" if rule.exit_code == 0 else "Failed"
    return Run(now, starts, clock.after(starts, rule.seconds), state, rule.exit_code, rule.output, rule.error)


# -- answers ------------------------------------------------------------------------------------------------------
def _command(call: Call) -> RunCommand:
    machine_of(call)
    found = call.world.parts.commands.get(call.path.lower())
    if found is None:
        name = f"{call.params['name']}/{call.params['command']}"
        raise resource_not_found("Microsoft.Compute/virtualMachines/runCommands", name, call.params["group"])
    return found


def get_command(call: Call) -> Reply:
    command, vm = _command(call), machine_of(call)
    headers = meter(call, vm, "LowCostGet", READS_OF_A_VM)
    body = _shown(call, vm, command)
    if "instanceview" in call.query.get("$expand", "").lower():
        body["properties"]["instanceView"] = _view(call.world, command.run)
    return Reply(200, body, headers)


def list_commands(call: Call) -> Reply:
    vm = machine_of(call)
    headers = meter(call, vm, "LowCostGet", READS_OF_A_VM)
    start = f"{vm.id.lower()}/runcommands/"
    found = [one for key, one in call.world.parts.commands.items() if key.startswith(start)]
    return Reply(200, {"value": [_shown(call, vm, one) for one in found]}, headers)


def _shown(call: Call, vm: VirtualMachine, command: RunCommand) -> Json:
    now, state = call.world.clock.now(), "Creating" if command.is_new else "Updating"
    if now >= command.provisioned:
        state = "Failed" if command.failed else "Succeeded"  # also of a script that failed (recorded)
    identity = f"{vm.id}/runCommands/{command.name}"
    if identity.lower() in call.world.parts.deleting:
        state = "Deleting"
    return {
        "name": command.name,
        "id": identity,
        "type": "Microsoft.Compute/virtualMachines/runCommands",
        "location": command.location,
        "properties": command.properties | {"provisioningState": state},
    }


def _said(run: Run) -> str:
    if run.state == "Succeeded":
        return "Execution completed"
    if run.state == "TimedOut":
        return "Execution timed out"
    return f"Execution failed: failed to execute command: command terminated with exit status={run.exit_code}"


def _view(world: World, run: Run) -> Json:
    now = world.clock.now()
    if run.starts is None or now < run.starts:
        return {"executionState": "Pending"}
    began = {"startTime": f"{moment(run.starts):%Y-%m-%dT%H:%M:%S}+00:00"}
    if now < run.ends:
        return {"executionState": "Running", "output": "", "error": ""} | began
    return {
        "exitCode": run.exit_code,
        "executionState": run.state,
        "executionMessage": _said(run),
        "output": _last(run.output),
        "error": _last(run.error),
        **began,
        "endTime": f"{moment(run.ends + TICKS - 1):%Y-%m-%dT%H:%M:%S}+00:00",
    }


def _last(text: str) -> str:
    return text.encode()[-KEPT:].decode(errors="ignore")


def delete_command(call: Call) -> Reply:
    vm, key = machine_of(call), call.path.lower()
    headers = meter(call, vm, "UpdateVM", WRITES_OF_A_VM)
    if key not in call.world.parts.commands:
        return Reply(204, None, headers)
    ends = begin_deletion(call, STARTS_AFTER + REPORTED_AFTER, partial(drop_command, call.world, key))
    return Reply(202, None, headers | begin(call, COMPUTE, vm.location, ends))


# -- the action ---------------------------------------------------------------------------------------------------
def run_action(call: Call) -> Reply:
    """One at a time. There is no exit code: a script that fails ends like one that does not."""
    vm, world, body = machine_of(call), call.world, call.body if isinstance(call.body, dict) else {}
    headers = meter(call, vm, "UpdateVM", WRITES_OF_A_VM)
    script = body.get("script") or []
    if not body.get("commandId") or not isinstance(script, list):
        raise ArmError(400, "InvalidParameter", "Required parameter 'commandId' is missing (null).")
    _check_running(world, vm)
    now, key = world.clock.now(), vm.id.lower()
    if world.parts.busy_until.get(key, 0) > now:
        message = (
            "Run command extension execution is in progress. Please wait for completion before invoking a run command."
        )
        raise ArmError(409, "Conflict", message)
    run = _run(world, vm, "\n".join(map(str, script)), _given(body), LONGEST)
    ends = run.ends if run.starts is None else world.clock.after(run.ends, ACTION_TAKES - STARTS_AFTER)
    world.parts.busy_until[key] = ends
    error = {"code": SILENT, "message": SILENT_WORDS.format(name=vm.name)} if run.starts is None else None
    output = {"value": _messages(vm, run)}
    return Reply(202, None, headers | begin(call, COMPUTE, vm.location, ends, output=output, error=error))


def _messages(vm: VirtualMachine, run: Run) -> list[Json]:
    said, wrong = _last(run.output), _last(run.error)
    if vm.os == "Windows":
        entries = (("StdOut", said), ("StdErr", wrong))
        return [
            {
                "code": f"ComponentStatus/{name}/succeeded",
                "level": "Info",
                "displayStatus": "Provisioning succeeded",
                "message": text,
            }
            for name, text in entries
        ]
    return [
        {
            "code": "ProvisioningState/succeeded",
            "level": "Info",
            "displayStatus": "Provisioning succeeded",
            "message": f"Enable succeeded: \n[stdout]\n{said}\n[stderr]\n{wrong}",
        }
    ]


ROUTES: list[Route] = [
    ("PUT", COMMAND, put_command),
    ("PATCH", COMMAND, patch_command),
    ("GET", COMMAND, get_command),
    ("GET", COMMANDS, list_commands),
    ("DELETE", COMMAND, delete_command),
    ("POST", VM + "/runCommand", run_action),
]
