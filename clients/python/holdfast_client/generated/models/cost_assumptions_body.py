from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import Any, TypeVar, cast

from ..types import UNSET, Unset

T = TypeVar("T", bound="CostAssumptionsBody")


@_dataclass
class CostAssumptionsBody:
    """What to assume in place of what was measured, or of the defaults (docs/cost.md).

    Attributes:
        used_bytes (int | None | Unset): Data used on the disks of each VM.
        daily_churn_percent (float | None | str | Unset): Of the used data. Default: measured, or 2.
        compression_percent (float | None | str | Unset): What compression saves. Default: 0.
        used_share_percent (float | None | str | Unset): How much of its disks a VM uses, where only their size is
            known. Default: 50.
        archive_after_days (int | None | Unset): Points this old are in the archive tier. Default: none.
        after_days (int | Unset): Days from the first backup to the end of the month estimated. Default: 365.
    """

    used_bytes: int | None | Unset = UNSET
    daily_churn_percent: float | None | str | Unset = UNSET
    compression_percent: float | None | str | Unset = UNSET
    used_share_percent: float | None | str | Unset = UNSET
    archive_after_days: int | None | Unset = UNSET
    after_days: int | Unset = 365

    def to_dict(self) -> dict[str, Any]:
        used_bytes: int | None | Unset
        if isinstance(self.used_bytes, Unset):
            used_bytes = UNSET
        else:
            used_bytes = self.used_bytes

        daily_churn_percent: float | None | str | Unset
        if isinstance(self.daily_churn_percent, Unset):
            daily_churn_percent = UNSET
        else:
            daily_churn_percent = self.daily_churn_percent

        compression_percent: float | None | str | Unset
        if isinstance(self.compression_percent, Unset):
            compression_percent = UNSET
        else:
            compression_percent = self.compression_percent

        used_share_percent: float | None | str | Unset
        if isinstance(self.used_share_percent, Unset):
            used_share_percent = UNSET
        else:
            used_share_percent = self.used_share_percent

        archive_after_days: int | None | Unset
        if isinstance(self.archive_after_days, Unset):
            archive_after_days = UNSET
        else:
            archive_after_days = self.archive_after_days

        after_days = self.after_days

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if used_bytes is not UNSET:
            field_dict["used_bytes"] = used_bytes
        if daily_churn_percent is not UNSET:
            field_dict["daily_churn_percent"] = daily_churn_percent
        if compression_percent is not UNSET:
            field_dict["compression_percent"] = compression_percent
        if used_share_percent is not UNSET:
            field_dict["used_share_percent"] = used_share_percent
        if archive_after_days is not UNSET:
            field_dict["archive_after_days"] = archive_after_days
        if after_days is not UNSET:
            field_dict["after_days"] = after_days

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_used_bytes(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        used_bytes = _parse_used_bytes(d.pop("used_bytes", UNSET))

        def _parse_daily_churn_percent(data: object) -> float | None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | str | Unset, data)

        daily_churn_percent = _parse_daily_churn_percent(d.pop("daily_churn_percent", UNSET))

        def _parse_compression_percent(data: object) -> float | None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | str | Unset, data)

        compression_percent = _parse_compression_percent(d.pop("compression_percent", UNSET))

        def _parse_used_share_percent(data: object) -> float | None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | str | Unset, data)

        used_share_percent = _parse_used_share_percent(d.pop("used_share_percent", UNSET))

        def _parse_archive_after_days(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        archive_after_days = _parse_archive_after_days(d.pop("archive_after_days", UNSET))

        after_days = d.pop("after_days", UNSET)

        cost_assumptions_body = cls(
            used_bytes=used_bytes,
            daily_churn_percent=daily_churn_percent,
            compression_percent=compression_percent,
            used_share_percent=used_share_percent,
            archive_after_days=archive_after_days,
            after_days=after_days,
        )

        return cost_assumptions_body
