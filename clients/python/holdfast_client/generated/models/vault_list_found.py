from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.vault_names_found import VaultNamesFound


T = TypeVar("T", bound="VaultListFound")


@_dataclass
class VaultListFound:
    """How Azure's list differed from what Holdfast had.

    Attributes:
        in_azure (int): How many Azure has.
        new (VaultNamesFound): How many, and the first names.
        changed (VaultNamesFound): How many, and the first names.
        gone (VaultNamesFound): How many, and the first names.
        unproven (VaultNamesFound | Unset): How many, and the first names.
    """

    in_azure: int
    new: VaultNamesFound
    changed: VaultNamesFound
    gone: VaultNamesFound
    unproven: VaultNamesFound | Unset = UNSET
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        in_azure = self.in_azure

        new = self.new.to_dict()

        changed = self.changed.to_dict()

        gone = self.gone.to_dict()

        unproven: dict[str, Any] | Unset = UNSET
        if not isinstance(self.unproven, Unset):
            unproven = self.unproven.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "in_azure": in_azure,
                "new": new,
                "changed": changed,
                "gone": gone,
            }
        )
        if unproven is not UNSET:
            field_dict["unproven"] = unproven

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.vault_names_found import VaultNamesFound  # noqa: PLC0415

        d = dict(src_dict)
        in_azure = d.pop("in_azure")

        new = VaultNamesFound.from_dict(d.pop("new"))

        changed = VaultNamesFound.from_dict(d.pop("changed"))

        gone = VaultNamesFound.from_dict(d.pop("gone"))

        _unproven = d.pop("unproven", UNSET)
        unproven: VaultNamesFound | Unset
        if isinstance(_unproven, Unset):
            unproven = UNSET
        else:
            unproven = VaultNamesFound.from_dict(_unproven)

        vault_list_found = cls(
            in_azure=in_azure,
            new=new,
            changed=changed,
            gone=gone,
            unproven=unproven,
        )

        vault_list_found.additional_properties = d
        return vault_list_found
