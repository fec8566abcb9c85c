from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast

from ..types import UNSET, Unset

T = TypeVar("T", bound="RestoreTestMeasuredRead")


@_dataclass
class RestoreTestMeasuredRead:
    """Seconds from the beginning of the restore, by Azure's clock; null: not reached, or Azure gives no time.

    Attributes:
        disks_seconds (float | None | Unset): Until the disks were restored.
        boot_seconds (float | None | Unset): Until the agent was ready.
        answer_seconds (float | None | Unset): Until the script had answered.
    """

    disks_seconds: float | None | Unset = UNSET
    boot_seconds: float | None | Unset = UNSET
    answer_seconds: float | None | Unset = UNSET
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        disks_seconds: float | None | Unset
        if isinstance(self.disks_seconds, Unset):
            disks_seconds = UNSET
        else:
            disks_seconds = self.disks_seconds

        boot_seconds: float | None | Unset
        if isinstance(self.boot_seconds, Unset):
            boot_seconds = UNSET
        else:
            boot_seconds = self.boot_seconds

        answer_seconds: float | None | Unset
        if isinstance(self.answer_seconds, Unset):
            answer_seconds = UNSET
        else:
            answer_seconds = self.answer_seconds

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if disks_seconds is not UNSET:
            field_dict["disks_seconds"] = disks_seconds
        if boot_seconds is not UNSET:
            field_dict["boot_seconds"] = boot_seconds
        if answer_seconds is not UNSET:
            field_dict["answer_seconds"] = answer_seconds

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_disks_seconds(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        disks_seconds = _parse_disks_seconds(d.pop("disks_seconds", UNSET))

        def _parse_boot_seconds(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        boot_seconds = _parse_boot_seconds(d.pop("boot_seconds", UNSET))

        def _parse_answer_seconds(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        answer_seconds = _parse_answer_seconds(d.pop("answer_seconds", UNSET))

        restore_test_measured_read = cls(
            disks_seconds=disks_seconds,
            boot_seconds=boot_seconds,
            answer_seconds=answer_seconds,
        )

        restore_test_measured_read.additional_properties = d
        return restore_test_measured_read
