from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from ..models.protected_item_change_action_type_0 import (
    ProtectedItemChangeActionType0,
    check_protected_item_change_action_type_0,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.item_disks_body import ItemDisksBody
    from ..models.protected_item_change_labels import ProtectedItemChangeLabels


T = TypeVar("T", bound="ProtectedItemChange")


@_dataclass
class ProtectedItemChange:
    """One change: another policy; other disks; or an action.

    `pause`: no more backups, every point is kept for ever; also of a suspended item. `suspend`: no more backups, points
    expire as the policy says, all but the last one; only in an immutable vault. `resume`: make backups again, with a
    policy.

    `disks: null` includes every disk again, alone or together with a policy.

        Attributes:
            reference (None | str | Unset): Your ticket; filter jobs by it.
            labels (ProtectedItemChangeLabels | Unset): Your own labels, at most 20; filter jobs by one of them
                (`label=name=value`).
            policy_id (None | Unset | UUID): The policy it shall follow from now on: one of the same vault.
            action (None | ProtectedItemChangeActionType0 | Unset): Stop backups in one of two ways, or begin them again.
            disks (ItemDisksBody | None | Unset): Which data disks to back up from now on.
    """

    reference: None | str | Unset = UNSET
    labels: ProtectedItemChangeLabels | Unset = UNSET
    policy_id: None | Unset | UUID = UNSET
    action: None | ProtectedItemChangeActionType0 | Unset = UNSET
    disks: ItemDisksBody | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.item_disks_body import ItemDisksBody  # noqa: PLC0415

        reference: None | str | Unset
        if isinstance(self.reference, Unset):
            reference = UNSET
        else:
            reference = self.reference

        labels: dict[str, Any] | Unset = UNSET
        if not isinstance(self.labels, Unset):
            labels = self.labels.to_dict()

        policy_id: None | str | Unset
        if isinstance(self.policy_id, Unset):
            policy_id = UNSET
        elif isinstance(self.policy_id, UUID):
            policy_id = str(self.policy_id)
        else:
            policy_id = self.policy_id

        action: None | str | Unset
        if isinstance(self.action, Unset):
            action = UNSET
        elif isinstance(self.action, str):
            action = self.action
        else:
            action = self.action

        disks: dict[str, Any] | None | Unset
        if isinstance(self.disks, Unset):
            disks = UNSET
        elif isinstance(self.disks, ItemDisksBody):
            disks = self.disks.to_dict()
        else:
            disks = self.disks

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if reference is not UNSET:
            field_dict["reference"] = reference
        if labels is not UNSET:
            field_dict["labels"] = labels
        if policy_id is not UNSET:
            field_dict["policy_id"] = policy_id
        if action is not UNSET:
            field_dict["action"] = action
        if disks is not UNSET:
            field_dict["disks"] = disks

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.item_disks_body import ItemDisksBody  # noqa: PLC0415
        from ..models.protected_item_change_labels import ProtectedItemChangeLabels  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_reference(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reference = _parse_reference(d.pop("reference", UNSET))

        _labels = d.pop("labels", UNSET)
        labels: ProtectedItemChangeLabels | Unset
        if isinstance(_labels, Unset):
            labels = UNSET
        else:
            labels = ProtectedItemChangeLabels.from_dict(_labels)

        def _parse_policy_id(data: object) -> None | Unset | UUID:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                policy_id_type_0 = UUID(data)

                return policy_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UUID, data)

        policy_id = _parse_policy_id(d.pop("policy_id", UNSET))

        def _parse_action(data: object) -> None | ProtectedItemChangeActionType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                action_type_0 = check_protected_item_change_action_type_0(data)

                return action_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | ProtectedItemChangeActionType0 | Unset, data)

        action = _parse_action(d.pop("action", UNSET))

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

        protected_item_change = cls(
            reference=reference,
            labels=labels,
            policy_id=policy_id,
            action=action,
            disks=disks,
        )

        return protected_item_change
