from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.alert_read import AlertRead
    from ..models.list_count import ListCount


T = TypeVar("T", bound="AlertPage")


@_dataclass
class AlertPage:
    """One page of a list.

    Attributes:
        items (list[AlertRead]): What is on this page, in the order of the list.
        next_ (None | str): The cursor of the next page; null on the last one.
        count (ListCount | None | Unset): With `?count=true`; null otherwise.
    """

    items: list[AlertRead]
    next_: None | str
    count: ListCount | None | Unset = UNSET
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.list_count import ListCount  # noqa: PLC0415

        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        next_: None | str
        next_ = self.next_

        count: dict[str, Any] | None | Unset
        if isinstance(self.count, Unset):
            count = UNSET
        elif isinstance(self.count, ListCount):
            count = self.count.to_dict()
        else:
            count = self.count

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "items": items,
                "next": next_,
            }
        )
        if count is not UNSET:
            field_dict["count"] = count

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.alert_read import AlertRead  # noqa: PLC0415
        from ..models.list_count import ListCount  # noqa: PLC0415

        d = dict(src_dict)
        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = AlertRead.from_dict(items_item_data)

            items.append(items_item)

        def _parse_next_(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        next_ = _parse_next_(d.pop("next"))

        def _parse_count(data: object) -> ListCount | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                count_type_0 = ListCount.from_dict(data)

                return count_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ListCount | None | Unset, data)

        count = _parse_count(d.pop("count", UNSET))

        alert_page = cls(
            items=items,
            next_=next_,
            count=count,
        )

        alert_page.additional_properties = d
        return alert_page
