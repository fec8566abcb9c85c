"""Policies as callers send and see them.

The numbers are checked in rules.py, where each limit has its remedy. So these bodies can also show policies of Azure
beyond the limits.
"""

from datetime import datetime, time
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.config import JsonDict

from app.azure import values as v
from app.jobs.api.schemas import PRINTABLE, WriteBody
from app.policies.advice import advice_on
from app.policies.models import Policy, PolicyRevision

TimeOfDay = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
MonthDay = int | Literal["last"]
Name = Annotated[str, StringConstraints(min_length=1, max_length=150, pattern=PRINTABLE)]
WEEKLY_INSTANT_DAYS = 5
DEFAULT_INSTANT_DAYS = 2

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
    "advice": [],
    "items_count": 3,
    "revision": 1,
    "pending": None,
    "created_at": "2026-01-31T09:01:00Z",
    "updated_at": "2026-01-31T09:01:01Z",
    "as_of": "2026-01-31T09:01:01Z",
}
TOLD_EXAMPLE: JsonDict = {name: value for name, value in READ_EXAMPLE.items() if name != "items_count"}


CHANGED: JsonDict = {**STORY, "retention": {"daily": {"count": 60}, "monthly": {"count": 12, "dates": ["last"]}}}
REVISION_EXAMPLE: JsonDict = {
    "number": 1,
    "definition": READ_EXAMPLE["definition"],
    "azure": None,
    "origin": "holdfast",
    "job": "/v1/jobs/01890000-0000-7000-8000-000000000011",
    "requested_by": "mona",
    "created_at": "2026-01-31T09:01:01Z",
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
    every_hours: int = Field(description="Hours between two backups: 4, 6, 8 or 12.")
    start: TimeOfDay
    window_hours: int = Field(description="For how many hours of a day it runs: 4 to 24, a multiple of every_hours.")


class DailyKeep(Closed):
    count: int = Field(description="For how many days: 7 to 9999.")


class WeeklyKeep(Closed):
    count: int = Field(description="For how many weeks: 1 to 5163.")
    days: list[v.Weekday] = Field(min_length=1, max_length=7)


class MonthlyKeep(Closed):
    """Either `weeks` and `days` (nth weekday), or `dates`."""

    count: int = Field(description="For how long: 1 to 1188 months; 1 to 99 years in a yearly rule.")
    weeks: list[v.WeekOfMonth] = Field(default_factory=list, max_length=5)
    days: list[v.Weekday] = Field(default_factory=list, max_length=7)
    dates: list[MonthDay] = Field(
        default_factory=list, max_length=29, description='Days of the month: 1 to 28, or "last".'
    )


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
    instant_restore_days: int | None = Field(
        default=None,
        description="How long snapshots stay beside the disks: 1 to 5 days, to 30 when enhanced; 5 with a weekly "
        "schedule. Left out: 2, or 5 with a weekly schedule.",
    )
    enhanced: bool | None = Field(
        default=None,
        description="Azure's enhanced policy: needed for trusted-launch VMs and newer disks. An hourly one always is; "
        "left out, another one is not.",
    )

    def to_definition(self) -> v.PolicyDefinition:
        return v.PolicyDefinition(
            time_zone=self.time_zone,
            schedule=_schedule(self.schedule),
            retention=_retention(self.retention),
            instant_restore_days=self._instant_days(),
            enhanced=bool(self.enhanced),
        )

    def _instant_days(self) -> int:
        if self.instant_restore_days is not None:
            return self.instant_restore_days
        return WEEKLY_INSTANT_DAYS if isinstance(self.schedule, Weekly) else DEFAULT_INSTANT_DAYS

    @classmethod
    def of(cls, definition: v.PolicyDefinition) -> "DefinitionBody":
        return cls.model_validate(
            {
                "time_zone": definition.time_zone,
                "schedule": _schedule_body(definition.schedule),
                "retention": _retention_body(definition.retention),
                "instant_restore_days": definition.instant_restore_days,
                "enhanced": definition.enhanced,
            }
        )


class PolicyCreate(DefinitionBody, WriteBody):
    """A policy to create."""

    model_config = ConfigDict(extra="forbid")

    name: Name


class PolicyUpdate(DefinitionBody, WriteBody):
    """The whole new definition of a policy, not only what changes."""

    model_config = ConfigDict(extra="forbid")

    name: Name | None = Field(default=None, description="The present name, or left out: a policy cannot be renamed.")


class AdviceRead(BaseModel):
    """Something to consider; nothing is refused for it."""

    code: str
    reason: str
    pointer: str


def advice_of(definition: v.PolicyDefinition | None) -> list[AdviceRead]:
    return [
        AdviceRead(code=one.code, reason=one.reason, pointer=one.pointer)
        for one in (advice_on(definition) if definition else [])
    ]


class PolicyEventData(BaseModel):
    """A policy as its events tell it: without `items_count`, which depends on the time of asking."""

    model_config = ConfigDict(json_schema_extra={"examples": [TOLD_EXAMPLE]})

    id: UUID
    vault_id: UUID
    name: str
    state: Literal["creating", "ready", "deleting"]
    definition: DefinitionBody | None
    azure: dict[str, Any] | None
    advice: list[AdviceRead]
    revision: int
    pending: str | None = Field(description="The newest write that has not ended: /v1/jobs/{id}.")
    created_at: datetime
    updated_at: datetime
    as_of: datetime | None

    @classmethod
    def of_row(cls, policy: Policy, definition: v.PolicyDefinition | None) -> "PolicyEventData":
        return cls.model_validate(_of_row(policy, definition))


class PolicyRead(PolicyEventData):
    """A policy. `definition` is null if Holdfast does not support its settings; `azure` is then Azure's JSON."""

    model_config = ConfigDict(json_schema_extra={"examples": [READ_EXAMPLE]})

    items_count: int = Field(description="Number of Holdfast's protected items that follow it.")

    @classmethod
    def of(cls, policy: Policy, definition: v.PolicyDefinition | None, items_count: int) -> "PolicyRead":
        return cls.model_validate(_of_row(policy, definition) | {"items_count": items_count})


def _of_row(policy: Policy, definition: v.PolicyDefinition | None) -> dict[str, Any]:
    shown = DefinitionBody.of(definition) if definition else None
    plain = ("id", "vault_id", "name", "state", "revision", "created_at", "updated_at", "as_of")
    return {name: getattr(policy, name) for name in plain} | {
        "definition": shown,
        "azure": None if shown else policy.raw,
        "advice": advice_of(definition),
        "pending": f"/v1/jobs/{policy.pending_job_id}" if policy.pending_job_id else None,
    }


class RevisionRead(BaseModel):
    """The definition of a policy from some time on. `origin: azure` = it was found in Azure."""

    model_config = ConfigDict(json_schema_extra={"examples": [REVISION_EXAMPLE]})

    number: int
    definition: DefinitionBody | None
    azure: dict[str, Any] | None
    origin: Literal["holdfast", "azure"]
    job: str | None
    requested_by: str | None
    created_at: datetime

    @classmethod
    def of(cls, row: PolicyRevision, definition: v.PolicyDefinition | None, requested_by: str | None) -> "RevisionRead":
        shown = DefinitionBody.of(definition) if definition else None
        return cls(
            number=row.number,
            definition=shown,
            azure=None if shown else row.raw,
            requested_by=requested_by,
            origin="holdfast" if row.job_id else "azure",
            job=f"/v1/jobs/{row.job_id}" if row.job_id else None,
            created_at=row.created_at,
        )


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
