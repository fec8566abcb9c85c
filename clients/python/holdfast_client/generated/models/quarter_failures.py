from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from ..models.quarter_run import QuarterRun


T = TypeVar("T", bound="QuarterFailures")


@_dataclass
class QuarterFailures:
    """Runs of the quarter that did not prove their VM.

    Attributes:
        count (int): How many there are.
        runs (list[QuarterRun]): Newest first, 1,000 at most. All: GET /v1/restore-test-runs?outcome=...
    """

    count: int
    runs: list[QuarterRun]
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        count = self.count

        runs = []
        for runs_item_data in self.runs:
            runs_item = runs_item_data.to_dict()
            runs.append(runs_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "count": count,
                "runs": runs,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.quarter_run import QuarterRun  # noqa: PLC0415

        d = dict(src_dict)
        count = d.pop("count")

        runs = []
        _runs = d.pop("runs")
        for runs_item_data in _runs:
            runs_item = QuarterRun.from_dict(runs_item_data)

            runs.append(runs_item)

        quarter_failures = cls(
            count=count,
            runs=runs,
        )

        quarter_failures.additional_properties = d
        return quarter_failures
