from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import Any, TypeVar, cast

from ..models.restore_test_point_body_consistency_type_0 import (
    RestoreTestPointBodyConsistencyType0,
    check_restore_test_point_body_consistency_type_0,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="RestoreTestPointBody")


@_dataclass
class RestoreTestPointBody:
    """Which recovery point is restored: the newest that is as asked.

    Attributes:
        consistency (None | RestoreTestPointBodyConsistencyType0 | Unset): The point must be at least this consistent:
            application > file_system > crash.
        max_age_seconds (int | None | Unset): An older one is not restored: the run is `not_proven`.
    """

    consistency: None | RestoreTestPointBodyConsistencyType0 | Unset = UNSET
    max_age_seconds: int | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
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

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if consistency is not UNSET:
            field_dict["consistency"] = consistency
        if max_age_seconds is not UNSET:
            field_dict["max_age_seconds"] = max_age_seconds

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_consistency(data: object) -> None | RestoreTestPointBodyConsistencyType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                consistency_type_0 = check_restore_test_point_body_consistency_type_0(data)

                return consistency_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RestoreTestPointBodyConsistencyType0 | Unset, data)

        consistency = _parse_consistency(d.pop("consistency", UNSET))

        def _parse_max_age_seconds(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        max_age_seconds = _parse_max_age_seconds(d.pop("max_age_seconds", UNSET))

        restore_test_point_body = cls(
            consistency=consistency,
            max_age_seconds=max_age_seconds,
        )

        return restore_test_point_body
