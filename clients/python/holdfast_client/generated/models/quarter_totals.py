from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.quarter_totals_proven_by_level import QuarterTotalsProvenByLevel


T = TypeVar("T", bound="QuarterTotals")


@_dataclass
class QuarterTotals:
    """VMs by outcome; together they are `items`.

    Attributes:
        items (int): VMs that were protected in the quarter.
        proven (int): VMs of which every level was passed.
        failed (int): VMs of which a level was not passed.
        timed_out (int): VMs of which the verification did not end in time.
        not_proven (int): VMs that runs could not test.
        not_tested (int): VMs without a run in the quarter.
        proven_by_level (QuarterTotalsProvenByLevel): Of `proven`: by the last level of the test that proved it.
        runs (int): All runs that ended in the quarter.
        proven_percent (float | None | Unset): Share of proven VMs, in per cent; null: there is none to count.
    """

    items: int
    proven: int
    failed: int
    timed_out: int
    not_proven: int
    not_tested: int
    proven_by_level: QuarterTotalsProvenByLevel
    runs: int
    proven_percent: float | None | Unset = UNSET
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        items = self.items

        proven = self.proven

        failed = self.failed

        timed_out = self.timed_out

        not_proven = self.not_proven

        not_tested = self.not_tested

        proven_by_level = self.proven_by_level.to_dict()

        runs = self.runs

        proven_percent: float | None | Unset
        if isinstance(self.proven_percent, Unset):
            proven_percent = UNSET
        else:
            proven_percent = self.proven_percent

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "items": items,
                "proven": proven,
                "failed": failed,
                "timed_out": timed_out,
                "not_proven": not_proven,
                "not_tested": not_tested,
                "proven_by_level": proven_by_level,
                "runs": runs,
            }
        )
        if proven_percent is not UNSET:
            field_dict["proven_percent"] = proven_percent

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.quarter_totals_proven_by_level import QuarterTotalsProvenByLevel  # noqa: PLC0415

        d = dict(src_dict)
        items = d.pop("items")

        proven = d.pop("proven")

        failed = d.pop("failed")

        timed_out = d.pop("timed_out")

        not_proven = d.pop("not_proven")

        not_tested = d.pop("not_tested")

        proven_by_level = QuarterTotalsProvenByLevel.from_dict(d.pop("proven_by_level"))

        runs = d.pop("runs")

        def _parse_proven_percent(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        proven_percent = _parse_proven_percent(d.pop("proven_percent", UNSET))

        quarter_totals = cls(
            items=items,
            proven=proven,
            failed=failed,
            timed_out=timed_out,
            not_proven=not_proven,
            not_tested=not_tested,
            proven_by_level=proven_by_level,
            runs=runs,
            proven_percent=proven_percent,
        )

        quarter_totals.additional_properties = d
        return quarter_totals
