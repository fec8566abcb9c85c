from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast

from ..models.job_waiting_read_reason import JobWaitingReadReason, check_job_waiting_read_reason
from ..types import UNSET, Unset

T = TypeVar("T", bound="JobWaitingRead")


@_dataclass
class JobWaitingRead:
    """Why the job waits at the moment. A waiting job has not failed.

    Attributes:
        reason (JobWaitingReadReason): blocked: another job of the same VM or vault goes first; throttled: Azure takes
            no more requests now; approval: a second person decides; azure_unreachable: Azure does not answer;
            internal_error: a bug, tried again; outcome_unknown: whether Azure acted is being found out; gate: a recovery
            run waits at a gate; member: a part of it has not ended.
        since (datetime.datetime): Since when it waits for this reason (UTC).
        until (datetime.datetime | None | Unset): When it is tried again, at the latest (UTC); null: not known.
        position (int | None | Unset): Of a queued job that is throttled: how many jobs of its subscription are due
            before it, at most 1,000; tenants that share one take turns. Only in GET /v1/jobs/{id}.
        job (None | str | Unset): The job that it waits for: /v1/jobs/{id}; null: none.
    """

    reason: JobWaitingReadReason
    since: datetime.datetime
    until: datetime.datetime | None | Unset = UNSET
    position: int | None | Unset = UNSET
    job: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        reason: str = self.reason

        since = self.since.isoformat()

        until: None | str | Unset
        if isinstance(self.until, Unset):
            until = UNSET
        elif isinstance(self.until, datetime.datetime):
            until = self.until.isoformat()
        else:
            until = self.until

        position: int | None | Unset
        if isinstance(self.position, Unset):
            position = UNSET
        else:
            position = self.position

        job: None | str | Unset
        if isinstance(self.job, Unset):
            job = UNSET
        else:
            job = self.job

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "reason": reason,
                "since": since,
            }
        )
        if until is not UNSET:
            field_dict["until"] = until
        if position is not UNSET:
            field_dict["position"] = position
        if job is not UNSET:
            field_dict["job"] = job

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        reason = check_job_waiting_read_reason(d.pop("reason"))

        since = datetime.datetime.fromisoformat(d.pop("since"))

        def _parse_until(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                until_type_0 = datetime.datetime.fromisoformat(data)

                return until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        until = _parse_until(d.pop("until", UNSET))

        def _parse_position(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        position = _parse_position(d.pop("position", UNSET))

        def _parse_job(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        job = _parse_job(d.pop("job", UNSET))

        job_waiting_read = cls(
            reason=reason,
            since=since,
            until=until,
            position=position,
            job=job,
        )

        job_waiting_read.additional_properties = d
        return job_waiting_read
