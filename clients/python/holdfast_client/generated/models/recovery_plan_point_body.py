from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import Any, TypeVar, cast

from ..models.recovery_plan_point_body_consistency_type_0 import (
    RecoveryPlanPointBodyConsistencyType0,
    check_recovery_plan_point_body_consistency_type_0,
)
from ..models.recovery_plan_point_body_region import RecoveryPlanPointBodyRegion, check_recovery_plan_point_body_region
from ..types import UNSET, Unset

T = TypeVar("T", bound="RecoveryPlanPointBody")


@_dataclass
class RecoveryPlanPointBody:
    """The rule for every member: exactly one of `latest`, `latest_before`; and what each point must be.

    Attributes:
        latest (bool | None | Unset): `true`: the newest point that meets the conditions.
        latest_before (datetime.datetime | None | Unset): No point of the plan is younger.
        consistency (None | RecoveryPlanPointBodyConsistencyType0 | Unset): Minimum: application > file_system > crash.
        max_age_seconds (int | None | Unset): Counted back from latest_before, else from the run.
        region (RecoveryPlanPointBodyRegion | Unset): secondary: the vaults' paired regions. Default: 'primary'.
    """

    latest: bool | None | Unset = UNSET
    latest_before: datetime.datetime | None | Unset = UNSET
    consistency: None | RecoveryPlanPointBodyConsistencyType0 | Unset = UNSET
    max_age_seconds: int | None | Unset = UNSET
    region: RecoveryPlanPointBodyRegion | Unset = "primary"

    def to_dict(self) -> dict[str, Any]:
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

        max_age_seconds: int | None | Unset
        if isinstance(self.max_age_seconds, Unset):
            max_age_seconds = UNSET
        else:
            max_age_seconds = self.max_age_seconds

        region: str | Unset = UNSET
        if not isinstance(self.region, Unset):
            region = self.region

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if latest is not UNSET:
            field_dict["latest"] = latest
        if latest_before is not UNSET:
            field_dict["latest_before"] = latest_before
        if consistency is not UNSET:
            field_dict["consistency"] = consistency
        if max_age_seconds is not UNSET:
            field_dict["max_age_seconds"] = max_age_seconds
        if region is not UNSET:
            field_dict["region"] = region

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

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

        def _parse_consistency(data: object) -> None | RecoveryPlanPointBodyConsistencyType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                consistency_type_0 = check_recovery_plan_point_body_consistency_type_0(data)

                return consistency_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RecoveryPlanPointBodyConsistencyType0 | Unset, data)

        consistency = _parse_consistency(d.pop("consistency", UNSET))

        def _parse_max_age_seconds(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        max_age_seconds = _parse_max_age_seconds(d.pop("max_age_seconds", UNSET))

        _region = d.pop("region", UNSET)
        region: RecoveryPlanPointBodyRegion | Unset
        if isinstance(_region, Unset):
            region = UNSET
        else:
            region = check_recovery_plan_point_body_region(_region)

        recovery_plan_point_body = cls(
            latest=latest,
            latest_before=latest_before,
            consistency=consistency,
            max_age_seconds=max_age_seconds,
            region=region,
        )

        return recovery_plan_point_body
