"""Translates Azure's VM policy into our definition, or says why it cannot. Pure; used by the adapter, and for problems.

Azure writes wall-clock times as if they were UTC instants: 02:00 Eastern is `2020-01-01T02:00:00Z` beside `timeZone:
"Eastern Standard Time"`. So the time is taken from the text as written, the offset behind it is ignored, and nothing is
converted; the date has no meaning.

A policy gets a definition only if writing that definition back would not change Azure's policy. `Missing`: an essential
part is not there. `Unsayable`: the policy has something that our definition cannot express (a tiering rule, a snapshot
resource group's name, two runs a day, a retention time of its own).

What is optional in Azure is optional here (docs/azure.md, Policies): without a time zone it is UTC, missing days of
instant restore are unknown (None), words may have any letter case, numbers may be text.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any, Final, Literal, cast, get_args
from zoneinfo import ZoneInfo

from app.azure import names
from app.azure import values as v

Json = Mapping[str, Any]

_WEEKDAYS: Final = frozenset(get_args(v.Weekday))
_WEEKS: Final = frozenset(get_args(v.WeekOfMonth))
_MONTHS: Final = frozenset(get_args(v.Month))
_NO_TIERING: Final = frozenset({"", "donottier", "invalid"})


class Unsayable(ValueError):
    """The policy holds something that `PolicyDefinition` has no word for; the text names it."""


class Missing(ValueError):
    """The policy leaves out what cannot be guessed; the text names the member."""


def why_without_words(properties: Json) -> str:
    """A sentence for a policy without a definition."""
    try:
        read_definition(properties)
    except Missing as missing:
        return f"Azure's policy does not say {missing}, so what it does is not known here."
    except Unsayable as beyond:
        return f"It has {beyond}, which Holdfast does not support; a write would lose that."
    return "Azure's policy has more now than when it was last read: refresh the vault."


def read_definition(properties: Json) -> v.PolicyDefinition:
    """Of a policy's `properties`. Raises Missing or Unsayable."""
    try:
        return _definition(properties)
    except (Missing, Unsayable):
        raise
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as odd:
        raise Unsayable("a member of a shape that was never seen") from odd


def _definition(properties: Json) -> v.PolicyDefinition:
    _refuse_extras(properties)
    enhanced = _is_enhanced(properties)
    schedule = _schedule(_there(properties, "schedulePolicy"), enhanced=enhanced)
    days = properties.get("instantRpRetentionRangeInDays")
    return v.PolicyDefinition(
        time_zone=_zone(properties.get("timeZone")),
        schedule=schedule,
        retention=_retention(_there(properties, "retentionPolicy"), start_of(schedule)),
        instant_restore_days=None if days is None else _number(days),
        enhanced=enhanced,
    )


def start_of(schedule: v.Schedule) -> time:
    return schedule.start if isinstance(schedule, v.HourlySchedule) else schedule.at


def is_of_vms(properties: Json) -> bool:
    """A vault's list also holds the policies of other workloads, such as HourlyLogBackup."""
    return _word(properties.get("backupManagementType")) == "azureiaasvm"


def _zone(written: Any) -> str:
    """Azure's policies name a Windows zone; an IANA name is one that we would write as its Windows zone."""
    if not written:
        return "UTC"
    try:
        return names.iana_zone(str(written))
    except ValueError:
        pass
    try:
        names.windows_zone(str(written))
        return ZoneInfo(str(written)).key
    except (ValueError, KeyError, OSError):
        raise Unsayable(f"the time zone {written!r}") from None


def _is_enhanced(properties: Json) -> bool:
    """Whether both say so: the policy's type and its schedule's."""
    kind = _word(properties.get("policyType")) or "v1"
    if kind not in {"v1", "v2"}:
        raise Unsayable(f"a policy type of its own, {properties['policyType']!r}")
    return kind == "v2"


def _refuse_extras(properties: Json) -> None:
    """Refuses settings that would be lost if the policy were written back from our values."""
    if not is_of_vms(properties):
        raise Unsayable("a policy of another workload")
    if any((properties.get("instantRPDetails") or {}).values()):
        raise Unsayable("snapshots in a resource group of a chosen name")
    if properties.get("snapshotConsistencyType"):
        raise Unsayable("a snapshot consistency of its own")
    if _flag(properties.get("instantAccessSnapshotEnabled")):
        raise Unsayable("instant access snapshots")
    for tiering in (properties.get("tieringPolicy") or {}).values():
        if _word((tiering or {}).get("tieringMode")) not in _NO_TIERING:
            raise Unsayable("tiering to the archive")


# --- schedule ------------------------------------------------------------------------------------------------------
def _schedule(body: Json, *, enhanced: bool) -> v.Schedule:
    kind, frequency = body.get("schedulePolicyType"), _word(_there(body, "scheduleRunFrequency"))
    if kind and _word(kind) != ("simpleschedulepolicyv2" if enhanced else "simpleschedulepolicy"):
        raise Unsayable(f"a {kind} in this type of policy")
    if enhanced and frequency == "hourly":
        hourly = _there(body, "hourlySchedule")
        return v.HourlySchedule(
            every_hours=_number(_there(hourly, "interval")),
            start=_clock(_there(hourly, "scheduleWindowStartTime")),
            window_hours=_number(_there(hourly, "scheduleWindowDuration")),
        )
    if frequency not in {"daily", "weekly"}:
        raise Unsayable(f"a schedule that runs {body['scheduleRunFrequency']}")
    part = _there(body, f"{frequency}Schedule") if enhanced else body
    at = _only_time(_there(part, "scheduleRunTimes"))
    if _number(part.get("scheduleWeeklyFrequency") or 0) > 1:
        raise Unsayable("a schedule that leaves weeks out")
    return v.DailySchedule(at) if frequency == "daily" else v.WeeklySchedule(at, _days(part, "scheduleRunDays"))


# --- retention -----------------------------------------------------------------------------------------------------
def _retention(body: Json, at: time) -> v.Retention:
    kind = body.get("retentionPolicyType")
    if kind and _word(kind) != "longtermretentionpolicy":
        raise Unsayable(f"a {kind}")
    daily, weekly = body.get("dailySchedule"), body.get("weeklySchedule")
    monthly, yearly = body.get("monthlySchedule"), body.get("yearlySchedule")
    return v.Retention(
        daily=v.DailyRetention(_count(daily, "days", at)) if daily else None,
        weekly=v.WeeklyRetention(_count(weekly, "weeks", at), _days(weekly, "daysOfTheWeek")) if weekly else None,
        monthly=v.MonthlyRetention(_count(monthly, "months", at), **_format(monthly)) if monthly else None,
        yearly=v.YearlyRetention(_count(yearly, "years", at), _months(yearly), **_format(yearly)) if yearly else None,
    )


def _count(body: Json, unit: str, at: time) -> int:
    duration = _there(body, "retentionDuration")
    if _word(_there(duration, "durationType")) != unit:
        raise Unsayable(f"{unit} counted in {duration['durationType']}")
    if body.get("retentionTimes") and _only_time(body["retentionTimes"]) != at:
        raise Unsayable("a retention time that is not the backup's")
    return _number(_there(duration, "count"))


def _format(body: Json) -> dict[str, Any]:
    by_date, by_day = body.get("retentionScheduleDaily"), body.get("retentionScheduleWeekly")
    kind = _word(body.get("retentionScheduleFormatType")) or ("daily" if by_date and not by_day else "weekly")
    if kind == "daily":
        return {"dates": tuple(_date(day) for day in _there(_there(body, "retentionScheduleDaily"), "daysOfTheMonth"))}
    if kind != "weekly":
        raise Unsayable(f"a {body['retentionScheduleFormatType']} retention format")
    weekly = _there(body, "retentionScheduleWeekly")
    return {"weeks": _known(_there(weekly, "weeksOfTheMonth"), _WEEKS), "days": _days(weekly, "daysOfTheWeek")}


def _date(day: Json) -> int | Literal["last"]:
    return "last" if _flag(day.get("isLast")) else _number(_there(day, "date"))


def _days(body: Json, member: str) -> tuple[v.Weekday, ...]:
    return cast("tuple[v.Weekday, ...]", _known(_there(body, member), _WEEKDAYS))


def _months(body: Json) -> tuple[v.Month, ...]:
    return cast("tuple[v.Month, ...]", _known(_there(body, "monthsOfYear"), _MONTHS))


def _known(words: Sequence[str], known: frozenset[str]) -> tuple[str, ...]:
    lower = tuple(dict.fromkeys(_word(word) for word in words))
    if not known.issuperset(lower):
        raise Unsayable(f"one of {', '.join(map(str, words))}")
    return lower


# --- single values -------------------------------------------------------------------------------------------------
def _there(body: Json, member: str) -> Any:
    """What the member holds. Raises Missing where it is absent, null or an empty list."""
    value = body.get(member)
    if value is None or value in ([], "", {}):
        raise Missing(member)
    return value


def _word(text: Any) -> str:
    return str(text or "").lower()


def _flag(value: Any) -> bool:
    return _word(value) == "true"


def _number(value: Any) -> int:
    """Whole numbers, also as text. A boolean is not a number here."""
    if isinstance(value, bool) or int(value) != float(value):
        raise Unsayable(f"{value!r} for a number")
    return int(value)


def _only_time(texts: Sequence[str]) -> time:
    at = {_clock(text) for text in texts}
    if len(at) != 1:
        raise Unsayable(f"{len(at)} times a day")
    return at.pop()


def _clock(text: str) -> time:
    """The wall-clock time as written; the offset behind it is not a fact (see the module's text)."""
    at = (datetime.fromisoformat(text) if "-" in text[:8] else datetime.fromisoformat(f"2020-01-01T{text}")).time()
    if at.second or at.microsecond:
        raise Unsayable(f"the time {text}: callers name hours and minutes")
    return at
