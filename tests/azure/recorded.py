"""One adapter call for each kind of recorded exchange, and its answer held against the raw body read by other means."""

import json
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, time
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

import httpx

from app.azure import restoring as r
from app.azure import values as v
from app.azure.names import bare_name, windows_zone
from app.azure.sdk.client import OpenAzure
from app.azure.sdk.translate_policies import policy, policy_body

Exchange = dict[str, Any]
Check = Callable[[OpenAzure, Exchange, re.Match[str]], Awaitable[None]]

VAULT = (
    r"/subscriptions/(?P<s>[^/]+)/resourceGroups/(?P<g>[^/]+)/providers/Microsoft\.RecoveryServices/vaults/(?P<v>[^/]+)"
)
ITEM = VAULT + (
    r"/backupFabrics/Azure/protectionContainers/IaasVMContainer;iaasvmcontainerv2;(?P<vg>[^/;]+);(?P<vm>[^/;]+)"
    r"/protectedItems/VM;iaasvmcontainerv2;[^/;]+;[^/;]+"
)
DEFINITION = v.PolicyDefinition("UTC", v.DailySchedule(time(21)), v.Retention(daily=v.DailyRetention(30)), 2)


def vault_of(match: re.Match[str]) -> v.VaultRef:
    return v.VaultRef(match["s"].lower(), match["g"], match["v"])


def item_of(match: re.Match[str]) -> v.ItemRef:
    return v.ItemRef(vault_of(match), v.VmRef(match["s"].lower(), match["vg"], match["vm"]))


# --- held against the raw body -------------------------------------------------------------------------------------
def same_time(read: datetime | None, raw: str | None) -> None:
    if raw is None or raw.startswith(("0001-", "2001-01-01T00:00:00")):
        assert read is None
    else:
        whole, _, fraction = raw.removesuffix("Z").partition(".")
        assert read == datetime.strptime(whole, "%Y-%m-%dT%H:%M:%S").replace(
            microsecond=int(fraction.ljust(6, "0")[:6] or 0), tzinfo=UTC
        )


def same_vault(read: v.AzureVault, raw: Any) -> None:
    assert read.ref.id.lower() == raw["id"].lower()
    assert (read.location, read.provisioning_state) == (raw["location"], raw["properties"]["provisioningState"])


def same_item(read: v.AzureItem, raw: Any) -> None:
    properties = raw["properties"]
    assert read.vm.id.lower() == properties["sourceResourceId"].lower()
    assert bare_name(read.vm) == properties.get("containerName", bare_name(read.vm)).lower()
    assert (read.policy_name or "") == properties["policyName"]
    assert (read.protection_state, read.health) == (properties["protectionState"], properties["healthStatus"])
    assert (read.last_backup_status or "") == properties["lastBackupStatus"]
    assert read.soft_deleted == properties.get("isScheduledForDeferredDelete", False)
    assert [int(detail.code) for detail in read.health_details] == [
        detail["code"] for detail in properties.get("healthDetails", [])
    ]
    same_time(read.last_backup_at, properties["lastBackupTime"])
    same_time(read.last_recovery_point_at, properties.get("lastRecoveryPoint"))


OUTCOMES = {"InProgress": "running", "Completed": "succeeded", "Cancelling": "cancelling", "Failed": "failed"}


def same_job(read: v.AzureJob, raw: Any) -> None:
    properties = raw["properties"]
    assert (read.job_id, read.activity_id) == (raw["name"], properties["activityId"])
    assert (read.operation, read.status) == (properties["operation"], properties["status"])
    assert read.outcome == OUTCOMES[properties["status"]]
    assert read.item_name == properties.get("containerName")
    same_time(read.started_at, properties["startTime"])
    same_time(read.ended_at, properties.get("endTime"))
    assert (read.ended_at is None) == (properties["status"] in {"InProgress", "Cancelling"})
    extended = properties.get("extendedInfo")
    assert (read.details is None) == (extended is None)
    if read.details is not None:
        assert [(task.name, task.status) for task in read.details.tasks] == [
            (task["taskId"], task["status"]) for task in extended["tasksList"]
        ]
        assert read.details.progress_percent == extended.get("progressPercentage")
        assert (read.details.remaining_seconds is None) == ("estimatedRemainingDuration" not in extended)
        assert sorted(read.details.properties.values()) == sorted(extended.get("propertyBag", {}).values())
        assert all(key == key.strip() for key in read.details.properties)


def same_policy(read: v.AzurePolicy, raw: Any) -> None:
    """Round trip: what we would write back is what Azure has, or we would write nothing."""
    properties = raw["properties"]
    assert (read.name, read.raw) == (raw["name"], properties)
    if any(properties["instantRPDetails"].values() if "instantRPDetails" in properties else ()):
        assert read.definition is None  # a snapshot resource group of a chosen name: shown, never written
        return
    assert read.definition is not None
    written = policy_body(read.definition)["properties"]
    assert written["timeZone"] == properties["timeZone"] == windows_zone(read.definition.time_zone)
    ignored = {"protectedItemsCount": properties["protectedItemsCount"], "instantRPDetails": {}}
    assert _undated({**written, **ignored}) == _undated({**properties, **ignored})


def _undated(properties: Any) -> Any:
    return json.loads(re.sub(r'"\d{4}-\d\d-\d\dT(\d\d:\d\d:\d\d)(?:\.0+)?Z"', r'"\1"', json.dumps(properties)))


TIERS = {1: "snapshot", 2: "vault"}


def same_point(read: v.RecoveryPoint, raw: Any) -> None:
    properties = raw["properties"]
    assert read.id == raw["name"]
    same_time(read.time, properties["recoveryPointTime"])
    assert read.consistency == {"AppConsistent": "application", "FileSystemConsistent": "file_system"}.get(
        properties["recoveryPointType"]
    )
    assert [(t.tier, t.state) for t in read.tiers] == [
        (TIERS[t["type"]], "valid") for t in properties["recoveryPointTierDetails"] if t["status"] == 1
    ]
    assert read.encrypted == properties["isSourceVMEncrypted"]


def same_operation(read: v.Operation, response: Any) -> None:
    headers = response["headers"]
    assert read.status_url == headers.get("azure-asyncoperation", headers.get("location"))
    assert read.is_done == (response["status"] != 202 and read.status_url is None)
    assert read.retry_after == (float(headers["retry-after"]) if "retry-after" in headers else None)


# --- one adapter call for each kind of exchange --------------------------------------------------------------------
async def get_vault(azure: OpenAzure, x: Exchange, m: re.Match[str]) -> None:
    same_vault(await azure.vaults.get(vault_of(m)), x["response"]["body"])


async def put_vault(azure: OpenAzure, x: Exchange, m: re.Match[str]) -> None:
    order = v.VaultOrder(vault_of(m), "westus", "geo", False, "on", 14, "disabled")  # noqa: FBT003
    same_operation(await azure.vaults.create(order, request_id=uuid4()), x["response"])


async def list_policies(azure: OpenAzure, x: Exchange, m: re.Match[str]) -> None:
    read = await azure.policies.list(vault_of(m))
    raw = [p for p in x["response"]["body"]["value"] if p["properties"]["backupManagementType"] == "AzureIaasVM"]
    for one, other in zip(read, raw, strict=True):
        same_policy(one, other)


async def get_policy(azure: OpenAzure, x: Exchange, m: re.Match[str]) -> None:
    same_policy(await azure.policies.get(v.PolicyRef(vault_of(m), m["p"])), x["response"]["body"])


async def put_policy(azure: OpenAzure, x: Exchange, m: re.Match[str]) -> None:
    asked = {"name": m["p"], "properties": x["request"]["body"]["properties"]}
    for resource in (asked, x["response"]["body"]):
        same_policy(policy(resource), resource)
    order = v.PolicyOrder(v.PolicyRef(vault_of(m), m["p"]), policy(asked).definition or DEFINITION)
    same_operation(await azure.policies.put(order, request_id=uuid4()), x["response"])


async def list_items(azure: OpenAzure, x: Exchange, m: re.Match[str]) -> None:
    read = await azure.protected_items.list(vault_of(m))
    for one, other in zip(read, x["response"]["body"]["value"], strict=True):
        same_item(one, other)


async def get_item(azure: OpenAzure, x: Exchange, m: re.Match[str]) -> None:
    same_item(await azure.protected_items.get(item_of(m)), x["response"]["body"])


async def put_item(azure: OpenAzure, x: Exchange, m: re.Match[str]) -> None:
    """Enable and change policy send what we send; stopping and resuming are answered alike."""
    name = x["request"]["body"]["properties"]["policyId"].rpartition("/")[2] or "DefaultPolicy"
    order = v.ProtectOrder(item_of(m), v.PolicyRef(vault_of(m), name))
    same_operation(await azure.protected_items.protect(order, request_id=uuid4()), x["response"])


async def post_backup(azure: OpenAzure, x: Exchange, m: re.Match[str]) -> None:
    until = x["request"]["body"]["properties"]["recoveryPointExpiryTimeInUTC"]
    order = v.BackupOrder(item_of(m), datetime.fromisoformat(until))
    same_operation(await azure.backups.trigger(order, request_id=uuid4()), x["response"])


async def post_restore(azure: OpenAzure, x: Exchange, m: re.Match[str]) -> None:
    asked = x["request"]["body"]["properties"]
    group = f"/subscriptions/{m['s']}/resourceGroups/target"
    target = r.DisksTarget("disks", group, asked["storageAccountId"])
    order = r.RestoreOrder(item_of(m), m["rp"], asked["region"], target)
    same_operation(await azure.restores.trigger(order, request_id=uuid4()), x["response"])


async def list_points(azure: OpenAzure, x: Exchange, m: re.Match[str]) -> None:
    read = await azure.recovery_points.list(item_of(m))
    raw = sorted(x["response"]["body"]["value"], key=lambda p: p["properties"]["recoveryPointTime"], reverse=True)
    for one, other in zip(read, raw, strict=True):
        same_point(one, other)


async def get_point(azure: OpenAzure, x: Exchange, m: re.Match[str]) -> None:
    same_point(await azure.recovery_points.get(item_of(m), m["rp"]), x["response"]["body"])


async def list_jobs(azure: OpenAzure, x: Exchange, m: re.Match[str]) -> None:
    for listing in (
        await azure.jobs.list_in_progress(vault_of(m)),
        await azure.jobs.list_window(vault_of(m), datetime(2019, 7, 3, tzinfo=UTC), datetime(2019, 7, 4, tzinfo=UTC)),
    ):
        assert listing.complete
        for one, other in zip(listing.jobs, x["response"]["body"]["value"], strict=True):
            same_job(one, other)


async def get_job(azure: OpenAzure, x: Exchange, m: re.Match[str]) -> None:
    same_job(await azure.jobs.get(vault_of(m), m["j"]), x["response"]["body"])


async def poll(azure: OpenAzure, x: Exchange, _: re.Match[str]) -> None:
    read = await azure.operations.status(x["request"]["url"])
    response = x["response"]
    if response["status"] != 200:
        assert read.state == {202: "in_progress", 204: "succeeded"}[response["status"]]
        assert read.job_ids == ()
        return
    body = response["body"]
    assert read.state == {"InProgress": "in_progress", "Succeeded": "succeeded"}[body["status"]]
    job_id = body.get("properties", {}).get("jobId")
    assert read.job_ids == ((job_id,) if job_id else ())


SPOKEN: dict[str, Check] = {
    rf"GET {VAULT}": get_vault,
    rf"PUT {VAULT}": put_vault,
    rf"GET {VAULT}/backupPolicies": list_policies,
    rf"GET {VAULT}/backupPolicies/(?P<p>[^/]+)": get_policy,
    rf"PUT {VAULT}/backupPolicies/(?P<p>[^/]+)": put_policy,
    rf"GET {VAULT}/backupProtectedItems": list_items,
    rf"GET {ITEM}": get_item,
    rf"PUT {ITEM}": put_item,
    rf"POST {ITEM}/backup": post_backup,
    rf"GET {ITEM}/recoveryPoints": list_points,
    rf"GET {ITEM}/recoveryPoints/(?P<rp>[^/]+)": get_point,
    rf"POST {ITEM}/recoveryPoints/(?P<rp>[^/]+)/restore": post_restore,
    rf"GET {VAULT}/backupJobs": list_jobs,
    rf"GET {VAULT}/backupJobs/(?P<j>[^/]+)": get_job,
    rf"GET {VAULT}/backupOperations/[^/]+": poll,
    rf"GET {VAULT}/backupFabrics/Azure/operationResults/[^/]+": poll,
}
NOT_SPOKEN: dict[str, str] = {
    r"GET /subscriptions/[^/]+(/resourceGroups/[^/]+)?/providers/Microsoft\.RecoveryServices/vaults": "vaults are "
    "known by name; nobody asks for all of a subscription",
    rf"DELETE {VAULT}": "the port has no delete of vaults yet",
    rf"DELETE {VAULT}/backupPolicies/[^/]+": "the port has no delete of policies yet",
    rf"DELETE {ITEM}": "the port has no delete of backup data yet",
    rf"POST {VAULT}/backupJobs/[^/]+/cancel": "the port has no cancel yet",
    rf"POST {VAULT}/backupFabrics/Azure/refreshContainers": "discovery is optional today: names are computed",
    rf"GET {VAULT}/backupProtectableItems": "discovery is optional today: names are computed",
    rf"GET {VAULT}/backupProtectionContainers": "containers are never named by a caller",
    rf"(GET|PATCH) {VAULT}/backupconfig/vaultconfig": "soft delete is a property of the vault today",
    rf"(GET|PUT) {VAULT}/backupstorageconfig/vaultstorageconfig": "redundancy is a property of the vault today",
}


def path_of(url: str) -> str:
    return unquote(httpx.URL(url).path)


def match_of(patterns: dict[str, Any], exchange: Exchange) -> tuple[str, re.Match[str]] | None:
    line = f"{exchange['request']['method']} {path_of(exchange['request']['url'])}"
    found = [(pattern, match) for pattern in patterns if (match := re.fullmatch(pattern, line, re.IGNORECASE))]
    assert len(found) <= 1, (line, found)
    return found[0] if found else None
