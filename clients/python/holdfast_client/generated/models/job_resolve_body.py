from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import Any, TypeVar, cast

from ..models.job_resolve_body_action import JobResolveBodyAction, check_job_resolve_body_action
from ..types import UNSET, Unset

T = TypeVar("T", bound="JobResolveBody")


@_dataclass
class JobResolveBody:
    """The decision of a person about a job with an unknown outcome.

    Attributes:
        action (JobResolveBodyAction): retry: it did not happen, send it again; adopt: follow the Azure job
            `azure_job_id`; abandon: end the job as failed.
        reason (str): Why; it is kept in the history with your name.
        azure_job_id (None | str | Unset): Of `adopt`: id of the Azure job to follow, as the portal shows it.
    """

    action: JobResolveBodyAction
    reason: str
    azure_job_id: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        action: str = self.action

        reason = self.reason

        azure_job_id: None | str | Unset
        if isinstance(self.azure_job_id, Unset):
            azure_job_id = UNSET
        else:
            azure_job_id = self.azure_job_id

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "action": action,
                "reason": reason,
            }
        )
        if azure_job_id is not UNSET:
            field_dict["azure_job_id"] = azure_job_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        action = check_job_resolve_body_action(d.pop("action"))

        reason = d.pop("reason")

        def _parse_azure_job_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        azure_job_id = _parse_azure_job_id(d.pop("azure_job_id", UNSET))

        job_resolve_body = cls(
            action=action,
            reason=reason,
            azure_job_id=azure_job_id,
        )

        return job_resolve_body
