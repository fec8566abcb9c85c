from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

if TYPE_CHECKING:
    from ..models.approved_definition import ApprovedDefinition
    from ..models.result_resource import ResultResource


T = TypeVar("T", bound="RestoreTestApprovedResult")


@_dataclass
class RestoreTestApprovedResult:
    """Of a restore test whose definition was approved.

    Attributes:
        resources (list[ResultResource]): What the job made or changed in Azure.
        kind (Literal['approve_restore_test']): The kind of the job: it says which fields there are.
        restore_test (ApprovedDefinition | None): The definition that was approved.
    """

    resources: list[ResultResource]
    kind: Literal["approve_restore_test"]
    restore_test: ApprovedDefinition | None
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.approved_definition import ApprovedDefinition  # noqa: PLC0415

        resources = []
        for resources_item_data in self.resources:
            resources_item = resources_item_data.to_dict()
            resources.append(resources_item)

        kind = self.kind

        restore_test: dict[str, Any] | None
        if isinstance(self.restore_test, ApprovedDefinition):
            restore_test = self.restore_test.to_dict()
        else:
            restore_test = self.restore_test

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "resources": resources,
                "kind": kind,
                "restore_test": restore_test,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.approved_definition import ApprovedDefinition  # noqa: PLC0415
        from ..models.result_resource import ResultResource  # noqa: PLC0415

        d = dict(src_dict)
        resources = []
        _resources = d.pop("resources")
        for resources_item_data in _resources:
            resources_item = ResultResource.from_dict(resources_item_data)

            resources.append(resources_item)

        kind = cast(Literal["approve_restore_test"], d.pop("kind"))
        if kind != "approve_restore_test":
            raise ValueError(f"kind must match const 'approve_restore_test', got '{kind}'")

        def _parse_restore_test(data: object) -> ApprovedDefinition | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                restore_test_type_0 = ApprovedDefinition.from_dict(data)

                return restore_test_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ApprovedDefinition | None, data)

        restore_test = _parse_restore_test(d.pop("restore_test"))

        restore_test_approved_result = cls(
            resources=resources,
            kind=kind,
            restore_test=restore_test,
        )

        restore_test_approved_result.additional_properties = d
        return restore_test_approved_result
