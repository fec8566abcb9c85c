from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import Any, Literal, TypeVar, cast

from ..types import UNSET, Unset

T = TypeVar("T", bound="RecoveryDisksTargetBody")


@_dataclass
class RecoveryDisksTargetBody:
    """Restore the disks of each member as new managed disks.

    Attributes:
        mode (Literal['disks']): `disks`.
        resource_group_id (str): ARM id of the resource group in which it is made. Your tenant needs a grant of it.
        staging_storage_account_id (str): ARM id of the storage account through which Azure restores: in the vault's
            region, and not zone-redundant.
        zone (None | str | Unset): Availability zone of what is restored: 1, 2 or 3. Null: none.
    """

    mode: Literal["disks"]
    resource_group_id: str
    staging_storage_account_id: str
    zone: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        mode = self.mode

        resource_group_id = self.resource_group_id

        staging_storage_account_id = self.staging_storage_account_id

        zone: None | str | Unset
        if isinstance(self.zone, Unset):
            zone = UNSET
        else:
            zone = self.zone

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "mode": mode,
                "resource_group_id": resource_group_id,
                "staging_storage_account_id": staging_storage_account_id,
            }
        )
        if zone is not UNSET:
            field_dict["zone"] = zone

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        mode = cast(Literal["disks"], d.pop("mode"))
        if mode != "disks":
            raise ValueError(f"mode must match const 'disks', got '{mode}'")

        resource_group_id = d.pop("resource_group_id")

        staging_storage_account_id = d.pop("staging_storage_account_id")

        def _parse_zone(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        zone = _parse_zone(d.pop("zone", UNSET))

        recovery_disks_target_body = cls(
            mode=mode,
            resource_group_id=resource_group_id,
            staging_storage_account_id=staging_storage_account_id,
            zone=zone,
        )

        return recovery_disks_target_body
