from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import Any, TypeVar, cast

from ..types import UNSET, Unset

T = TypeVar("T", bound="RestoreDefaultsBody")


@_dataclass
class RestoreDefaultsBody:
    """Where restores go that do not say it. Null, or left out: no default here.

    Attributes:
        resource_group_id (None | str | Unset): Of restored disks and new VMs.
        subnet_id (None | str | Unset): Of new VMs.
        staging_storage_account_id (None | str | Unset): The storage account in which a restore stages its files.
    """

    resource_group_id: None | str | Unset = UNSET
    subnet_id: None | str | Unset = UNSET
    staging_storage_account_id: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        resource_group_id: None | str | Unset
        if isinstance(self.resource_group_id, Unset):
            resource_group_id = UNSET
        else:
            resource_group_id = self.resource_group_id

        subnet_id: None | str | Unset
        if isinstance(self.subnet_id, Unset):
            subnet_id = UNSET
        else:
            subnet_id = self.subnet_id

        staging_storage_account_id: None | str | Unset
        if isinstance(self.staging_storage_account_id, Unset):
            staging_storage_account_id = UNSET
        else:
            staging_storage_account_id = self.staging_storage_account_id

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if resource_group_id is not UNSET:
            field_dict["resource_group_id"] = resource_group_id
        if subnet_id is not UNSET:
            field_dict["subnet_id"] = subnet_id
        if staging_storage_account_id is not UNSET:
            field_dict["staging_storage_account_id"] = staging_storage_account_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_resource_group_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        resource_group_id = _parse_resource_group_id(d.pop("resource_group_id", UNSET))

        def _parse_subnet_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        subnet_id = _parse_subnet_id(d.pop("subnet_id", UNSET))

        def _parse_staging_storage_account_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        staging_storage_account_id = _parse_staging_storage_account_id(d.pop("staging_storage_account_id", UNSET))

        restore_defaults_body = cls(
            resource_group_id=resource_group_id,
            subnet_id=subnet_id,
            staging_storage_account_id=staging_storage_account_id,
        )

        return restore_defaults_body
