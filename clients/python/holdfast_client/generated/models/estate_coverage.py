from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from ..models.estate_coverage_by_proof import EstateCoverageByProof
    from ..models.estate_coverage_by_state import EstateCoverageByState
    from ..models.estate_group_coverage import EstateGroupCoverage
    from ..models.unreachable_scope import UnreachableScope


T = TypeVar("T", bound="EstateCoverage")


@_dataclass
class EstateCoverage:
    """How the estate is backed up: all of it, and by group.

    Attributes:
        total (int): How many VMs there are.
        by_state (EstateCoverageByState): Number of VMs in each state.
        coverage_percent (float | None): Share of `protected` among the VMs that are there (all but `vm_missing`); null:
            there is none. A VM that is protected elsewhere does not count: how, is not known here.
        by_proof (EstateCoverageByProof): Of the VMs that are there and have a protected item: proven, a restore test
            passed every level in the last 90 days; lapsed, longer ago, or a later test failed; never.
        proven_percent (float | None): Share of `proven` among these VMs; null: there is none.
        as_of (datetime.datetime | None): The oldest reading of a granted scope; null: one was never read. Resource
            Graph itself may be late.
        unreachable (list[UnreachableScope]): What could not be read, and why: what is shown of it may be missing or
            old. Empty: all was read.
        groups (list[EstateGroupCoverage]): The same, group by group; empty: no grouping was asked for.
    """

    total: int
    by_state: EstateCoverageByState
    coverage_percent: float | None
    by_proof: EstateCoverageByProof
    proven_percent: float | None
    as_of: datetime.datetime | None
    unreachable: list[UnreachableScope]
    groups: list[EstateGroupCoverage]
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        total = self.total

        by_state = self.by_state.to_dict()

        coverage_percent: float | None
        coverage_percent = self.coverage_percent

        by_proof = self.by_proof.to_dict()

        proven_percent: float | None
        proven_percent = self.proven_percent

        as_of: None | str
        if isinstance(self.as_of, datetime.datetime):
            as_of = self.as_of.isoformat()
        else:
            as_of = self.as_of

        unreachable = []
        for unreachable_item_data in self.unreachable:
            unreachable_item = unreachable_item_data.to_dict()
            unreachable.append(unreachable_item)

        groups = []
        for groups_item_data in self.groups:
            groups_item = groups_item_data.to_dict()
            groups.append(groups_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "total": total,
                "by_state": by_state,
                "coverage_percent": coverage_percent,
                "by_proof": by_proof,
                "proven_percent": proven_percent,
                "as_of": as_of,
                "unreachable": unreachable,
                "groups": groups,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.estate_coverage_by_proof import EstateCoverageByProof  # noqa: PLC0415
        from ..models.estate_coverage_by_state import EstateCoverageByState  # noqa: PLC0415
        from ..models.estate_group_coverage import EstateGroupCoverage  # noqa: PLC0415
        from ..models.unreachable_scope import UnreachableScope  # noqa: PLC0415

        d = dict(src_dict)
        total = d.pop("total")

        by_state = EstateCoverageByState.from_dict(d.pop("by_state"))

        def _parse_coverage_percent(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        coverage_percent = _parse_coverage_percent(d.pop("coverage_percent"))

        by_proof = EstateCoverageByProof.from_dict(d.pop("by_proof"))

        def _parse_proven_percent(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        proven_percent = _parse_proven_percent(d.pop("proven_percent"))

        def _parse_as_of(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                as_of_type_0 = datetime.datetime.fromisoformat(data)

                return as_of_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        as_of = _parse_as_of(d.pop("as_of"))

        unreachable = []
        _unreachable = d.pop("unreachable")
        for unreachable_item_data in _unreachable:
            unreachable_item = UnreachableScope.from_dict(unreachable_item_data)

            unreachable.append(unreachable_item)

        groups = []
        _groups = d.pop("groups")
        for groups_item_data in _groups:
            groups_item = EstateGroupCoverage.from_dict(groups_item_data)

            groups.append(groups_item)

        estate_coverage = cls(
            total=total,
            by_state=by_state,
            coverage_percent=coverage_percent,
            by_proof=by_proof,
            proven_percent=proven_percent,
            as_of=as_of,
            unreachable=unreachable,
            groups=groups,
        )

        estate_coverage.additional_properties = d
        return estate_coverage
