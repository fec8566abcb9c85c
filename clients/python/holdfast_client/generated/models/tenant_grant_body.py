from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import Any, TypeVar, cast

from ..types import UNSET, Unset

T = TypeVar("T", bound="TenantGrantBody")


@_dataclass
class TenantGrantBody:
    """A whole subscription, or one resource group of it.

    Attributes:
        subscription_id (str): Id of the Azure subscription.
        resource_group (None | str | Unset): A resource group of it; null: the whole subscription.
    """

    subscription_id: str
    resource_group: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        subscription_id = self.subscription_id

        resource_group: None | str | Unset
        if isinstance(self.resource_group, Unset):
            resource_group = UNSET
        else:
            resource_group = self.resource_group

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "subscription_id": subscription_id,
            }
        )
        if resource_group is not UNSET:
            field_dict["resource_group"] = resource_group

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        subscription_id = d.pop("subscription_id")

        def _parse_resource_group(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        resource_group = _parse_resource_group(d.pop("resource_group", UNSET))

        tenant_grant_body = cls(
            subscription_id=subscription_id,
            resource_group=resource_group,
        )

        return tenant_grant_body
