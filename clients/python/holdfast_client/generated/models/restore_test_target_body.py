from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import Any, TypeVar, cast

from ..types import UNSET, Unset

T = TypeVar("T", bound="RestoreTestTargetBody")


@_dataclass
class RestoreTestTargetBody:
    """Where VMs are restored to. The network must be isolated from production: it is looked at before each restore.

    Attributes:
        resource_group_id (str): ARM id of the resource group in which it is made. Your tenant needs a grant of it.
        subnet_id (str): ARM id of the subnet that the new VM is connected to.
        staging_storage_account_id (str): ARM id of the storage account through which Azure restores: in the vault's
            region, and not zone-redundant.
        zone (None | str | Unset): Availability zone of what is restored: 1, 2 or 3. Null: none.
        allow_internet (bool | Unset): Accept a security group that lets out to the internet: a restored VM then reaches
            what the real one reaches there, as that one. Default: False.
    """

    resource_group_id: str
    subnet_id: str
    staging_storage_account_id: str
    zone: None | str | Unset = UNSET
    allow_internet: bool | Unset = False

    def to_dict(self) -> dict[str, Any]:
        resource_group_id = self.resource_group_id

        subnet_id = self.subnet_id

        staging_storage_account_id = self.staging_storage_account_id

        zone: None | str | Unset
        if isinstance(self.zone, Unset):
            zone = UNSET
        else:
            zone = self.zone

        allow_internet = self.allow_internet

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "resource_group_id": resource_group_id,
                "subnet_id": subnet_id,
                "staging_storage_account_id": staging_storage_account_id,
            }
        )
        if zone is not UNSET:
            field_dict["zone"] = zone
        if allow_internet is not UNSET:
            field_dict["allow_internet"] = allow_internet

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        resource_group_id = d.pop("resource_group_id")

        subnet_id = d.pop("subnet_id")

        staging_storage_account_id = d.pop("staging_storage_account_id")

        def _parse_zone(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        zone = _parse_zone(d.pop("zone", UNSET))

        allow_internet = d.pop("allow_internet", UNSET)

        restore_test_target_body = cls(
            resource_group_id=resource_group_id,
            subnet_id=subnet_id,
            staging_storage_account_id=staging_storage_account_id,
            zone=zone,
            allow_internet=allow_internet,
        )

        return restore_test_target_body
