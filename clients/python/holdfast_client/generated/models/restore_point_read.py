from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..models.restore_point_read_consistency_type_0 import (
    RestorePointReadConsistencyType0,
    check_restore_point_read_consistency_type_0,
)
from ..models.restore_point_read_region_type_0 import (
    RestorePointReadRegionType0,
    check_restore_point_read_region_type_0,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.restore_point_tier_read import RestorePointTierRead


T = TypeVar("T", bound="RestorePointRead")


@_dataclass
class RestorePointRead:
    """The point that a restore uses, as it was when it was chosen.

    Attributes:
        id (str): Azure's name of the point.
        time (datetime.datetime | None | Unset): When it was taken (UTC); null: not known.
        consistency (None | RestorePointReadConsistencyType0 | Unset): `application` (the applications took part),
            `file_system`, or `crash` (as after a power cut); null: Azure does not say.
        tiers (list[RestorePointTierRead] | None | Unset): Where its data was; null: not known.
        region (None | RestorePointReadRegionType0 | Unset): The vault's own region, or the paired one; null: not known.
    """

    id: str
    time: datetime.datetime | None | Unset = UNSET
    consistency: None | RestorePointReadConsistencyType0 | Unset = UNSET
    tiers: list[RestorePointTierRead] | None | Unset = UNSET
    region: None | RestorePointReadRegionType0 | Unset = UNSET
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
        elif isinstance(self.consistency, str):
            consistency = self.consistency
        else:
            consistency = self.consistency

        tiers: list[dict[str, Any]] | None | Unset
        if isinstance(self.tiers, Unset):
            tiers = UNSET
        elif isinstance(self.tiers, list):
            tiers = []
            for tiers_type_0_item_data in self.tiers:
                tiers_type_0_item = tiers_type_0_item_data.to_dict()
                tiers.append(tiers_type_0_item)

        else:
            tiers = self.tiers

        region: None | str | Unset
        if isinstance(self.region, Unset):
            region = UNSET
        elif isinstance(self.region, str):
            region = self.region
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
        if tiers is not UNSET:
            field_dict["tiers"] = tiers
        if region is not UNSET:
            field_dict["region"] = region

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.restore_point_tier_read import RestorePointTierRead  # noqa: PLC0415

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

        def _parse_consistency(data: object) -> None | RestorePointReadConsistencyType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                consistency_type_0 = check_restore_point_read_consistency_type_0(data)

                return consistency_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RestorePointReadConsistencyType0 | Unset, data)

        consistency = _parse_consistency(d.pop("consistency", UNSET))

        def _parse_tiers(data: object) -> list[RestorePointTierRead] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                tiers_type_0 = []
                _tiers_type_0 = data
                for tiers_type_0_item_data in _tiers_type_0:
                    tiers_type_0_item = RestorePointTierRead.from_dict(tiers_type_0_item_data)

                    tiers_type_0.append(tiers_type_0_item)

                return tiers_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[RestorePointTierRead] | None | Unset, data)

        tiers = _parse_tiers(d.pop("tiers", UNSET))

        def _parse_region(data: object) -> None | RestorePointReadRegionType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                region_type_0 = check_restore_point_read_region_type_0(data)

                return region_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RestorePointReadRegionType0 | Unset, data)

        region = _parse_region(d.pop("region", UNSET))

        restore_point_read = cls(
            id=id,
            time=time,
            consistency=consistency,
            tiers=tiers,
            region=region,
        )

        restore_point_read.additional_properties = d
        return restore_point_read
