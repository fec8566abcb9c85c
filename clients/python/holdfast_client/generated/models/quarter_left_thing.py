from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast

from ..types import UNSET, Unset

T = TypeVar("T", bound="QuarterLeftThing")


@_dataclass
class QuarterLeftThing:
    """A resource in Azure that a test could not delete.

    Attributes:
        run (str): Path of the run that made it.
        vm_name (str): Name of the virtual machine.
        id (str): ARM id of the resource.
        reason (None | str | Unset): Why it was not deleted; null: not known.
    """

    run: str
    vm_name: str
    id: str
    reason: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        run = self.run

        vm_name = self.vm_name

        id = self.id

        reason: None | str | Unset
        if isinstance(self.reason, Unset):
            reason = UNSET
        else:
            reason = self.reason

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "run": run,
                "vm_name": vm_name,
                "id": id,
            }
        )
        if reason is not UNSET:
            field_dict["reason"] = reason

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        run = d.pop("run")

        vm_name = d.pop("vm_name")

        id = d.pop("id")

        def _parse_reason(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reason = _parse_reason(d.pop("reason", UNSET))

        quarter_left_thing = cls(
            run=run,
            vm_name=vm_name,
            id=id,
            reason=reason,
        )

        quarter_left_thing.additional_properties = d
        return quarter_left_thing
