from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar

T = TypeVar("T", bound="UnprotectedVm")


@_dataclass
class UnprotectedVm:
    """A VM that the vault could protect and that is not protected yet.

    Attributes:
        vm_id (str): ARM id of the virtual machine, in any letter case.
        resource_group (str): Name of the Azure resource group, in any letter case.
        name (str): Name of the VM.
        as_of (datetime.datetime): When Azure said so (UTC).
    """

    vm_id: str
    resource_group: str
    name: str
    as_of: datetime.datetime
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        vm_id = self.vm_id

        resource_group = self.resource_group

        name = self.name

        as_of = self.as_of.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "vm_id": vm_id,
                "resource_group": resource_group,
                "name": name,
                "as_of": as_of,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        vm_id = d.pop("vm_id")

        resource_group = d.pop("resource_group")

        name = d.pop("name")

        as_of = datetime.datetime.fromisoformat(d.pop("as_of"))

        unprotected_vm = cls(
            vm_id=vm_id,
            resource_group=resource_group,
            name=name,
            as_of=as_of,
        )

        unprotected_vm.additional_properties = d
        return unprotected_vm
