"""What a raw answer of Azure says, read here by its own rules and held against what the adapter made of it.

Imports nothing of the adapter (app/azure/sdk, app/azure/names.py): a wrong belief must not stand on both sides.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from app.azure import restore_values as r
from app.azure import values as v

Raw = Mapping[str, Any]


def lower(value: Any) -> str:
    return str(value or "").lower()


def same_time(read: datetime | None, raw: str | None) -> None:
    if not raw or raw.startswith(("0001-", "2001-01-01T00:00:00")):
        assert read is None
        return
    whole, _, fraction = re.sub(r"(Z|\+00:00)$", "", raw).partition(".")
    assert read == datetime.strptime(whole, "%Y-%m-%dT%H:%M:%S").replace(
        microsecond=int(fraction.ljust(6, "0")[:6] or 0), tzinfo=UTC
    )


# --- vaults --------------------------------------------------------------------------------------------------------
REDUNDANCY = {"locallyredundant": "local", "zoneredundant": "zone", "georedundant": "geo"}
KEPT = {"enabled": "on", "disabled": "off", "alwayson": "always_on"}


def same_vault(read: v.AzureVault, raw: Raw) -> None:
    properties = raw["properties"]
    assert read.ref.id.lower() == raw["id"].lower()
    assert (read.location, read.provisioning_state) == (raw["location"], properties["provisioningState"])
    redundancy = properties.get("redundancySettings") or {}
    assert read.redundancy == REDUNDANCY.get(lower(redundancy.get("standardTierStorageRedundancy")))
    assert read.cross_region_restore == {"enabled": True, "disabled": False}.get(
        lower(redundancy.get("crossRegionRestore"))
    )
    security = properties.get("securitySettings") or {}
    kept = security.get("softDeleteSettings") or {}
    assert read.soft_delete_state == KEPT.get(lower(kept.get("softDeleteState")))
    assert read.soft_delete_days == kept.get("softDeleteRetentionPeriodInDays")
    immutable = lower((security.get("immutabilitySettings") or {}).get("state"))
    assert read.immutability == (immutable if immutable in {"disabled", "unlocked", "locked"} else None)
    assert dict(read.tags) == (raw.get("tags") or {})


def same_soft_delete(read: v.SoftDelete, raw: Raw) -> None:
    properties = raw["properties"]
    assert read.state == KEPT[lower(properties["softDeleteFeatureState"])]
    assert read.days == properties.get("softDeleteRetentionPeriodInDays")


# --- items and points ----------------------------------------------------------------------------------------------
def is_vm_item(raw: Raw) -> bool:
    return lower(raw["properties"].get("protectedItemType")) == "microsoft.compute/virtualmachines"


def same_item(read: v.AzureItem, raw: Raw) -> None:
    properties = raw["properties"]
    assert read.vm.id.lower() == (properties.get("sourceResourceId") or properties["virtualMachineId"]).lower()
    policy = properties.get("policyName") or (properties.get("policyId") or "").split("/")[-1]
    assert (read.policy_name or "") == policy
    assert read.protection_state == properties["protectionState"]
    assert (read.health or "") == (properties.get("healthStatus") or "")
    assert (read.last_backup_status or "") == (properties.get("lastBackupStatus") or "")
    assert read.soft_deleted == (lower(properties.get("isScheduledForDeferredDelete")) == "true")
    said = list(properties.get("healthDetails") or [])
    for kpi in (properties.get("kpisHealths") or {}).values():
        if lower(kpi.get("resourceHealthStatus")) != "healthy":
            said += kpi.get("resourceHealthDetails") or []
    codes = {str(detail["code"]) for detail in said}
    assert {detail.code for detail in read.health_details} == codes
    same_time(read.last_backup_at, properties.get("lastBackupTime"))
    same_time(read.last_recovery_point_at, properties.get("lastRecoveryPoint"))
    same_time(read.deleted_at, properties.get("deferredDeleteTimeInUTC"))
    extended = properties.get("extendedProperties")
    assert (read.disks is None) == (extended is None)
    if read.disks is not None:
        chosen = extended.get("diskExclusionProperties") or {}
        assert list(read.disks.luns) == (chosen.get("diskLunList") or [])
        assert read.disks.include == bool(chosen.get("isInclusionList"))


TIERS = {"1": "snapshot", "2": "vault", "3": "archive"}
TIERS |= {"instantrp": "snapshot", "hardenedrp": "vault", "archivedrp": "archive"}
CONSISTENCY = {"appconsistent": "application", "filesystemconsistent": "file_system", "crashconsistent": "crash"}


def same_point(read: v.RecoveryPoint, raw: Raw) -> None:
    properties = raw["properties"]
    assert read.id == raw["name"]
    same_time(read.time, properties["recoveryPointTime"])
    assert read.consistency == CONSISTENCY.get(lower(properties.get("recoveryPointType")))
    shown = properties.get("recoveryPointTierDetails") or []
    wanted = [
        (TIERS[lower(tier["type"])], {"1": "valid"}.get(lower(tier["status"]), lower(tier["status"])))
        for tier in shown
        if lower(tier["type"]) in TIERS
    ]
    states = {"2": "disabled", "3": "deleted", "4": "rehydrated"}
    assert [(tier.tier, tier.state) for tier in read.tiers] == [(t, states.get(s, s)) for t, s in wanted]
    assert read.encrypted == properties.get("isSourceVMEncrypted")
    assert read.is_mounted == properties.get("isInstantIlrSessionActive")
    same_time(read.expires_at, (properties.get("recoveryPointProperties") or {}).get("expiryTime"))
    disks = properties.get("recoveryPointDiskConfiguration") or {}
    assert read.disks_included == disks.get("numberOfDisksIncludedInBackup")
    listed = disks.get("includedDiskList")
    assert read.included_luns == (None if listed is None else tuple(d["lun"] for d in listed if d["lun"] != -1))


# --- jobs and operations -------------------------------------------------------------------------------------------
OUTCOMES = {
    "completed": "succeeded",
    "completedwithwarnings": "succeeded_with_warnings",
    "failed": "failed",
    "cancelled": "cancelled",
    "cancelling": "cancelling",
}


def is_vm_job(raw: Raw) -> bool:
    properties = raw["properties"]
    return lower(properties.get("backupManagementType") or properties.get("jobType")).startswith("azureiaasvm")


def same_job(read: v.AzureJob, raw: Raw) -> None:
    properties = raw["properties"]
    assert read.job_id == raw["name"]
    assert read.activity_id == lower(properties.get("activityId"))
    assert (read.operation, read.status) == (properties["operation"], properties["status"])
    assert read.outcome == OUTCOMES.get(lower(properties["status"]), "running")
    assert (read.item_name or "") == lower(properties.get("containerName"))
    same_time(read.started_at, properties.get("startTime"))
    same_time(read.ended_at, properties.get("endTime"))
    assert [(error.code, error.message) for error in read.errors] == [
        (str(error.get("errorCode", "")), error.get("errorString") or "")
        for error in properties.get("errorDetails") or []
    ]
    extended = properties.get("extendedInfo")
    assert (read.details is None) == (extended is None)
    if read.details is not None and extended is not None:
        same_details(read.details, extended)


def same_details(read: v.AzureJobDetails, raw: Raw) -> None:
    tasks = raw.get("tasksList") or []
    assert [(task.name, task.status) for task in read.tasks] == [(task["taskId"], task["status"]) for task in tasks]
    assert read.progress_percent == raw.get("progressPercentage")
    assert (read.remaining_seconds is None) == (raw.get("estimatedRemainingDuration") is None)
    bag = raw.get("propertyBag") or {}
    assert dict(read.properties) == {key.strip(): str(value) for key, value in bag.items()}
    amounts = [re.match(r"([\d.]+) GBs / ([\d.]+) GBs", task.get("taskExecutionDetails") or "") for task in tasks]
    told = next((amount for amount in amounts if amount), None)
    assert read.transferred_bytes == (round(float(told[1]) * 2**30) if told else None)
    assert read.total_bytes == (round(float(told[2]) * 2**30) if told else None)


STATES = {"inprogress": "in_progress", "succeeded": "succeeded", "failed": "failed", "canceled": "cancelled"}


def same_status(read: v.OperationStatus, response: Raw) -> None:
    body = response["body"]
    if response["status"] != 200 or not body or "status" not in body:
        assert read.state == ("in_progress" if response["status"] == 202 else "succeeded")
        assert read.job_ids == ()
        return
    assert read.state == STATES[lower(body["status"])]
    properties = body.get("properties") or {}
    assert read.job_ids == tuple([properties["jobId"]] if properties.get("jobId") else properties.get("jobIds") or ())
    assert read.error_code == (body.get("error") or {}).get("code")


def same_operation(read: v.Operation, response: Raw) -> None:
    """What a write leaves to follow; a 200 or 204 is done with its answer, whatever it shows beside it."""
    headers = response["headers"]
    link = headers.get("azure-asyncoperation")
    if link is None and response["status"] in {201, 202}:
        link = headers.get("location")
    assert read.status_url == link
    assert read.is_done == (link is None)
    assert read.retry_after == (float(headers["retry-after"]) if "retry-after" in headers else None)


# --- places --------------------------------------------------------------------------------------------------------
def same_place(read: r.AzurePlace, raw: Raw) -> None:
    assert read.id == raw["id"]
    assert read.location == raw["location"].replace(" ", "").lower()
    assert read.sku == (raw.get("sku") or {}).get("name")
    subnets = (raw.get("properties") or {}).get("subnets") or []
    assert list(read.subnets) == [subnet["id"] for subnet in subnets]


# --- refusals ------------------------------------------------------------------------------------------------------
def words_of(body: Any) -> tuple[str | None, str | None]:
    """(code, message) in any of the envelopes that were recorded."""
    if not isinstance(body, Mapping):
        return None, None
    wrapped = body.get("error")
    inner = wrapped if isinstance(wrapped, Mapping) else body
    message = inner.get("message", inner.get("Message"))
    if isinstance(message, Mapping):
        message = message.get("value", message.get("Value"))
    return inner.get("code", inner.get("ErrorCode")), message


def wait_of(response: Raw) -> float | None:
    """Seconds: the header, else what the message names between quotes."""
    if "retry-after" in response["headers"]:
        return float(response["headers"]["retry-after"])
    said = re.search(r"'(\d+)' seconds", words_of(response["body"])[1] or "")
    return float(said[1]) if said else None
