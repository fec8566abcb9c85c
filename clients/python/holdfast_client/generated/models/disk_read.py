from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast

T = TypeVar("T", bound="DiskRead")


@_dataclass
class DiskRead:
    """A disk of a VM.

    Attributes:
        name (None | str): Name of the disk; null: not known.
        size_gib (int | None): Its size in GiB; null: not known.
        lun (int | None): Number of the data disk (LUN); null: the OS disk.
    """

    name: None | str
    size_gib: int | None
    lun: int | None
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name: None | str
        name = self.name

        size_gib: int | None
        size_gib = self.size_gib

        lun: int | None
        lun = self.lun

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "size_gib": size_gib,
                "lun": lun,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        name = _parse_name(d.pop("name"))

        def _parse_size_gib(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        size_gib = _parse_size_gib(d.pop("size_gib"))

        def _parse_lun(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        lun = _parse_lun(d.pop("lun"))

        disk_read = cls(
            name=name,
            size_gib=size_gib,
            lun=lun,
        )

        disk_read.additional_properties = d
        return disk_read
