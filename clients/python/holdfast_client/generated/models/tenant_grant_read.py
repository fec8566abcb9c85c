from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast

T = TypeVar("T", bound="TenantGrantRead")


@_dataclass
class TenantGrantRead:
    """A whole subscription, or one resource group of it (null: the whole subscription).

    Attributes:
        subscription_id (str): `*`: everything; only the tenants that simulator mode makes by itself.
        resource_group (None | str): null: the whole subscription.
    """

    subscription_id: str
    resource_group: None | str
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        subscription_id = self.subscription_id

        resource_group: None | str
        resource_group = self.resource_group

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "subscription_id": subscription_id,
                "resource_group": resource_group,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        subscription_id = d.pop("subscription_id")

        def _parse_resource_group(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        resource_group = _parse_resource_group(d.pop("resource_group"))

        tenant_grant_read = cls(
            subscription_id=subscription_id,
            resource_group=resource_group,
        )

        tenant_grant_read.additional_properties = d
        return tenant_grant_read
