from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from ..models.recovery_run_read import RecoveryRunRead


T = TypeVar("T", bound="RecoveryRunPage")


@_dataclass
class RecoveryRunPage:
    """One page of a list.

    Attributes:
        items (list[RecoveryRunRead]): What is on this page, in the order of the list.
        next_ (None | str): The cursor of the next page; null on the last one.
    """

    items: list[RecoveryRunRead]
    next_: None | str
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        next_: None | str
        next_ = self.next_

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "items": items,
                "next": next_,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.recovery_run_read import RecoveryRunRead  # noqa: PLC0415

        d = dict(src_dict)
        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = RecoveryRunRead.from_dict(items_item_data)

            items.append(items_item)

        def _parse_next_(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        next_ = _parse_next_(d.pop("next"))

        recovery_run_page = cls(
            items=items,
            next_=next_,
        )

        recovery_run_page.additional_properties = d
        return recovery_run_page
