from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

if TYPE_CHECKING:
    from ..models.approved_definition import ApprovedDefinition
    from ..models.result_resource import ResultResource


T = TypeVar("T", bound="RuleEnforcedResult")


@_dataclass
class RuleEnforcedResult:
    """Of a protection rule whose enforcement was approved.

    Attributes:
        resources (list[ResultResource]): What the job made or changed in Azure.
        kind (Literal['enforce_rule']): The kind of the job: it says which fields there are.
        rule (ApprovedDefinition | None): The definition that was approved.
    """

    resources: list[ResultResource]
    kind: Literal["enforce_rule"]
    rule: ApprovedDefinition | None
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.approved_definition import ApprovedDefinition  # noqa: PLC0415

        resources = []
        for resources_item_data in self.resources:
            resources_item = resources_item_data.to_dict()
            resources.append(resources_item)

        kind = self.kind

        rule: dict[str, Any] | None
        if isinstance(self.rule, ApprovedDefinition):
            rule = self.rule.to_dict()
        else:
            rule = self.rule

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "resources": resources,
                "kind": kind,
                "rule": rule,
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

        kind = cast(Literal["enforce_rule"], d.pop("kind"))
        if kind != "enforce_rule":
            raise ValueError(f"kind must match const 'enforce_rule', got '{kind}'")

        def _parse_rule(data: object) -> ApprovedDefinition | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                rule_type_0 = ApprovedDefinition.from_dict(data)

                return rule_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ApprovedDefinition | None, data)

        rule = _parse_rule(d.pop("rule"))

        rule_enforced_result = cls(
            resources=resources,
            kind=kind,
            rule=rule,
        )

        rule_enforced_result.additional_properties = d
        return rule_enforced_result
