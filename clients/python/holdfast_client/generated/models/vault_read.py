from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from ..models.vault_read_immutability_type_0 import VaultReadImmutabilityType0, check_vault_read_immutability_type_0
from ..models.vault_read_redundancy_type_0 import VaultReadRedundancyType0, check_vault_read_redundancy_type_0
from ..models.vault_read_state import VaultReadState, check_vault_read_state

if TYPE_CHECKING:
    from ..models.soft_delete import SoftDelete
    from ..models.vault_read_tags import VaultReadTags


T = TypeVar("T", bound="VaultRead")


@_dataclass
class VaultRead:
    """A vault.

    Attributes:
        id (UUID): Its id: a UUID, in the order of creation. The vault is at /v1/vaults/{id}.
        arm_id (str): ARM id in Azure.
        subscription_id (str): Id of the Azure subscription.
        resource_group (str): Name of the Azure resource group, in any letter case.
        name (str): Name of the vault in Azure.
        location (str): Azure region, such as `northeurope`.
        state (VaultReadState): `ready`: it can be used. In the other states a job is under way.
        redundancy (None | VaultReadRedundancyType0): How often and where Azure keeps the data; null: not read yet.
        cross_region_restore (bool | None): Whether points can be restored in the paired region; null: not read yet.
        soft_delete (None | SoftDelete): How long deleted backup data can be undeleted; null: not read yet.
        immutability (None | VaultReadImmutabilityType0): Whether points are protected against early deletion; null: not
            read yet.
        tags (VaultReadTags): Azure's tags of the vault.
        created_at (datetime.datetime): When it was created (UTC).
        updated_at (datetime.datetime): When it last changed here (UTC).
        as_of (datetime.datetime | None): When this was last read from Azure; null while it is being created.
    """

    id: UUID
    arm_id: str
    subscription_id: str
    resource_group: str
    name: str
    location: str
    state: VaultReadState
    redundancy: None | VaultReadRedundancyType0
    cross_region_restore: bool | None
    soft_delete: None | SoftDelete
    immutability: None | VaultReadImmutabilityType0
    tags: VaultReadTags
    created_at: datetime.datetime
    updated_at: datetime.datetime
    as_of: datetime.datetime | None
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.soft_delete import SoftDelete  # noqa: PLC0415

        id = str(self.id)

        arm_id = self.arm_id

        subscription_id = self.subscription_id

        resource_group = self.resource_group

        name = self.name

        location = self.location

        state: str = self.state

        redundancy: None | str
        if isinstance(self.redundancy, str):
            redundancy = self.redundancy
        else:
            redundancy = self.redundancy

        cross_region_restore: bool | None
        cross_region_restore = self.cross_region_restore

        soft_delete: dict[str, Any] | None
        if isinstance(self.soft_delete, SoftDelete):
            soft_delete = self.soft_delete.to_dict()
        else:
            soft_delete = self.soft_delete

        immutability: None | str
        if isinstance(self.immutability, str):
            immutability = self.immutability
        else:
            immutability = self.immutability

        tags = self.tags.to_dict()

        created_at = self.created_at.isoformat()

        updated_at = self.updated_at.isoformat()

        as_of: None | str
        if isinstance(self.as_of, datetime.datetime):
            as_of = self.as_of.isoformat()
        else:
            as_of = self.as_of

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "arm_id": arm_id,
                "subscription_id": subscription_id,
                "resource_group": resource_group,
                "name": name,
                "location": location,
                "state": state,
                "redundancy": redundancy,
                "cross_region_restore": cross_region_restore,
                "soft_delete": soft_delete,
                "immutability": immutability,
                "tags": tags,
                "created_at": created_at,
                "updated_at": updated_at,
                "as_of": as_of,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.soft_delete import SoftDelete  # noqa: PLC0415
        from ..models.vault_read_tags import VaultReadTags  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        arm_id = d.pop("arm_id")

        subscription_id = d.pop("subscription_id")

        resource_group = d.pop("resource_group")

        name = d.pop("name")

        location = d.pop("location")

        state = check_vault_read_state(d.pop("state"))

        def _parse_redundancy(data: object) -> None | VaultReadRedundancyType0:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                redundancy_type_0 = check_vault_read_redundancy_type_0(data)

                return redundancy_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | VaultReadRedundancyType0, data)

        redundancy = _parse_redundancy(d.pop("redundancy"))

        def _parse_cross_region_restore(data: object) -> bool | None:
            if data is None:
                return data
            return cast(bool | None, data)

        cross_region_restore = _parse_cross_region_restore(d.pop("cross_region_restore"))

        def _parse_soft_delete(data: object) -> None | SoftDelete:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                soft_delete_type_0 = SoftDelete.from_dict(data)

                return soft_delete_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | SoftDelete, data)

        soft_delete = _parse_soft_delete(d.pop("soft_delete"))

        def _parse_immutability(data: object) -> None | VaultReadImmutabilityType0:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                immutability_type_0 = check_vault_read_immutability_type_0(data)

                return immutability_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | VaultReadImmutabilityType0, data)

        immutability = _parse_immutability(d.pop("immutability"))

        tags = VaultReadTags.from_dict(d.pop("tags"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        def _parse_as_of(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                as_of_type_0 = datetime.datetime.fromisoformat(data)

                return as_of_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        as_of = _parse_as_of(d.pop("as_of"))

        vault_read = cls(
            id=id,
            arm_id=arm_id,
            subscription_id=subscription_id,
            resource_group=resource_group,
            name=name,
            location=location,
            state=state,
            redundancy=redundancy,
            cross_region_restore=cross_region_restore,
            soft_delete=soft_delete,
            immutability=immutability,
            tags=tags,
            created_at=created_at,
            updated_at=updated_at,
            as_of=as_of,
        )

        vault_read.additional_properties = d
        return vault_read
