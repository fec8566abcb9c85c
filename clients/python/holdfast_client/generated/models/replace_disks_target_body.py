from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import Any, Literal, TypeVar, cast

from ..types import UNSET, Unset

T = TypeVar("T", bound="ReplaceDisksTargetBody")


@_dataclass
class ReplaceDisksTargetBody:
    """Replace the source VM's own disks. Destructive: the VM's present data is replaced by the point's.

    Attributes:
        mode (Literal['replace_disks']): `replace_disks`.
        confirm_vm_id (str): The source VM's id again, as a confirmation: another id is refused.
        staging_storage_account_id (None | str | Unset): Left out: as the restore defaults of the vault or the tenant
            say.
    """

    mode: Literal["replace_disks"]
    confirm_vm_id: str
    staging_storage_account_id: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        mode = self.mode

        confirm_vm_id = self.confirm_vm_id

        staging_storage_account_id: None | str | Unset
        if isinstance(self.staging_storage_account_id, Unset):
            staging_storage_account_id = UNSET
        else:
            staging_storage_account_id = self.staging_storage_account_id

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "mode": mode,
                "confirm_vm_id": confirm_vm_id,
            }
        )
        if staging_storage_account_id is not UNSET:
            field_dict["staging_storage_account_id"] = staging_storage_account_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        mode = cast(Literal["replace_disks"], d.pop("mode"))
        if mode != "replace_disks":
            raise ValueError(f"mode must match const 'replace_disks', got '{mode}'")

        confirm_vm_id = d.pop("confirm_vm_id")

        def _parse_staging_storage_account_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        staging_storage_account_id = _parse_staging_storage_account_id(d.pop("staging_storage_account_id", UNSET))

        replace_disks_target_body = cls(
            mode=mode,
            confirm_vm_id=confirm_vm_id,
            staging_storage_account_id=staging_storage_account_id,
        )

        return replace_disks_target_body
