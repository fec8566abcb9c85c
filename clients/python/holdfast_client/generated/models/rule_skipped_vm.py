from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..models.rule_skip_reason import RuleSkipReason, check_rule_skip_reason
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.vm_read import VmRead


T = TypeVar("T", bound="RuleSkippedVm")


@_dataclass
class RuleSkippedVm:
    """A VM that is selected and not touched.

    Attributes:
        vm (VmRead): A virtual machine.
        reason (RuleSkipReason): Why a VM that is selected is not touched.
        detail (str): The reason in words.
        job (None | str | Unset): The job that failed, of `failed_before`.
    """

    vm: VmRead
    reason: RuleSkipReason
    detail: str
    job: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        vm = self.vm.to_dict()

        reason: str = self.reason

        detail = self.detail

        job: None | str | Unset
        if isinstance(self.job, Unset):
            job = UNSET
        else:
            job = self.job

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "vm": vm,
                "reason": reason,
                "detail": detail,
            }
        )
        if job is not UNSET:
            field_dict["job"] = job

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.vm_read import VmRead  # noqa: PLC0415

        d = dict(src_dict)
        vm = VmRead.from_dict(d.pop("vm"))

        reason = check_rule_skip_reason(d.pop("reason"))

        detail = d.pop("detail")

        def _parse_job(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        job = _parse_job(d.pop("job", UNSET))

        rule_skipped_vm = cls(
            vm=vm,
            reason=reason,
            detail=detail,
            job=job,
        )

        rule_skipped_vm.additional_properties = d
        return rule_skipped_vm
