from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from ..models.approval_read_operation_type_0 import ApprovalReadOperationType0, check_approval_read_operation_type_0
from ..models.approval_read_state import ApprovalReadState, check_approval_read_state

if TYPE_CHECKING:
    from ..models.approval_read_ask import ApprovalReadAsk


T = TypeVar("T", bound="ApprovalRead")


@_dataclass
class ApprovalRead:
    """A request of one person that another person must approve.

    Attributes:
        id (UUID): Its id: a UUID. Ids of one kind sort in the order of creation.
        state (ApprovalReadState): pending: awaits a decision; approved: approved, not sent yet; used: approved, and an
            attempt was made; rejected; expired: not decided, or not sent, in time; withdrawn: cancelled, or not valid any
            more (the request or the approver changed).
        operation (ApprovalReadOperationType0 | str): The operation that needs the approval (the tenant's `approvals`).
        summary (str): The request in one sentence.
        job (str): The job that waits for it: /v1/jobs/{id}.
        kind (str): The kind of that job.
        resource (None | str): Path of what it is about, such as /v1/vaults/{id}; null: there is no resource yet.
        ask (ApprovalReadAsk): Exactly what will be sent: the approval is valid for this only.
        reference (None | str): The ticket that the requester gave; null: none.
        requested_by (str): Who asked for it: the display name. They cannot decide it themselves.
        requested_at (datetime.datetime): When it was asked for (UTC).
        expires_at (datetime.datetime): Deadline for the decision; once approved, deadline for sending.
        decided_by (None | str): Who decided: the display name; null: it was not decided.
        decided_at (datetime.datetime | None): When it was decided (UTC); null: not yet.
        reason (None | str): The reason given with the decision; null: none.
        attempt_id (None | UUID): The newest attempt that used this approval.
    """

    id: UUID
    state: ApprovalReadState
    operation: ApprovalReadOperationType0 | str
    summary: str
    job: str
    kind: str
    resource: None | str
    ask: ApprovalReadAsk
    reference: None | str
    requested_by: str
    requested_at: datetime.datetime
    expires_at: datetime.datetime
    decided_by: None | str
    decided_at: datetime.datetime | None
    reason: None | str
    attempt_id: None | UUID
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        state: str = self.state

        operation: str
        if isinstance(self.operation, str):
            operation = self.operation
        else:
            operation = self.operation

        summary = self.summary

        job = self.job

        kind = self.kind

        resource: None | str
        resource = self.resource

        ask = self.ask.to_dict()

        reference: None | str
        reference = self.reference

        requested_by = self.requested_by

        requested_at = self.requested_at.isoformat()

        expires_at = self.expires_at.isoformat()

        decided_by: None | str
        decided_by = self.decided_by

        decided_at: None | str
        if isinstance(self.decided_at, datetime.datetime):
            decided_at = self.decided_at.isoformat()
        else:
            decided_at = self.decided_at

        reason: None | str
        reason = self.reason

        attempt_id: None | str
        if isinstance(self.attempt_id, UUID):
            attempt_id = str(self.attempt_id)
        else:
            attempt_id = self.attempt_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "state": state,
                "operation": operation,
                "summary": summary,
                "job": job,
                "kind": kind,
                "resource": resource,
                "ask": ask,
                "reference": reference,
                "requested_by": requested_by,
                "requested_at": requested_at,
                "expires_at": expires_at,
                "decided_by": decided_by,
                "decided_at": decided_at,
                "reason": reason,
                "attempt_id": attempt_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.approval_read_ask import ApprovalReadAsk  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        state = check_approval_read_state(d.pop("state"))

        def _parse_operation(data: object) -> ApprovalReadOperationType0 | str:
            try:
                if not isinstance(data, str):
                    raise TypeError()
                operation_type_0 = check_approval_read_operation_type_0(data)

                return operation_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ApprovalReadOperationType0 | str, data)

        operation = _parse_operation(d.pop("operation"))

        summary = d.pop("summary")

        job = d.pop("job")

        kind = d.pop("kind")

        def _parse_resource(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        resource = _parse_resource(d.pop("resource"))

        ask = ApprovalReadAsk.from_dict(d.pop("ask"))

        def _parse_reference(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        reference = _parse_reference(d.pop("reference"))

        requested_by = d.pop("requested_by")

        requested_at = datetime.datetime.fromisoformat(d.pop("requested_at"))

        expires_at = datetime.datetime.fromisoformat(d.pop("expires_at"))

        def _parse_decided_by(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        decided_by = _parse_decided_by(d.pop("decided_by"))

        def _parse_decided_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                decided_at_type_0 = datetime.datetime.fromisoformat(data)

                return decided_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        decided_at = _parse_decided_at(d.pop("decided_at"))

        def _parse_reason(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        reason = _parse_reason(d.pop("reason"))

        def _parse_attempt_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                attempt_id_type_0 = UUID(data)

                return attempt_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        attempt_id = _parse_attempt_id(d.pop("attempt_id"))

        approval_read = cls(
            id=id,
            state=state,
            operation=operation,
            summary=summary,
            job=job,
            kind=kind,
            resource=resource,
            ask=ask,
            reference=reference,
            requested_by=requested_by,
            requested_at=requested_at,
            expires_at=expires_at,
            decided_by=decided_by,
            decided_at=decided_at,
            reason=reason,
            attempt_id=attempt_id,
        )

        approval_read.additional_properties = d
        return approval_read
