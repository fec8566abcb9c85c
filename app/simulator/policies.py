"""Backup policies. Times end in Z but are wall-clock times in `timeZone`: they are never converted.

Source: docs/azure.md, Policies.
"""

import re
from functools import partial
from typing import Any

from app.simulator.arm import VAULT, Call, Reply, Route, accepted, filter_terms, not_found, refused, same
from app.simulator.jobs import start_job
from app.simulator.progress import RECONFIGURE, Job, moment
from app.simulator.recovery_points import follow_policy
from app.simulator.vault_settings import check_mutable
from app.simulator.world import Item, Json, Vault

IAAS_VM = "AzureIaasVM"
SCHEDULES = {"SimpleSchedulePolicy": ("Daily", "Weekly"), "SimpleSchedulePolicyV2": ("Hourly", "Daily", "Weekly")}
LAYERS = {"dailySchedule": "Days", "weeklySchedule": "Weeks", "monthlySchedule": "Months", "yearlySchedule": "Years"}


def new_vault_policies(created: int) -> dict[str, Json]:
    """The three policies Azure puts into a new vault; their dates are the creation day's."""
    day = f"{moment(created):%Y-%m-%d}"
    at = f"{day}T21:00:00Z"
    simple: Json = {
        "schedulePolicyType": "SimpleSchedulePolicy",
        "scheduleRunFrequency": "Daily",
        "scheduleRunTimes": [at],
        "scheduleWeeklyFrequency": 0,
    }
    thirty: Json = {"count": 30, "durationType": "Days"}
    return {
        "hourlylogbackup": {
            "name": "HourlyLogBackup",
            "properties": _hourly_log_backup(simple, _daily(at, thirty), thirty),
        },
        "defaultpolicy": {"name": "DefaultPolicy", "properties": _vm_policy(simple, _daily(at, thirty))},
        "enhancedpolicy": {
            "name": "EnhancedPolicy",
            "properties": {"policyType": "V2"}
            | _vm_policy(
                {
                    "schedulePolicyType": "SimpleSchedulePolicyV2",
                    "scheduleRunFrequency": "Hourly",
                    "hourlySchedule": {
                        "interval": 4,
                        "scheduleWindowStartTime": f"{day}T08:00:00Z",
                        "scheduleWindowDuration": 12,
                    },
                },
                _daily(f"{day}T08:00:00Z", thirty),
            ),
        },
    }


def _daily(at: str, duration: Json) -> Json:
    return {
        "retentionPolicyType": "LongTermRetentionPolicy",
        "dailySchedule": {"retentionTimes": [at], "retentionDuration": duration},
    }


def _vm_policy(schedule: Json, retention: Json) -> Json:
    return {
        "backupManagementType": IAAS_VM,
        "instantRPDetails": {},
        "schedulePolicy": schedule,
        "retentionPolicy": retention,
        "instantRpRetentionRangeInDays": 2,
        "timeZone": "UTC",
    }


def _hourly_log_backup(simple: Json, retention: Json, thirty: Json) -> Json:
    log = {
        "policyType": "Log",
        "schedulePolicy": {"schedulePolicyType": "LogSchedulePolicy", "scheduleFrequencyInMins": 60},
        "retentionPolicy": {"retentionPolicyType": "SimpleRetentionPolicy", "retentionDuration": thirty},
    }
    return {
        "backupManagementType": "AzureWorkload",
        "workLoadType": "SQLDataBase",
        "settings": {"timeZone": "UTC", "issqlcompression": False, "isCompression": False},
        "subProtectionPolicy": [
            {"policyType": "Full", "schedulePolicy": simple, "retentionPolicy": retention},
            log,
        ],
    }


# -- requests -----------------------------------------------------------------------------------------------------
def list_policies(call: Call) -> Reply:
    terms = filter_terms(call, ("backupManagementType", "workloadType"))
    wanted = terms.get("backupmanagementtype")
    vault = call.vault()
    policies = [
        policy
        for policy in vault.policies.values()
        if wanted is None or same(policy["properties"]["backupManagementType"], wanted)
    ]
    # In lists the count stayed 0 with two items protected (docs/azure.md, Policies); a single GET told the truth.
    return Reply(200, {"value": [_body(call, policy, 0) for policy in policies]})


def get_policy(call: Call) -> Reply:
    vault = call.vault()
    policy = vault.policies.get(call.params["policy"].lower())
    if policy is None:
        raise not_found(f"Backup policy {call.params['policy']}")
    return Reply(200, _body(call, policy, len(items_of(vault, policy["name"]))))


def put_policy(call: Call) -> Reply:
    """New or unused: 200 with the object. In use: 202 (paths and model from the SDK, not observed)."""
    vault, name = call.vault(), call.params["policy"]
    properties = _without_nulls(call.properties())
    if call.year < 2024:
        properties = _normalised(properties)
    properties.pop("protectedItemsCount", None)
    if "instantRpDetails" in properties:  # az's spelling of the same thing
        properties["instantRPDetails"] = properties.pop("instantRpDetails")
    check_policy(name, properties)
    known = vault.policies.get(name.lower())
    if known is not None and _type_of(known["properties"]) != _type_of(properties):
        # azurerm makes a new policy for it (backup_policy_vm, policy_type); Azure's own answer was not observed.
        raise refused(f"The type of the policy {known['name']} cannot be changed.")
    policy: Json = {"name": known["name"] if known else name, "properties": properties}
    users = items_of(vault, name)
    if not users:
        vault.policies[name.lower()] = policy
        return Reply(200, _body(call, policy, 0))
    if known is not None and keeps_less(known["properties"], properties):
        check_mutable(vault, "shorten the retention of a policy in use")
    bag = {"Policy Name": policy["name"]}
    jobs = [start_job(call, vault, user, "ConfigureBackup", RECONFIGURE, bag) for user in users]
    operation = call.world.begin_operation("policy", RECONFIGURE.seconds)
    operation.job_ids = [job.id for job in jobs]
    call.world.on(operation.ends, partial(_take_effect, vault, policy, jobs))
    path = f"{call.vault_path}/backupPolicies/{policy['name']}"
    return accepted(call, operation, f"{path}/operationResults", f"{path}/operations")


def _type_of(properties: Json) -> str:
    return str(properties.get("policyType") or "V1").upper()


def _take_effect(vault: Vault, policy: Json, jobs: list[Job]) -> None:
    """A change of a policy in use ends with its jobs. When all of them failed the old policy stays [guess]."""
    if all(job.failure for job in jobs):
        return
    vault.policies[policy["name"].lower()] = policy
    for item in items_of(vault, policy["name"]):
        item.policy_type = policy["properties"].get("policyType", "V1")
        follow_policy(item, policy["properties"])


def keeps_less(old: Json, new: Json) -> bool:
    """Whether some layer of the retention goes away or becomes shorter."""
    before, after = old["retentionPolicy"], new["retentionPolicy"]
    return any(
        int(before[layer]["retentionDuration"]["count"])
        > int((after.get(layer) or {}).get("retentionDuration", {}).get("count", 0))
        for layer in LAYERS
        if layer in before
    )


def delete_policy(call: Call) -> Reply:
    vault, name = call.vault(), call.params["policy"]
    if items_of(vault, name):
        raise refused(
            f"Backup policy {name} cannot be deleted: items are associated with it.", "BMSUserErrorPolicyInUse"
        )
    return Reply(200) if vault.policies.pop(name.lower(), None) else Reply(204)


def items_of(vault: Vault, policy_name: str) -> list[Item]:
    return [item for item in vault.items.values() if same(item.policy_name, policy_name)]


def _body(call: Call, policy: Json, count: int) -> Json:
    return {
        "id": f"{call.vault_path}/backupPolicies/{policy['name']}",
        "name": policy["name"],
        "type": "Microsoft.RecoveryServices/vaults/backupPolicies",
        "properties": policy["properties"] | {"protectedItemsCount": count},
    }


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(inner) for key, inner in value.items() if inner is not None}
    return [_without_nulls(inner) for inner in value] if isinstance(value, list) else value


def _normalised(value: Any) -> Any:
    """`.000Z` came back as `Z` in 2020; 2026 echoes what was sent."""
    if isinstance(value, dict):
        return {key: _normalised(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_normalised(inner) for inner in value]
    return re.sub(r"\.0+Z$", "Z", value) if isinstance(value, str) else value


# -- what a policy must be ----------------------------------------------------------------------------------------
# Azure's validation was not observed. These are the documented rules, with one plain code for all of them.
def check_policy(name: str, properties: Json) -> None:
    """Raise a 400 unless the policy is one Azure's documentation allows."""
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]{2,149}", name):
        raise _invalid("the name must have 3-150 letters, digits and hyphens and begin with a letter")
    if properties.get("backupManagementType") != IAAS_VM:
        raise _invalid("backupManagementType must be AzureIaasVM")
    if "/" in properties.get("timeZone", "UTC"):
        raise _invalid("timeZone must be a Windows time zone name, like 'Eastern Standard Time'")
    days, most = properties.get("instantRpRetentionRangeInDays", 2), 30 if properties.get("policyType") == "V2" else 5
    if not isinstance(days, int) or not 1 <= days <= most:
        raise _invalid(f"instantRpRetentionRangeInDays must be 1..{most}")
    schedule, retention = properties.get("schedulePolicy"), properties.get("retentionPolicy")
    if not isinstance(schedule, dict) or not isinstance(retention, dict):
        raise _invalid("schedulePolicy and retentionPolicy are required")
    _check_retention(retention, _schedule_frequency(schedule))


def _schedule_frequency(schedule: Json) -> str:
    frequency = schedule.get("scheduleRunFrequency")
    if frequency not in SCHEDULES.get(str(schedule.get("schedulePolicyType")), ()):
        raise _invalid("schedulePolicyType and scheduleRunFrequency do not go together")
    if frequency == "Hourly":
        hourly = schedule.get("hourlySchedule") or {}
        if hourly.get("interval") not in {4, 6, 8, 12} or not hourly.get("scheduleWindowStartTime"):
            raise _invalid("hourlySchedule needs an interval of 4, 6, 8 or 12 and a scheduleWindowStartTime")
        return "Hourly"
    detail = schedule
    if schedule["schedulePolicyType"] == "SimpleSchedulePolicyV2":
        detail = schedule.get(f"{str(frequency).lower()}Schedule") or {}
    if len(detail.get("scheduleRunTimes") or ()) != 1:
        raise _invalid("scheduleRunTimes must hold exactly one time")
    if frequency == "Weekly" and not detail.get("scheduleRunDays"):
        raise _invalid("a weekly schedule needs scheduleRunDays")
    return str(frequency)


def _check_retention(retention: Json, frequency: str) -> None:
    if retention.get("retentionPolicyType") != "LongTermRetentionPolicy":
        raise _invalid("retentionPolicyType must be LongTermRetentionPolicy")
    needed = "weeklySchedule" if frequency == "Weekly" else "dailySchedule"
    if needed not in retention:
        raise _invalid(f"a {frequency.lower()} schedule needs {needed} in its retention")
    if frequency == "Weekly" and "dailySchedule" in retention:
        raise _invalid("a weekly schedule cannot have a daily retention")
    for layer, unit in LAYERS.items():
        if layer in retention:
            _check_layer(layer, unit, retention[layer])


def _check_layer(layer: str, unit: str, schedule: Json) -> None:
    duration = schedule.get("retentionDuration") or {}
    if duration.get("durationType") != unit or not 1 <= int(duration.get("count") or 0) <= 9999:
        raise _invalid(f"{layer}.retentionDuration must be 1..9999 {unit}")
    if len(schedule.get("retentionTimes") or ()) != 1:
        raise _invalid(f"{layer}.retentionTimes must hold exactly one time")
    if layer == "weeklySchedule" and not schedule.get("daysOfTheWeek"):
        raise _invalid("weeklySchedule needs daysOfTheWeek")
    if layer in {"monthlySchedule", "yearlySchedule"}:
        _check_format(layer, schedule)


def _check_format(layer: str, schedule: Json) -> None:
    kind = schedule.get("retentionScheduleFormatType")
    needed = {"Weekly": "retentionScheduleWeekly", "Daily": "retentionScheduleDaily"}.get(str(kind))
    if needed is None or not schedule.get(needed):
        raise _invalid(f"{layer} needs a retentionScheduleFormatType (Weekly or Daily) and its schedule")
    if layer == "yearlySchedule" and not schedule.get("monthsOfYear"):
        raise _invalid("yearlySchedule needs monthsOfYear")


def _invalid(why: str) -> Exception:
    return refused(f"The backup policy is not valid: {why}.", "BMSUserErrorInvalidPolicyInput")


POLICY = VAULT + "/backupPolicies/{policy}"
ROUTES: list[Route] = [
    ("GET", VAULT + "/backupPolicies", list_policies),
    ("GET", POLICY, get_policy),
    ("PUT", POLICY, put_policy),
    ("DELETE", POLICY, delete_policy),
]
