from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..models.vault_update_immutability_type_0 import (
    VaultUpdateImmutabilityType0,
    check_vault_update_immutability_type_0,
)
from ..models.vault_update_redundancy_type_0 import VaultUpdateRedundancyType0, check_vault_update_redundancy_type_0
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.soft_delete_change import SoftDeleteChange
    from ..models.vault_update_labels import VaultUpdateLabels
    from ..models.vault_update_tags_type_0 import VaultUpdateTagsType0


T = TypeVar("T", bound="VaultUpdate")


@_dataclass
class VaultUpdate:
    """What to change. A field that is left out (or null) is not changed; tags are replaced as a whole.

    Attributes:
        reference (None | str | Unset): Your ticket; filter jobs by it.
        labels (VaultUpdateLabels | Unset): Your own labels, at most 20; filter jobs by one of them
            (`label=name=value`).
        redundancy (None | Unset | VaultUpdateRedundancyType0): Only while nothing is protected in the vault.
        cross_region_restore (bool | None | Unset): Needs geo redundancy.
        soft_delete (None | SoftDeleteChange | Unset): State, days, or both.
        immutability (None | Unset | VaultUpdateImmutabilityType0): To lock it: from unlocked, with `confirm`.
        tags (None | Unset | VaultUpdateTagsType0): All tags of the vault; what is left out is removed.
        confirm (bool | Unset): Locking immutability cannot be undone, so it is confirmed. Default: False.
    """

    reference: None | str | Unset = UNSET
    labels: VaultUpdateLabels | Unset = UNSET
    redundancy: None | Unset | VaultUpdateRedundancyType0 = UNSET
    cross_region_restore: bool | None | Unset = UNSET
    soft_delete: None | SoftDeleteChange | Unset = UNSET
    immutability: None | Unset | VaultUpdateImmutabilityType0 = UNSET
    tags: None | Unset | VaultUpdateTagsType0 = UNSET
    confirm: bool | Unset = False

    def to_dict(self) -> dict[str, Any]:
        from ..models.soft_delete_change import SoftDeleteChange  # noqa: PLC0415
        from ..models.vault_update_tags_type_0 import VaultUpdateTagsType0  # noqa: PLC0415

        reference: None | str | Unset
        if isinstance(self.reference, Unset):
            reference = UNSET
        else:
            reference = self.reference

        labels: dict[str, Any] | Unset = UNSET
        if not isinstance(self.labels, Unset):
            labels = self.labels.to_dict()

        redundancy: None | str | Unset
        if isinstance(self.redundancy, Unset):
            redundancy = UNSET
        elif isinstance(self.redundancy, str):
            redundancy = self.redundancy
        else:
            redundancy = self.redundancy

        cross_region_restore: bool | None | Unset
        if isinstance(self.cross_region_restore, Unset):
            cross_region_restore = UNSET
        else:
            cross_region_restore = self.cross_region_restore

        soft_delete: dict[str, Any] | None | Unset
        if isinstance(self.soft_delete, Unset):
            soft_delete = UNSET
        elif isinstance(self.soft_delete, SoftDeleteChange):
            soft_delete = self.soft_delete.to_dict()
        else:
            soft_delete = self.soft_delete

        immutability: None | str | Unset
        if isinstance(self.immutability, Unset):
            immutability = UNSET
        elif isinstance(self.immutability, str):
            immutability = self.immutability
        else:
            immutability = self.immutability

        tags: dict[str, Any] | None | Unset
        if isinstance(self.tags, Unset):
            tags = UNSET
        elif isinstance(self.tags, VaultUpdateTagsType0):
            tags = self.tags.to_dict()
        else:
            tags = self.tags

        confirm = self.confirm

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if reference is not UNSET:
            field_dict["reference"] = reference
        if labels is not UNSET:
            field_dict["labels"] = labels
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
        if confirm is not UNSET:
            field_dict["confirm"] = confirm

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.soft_delete_change import SoftDeleteChange  # noqa: PLC0415
        from ..models.vault_update_labels import VaultUpdateLabels  # noqa: PLC0415
        from ..models.vault_update_tags_type_0 import VaultUpdateTagsType0  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_reference(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reference = _parse_reference(d.pop("reference", UNSET))

        _labels = d.pop("labels", UNSET)
        labels: VaultUpdateLabels | Unset
        if isinstance(_labels, Unset):
            labels = UNSET
        else:
            labels = VaultUpdateLabels.from_dict(_labels)

        def _parse_redundancy(data: object) -> None | Unset | VaultUpdateRedundancyType0:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                redundancy_type_0 = check_vault_update_redundancy_type_0(data)

                return redundancy_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | VaultUpdateRedundancyType0, data)

        redundancy = _parse_redundancy(d.pop("redundancy", UNSET))

        def _parse_cross_region_restore(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        cross_region_restore = _parse_cross_region_restore(d.pop("cross_region_restore", UNSET))

        def _parse_soft_delete(data: object) -> None | SoftDeleteChange | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                soft_delete_type_0 = SoftDeleteChange.from_dict(data)

                return soft_delete_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | SoftDeleteChange | Unset, data)

        soft_delete = _parse_soft_delete(d.pop("soft_delete", UNSET))

        def _parse_immutability(data: object) -> None | Unset | VaultUpdateImmutabilityType0:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                immutability_type_0 = check_vault_update_immutability_type_0(data)

                return immutability_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | VaultUpdateImmutabilityType0, data)

        immutability = _parse_immutability(d.pop("immutability", UNSET))

        def _parse_tags(data: object) -> None | Unset | VaultUpdateTagsType0:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                tags_type_0 = VaultUpdateTagsType0.from_dict(data)

                return tags_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | VaultUpdateTagsType0, data)

        tags = _parse_tags(d.pop("tags", UNSET))

        confirm = d.pop("confirm", UNSET)

        vault_update = cls(
            reference=reference,
            labels=labels,
            redundancy=redundancy,
            cross_region_restore=cross_region_restore,
            soft_delete=soft_delete,
            immutability=immutability,
            tags=tags,
            confirm=confirm,
        )

        return vault_update
