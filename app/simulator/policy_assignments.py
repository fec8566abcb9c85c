"""Assignments of Azure Policy, with their identities, as recorded in 2022 and 2023 (api 2021-06-01).

201 for a new assignment and for every change; 200 with the object for a deletion. An identity that is put back is
another one. What is refused, and its codes, are public reports; a parameter's type is not looked at. Policies of
management groups are not simulated.
"""

import uuid
from collections.abc import Callable
from functools import partial

from app.simulator import policy_effects
from app.simulator.arm import ArmError, Call, Reply, Route, gateway_error
from app.simulator.authorization import TAIL
from app.simulator.inventory import GROUP, scope_before
from app.simulator.policy_definitions import definition_of
from app.simulator.progress import stamp
from app.simulator.world import TENANT, Json

KIND = "Microsoft.Authorization/policyAssignments"
SUBSCRIPTION = "/subscriptions/{subscription}"
SCOPES = (SUBSCRIPTION, GROUP)
ASSIGNMENT = TAIL + "/policyAssignments/{name}"
MODES = ("Default", "DoNotEnforce")
KEPT = ("displayName", "description", "notScopes", "parameters", "nonComplianceMessages", "enforcementMode")


def put_assignment(call: Call) -> Reply:
    scope, body = scope_before(call, TAIL), call.body if isinstance(call.body, dict) else {}
    properties, assignments = call.properties(), call.world.azure_policy.assignments
    known = assignments.get(call.path.lower())
    definition = definition_of(call.world, str(properties.get("policyDefinitionId") or ""))
    if definition is None:
        message = f"The policy definition specified in the policy assignment '{call.params['name']}' was not found."
        raise ArmError(404, "PolicyDefinitionNotFound", message)
    name = call.params["name"]
    _check_parameters(name, definition, properties.get("parameters") or {})
    identity = _identity(call, name, body, known)
    _check_identity(name, definition, properties.get("parameters") or {}, identity)
    if properties.get("enforcementMode", "Default") not in MODES:
        raise ArmError(400, "InvalidRequestContent", "The enforcement mode is not valid.")
    shown: Json = {"identity": identity} if identity is not None else {}
    shown |= {
        "properties": _properties(call, scope, properties, known),
        "id": f"{scope}{TAIL}/policyAssignments/{name}",
        "type": KIND,
        "name": name,
        **({"location": body["location"]} if body.get("location") else {}),
        "systemData": _system_data(call, known),
    }
    assignments[call.path.lower()] = shown
    policy_effects.assigned(call.world, call.path.lower())
    return Reply(201, shown)


def _properties(call: Call, scope: str, sent: Json, known: Json | None) -> Json:
    now, was = stamp(call.world.clock.now()), (known or {}).get("properties", {}).get("metadata", {})
    own = {name: value for name, value in (sent.get("metadata") or {}).items() if name not in _OURS}
    dates = {
        "createdBy": was.get("createdBy", call.caller),
        "createdOn": was.get("createdOn", now),
        "updatedBy": call.caller if known else None,
        "updatedOn": now if known else None,
    }
    kept = {name: sent[name] for name in KEPT if sent.get(name) is not None}
    named = {"policyDefinitionId": sent["policyDefinitionId"], "scope": scope}
    return named | {"enforcementMode": "Default"} | kept | {"metadata": own | dates}


_OURS = ("createdBy", "createdOn", "updatedBy", "updatedOn")


def _system_data(call: Call, known: Json | None) -> Json:
    now = stamp(call.world.clock.now())
    was = (known or {}).get("systemData", {})
    made = {"createdBy": was.get("createdBy", call.caller), "createdByType": "Application"}
    made["createdAt"] = was.get("createdAt", now)
    return made | {"lastModifiedBy": call.caller, "lastModifiedByType": "Application", "lastModifiedAt": now}


def _identity(call: Call, name: str, body: Json, known: Json | None) -> Json | None:
    """As it was while it is asked for; a new one has another principal."""
    parts, asked = call.world.azure_policy, body.get("identity")
    was = (known or {}).get("identity") or {}
    kind = str((asked or {}).get("type") or "None")
    if kind.lower() == "none":
        parts.identities.pop(str(was.get("principalId", "")), None)
        return {"type": "None"} if asked else None
    if kind.lower() != "systemassigned":
        raise ArmError(400, "InvalidRequestContent", "Only system-assigned identities are simulated.")
    if not body.get("location"):
        raise ArmError(400, "LocationRequired", f"The policy assignment '{name}' has an identity, and no location.")
    if "principalId" in was:
        return dict(was)
    principal = str(uuid.uuid4())
    parts.identities[principal] = call.world.clock.now()
    return {"principalId": principal, "tenantId": TENANT, "type": "SystemAssigned"}


def _check_parameters(name: str, definition: Json, sent: Json) -> None:
    known = definition["properties"]["parameters"]
    if unknown := sorted(sent.keys() - known.keys()):
        raise ArmError(
            400,
            "UndefinedPolicyParameter",
            f"The policy assignment '{name}' defines values for parameters '{','.join(unknown)}' that are not defined "
            f"in the policy definition '{definition['name']}'.",
        )
    missing = [one for one, what in known.items() if "defaultValue" not in what and one not in sent]
    if missing:
        raise ArmError(
            400,
            "MissingPolicyParameter",
            f"The policy assignment '{name}' is missing the parameter(s) '{','.join(missing)}' as defined in the "
            f"policy definition '{definition['name']}'.",
        )
    for one, value in sent.items():
        allowed = known[one].get("allowedValues")
        if allowed is not None and value.get("value") not in allowed:
            raise ArmError(400, "PolicyParameterValueNotAllowed", f"The value of the parameter '{one}' is not allowed.")


def _check_identity(name: str, definition: Json, sent: Json, identity: Json | None) -> None:
    effect = policy_effects.effect_of(definition, sent)
    if effect == "deployifnotexists" and (identity or {}).get("type") != "SystemAssigned":
        raise ArmError(
            400,
            "ResourceIdentityRequired",
            f"The policy assignment '{name}' needs an identity: its definition has the effect 'deployIfNotExists'.",
        )


def get_assignment(call: Call) -> Reply:
    return Reply(200, _found(call))


def _found(call: Call) -> Json:
    found = call.world.azure_policy.assignments.get(call.path.lower())
    if found is None:
        scope_before(call, TAIL)
        message = f"The policy assignment '{call.params['name']}' is not found."
        raise ArmError(404, "PolicyAssignmentNotFound", message)
    return found


def list_assignments(call: Call) -> Reply:
    """Those that hold at the scope, and those below it; with `$filter=atScope()` none from below."""
    scope, text = scope_before(call, TAIL).lower(), call.query.get("$filter", "").replace(" ", "").lower()
    if text not in {"", "atscope()", "atexactscope()"} and not text.startswith("policydefinitionideq'"):
        raise gateway_error(400, "InvalidFilterInQueryString", f"The filter '{text}' is not supported.")
    wanted = text.removeprefix("policydefinitionideq'").removesuffix("'")
    tests: dict[str, Callable[[Json], bool]] = {
        "": lambda one: _is_at(scope, one) or _is_below(scope, one),
        "atscope()": partial(_is_at, scope),
        "atexactscope()": lambda one: one["properties"]["scope"].lower() == scope,
    }

    def is_of(one: Json) -> bool:
        return bool(one["properties"]["policyDefinitionId"].lower() == wanted)

    test = tests.get(text, is_of)
    return Reply(200, {"value": [one for one in call.world.azure_policy.assignments.values() if test(one)]})


def _is_at(scope: str, one: Json) -> bool:
    return f"{scope}/".startswith(f"{one['properties']['scope'].lower()}/")


def _is_below(scope: str, one: Json) -> bool:
    return bool(f"{one['properties']['scope'].lower()}/".startswith(f"{scope}/"))


def delete_assignment(call: Call) -> Reply:
    """Its identity goes with it, and the roles of that stay behind. 204 for what is not there is not observed."""
    scope_before(call, TAIL)
    parts = call.world.azure_policy
    gone = parts.assignments.pop(call.path.lower(), None)
    if gone is None:
        return Reply(204)
    parts.identities.pop(str((gone.get("identity") or {}).get("principalId", "")), None)
    parts.verdicts.pop(call.path.lower(), None)
    return Reply(200, gone)


ROUTES: list[Route] = [
    *(("GET", scope + TAIL + "/policyAssignments", list_assignments) for scope in SCOPES),
    *(("GET", scope + ASSIGNMENT, get_assignment) for scope in SCOPES),
    *(("PUT", scope + ASSIGNMENT, put_assignment) for scope in SCOPES),
    *(("DELETE", scope + ASSIGNMENT, delete_assignment) for scope in SCOPES),
]
