"""Remediations: deployments for the machines that a definition which deploys found not compliant (api 2021-10-01).

As recorded in 2022: 201 for a new one, Succeeded at once where nothing is to do, ids in lower case, 200 with the object
for a deletion, a cancelled one keeps its counts. Documented: `resourceCount` is 500 and at most 50,000, all deployments
may fail (`failureThreshold`), `ReEvaluateCompliance` evaluates first. In which state one with failed deployments ends,
what is refused meanwhile, and how long anything takes, are guesses.
"""

import uuid
from functools import partial
from typing import Final

from app.simulator import policy_effects
from app.simulator.arm import ArmError, Call, Reply, Route, page
from app.simulator.authorization import SCOPES
from app.simulator.inventory import scope_before
from app.simulator.policy_parts import Deployment, Remediation
from app.simulator.policy_states import INSIGHTS, LEFT
from app.simulator.progress import micros
from app.simulator.world import Json, VirtualMachine, World

KIND: Final = "Microsoft.PolicyInsights/remediations"
BEGINS_AFTER, EVALUATES, CANCELLED_AFTER = 2.0, 60.0, 5.0
PARALLEL, USUAL, MOST = 10, 500, 50_000
OVER: Final = ("Succeeded", "Failed", "Canceled")
MODES: Final = ("ExistingNonCompliant", "ReEvaluateCompliance")
ASKED: Final = ("filters", "resourceCount", "parallelDeployments", "failureThreshold", "policyDefinitionReferenceId")


def put_remediation(call: Call) -> Reply:
    scope, sent, parts = scope_before(call, INSIGHTS), call.properties(), call.world.azure_policy
    key, wanted = call.path.lower(), str(sent.get("policyAssignmentId") or "").lower()
    if wanted not in parts.assignments:
        raise _bad("InvalidCreateRemediationRequest", f"The policy assignment '{wanted}' was not found.")
    mode = sent.get("resourceDiscoveryMode", MODES[0])
    if mode not in MODES:
        raise _bad("InvalidCreateRemediationRequest", f"The resource discovery mode '{mode}' is not valid.")
    count = sent.get("resourceCount")
    if count is not None and not 1 <= int(count) <= MOST:  # the bound is documented, the code is a guess
        raise _bad("InvalidCreateRemediationRequest", f"The resource count must be between 1 and {MOST}.")
    known = parts.remediations.get(key)
    if known is not None and known.asked.get("policyAssignmentId", "").lower() != wanted:
        raise _bad("InvalidUpdateRemediationRequest", "The policy assignment of a remediation cannot be changed.")
    if known is not None and known.state not in OVER:
        return Reply(200, _shown(known), dict(LEFT))
    now = call.world.clock.now()
    number = str(uuid.uuid4())
    path, by = f"{scope}{INSIGHTS}/remediations/{call.params['name']}".lower(), call.caller
    begun = Remediation(path, call.params["name"], sent, now, now, number, by)
    parts.remediations[key] = begun
    if mode == MODES[0] and not _targets(call.world, begun):
        begun.state = "Succeeded"
    else:
        wait = EVALUATES if mode == MODES[1] else BEGINS_AFTER
        call.world.on(call.world.clock.after(now, wait), partial(_begin, call.world, key, number))
    return Reply(201 if known is None else 200, _shown(begun), dict(LEFT))


def _bad(code: str, message: str) -> ArmError:
    return ArmError(400, code, message)


def _targets(world: World, found: Remediation) -> list[VirtualMachine]:
    key = str(found.asked["policyAssignmentId"]).lower()
    assignment = world.azure_policy.assignments.get(key)
    if assignment is None or not policy_effects.is_enforced(world, assignment | _enforcing(assignment)):
        return []
    places = {str(one).lower() for one in (found.asked.get("filters") or {}).get("locations") or ()}
    scope = found.id.rpartition("/providers/microsoft.policyinsights/")[0]
    machines = [
        vm
        for verdict in world.azure_policy.verdicts.get(key, {}).values()
        if not verdict.is_compliant and (vm := world.vms.get(verdict.vm_id.lower())) is not None
    ]
    inside = [vm for vm in machines if f"{vm.id.lower()}/".startswith(f"{scope}/")]
    near = [vm for vm in inside if not places or vm.location.lower() in places]
    return near[: int(found.asked.get("resourceCount") or USUAL)]


def _enforcing(assignment: Json) -> Json:
    """A remediation also works for an assignment that does not enforce [documented]."""
    return {"properties": assignment["properties"] | {"enforcementMode": "Default"}}


def _begin(world: World, key: str, number: str) -> None:
    found = world.azure_policy.remediations.get(key)
    if found is None or found.number != number or found.state != "Accepted":
        return
    if found.asked.get("resourceDiscoveryMode") == MODES[1]:
        policy_effects.evaluate(world, str(found.asked["policyAssignmentId"]).lower())
    now = world.clock.now()
    found.state, found.updated = "Running", now
    for vm in _targets(world, found):
        found.deployments.append(Deployment(vm.id, vm.location, now, now, number=str(uuid.uuid4())))
    _go_on(world, key, number)


def _go_on(world: World, key: str, number: str) -> None:
    """End what is due, begin what may run beside, and end the whole when nothing is left."""
    found = world.azure_policy.remediations.get(key)
    if found is None or found.number != number or found.state != "Running":
        return
    now = world.clock.now()
    for one in found.deployments:
        if one.status == "Running" and now >= world.clock.after(one.updated, policy_effects.DEPLOYMENT_TAKES):
            _end(world, found, one)
    left = int(found.asked.get("parallelDeployments") or PARALLEL)
    left -= sum(one.status == "Running" for one in found.deployments)
    for one in [one for one in found.deployments if one.status == "Evaluating"][: max(left, 0)]:
        _start(world, found, one)
        world.on(world.clock.after(now, policy_effects.DEPLOYMENT_TAKES), partial(_go_on, world, key, number))
    if all(one.status in OVER for one in found.deployments):
        found.state, found.updated = _verdict(found), now


def _start(world: World, found: Remediation, one: Deployment) -> None:
    faults, vm = world.azure_policy.faults, world.vms.get(one.vm_id.lower())
    assignment = world.azure_policy.assignments.get(str(found.asked["policyAssignmentId"]).lower())
    one.status, one.updated = "Running", world.clock.now()
    if faults.fail_deployments:
        faults.fail_deployments -= 1
        one.error = {"code": "DeploymentFailed", "message": "At least one resource deployment operation failed."}
    elif vm is None or assignment is None:
        one.error = {"code": "ResourceNotFound", "message": "The resource is not there any more."}
    else:
        one.error = policy_effects.deploy(world, assignment, vm)


def _end(world: World, found: Remediation, one: Deployment) -> None:
    vm = world.vms.get(one.vm_id.lower())
    key = str(found.asked["policyAssignmentId"]).lower()
    if one.error is None and (vm is None or not policy_effects.is_backed_up(world, vm)):
        one.error = {"code": "DeploymentFailed", "message": "The job of the deployment failed."}
    one.status, one.updated = "Failed" if one.error else "Succeeded", world.clock.now()
    if vm is not None and key in world.azure_policy.assignments:
        policy_effects.judge(world, key, vm)


def _verdict(found: Remediation) -> str:
    failed = sum(one.status == "Failed" for one in found.deployments)
    allowed = float((found.asked.get("failureThreshold") or {"percentage": 1}).get("percentage", 1))
    return "Failed" if failed > allowed * len(found.deployments) else "Succeeded"


def _shown(found: Remediation) -> Json:
    statuses = [one.status for one in found.deployments]
    properties: Json = {
        "policyAssignmentId": str(found.asked["policyAssignmentId"]).lower(),
        "provisioningState": found.state,
        "createdOn": _time(found.created),
        "lastUpdatedOn": _time(found.updated),
        **{name: found.asked[name] for name in ASKED if found.asked.get(name) is not None},
        "deploymentStatus": {
            "totalDeployments": len(statuses),
            "successfulDeployments": statuses.count("Succeeded"),
            "failedDeployments": statuses.count("Failed"),
        },
        "resourceDiscoveryMode": found.asked.get("resourceDiscoveryMode", MODES[0]),
        "correlationId": found.number,
    }
    by = {"createdBy": found.created_by, "createdByType": "Application", "createdAt": _time(found.created)}
    by |= {
        "lastModifiedBy": found.created_by,
        "lastModifiedByType": "Application",
        "lastModifiedAt": _time(found.created),
    }
    return {"properties": properties, "id": found.id, "name": found.name, "type": KIND, "systemData": by}


def _time(instant: int) -> str:
    return f"{micros(instant)[:-1]}0Z"


def _found(call: Call) -> Remediation:
    name = call.params["name"]
    key = call.path.lower()
    found = call.world.azure_policy.remediations.get(key[: key.rindex(f"/{name.lower()}") + len(name) + 1])
    if found is None:
        scope_before(call, INSIGHTS)
        raise ArmError(404, "RemediationNotFound", f"The remediation '{name}' could not be found.")
    return found


def get_remediation(call: Call) -> Reply:
    return Reply(200, _shown(_found(call)), dict(LEFT))


def list_remediations(call: Call) -> Reply:
    """Of the scope and everything below it, newest first."""
    start = f"{scope_before(call, INSIGHTS)}/".lower()
    found = [one for key, one in call.world.azure_policy.remediations.items() if key.startswith(start)]
    reply = page(call, sorted(found, key=lambda one: -one.created), _shown)
    reply.headers |= LEFT
    return reply


def list_deployments(call: Call) -> Reply:
    shown = [_deployment(one) for one in _found(call).deployments]
    return Reply(200, {"value": shown}, dict(LEFT))


def _deployment(one: Deployment) -> Json:
    group = one.vm_id.partition("/providers/")[0].lower()
    body = {
        "remediatedResourceId": one.vm_id.lower(),
        "status": one.status,
        "resourceLocation": one.location,
        "createdOn": _time(one.created),
        "lastUpdatedOn": _time(one.updated),
    }
    if one.status != "Evaluating":
        body["deploymentId"] = f"{group}/providers/microsoft.resources/deployments/policydeployment_{one.number}"
    return body | ({"error": one.error} if one.status == "Failed" else {})


def cancel(call: Call) -> Reply:
    """What runs is left to end by itself; what had not begun is not begun."""
    found = _found(call)
    if found.state in {*OVER, "Cancelling"}:
        raise _bad("InvalidCancelRemediationRequest", "A remediation that has ended cannot be cancelled.")
    found.state, found.updated = "Cancelling", call.world.clock.now()
    due = call.world.clock.after(found.updated, CANCELLED_AFTER)
    call.world.on(due, partial(_cancelled, call.world, found))
    return Reply(200, _shown(found), dict(LEFT))


def _cancelled(world: World, found: Remediation) -> None:
    found.state, found.updated = "Canceled", world.clock.now()
    for one in found.deployments:
        if one.status == "Evaluating":
            one.status, one.updated = "Canceled", found.updated


def delete_remediation(call: Call) -> Reply:
    found = _found(call)
    if found.state not in OVER:
        message = "A remediation that has not ended cannot be deleted: cancel it first."
        raise _bad("InvalidDeleteRemediationRequest", message)
    shown = _shown(found)
    del call.world.azure_policy.remediations[call.path.lower()]
    return Reply(200, shown, dict(LEFT))


_ALL, _ONE = INSIGHTS + "/remediations", INSIGHTS + "/remediations/{name}"
ROUTES: list[Route] = [
    *(("GET", scope + _ALL, list_remediations) for scope in SCOPES[:3]),
    *(("GET", scope + _ONE, get_remediation) for scope in SCOPES[:3]),
    *(("PUT", scope + _ONE, put_remediation) for scope in SCOPES[:3]),
    *(("DELETE", scope + _ONE, delete_remediation) for scope in SCOPES[:3]),
    *(("POST", scope + _ONE + "/listDeployments", list_deployments) for scope in SCOPES[:3]),
    *(("POST", scope + _ONE + "/cancel", cancel) for scope in SCOPES[:3]),
]
