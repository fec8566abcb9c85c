from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.daily_keep import DailyKeep
    from ..models.monthly_keep import MonthlyKeep
    from ..models.weekly_keep import WeeklyKeep
    from ..models.yearly_keep import YearlyKeep


T = TypeVar("T", bound="PolicyRetention")


@_dataclass
class PolicyRetention:
    """How long points are kept: the longest rule that takes a point counts.

    Attributes:
        daily (DailyKeep | None | Unset): Keep daily points; null: no such rule.
        weekly (None | Unset | WeeklyKeep): Keep weekly points; null: no such rule.
        monthly (MonthlyKeep | None | Unset): Keep monthly points; null: no such rule.
        yearly (None | Unset | YearlyKeep): Keep yearly points; null: no such rule.
    """

    daily: DailyKeep | None | Unset = UNSET
    weekly: None | Unset | WeeklyKeep = UNSET
    monthly: MonthlyKeep | None | Unset = UNSET
    yearly: None | Unset | YearlyKeep = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.daily_keep import DailyKeep  # noqa: PLC0415
        from ..models.monthly_keep import MonthlyKeep  # noqa: PLC0415
        from ..models.weekly_keep import WeeklyKeep  # noqa: PLC0415
        from ..models.yearly_keep import YearlyKeep  # noqa: PLC0415

        daily: dict[str, Any] | None | Unset
        if isinstance(self.daily, Unset):
            daily = UNSET
        elif isinstance(self.daily, DailyKeep):
            daily = self.daily.to_dict()
        else:
            daily = self.daily

        weekly: dict[str, Any] | None | Unset
        if isinstance(self.weekly, Unset):
            weekly = UNSET
        elif isinstance(self.weekly, WeeklyKeep):
            weekly = self.weekly.to_dict()
        else:
            weekly = self.weekly

        monthly: dict[str, Any] | None | Unset
        if isinstance(self.monthly, Unset):
            monthly = UNSET
        elif isinstance(self.monthly, MonthlyKeep):
            monthly = self.monthly.to_dict()
        else:
            monthly = self.monthly

        yearly: dict[str, Any] | None | Unset
        if isinstance(self.yearly, Unset):
            yearly = UNSET
        elif isinstance(self.yearly, YearlyKeep):
            yearly = self.yearly.to_dict()
        else:
            yearly = self.yearly

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if daily is not UNSET:
            field_dict["daily"] = daily
        if weekly is not UNSET:
            field_dict["weekly"] = weekly
        if monthly is not UNSET:
            field_dict["monthly"] = monthly
        if yearly is not UNSET:
            field_dict["yearly"] = yearly

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.daily_keep import DailyKeep  # noqa: PLC0415
        from ..models.monthly_keep import MonthlyKeep  # noqa: PLC0415
        from ..models.weekly_keep import WeeklyKeep  # noqa: PLC0415
        from ..models.yearly_keep import YearlyKeep  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_daily(data: object) -> DailyKeep | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                daily_type_0 = DailyKeep.from_dict(data)

                return daily_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(DailyKeep | None | Unset, data)

        daily = _parse_daily(d.pop("daily", UNSET))

        def _parse_weekly(data: object) -> None | Unset | WeeklyKeep:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                weekly_type_0 = WeeklyKeep.from_dict(data)

                return weekly_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | WeeklyKeep, data)

        weekly = _parse_weekly(d.pop("weekly", UNSET))

        def _parse_monthly(data: object) -> MonthlyKeep | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                monthly_type_0 = MonthlyKeep.from_dict(data)

                return monthly_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(MonthlyKeep | None | Unset, data)

        monthly = _parse_monthly(d.pop("monthly", UNSET))

        def _parse_yearly(data: object) -> None | Unset | YearlyKeep:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                yearly_type_0 = YearlyKeep.from_dict(data)

                return yearly_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | YearlyKeep, data)

        yearly = _parse_yearly(d.pop("yearly", UNSET))

        policy_retention = cls(
            daily=daily,
            weekly=weekly,
            monthly=monthly,
            yearly=yearly,
        )

        return policy_retention
