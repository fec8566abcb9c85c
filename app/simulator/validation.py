"""The validate operation: what a restore would be refused for, without restoring (docs/azure.md, Restores).

From the specification and its SDK, not traffic. Its status says Succeeded also when it found errors.
"""

from app.simulator.arm import VAULT, Call, Reply, Route, accepted, refused
from app.simulator.items import item_of_vm
from app.simulator.progress import VALIDATION, stamp
from app.simulator.recovery_points import point_named
from app.simulator.restore_orders import Request, find_problems
from app.simulator.world import Json, Operation


def trigger_validation(call: Call) -> Reply:
    """Asynchronous: `backupTriggerValidateOperation`, the one the SDK polls."""
    findings = _findings(call)
    operation = call.world.begin_operation("validate", VALIDATION)
    operation.findings = findings
    path = call.vault_path
    reply = accepted(
        call, operation, f"{path}/backupValidateOperationResults", f"{path}/backupValidateOperationsStatuses"
    )
    reply.headers["Retry-After"] = call.world.clock.retry_after(10)
    return reply


def validate_now(call: Call) -> Reply:
    """Synchronous: to `backupValidateOperation` the SDK takes a 200 with the findings only."""
    return Reply(200, {"validateOperationResponse": {"validationResults": _findings(call)}})


def _findings(call: Call) -> list[Json]:
    """What the options plant; without any, what the restore itself would be refused for."""
    asked = call.body if isinstance(call.body, dict) else {}
    wanted = asked.get("properties") or asked
    if wanted.get("objectType") != "ValidateIaasVMRestoreOperationRequest":
        raise refused("objectType must be ValidateIaasVMRestoreOperationRequest.")
    restore: Json = wanted.get("restoreRequest") or {}
    item = item_of_vm(call, str(restore.get("sourceResourceId") or ""))
    point = point_named(call, item, str(restore.get("recoveryPointId") or ""))
    if call.world.options.validation_errors:
        return [{"message": "", "recommendations": []} | entry for entry in call.world.options.validation_errors]
    problems = find_problems(Request(call.world, restore, call.vault(), item, point, item.vm.location))
    return [
        {"code": problem.code, "message": problem.message, "recommendations": ["Correct the request and try again."]}
        for problem in problems
    ]


def get_status(call: Call) -> Reply:
    operation = _operation(call)
    body: Json = {"id": operation.id, "name": operation.id, "startTime": stamp(operation.started)}
    if call.world.clock.now() < operation.ends:
        return Reply(200, body | {"status": "InProgress"}, {"Retry-After": call.world.clock.retry_after(10)})
    properties = {
        "objectType": "OperationStatusValidateOperationExtendedInfo",
        "validateOperationResponse": {"validationResults": operation.findings},
    }
    return Reply(200, body | {"status": "Succeeded", "endTime": stamp(operation.ends), "properties": properties})


def get_result(call: Call) -> Reply:
    operation = _operation(call)
    if call.world.clock.now() < operation.ends:
        return Reply(202, None, {"Location": call.link(call.path), "Retry-After": call.world.clock.retry_after(10)})
    return Reply(200, {"validateOperationResponse": {"validationResults": operation.findings}})


def _operation(call: Call) -> Operation:
    call.vault()
    found = call.world.operations.get(call.params["operation"].lower())
    if found is None or found.findings is None:
        raise refused(f"Operation {call.params['operation']} was not found.", "OperationNotFound", 404)
    return found


ROUTES: list[Route] = [
    ("POST", VAULT + "/backupTriggerValidateOperation", trigger_validation),
    ("POST", VAULT + "/backupValidateOperation", validate_now),
    ("GET", VAULT + "/backupValidateOperationsStatuses/{operation}", get_status),
    ("GET", VAULT + "/backupValidateOperationResults/{operation}", get_result),
]
