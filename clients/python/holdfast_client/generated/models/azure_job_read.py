from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast
from uuid import UUID

from ..types import UNSET, Unset

T = TypeVar("T", bound="AzureJobRead")


@_dataclass
class AzureJobRead:
    """Azure's side of a job: what to look for in the portal.

    Attributes:
        job_id (None | str): Id of Azure's job in the vault; null: Azure has not named it yet.
        activity_id (None | UUID): The activity id of Azure's job: the x-ms-client-request-id that Holdfast sent.
        status (None | str): Azure's own word for the state, such as InProgress; null: not known yet.
        region (None | str | Unset): The paired region that runs it; null: the vault's own.
    """

    job_id: None | str
    activity_id: None | UUID
    status: None | str
    region: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        job_id: None | str
        job_id = self.job_id

        activity_id: None | str
        if isinstance(self.activity_id, UUID):
            activity_id = str(self.activity_id)
        else:
            activity_id = self.activity_id

        status: None | str
        status = self.status

        region: None | str | Unset
        if isinstance(self.region, Unset):
            region = UNSET
        else:
            region = self.region

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "job_id": job_id,
                "activity_id": activity_id,
                "status": status,
            }
        )
        if region is not UNSET:
            field_dict["region"] = region

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_job_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        job_id = _parse_job_id(d.pop("job_id"))

        def _parse_activity_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                activity_id_type_0 = UUID(data)

                return activity_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        activity_id = _parse_activity_id(d.pop("activity_id"))

        def _parse_status(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        status = _parse_status(d.pop("status"))

        def _parse_region(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        region = _parse_region(d.pop("region", UNSET))

        azure_job_read = cls(
            job_id=job_id,
            activity_id=activity_id,
            status=status,
            region=region,
        )

        azure_job_read.additional_properties = d
        return azure_job_read
