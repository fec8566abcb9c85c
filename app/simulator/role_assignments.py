"""Role assignments (api 2022-04-01): as recorded of identities that are seconds old, else as publicly reported.

They say what an identity of Azure Policy may do here; of callers nothing is decided by them (`authorization`).
"""

import re
import uuid
from typing import Final

from app.simulator.arm import ArmError, Call, Reply, Route
from app.simulator.authorization import SCOPES, TAIL
from app.simulator.inventory import scope_before
from app.simulator.policy_definitions import ROLES
from app.simulator.progress import stamp
from app.simulator.world import TENANT, Json, World

KIND: Final = "Microsoft.Authorization/roleAssignments"
PRINCIPAL_TYPES: Final = ("ServicePrincipal", "User", "Group")


def put_role(call: Call) -> Reply:
    scope, name, roles = scope_before(call, TAIL), call.params["name"], call.world.azure_policy.roles
    sent = call.properties()
    try:
        uuid.UUID(name)
    except ValueError:
        message = f"The role assignment ID '{name}' is not valid. The role assignment ID must be a GUID."
        raise ArmError(400, "InvalidRoleAssignmentId", message) from None
    principal, role = str(sent.get("principalId") or ""), str(sent.get("roleDefinitionId") or "")
    if not principal or "/roledefinitions/" not in role.lower():
        raise ArmError(400, "InvalidRequestContent", "principalId and roleDefinitionId are needed.")
    key = call.path.lower()
    _check_others(call, key, scope, principal, role)
    _check_principal(call, principal, typed=sent.get("principalType") in PRINCIPAL_TYPES)
    if key in roles:  # not observed: the same again
        return Reply(200, roles[key])
    now = stamp(call.world.clock.now())
    roles[key] = {
        "properties": {
            "roleDefinitionId": role,
            "principalId": principal,
            "principalType": "ServicePrincipal",
            "scope": scope,
            "condition": None,
            "conditionVersion": None,
            "createdOn": now,
            "updatedOn": now,
            "createdBy": None,
            "updatedBy": call.caller,
            "delegatedManagedIdentityResourceId": None,
            "description": sent.get("description"),
        },
        "id": f"{scope}{TAIL}/roleAssignments/{name}",
        "type": KIND,
        "name": name,
    }
    return Reply(201, roles[key])


def _check_principal(call: Call, principal: str, *, typed: bool) -> None:
    """The directory knows a new identity late; with its type Azure does not look [documented]."""
    parts, clock = call.world.azure_policy, call.world.clock
    made = parts.identities.get(principal)
    lag = parts.faults.typed_principal_seconds if typed else parts.faults.principal_seconds
    if made is not None and clock.now() >= clock.after(made, lag):
        return
    raise ArmError(
        400,
        "PrincipalNotFound",
        f"Principal {principal.replace('-', '')} does not exist in the directory {TENANT}. Check that you have the "
        "correct principal ID. If you are creating this principal and then immediately assigning a role, this error "
        "might be related to a replication delay. In this case, set the role assignment principalType property to a "
        "value, such as ServicePrincipal, User, or Group.  See https://aka.ms/docs-principaltype",
    )


def _check_others(call: Call, key: str, scope: str, principal: str, role: str) -> None:
    wanted = (scope.lower(), principal.lower(), _role_name(role))
    for other, found in call.world.azure_policy.roles.items():
        has = found["properties"]
        is_same = wanted == (has["scope"].lower(), has["principalId"].lower(), _role_name(has["roleDefinitionId"]))
        if other != key and is_same:
            raise ArmError(409, "RoleAssignmentExists", "The role assignment already exists.")
        if other == key and not is_same:
            message = "Tenant ID, application ID, principal ID, and scope are not allowed to be updated."
            raise ArmError(400, "RoleAssignmentUpdateNotPermitted", message)


def _role_name(role: str) -> str:
    return role.lower().rpartition("/")[2]


def get_role(call: Call) -> Reply:
    found = call.world.azure_policy.roles.get(call.path.lower())
    if found is None:
        message = f"The role assignment '{call.params['name']}' is not found."
        raise ArmError(404, "RoleAssignmentNotFound", message)
    return Reply(200, found)


_OF_PRINCIPAL = re.compile(r"(?:principalId|assignedTo\()\s*(?:eq)?\s*'([0-9a-f-]{36})'\)?", re.IGNORECASE)


def list_roles(call: Call) -> Reply:
    """Those that hold at the scope and those below it; with `atScope()` none from below, else of a principal."""
    scope, text = scope_before(call, TAIL).lower(), call.query.get("$filter", "")
    found = []
    of_principal = _OF_PRINCIPAL.search(text)
    for one in call.world.azure_policy.roles.values():
        place = one["properties"]["scope"].lower()
        is_at = f"{scope}/".startswith(f"{place}/")
        is_below = f"{place}/".startswith(f"{scope}/") and "atscope()" not in text.replace(" ", "").lower()
        is_of = of_principal is None or of_principal[1].lower() == one["properties"]["principalId"].lower()
        if (is_at or is_below) and is_of:
            found.append(one)
    return Reply(200, {"value": found})


def delete_role(call: Call) -> Reply:
    """200 with the object; 204 for what is not there: the specification's."""
    scope_before(call, TAIL)
    gone = call.world.azure_policy.roles.pop(call.path.lower(), None)
    return Reply(204) if gone is None else Reply(200, gone)


def holds(world: World, principal: str, role: str, place: str) -> bool:
    """Whether an identity has a role at a place, or above it."""
    return any(
        _role_name(one["properties"]["roleDefinitionId"]) == role
        and one["properties"]["principalId"] == principal
        and f"{place}/".lower().startswith(f"{one['properties']['scope']}/".lower())
        for one in world.azure_policy.roles.values()
    )


def get_role_definitions(call: Call) -> Reply:
    """The two roles of the definitions, by name: az asks for the id of a role that it is given by its name."""
    wanted = call.query.get("$filter", "")
    shown = [
        _definition(call, name, identity) for name, identity in _NAMED.items() if f"'{name}'" in wanted or not wanted
    ]
    return Reply(200, {"value": shown})


_NAMED: Final = dict(zip(("Virtual Machine Contributor", "Backup Contributor"), ROLES, strict=True))


def _definition(call: Call, name: str, identity: str) -> Json:
    return {
        "properties": {"roleName": name, "type": "BuiltInRole", "permissions": [], "assignableScopes": ["/"]},
        "id": f"/subscriptions/{call.subscription}{TAIL}/roleDefinitions/{identity}",
        "type": "Microsoft.Authorization/roleDefinitions",
        "name": identity,
    }


_ONE, _ALL = TAIL + "/roleAssignments/{name}", TAIL + "/roleAssignments"
ROUTES: list[Route] = [
    *(("GET", scope + TAIL + "/roleDefinitions", get_role_definitions) for scope in SCOPES),
    *(("GET", scope + _ALL, list_roles) for scope in SCOPES),
    *(("GET", scope + _ONE, get_role) for scope in SCOPES),
    *(("PUT", scope + _ONE, put_role) for scope in SCOPES),
    *(("DELETE", scope + _ONE, delete_role) for scope in SCOPES),
]
