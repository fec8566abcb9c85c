from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast

from ..types import UNSET, Unset

T = TypeVar("T", bound="QuarterEvidence")


@_dataclass
class QuarterEvidence:
    """Which of the tenant's statements are of runs that ended in the quarter.

    Attributes:
        count (int): How many there are.
        key_ids (list[str]): The keys that signed them.
        first_sequence (int | None | Unset): The lowest place in the chain of statements; null: there is none.
        last_sequence (int | None | Unset): The highest place in the chain of statements; null: there is none.
        last_sha256 (None | str | Unset): SHA-256 of the statement at that place; null: there is none.
    """

    count: int
    key_ids: list[str]
    first_sequence: int | None | Unset = UNSET
    last_sequence: int | None | Unset = UNSET
    last_sha256: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        count = self.count

        key_ids = self.key_ids

        first_sequence: int | None | Unset
        if isinstance(self.first_sequence, Unset):
            first_sequence = UNSET
        else:
            first_sequence = self.first_sequence

        last_sequence: int | None | Unset
        if isinstance(self.last_sequence, Unset):
            last_sequence = UNSET
        else:
            last_sequence = self.last_sequence

        last_sha256: None | str | Unset
        if isinstance(self.last_sha256, Unset):
            last_sha256 = UNSET
        else:
            last_sha256 = self.last_sha256

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "count": count,
                "key_ids": key_ids,
            }
        )
        if first_sequence is not UNSET:
            field_dict["first_sequence"] = first_sequence
        if last_sequence is not UNSET:
            field_dict["last_sequence"] = last_sequence
        if last_sha256 is not UNSET:
            field_dict["last_sha256"] = last_sha256

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        count = d.pop("count")

        key_ids = cast(list[str], d.pop("key_ids"))

        def _parse_first_sequence(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        first_sequence = _parse_first_sequence(d.pop("first_sequence", UNSET))

        def _parse_last_sequence(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        last_sequence = _parse_last_sequence(d.pop("last_sequence", UNSET))

        def _parse_last_sha256(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        last_sha256 = _parse_last_sha256(d.pop("last_sha256", UNSET))

        quarter_evidence = cls(
            count=count,
            key_ids=key_ids,
            first_sequence=first_sequence,
            last_sequence=last_sequence,
            last_sha256=last_sha256,
        )

        quarter_evidence.additional_properties = d
        return quarter_evidence
