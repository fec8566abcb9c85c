from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast

T = TypeVar("T", bound="RestoreDefaultsRead")


@_dataclass
class RestoreDefaultsRead:
    """What is set here. Of a vault: what is null comes from the tenant's defaults.

    Attributes:
        resource_group_id (None | str): Of restored disks and new VMs; null: no default here.
        subnet_id (None | str): Of new VMs; null: no default here.
        staging_storage_account_id (None | str): The storage account in which a restore stages its files; null: no
            default here.
        updated_at (datetime.datetime | None): When it was set (UTC); null: nothing is set.
        updated_by (None | str): Who set it: the display name; null: nothing is set.
    """

    resource_group_id: None | str
    subnet_id: None | str
    staging_storage_account_id: None | str
    updated_at: datetime.datetime | None
    updated_by: None | str
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        resource_group_id: None | str
        resource_group_id = self.resource_group_id

        subnet_id: None | str
        subnet_id = self.subnet_id

        staging_storage_account_id: None | str
        staging_storage_account_id = self.staging_storage_account_id

        updated_at: None | str
        if isinstance(self.updated_at, datetime.datetime):
            updated_at = self.updated_at.isoformat()
        else:
            updated_at = self.updated_at

        updated_by: None | str
        updated_by = self.updated_by

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "resource_group_id": resource_group_id,
                "subnet_id": subnet_id,
                "staging_storage_account_id": staging_storage_account_id,
                "updated_at": updated_at,
                "updated_by": updated_by,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_resource_group_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        resource_group_id = _parse_resource_group_id(d.pop("resource_group_id"))

        def _parse_subnet_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        subnet_id = _parse_subnet_id(d.pop("subnet_id"))

        def _parse_staging_storage_account_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        staging_storage_account_id = _parse_staging_storage_account_id(d.pop("staging_storage_account_id"))

        def _parse_updated_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                updated_at_type_0 = datetime.datetime.fromisoformat(data)

                return updated_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        updated_at = _parse_updated_at(d.pop("updated_at"))

        def _parse_updated_by(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        updated_by = _parse_updated_by(d.pop("updated_by"))

        restore_defaults_read = cls(
            resource_group_id=resource_group_id,
            subnet_id=subnet_id,
            staging_storage_account_id=staging_storage_account_id,
            updated_at=updated_at,
            updated_by=updated_by,
        )

        restore_defaults_read.additional_properties = d
        return restore_defaults_read
