from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast

from ..models.job_cancel_read_state import JobCancelReadState, check_job_cancel_read_state
from ..types import UNSET, Unset

T = TypeVar("T", bound="JobCancelRead")


@_dataclass
class JobCancelRead:
    """The request to cancel the job, and what came of it.

    Attributes:
        state (JobCancelReadState): requested: not sent to Azure yet; sent: Azure accepted it; refused: Azure refused
            it; too_late: the job ended in another way first; done: it was never sent, or Azure cancelled it.
        requested_by (str): Who asked for it: the display name of the caller; `azure` or `holdfast` where no caller did.
        requested_at (datetime.datetime): When it was asked for (UTC).
        detail (None | str | Unset): What Azure answered, or why it was too late; null: nothing to say.
    """

    state: JobCancelReadState
    requested_by: str
    requested_at: datetime.datetime
    detail: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        state: str = self.state

        requested_by = self.requested_by

        requested_at = self.requested_at.isoformat()

        detail: None | str | Unset
        if isinstance(self.detail, Unset):
            detail = UNSET
        else:
            detail = self.detail

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "state": state,
                "requested_by": requested_by,
                "requested_at": requested_at,
            }
        )
        if detail is not UNSET:
            field_dict["detail"] = detail

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        state = check_job_cancel_read_state(d.pop("state"))

        requested_by = d.pop("requested_by")

        requested_at = datetime.datetime.fromisoformat(d.pop("requested_at"))

        def _parse_detail(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        detail = _parse_detail(d.pop("detail", UNSET))

        job_cancel_read = cls(
            state=state,
            requested_by=requested_by,
            requested_at=requested_at,
            detail=detail,
        )

        job_cancel_read.additional_properties = d
        return job_cancel_read
