from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import Any, TypeVar, cast

from ..types import UNSET, Unset

T = TypeVar("T", bound="ItemDisksBody")


@_dataclass
class ItemDisksBody:
    """Which data disks: all but some, or only some. The OS disk is always backed up.

    Attributes:
        exclude_luns (list[int] | None | Unset): None excluded: every disk.
        include_luns (list[int] | None | Unset): None included: the OS disk only.
    """

    exclude_luns: list[int] | None | Unset = UNSET
    include_luns: list[int] | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        exclude_luns: list[int] | None | Unset
        if isinstance(self.exclude_luns, Unset):
            exclude_luns = UNSET
        elif isinstance(self.exclude_luns, list):
            exclude_luns = self.exclude_luns

        else:
            exclude_luns = self.exclude_luns

        include_luns: list[int] | None | Unset
        if isinstance(self.include_luns, Unset):
            include_luns = UNSET
        elif isinstance(self.include_luns, list):
            include_luns = self.include_luns

        else:
            include_luns = self.include_luns

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if exclude_luns is not UNSET:
            field_dict["exclude_luns"] = exclude_luns
        if include_luns is not UNSET:
            field_dict["include_luns"] = include_luns

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_exclude_luns(data: object) -> list[int] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                exclude_luns_type_0 = cast(list[int], data)

                return exclude_luns_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[int] | None | Unset, data)

        exclude_luns = _parse_exclude_luns(d.pop("exclude_luns", UNSET))

        def _parse_include_luns(data: object) -> list[int] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                include_luns_type_0 = cast(list[int], data)

                return include_luns_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[int] | None | Unset, data)

        include_luns = _parse_include_luns(d.pop("include_luns", UNSET))

        item_disks_body = cls(
            exclude_luns=exclude_luns,
            include_luns=include_luns,
        )

        return item_disks_body
