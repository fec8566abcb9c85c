from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar

T = TypeVar("T", bound="WebhookSecret")


@_dataclass
class WebhookSecret:
    """The new secret, shown now and never again.

    Attributes:
        secret (str): Verifies deliveries (Standard Webhooks). It is not shown again.
        previous_valid_until (datetime.datetime): Until when deliveries carry a signature of the old secret as well
            (UTC).
    """

    secret: str
    previous_valid_until: datetime.datetime
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        secret = self.secret

        previous_valid_until = self.previous_valid_until.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "secret": secret,
                "previous_valid_until": previous_valid_until,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        secret = d.pop("secret")

        previous_valid_until = datetime.datetime.fromisoformat(d.pop("previous_valid_until"))

        webhook_secret = cls(
            secret=secret,
            previous_valid_until=previous_valid_until,
        )

        webhook_secret.additional_properties = d
        return webhook_secret
