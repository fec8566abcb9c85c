from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast

T = TypeVar("T", bound="PolicyCompliance")


@_dataclass
class PolicyCompliance:
    """VMs that the assignment is for, as Azure last evaluated them. VMs in `skips` are in neither.

    Attributes:
        compliant (int | None): VMs that are protected as the assignment says; null: not known.
        non_compliant (int | None): VMs that are not; null: not known.
    """

    compliant: int | None
    non_compliant: int | None
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        compliant: int | None
        compliant = self.compliant

        non_compliant: int | None
        non_compliant = self.non_compliant

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "compliant": compliant,
                "non_compliant": non_compliant,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_compliant(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        compliant = _parse_compliant(d.pop("compliant"))

        def _parse_non_compliant(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        non_compliant = _parse_non_compliant(d.pop("non_compliant"))

        policy_compliance = cls(
            compliant=compliant,
            non_compliant=non_compliant,
        )

        policy_compliance.additional_properties = d
        return policy_compliance
