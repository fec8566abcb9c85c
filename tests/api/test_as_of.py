"""`as_of` is when Azure said so: a look that failed is 503, shows none, or the older one. Every answer that has one."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from app.main import openapi_document
from tests.world import DISKS, SUBSCRIPTION, World

Body = dict[str, Any]
EVERYTHING = r"/subscriptions/"
BY_ITS_ENDING = {
    "RestoreAccepted": "the job that restores, as POST /v1/restores has just made it: nothing was seen yet",
    "BackupAccepted": "the same of a backup",
    "RecoveryRunAccepted": "the same of a recovery run; its job never has one",
    "BulkAccepted": "the same of a bulk request; its job never has one",
    **dict.fromkeys(
        (
            "ProtectionRulePreview",
            "EstateVmPage",
            "EstateVmRead",
            "EstateCoverage",
            "DriftPage",
            "EstateRefresh",
            "ReportCoverageRead",
        ),
        "of the last reading, by a loop: no answer looks (tests/estate/test_api.py)",
    ),
    "AzureAlertsRead": "of the last job that ended well: no answer looks (tests/azure_alerts/test_work.py)",
    "AzurePolicyRead": "of the last job that ended well: what is read has no age (tests/azure_policy/test_api.py)",
    "CostStorageRead": "of the last reading, by a loop: no answer looks (tests/cost/test_stored.py)",
    "RestoredResources": "read for each answer; while Azure is away it is 503 (tests/tear_down/test_api.py)",
    "MountScriptRead": "told by Azure once, when it mounted, and not kept: where it is not told again it is 503",
}
"""Answers that need more than an item: each shows the `as_of` of a job, or is 503 (tests/restores/test_files.py)."""


def with_as_of() -> dict[str, set[str]]:
    """Operations by the schema of their answer that has an `as_of`."""
    document = openapi_document()
    schemas = document["components"]["schemas"]
    named: dict[str, set[str]] = {name: set() for name, one in schemas.items() if "as_of" in one.get("properties", {})}
    for name in [name for name in named if name.endswith("EventData")]:
        del named[name]  # the body of an event, which is what a row was then, and no answer of an operation
    for methods in document["paths"].values():
        for operation in methods.values():
            for reached in _reached(document, operation.get("responses", {}), set()):
                if reached in named:
                    named[reached].add(operation["operationId"])
    return {name: operations for name, operations in named.items() if operations}  # not what events say


def _reached(document: Body, node: Any, seen: set[str]) -> set[str]:
    if isinstance(node, list):
        for one in node:
            _reached(document, one, seen)
    elif isinstance(node, dict):
        name = str(node.get("$ref", "")).rpartition("/")[2]
        if name and name not in seen and name in document["components"]["schemas"]:
            seen.add(name)
            _reached(document, document["components"]["schemas"][name], seen)
        for one in node.values():
            _reached(document, one, seen)
    return seen


async def looks(world: World) -> dict[str, tuple[str, str, Body | None, Body]]:
    """(method, path, body, headers) of a request for each kind of answer."""
    item = await world.item()
    await world.back_up(item)
    vault = (await world.api.get(f"/v1/vaults/{item['vault_id']}")).json()
    policy = (await world.api.get(f"/v1/policies/{item['policy_id']}")).json()
    (job, *_) = (await world.api.get("/v1/jobs")).json()["items"]
    wanted = {name: policy["definition"][name] for name in ("time_zone", "schedule", "retention")}
    item_path, vault_path = f"/v1/protected-items/{item['id']}", f"/v1/vaults/{vault['id']}"
    files = {"protected_item_id": item["id"], "recovery_point": {"latest": True}, "target": {"mode": "files"}}
    waves = [{"name": "all", "members": [{"protected_item_id": item["id"]}]}]
    plan = {"name": "shop", "target": {"recover": DISKS}, "waves": waves}
    plan_id = (await world.api.post("/v1/recovery-plans", json=plan)).json()["id"]
    check = f"/v1/permissions/check?operation=create_backup&vault_id={vault['id']}&vm_id={item['vm_id']}"
    return {
        "VaultRead": ("GET", vault_path, None, {}),
        "PolicyRead": ("GET", f"/v1/policies/{policy['id']}", None, {}),
        "ProtectedItemRead": ("GET", item_path, None, {}),
        "JobRead": ("GET", f"/v1/jobs/{job['id']}", None, {}),
        "RecoveryPointRead": ("GET", f"{item_path}/recovery-points", None, {}),
        "UnprotectedVm": ("GET", f"{vault_path}/unprotected-vms?refresh=true", None, {}),
        "FoundVaults": ("POST", "/v1/vaults/discover", {"subscription_id": SUBSCRIPTION}, {}),
        "ProtectedItemDiff": ("PATCH", f"{item_path}?dry_run=true", {"action": "pause"}, {}),
        "PolicyDiff": ("PUT", f"/v1/policies/{policy['id']}?dry_run=true", wanted, {}),
        "RestorePreflightRead": ("POST", "/v1/restores/preflight", files, {}),
        "RecoveryPlanPreflightRead": ("POST", f"/v1/recovery-plans/{plan_id}/preflight", {"mode": "recover"}, {}),
        "PermissionCheckRead": ("GET", check, None, {}),
    }


def times_in(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["as_of"]] if node.get("as_of") else []
        return own + [time for one in node.values() for time in times_in(one)]
    return [time for one in node for time in times_in(one)] if isinstance(node, list) else []


@pytest.mark.usefixtures("hurried")
async def test_a_look_that_failed_does_not_answer_as_a_fresh_one(world: World) -> None:
    asked = await looks(world)
    assert set(with_as_of()) == set(asked) | set(BY_ITS_ENDING), "each has to be looked at here"
    assert all(with_as_of().values())

    async def ask(kind: str) -> httpx.Response:
        method, path, body, headers = asked[kind]
        return await world.api.request(method, path, json=body, headers=headers)

    for kind in asked:
        answer = await ask(kind)
        assert answer.status_code == 200, (kind, answer.text)
        assert times_in(answer.json()), kind
    begun = datetime.now(UTC)
    for method in ("GET", "POST"):
        world.fault(method, EVERYTHING, "status_before", times=None, status=503)
    for kind in asked:
        answer = await ask(kind)
        if answer.status_code == 503:
            assert answer.json()["remedy"], kind
            assert not times_in(answer.json()), kind
            continue
        assert answer.status_code == 200, (kind, answer.text)
        assert all(datetime.fromisoformat(time) <= begun for time in times_in(answer.json())), (kind, answer.text)
