from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

if TYPE_CHECKING:
    from ..models.vm_read import VmRead


T = TypeVar("T", bound="RuleUnchangedVm")


@_dataclass
class RuleUnchangedVm:
    """A VM that is protected as the rule wants it.

    Attributes:
        vm (VmRead): A virtual machine.
        protected_item_id (UUID): Id of the protected item: /v1/protected-items/{id}.
        vault_id (UUID): Id of the vault: /v1/vaults/{id}.
        policy_id (UUID): The policy it follows.
    """

    vm: VmRead
    protected_item_id: UUID
    vault_id: UUID
    policy_id: UUID
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        vm = self.vm.to_dict()

        protected_item_id = str(self.protected_item_id)

        vault_id = str(self.vault_id)

        policy_id = str(self.policy_id)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "vm": vm,
                "protected_item_id": protected_item_id,
                "vault_id": vault_id,
                "policy_id": policy_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.vm_read import VmRead  # noqa: PLC0415

        d = dict(src_dict)
        vm = VmRead.from_dict(d.pop("vm"))

        protected_item_id = UUID(d.pop("protected_item_id"))

        vault_id = UUID(d.pop("vault_id"))

        policy_id = UUID(d.pop("policy_id"))

        rule_unchanged_vm = cls(
            vm=vm,
            protected_item_id=protected_item_id,
            vault_id=vault_id,
            policy_id=policy_id,
        )

        rule_unchanged_vm.additional_properties = d
        return rule_unchanged_vm
