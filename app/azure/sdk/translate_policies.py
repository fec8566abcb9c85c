"""VM policies: Azure's JSON <-> `PolicyDefinition` (docs/azure.md, Policies). Pure; imports no Azure package.

azure/policy_translation.py reads Azure's JSON; this module writes a definition.

An enhanced policy (`policyType: V2`) has its own schedule type, with the times of each frequency in a part named after
it; the retention is written the same way in both.
"""

from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any, Final

from app.azure import names, policy_translation
from app.azure import values as v
from app.azure.sdk import members

Json = Mapping[str, Any]

_ANY_DATE: Final = "2020-01-01"


# --- ours -> Azure's -----------------------------------------------------------------------------------------------
def policy_body(definition: v.PolicyDefinition) -> dict[str, Any]:
    """Raises ValueError, a sentence, for a time zone that Azure does not know."""
    at = _times(policy_translation.start_of(definition.schedule))
    properties: dict[str, Any] = {
        "backupManagementType": "AzureIaasVM",
        "timeZone": names.windows_zone(definition.time_zone),
        "instantRPDetails": {},
        "schedulePolicy": _schedule_body(definition.schedule, at),
        "retentionPolicy": _retention_body(definition.retention, at),
    }
    if definition.instant_restore_days is not None:
        properties["instantRpRetentionRangeInDays"] = definition.instant_restore_days
    if definition.enhanced:
        properties |= {"policyType": "V2", "schedulePolicy": _enhanced_schedule_body(definition.schedule, at)}
    return {"properties": properties}


def _times(at: time) -> list[str]:
    return [f"{_ANY_DATE}T{at:%H:%M:%S}Z"]


def _schedule_body(schedule: v.Schedule, at: list[str]) -> dict[str, Any]:
    body: dict[str, Any] = {
        "schedulePolicyType": "SimpleSchedulePolicy",
        "scheduleRunFrequency": "Daily",
        "scheduleRunTimes": at,
        "scheduleWeeklyFrequency": 0,
    }
    if isinstance(schedule, v.WeeklySchedule):
        body |= {"scheduleRunFrequency": "Weekly", "scheduleRunDays": _capitals(schedule.days)}
    return body


def _enhanced_schedule_body(schedule: v.Schedule, at: list[str]) -> dict[str, Any]:
    """The parts are those of the SDK's SimpleSchedulePolicyV2; only the hourly one was ever seen on the wire."""
    frequency, part = "Daily", {"scheduleRunTimes": at}
    if isinstance(schedule, v.WeeklySchedule):
        frequency, part = "Weekly", {"scheduleRunDays": _capitals(schedule.days), "scheduleRunTimes": at}
    body: dict[str, Any] = {"schedulePolicyType": "SimpleSchedulePolicyV2", "scheduleRunFrequency": frequency}
    if isinstance(schedule, v.HourlySchedule):
        hourly = {
            "interval": schedule.every_hours,
            "scheduleWindowStartTime": at[0],
            "scheduleWindowDuration": schedule.window_hours,
        }
        return body | {"scheduleRunFrequency": "Hourly", "hourlySchedule": hourly}
    return body | {f"{frequency.lower()}Schedule": part}


def _retention_body(retention: v.Retention, at: list[str]) -> dict[str, Any]:
    body: dict[str, Any] = {"retentionPolicyType": "LongTermRetentionPolicy"}
    if retention.daily is not None:
        body["dailySchedule"] = _kept(retention.daily.count, "Days", at)
    if retention.weekly is not None:
        days = {"daysOfTheWeek": _capitals(retention.weekly.days)}
        body["weeklySchedule"] = days | _kept(retention.weekly.count, "Weeks", at)
    if retention.monthly is not None:
        body["monthlySchedule"] = _format_body(retention.monthly) | _kept(retention.monthly.count, "Months", at)
    if retention.yearly is not None:
        months = {"monthsOfYear": _capitals(retention.yearly.months)}
        body["yearlySchedule"] = months | _format_body(retention.yearly) | _kept(retention.yearly.count, "Years", at)
    return body


def _kept(count: int, unit: str, at: list[str]) -> dict[str, Any]:
    return {"retentionTimes": at, "retentionDuration": {"count": count, "durationType": unit}}


def _format_body(rule: v.MonthlyRetention | v.YearlyRetention) -> dict[str, Any]:
    if rule.dates:
        days = [{"date": 0, "isLast": True} if day == "last" else {"date": day, "isLast": False} for day in rule.dates]
        return {"retentionScheduleFormatType": "Daily", "retentionScheduleDaily": {"daysOfTheMonth": days}}
    weekly = {"daysOfTheWeek": _capitals(rule.days), "weeksOfTheMonth": _capitals(rule.weeks)}
    return {"retentionScheduleFormatType": "Weekly", "retentionScheduleWeekly": weekly}


def _capitals(words: Sequence[str]) -> list[str]:
    return [word.capitalize() for word in words]


# --- Azure's -> ours -----------------------------------------------------------------------------------------------
def is_vm_policy(body: Json) -> bool:
    """A vault's list also holds the policies of other workloads, such as HourlyLogBackup."""
    return policy_translation.is_of_vms(body["properties"])


def vm_policy(body: Json) -> v.AzurePolicy | None:
    """A policy for VMs; None for another workload's."""
    return policy(body) if is_vm_policy(body) else None


def policy(body: Json) -> v.AzurePolicy:
    """`raw` is the policy's `properties` as Azure wrote them."""
    properties = body["properties"]
    try:
        definition = policy_translation.read_definition(properties)
    except (policy_translation.Missing, policy_translation.Unsayable):
        definition = None
    return v.AzurePolicy(name=members.text(body, "name"), definition=definition, raw=members.cleaned_json(properties))
