from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from ..models.estate_state import EstateState, check_estate_state

if TYPE_CHECKING:
    from ..models.disk_read import DiskRead
    from ..models.estate_elsewhere_read import EstateElsewhereRead
    from ..models.estate_vm_read_tags import EstateVmReadTags
    from ..models.vm_read import VmRead


T = TypeVar("T", bound="EstateVmRead")


@_dataclass
class EstateVmRead:
    """A virtual machine, and how it is backed up.

    Attributes:
        vm (VmRead): A virtual machine.
        location (str): Azure region of the VM.
        os (None | str): `linux` or `windows`; null: not known.
        size (None | str): Azure's VM size, such as Standard_D2s_v5; null: not known.
        disks (list[DiskRead]): Its disks, the OS disk included.
        tags (EstateVmReadTags): Azure's tags of the VM.
        state (EstateState): How a machine is backed up.
        protected_item_id (None | UUID): The protected item here; null: it is not protected by your tenant.
        vault_id (None | UUID): The vault here that protects it; null: none.
        elsewhere (EstateElsewhereRead | None): The vault that protects it and is not your tenant's; null: none is
            known.
        as_of (datetime.datetime): When the VM was last seen.
    """

    vm: VmRead
    location: str
    os: None | str
    size: None | str
    disks: list[DiskRead]
    tags: EstateVmReadTags
    state: EstateState
    protected_item_id: None | UUID
    vault_id: None | UUID
    elsewhere: EstateElsewhereRead | None
    as_of: datetime.datetime
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.estate_elsewhere_read import EstateElsewhereRead  # noqa: PLC0415

        vm = self.vm.to_dict()

        location = self.location

        os: None | str
        os = self.os

        size: None | str
        size = self.size

        disks = []
        for disks_item_data in self.disks:
            disks_item = disks_item_data.to_dict()
            disks.append(disks_item)

        tags = self.tags.to_dict()

        state: str = self.state

        protected_item_id: None | str
        if isinstance(self.protected_item_id, UUID):
            protected_item_id = str(self.protected_item_id)
        else:
            protected_item_id = self.protected_item_id

        vault_id: None | str
        if isinstance(self.vault_id, UUID):
            vault_id = str(self.vault_id)
        else:
            vault_id = self.vault_id

        elsewhere: dict[str, Any] | None
        if isinstance(self.elsewhere, EstateElsewhereRead):
            elsewhere = self.elsewhere.to_dict()
        else:
            elsewhere = self.elsewhere

        as_of = self.as_of.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "vm": vm,
                "location": location,
                "os": os,
                "size": size,
                "disks": disks,
                "tags": tags,
                "state": state,
                "protected_item_id": protected_item_id,
                "vault_id": vault_id,
                "elsewhere": elsewhere,
                "as_of": as_of,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.disk_read import DiskRead  # noqa: PLC0415
        from ..models.estate_elsewhere_read import EstateElsewhereRead  # noqa: PLC0415
        from ..models.estate_vm_read_tags import EstateVmReadTags  # noqa: PLC0415
        from ..models.vm_read import VmRead  # noqa: PLC0415

        d = dict(src_dict)
        vm = VmRead.from_dict(d.pop("vm"))

        location = d.pop("location")

        def _parse_os(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        os = _parse_os(d.pop("os"))

        def _parse_size(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        size = _parse_size(d.pop("size"))

        disks = []
        _disks = d.pop("disks")
        for disks_item_data in _disks:
            disks_item = DiskRead.from_dict(disks_item_data)

            disks.append(disks_item)

        tags = EstateVmReadTags.from_dict(d.pop("tags"))

        state = check_estate_state(d.pop("state"))

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

        def _parse_vault_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                vault_id_type_0 = UUID(data)

                return vault_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        vault_id = _parse_vault_id(d.pop("vault_id"))

        def _parse_elsewhere(data: object) -> EstateElsewhereRead | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                elsewhere_type_0 = EstateElsewhereRead.from_dict(data)

                return elsewhere_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(EstateElsewhereRead | None, data)

        elsewhere = _parse_elsewhere(d.pop("elsewhere"))

        as_of = datetime.datetime.fromisoformat(d.pop("as_of"))

        estate_vm_read = cls(
            vm=vm,
            location=location,
            os=os,
            size=size,
            disks=disks,
            tags=tags,
            state=state,
            protected_item_id=protected_item_id,
            vault_id=vault_id,
            elsewhere=elsewhere,
            as_of=as_of,
        )

        estate_vm_read.additional_properties = d
        return estate_vm_read
