"""Compliance of resources: summaries, states, and evaluations on demand, as recorded in 2022 (2019-10-01).

Only machines are judged here. Ids in answers are in lower case but where the recordings have them otherwise. `$filter`
knows equality of a few columns, joined by `and`; `$apply`, `$select` and `$orderby` are refused: not simulated.
Without a filter, compliant resources are summed up too: from the model of the SDK, not from traffic.
"""

import base64
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Final

from app.simulator import policy_effects
from app.simulator.arm import ArmError, Call, Reply, Route
from app.simulator.authorization import SCOPES
from app.simulator.inventory import GROUP, scope_before
from app.simulator.policy_definitions import definition_of
from app.simulator.policy_parts import Verdict
from app.simulator.progress import micros
from app.simulator.world import Json, World

INSIGHTS: Final = "/providers/Microsoft.PolicyInsights"
STATES: Final = f"{INSIGHTS}/policyStates/latest"
LEFT: Final = {"x-ms-ratelimit-remaining-policy-insights-requests": "149"}
SCANS_LEFT: Final = {"x-ms-ratelimit-remaining-subscription-resource-requests": "9"}
VM_TYPE: Final = "Microsoft.Compute/virtualMachines"


@dataclass(frozen=True, slots=True)
class State:
    """One machine, as one assignment sees it."""

    assignment_key: str
    assignment: Json
    verdict: Verdict


def states_of(call: Call) -> list[State]:
    """Those in the scope of the path: a subscription, a group, a machine, or an assignment. Filtered."""
    scope, found = scope_before(call, INSIGHTS).lower(), []
    for unknown in ("$apply", "$select", "$orderby"):
        if unknown in call.query:
            raise _bad(f"{unknown} is not simulated.")
    parts = call.world.azure_policy
    for key, verdicts in parts.verdicts.items():
        for vm_key, verdict in verdicts.items():
            if key in parts.assignments and (scope == key or f"{vm_key}/".startswith(f"{scope}/")):
                found.append(State(key, parts.assignments[key], verdict))
    terms = _terms(call.query.get("$filter", ""))
    return [one for one in found if all(_column(one, name) == value for name, value in terms)]


_TERM: Final = re.compile(r"\s*\(?\s*(\w+)\s+eq\s+(?:'([^']*)'|(true|false))\s*\)?\s*", re.IGNORECASE)


def _terms(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for part in re.split(r"\s+and\s+", text.strip(), flags=re.IGNORECASE) if text.strip() else ():
        match = _TERM.fullmatch(part)
        if match is None or match[1].lower() not in COLUMNS:
            raise _bad(f"The filter '{text}' is not supported.")
        found.append((match[1].lower(), (match[2] if match[3] is None else match[3]).lower()))
    return found


COLUMNS: Final = (
    "iscompliant",
    "compliancestate",
    "policyassignmentid",
    "policydefinitionid",
    "resourceid",
    "resourcetype",
)


def _column(state: State, name: str) -> str:
    is_compliant = state.verdict.is_compliant
    columns = {
        "iscompliant": str(is_compliant).lower(),
        "compliancestate": "compliant" if is_compliant else "noncompliant",
        "policyassignmentid": state.assignment_key,
        "policydefinitionid": state.assignment["properties"]["policyDefinitionId"].lower(),
        "resourceid": state.verdict.vm_id.lower(),
        "resourcetype": VM_TYPE.lower(),
    }
    return str(columns[name])


def _bad(message: str) -> ArmError:
    return ArmError(400, "InvalidRequest", message)


# -- states -------------------------------------------------------------------------------------------------------
def query_states(call: Call) -> Reply:
    states, context = states_of(call), _context(call)
    skip, top = int(call.query.get("$skiptoken") or 0), int(call.query.get("$top") or 1000)
    size = call.world.options.page_size or 1000
    shown = states[skip : min(skip + size, top)]
    body: Json = {"@odata.nextLink": None, "@odata.context": f"{context}#latest", "@odata.count": len(shown)}
    if skip + size < min(len(states), top):
        text = "&".join(f"{name}={value}" for name, value in call.query.items() if name != "$skiptoken")
        body["@odata.nextLink"] = f"https://{call.host}{call.path}?{text}&$skiptoken={skip + size}"
    body["value"] = [_state(call.world, f"{context}#latest/$entity", one) for one in shown]
    return Reply(200, body, dict(LEFT))


def _context(call: Call) -> str:
    return f"https://{call.host}{scope_before(call, INSIGHTS)}{INSIGHTS}/policyStates/$metadata"


def _state(world: World, context: str, state: State) -> Json:
    vm, has = world.vms.get(state.verdict.vm_id.lower()), state.assignment["properties"]
    definition = definition_of(world, has["policyDefinitionId"])
    parts = state.verdict.vm_id.split("/")
    return {
        "@odata.id": None,
        "@odata.context": context,
        "timestamp": f"{micros(state.verdict.at)[:-1]}0Z",
        "resourceId": state.verdict.vm_id.lower(),
        "policyAssignmentId": state.assignment_key,
        "policyDefinitionId": has["policyDefinitionId"].lower(),
        "effectiveParameters": "",
        "isCompliant": state.verdict.is_compliant,
        "subscriptionId": parts[2],
        "resourceType": VM_TYPE,
        "resourceLocation": vm.location if vm is not None else "",
        "resourceGroup": parts[4],
        "resourceTags": "tbd",
        "policyAssignmentName": state.assignment["name"],
        "policyAssignmentOwner": "tbd",
        "policyAssignmentParameters": "",
        "policyAssignmentScope": has["scope"],
        "policyDefinitionName": policy_effects.name_of(state.assignment),
        "policyDefinitionAction": _effect(world, state.assignment),
        "policyDefinitionCategory": "tbd",
        **dict.fromkeys(
            (f"policySetDefinition{part}" for part in ("Id", "Name", "Owner", "Category", "Parameters")), ""
        ),
        "managementGroupIds": "",
        "policyDefinitionReferenceId": "",
        "complianceState": "Compliant" if state.verdict.is_compliant else "NonCompliant",
        "policyDefinitionGroupNames": [""],
        "policyDefinitionVersion": (definition or {}).get("properties", {}).get("version", ""),
        "policySetDefinitionVersion": "",
        "policyAssignmentVersion": "",
        "complianceReasonCode": "",
    }


def _effect(world: World, assignment: Json) -> str:
    definition = definition_of(world, assignment["properties"]["policyDefinitionId"])
    parameters = assignment["properties"].get("parameters") or {}
    return "" if definition is None else policy_effects.effect_of(definition, parameters)


# -- summaries ----------------------------------------------------------------------------------------------------
def summarize(call: Call) -> Reply:
    states, context = states_of(call), _context(call)
    by_assignment: dict[str, list[State]] = {}
    for one in states:
        by_assignment.setdefault(one.assignment_key, []).append(one)
    top = int(call.query.get("$top") or 1000)
    entry: Json = {
        "@odata.id": None,
        "@odata.context": f"{context}#summary/$entity",
        "results": _results(call, states, ()) | {"nonCompliantPolicies": _policies(states)},
        "policyAssignments": [_assignment(call, key, found) for key, found in list(by_assignment.items())[:top]],
    }
    return Reply(200, {"@odata.context": f"{context}#summary", "@odata.count": 1, "value": [entry]}, dict(LEFT))


def _policies(states: Iterable[State]) -> int:
    failing = [one for one in states if not one.verdict.is_compliant]
    return len({one.assignment["properties"]["policyDefinitionId"].lower() for one in failing})


def _results(call: Call, states: list[State], narrowed: Iterable[str]) -> Json:
    failing = {one.verdict.vm_id.lower() for one in states if not one.verdict.is_compliant}
    others = {one.verdict.vm_id.lower() for one in states} - failing
    counts = {"noncompliant": len(failing), "compliant": len(others)}
    resources = [{"complianceState": word, "count": count} for word, count in counts.items() if count]
    policies = [{"complianceState": "noncompliant", "count": count} for count in (_policies(states),) if count]
    terms = [f"({text})" for text in (call.query.get("$filter", ""),) if text]
    filters = "".join(f"&$filter={' and '.join(found)}" for found in ([*terms, *narrowed],) if found)
    states_path = f"https://{call.host}{scope_before(call, INSIGHTS)}{STATES}"
    return {
        "queryResultsUri": f"{states_path}/queryResults?api-version={call.api_version}{filters}",
        "nonCompliantResources": len(failing),
        "resourceDetails": resources,
        "policyDetails": policies,
        "policyGroupDetails": policies,
    }


def _assignment(call: Call, key: str, states: list[State]) -> Json:
    here = f"PolicyAssignmentId eq '{key}'"
    definition_id = states[0].assignment["properties"]["policyDefinitionId"].lower()
    there = f"PolicyDefinitionId eq '{definition_id}'"
    one = {
        "policyDefinitionGroupNames": [""],
        "policyDefinitionReferenceId": "",
        "policyDefinitionId": definition_id,
        "effect": _effect(call.world, states[0].assignment),
        "results": _results(call, states, (here, there)),
    }
    return {
        "policyAssignmentId": key,
        "policySetDefinitionId": "",
        "results": _results(call, states, (here,)) | {"nonCompliantPolicies": _policies(states)},
        "policyDefinitions": [one],
        "policyGroups": [{"policyGroupName": "", "results": _results(call, states, (here,))}],
    }


# -- evaluation on demand -----------------------------------------------------------------------------------------
def trigger(call: Call) -> Reply:
    """202, with a link that is not signed; what is found is there when it has ended."""
    scope, world = scope_before(call, INSIGHTS).lower(), call.world
    ends = world.clock.after(world.clock.now(), world.azure_policy.faults.evaluation_seconds)
    number = f"PSRAJob:{world.number_name(12)}.1.0"
    world.azure_policy.scans[number] = ends
    world.on(ends, partial(policy_effects.evaluate_below, world, scope))
    token = base64.b64encode(json.dumps({"id": number, "location": ""}, separators=(",", ":")).encode()).decode()
    path = f"/subscriptions/{call.subscription}{INSIGHTS}/asyncOperationResults/{token}"
    link = f"https://{call.host}{path}?api-version={call.api_version}"
    return Reply(202, None, LEFT | SCANS_LEFT | {"Location": link})


def get_scan(call: Call) -> Reply:
    try:
        number = json.loads(base64.b64decode(call.params["token"]))["id"]
        ends = call.world.azure_policy.scans[number]
    except (ValueError, KeyError, TypeError):
        raise ArmError(404, "NotFound", "There is no such evaluation.") from None  # not observed
    if call.world.clock.now() < ends:
        return Reply(202, None, LEFT | {"Location": f"https://{call.host}{call.path}?api-version={call.api_version}"})
    return Reply(200, {"status": "Succeeded"}, dict(LEFT))


ASSIGNED: Final = tuple(
    scope + "/providers/Microsoft.Authorization/policyAssignments/{assignment}"
    for scope in ("/subscriptions/{subscription}", GROUP)
)
ROUTES: list[Route] = [
    *(("POST", scope + STATES + "/summarize", summarize) for scope in (*SCOPES[:3], *ASSIGNED)),
    *(("POST", scope + STATES + "/queryResults", query_states) for scope in (*SCOPES[:3], *ASSIGNED)),
    *(("POST", scope + STATES + "/triggerEvaluation", trigger) for scope in SCOPES[:2]),
    ("GET", "/subscriptions/{subscription}" + INSIGHTS + "/asyncOperationResults/{token}", get_scan),
]
