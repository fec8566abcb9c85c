from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast

from ..models.rule_hold_reason import RuleHoldReason, check_rule_hold_reason
from ..types import UNSET, Unset

T = TypeVar("T", bound="RuleWaiting")


@_dataclass
class RuleWaiting:
    """Why a rule that is to be enforced does nothing.

    Attributes:
        reason (RuleHoldReason): Why an enforced rule does nothing.
        detail (str): The reason in words.
        since (datetime.datetime): Since when it waits (UTC).
        count (int | None | Unset): VMs that it would touch, where the number must be confirmed; else null.
        limit (int | None | Unset): Up to how many VMs need no confirmation; null: that is not the reason.
        job (None | str | Unset): The job that waits for the approval.
    """

    reason: RuleHoldReason
    detail: str
    since: datetime.datetime
    count: int | None | Unset = UNSET
    limit: int | None | Unset = UNSET
    job: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        reason: str = self.reason

        detail = self.detail

        since = self.since.isoformat()

        count: int | None | Unset
        if isinstance(self.count, Unset):
            count = UNSET
        else:
            count = self.count

        limit: int | None | Unset
        if isinstance(self.limit, Unset):
            limit = UNSET
        else:
            limit = self.limit

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
                "detail": detail,
                "since": since,
            }
        )
        if count is not UNSET:
            field_dict["count"] = count
        if limit is not UNSET:
            field_dict["limit"] = limit
        if job is not UNSET:
            field_dict["job"] = job

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        reason = check_rule_hold_reason(d.pop("reason"))

        detail = d.pop("detail")

        since = datetime.datetime.fromisoformat(d.pop("since"))

        def _parse_count(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        count = _parse_count(d.pop("count", UNSET))

        def _parse_limit(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        limit = _parse_limit(d.pop("limit", UNSET))

        def _parse_job(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        job = _parse_job(d.pop("job", UNSET))

        rule_waiting = cls(
            reason=reason,
            detail=detail,
            since=since,
            count=count,
            limit=limit,
            job=job,
        )

        rule_waiting.additional_properties = d
        return rule_waiting
