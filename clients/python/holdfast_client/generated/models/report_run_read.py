from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast

from ..models.report_run_read_outcome_type_0 import ReportRunReadOutcomeType0, check_report_run_read_outcome_type_0
from ..models.report_run_read_reason_type_0 import ReportRunReadReasonType0, check_report_run_read_reason_type_0
from ..types import UNSET, Unset

T = TypeVar("T", bound="ReportRunRead")


@_dataclass
class ReportRunRead:
    """Another run of the item on that day.

    Attributes:
        due_at (datetime.datetime | None): When it was due (UTC); null: it belongs to no planned run.
        outcome (None | ReportRunReadOutcomeType0): What became of it; null: not known, `reason` says why.
        reason (None | ReportRunReadReasonType0): Why it is not known, or why nothing was due; null: it is known.
        job (None | str): Its job: /v1/jobs/{id}; null: none.
        late (bool | None | Unset): Whether it began after the grace; null: there was no backup.
    """

    due_at: datetime.datetime | None
    outcome: None | ReportRunReadOutcomeType0
    reason: None | ReportRunReadReasonType0
    job: None | str
    late: bool | None | Unset = UNSET
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        due_at: None | str
        if isinstance(self.due_at, datetime.datetime):
            due_at = self.due_at.isoformat()
        else:
            due_at = self.due_at

        outcome: None | str
        if isinstance(self.outcome, str):
            outcome = self.outcome
        else:
            outcome = self.outcome

        reason: None | str
        if isinstance(self.reason, str):
            reason = self.reason
        else:
            reason = self.reason

        job: None | str
        job = self.job

        late: bool | None | Unset
        if isinstance(self.late, Unset):
            late = UNSET
        else:
            late = self.late

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "due_at": due_at,
                "outcome": outcome,
                "reason": reason,
                "job": job,
            }
        )
        if late is not UNSET:
            field_dict["late"] = late

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_due_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                due_at_type_0 = datetime.datetime.fromisoformat(data)

                return due_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        due_at = _parse_due_at(d.pop("due_at"))

        def _parse_outcome(data: object) -> None | ReportRunReadOutcomeType0:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                outcome_type_0 = check_report_run_read_outcome_type_0(data)

                return outcome_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | ReportRunReadOutcomeType0, data)

        outcome = _parse_outcome(d.pop("outcome"))

        def _parse_reason(data: object) -> None | ReportRunReadReasonType0:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                reason_type_0 = check_report_run_read_reason_type_0(data)

                return reason_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | ReportRunReadReasonType0, data)

        reason = _parse_reason(d.pop("reason"))

        def _parse_job(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        job = _parse_job(d.pop("job"))

        def _parse_late(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        late = _parse_late(d.pop("late", UNSET))

        report_run_read = cls(
            due_at=due_at,
            outcome=outcome,
            reason=reason,
            job=job,
            late=late,
        )

        report_run_read.additional_properties = d
        return report_run_read
