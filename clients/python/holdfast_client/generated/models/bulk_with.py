from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from ..models.bulk_with_action_type_0 import BulkWithActionType0, check_bulk_with_action_type_0
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.item_disks_body import ItemDisksBody


T = TypeVar("T", bound="BulkWith")


@_dataclass
class BulkWith:
    """The body of the single request, as the action needs it.

    Attributes:
        action (BulkWithActionType0 | None | Unset): May be repeated here, as in the body of the single request.
        vault_id (None | Unset | UUID): Of `protect`. Optional: the policy belongs to one vault.
        policy_id (None | Unset | UUID): Of `protect`, `resume` and `change_policy`.
        disks (ItemDisksBody | None | Unset): Of `protect`; of `change_policy` in place of a policy. Null: every disk.
        retain_until (datetime.datetime | None | Unset): Of `backup`: until when the points are kept. Left out: 30 days
            from now.
    """

    action: BulkWithActionType0 | None | Unset = UNSET
    vault_id: None | Unset | UUID = UNSET
    policy_id: None | Unset | UUID = UNSET
    disks: ItemDisksBody | None | Unset = UNSET
    retain_until: datetime.datetime | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.item_disks_body import ItemDisksBody  # noqa: PLC0415

        action: None | str | Unset
        if isinstance(self.action, Unset):
            action = UNSET
        elif isinstance(self.action, str):
            action = self.action
        else:
            action = self.action

        vault_id: None | str | Unset
        if isinstance(self.vault_id, Unset):
            vault_id = UNSET
        elif isinstance(self.vault_id, UUID):
            vault_id = str(self.vault_id)
        else:
            vault_id = self.vault_id

        policy_id: None | str | Unset
        if isinstance(self.policy_id, Unset):
            policy_id = UNSET
        elif isinstance(self.policy_id, UUID):
            policy_id = str(self.policy_id)
        else:
            policy_id = self.policy_id

        disks: dict[str, Any] | None | Unset
        if isinstance(self.disks, Unset):
            disks = UNSET
        elif isinstance(self.disks, ItemDisksBody):
            disks = self.disks.to_dict()
        else:
            disks = self.disks

        retain_until: None | str | Unset
        if isinstance(self.retain_until, Unset):
            retain_until = UNSET
        elif isinstance(self.retain_until, datetime.datetime):
            retain_until = self.retain_until.isoformat()
        else:
            retain_until = self.retain_until

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if action is not UNSET:
            field_dict["action"] = action
        if vault_id is not UNSET:
            field_dict["vault_id"] = vault_id
        if policy_id is not UNSET:
            field_dict["policy_id"] = policy_id
        if disks is not UNSET:
            field_dict["disks"] = disks
        if retain_until is not UNSET:
            field_dict["retain_until"] = retain_until

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.item_disks_body import ItemDisksBody  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_action(data: object) -> BulkWithActionType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                action_type_0 = check_bulk_with_action_type_0(data)

                return action_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(BulkWithActionType0 | None | Unset, data)

        action = _parse_action(d.pop("action", UNSET))

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

        def _parse_retain_until(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                retain_until_type_0 = datetime.datetime.fromisoformat(data)

                return retain_until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        retain_until = _parse_retain_until(d.pop("retain_until", UNSET))

        bulk_with = cls(
            action=action,
            vault_id=vault_id,
            policy_id=policy_id,
            disks=disks,
            retain_until=retain_until,
        )

        return bulk_with
