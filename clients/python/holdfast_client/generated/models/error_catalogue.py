from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from ..models.error_read import ErrorRead


T = TypeVar("T", bound="ErrorCatalogue")


@_dataclass
class ErrorCatalogue:
    """Every error code that Holdfast explains.

    Attributes:
        items (list[ErrorRead]): All of them, by type.
    """

    items: list[ErrorRead]
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "items": items,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.error_read import ErrorRead  # noqa: PLC0415

        d = dict(src_dict)
        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = ErrorRead.from_dict(items_item_data)

            items.append(items_item)

        error_catalogue = cls(
            items=items,
        )

        error_catalogue.additional_properties = d
        return error_catalogue
