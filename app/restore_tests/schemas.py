"""Bodies of /v1/restore-tests."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, field_validator, model_validator
from pydantic.config import JsonDict

from app.azure.values import Consistency
from app.cost.schemas import Closed
from app.jobs.api.schemas import PRINTABLE, WriteBody
from app.restore_tests import schedule as schedules
from app.restore_tests.levels import ORDER, Level
from app.restore_tests.models import RestoreTest
from app.restore_tests.sampling import Mode
from app.selectors.schemas import SelectorBody

MOST_SCRIPT = 32_000
"""Characters of a script."""
MOST_PARAMETERS = 20
RG = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-tests"
TARGET_EXAMPLE: JsonDict = {
    "resource_group_id": RG,
    "subnet_id": f"{RG}/providers/Microsoft.Network/virtualNetworks/vnet-tests/subnets/default",
    "staging_storage_account_id": f"{RG}/providers/Microsoft.Storage/storageAccounts/sttests",
    "zone": None,
    "allow_internet": False,
}
CREATE_EXAMPLE: JsonDict = {
    "name": "web, each quarter",
    "selector": {"resource_groups": ["rg-web"]},
    "sample": {"mode": "longest_untested", "count": 3},
    "schedule": {"cron": "30 2 * * SUN", "time_zone": "Europe/Berlin", "window_minutes": 240},
    "max_in_flight": 2,
    "point": {"consistency": "application", "max_age_seconds": 172800},
    "target": TARGET_EXAMPLE,
    "levels": ["restored", "boots", "answers"],
    "script": {"shell": "sh", "text": "curl -fsS http://localhost/health", "timeout_seconds": 120},
    "keep_after_success_minutes": 0,
    "keep_after_failure_minutes": 60,
}
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=PRINTABLE)]
ArmId = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=PRINTABLE)]
ParameterName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,63}$")]
Value = Annotated[str, StringConstraints(max_length=4000, pattern=PRINTABLE)]
Secret = Annotated[SecretStr, Field(max_length=4000)]


class SampleBody(Closed):
    """Which of the selected items a round takes."""

    mode: Mode = "all"
    count: int | None = Field(
        default=None, ge=1, le=1000, description="How many VMs a round takes. Needed but for `all`."
    )
    seed: int = Field(
        default=0,
        ge=0,
        le=2**31 - 1,
        description="Of `random`: with the number of the round, the same seed gives the same sample.",
    )

    @model_validator(mode="after")
    def _counts(self) -> "SampleBody":
        if (self.mode == "all") != (self.count is None):
            raise ValueError("count belongs to random and longest_untested, and is needed there")
        return self


class ScheduleBody(Closed):
    """When a round begins by itself."""

    cron: Annotated[str, StringConstraints(min_length=9, max_length=schedules.LONGEST_CRON, pattern=PRINTABLE)] = Field(
        description="Minute, hour, day, month, weekday; at most once an hour."
    )
    time_zone: Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=PRINTABLE)] = "UTC"
    window_minutes: int = Field(default=240, ge=10, le=10_080, description="What has not begun by then is not begun.")

    def value(self) -> schedules.Schedule:
        return schedules.Schedule(self.cron, self.time_zone, self.window_minutes)

    @model_validator(mode="after")
    def _is_valid(self) -> "ScheduleBody":
        schedules.check(self.value(), datetime.now(UTC))
        return self


class TestPointBody(Closed):
    """Which recovery point is restored: the newest that is as asked."""

    consistency: Consistency | None = Field(
        default=None, description="The point must be at least this consistent: application > file_system > crash."
    )
    max_age_seconds: int | None = Field(
        default=None, ge=3600, le=366 * 86_400, description="An older one is not restored: the run is `not_proven`."
    )


class TestTargetBody(Closed):
    """Where VMs are restored to. The network must be isolated from production: it is looked at before each restore."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [TARGET_EXAMPLE]})

    resource_group_id: ArmId
    subnet_id: ArmId
    staging_storage_account_id: ArmId
    zone: Annotated[str, StringConstraints(pattern=r"^[1-3]$")] | None = None
    allow_internet: bool = Field(
        default=False,
        description="Accept a security group that lets out to the internet: a restored VM then reaches what the real "
        "one reaches there, as that one.",
    )


class ScriptBody(Closed):
    """What `answers` runs in the restored VM. It passes if the exit code is 0."""

    shell: Literal["sh", "powershell"] = "sh"
    text: Annotated[str, StringConstraints(min_length=1, max_length=MOST_SCRIPT, pattern=PRINTABLE)]
    timeout_seconds: int = Field(default=300, ge=10, le=5400)
    parameters: dict[ParameterName, Value] = Field(default={}, max_length=MOST_PARAMETERS)
    secret_parameters: dict[ParameterName, Secret] | None = Field(
        default=None,
        max_length=MOST_PARAMETERS,
        description="Kept encrypted, and never shown again. Left out in a change: as they are, unless the text of the "
        "script changes; {}: none.",
    )


class _Definition(Closed):
    name: Name
    plan_id: UUID | None = Field(
        default=None,
        description="A recovery plan that is rehearsed: its waves, points and isolated target. Instead of `selector`, "
        "`sample`, `max_in_flight`, `point` and `target`.",
    )
    selector: SelectorBody | None = None
    sample: SampleBody = Field(default_factory=SampleBody)
    schedule: ScheduleBody | None = Field(default=None, description="Null: only by POST /v1/restore-tests/{id}/runs.")
    max_in_flight: int = Field(default=2, ge=1, le=100)
    point: TestPointBody = Field(default_factory=TestPointBody)
    target: TestTargetBody | None = Field(default=None, description="Needed with a selector.")
    levels: list[Level] = Field(default=[Level.RESTORED, Level.BOOTS], min_length=1, max_length=4)
    script: ScriptBody | None = None
    check_minutes: int = Field(default=60, ge=1, le=1440, description="How long `your_check` waits for a verdict.")
    keep_after_success_minutes: int = Field(default=0, ge=0, le=10_080)
    keep_after_failure_minutes: int = Field(default=0, ge=0, le=10_080)

    @field_validator("levels")
    @classmethod
    def _in_order(cls, value: list[Level]) -> list[Level]:
        if len(set(value)) != len(value):
            raise ValueError("a level is named twice")
        if Level.RESTORED not in value:
            raise ValueError("restored is always one of them")
        if Level.ANSWERS in value and Level.BOOTS not in value:
            raise ValueError("answers needs boots")
        return [level for level in ORDER if level in value]

    @model_validator(mode="after")
    def _has_script(self) -> "_Definition":
        if (Level.ANSWERS in self.levels) != (self.script is not None):
            raise ValueError("the level answers needs a script, and a script needs it")
        return self

    @model_validator(mode="after")
    def _is_of_one(self) -> "_Definition":
        if (self.plan_id is None) == (self.selector is None):
            raise ValueError("name either a plan_id or a selector")
        if self.plan_id is None and self.target is None:
            raise ValueError("a selector needs a target")
        theirs = {"target", "sample", "max_in_flight", "point"} & {
            name for name in self.model_fields_set if getattr(self, name) != OF_A_PLAN.get(name)
        }
        if self.plan_id is not None and theirs:
            raise ValueError(f"{', '.join(sorted(theirs))}: of a plan they are those of the plan")
        return self

    def kept(self) -> dict[str, Any]:
        """As JSON, without the secret parameters (`service.keep_secrets`)."""
        return self.model_dump(mode="json", by_alias=True, exclude={"script": {"secret_parameters"}})


OF_A_PLAN: dict[str, Any] = {"target": None, "sample": SampleBody(), "max_in_flight": 2, "point": TestPointBody()}
"""How these are in a definition with a plan: as if they were left out."""


class RestoreTestCreate(_Definition):
    """A restore test. Nothing is restored yet."""

    model_config = ConfigDict(extra="forbid")


class RestoreTestUpdate(Closed):
    """What to change; what is left out stays. A part that is given replaces the whole part."""

    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    plan_id: UUID | None = None
    selector: SelectorBody | None = None
    sample: SampleBody | None = None
    schedule: ScheduleBody | None = Field(default=None, description="Null takes the schedule away.")
    max_in_flight: int | None = Field(default=None, ge=1, le=100)
    point: TestPointBody | None = None
    target: TestTargetBody | None = None
    levels: list[Level] | None = Field(default=None, min_length=1, max_length=4)
    script: ScriptBody | None = Field(default=None, description="Null takes the script away.")
    check_minutes: int | None = Field(default=None, ge=1, le=1440)
    keep_after_success_minutes: int | None = Field(default=None, ge=0, le=10_080)
    keep_after_failure_minutes: int | None = Field(default=None, ge=0, le=10_080)

    @model_validator(mode="after")
    def _changes_something(self) -> "RestoreTestUpdate":
        may_be_null = {"schedule", "script", "plan_id", "selector", "target"}
        if not self.model_fields_set:
            raise ValueError("name what to change")
        for name in self.model_fields_set - may_be_null:
            if getattr(self, name) is None:
                raise ValueError(f"{name} cannot be null")
        return self


class ScriptRead(BaseModel):
    shell: Literal["sh", "powershell"]
    text: str
    timeout_seconds: int
    parameters: dict[str, str]
    secret_names: list[str] = Field(description="Names of the secret parameters. Their values are never shown.")


class MissedRead(BaseModel):
    at: datetime
    reason: str


class RestoreTestRead(BaseModel):
    """A restore test."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                CREATE_EXAMPLE
                | {
                    "plan_id": None,
                    "id": "01890000-0000-7000-8000-0000000000c1",
                    "hash": "0" * 64,
                    "is_approved": False,
                    "approval": None,
                    "next_due_at": "2026-02-01T01:30:00Z",
                    "check_minutes": 60,
                    "script": {
                        "shell": "sh",
                        "text": "curl -fsS http://localhost/health",
                        "timeout_seconds": 120,
                        "parameters": {},
                        "secret_names": [],
                    },
                    "last_round_at": None,
                    "missed": None,
                    "created_at": "2026-01-31T10:00:00Z",
                    "updated_at": "2026-01-31T10:00:00Z",
                }
            ]
        }
    )

    id: UUID
    name: str
    plan_id: UUID | None
    selector: SelectorBody | None
    sample: SampleBody
    schedule: ScheduleBody | None
    max_in_flight: int
    point: TestPointBody
    target: TestTargetBody = Field(description="Of a test of a plan: where its rehearsals go.")
    levels: list[Level]
    script: ScriptRead | None
    check_minutes: int
    keep_after_success_minutes: int
    keep_after_failure_minutes: int
    hash: str = Field(description="SHA-256 of the definition: an approval of it, and evidence, name it.")
    is_approved: bool = Field(description="Whether a second person approved this definition.")
    approval: str | None = Field(
        description="What was asked of a second person when the schedule was defined or changed, in a tenant that "
        "wants one: until it is approved the schedule begins no round."
    )
    next_due_at: datetime | None = Field(description="When the next round begins by itself; null: it has no schedule.")
    last_round_at: datetime | None
    missed: MissedRead | None = Field(description="The last time that the schedule wanted a round and none was made.")
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, test: RestoreTest) -> "RestoreTestRead":
        own = {name: getattr(test, name) for name in ("id", "hash", "last_round_at", "missed", "created_at")}
        own |= {
            "is_approved": test.approved_hash == test.hash,
            "approval": f"/v1/approvals/{test.approval_id}" if test.approval_id is not None else None,
            "updated_at": test.updated_at,
            "next_due_at": test.due_at if test.definition["schedule"] is not None else None,
        }
        return cls.model_validate(test.definition | own)


class RoundCreate(WriteBody):
    """Test now. The body may be left out."""
