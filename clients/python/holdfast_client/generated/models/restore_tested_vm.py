from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast

from ..types import UNSET, Unset

T = TypeVar("T", bound="RestoreTestedVm")


@_dataclass
class RestoreTestedVm:
    """One VM of a round.

    Attributes:
        run (str): /v1/restore-test-runs/{id}
        protected_item_id (str): Id of the protected item: /v1/protected-items/{id}.
        vm_id (str): ARM id of the virtual machine, in any letter case.
        outcome (None | str | Unset): `proven`, `failed`, `not_proven` or `timed_out`.
        failed_level (None | str | Unset): The level that was not passed; null: none.
        left (int | Unset): How many things its tear-down left. Default: 0.
    """

    run: str
    protected_item_id: str
    vm_id: str
    outcome: None | str | Unset = UNSET
    failed_level: None | str | Unset = UNSET
    left: int | Unset = 0
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        run = self.run

        protected_item_id = self.protected_item_id

        vm_id = self.vm_id

        outcome: None | str | Unset
        if isinstance(self.outcome, Unset):
            outcome = UNSET
        else:
            outcome = self.outcome

        failed_level: None | str | Unset
        if isinstance(self.failed_level, Unset):
            failed_level = UNSET
        else:
            failed_level = self.failed_level

        left = self.left

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "run": run,
                "protected_item_id": protected_item_id,
                "vm_id": vm_id,
            }
        )
        if outcome is not UNSET:
            field_dict["outcome"] = outcome
        if failed_level is not UNSET:
            field_dict["failed_level"] = failed_level
        if left is not UNSET:
            field_dict["left"] = left

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        run = d.pop("run")

        protected_item_id = d.pop("protected_item_id")

        vm_id = d.pop("vm_id")

        def _parse_outcome(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        outcome = _parse_outcome(d.pop("outcome", UNSET))

        def _parse_failed_level(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        failed_level = _parse_failed_level(d.pop("failed_level", UNSET))

        left = d.pop("left", UNSET)

        restore_tested_vm = cls(
            run=run,
            protected_item_id=protected_item_id,
            vm_id=vm_id,
            outcome=outcome,
            failed_level=failed_level,
            left=left,
        )

        restore_tested_vm.additional_properties = d
        return restore_tested_vm
