from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from ..models.money_range import MoneyRange


T = TypeVar("T", bound="CostAssumptionsRead")


@_dataclass
class CostAssumptionsRead:
    """What was assumed where nothing was measured; `low` and `high` are those of the lowest and highest cost.

    Attributes:
        used_bytes (int | None): Bytes used on the disks of each VM; null: measured, or by `used_share_percent`.
        daily_churn_percent (MoneyRange): Decimal strings. `low` and `high` are what the assumptions allow.
        compression_percent (MoneyRange): Decimal strings. `low` and `high` are what the assumptions allow.
        used_share_percent (MoneyRange): Decimal strings. `low` and `high` are what the assumptions allow.
        archive_after_days (int | None): After how many days points move to the archive tier; null: never.
        after_days (int): How many days after the first backup the estimated month ends.
    """

    used_bytes: int | None
    daily_churn_percent: MoneyRange
    compression_percent: MoneyRange
    used_share_percent: MoneyRange
    archive_after_days: int | None
    after_days: int
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        used_bytes: int | None
        used_bytes = self.used_bytes

        daily_churn_percent = self.daily_churn_percent.to_dict()

        compression_percent = self.compression_percent.to_dict()

        used_share_percent = self.used_share_percent.to_dict()

        archive_after_days: int | None
        archive_after_days = self.archive_after_days

        after_days = self.after_days

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "used_bytes": used_bytes,
                "daily_churn_percent": daily_churn_percent,
                "compression_percent": compression_percent,
                "used_share_percent": used_share_percent,
                "archive_after_days": archive_after_days,
                "after_days": after_days,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.money_range import MoneyRange  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_used_bytes(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        used_bytes = _parse_used_bytes(d.pop("used_bytes"))

        daily_churn_percent = MoneyRange.from_dict(d.pop("daily_churn_percent"))

        compression_percent = MoneyRange.from_dict(d.pop("compression_percent"))

        used_share_percent = MoneyRange.from_dict(d.pop("used_share_percent"))

        def _parse_archive_after_days(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        archive_after_days = _parse_archive_after_days(d.pop("archive_after_days"))

        after_days = d.pop("after_days")

        cost_assumptions_read = cls(
            used_bytes=used_bytes,
            daily_churn_percent=daily_churn_percent,
            compression_percent=compression_percent,
            used_share_percent=used_share_percent,
            archive_after_days=archive_after_days,
            after_days=after_days,
        )

        cost_assumptions_read.additional_properties = d
        return cost_assumptions_read
