from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from ..models.rule_lost_reason import RuleLostReason, check_rule_lost_reason
from ..models.rule_lost_vm_action import RuleLostVmAction, check_rule_lost_vm_action
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.vm_read import VmRead


T = TypeVar("T", bound="RuleLostVm")


@_dataclass
class RuleLostVm:
    """A VM that the rule has protected and does not select any more. It is never deleted.

    Attributes:
        vm (VmRead): A virtual machine.
        protected_item_id (None | UUID): Its protected item; null: it is not protected any more.
        reason (RuleLostReason): Why a VM that the rule protected is lost to it.
        state (None | str): State of the protected item; null: it has none.
        action (RuleLostVmAction): What the rule does about it.
        taken_by (None | Unset | UUID): Another rule that selects it, and decides: then it is not paused.
    """

    vm: VmRead
    protected_item_id: None | UUID
    reason: RuleLostReason
    state: None | str
    action: RuleLostVmAction
    taken_by: None | Unset | UUID = UNSET
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        vm = self.vm.to_dict()

        protected_item_id: None | str
        if isinstance(self.protected_item_id, UUID):
            protected_item_id = str(self.protected_item_id)
        else:
            protected_item_id = self.protected_item_id

        reason: str = self.reason

        state: None | str
        state = self.state

        action: str = self.action

        taken_by: None | str | Unset
        if isinstance(self.taken_by, Unset):
            taken_by = UNSET
        elif isinstance(self.taken_by, UUID):
            taken_by = str(self.taken_by)
        else:
            taken_by = self.taken_by

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "vm": vm,
                "protected_item_id": protected_item_id,
                "reason": reason,
                "state": state,
                "action": action,
            }
        )
        if taken_by is not UNSET:
            field_dict["taken_by"] = taken_by

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.vm_read import VmRead  # noqa: PLC0415

        d = dict(src_dict)
        vm = VmRead.from_dict(d.pop("vm"))

        def _parse_protected_item_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                protected_item_id_type_0 = UUID(data)

                return protected_item_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        protected_item_id = _parse_protected_item_id(d.pop("protected_item_id"))

        reason = check_rule_lost_reason(d.pop("reason"))

        def _parse_state(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        state = _parse_state(d.pop("state"))

        action = check_rule_lost_vm_action(d.pop("action"))

        def _parse_taken_by(data: object) -> None | Unset | UUID:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                taken_by_type_0 = UUID(data)

                return taken_by_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UUID, data)

        taken_by = _parse_taken_by(d.pop("taken_by", UNSET))

        rule_lost_vm = cls(
            vm=vm,
            protected_item_id=protected_item_id,
            reason=reason,
            state=state,
            action=action,
            taken_by=taken_by,
        )

        rule_lost_vm.additional_properties = d
        return rule_lost_vm
