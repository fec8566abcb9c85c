from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from ..models.alert_rule_read import AlertRuleRead


T = TypeVar("T", bound="AlertRuleList")


@_dataclass
class AlertRuleList:
    """The rules of all kinds.

    Attributes:
        items (list[AlertRuleRead]): One for each kind.
    """

    items: list[AlertRuleRead]
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
        from ..models.alert_rule_read import AlertRuleRead  # noqa: PLC0415

        d = dict(src_dict)
        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = AlertRuleRead.from_dict(items_item_data)

            items.append(items_item)

        alert_rule_list = cls(
            items=items,
        )

        alert_rule_list.additional_properties = d
        return alert_rule_list
