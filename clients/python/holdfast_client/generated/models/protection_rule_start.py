from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import Any, TypeVar, cast

from ..types import UNSET, Unset

T = TypeVar("T", bound="ProtectionRuleStart")


@_dataclass
class ProtectionRuleStart:
    """What a start needs where the rule would touch many VMs.

    Attributes:
        confirm (int | None | Unset): The number of VMs, sent again as a confirmation where a refusal asks for it.
    """

    confirm: int | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        confirm: int | None | Unset
        if isinstance(self.confirm, Unset):
            confirm = UNSET
        else:
            confirm = self.confirm

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if confirm is not UNSET:
            field_dict["confirm"] = confirm

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_confirm(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        confirm = _parse_confirm(d.pop("confirm", UNSET))

        protection_rule_start = cls(
            confirm=confirm,
        )

        return protection_rule_start
