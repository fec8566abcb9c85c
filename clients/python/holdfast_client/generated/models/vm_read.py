from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast

T = TypeVar("T", bound="VmRead")


@_dataclass
class VmRead:
    """A virtual machine.

    Attributes:
        id (None | str): Its ARM id; null where its subscription is not known: Azure lists the job of a VM that is no
            item here by resource group and name, both in lower case.
        name (str): Name of the virtual machine.
        resource_group (str): Name of its resource group.
        subscription_id (None | str): Id of its subscription; null: not known.
    """

    id: None | str
    name: str
    resource_group: str
    subscription_id: None | str
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id: None | str
        id = self.id

        name = self.name

        resource_group = self.resource_group

        subscription_id: None | str
        subscription_id = self.subscription_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "name": name,
                "resource_group": resource_group,
                "subscription_id": subscription_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        id = _parse_id(d.pop("id"))

        name = d.pop("name")

        resource_group = d.pop("resource_group")

        def _parse_subscription_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        subscription_id = _parse_subscription_id(d.pop("subscription_id"))

        vm_read = cls(
            id=id,
            name=name,
            resource_group=resource_group,
            subscription_id=subscription_id,
        )

        vm_read.additional_properties = d
        return vm_read
