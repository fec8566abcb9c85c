from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.item_disks_body import ItemDisksBody
    from ..models.protected_item_create_labels import ProtectedItemCreateLabels


T = TypeVar("T", bound="ProtectedItemCreate")


@_dataclass
class ProtectedItemCreate:
    """A VM to protect.

    Attributes:
        vm_id (str): ARM id of the VM, in any letter case: in the vault's region and subscription.
        policy_id (UUID): The policy it shall follow. It names the vault, too.
        reference (None | str | Unset): Your ticket; filter jobs by it.
        labels (ProtectedItemCreateLabels | Unset): Your own labels, at most 20; filter jobs by one of them
            (`label=name=value`).
        vault_id (None | Unset | UUID): Optional: the policy belongs to one vault.
        disks (ItemDisksBody | None | Unset): Which data disks to back up; left out: all.
    """

    vm_id: str
    policy_id: UUID
    reference: None | str | Unset = UNSET
    labels: ProtectedItemCreateLabels | Unset = UNSET
    vault_id: None | Unset | UUID = UNSET
    disks: ItemDisksBody | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.item_disks_body import ItemDisksBody  # noqa: PLC0415

        vm_id = self.vm_id

        policy_id = str(self.policy_id)

        reference: None | str | Unset
        if isinstance(self.reference, Unset):
            reference = UNSET
        else:
            reference = self.reference

        labels: dict[str, Any] | Unset = UNSET
        if not isinstance(self.labels, Unset):
            labels = self.labels.to_dict()

        vault_id: None | str | Unset
        if isinstance(self.vault_id, Unset):
            vault_id = UNSET
        elif isinstance(self.vault_id, UUID):
            vault_id = str(self.vault_id)
        else:
            vault_id = self.vault_id

        disks: dict[str, Any] | None | Unset
        if isinstance(self.disks, Unset):
            disks = UNSET
        elif isinstance(self.disks, ItemDisksBody):
            disks = self.disks.to_dict()
        else:
            disks = self.disks

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "vm_id": vm_id,
                "policy_id": policy_id,
            }
        )
        if reference is not UNSET:
            field_dict["reference"] = reference
        if labels is not UNSET:
            field_dict["labels"] = labels
        if vault_id is not UNSET:
            field_dict["vault_id"] = vault_id
        if disks is not UNSET:
            field_dict["disks"] = disks

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.item_disks_body import ItemDisksBody  # noqa: PLC0415
        from ..models.protected_item_create_labels import ProtectedItemCreateLabels  # noqa: PLC0415

        d = dict(src_dict)
        vm_id = d.pop("vm_id")

        policy_id = UUID(d.pop("policy_id"))

        def _parse_reference(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reference = _parse_reference(d.pop("reference", UNSET))

        _labels = d.pop("labels", UNSET)
        labels: ProtectedItemCreateLabels | Unset
        if isinstance(_labels, Unset):
            labels = UNSET
        else:
            labels = ProtectedItemCreateLabels.from_dict(_labels)

        def _parse_vault_id(data: object) -> None | Unset | UUID:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                vault_id_type_0 = UUID(data)

                return vault_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UUID, data)

        vault_id = _parse_vault_id(d.pop("vault_id", UNSET))

        def _parse_disks(data: object) -> ItemDisksBody | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                disks_type_0 = ItemDisksBody.from_dict(data)

                return disks_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ItemDisksBody | None | Unset, data)

        disks = _parse_disks(d.pop("disks", UNSET))

        protected_item_create = cls(
            vm_id=vm_id,
            policy_id=policy_id,
            reference=reference,
            labels=labels,
            vault_id=vault_id,
            disks=disks,
        )

        return protected_item_create
