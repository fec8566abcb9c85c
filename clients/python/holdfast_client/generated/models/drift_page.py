from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.drift_read import DriftRead
    from ..models.list_count import ListCount
    from ..models.unreachable_scope import UnreachableScope


T = TypeVar("T", bound="DriftPage")


@_dataclass
class DriftPage:
    """One page of what changed outside.

    Attributes:
        items (list[DriftRead]): What is on this page, in the order of the list.
        next_ (None | str): The cursor of the next page; null on the last one.
        as_of (datetime.datetime | None): The oldest reading of a granted scope; null: one was never read. Resource
            Graph itself may be late.
        unreachable (list[UnreachableScope]): What could not be read, and why: what is shown of it may be missing or
            old. Empty: all was read.
        count (ListCount | None | Unset): With `?count=true`; null otherwise.
    """

    items: list[DriftRead]
    next_: None | str
    as_of: datetime.datetime | None
    unreachable: list[UnreachableScope]
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

        as_of: None | str
        if isinstance(self.as_of, datetime.datetime):
            as_of = self.as_of.isoformat()
        else:
            as_of = self.as_of

        unreachable = []
        for unreachable_item_data in self.unreachable:
            unreachable_item = unreachable_item_data.to_dict()
            unreachable.append(unreachable_item)

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
                "as_of": as_of,
                "unreachable": unreachable,
            }
        )
        if count is not UNSET:
            field_dict["count"] = count

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.drift_read import DriftRead  # noqa: PLC0415
        from ..models.list_count import ListCount  # noqa: PLC0415
        from ..models.unreachable_scope import UnreachableScope  # noqa: PLC0415

        d = dict(src_dict)
        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = DriftRead.from_dict(items_item_data)

            items.append(items_item)

        def _parse_next_(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        next_ = _parse_next_(d.pop("next"))

        def _parse_as_of(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                as_of_type_0 = datetime.datetime.fromisoformat(data)

                return as_of_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        as_of = _parse_as_of(d.pop("as_of"))

        unreachable = []
        _unreachable = d.pop("unreachable")
        for unreachable_item_data in _unreachable:
            unreachable_item = UnreachableScope.from_dict(unreachable_item_data)

            unreachable.append(unreachable_item)

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

        drift_page = cls(
            items=items,
            next_=next_,
            as_of=as_of,
            unreachable=unreachable,
            count=count,
        )

        drift_page.additional_properties = d
        return drift_page
