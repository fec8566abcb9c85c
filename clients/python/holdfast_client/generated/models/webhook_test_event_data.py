from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar
from uuid import UUID

T = TypeVar("T", bound="WebhookTestEventData")


@_dataclass
class WebhookTestEventData:
    """What a test sends.

    Attributes:
        webhook_id (UUID): Id of the webhook that is tested.
    """

    webhook_id: UUID
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        webhook_id = str(self.webhook_id)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "webhook_id": webhook_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        webhook_id = UUID(d.pop("webhook_id"))

        webhook_test_event_data = cls(
            webhook_id=webhook_id,
        )

        webhook_test_event_data.additional_properties = d
        return webhook_test_event_data
