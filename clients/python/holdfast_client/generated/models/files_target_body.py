from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import Any, Literal, TypeVar, cast

T = TypeVar("T", bound="FilesTargetBody")


@_dataclass
class FilesTargetBody:
    """Mount the point for single files: GET .../mount-script then returns the script for a machine.

    Attributes:
        mode (Literal['files']): `files`.
    """

    mode: Literal["files"]

    def to_dict(self) -> dict[str, Any]:
        mode = self.mode

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "mode": mode,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        mode = cast(Literal["files"], d.pop("mode"))
        if mode != "files":
            raise ValueError(f"mode must match const 'files', got '{mode}'")

        files_target_body = cls(
            mode=mode,
        )

        return files_target_body
