from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from ..models.drift_kind import DriftKind, check_drift_kind
from ..models.drift_state import DriftState, check_drift_state

if TYPE_CHECKING:
    from ..models.drift_read_after_type_0 import DriftReadAfterType0
    from ..models.drift_read_before import DriftReadBefore
    from ..models.drift_subject import DriftSubject


T = TypeVar("T", bound="DriftRead")


@_dataclass
class DriftRead:
    """Something that was changed outside Holdfast and leaves backups weaker. Who did it is not known.

    Attributes:
        id (UUID): Its id: a UUID. Ids of one kind sort in the order of creation.
        kind (DriftKind): What was weakened.
        state (DriftState): Whether it is still so.
        subject (DriftSubject): What was changed. Its row may be gone.
        before (DriftReadBefore): What it was before, as Holdfast last knew it.
        after (DriftReadAfterType0 | None): What it is now; null: the item is gone.
        seen_at (datetime.datetime): When Holdfast first saw it (UTC).
        resolved_at (datetime.datetime | None): When it was over (UTC); null: it is not over.
        azure_job_id (None | str): The Azure job that fits, if Azure lists one.
    """

    id: UUID
    kind: DriftKind
    state: DriftState
    subject: DriftSubject
    before: DriftReadBefore
    after: DriftReadAfterType0 | None
    seen_at: datetime.datetime
    resolved_at: datetime.datetime | None
    azure_job_id: None | str
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.drift_read_after_type_0 import DriftReadAfterType0  # noqa: PLC0415

        id = str(self.id)

        kind: str = self.kind

        state: str = self.state

        subject = self.subject.to_dict()

        before = self.before.to_dict()

        after: dict[str, Any] | None
        if isinstance(self.after, DriftReadAfterType0):
            after = self.after.to_dict()
        else:
            after = self.after

        seen_at = self.seen_at.isoformat()

        resolved_at: None | str
        if isinstance(self.resolved_at, datetime.datetime):
            resolved_at = self.resolved_at.isoformat()
        else:
            resolved_at = self.resolved_at

        azure_job_id: None | str
        azure_job_id = self.azure_job_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "kind": kind,
                "state": state,
                "subject": subject,
                "before": before,
                "after": after,
                "seen_at": seen_at,
                "resolved_at": resolved_at,
                "azure_job_id": azure_job_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.drift_read_after_type_0 import DriftReadAfterType0  # noqa: PLC0415
        from ..models.drift_read_before import DriftReadBefore  # noqa: PLC0415
        from ..models.drift_subject import DriftSubject  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        kind = check_drift_kind(d.pop("kind"))

        state = check_drift_state(d.pop("state"))

        subject = DriftSubject.from_dict(d.pop("subject"))

        before = DriftReadBefore.from_dict(d.pop("before"))

        def _parse_after(data: object) -> DriftReadAfterType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                after_type_0 = DriftReadAfterType0.from_dict(data)

                return after_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(DriftReadAfterType0 | None, data)

        after = _parse_after(d.pop("after"))

        seen_at = datetime.datetime.fromisoformat(d.pop("seen_at"))

        def _parse_resolved_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                resolved_at_type_0 = datetime.datetime.fromisoformat(data)

                return resolved_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        resolved_at = _parse_resolved_at(d.pop("resolved_at"))

        def _parse_azure_job_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        azure_job_id = _parse_azure_job_id(d.pop("azure_job_id"))

        drift_read = cls(
            id=id,
            kind=kind,
            state=state,
            subject=subject,
            before=before,
            after=after,
            seen_at=seen_at,
            resolved_at=resolved_at,
            azure_job_id=azure_job_id,
        )

        drift_read.additional_properties = d
        return drift_read
