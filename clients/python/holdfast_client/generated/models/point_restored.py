from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast

from ..types import UNSET, Unset

T = TypeVar("T", bound="PointRestored")


@_dataclass
class PointRestored:
    """The recovery point that was restored.

    Attributes:
        id (str): Its id: a UUID. Ids of one kind sort in the order of creation.
        time (datetime.datetime | None | Unset): When the point was taken.
        consistency (None | str | Unset): `application` (the applications took part), `file_system`, or `crash` (as
            after a power cut); null: Azure does not say.
        region (None | str | Unset): `primary`: the vault's own region; `secondary`: the paired region.
    """

    id: str
    time: datetime.datetime | None | Unset = UNSET
    consistency: None | str | Unset = UNSET
    region: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        time: None | str | Unset
        if isinstance(self.time, Unset):
            time = UNSET
        elif isinstance(self.time, datetime.datetime):
            time = self.time.isoformat()
        else:
            time = self.time

        consistency: None | str | Unset
        if isinstance(self.consistency, Unset):
            consistency = UNSET
        else:
            consistency = self.consistency

        region: None | str | Unset
        if isinstance(self.region, Unset):
            region = UNSET
        else:
            region = self.region

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
            }
        )
        if time is not UNSET:
            field_dict["time"] = time
        if consistency is not UNSET:
            field_dict["consistency"] = consistency
        if region is not UNSET:
            field_dict["region"] = region

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        def _parse_time(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                time_type_0 = datetime.datetime.fromisoformat(data)

                return time_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        time = _parse_time(d.pop("time", UNSET))

        def _parse_consistency(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        consistency = _parse_consistency(d.pop("consistency", UNSET))

        def _parse_region(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        region = _parse_region(d.pop("region", UNSET))

        point_restored = cls(
            id=id,
            time=time,
            consistency=consistency,
            region=region,
        )

        point_restored.additional_properties = d
        return point_restored
