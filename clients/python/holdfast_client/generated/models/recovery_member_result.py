from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast

from ..types import UNSET, Unset

T = TypeVar("T", bound="RecoveryMemberResult")


@_dataclass
class RecoveryMemberResult:
    """One VM of a recovery run.

    Attributes:
        protected_item_id (str): Id of the protected item: /v1/protected-items/{id}.
        state (str): How its restore ended: `succeeded`, `failed` or `skipped`.
        vm_id (None | str | Unset): ARM id of the virtual machine, in any letter case.
        restore (None | str | Unset): /v1/restores/{id}
    """

    protected_item_id: str
    state: str
    vm_id: None | str | Unset = UNSET
    restore: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        protected_item_id = self.protected_item_id

        state = self.state

        vm_id: None | str | Unset
        if isinstance(self.vm_id, Unset):
            vm_id = UNSET
        else:
            vm_id = self.vm_id

        restore: None | str | Unset
        if isinstance(self.restore, Unset):
            restore = UNSET
        else:
            restore = self.restore

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "protected_item_id": protected_item_id,
                "state": state,
            }
        )
        if vm_id is not UNSET:
            field_dict["vm_id"] = vm_id
        if restore is not UNSET:
            field_dict["restore"] = restore

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        protected_item_id = d.pop("protected_item_id")

        state = d.pop("state")

        def _parse_vm_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        vm_id = _parse_vm_id(d.pop("vm_id", UNSET))

        def _parse_restore(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        restore = _parse_restore(d.pop("restore", UNSET))

        recovery_member_result = cls(
            protected_item_id=protected_item_id,
            state=state,
            vm_id=vm_id,
            restore=restore,
        )

        recovery_member_result.additional_properties = d
        return recovery_member_result
