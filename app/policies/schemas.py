"""Policies as callers send and see them (contract section 6)."""

from datetime import datetime, time
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.config import JsonDict

from app.azure import values as v
from app.jobs.schemas import PRINTABLE, WriteBody
from app.policies.models import Policy

TimeOfDay = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
MonthDay = Annotated[int, Field(ge=1, le=28)] | Literal["last"]
Count = Annotated[int, Field(ge=1, le=9999)]

STORY: JsonDict = {
    "name": "production",
    "time_zone": "America/New_York",
    "schedule": {"frequency": "daily", "time": "02:00"},
    "retention": {
        "daily": {"count": 30},
        "weekly": {"count": 12, "days": ["sunday"]},
        "monthly": {"count": 12, "weeks": ["first"], "days": ["sunday"]},
        "yearly": None,
    },
    "instant_restore_days": 2,
}
READ_EXAMPLE: JsonDict = {
    "id": "01890000-0000-7000-8000-000000000002",
    "vault_id": "01890000-0000-7000-8000-000000000001",
    "name": "production",
    "state": "ready",
    "definition": {name: value for name, value in STORY.items() if name != "name"},
    "azure": None,
    "created_at": "2026-01-31T09:01:00Z",
    "updated_at": "2026-01-31T09:01:01Z",
    "as_of": "2026-01-31T09:01:01Z",
}


class Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Daily(Closed):
    frequency: Literal["daily"]
    time: TimeOfDay


class Weekly(Closed):
    frequency: Literal["weekly"]
    time: TimeOfDay
    days: list[v.Weekday] = Field(min_length=1, max_length=7)


class Hourly(Closed):
    """Azure's enhanced policy."""

    frequency: Literal["hourly"]
    every_hours: int = Field(description="4, 6, 8 or 12.")
    start: TimeOfDay
    window_hours: int = Field(description="4 to 24; a multiple of every_hours.")


class DailyKeep(Closed):
    count: Count


class WeeklyKeep(Closed):
    count: Count
    days: list[v.Weekday] = Field(min_length=1, max_length=7)


class MonthlyKeep(Closed):
    """Either `weeks` and `days` (nth weekday), or `dates`."""

    count: Count
    weeks: list[v.WeekOfMonth] = Field(default_factory=list, max_length=5)
    days: list[v.Weekday] = Field(default_factory=list, max_length=7)
    dates: list[MonthDay] = Field(default_factory=list, max_length=29)


class YearlyKeep(MonthlyKeep):
    months: list[v.Month] = Field(min_length=1, max_length=12)


class Keep(Closed):
    daily: DailyKeep | None = None
    weekly: WeeklyKeep | None = None
    monthly: MonthlyKeep | None = None
    yearly: YearlyKeep | None = None


ScheduleBody = Annotated[Daily | Weekly | Hourly, Field(discriminator="frequency")]


class DefinitionBody(Closed):
    """When to back up and how long to keep. Times are wall-clock times in `time_zone`."""

    time_zone: Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=PRINTABLE)] = Field(
        description="An IANA name, e.g. America/New_York."
    )
    schedule: ScheduleBody
    retention: Keep
    instant_restore_days: int = Field(default=2, ge=1, le=30)

    def to_definition(self) -> v.PolicyDefinition:
        return v.PolicyDefinition(
            time_zone=self.time_zone,
            schedule=_schedule(self.schedule),
            retention=_retention(self.retention),
            instant_restore_days=self.instant_restore_days,
        )

    @classmethod
    def of(cls, definition: v.PolicyDefinition) -> "DefinitionBody":
        return cls.model_validate(
            {
                "time_zone": definition.time_zone,
                "schedule": _schedule_body(definition.schedule),
                "retention": _retention_body(definition.retention),
                "instant_restore_days": definition.instant_restore_days,
            }
        )


class PolicyCreate(DefinitionBody, WriteBody):
    """A policy to create."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [STORY]})

    name: Annotated[str, StringConstraints(min_length=1, max_length=150, pattern=PRINTABLE)]


class PolicyRead(BaseModel):
    """A policy. `definition` is null when Azure's policy cannot be said in our words; `azure` is then its own JSON."""

    model_config = ConfigDict(json_schema_extra={"examples": [READ_EXAMPLE]})

    id: UUID
    vault_id: UUID
    name: str
    state: Literal["creating", "ready"]
    definition: DefinitionBody | None
    azure: dict[str, Any] | None
    created_at: datetime
    updated_at: datetime
    as_of: datetime | None

    @classmethod
    def of(cls, policy: Policy, definition: v.PolicyDefinition | None) -> "PolicyRead":
        plain = {name: getattr(policy, name) for name in cls.model_fields if name not in {"definition", "azure"}}
        shown = DefinitionBody.of(definition) if definition else None
        return cls.model_validate(plain | {"definition": shown, "azure": None if shown else policy.raw})


def _schedule(body: Daily | Weekly | Hourly) -> v.Schedule:
    match body:
        case Daily():
            return v.DailySchedule(_time(body.time))
        case Weekly():
            return v.WeeklySchedule(_time(body.time), tuple(body.days))
        case Hourly():
            return v.HourlySchedule(body.every_hours, _time(body.start), body.window_hours)


def _schedule_body(schedule: v.Schedule) -> dict[str, Any]:
    match schedule:
        case v.DailySchedule():
            return {"frequency": "daily", "time": f"{schedule.at:%H:%M}"}
        case v.WeeklySchedule():
            return {"frequency": "weekly", "time": f"{schedule.at:%H:%M}", "days": list(schedule.days)}
        case v.HourlySchedule():
            return {
                "frequency": "hourly",
                "every_hours": schedule.every_hours,
                "start": f"{schedule.start:%H:%M}",
                "window_hours": schedule.window_hours,
            }


def _retention(keep: Keep) -> v.Retention:
    return v.Retention(
        daily=v.DailyRetention(keep.daily.count) if keep.daily else None,
        weekly=v.WeeklyRetention(keep.weekly.count, tuple(keep.weekly.days)) if keep.weekly else None,
        monthly=v.MonthlyRetention(keep.monthly.count, **_which(keep.monthly)) if keep.monthly else None,
        yearly=v.YearlyRetention(keep.yearly.count, tuple(keep.yearly.months), **_which(keep.yearly))
        if keep.yearly
        else None,
    )


def _which(keep: MonthlyKeep) -> dict[str, Any]:
    return {"weeks": tuple(keep.weeks), "days": tuple(keep.days), "dates": tuple(keep.dates)}


def _retention_body(retention: v.Retention) -> dict[str, Any]:
    parts = {name: getattr(retention, name) for name in ("daily", "weekly", "monthly", "yearly")}
    return {
        name: {field: _plain(getattr(part, field)) for field in part.__slots__} if part else None
        for name, part in parts.items()
    }


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _time(text: str) -> time:
    return time.fromisoformat(text)
