from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

if TYPE_CHECKING:
    from ..models.restore_tested_vm import RestoreTestedVm
    from ..models.result_resource import ResultResource


T = TypeVar("T", bound="RestoreTestRoundResult")


@_dataclass
class RestoreTestRoundResult:
    """Of a round of a restore test.

    Attributes:
        resources (list[ResultResource]): What the job made or changed in Azure.
        kind (Literal['restore_test_run']): The kind of the job: it says which fields there are.
        runs (list[RestoreTestedVm]): What became of each VM of the round.
    """

    resources: list[ResultResource]
    kind: Literal["restore_test_run"]
    runs: list[RestoreTestedVm]
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        resources = []
        for resources_item_data in self.resources:
            resources_item = resources_item_data.to_dict()
            resources.append(resources_item)

        kind = self.kind

        runs = []
        for runs_item_data in self.runs:
            runs_item = runs_item_data.to_dict()
            runs.append(runs_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "resources": resources,
                "kind": kind,
                "runs": runs,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.restore_tested_vm import RestoreTestedVm  # noqa: PLC0415
        from ..models.result_resource import ResultResource  # noqa: PLC0415

        d = dict(src_dict)
        resources = []
        _resources = d.pop("resources")
        for resources_item_data in _resources:
            resources_item = ResultResource.from_dict(resources_item_data)

            resources.append(resources_item)

        kind = cast(Literal["restore_test_run"], d.pop("kind"))
        if kind != "restore_test_run":
            raise ValueError(f"kind must match const 'restore_test_run', got '{kind}'")

        runs = []
        _runs = d.pop("runs")
        for runs_item_data in _runs:
            runs_item = RestoreTestedVm.from_dict(runs_item_data)

            runs.append(runs_item)

        restore_test_round_result = cls(
            resources=resources,
            kind=kind,
            runs=runs,
        )

        restore_test_round_result.additional_properties = d
        return restore_test_round_result
