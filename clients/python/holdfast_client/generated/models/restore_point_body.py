from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import Any, TypeVar, cast

from ..models.restore_point_body_consistency_type_0 import (
    RestorePointBodyConsistencyType0,
    check_restore_point_body_consistency_type_0,
)
from ..models.restore_point_body_region import RestorePointBodyRegion, check_restore_point_body_region
from ..models.restore_point_body_tier_type_0 import RestorePointBodyTierType0, check_restore_point_body_tier_type_0
from ..types import UNSET, Unset

T = TypeVar("T", bound="RestorePointBody")


@_dataclass
class RestorePointBody:
    """Which point: exactly one of `id`, `latest`, `latest_before`; and the conditions that it must meet.

    Attributes:
        id (None | str | Unset): The point so named, from GET /v1/protected-items/{item_id}/recovery-points.
        latest (bool | None | Unset): `true`: the newest point that meets the conditions.
        latest_before (datetime.datetime | None | Unset): The newest point that is not younger than this (RFC 3339, with
            an offset).
        consistency (None | RestorePointBodyConsistencyType0 | Unset): Minimum: application > file_system > crash.
        tier (None | RestorePointBodyTierType0 | Unset): The point must be usable in this tier.
        region (RestorePointBodyRegion | Unset): secondary: the vault's paired region (disks and new_vm). Default:
            'primary'.
    """

    id: None | str | Unset = UNSET
    latest: bool | None | Unset = UNSET
    latest_before: datetime.datetime | None | Unset = UNSET
    consistency: None | RestorePointBodyConsistencyType0 | Unset = UNSET
    tier: None | RestorePointBodyTierType0 | Unset = UNSET
    region: RestorePointBodyRegion | Unset = "primary"

    def to_dict(self) -> dict[str, Any]:
        id: None | str | Unset
        if isinstance(self.id, Unset):
            id = UNSET
        else:
            id = self.id

        latest: bool | None | Unset
        if isinstance(self.latest, Unset):
            latest = UNSET
        else:
            latest = self.latest

        latest_before: None | str | Unset
        if isinstance(self.latest_before, Unset):
            latest_before = UNSET
        elif isinstance(self.latest_before, datetime.datetime):
            latest_before = self.latest_before.isoformat()
        else:
            latest_before = self.latest_before

        consistency: None | str | Unset
        if isinstance(self.consistency, Unset):
            consistency = UNSET
        elif isinstance(self.consistency, str):
            consistency = self.consistency
        else:
            consistency = self.consistency

        tier: None | str | Unset
        if isinstance(self.tier, Unset):
            tier = UNSET
        elif isinstance(self.tier, str):
            tier = self.tier
        else:
            tier = self.tier

        region: str | Unset = UNSET
        if not isinstance(self.region, Unset):
            region = self.region

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if id is not UNSET:
            field_dict["id"] = id
        if latest is not UNSET:
            field_dict["latest"] = latest
        if latest_before is not UNSET:
            field_dict["latest_before"] = latest_before
        if consistency is not UNSET:
            field_dict["consistency"] = consistency
        if tier is not UNSET:
            field_dict["tier"] = tier
        if region is not UNSET:
            field_dict["region"] = region

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        id = _parse_id(d.pop("id", UNSET))

        def _parse_latest(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        latest = _parse_latest(d.pop("latest", UNSET))

        def _parse_latest_before(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                latest_before_type_0 = datetime.datetime.fromisoformat(data)

                return latest_before_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        latest_before = _parse_latest_before(d.pop("latest_before", UNSET))

        def _parse_consistency(data: object) -> None | RestorePointBodyConsistencyType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                consistency_type_0 = check_restore_point_body_consistency_type_0(data)

                return consistency_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RestorePointBodyConsistencyType0 | Unset, data)

        consistency = _parse_consistency(d.pop("consistency", UNSET))

        def _parse_tier(data: object) -> None | RestorePointBodyTierType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                tier_type_0 = check_restore_point_body_tier_type_0(data)

                return tier_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RestorePointBodyTierType0 | Unset, data)

        tier = _parse_tier(d.pop("tier", UNSET))

        _region = d.pop("region", UNSET)
        region: RestorePointBodyRegion | Unset
        if isinstance(_region, Unset):
            region = UNSET
        else:
            region = check_restore_point_body_region(_region)

        restore_point_body = cls(
            id=id,
            latest=latest,
            latest_before=latest_before,
            consistency=consistency,
            tier=tier,
            region=region,
        )

        return restore_point_body
