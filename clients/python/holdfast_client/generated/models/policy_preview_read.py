from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from ..models.policy_advice_read import PolicyAdviceRead
    from ..models.policy_preview_counts_read import PolicyPreviewCountsRead
    from ..models.policy_preview_run_read import PolicyPreviewRunRead


T = TypeVar("T", bound="PolicyPreviewRead")


@_dataclass
class PolicyPreviewRead:
    """What a policy will do, by its schedule alone. Days are days of the policy's time zone.

    Attributes:
        from_ (datetime.date): The first day of the span.
        until (datetime.date): The last day of the span.
        runs (list[PolicyPreviewRunRead]): The first runs of the span, oldest first.
        counts (PolicyPreviewCountsRead): How many points exist at the end of each day, the first day of the span first;
            none existed before it.
        on (datetime.date | None): The day whose points are listed; null: none was asked for.
        points (list[PolicyPreviewRunRead] | None): The newest points on that day, newest first; null without `on`.
        points_count (int | None): How many points exist at the end of that day; null: no day was asked for.
        advice (list[PolicyAdviceRead]): Things to consider; nothing is refused for them.
    """

    from_: datetime.date
    until: datetime.date
    runs: list[PolicyPreviewRunRead]
    counts: PolicyPreviewCountsRead
    on: datetime.date | None
    points: list[PolicyPreviewRunRead] | None
    points_count: int | None
    advice: list[PolicyAdviceRead]
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from_ = self.from_.isoformat()

        until = self.until.isoformat()

        runs = []
        for runs_item_data in self.runs:
            runs_item = runs_item_data.to_dict()
            runs.append(runs_item)

        counts = self.counts.to_dict()

        on: None | str
        if isinstance(self.on, datetime.date):
            on = self.on.isoformat()
        else:
            on = self.on

        points: list[dict[str, Any]] | None
        if isinstance(self.points, list):
            points = []
            for points_type_0_item_data in self.points:
                points_type_0_item = points_type_0_item_data.to_dict()
                points.append(points_type_0_item)

        else:
            points = self.points

        points_count: int | None
        points_count = self.points_count

        advice = []
        for advice_item_data in self.advice:
            advice_item = advice_item_data.to_dict()
            advice.append(advice_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "from": from_,
                "until": until,
                "runs": runs,
                "counts": counts,
                "on": on,
                "points": points,
                "points_count": points_count,
                "advice": advice,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.policy_advice_read import PolicyAdviceRead  # noqa: PLC0415
        from ..models.policy_preview_counts_read import PolicyPreviewCountsRead  # noqa: PLC0415
        from ..models.policy_preview_run_read import PolicyPreviewRunRead  # noqa: PLC0415

        d = dict(src_dict)
        from_ = datetime.date.fromisoformat(d.pop("from"))

        until = datetime.date.fromisoformat(d.pop("until"))

        runs = []
        _runs = d.pop("runs")
        for runs_item_data in _runs:
            runs_item = PolicyPreviewRunRead.from_dict(runs_item_data)

            runs.append(runs_item)

        counts = PolicyPreviewCountsRead.from_dict(d.pop("counts"))

        def _parse_on(data: object) -> datetime.date | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                on_type_0 = datetime.date.fromisoformat(data)

                return on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None, data)

        on = _parse_on(d.pop("on"))

        def _parse_points(data: object) -> list[PolicyPreviewRunRead] | None:
            if data is None:
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                points_type_0 = []
                _points_type_0 = data
                for points_type_0_item_data in _points_type_0:
                    points_type_0_item = PolicyPreviewRunRead.from_dict(points_type_0_item_data)

                    points_type_0.append(points_type_0_item)

                return points_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[PolicyPreviewRunRead] | None, data)

        points = _parse_points(d.pop("points"))

        def _parse_points_count(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        points_count = _parse_points_count(d.pop("points_count"))

        advice = []
        _advice = d.pop("advice")
        for advice_item_data in _advice:
            advice_item = PolicyAdviceRead.from_dict(advice_item_data)

            advice.append(advice_item)

        policy_preview_read = cls(
            from_=from_,
            until=until,
            runs=runs,
            counts=counts,
            on=on,
            points=points,
            points_count=points_count,
            advice=advice,
        )

        policy_preview_read.additional_properties = d
        return policy_preview_read
