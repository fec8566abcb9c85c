"""The digest of the recorded shapes of 2022-2024: names of members, their JSON types, words of closed sets. No values.

`recorded_shapes_2024.json` is what `digest()` makes of the recordings in tests/azure/fixtures; a test holds it to that.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.azure.tape import Exchange, line_of, stored

KINDS = {
    "vault": r"(GET|PUT) .*/vaults/[^/]+",
    "vaults": r"GET .*/vaults",
    "vaultconfig": r"(GET|PATCH) .*/vaultconfig",
    "policy": r"(GET|PUT) .*/backupPolicies/[^/]+|GET .*/backupPolicies/?",
    "item": r"GET .*/backupProtectedItems|GET .*/protectedItems/[^/]+",
    "item_secondary": r"GET .*/backupProtectedItems/",
    "points": r"GET .*/recoveryPoints",
    "points_secondary": r"GET .*/recoveryPoints/",
    "point": r"GET .*/recoveryPoints/[^/]+",
    "jobs": r"GET .*/backupJobs",
    "job": r"GET .*/backupJobs/[^/]+",
    "job_secondary": r"POST .*/backupCrrJob",
    "operation": r"GET .*/vaults/[^/]+/backupOperations/[^/]+",
    "operation_fabric": r"GET .*/operationsStatus/[^/]+",
    "operation_vault": r"GET .*/operationStatus/[^/]+",
    "operation_secondary": r"GET .*/backupCrrOperationsStatus/[^/]+",
    "container": r"GET .*/backupProtectionContainers/?",
    "protectable": r"GET .*/backupProtectableItems",
}
STATUSES = {
    "delete_vault": r"DELETE .*/vaults/[^/]+",
    "operation_result": r"GET .*/operationResults/[^/]+",
    "protect": r"PUT .*/protectedItems/[^/]+",
    "delete_item": r"DELETE .*/protectedItems/[^/]+",
    "back_up": r"POST .*/backup",
    "restore": r"POST .*/restore",
    "refresh": r"POST .*/refreshContainers",
    "cancel": r"POST .*/cancel",
}
TYPES = {dict: "object", list: "list", str: "string", bool: "bool", int: "int", float: "float", type(None): "null"}
# Members whose words are a closed set that Azure chooses. Of all others only the type is kept.
WORDS = re.compile(
    r"(State|Status|status|type|Type|level|Level|Score|operation|storageTypeState|backupStorageVersion|taskId|"
    r"actionsInfo\[\]|timeZone|scheduleRunFrequency|standardTierStorageRedundancy|crossRegionRestore|code|title|"
    r"multiUserAuthorization|threatStatus|sourceSideScanning|restoreLocationType|Job Type|tieringMode)$"
)
FREE = ("tags", "userAssignedIdentities")  # below them stand names that the owner chose


def members(body: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    """Every member of a body with its path; [] is any entry of a list."""
    entries = body.items() if isinstance(body, dict) else (("[]", entry) for entry in body)
    for name, value in entries:
        path = at + name if name == "[]" else f"{at}.{name}".lstrip(".")
        yield path, value
        if isinstance(value, dict | list) and name not in FREE:
            yield from members(value, path)


def kind_of(kinds: dict[str, str], exchange: Exchange) -> str | None:
    line = line_of(exchange)
    return next((kind for kind, pattern in kinds.items() if re.fullmatch(pattern, line, re.IGNORECASE)), None)


def version_of(exchange: Exchange) -> str:
    return str(parse_qs(urlsplit(exchange["request"]["url"]).query)["api-version"][0])


def entries_of(body: Any) -> list[Any]:
    """The entries of a list that are of VMs, or the body itself."""
    entries = body["value"] if isinstance(body, dict) and isinstance(body.get("value"), list) else [body]
    return [
        one for one in entries if (one.get("properties") or {}).get("backupManagementType") in {None, "AzureIaasVM"}
    ]


def digest() -> dict[str, Any]:
    """`shapes`: by kind and version how many bodies, and of each member types, in how many, words; and `statuses`."""
    shapes: dict[str, Any] = defaultdict(lambda: {"bodies": 0, "members": {}})
    statuses: dict[str, set[str]] = defaultdict(set)
    for exchange in (x for flow in stored("2024-") for x in flow.exchanges):
        if "microsoft.recoveryservices" not in exchange["request"]["url"].lower():
            continue
        kind, answer = kind_of(STATUSES, exchange), exchange["response"]
        if kind is not None:
            statuses[f"{kind}@{version_of(exchange)}"].add(str(answer["status"]))
        kind = kind_of(KINDS, exchange)
        if kind is None:
            continue
        if answer["status"] == 404:
            statuses[f"{kind}@{version_of(exchange)}"].add(f"404 {answer['body']['error']['code']}")
        if answer["status"] in {200, 201}:
            for body in entries_of(answer["body"]):
                _count(shapes[f"{kind}{_stage(kind, body)}@{version_of(exchange)}"], body)
    return {
        "shapes": {kind: _sorted(shapes[kind]) for kind in sorted(shapes)},
        "statuses": {kind: sorted(found) for kind, found in sorted(statuses.items())},
    }


def _stage(kind: str, body: Any) -> str:
    """A resource shows other members while it begins than later: stages are told apart by the body's own words."""
    said = body.get("properties") or {}
    match kind:
        case "vault":
            return "." + str(said["provisioningState"]).lower()
        case "item":
            return "." + str(said["protectionState"]).lower()
        case "job" | "jobs":
            return f".{said['operation']}.{said['status']}".lower()
        case _:
            return f".{body['status']}".lower() if kind.startswith("operation") else ""


def _count(shape: Any, body: Any) -> None:
    shape["bodies"] += 1
    seen: Counter[str] = Counter()
    for path, value in members(body):
        found = shape["members"].setdefault(path, {"types": set(), "in": 0, "words": set()})
        found["types"].add(TYPES[type(value)])
        found["in"] += not seen[path]
        seen[path] += 1
        if WORDS.search(path) and isinstance(value, str | int) and not isinstance(value, bool):
            found["words"].add(value)


def _sorted(shape: Any) -> Any:
    found = {}
    for path, member in sorted(shape["members"].items()):
        found[path] = {"types": sorted(member["types"]), "in": member["in"]}
        if member["words"]:
            found[path]["words"] = sorted(member["words"], key=str)
    return {"bodies": shape["bodies"], "members": found}


def text_of(found: dict[str, Any]) -> str:
    """The digest as it is stored: one member a line, so that a change of it can be read."""
    lines = ["{", ' "shapes": {']
    for number, (kind, shape) in enumerate(found["shapes"].items()):
        lines.append(f'  "{kind}": {{"bodies": {shape["bodies"]}, "members": {{')
        rows = [f"   {json.dumps(path)}: {json.dumps(member)}" for path, member in shape["members"].items()]
        lines += [f"{row}," for row in rows[:-1]] + rows[-1:]
        lines.append("  }}" + ("," if number + 1 < len(found["shapes"]) else ""))
    statuses = json.dumps(found["statuses"], indent=1).replace("\n", "\n ")
    return "\n".join([*lines, " },", f' "statuses": {statuses}', "}", ""])
