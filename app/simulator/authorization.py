"""Locks and permissions: what may be read of them, and what they forbid (Microsoft.Authorization).

Shapes and api-versions are the published specification's (ManagementLocks 2016-09-01 and 2020-05-01, Permissions
2015-07-01 to 2022-04-01), not traffic. Without planted locks and permissions nothing is forbidden.
"""

from fnmatch import fnmatchcase

from app.simulator.arm import Call, Reply, Route, gateway_error
from app.simulator.world import Json, World

EVERYTHING: Json = {"actions": ["*"], "notActions": [], "dataActions": [], "notDataActions": []}
GROUP = "/subscriptions/{subscription}/resourceGroups/{group}"
RESOURCE = GROUP + "/providers/{namespace}/{type}/{name}"
SCOPES = ("/subscriptions/{subscription}", GROUP, RESOURCE, RESOURCE + "/{inner}/{innername}")
TAIL = "/providers/Microsoft.Authorization"
VERBS = {"GET": "read", "HEAD": "read", "PUT": "write", "PATCH": "write", "DELETE": "delete"}
READING_POSTS = (  # they change nothing although they are POSTs
    "backupstatus",
    "backupvalidateoperation",
    "backuptriggervalidateoperation",
    "listinstantitemrecoveryoperationresult",
    "accesstoken",
    "backupcrrjob",
    "backupcrrjobs",
    "resources",  # of Resource Graph
    "retrievebootdiagnosticsdata",
    "summarize",  # of Azure Policy, as the next two
    "queryresults",
    "listdeployments",
)


def list_locks(call: Call) -> Reply:
    """The locks at a scope, inherited or below it; with `$filter=atScope()` none from below."""
    scope = _scope(call)
    here = call.query.get("$filter", "").replace(" ", "").lower() == "atscope()"
    locks = [
        lock
        for lock in call.world.locks
        if _covers(lock["scope"], scope) or (not here and _covers(scope, lock["scope"]))
    ]
    return Reply(200, {"value": [_lock(lock) for lock in locks]})


def _lock(lock: Json) -> Json:
    properties = {"level": lock["level"]} | ({"notes": lock["notes"]} if lock["notes"] else {})
    return {
        "id": f"{lock['scope']}{TAIL}/locks/{lock['name']}",
        "name": lock["name"],
        "type": "Microsoft.Authorization/locks",
        "properties": properties,
    }


def list_permissions(call: Call) -> Reply:
    """What the caller may do at a scope: one entry per role that reaches it."""
    return Reply(200, {"value": _roles(call.world, _scope(call))})


def _scope(call: Call) -> str:
    return call.path[: call.path.lower().rindex(TAIL.lower())]


def _covers(scope: str, place: str) -> bool:
    return f"{place}/".lower().startswith(f"{scope}/".lower())


def _roles(world: World, scope: str) -> list[Json]:
    planted = [entry["role"] for entry in world.permissions if _covers(entry["scope"], scope)]
    return planted or [EVERYTHING]


# -- what they forbid ---------------------------------------------------------------------------------------------
def check_request(call: Call) -> None:
    """What ARM checks of every request before a resource provider sees it: permission, then locks."""
    if call.world.permissions and not may(call.world, action := _action(call), call.path):
        raise gateway_error(
            403,
            "AuthorizationFailed",
            f"The client does not have authorization to perform action '{action}' over scope '{call.path}' "
            "or the scope is invalid. If access was recently granted, please refresh your credentials.",
        )
    if call.method not in {"GET", "HEAD"} and call.path.lower().rpartition("/")[2] not in READING_POSTS:
        check_lock(call.world, call.path, deleting=call.method == "DELETE")


def check_linked(world: World, action: str, scope: str) -> None:
    """What ARM checks of the resources a request points at."""
    if not may(world, action, scope):
        raise gateway_error(
            403,
            "LinkedAuthorizationFailed",
            f"The client does not have permission to perform action '{action}' on the linked scope(s) '{scope}' "
            "or the linked scope(s) are invalid.",
        )


def check_lock(world: World, place: str, *, deleting: bool = False) -> None:
    """ReadOnly forbids every change at and below its scope, CanNotDelete only deletion."""
    for lock in world.locks:
        if _covers(lock["scope"], place) and (deleting or lock["level"] == "ReadOnly"):
            verb = "delete" if deleting else "write"
            raise gateway_error(
                409,
                "ScopeLocked",
                f"The scope '{place}' cannot perform {verb} operation because following scope(s) are locked: "
                f"'{lock['scope']}'. Please remove the lock and try again.",
            )


def may(world: World, action: str, scope: str) -> bool:
    return any(
        _matches(role["actions"], action) and not _matches(role["notActions"], action) for role in _roles(world, scope)
    )


def sees(world: World, scope: str) -> bool:
    """Whether the caller has any role at the scope, above or below it."""
    below = [entry["role"] for entry in world.permissions if _covers(scope, entry["scope"])]
    return any(role["actions"] for role in [*_roles(world, scope), *below])


def _matches(patterns: list[str], action: str) -> bool:
    return any(fnmatchcase(action.lower(), pattern.lower()) for pattern in patterns)


def _action(call: Call) -> str:
    """`Microsoft.RecoveryServices/vaults/.../recoveryPoints/restore/action` for a request: types without names."""
    head, marker, tail = call.path.rpartition("/providers/")
    if not marker:
        kind = "subscriptions/resourceGroups" if "/resourcegroups/" in head.lower() else "subscriptions"
        return f"Microsoft.Resources/{kind}/{VERBS.get(call.method, 'action')}"
    namespace, *rest = tail.split("/")
    kinds = [namespace, *rest[::2]]
    if rest[-1].lower() in ("summarize", "queryresults", "listdeployments"):  # Azure lists them as reads
        return "/".join([*kinds[:2], rest[-1], "read"])
    if call.method == "POST" and len(rest) % 2 == 0:  # the last is an instance: an action of its type
        kinds.append("action")
        return "/".join(kinds)
    return "/".join([*kinds, VERBS.get(call.method, "action")])


ROUTES: list[Route] = [
    *(("GET", f"{scope}{TAIL}/locks", list_locks) for scope in SCOPES),
    *(("GET", f"{scope}{TAIL}/permissions", list_permissions) for scope in SCOPES),
]
