"""Whether a policy's definition says what the raw policy says. See oracle.py: nothing of the adapter is imported."""

import json
import re
from typing import Any

from app.azure import values as v

from .oracle import Raw, lower

DAYS = {"daily": "Days", "weekly": "Weeks", "monthly": "Months", "yearly": "Years"}


def is_vm_policy(raw: Raw) -> bool:
    return lower(raw["properties"].get("backupManagementType")) == "azureiaasvm"


def same_policy(read: v.AzurePolicy, raw: Raw) -> None:
    """Its numbers are the raw ones; what it leaves unsaid has a reason that can be seen in the raw policy."""
    properties = raw["properties"]
    assert (read.name, read.raw) == (raw["name"], properties)
    why = beyond_words(properties)
    if read.definition is None:
        assert why, properties
        return
    assert not why, why
    definition = read.definition
    assert definition.instant_restore_days == properties.get("instantRpRetentionRangeInDays")
    assert definition.enhanced == (lower(properties.get("policyType")) == "v2")
    _same_schedule(definition.schedule, properties["schedulePolicy"])
    for layer, unit in DAYS.items():
        kept = getattr(definition.retention, layer)
        said = properties["retentionPolicy"].get(f"{layer}Schedule")
        assert (kept is None) == (not said)
        if kept is not None:
            duration = said["retentionDuration"]
            assert (kept.count, unit) == (duration["count"], duration["durationType"])
            assert _words(getattr(kept, "days", ())) == _days_of(said)


def beyond_words(properties: Raw) -> str | None:
    """Why Holdfast cannot write this policy back without losing something of it."""
    schedule, retention = properties.get("schedulePolicy") or {}, properties.get("retentionPolicy") or {}
    if any((properties.get("instantRPDetails") or {}).values()):
        return "a snapshot resource group of a chosen name"
    if any(
        "tier" in lower(rule.get("tieringMode")) and lower(rule["tieringMode"]) != "donottier"
        for rule in (properties.get("tieringPolicy") or {}).values()
    ):
        return "tiering"
    if properties.get("snapshotConsistencyType") or properties.get("instantAccessSnapshotEnabled"):
        return "a snapshot setting of its own"
    part = schedule.get("dailySchedule") or schedule.get("weeklySchedule") or schedule
    if len(part.get("scheduleRunTimes") or ["hourly"]) > 1:
        return "several runs a day"
    return None if "scheduleRunFrequency" in schedule and retention else "no schedule or no retention"


def _same_schedule(read: v.Schedule, raw: Raw) -> None:
    frequency = lower(raw["scheduleRunFrequency"])
    part = raw.get(f"{frequency}Schedule") or raw
    if isinstance(read, v.HourlySchedule):
        assert frequency == "hourly"
        assert (read.every_hours, read.window_hours) == (part["interval"], part["scheduleWindowDuration"])
        assert f"{read.start:%H:%M}" == part["scheduleWindowStartTime"][11:16]
        return
    assert f"{read.at:%H:%M}" == part["scheduleRunTimes"][0][11:16]
    assert frequency == ("weekly" if isinstance(read, v.WeeklySchedule) else "daily")
    if isinstance(read, v.WeeklySchedule):
        assert _words(read.days) == sorted(map(lower, part["scheduleRunDays"]))


def _days_of(said: Raw) -> list[str]:
    nth = said.get("retentionScheduleWeekly") if lower(said.get("retentionScheduleFormatType")) == "weekly" else None
    return sorted(map(lower, (nth or said).get("daysOfTheWeek") or []))


def _words(days: Any) -> list[str]:
    return sorted(map(lower, days))


# --- what is written back ------------------------------------------------------------------------------------------
def same_written(sent: Raw, raw: Raw) -> None:
    """What we would write back is what Azure has. Dates mean nothing, and no zone is UTC."""
    ours, theirs = sent["properties"], {"timeZone": "UTC", **raw}
    for key in ("protectedItemsCount", "instantRPDetails", "tieringPolicy", "resourceGuardOperationRequests"):
        ours, theirs = _without(ours, key), _without(theirs, key)
    assert _undated(ours) == _undated(theirs)


def _without(properties: Raw, key: str) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if name != key and value is not None}


def _undated(properties: Any) -> Any:
    text = json.dumps(properties)
    return json.loads(re.sub(r'"\d{4}-\d\d-\d\dT(\d\d:\d\d:\d\d)(?:\.0+)?(?:Z|\+00:00)?"', r'"\1"', text))
