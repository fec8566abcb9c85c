from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar

from ..models.azure_policy_skip_reason import AzurePolicySkipReason, check_azure_policy_skip_reason

if TYPE_CHECKING:
    from ..models.vm_read import VmRead


T = TypeVar("T", bound="AzurePolicySkip")


@_dataclass
class AzurePolicySkip:
    """A VM in the scope that the definition does not protect.

    Attributes:
        vm (VmRead): A virtual machine.
        reason (AzurePolicySkipReason): Why it is left out.
        detail (str): The reason in words.
    """

    vm: VmRead
    reason: AzurePolicySkipReason
    detail: str
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        vm = self.vm.to_dict()

        reason: str = self.reason

        detail = self.detail

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "vm": vm,
                "reason": reason,
                "detail": detail,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.vm_read import VmRead  # noqa: PLC0415

        d = dict(src_dict)
        vm = VmRead.from_dict(d.pop("vm"))

        reason = check_azure_policy_skip_reason(d.pop("reason"))

        detail = d.pop("detail")

        azure_policy_skip = cls(
            vm=vm,
            reason=reason,
            detail=detail,
        )

        azure_policy_skip.additional_properties = d
        return azure_policy_skip
