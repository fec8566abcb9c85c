from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from ..models.report_coverage_read_by_state import ReportCoverageReadByState


T = TypeVar("T", bound="ReportCoverageRead")


@_dataclass
class ReportCoverageRead:
    """The VMs of the granted subscriptions by their backup state, as GET /v1/estate/coverage counts them.

    Attributes:
        total (int): How many VMs there are.
        by_state (ReportCoverageReadByState): Number of VMs in each state.
        coverage_percent (float | None): Share of protected VMs, in per cent; null: there is none to count.
        as_of (datetime.datetime): When Azure said so (UTC).
    """

    total: int
    by_state: ReportCoverageReadByState
    coverage_percent: float | None
    as_of: datetime.datetime
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        total = self.total

        by_state = self.by_state.to_dict()

        coverage_percent: float | None
        coverage_percent = self.coverage_percent

        as_of = self.as_of.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "total": total,
                "by_state": by_state,
                "coverage_percent": coverage_percent,
                "as_of": as_of,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.report_coverage_read_by_state import ReportCoverageReadByState  # noqa: PLC0415

        d = dict(src_dict)
        total = d.pop("total")

        by_state = ReportCoverageReadByState.from_dict(d.pop("by_state"))

        def _parse_coverage_percent(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        coverage_percent = _parse_coverage_percent(d.pop("coverage_percent"))

        as_of = datetime.datetime.fromisoformat(d.pop("as_of"))

        report_coverage_read = cls(
            total=total,
            by_state=by_state,
            coverage_percent=coverage_percent,
            as_of=as_of,
        )

        report_coverage_read.additional_properties = d
        return report_coverage_read
