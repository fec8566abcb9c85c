from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from ..models.audit_entry_read_outcome import AuditEntryReadOutcome, check_audit_entry_read_outcome

if TYPE_CHECKING:
    from ..models.actor_read import ActorRead
    from ..models.audit_entry_read_details import AuditEntryReadDetails
    from ..models.seal_read import SealRead


T = TypeVar("T", bound="AuditEntryRead")


@_dataclass
class AuditEntryRead:
    """One action of a principal, done or refused.

    Attributes:
        id (str): Id of the entry.
        tenant (str): The tenant whose trail has this entry; empty: the platform's.
        at (datetime.datetime): When it happened (UTC).
        actor (ActorRead): Who did it: a principal of an issuer's directory; or `holdfast`, without an issuer, for its
            own decisions.
        action (str): The operation id that was called; `attempt`: a worker sent it to Azure; or what Holdfast did by
            itself (`retire_attempt`, `expire_approval`, ...: docs/audit.md).
        target (str): The path of the resource, as the request named it.
        outcome (AuditEntryReadOutcome): accepted: a job will do it. refused: it is not allowed. done: it was done.
        address (str): Network address of the request; empty for a worker.
        request_id (str): The X-Request-ID of the request: it is in every log line of it.
        job_id (None | UUID): The job that came of it; null: none.
        approval_id (None | UUID): The approval concerned; null: none.
        attempt_id (None | UUID): What Azure shows as the activity id of the job.
        details (AuditEntryReadDetails): What was asked or changed; secrets are left out.
        seal (None | SealRead): Null for the few seconds until it is sealed.
    """

    id: str
    tenant: str
    at: datetime.datetime
    actor: ActorRead
    action: str
    target: str
    outcome: AuditEntryReadOutcome
    address: str
    request_id: str
    job_id: None | UUID
    approval_id: None | UUID
    attempt_id: None | UUID
    details: AuditEntryReadDetails
    seal: None | SealRead
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.seal_read import SealRead  # noqa: PLC0415

        id = self.id

        tenant = self.tenant

        at = self.at.isoformat()

        actor = self.actor.to_dict()

        action = self.action

        target = self.target

        outcome: str = self.outcome

        address = self.address

        request_id = self.request_id

        job_id: None | str
        if isinstance(self.job_id, UUID):
            job_id = str(self.job_id)
        else:
            job_id = self.job_id

        approval_id: None | str
        if isinstance(self.approval_id, UUID):
            approval_id = str(self.approval_id)
        else:
            approval_id = self.approval_id

        attempt_id: None | str
        if isinstance(self.attempt_id, UUID):
            attempt_id = str(self.attempt_id)
        else:
            attempt_id = self.attempt_id

        details = self.details.to_dict()

        seal: dict[str, Any] | None
        if isinstance(self.seal, SealRead):
            seal = self.seal.to_dict()
        else:
            seal = self.seal

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "tenant": tenant,
                "at": at,
                "actor": actor,
                "action": action,
                "target": target,
                "outcome": outcome,
                "address": address,
                "request_id": request_id,
                "job_id": job_id,
                "approval_id": approval_id,
                "attempt_id": attempt_id,
                "details": details,
                "seal": seal,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.actor_read import ActorRead  # noqa: PLC0415
        from ..models.audit_entry_read_details import AuditEntryReadDetails  # noqa: PLC0415
        from ..models.seal_read import SealRead  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        tenant = d.pop("tenant")

        at = datetime.datetime.fromisoformat(d.pop("at"))

        actor = ActorRead.from_dict(d.pop("actor"))

        action = d.pop("action")

        target = d.pop("target")

        outcome = check_audit_entry_read_outcome(d.pop("outcome"))

        address = d.pop("address")

        request_id = d.pop("request_id")

        def _parse_job_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                job_id_type_0 = UUID(data)

                return job_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        job_id = _parse_job_id(d.pop("job_id"))

        def _parse_approval_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                approval_id_type_0 = UUID(data)

                return approval_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        approval_id = _parse_approval_id(d.pop("approval_id"))

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

        details = AuditEntryReadDetails.from_dict(d.pop("details"))

        def _parse_seal(data: object) -> None | SealRead:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                seal_type_0 = SealRead.from_dict(data)

                return seal_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | SealRead, data)

        seal = _parse_seal(d.pop("seal"))

        audit_entry_read = cls(
            id=id,
            tenant=tenant,
            at=at,
            actor=actor,
            action=action,
            target=target,
            outcome=outcome,
            address=address,
            request_id=request_id,
            job_id=job_id,
            approval_id=approval_id,
            attempt_id=attempt_id,
            details=details,
            seal=seal,
        )

        audit_entry_read.additional_properties = d
        return audit_entry_read
