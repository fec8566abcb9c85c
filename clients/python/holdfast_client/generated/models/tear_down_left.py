from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast

from ..types import UNSET, Unset

T = TypeVar("T", bound="TearDownLeft")


@_dataclass
class TearDownLeft:
    """One thing that was not deleted, and why.

    Attributes:
        id (str): Its id: a UUID. Ids of one kind sort in the order of creation.
        kind (str): What it is, such as `disk` or `template_blob`.
        cause (str): A word for machines (docs/tear-down.md).
        reason (str): Why, in words for people.
        azure_code (None | str | Unset): Azure's own error code; null: Azure sent none, or was not involved.
    """

    id: str
    kind: str
    cause: str
    reason: str
    azure_code: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        kind = self.kind

        cause = self.cause

        reason = self.reason

        azure_code: None | str | Unset
        if isinstance(self.azure_code, Unset):
            azure_code = UNSET
        else:
            azure_code = self.azure_code

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "kind": kind,
                "cause": cause,
                "reason": reason,
            }
        )
        if azure_code is not UNSET:
            field_dict["azure_code"] = azure_code

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        kind = d.pop("kind")

        cause = d.pop("cause")

        reason = d.pop("reason")

        def _parse_azure_code(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        azure_code = _parse_azure_code(d.pop("azure_code", UNSET))

        tear_down_left = cls(
            id=id,
            kind=kind,
            cause=cause,
            reason=reason,
            azure_code=azure_code,
        )

        tear_down_left.additional_properties = d
        return tear_down_left
