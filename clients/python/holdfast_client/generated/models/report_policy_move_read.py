from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast

T = TypeVar("T", bound="ReportPolicyMoveRead")


@_dataclass
class ReportPolicyMoveRead:
    """An item that follows another policy than the day before.

    Attributes:
        path (str): Path of the item.
        name (str): Name of its VM.
        before (None | str): Name of the policy the day before; null: none.
        after (None | str): Name of the policy now; null: none.
    """

    path: str
    name: str
    before: None | str
    after: None | str
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        path = self.path

        name = self.name

        before: None | str
        before = self.before

        after: None | str
        after = self.after

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "path": path,
                "name": name,
                "before": before,
                "after": after,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        path = d.pop("path")

        name = d.pop("name")

        def _parse_before(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        before = _parse_before(d.pop("before"))

        def _parse_after(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        after = _parse_after(d.pop("after"))

        report_policy_move_read = cls(
            path=path,
            name=name,
            before=before,
            after=after,
        )

        report_policy_move_read.additional_properties = d
        return report_policy_move_read
