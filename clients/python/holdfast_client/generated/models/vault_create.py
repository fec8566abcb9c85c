from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..models.vault_create_immutability import VaultCreateImmutability, check_vault_create_immutability
from ..models.vault_create_redundancy import VaultCreateRedundancy, check_vault_create_redundancy
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.soft_delete import SoftDelete
    from ..models.vault_create_labels import VaultCreateLabels
    from ..models.vault_create_tags import VaultCreateTags


T = TypeVar("T", bound="VaultCreate")


@_dataclass
class VaultCreate:
    """A vault to create, or with `adopt` an existing one.

    Attributes:
        subscription_id (str): Id of the Azure subscription. Your tenant needs a grant of it.
        resource_group (str): Name of an existing resource group in that subscription.
        name (str): Name of the vault: unique in the resource group.
        reference (None | str | Unset): Your ticket; filter jobs by it.
        labels (VaultCreateLabels | Unset): Your own labels, at most 20; filter jobs by one of them
            (`label=name=value`).
        location (None | str | Unset): Required to create; read from Azure with `adopt`.
        redundancy (VaultCreateRedundancy | Unset): How often and where Azure keeps the data: `local` (one place),
            `zone`, or `geo` (also the paired region). Default: 'geo'.
        cross_region_restore (bool | Unset): Whether points can be restored in the paired region. Needs geo redundancy.
            Default: False.
        soft_delete (SoftDelete | Unset): How long deleted backup data can be undeleted.
        immutability (VaultCreateImmutability | Unset): `disabled`; `unlocked`: points cannot be deleted early, and this
            can be undone; `locked`: for ever. Default: 'disabled'.
        tags (VaultCreateTags | Unset): Azure's tags: names and values.
        adopt (bool | Unset): Take over a vault that exists in Azure, with its policies and protected items. Its
            settings are read, so they must not be sent; a location that is sent must be the vault's. Default: False.
    """

    subscription_id: str
    resource_group: str
    name: str
    reference: None | str | Unset = UNSET
    labels: VaultCreateLabels | Unset = UNSET
    location: None | str | Unset = UNSET
    redundancy: VaultCreateRedundancy | Unset = "geo"
    cross_region_restore: bool | Unset = False
    soft_delete: SoftDelete | Unset = UNSET
    immutability: VaultCreateImmutability | Unset = "disabled"
    tags: VaultCreateTags | Unset = UNSET
    adopt: bool | Unset = False

    def to_dict(self) -> dict[str, Any]:
        subscription_id = self.subscription_id

        resource_group = self.resource_group

        name = self.name

        reference: None | str | Unset
        if isinstance(self.reference, Unset):
            reference = UNSET
        else:
            reference = self.reference

        labels: dict[str, Any] | Unset = UNSET
        if not isinstance(self.labels, Unset):
            labels = self.labels.to_dict()

        location: None | str | Unset
        if isinstance(self.location, Unset):
            location = UNSET
        else:
            location = self.location

        redundancy: str | Unset = UNSET
        if not isinstance(self.redundancy, Unset):
            redundancy = self.redundancy

        cross_region_restore = self.cross_region_restore

        soft_delete: dict[str, Any] | Unset = UNSET
        if not isinstance(self.soft_delete, Unset):
            soft_delete = self.soft_delete.to_dict()

        immutability: str | Unset = UNSET
        if not isinstance(self.immutability, Unset):
            immutability = self.immutability

        tags: dict[str, Any] | Unset = UNSET
        if not isinstance(self.tags, Unset):
            tags = self.tags.to_dict()

        adopt = self.adopt

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "subscription_id": subscription_id,
                "resource_group": resource_group,
                "name": name,
            }
        )
        if reference is not UNSET:
            field_dict["reference"] = reference
        if labels is not UNSET:
            field_dict["labels"] = labels
        if location is not UNSET:
            field_dict["location"] = location
        if redundancy is not UNSET:
            field_dict["redundancy"] = redundancy
        if cross_region_restore is not UNSET:
            field_dict["cross_region_restore"] = cross_region_restore
        if soft_delete is not UNSET:
            field_dict["soft_delete"] = soft_delete
        if immutability is not UNSET:
            field_dict["immutability"] = immutability
        if tags is not UNSET:
            field_dict["tags"] = tags
        if adopt is not UNSET:
            field_dict["adopt"] = adopt

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.soft_delete import SoftDelete  # noqa: PLC0415
        from ..models.vault_create_labels import VaultCreateLabels  # noqa: PLC0415
        from ..models.vault_create_tags import VaultCreateTags  # noqa: PLC0415

        d = dict(src_dict)
        subscription_id = d.pop("subscription_id")

        resource_group = d.pop("resource_group")

        name = d.pop("name")

        def _parse_reference(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reference = _parse_reference(d.pop("reference", UNSET))

        _labels = d.pop("labels", UNSET)
        labels: VaultCreateLabels | Unset
        if isinstance(_labels, Unset):
            labels = UNSET
        else:
            labels = VaultCreateLabels.from_dict(_labels)

        def _parse_location(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        location = _parse_location(d.pop("location", UNSET))

        _redundancy = d.pop("redundancy", UNSET)
        redundancy: VaultCreateRedundancy | Unset
        if isinstance(_redundancy, Unset):
            redundancy = UNSET
        else:
            redundancy = check_vault_create_redundancy(_redundancy)

        cross_region_restore = d.pop("cross_region_restore", UNSET)

        _soft_delete = d.pop("soft_delete", UNSET)
        soft_delete: SoftDelete | Unset
        if isinstance(_soft_delete, Unset):
            soft_delete = UNSET
        else:
            soft_delete = SoftDelete.from_dict(_soft_delete)

        _immutability = d.pop("immutability", UNSET)
        immutability: VaultCreateImmutability | Unset
        if isinstance(_immutability, Unset):
            immutability = UNSET
        else:
            immutability = check_vault_create_immutability(_immutability)

        _tags = d.pop("tags", UNSET)
        tags: VaultCreateTags | Unset
        if isinstance(_tags, Unset):
            tags = UNSET
        else:
            tags = VaultCreateTags.from_dict(_tags)

        adopt = d.pop("adopt", UNSET)

        vault_create = cls(
            subscription_id=subscription_id,
            resource_group=resource_group,
            name=name,
            reference=reference,
            labels=labels,
            location=location,
            redundancy=redundancy,
            cross_region_restore=cross_region_restore,
            soft_delete=soft_delete,
            immutability=immutability,
            tags=tags,
            adopt=adopt,
        )

        return vault_create
