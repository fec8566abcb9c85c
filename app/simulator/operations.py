"""The operations that asynchronous writes leave behind: their status, and their results.

Source: docs/azure.md, Asynchronous writes.
"""

from app.simulator.arm import ITEM, VAULT, Call, Reply, Route, refused
from app.simulator.mount_scripts import ILR_SCRIPTS_APART, client_scripts
from app.simulator.progress import NEVER_ENDED, OPERATION_OF_A_TRIGGER, Job, stamp
from app.simulator.world import Json, Operation, World


def begin_trigger_operation(world: World, job: Job) -> Operation:
    """The operation of a backup or restore: over as soon as the job has begun."""
    return world.begin_operation("trigger", OPERATION_OF_A_TRIGGER, job)


def get_operation(call: Call) -> Reply:
    """The status of any write: V/backupOperations/{op} answers for every item-level one."""
    operation = _operation(call)
    body: Json = {
        "id": operation.id,
        "name": operation.id,
        "status": "InProgress",
        "startTime": stamp(operation.started),
    }
    if call.world.clock.now() < operation.ends:
        return Reply(200, body | {"endTime": NEVER_ENDED})
    body |= {"status": "Succeeded", "endTime": stamp(operation.started)}  # sic (docs/azure.md, Formats)
    known = call.vault().jobs
    jobs = [known[job] for job in operation.job_ids or [operation.job_id or ""] if job in known]
    failures = {job.id: job.failure for job in jobs if job.failure is not None}
    if failures and operation.kind != "trigger" and len(failures) == len(jobs):
        # A configuration write whose jobs fail. No Failed operation was ever recorded: the shape is the SDK's.
        first = next(iter(failures.values()))
        body |= {"status": "Failed", "error": {"code": first["errorTitle"], "message": first["errorString"]}}
    if operation.job_ids is not None:  # from the SDK's model, not observed
        body["properties"] = {
            "objectType": "OperationStatusJobsExtendedInfo",
            "jobIds": operation.job_ids,
            "failedJobsError": {job: failure["errorString"] for job, failure in failures.items()},
        }
    elif operation.job_id is not None and body["status"] == "Succeeded":
        body["properties"] = {"objectType": "OperationStatusJobExtendedInfo", "jobId": operation.job_id}
    elif operation.mount is not None and call.api_version < ILR_SCRIPTS_APART:
        body["properties"] = {
            "objectType": "OperationStatusProvisionILRExtendedInfo",
            "recoveryTarget": {"clientScripts": client_scripts(operation.mount)},
        }
    return Reply(200, body)


def get_operation_result(call: Call) -> Reply:
    """202 with Location while it runs, then 204 (recorded for refresh and cancel; assumed for the others)."""
    operation = _operation(call)
    if call.world.clock.now() < operation.ends:
        return Reply(202, None, {"Location": call.link(call.path)})
    return Reply(204)


def _operation(call: Call) -> Operation:
    call.vault()
    found = call.world.operations.get(call.params["operation"].lower())
    if found is None:
        raise refused(f"Operation {call.params['operation']} was not found.", "OperationNotFound", 404)
    return found


_STATUS_PATHS = (
    VAULT + "/backupOperations/{operation}",
    VAULT + "/backupFabrics/{fabric}/operationsStatus/{operation}",
    VAULT + "/backupJobs/{job}/operationsStatus/{operation}",
    VAULT + "/backupPolicies/{policy}/operations/{operation}",
    ITEM + "/operationsStatus/{operation}",
)
_RESULT_PATHS = (
    VAULT + "/backupOperationResults/{operation}",
    VAULT + "/backupFabrics/{fabric}/operationResults/{operation}",
    VAULT + "/backupJobs/{job}/operationResults/{operation}",
    VAULT + "/backupPolicies/{policy}/operationResults/{operation}",
)
ROUTES: list[Route] = [
    *(("GET", path, get_operation) for path in _STATUS_PATHS),
    *(("GET", path, get_operation_result) for path in _RESULT_PATHS),
]
