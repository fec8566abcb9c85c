from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

if TYPE_CHECKING:
    from ..models.vm_read import VmRead


T = TypeVar("T", bound="BulkTargetName")


@_dataclass
class BulkTargetName:
    """What a target is.

    Attributes:
        protected_item_id (None | UUID): Null: a VM without an item (of protect, see its job).
        vm_id (str): ARM id of the virtual machine, in any letter case.
        vm (VmRead): A virtual machine.
    """

    protected_item_id: None | UUID
    vm_id: str
    vm: VmRead
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        protected_item_id: None | str
        if isinstance(self.protected_item_id, UUID):
            protected_item_id = str(self.protected_item_id)
        else:
            protected_item_id = self.protected_item_id

        vm_id = self.vm_id

        vm = self.vm.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "protected_item_id": protected_item_id,
                "vm_id": vm_id,
                "vm": vm,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.vm_read import VmRead  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_protected_item_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                protected_item_id_type_0 = UUID(data)

                return protected_item_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        protected_item_id = _parse_protected_item_id(d.pop("protected_item_id"))

        vm_id = d.pop("vm_id")

        vm = VmRead.from_dict(d.pop("vm"))

        bulk_target_name = cls(
            protected_item_id=protected_item_id,
            vm_id=vm_id,
            vm=vm,
        )

        bulk_target_name.additional_properties = d
        return bulk_target_name
