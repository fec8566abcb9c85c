from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from ..models.cost_forecast_read import CostForecastRead
    from ..models.cost_month_read import CostMonthRead
    from ..models.cost_storage_read import CostStorageRead
    from ..models.money_range import MoneyRange


T = TypeVar("T", bound="CostGroupRead")


@_dataclass
class CostGroupRead:
    """What the items of one key cost.

    Attributes:
        items_count (int): Number of protected items.
        incomplete_count (int): Items of which a charge is not known: their size, policy or a price.
        monthly (MoneyRange | None): Now. Sum of the charges that are known; null: none is.
        forecast (CostForecastRead): The month that ends in 90 days, if nothing is changed: what the policies keep by
            then, with its band.
        storage (CostStorageRead | None): null: nothing is stored yet.
        history (list[CostMonthRead]): The last 13 months, the present one included, oldest first.
        key (None | str): The label's value, the tenant, or the vault's id; null: no such label.
        name (None | str): The vault's name; null for other groups.
    """

    items_count: int
    incomplete_count: int
    monthly: MoneyRange | None
    forecast: CostForecastRead
    storage: CostStorageRead | None
    history: list[CostMonthRead]
    key: None | str
    name: None | str
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.cost_storage_read import CostStorageRead  # noqa: PLC0415
        from ..models.money_range import MoneyRange  # noqa: PLC0415

        items_count = self.items_count

        incomplete_count = self.incomplete_count

        monthly: dict[str, Any] | None
        if isinstance(self.monthly, MoneyRange):
            monthly = self.monthly.to_dict()
        else:
            monthly = self.monthly

        forecast = self.forecast.to_dict()

        storage: dict[str, Any] | None
        if isinstance(self.storage, CostStorageRead):
            storage = self.storage.to_dict()
        else:
            storage = self.storage

        history = []
        for history_item_data in self.history:
            history_item = history_item_data.to_dict()
            history.append(history_item)

        key: None | str
        key = self.key

        name: None | str
        name = self.name

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "items_count": items_count,
                "incomplete_count": incomplete_count,
                "monthly": monthly,
                "forecast": forecast,
                "storage": storage,
                "history": history,
                "key": key,
                "name": name,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.cost_forecast_read import CostForecastRead  # noqa: PLC0415
        from ..models.cost_month_read import CostMonthRead  # noqa: PLC0415
        from ..models.cost_storage_read import CostStorageRead  # noqa: PLC0415
        from ..models.money_range import MoneyRange  # noqa: PLC0415

        d = dict(src_dict)
        items_count = d.pop("items_count")

        incomplete_count = d.pop("incomplete_count")

        def _parse_monthly(data: object) -> MoneyRange | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                monthly_type_0 = MoneyRange.from_dict(data)

                return monthly_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(MoneyRange | None, data)

        monthly = _parse_monthly(d.pop("monthly"))

        forecast = CostForecastRead.from_dict(d.pop("forecast"))

        def _parse_storage(data: object) -> CostStorageRead | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                storage_type_0 = CostStorageRead.from_dict(data)

                return storage_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(CostStorageRead | None, data)

        storage = _parse_storage(d.pop("storage"))

        history = []
        _history = d.pop("history")
        for history_item_data in _history:
            history_item = CostMonthRead.from_dict(history_item_data)

            history.append(history_item)

        def _parse_key(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        key = _parse_key(d.pop("key"))

        def _parse_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        name = _parse_name(d.pop("name"))

        cost_group_read = cls(
            items_count=items_count,
            incomplete_count=incomplete_count,
            monthly=monthly,
            forecast=forecast,
            storage=storage,
            history=history,
            key=key,
            name=name,
        )

        cost_group_read.additional_properties = d
        return cost_group_read
