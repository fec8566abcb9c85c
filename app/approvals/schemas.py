"""Request and response bodies of approvals."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.config import JsonDict

from app.identity.access.second_person import Operation
from app.jobs.api.schemas import PRINTABLE
from app.jobs.approval.models import Approval
from app.jobs.models import Job

ShownState = Literal["pending", "approved", "rejected", "used", "expired", "withdrawn"]
EXAMPLE: JsonDict = {
    "id": "01890000-0000-7000-8000-0000000000b1",
    "state": "pending",
    "operation": "replace_disks",
    "summary": "Overwrite the disks of vm-web-01 with the recovery point of 2026-01-31T09:30:00+00:00.",
    "job": "/v1/jobs/01890000-0000-7000-8000-000000000010",
    "kind": "restore",
    "resource": "/v1/restores/01890000-0000-7000-8000-000000000004",
    "ask": {"point_id": "932861138423", "target": {"mode": "replace_disks"}},
    "reference": "CHG-1",
    "requested_by": "mona",
    "requested_at": "2026-01-31T10:00:00Z",
    "expires_at": "2026-01-31T14:00:00Z",
    "decided_by": None,
    "decided_at": None,
    "reason": None,
    "attempt_id": None,
}


class DecisionBody(BaseModel):
    """The reason: it is stored, and shown to the requester."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=PRINTABLE)] = Field(
        examples=["Agreed in CHG-1"]
    )


class ApprovalRead(BaseModel):
    """A request of one person that another person must approve."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    id: UUID
    state: ShownState = Field(
        description="pending: awaits a decision; approved: approved, not sent yet; used: approved, and an "
        "attempt was made; rejected; expired: not decided, or not sent, in time; withdrawn: cancelled, or "
        "not valid any more (the request or the approver changed)."
    )
    operation: Operation | str = Field(description="The operation that needs the approval (the tenant's `approvals`).")
    summary: str = Field(description="The request in one sentence.")
    job: str
    kind: str
    resource: str | None
    ask: dict[str, Any] = Field(description="Exactly what will be sent: the approval is valid for this only.")
    reference: str | None = Field(description="The ticket that the requester gave; null: none.")
    requested_by: str
    requested_at: datetime
    expires_at: datetime = Field(description="Deadline for the decision; once approved, deadline for sending.")
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None
    attempt_id: UUID | None = Field(description="The newest attempt that used this approval.")

    @classmethod
    def of(cls, approval: Approval, job: Job) -> "ApprovalRead":
        return cls(
            id=approval.id,
            state=approval.state,
            operation=approval.operation,
            summary=approval.words,
            job=f"/v1/jobs/{job.id}",
            kind=job.kind,
            resource=job.resource,
            ask=job.ask,
            reference=job.reference,
            requested_by=approval.requested_name,
            requested_at=approval.requested_at,
            expires_at=approval.expires_at,
            decided_by=approval.decided_name,
            decided_at=approval.decided_at,
            reason=approval.reason,
            attempt_id=approval.attempt_id,
        )
