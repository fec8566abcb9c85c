"""VM policies: Azure's JSON <-> `PolicyDefinition` (wire.md section 6). Pure; imports no Azure package.

Azure writes wall-clock times as if they were UTC instants: 02:00 Eastern is `2020-01-01T02:00:00Z` beside `timeZone:
"Eastern Standard Time"`. So a time is cut out of the text as it stands, whatever offset is written behind it, and never
converted; the date means nothing.

A policy is only given a definition when writing that definition back would leave Azure's policy as it is. What our
words cannot hold (a tiering rule, a snapshot resource group's name, two runs a day, a retention time of its own) makes
the definition None: shown, never written.

An enhanced policy (`policyType: V2`) has a schedule type of its own, which keeps the times of each frequency in a part
named after it; the retention is written the same way in both.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any, Final, Literal, cast, get_args

from app.azure import names
from app.azure import values as v

Json = Mapping[str, Any]

_WEEKDAYS: Final = frozenset(get_args(v.Weekday))
_WEEKS: Final = frozenset(get_args(v.WeekOfMonth))
_MONTHS: Final = frozenset(get_args(v.Month))
_ANY_DATE: Final = "2020-01-01"


class Unsayable(ValueError):
    """This policy holds something that `PolicyDefinition` has no word for."""


# --- ours -> Azure's -----------------------------------------------------------------------------------------------
def policy_body(definition: v.PolicyDefinition) -> dict[str, Any]:
    """Raises ValueError, a sentence, for a time zone that Azure does not know."""
    at = _times(_start(definition.schedule))
    properties: dict[str, Any] = {
        "backupManagementType": "AzureIaasVM",
        "timeZone": names.windows_zone(definition.time_zone),
        "instantRpRetentionRangeInDays": definition.instant_restore_days,
        "instantRPDetails": {},
        "schedulePolicy": _schedule_body(definition.schedule, at),
        "retentionPolicy": _retention_body(definition.retention, at),
    }
    if definition.enhanced:
        properties |= {"policyType": "V2", "schedulePolicy": _enhanced_schedule_body(definition.schedule, at)}
    return {"properties": properties}


def _start(schedule: v.Schedule) -> time:
    return schedule.start if isinstance(schedule, v.HourlySchedule) else schedule.at


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
    return str(body["properties"].get("backupManagementType", "")).lower() == "azureiaasvm"


def policy(body: Json) -> v.AzurePolicy:
    """`raw` is the policy's `properties` as Azure wrote them."""
    properties = body["properties"]
    try:
        definition = _definition(properties)
    except (ValueError, TypeError, KeyError, AttributeError):  # Unsayable, or a shape never seen: shown as it is
        definition = None
    return v.AzurePolicy(name=body["name"], definition=definition, raw=properties)


def _definition(properties: Json) -> v.PolicyDefinition:
    _refuse_extras(properties)
    enhanced = _is_enhanced(properties)
    schedule = _schedule(properties["schedulePolicy"], enhanced=enhanced)
    at = _start(schedule)
    return v.PolicyDefinition(
        time_zone=names.iana_zone(properties["timeZone"]),
        schedule=schedule,
        retention=_retention(properties["retentionPolicy"], at),
        instant_restore_days=properties["instantRpRetentionRangeInDays"],
        enhanced=enhanced,
    )


def _is_enhanced(properties: Json) -> bool:
    """Whether both say so: the policy's type and its schedule's."""
    kind = properties.get("policyType") or "V1"
    if kind not in {"V1", "V2"}:
        raise Unsayable(f"a policy of type {kind}")
    return bool(kind == "V2")


def _refuse_extras(properties: Json) -> None:
    """What would be lost if the policy were written back from our words."""
    if any((properties.get("instantRPDetails") or {}).values()):
        raise Unsayable("snapshots in a resource group of a chosen name")
    if properties.get("snapshotConsistencyType"):
        raise Unsayable("a snapshot consistency of its own")
    if properties.get("instantAccessSnapshotEnabled"):
        raise Unsayable("instant access snapshots")
    for tiering in (properties.get("tieringPolicy") or {}).values():
        if tiering.get("tieringMode") not in {None, "DoNotTier", "Invalid"}:
            raise Unsayable("tiering to the archive")


def _schedule(body: Json, *, enhanced: bool) -> v.Schedule:
    kind, frequency = body["schedulePolicyType"], body["scheduleRunFrequency"]
    if kind != ("SimpleSchedulePolicyV2" if enhanced else "SimpleSchedulePolicy"):
        raise Unsayable(f"a {kind} in this type of policy")
    if enhanced and frequency == "Hourly":
        hourly = body["hourlySchedule"]
        return v.HourlySchedule(
            every_hours=hourly["interval"],
            start=_clock(hourly["scheduleWindowStartTime"]),
            window_hours=hourly["scheduleWindowDuration"],
        )
    part = body[f"{str(frequency).lower()}Schedule"] if enhanced else body
    at = _only_time(part["scheduleRunTimes"])
    if frequency == "Daily":
        return v.DailySchedule(at)
    if frequency == "Weekly":
        return v.WeeklySchedule(at, _weekdays(part["scheduleRunDays"]))
    raise Unsayable(f"a schedule that runs {frequency}")


def _retention(body: Json, at: time) -> v.Retention:
    if body["retentionPolicyType"] != "LongTermRetentionPolicy":
        raise Unsayable(f"a {body['retentionPolicyType']}")
    daily, weekly = body.get("dailySchedule"), body.get("weeklySchedule")
    monthly, yearly = body.get("monthlySchedule"), body.get("yearlySchedule")
    return v.Retention(
        daily=v.DailyRetention(_count(daily, "Days", at)) if daily else None,
        weekly=(v.WeeklyRetention(_count(weekly, "Weeks", at), _weekdays(weekly["daysOfTheWeek"])) if weekly else None),
        monthly=v.MonthlyRetention(_count(monthly, "Months", at), **_format(monthly)) if monthly else None,
        yearly=(
            v.YearlyRetention(_count(yearly, "Years", at), _months(yearly["monthsOfYear"]), **_format(yearly))
            if yearly
            else None
        ),
    )


def _count(body: Json, unit: str, at: time) -> int:
    duration = body["retentionDuration"]
    if duration["durationType"] != unit:
        raise Unsayable(f"{unit} counted in {duration['durationType']}")
    if _only_time(body["retentionTimes"]) != at:
        raise Unsayable("a retention time that is not the backup's")
    return int(duration["count"])


def _format(body: Json) -> dict[str, Any]:
    kind = body["retentionScheduleFormatType"]
    if kind == "Daily":
        return {"dates": tuple(_date(day) for day in body["retentionScheduleDaily"]["daysOfTheMonth"])}
    if kind != "Weekly":
        raise Unsayable(f"a {kind} retention format")
    weekly = body["retentionScheduleWeekly"]
    return {"weeks": _known(weekly["weeksOfTheMonth"], _WEEKS), "days": _weekdays(weekly["daysOfTheWeek"])}


def _date(day: Json) -> int | Literal["last"]:
    return "last" if day.get("isLast") else int(day["date"])


def _weekdays(words: Sequence[str]) -> tuple[v.Weekday, ...]:
    return cast("tuple[v.Weekday, ...]", _known(words, _WEEKDAYS))


def _months(words: Sequence[str]) -> tuple[v.Month, ...]:
    return cast("tuple[v.Month, ...]", _known(words, _MONTHS))


def _known(words: Sequence[str], known: frozenset[str]) -> tuple[str, ...]:
    lower = tuple(word.lower() for word in words)
    if not known.issuperset(lower):
        raise Unsayable(f"one of {', '.join(words)}")
    return lower


def _only_time(texts: Sequence[str]) -> time:
    if len(texts) != 1:
        raise Unsayable(f"{len(texts)} times a day")
    return _clock(texts[0])


def _clock(text: str) -> time:
    """The wall-clock time as written; the offset behind it is not a fact (see the module's text)."""
    at = datetime.fromisoformat(text).time()
    if at.second or at.microsecond:
        raise Unsayable(f"{text}: callers name hours and minutes")
    return at
