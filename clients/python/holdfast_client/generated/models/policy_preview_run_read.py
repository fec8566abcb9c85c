from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..models.policy_preview_run_read_clock_change_type_0 import (
    PolicyPreviewRunReadClockChangeType0,
    check_policy_preview_run_read_clock_change_type_0,
)

if TYPE_CHECKING:
    from ..models.policy_preview_kept_read import PolicyPreviewKeptRead


T = TypeVar("T", bound="PolicyPreviewRunRead")


@_dataclass
class PolicyPreviewRunRead:
    """One planned backup, or the point that it made.

    Attributes:
        at (datetime.datetime): When it runs (UTC).
        wall_clock (datetime.datetime): The same instant in the policy's time zone.
        clock_change (None | PolicyPreviewRunReadClockChangeType0): `skipped`: the clocks skip the planned time that
            day, so it runs by the offset from before; `repeated`: the time comes twice, and it runs the first time only.
        kept (list[PolicyPreviewKeptRead]): The rules that keep the point, and until when.
    """

    at: datetime.datetime
    wall_clock: datetime.datetime
    clock_change: None | PolicyPreviewRunReadClockChangeType0
    kept: list[PolicyPreviewKeptRead]
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        at = self.at.isoformat()

        wall_clock = self.wall_clock.isoformat()

        clock_change: None | str
        if isinstance(self.clock_change, str):
            clock_change = self.clock_change
        else:
            clock_change = self.clock_change

        kept = []
        for kept_item_data in self.kept:
            kept_item = kept_item_data.to_dict()
            kept.append(kept_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "at": at,
                "wall_clock": wall_clock,
                "clock_change": clock_change,
                "kept": kept,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.policy_preview_kept_read import PolicyPreviewKeptRead  # noqa: PLC0415

        d = dict(src_dict)
        at = datetime.datetime.fromisoformat(d.pop("at"))

        wall_clock = datetime.datetime.fromisoformat(d.pop("wall_clock"))

        def _parse_clock_change(data: object) -> None | PolicyPreviewRunReadClockChangeType0:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                clock_change_type_0 = check_policy_preview_run_read_clock_change_type_0(data)

                return clock_change_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | PolicyPreviewRunReadClockChangeType0, data)

        clock_change = _parse_clock_change(d.pop("clock_change"))

        kept = []
        _kept = d.pop("kept")
        for kept_item_data in _kept:
            kept_item = PolicyPreviewKeptRead.from_dict(kept_item_data)

            kept.append(kept_item)

        policy_preview_run_read = cls(
            at=at,
            wall_clock=wall_clock,
            clock_change=clock_change,
            kept=kept,
        )

        policy_preview_run_read.additional_properties = d
        return policy_preview_run_read
