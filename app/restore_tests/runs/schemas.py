"""Bodies of /v1/restore-test-runs, and of the events of runs."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.config import JsonDict

from app.cost.schemas import Closed
from app.jobs.api.schemas import PRINTABLE
from app.restore_tests.levels import Level
from app.restore_tests.models import RestoreTestRun
from app.restore_tests.rules import Outcome, RunState

RUN_ID = "01890000-0000-7000-8000-0000000000d1"
POINT_EXAMPLE: JsonDict = {
    "id": "1783",
    "time": "2026-01-31T04:57:49Z",
    "consistency": "application",
    "tiers": [{"tier": "snapshot", "state": "valid"}],
    "region": "primary",
}
RUN_EXAMPLE: JsonDict = {
    "id": RUN_ID,
    "restore_test_id": "01890000-0000-7000-8000-0000000000c1",
    "job": "/v1/jobs/01890000-0000-7000-8000-000000000003",
    "protected_item_id": "01890000-0000-7000-8000-000000000002",
    "vm_id": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-demo/providers/Microsoft.Compute/"
    "virtualMachines/vm-web-01",
    "state": "ended",
    "outcome": "proven",
    "failed_level": None,
    "detail": None,
    "waits_for": None,
    "recovery_point": POINT_EXAMPLE,
    "restore": "/v1/restores/01890000-0000-7000-8000-000000000004",
    "tear_down_job": "/v1/jobs/01890000-0000-7000-8000-000000000005",
    "machine_id": None,
    "levels": [
        {
            "level": "restored",
            "outcome": "passed",
            "at": "2026-01-31T10:02:00Z",
            "azure_code": None,
            "detail": "2 disks are there.",
            "remedy": None,
            "output": None,
        }
    ],
    "measured": {"disks_seconds": 133.0, "boot_seconds": 178.0, "answer_seconds": None},
    "left": [],
    "created_at": "2026-01-31T10:00:00Z",
    "updated_at": "2026-01-31T10:12:00Z",
    "ended_at": "2026-01-31T10:12:00Z",
}
RUN_ONLY = {"waits_for", "restore", "tear_down_job", "machine_id", "levels", "created_at", "updated_at"}
"""What a GET answers and an event does not say."""
TOLD_EXAMPLE: JsonDict = {name: value for name, value in RUN_EXAMPLE.items() if name not in RUN_ONLY}
CHECK_EXAMPLE: JsonDict = {
    "id": RUN_ID,
    "restore_test_id": "01890000-0000-7000-8000-0000000000c1",
    "protected_item_id": "01890000-0000-7000-8000-000000000002",
    "vm_id": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-demo/providers/Microsoft.Compute/"
    "virtualMachines/vm-web-01",
    "machine_id": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-tests/providers/"
    "Microsoft.Compute/virtualMachines/vm-web-01-test",
    "recovery_point": POINT_EXAMPLE,
    "token": "of-this-check-only",
    "verdict_url": f"/v1/restore-test-runs/{RUN_ID}/verdict",
    "answer_by": "2026-01-31T11:00:00Z",
}


class LevelRead(BaseModel):
    """One level of a run."""

    level: Level
    outcome: Literal["passed", "failed", "skipped"]
    at: datetime | None = Field(description="By Azure's clock where Azure gives the time.")
    azure_code: str | None = None
    detail: str | None = None
    remedy: str | None = None
    output: str | None = Field(default=None, description="Of the script: the last 4,096 characters.")

    @classmethod
    def of(cls, entry: dict[str, Any]) -> "LevelRead":
        facts = (entry.get("facts") or {}) if entry["level"] == Level.ANSWERS else {}
        return cls.model_validate(entry | {"output": facts.get("output") or facts.get("error")})


class MeasuredRead(BaseModel):
    """Seconds from the beginning of the restore, by Azure's clock; null: not reached, or Azure gives no time."""

    disks_seconds: float | None = Field(default=None, description="Until the disks were restored.")
    boot_seconds: float | None = Field(default=None, description="Until the agent was ready.")
    answer_seconds: float | None = Field(default=None, description="Until the script had answered.")


class LeftRead(BaseModel):
    id: str
    reason: str | None = None


class RestoreTestRunTold(BaseModel):
    """A run as its events tell it."""

    model_config = ConfigDict(json_schema_extra={"examples": [TOLD_EXAMPLE]})

    id: UUID
    restore_test_id: UUID
    job: str
    protected_item_id: UUID
    vm_id: str
    state: RunState
    outcome: Outcome | None = Field(
        description="proven: every level passed. failed: see failed_level. not_proven: it was not tested, see detail. "
        "timed_out: a level came to no end."
    )
    failed_level: Level | None
    detail: str | None
    recovery_point: dict[str, Any] | None
    measured: MeasuredRead
    left: list[LeftRead] = Field(description="What is still in Azure when the run has ended.")
    ended_at: datetime | None


class RestoreTestRunRead(RestoreTestRunTold):
    """One item, tested once."""

    model_config = ConfigDict(json_schema_extra={"examples": [RUN_EXAMPLE]})

    waits_for: str | None = Field(description="Why it does not move at the moment.")
    restore: str | None
    tear_down_job: str | None
    machine_id: str | None = Field(description="ARM id of the restored VM, which the run deletes again.")
    levels: list[LevelRead]
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, run: RestoreTestRun) -> "RestoreTestRunRead":
        more = {
            "waits_for": run.waits_for,
            "restore": f"/v1/restores/{run.restore_id}" if run.restore_id else None,
            "tear_down_job": f"/v1/jobs/{run.tear_down_job_id}" if run.tear_down_job_id else None,
            "machine_id": run.machine_id,
            "levels": [LevelRead.of(entry) for entry in run.levels],
            "created_at": run.created_at,
            "updated_at": run.updated_at,
        }
        return cls.model_validate(told(run) | more)


def told(run: RestoreTestRun) -> dict[str, Any]:
    """A run as its events have it, as JSON."""
    found = RestoreTestRunTold.model_validate(
        {
            "id": run.id,
            "restore_test_id": run.restore_test_id,
            "job": f"/v1/jobs/{run.job_id}",
            "protected_item_id": run.protected_item_id,
            "vm_id": run.vm_id,
            "state": run.state,
            "outcome": run.outcome,
            "failed_level": run.failed_level,
            "detail": run.detail,
            "recovery_point": run.recovery_point,
            "measured": run.measured,
            "left": run.left,
            "ended_at": run.ended_at,
        }
    )
    return found.model_dump(mode="json")


class CheckRequestedTold(BaseModel):
    """A run waits for the verdict of your own check."""

    model_config = ConfigDict(json_schema_extra={"examples": [CHECK_EXAMPLE]})

    id: UUID
    restore_test_id: UUID
    protected_item_id: UUID
    vm_id: str
    machine_id: str = Field(description="ARM id of the restored VM to check.")
    recovery_point: dict[str, Any]
    token: str | None = Field(
        description="The bearer token of the verdict, good for this check only. Null for readers without "
        "restore_tests:judge, and in webhooks that do not name holdfast.restore_test.check_requested among their types."
    )
    verdict_url: str
    answer_by: datetime


class VerdictPut(Closed):
    """What your own check found."""

    model_config = ConfigDict(extra="forbid")

    passed: bool
    detail: Annotated[str, StringConstraints(max_length=2000, pattern=PRINTABLE)] | None = None
