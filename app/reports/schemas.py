"""Request and response bodies of reports."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.config import JsonDict

from app.core.time_zones import LONGEST_NAME
from app.jobs.api.schemas import PRINTABLE

ShownOutcome = Literal["done", "done_with_warnings", "failed", "missed", "running", "not_due"]
ShownReason = Literal[
    "within_grace",
    "vault_not_read",
    "policy_not_counted",
    "policy_not_known",
    "not_due_yet",
    "no_run_planned",
    "not_protected_yet",
    "paused",
    "suspended",
    "deleted",
]
ZoneName = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_NAME, pattern=PRINTABLE)]
Revision = Annotated[int, Field(ge=1, le=1_000)]

TOTALS: JsonDict = {
    "items": 3,
    "expected": 3,
    "unplanned": 0,
    "done": 1,
    "done_with_warnings": 0,
    "failed": 1,
    "missed": 1,
    "running": 0,
    "unknown": 0,
    "late": 0,
    "not_due": 0,
    "uncounted": 0,
}
ITEM = "01890000-0000-7000-8000-000000000003"
NONE: JsonDict = {"count": 0, "things": []}
NOT_WEAK: JsonDict = {"count": 0, "things": [], "total": 1, "unknown": 0}
NEVER: JsonDict = {
    "count": 1,
    "things": [{"path": f"/v1/protected-items/{ITEM}", "name": "vm-web-01"}],
    "total": 3,
    "unknown": 0,
}
EXAMPLE: JsonDict = {
    "date": "2026-01-31",
    "time_zone": "Europe/Berlin",
    "from": "2026-01-30T23:00:00Z",
    "to": "2026-01-31T23:00:00Z",
    "hours": 24.0,
    "revision": 1,
    "written_at": "2026-01-31T23:05:00Z",
    "provisional": False,
    "data_as_of": "2026-01-31T23:01:00Z",
    "vaults": [
        {
            "vault_id": "01890000-0000-7000-8000-000000000001",
            "name": "vault-demo",
            "data_as_of": "2026-01-31T23:01:00Z",
        }
    ],
    "unreachable": [],
    "totals": TOTALS,
    "failures": [
        {
            "azure_code": "UserErrorGuestAgentStatusUnavailable",
            "code": "azure_job_failed",
            "title": "The VM agent does not answer",
            "remedy": "Start the VM agent, or install it again.",
            "count": 1,
            "vms": ["vm-web-01"],
        }
    ],
    "warnings": [],
    "coverage": {
        "total": 4,
        "by_state": {"protected": 3, "unprotected": 1},
        "coverage_percent": 75.0,
        "as_of": "2026-01-31T22:40:00Z",
    },
    "weak": {
        "not_application_consistent": NOT_WEAK,
        "soft_delete_off": NOT_WEAK,
        "immutability_off": NOT_WEAK,
        "retention_under_30_days": NOT_WEAK,
        "never_restored": NEVER,
        "not_proven": NEVER,
    },
    "moved": {"bytes": 11947474944, "known": 1},
    "changes": {
        "since": {"date": "2026-01-30", "revision": 2},
        "new_items": NONE,
        "gone_items": NONE,
        "newly_failed": NONE,
        "newly_missed": NONE,
        "recovered": NONE,
        "policy_changed": NONE,
        "policies_redefined": NONE,
        "newly_weak": {},
    },
    "items": [
        {
            "protected_item_id": ITEM,
            "vm": {
                "id": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-demo"
                "/providers/Microsoft.Compute/virtualMachines/vm-web-01",
                "name": "vm-web-01",
                "resource_group": "rg-demo",
                "subscription_id": "00000000-0000-0000-0000-000000000001",
            },
            "vault_id": "01890000-0000-7000-8000-000000000001",
            "policy_id": "01890000-0000-7000-8000-000000000002",
            "gone_at": None,
            "due_at": "2026-01-31T01:00:00Z",
            "outcome": "failed",
            "job": "/v1/jobs/01890000-0000-7000-8000-000000000010",
            "late": False,
            "cause": "The VM agent does not answer",
            "oldest_point_at": "2026-01-02T01:00:31Z",
            "newest_point_at": "2026-01-30T01:00:31Z",
            "other_runs": [],
        }
    ],
}


class TotalsRead(BaseModel):
    """Runs by outcome: `done` to `unknown` add up to `expected` and `unplanned`. The other three count items."""

    items: int = Field(description="Items on that day.")
    expected: int = Field(description="Runs that the policies planned and that were due.")
    unplanned: int = Field(description="Backups that belong to no such run: on demand, or of an uncounted policy.")
    done: int
    done_with_warnings: int
    failed: int
    missed: int = Field(description="No backup began within the grace, and the vault's jobs were read since.")
    running: int
    unknown: int = Field(description="Runs of which the outcome is null.")
    late: int = Field(default=0, description="Of the runs with a backup: it began after the grace.")
    not_due: int = Field(description="Items of which nothing was due.")
    uncounted: int = Field(description="Items whose policy cannot be counted, so that their runs are not known.")


class CauseRead(BaseModel):
    """Runs that ended in the same way."""

    azure_code: str | None
    code: str
    title: str
    remedy: str
    count: int
    vms: list[str] = Field(description="The names of the first five.")


class ThingRead(BaseModel):
    path: str
    name: str


class FewRead(BaseModel):
    """`count` things; `things` names the first 100."""

    count: int
    things: list[ThingRead]


class WeakRead(FewRead):
    total: int = Field(description="How many were looked at.")
    unknown: int = Field(description="Of these: what is needed to judge them is not known.")


class WeakSpotsRead(BaseModel):
    """What is weak although every backup works: items, vaults (soft delete, immutability), policies (retention)."""

    not_application_consistent: WeakRead
    soft_delete_off: WeakRead
    immutability_off: WeakRead
    retention_under_30_days: WeakRead = Field(description="Policies of which no point becomes 30 days old.")
    never_restored: WeakRead = Field(description="Items that were never restored with success.")
    not_proven: WeakRead = Field(description="Items of which no restore test passed every level in the last 90 days.")


class PolicyMoveRead(ThingRead):
    before: str | None
    after: str | None


class MovesRead(BaseModel):
    count: int
    things: list[PolicyMoveRead]


class SinceRead(BaseModel):
    date: date
    revision: int


class ChangesRead(BaseModel):
    """What is different from the report of the day before."""

    since: SinceRead
    new_items: FewRead
    gone_items: FewRead
    newly_failed: FewRead
    newly_missed: FewRead
    recovered: FewRead = Field(description="Failed or missed the day before, done now.")
    policy_changed: MovesRead = Field(description="Items that follow another policy.")
    policies_redefined: FewRead = Field(description="Policies whose definition changed on this day.")
    newly_weak: dict[str, int] = Field(description="By weak spot: how many more than the day before, or fewer.")


class ReportVaultRead(BaseModel):
    vault_id: UUID
    name: str
    data_as_of: datetime | None = Field(description="Every backup that began before is known; null: never read.")


class UnreachableRead(BaseModel):
    scope: str
    code: Literal["vault_not_read"]
    detail: str
    name: str
    data_as_of: datetime | None


class ReportCoverageRead(BaseModel):
    """The VMs of the granted subscriptions by their backup state, as GET /v1/estate/coverage counts them."""

    total: int
    by_state: dict[str, int]
    coverage_percent: float | None
    as_of: datetime


class MovedRead(BaseModel):
    """Bytes that the day's backups moved. It is not the stored size: Azure tells that of no VM."""

    bytes: int | None
    known: int = Field(description="Of how many backups Azure gave the size.")


class ReportVmRead(BaseModel):
    id: str
    name: str
    resource_group: str
    subscription_id: str


class ReportConsistencyRead(BaseModel):
    expected: str | None
    last: str | None
    met: bool | None


class ReportRunRead(BaseModel):
    due_at: datetime | None
    outcome: ShownOutcome | None
    reason: ShownReason | None
    job: str | None
    late: bool | None = None


class ReportItemRead(BaseModel):
    """The day of an item: of several runs, the one that is worst off."""

    protected_item_id: UUID
    vm: ReportVmRead
    vault_id: UUID
    policy_id: UUID | None = Field(description="The policy it followed at the end of the day; null: none.")
    gone_at: datetime | None = Field(
        default=None, description="When Holdfast saw on this day that the item was gone; null: it was there at its end."
    )
    due_at: datetime | None = Field(description="null: nothing was due, or the backup belongs to no run.")
    outcome: ShownOutcome | None = Field(description="null: not known; `reason` says why.")
    reason: ShownReason | None = Field(default=None, description="Why it is not known, or why nothing was due.")
    job: str | None
    late: bool | None = Field(
        default=None, description="The backup began after the grace. null: no backup, or it belongs to no run."
    )
    cause: str | None = Field(description="The title of the failure, or of the first warning.")
    consistency: ReportConsistencyRead | None = None
    oldest_point_at: datetime | None = Field(
        description="The oldest point that a backup known here made and that the policy keeps for every run; older "
        "points of chosen days may exist. null: not known."
    )
    newest_point_at: datetime | None = Field(description="As Azure said last; null: not known.")
    other_runs: list[ReportRunRead] = Field(description="The item's other runs of the day (hourly policies).")


class DailyReportRead(BaseModel):
    """What became of one day's backups."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]}, populate_by_name=True)

    date: date
    time_zone: str
    from_: datetime = Field(alias="from", description="The first instant of the date.")
    to: datetime = Field(description="The first instant of the next date.")
    hours: float = Field(description="24; 23 or 25 on the days on which clocks change.")
    revision: int = Field(description="0: not written; made from what is known now.")
    written_at: datetime | None
    provisional: bool = Field(description="The day was not over.")
    data_as_of: datetime | None = Field(description="The oldest of `vaults`: every backup that began before is known.")
    vaults: list[ReportVaultRead]
    unreachable: list[UnreachableRead] = Field(description="Vaults whose jobs were not read for too long.")
    totals: TotalsRead
    failures: list[CauseRead] = Field(description="Failed runs by cause, the most frequent first.")
    warnings: list[CauseRead] = Field(description="Runs that ended with warnings, by the first of them.")
    coverage: ReportCoverageRead | None = Field(description="null: the estate was never read as a whole.")
    weak: WeakSpotsRead
    moved: MovedRead
    changes: ChangesRead | None = Field(description="null: there is no report of the day before.")
    items: list[ReportItemRead]


class ReportRead(BaseModel):
    """A report that was written; `url` is where it is read."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "01890000-0000-7000-8000-0000000000c1",
                    "kind": "daily",
                    "date": "2026-01-31",
                    "time_zone": "Europe/Berlin",
                    "revision": 1,
                    "written_at": "2026-01-31T23:05:00Z",
                    "totals": TOTALS,
                    "url": "/v1/reports/daily?date=2026-01-31&time_zone=Europe%2FBerlin&revision=1",
                }
            ]
        }
    )

    id: UUID
    kind: Literal["daily"]
    date: date
    time_zone: str
    revision: int
    written_at: datetime
    totals: TotalsRead
    url: str

    @classmethod
    def of(cls, row: Any) -> "ReportRead":
        query = urlencode({"date": row.day.isoformat(), "time_zone": row.time_zone, "revision": row.revision})
        return cls(
            id=row.id,
            kind="daily",
            date=row.day,
            time_zone=row.time_zone,
            revision=row.revision,
            written_at=row.written_at,
            totals=TotalsRead.model_validate(row.totals),
            url=f"/v1/reports/daily?{query}",
        )


class LinkBody(BaseModel):
    """The report that the link shows."""

    model_config = ConfigDict(extra="forbid")

    date: date
    time_zone: ZoneName | None = Field(
        default=None, description="Time zone of the day: an IANA name; null: the tenant's."
    )
    revision: Revision | None = Field(default=None, description="null: the newest at the time it is opened.")


class LinkRead(BaseModel):
    """A link for a browser. Who has it sees this one report, until it expires."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "url": "https://holdfast.example/reports/daily?link=4xJb0q9oBf0Zr1yW8m3mU5s6k7t2v9x1c3e5g7i9k1M",
                    "expires_at": "2026-02-01T08:15:00Z",
                }
            ]
        }
    )

    url: str
    expires_at: datetime
