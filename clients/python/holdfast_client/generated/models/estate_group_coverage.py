from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from ..models.estate_group_coverage_by_proof import EstateGroupCoverageByProof
    from ..models.estate_group_coverage_by_state import EstateGroupCoverageByState


T = TypeVar("T", bound="EstateGroupCoverage")


@_dataclass
class EstateGroupCoverage:
    """How the VMs of a group are backed up.

    Attributes:
        total (int): How many VMs there are.
        by_state (EstateGroupCoverageByState): Number of VMs in each state.
        coverage_percent (float | None): Share of `protected` among the VMs that are there (all but `vm_missing`); null:
            there is none. A VM that is protected elsewhere does not count: how, is not known here.
        by_proof (EstateGroupCoverageByProof): Of the VMs that are there and have a protected item: proven, a restore
            test passed every level in the last 90 days; lapsed, longer ago, or a later test failed; never.
        proven_percent (float | None): Share of `proven` among these VMs; null: there is none.
        key (None | str): The subscription, resource group (ARM id), location or value of the tag; null: of VMs without
            it.
    """

    total: int
    by_state: EstateGroupCoverageByState
    coverage_percent: float | None
    by_proof: EstateGroupCoverageByProof
    proven_percent: float | None
    key: None | str
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        total = self.total

        by_state = self.by_state.to_dict()

        coverage_percent: float | None
        coverage_percent = self.coverage_percent

        by_proof = self.by_proof.to_dict()

        proven_percent: float | None
        proven_percent = self.proven_percent

        key: None | str
        key = self.key

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "total": total,
                "by_state": by_state,
                "coverage_percent": coverage_percent,
                "by_proof": by_proof,
                "proven_percent": proven_percent,
                "key": key,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.estate_group_coverage_by_proof import EstateGroupCoverageByProof  # noqa: PLC0415
        from ..models.estate_group_coverage_by_state import EstateGroupCoverageByState  # noqa: PLC0415

        d = dict(src_dict)
        total = d.pop("total")

        by_state = EstateGroupCoverageByState.from_dict(d.pop("by_state"))

        def _parse_coverage_percent(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        coverage_percent = _parse_coverage_percent(d.pop("coverage_percent"))

        by_proof = EstateGroupCoverageByProof.from_dict(d.pop("by_proof"))

        def _parse_proven_percent(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        proven_percent = _parse_proven_percent(d.pop("proven_percent"))

        def _parse_key(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        key = _parse_key(d.pop("key"))

        estate_group_coverage = cls(
            total=total,
            by_state=by_state,
            coverage_percent=coverage_percent,
            by_proof=by_proof,
            proven_percent=proven_percent,
            key=key,
        )

        estate_group_coverage.additional_properties = d
        return estate_group_coverage
