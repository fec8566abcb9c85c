"""The body of GET /v1/reports/restore-tests."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from app.jobs.api.schemas import VmRead
from app.restore_tests.levels import Level
from app.restore_tests.rules import Outcome

SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
ITEM, RUN = "01890000-0000-7000-8000-000000000002", "/v1/restore-test-runs/01890000-0000-7000-8000-0000000000d1"
EVIDENCE: JsonDict = {"sequence": 7, "sha256": "0" * 64, "key_id": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"}
VM: JsonDict = {
    "id": f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-demo/providers/Microsoft.Compute/virtualMachines/vm-web-01",
    "name": "vm-web-01",
    "resource_group": "rg-demo",
    "subscription_id": SUBSCRIPTION,
}
EXAMPLE: JsonDict = {
    "quarter": "2026-Q1",
    "time_zone": "UTC",
    "from": "2026-01-01T00:00:00Z",
    "to": "2026-04-01T00:00:00Z",
    "provisional": False,
    "made_at": "2026-04-02T09:00:00Z",
    "tenant": {"id": "01890000-0000-7000-8000-0000000000a1", "name": "Payments"},
    "totals": {
        "items": 1,
        "failed": 0,
        "timed_out": 0,
        "not_tested": 0,
        "not_proven": 0,
        "proven": 1,
        "proven_percent": 100.0,
        "proven_by_level": {"restored": 0, "boots": 1, "answers": 0, "your_check": 0},
        "runs": 1,
    },
    "groups": [
        {
            "subscription_id": SUBSCRIPTION,
            "resource_group": "rg-demo",
            "items": 1,
            "proven": 1,
            "proven_percent": 100.0,
            "rto_seconds": {"shortest": 178.0, "median": 178.0, "longest": 178.0},
        }
    ],
    "plans": [],
    "items": [
        {
            "protected_item_id": ITEM,
            "vm": VM,
            "state": "protected",
            "outcome": "proven",
            "failed_level": None,
            "azure_code": None,
            "reason": None,
            "remedy": None,
            "run": RUN,
            "ended_at": "2026-01-31T10:12:00Z",
            "proven_at": "2026-01-31T10:12:00Z",
            "proven_level": "boots",
            "recovery_point_time": "2026-01-31T04:57:49Z",
            "rto_seconds": 178.0,
            "runs": {"proven": 1, "failed": 0, "not_proven": 0, "timed_out": 0},
            "evidence": EVIDENCE,
        }
    ],
    "failures": {"count": 0, "runs": []},
    "left": {"count": 0, "things": []},
    "evidence": {
        "count": 1,
        "first_sequence": 7,
        "last_sequence": 7,
        "last_sha256": EVIDENCE["sha256"],
        "key_ids": [EVIDENCE["key_id"]],
    },
    "digest": "0" * 64,
}

ItemOutcome = Literal["proven", "failed", "timed_out", "not_proven", "not_tested"]


class TenantNamed(BaseModel):
    id: str
    name: str


class QuarterTotals(BaseModel):
    """VMs by outcome; together they are `items`."""

    items: int
    proven: int
    failed: int
    timed_out: int
    not_proven: int
    not_tested: int
    proven_percent: float | None = None
    proven_by_level: dict[Level, int] = Field(description="Of `proven`: by the last level of the test that proved it.")
    runs: int


class RtoRead(BaseModel):
    """Seconds from the beginning of a VM's restore until its last level had passed, by Azure's clock."""

    shortest: float
    median: float
    longest: float


class QuarterGroup(BaseModel):
    """The VMs of a resource group."""

    subscription_id: str
    resource_group: str
    items: int
    proven: int
    proven_percent: float | None = None
    rto_seconds: RtoRead | None = Field(
        default=None, description="Of the VMs that were proven in the quarter; null: none was."
    )


class QuarterPlanRun(BaseModel):
    """A run of a recovery plan that ended in the quarter."""

    plan_id: UUID
    name: str | None = Field(default=None, description="As it is now; null: the plan is gone.")
    run: str
    mode: str
    ended_at: datetime
    members: int
    came_back: int
    rto_seconds: float | None = Field(default=None, description="Null unless every VM came back that may not fail.")
    promised_rto_seconds: int | None = None
    promise_kept: bool | None = None


class EvidenceNamed(BaseModel):
    """The signed statement of a run: GET {run}/evidence."""

    sequence: int = Field(description="Its place in the chain of the tenant's statements.")
    sha256: str = Field(description="Of the payload of its envelope.")
    key_id: str


class Why(BaseModel):
    failed_level: Level | None = None
    azure_code: str | None = None
    reason: str | None = Field(default=None, description="Why it was not proven; null: it was.")
    remedy: str | None = None


class RunCounts(BaseModel):
    proven: int
    failed: int
    not_proven: int
    timed_out: int


class QuarterItem(Why):
    """A VM that was protected in the quarter."""

    protected_item_id: UUID
    vm: VmRead
    state: str = Field(description="Of the item when the quarter ended; gone: it was not protected any more.")
    outcome: ItemOutcome = Field(
        description="Of the last run that judged it (proven, failed, timed_out). not_proven: runs could not test it. "
        "not_tested: there was no run."
    )
    run: str | None = Field(default=None, description="The run that decides.")
    ended_at: datetime | None = None
    proven_at: datetime | None = Field(default=None, description="When a run last proved it in the quarter.")
    proven_level: Level | None = None
    recovery_point_time: datetime | None = None
    rto_seconds: float | None = Field(default=None, description="Of the run that last proved it.")
    runs: RunCounts
    evidence: EvidenceNamed | None = Field(
        default=None, description="Null: no run, or its statement is not signed yet."
    )


class QuarterRun(Why):
    """A run that did not prove its VM."""

    run: str
    protected_item_id: UUID
    vm_name: str
    restore_test_id: UUID
    ended_at: datetime
    outcome: Outcome
    recovery_point_time: datetime | None = None
    evidence: EvidenceNamed | None = None


class QuarterFailures(BaseModel):
    count: int
    runs: list[QuarterRun] = Field(
        description="Newest first, 1,000 at most. All: GET /v1/restore-test-runs?outcome=..."
    )


class QuarterLeftThing(BaseModel):
    run: str
    vm_name: str
    id: str
    reason: str | None = None


class QuarterLeft(BaseModel):
    """What is still in Azure of tests, as far as it was seen when they ended."""

    count: int
    things: list[QuarterLeftThing] = Field(description="The first 100 of them.")


class QuarterEvidence(BaseModel):
    """Which of the tenant's statements are of runs that ended in the quarter."""

    count: int
    first_sequence: int | None = None
    last_sequence: int | None = None
    last_sha256: str | None = None
    key_ids: list[str]


class RestoreTestQuarter(BaseModel):
    """What restore tests proved in a quarter, what they did not and why, and how long it took."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]}, populate_by_name=True)

    quarter: str
    time_zone: str
    begins: datetime = Field(alias="from")
    ends: datetime = Field(alias="to")
    provisional: bool = Field(description="The quarter is not over.")
    made_at: datetime
    tenant: TenantNamed
    totals: QuarterTotals
    groups: list[QuarterGroup] = Field(description="VMs by outcome in each resource group.")
    plans: list[QuarterPlanRun]
    items: list[QuarterItem] = Field(description="VM by VM, the worst off first.")
    failures: QuarterFailures
    left: QuarterLeft
    evidence: QuarterEvidence
    digest: str = Field(
        description="SHA-256 of the canonical JSON (docs/evidence.md) of this report without `digest` and `made_at`."
    )

    @classmethod
    def read(cls, report: dict[str, Any], made_at: datetime) -> "RestoreTestQuarter":
        return cls.model_validate(report | {"made_at": made_at})
