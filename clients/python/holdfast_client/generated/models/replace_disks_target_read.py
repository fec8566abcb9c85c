from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import Any, Literal, TypeVar, cast

T = TypeVar("T", bound="ReplaceDisksTargetRead")


@_dataclass
class ReplaceDisksTargetRead:
    """The source VM's own disks are replaced.

    Attributes:
        mode (Literal['replace_disks']): `replace_disks`.
        confirm_vm_id (str): The source VM's id again, as a confirmation: another id is refused.
        staging_storage_account_id (str): ARM id of the storage account through which Azure restores: in the vault's
            region, and not zone-redundant.
    """

    mode: Literal["replace_disks"]
    confirm_vm_id: str
    staging_storage_account_id: str

    def to_dict(self) -> dict[str, Any]:
        mode = self.mode

        confirm_vm_id = self.confirm_vm_id

        staging_storage_account_id = self.staging_storage_account_id

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "mode": mode,
                "confirm_vm_id": confirm_vm_id,
                "staging_storage_account_id": staging_storage_account_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        mode = cast(Literal["replace_disks"], d.pop("mode"))
        if mode != "replace_disks":
            raise ValueError(f"mode must match const 'replace_disks', got '{mode}'")

        confirm_vm_id = d.pop("confirm_vm_id")

        staging_storage_account_id = d.pop("staging_storage_account_id")

        replace_disks_target_read = cls(
            mode=mode,
            confirm_vm_id=confirm_vm_id,
            staging_storage_account_id=staging_storage_account_id,
        )

        return replace_disks_target_read
