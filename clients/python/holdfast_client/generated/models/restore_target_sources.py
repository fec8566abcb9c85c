from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast

from ..models.restore_target_sources_resource_group_id_type_0 import (
    RestoreTargetSourcesResourceGroupIdType0,
    check_restore_target_sources_resource_group_id_type_0,
)
from ..models.restore_target_sources_staging_storage_account_id_type_0 import (
    RestoreTargetSourcesStagingStorageAccountIdType0,
    check_restore_target_sources_staging_storage_account_id_type_0,
)
from ..models.restore_target_sources_subnet_id_type_0 import (
    RestoreTargetSourcesSubnetIdType0,
    check_restore_target_sources_subnet_id_type_0,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="RestoreTargetSources")


@_dataclass
class RestoreTargetSources:
    """Where each id of a target comes from; null: a target of this mode does not have it.

    Attributes:
        resource_group_id (None | RestoreTargetSourcesResourceGroupIdType0 | Unset): `request`, or the restore defaults
            of the `vault` or the `tenant`; null: the mode does not have it.
        subnet_id (None | RestoreTargetSourcesSubnetIdType0 | Unset): `request`, or the restore defaults of the `vault`
            or the `tenant`; null: the mode does not have it.
        staging_storage_account_id (None | RestoreTargetSourcesStagingStorageAccountIdType0 | Unset): `request`, or the
            restore defaults of the `vault` or the `tenant`; null: the mode does not have it.
    """

    resource_group_id: None | RestoreTargetSourcesResourceGroupIdType0 | Unset = UNSET
    subnet_id: None | RestoreTargetSourcesSubnetIdType0 | Unset = UNSET
    staging_storage_account_id: None | RestoreTargetSourcesStagingStorageAccountIdType0 | Unset = UNSET
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        resource_group_id: None | str | Unset
        if isinstance(self.resource_group_id, Unset):
            resource_group_id = UNSET
        elif isinstance(self.resource_group_id, str):
            resource_group_id = self.resource_group_id
        else:
            resource_group_id = self.resource_group_id

        subnet_id: None | str | Unset
        if isinstance(self.subnet_id, Unset):
            subnet_id = UNSET
        elif isinstance(self.subnet_id, str):
            subnet_id = self.subnet_id
        else:
            subnet_id = self.subnet_id

        staging_storage_account_id: None | str | Unset
        if isinstance(self.staging_storage_account_id, Unset):
            staging_storage_account_id = UNSET
        elif isinstance(self.staging_storage_account_id, str):
            staging_storage_account_id = self.staging_storage_account_id
        else:
            staging_storage_account_id = self.staging_storage_account_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
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

        def _parse_resource_group_id(data: object) -> None | RestoreTargetSourcesResourceGroupIdType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                resource_group_id_type_0 = check_restore_target_sources_resource_group_id_type_0(data)

                return resource_group_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RestoreTargetSourcesResourceGroupIdType0 | Unset, data)

        resource_group_id = _parse_resource_group_id(d.pop("resource_group_id", UNSET))

        def _parse_subnet_id(data: object) -> None | RestoreTargetSourcesSubnetIdType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                subnet_id_type_0 = check_restore_target_sources_subnet_id_type_0(data)

                return subnet_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RestoreTargetSourcesSubnetIdType0 | Unset, data)

        subnet_id = _parse_subnet_id(d.pop("subnet_id", UNSET))

        def _parse_staging_storage_account_id(
            data: object,
        ) -> None | RestoreTargetSourcesStagingStorageAccountIdType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                staging_storage_account_id_type_0 = check_restore_target_sources_staging_storage_account_id_type_0(data)

                return staging_storage_account_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RestoreTargetSourcesStagingStorageAccountIdType0 | Unset, data)

        staging_storage_account_id = _parse_staging_storage_account_id(d.pop("staging_storage_account_id", UNSET))

        restore_target_sources = cls(
            resource_group_id=resource_group_id,
            subnet_id=subnet_id,
            staging_storage_account_id=staging_storage_account_id,
        )

        restore_target_sources.additional_properties = d
        return restore_target_sources
