from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar

T = TypeVar("T", bound="WebhookReplayed")


@_dataclass
class WebhookReplayed:
    """What will be delivered again.

    Attributes:
        deliveries (int): Deliveries that wait now and did not before.
    """

    deliveries: int
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        deliveries = self.deliveries

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "deliveries": deliveries,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        deliveries = d.pop("deliveries")

        webhook_replayed = cls(
            deliveries=deliveries,
        )

        webhook_replayed.additional_properties = d
        return webhook_replayed
