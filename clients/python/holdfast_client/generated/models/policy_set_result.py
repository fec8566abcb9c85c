from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

if TYPE_CHECKING:
    from ..models.remediation_result import RemediationResult
    from ..models.result_resource import ResultResource


T = TypeVar("T", bound="PolicySetResult")


@_dataclass
class PolicySetResult:
    """Of a policy of Azure that was assigned, remediated or removed.

    Attributes:
        resources (list[ResultResource]): What the job made or changed in Azure.
        kind (Literal['set_azure_policy']): The kind of the job: it says which fields there are.
        kept (list[ResultResource]): Of a removal: what stays in Azure.
        remediation (None | RemediationResult): The remediation; null: none was asked for.
    """

    resources: list[ResultResource]
    kind: Literal["set_azure_policy"]
    kept: list[ResultResource]
    remediation: None | RemediationResult
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.remediation_result import RemediationResult  # noqa: PLC0415

        resources = []
        for resources_item_data in self.resources:
            resources_item = resources_item_data.to_dict()
            resources.append(resources_item)

        kind = self.kind

        kept = []
        for kept_item_data in self.kept:
            kept_item = kept_item_data.to_dict()
            kept.append(kept_item)

        remediation: dict[str, Any] | None
        if isinstance(self.remediation, RemediationResult):
            remediation = self.remediation.to_dict()
        else:
            remediation = self.remediation

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "resources": resources,
                "kind": kind,
                "kept": kept,
                "remediation": remediation,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.remediation_result import RemediationResult  # noqa: PLC0415
        from ..models.result_resource import ResultResource  # noqa: PLC0415

        d = dict(src_dict)
        resources = []
        _resources = d.pop("resources")
        for resources_item_data in _resources:
            resources_item = ResultResource.from_dict(resources_item_data)

            resources.append(resources_item)

        kind = cast(Literal["set_azure_policy"], d.pop("kind"))
        if kind != "set_azure_policy":
            raise ValueError(f"kind must match const 'set_azure_policy', got '{kind}'")

        kept = []
        _kept = d.pop("kept")
        for kept_item_data in _kept:
            kept_item = ResultResource.from_dict(kept_item_data)

            kept.append(kept_item)

        def _parse_remediation(data: object) -> None | RemediationResult:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                remediation_type_0 = RemediationResult.from_dict(data)

                return remediation_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RemediationResult, data)

        remediation = _parse_remediation(d.pop("remediation"))

        policy_set_result = cls(
            resources=resources,
            kind=kind,
            kept=kept,
            remediation=remediation,
        )

        policy_set_result.additional_properties = d
        return policy_set_result
