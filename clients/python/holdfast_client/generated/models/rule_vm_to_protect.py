from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

if TYPE_CHECKING:
    from ..models.vm_read import VmRead


T = TypeVar("T", bound="RuleVmToProtect")


@_dataclass
class RuleVmToProtect:
    """A VM that the rule would protect.

    Attributes:
        vm (VmRead): A virtual machine.
        vault_id (UUID): The vault it would be protected in.
        policy_id (UUID): The policy it would follow.
        reason (str): By what it is selected, in words.
    """

    vm: VmRead
    vault_id: UUID
    policy_id: UUID
    reason: str
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        vm = self.vm.to_dict()

        vault_id = str(self.vault_id)

        policy_id = str(self.policy_id)

        reason = self.reason

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "vm": vm,
                "vault_id": vault_id,
                "policy_id": policy_id,
                "reason": reason,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.vm_read import VmRead  # noqa: PLC0415

        d = dict(src_dict)
        vm = VmRead.from_dict(d.pop("vm"))

        vault_id = UUID(d.pop("vault_id"))

        policy_id = UUID(d.pop("policy_id"))

        reason = d.pop("reason")

        rule_vm_to_protect = cls(
            vm=vm,
            vault_id=vault_id,
            policy_id=policy_id,
            reason=reason,
        )

        rule_vm_to_protect.additional_properties = d
        return rule_vm_to_protect
