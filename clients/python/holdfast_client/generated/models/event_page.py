from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.cloud_event import CloudEvent
    from ..models.list_count import ListCount


T = TypeVar("T", bound="EventPage")


@_dataclass
class EventPage:
    """One page of events, oldest first.

    Attributes:
        items (list[CloudEvent]): The events, oldest first.
        next_ (None | str): The cursor of the next page; null: there are no more events now.
        next_cursor (str): Where to go on, now or later; always given.
        count (ListCount | None | Unset): With `?count=true`; null otherwise.
    """

    items: list[CloudEvent]
    next_: None | str
    next_cursor: str
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

        next_cursor = self.next_cursor

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
                "next_cursor": next_cursor,
            }
        )
        if count is not UNSET:
            field_dict["count"] = count

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.cloud_event import CloudEvent  # noqa: PLC0415
        from ..models.list_count import ListCount  # noqa: PLC0415

        d = dict(src_dict)
        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = CloudEvent.from_dict(items_item_data)

            items.append(items_item)

        def _parse_next_(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        next_ = _parse_next_(d.pop("next"))

        next_cursor = d.pop("next_cursor")

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

        event_page = cls(
            items=items,
            next_=next_,
            next_cursor=next_cursor,
            count=count,
        )

        event_page.additional_properties = d
        return event_page
