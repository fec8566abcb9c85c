from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import Any, Literal, TypeVar, cast

from ..types import UNSET, Unset

T = TypeVar("T", bound="DisksTargetBody")


@_dataclass
class DisksTargetBody:
    """Restore the disks as new managed disks.

    Attributes:
        mode (Literal['disks']): `disks`.
        resource_group_id (None | str | Unset): Left out: as the restore defaults of the vault or the tenant say.
        staging_storage_account_id (None | str | Unset): Left out: as the restore defaults of the vault or the tenant
            say.
        luns (list[int] | None | Unset): Null: every disk. Empty: the OS disk only. Else the OS disk and these.
        zone (None | str | Unset): Availability zone of what is restored: 1, 2 or 3. Null: none.
    """

    mode: Literal["disks"]
    resource_group_id: None | str | Unset = UNSET
    staging_storage_account_id: None | str | Unset = UNSET
    luns: list[int] | None | Unset = UNSET
    zone: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        mode = self.mode

        resource_group_id: None | str | Unset
        if isinstance(self.resource_group_id, Unset):
            resource_group_id = UNSET
        else:
            resource_group_id = self.resource_group_id

        staging_storage_account_id: None | str | Unset
        if isinstance(self.staging_storage_account_id, Unset):
            staging_storage_account_id = UNSET
        else:
            staging_storage_account_id = self.staging_storage_account_id

        luns: list[int] | None | Unset
        if isinstance(self.luns, Unset):
            luns = UNSET
        elif isinstance(self.luns, list):
            luns = self.luns

        else:
            luns = self.luns

        zone: None | str | Unset
        if isinstance(self.zone, Unset):
            zone = UNSET
        else:
            zone = self.zone

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "mode": mode,
            }
        )
        if resource_group_id is not UNSET:
            field_dict["resource_group_id"] = resource_group_id
        if staging_storage_account_id is not UNSET:
            field_dict["staging_storage_account_id"] = staging_storage_account_id
        if luns is not UNSET:
            field_dict["luns"] = luns
        if zone is not UNSET:
            field_dict["zone"] = zone

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        mode = cast(Literal["disks"], d.pop("mode"))
        if mode != "disks":
            raise ValueError(f"mode must match const 'disks', got '{mode}'")

        def _parse_resource_group_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        resource_group_id = _parse_resource_group_id(d.pop("resource_group_id", UNSET))

        def _parse_staging_storage_account_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        staging_storage_account_id = _parse_staging_storage_account_id(d.pop("staging_storage_account_id", UNSET))

        def _parse_luns(data: object) -> list[int] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                luns_type_0 = cast(list[int], data)

                return luns_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[int] | None | Unset, data)

        luns = _parse_luns(d.pop("luns", UNSET))

        def _parse_zone(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        zone = _parse_zone(d.pop("zone", UNSET))

        disks_target_body = cls(
            mode=mode,
            resource_group_id=resource_group_id,
            staging_storage_account_id=staging_storage_account_id,
            luns=luns,
            zone=zone,
        )

        return disks_target_body
