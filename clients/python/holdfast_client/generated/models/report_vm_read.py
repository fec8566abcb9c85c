from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar

T = TypeVar("T", bound="ReportVmRead")


@_dataclass
class ReportVmRead:
    """The VM of an item.

    Attributes:
        id (str): ARM id of the VM.
        name (str): Name of the VM.
        resource_group (str): Name of the Azure resource group, in any letter case.
        subscription_id (str): Id of the Azure subscription.
    """

    id: str
    name: str
    resource_group: str
    subscription_id: str
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        resource_group = self.resource_group

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
        id = d.pop("id")

        name = d.pop("name")

        resource_group = d.pop("resource_group")

        subscription_id = d.pop("subscription_id")

        report_vm_read = cls(
            id=id,
            name=name,
            resource_group=resource_group,
            subscription_id=subscription_id,
        )

        report_vm_read.additional_properties = d
        return report_vm_read
