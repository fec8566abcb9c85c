from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast

T = TypeVar("T", bound="PolicyConflict")


@_dataclass
class PolicyConflict:
    """An assignment in Azure that protects VMs of a target's region otherwise than the rule says.

    Attributes:
        assignment_id (None | str): null: it is of a scope that your tenant has no grant for.
        scope (None | str): ARM id of the scope of that assignment; null: your tenant has no grant of it.
        location (str): Region of the VMs.
        azure_vault_id (None | str): ARM id of the vault that it protects them in; null: one of its own making, or one
            that your tenant has no grant for.
        azure_policy_id (None | str): ARM id of the backup policy that it gives them; null: not known.
        rule_vault_id (str): ARM id of the vault of the rule's target.
        is_ours (bool): Of this rule: the target was changed since. PUT again.
        detail (str): What happened in this case, in words for people.
        remedy (str): What to do about it.
    """

    assignment_id: None | str
    scope: None | str
    location: str
    azure_vault_id: None | str
    azure_policy_id: None | str
    rule_vault_id: str
    is_ours: bool
    detail: str
    remedy: str
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        assignment_id: None | str
        assignment_id = self.assignment_id

        scope: None | str
        scope = self.scope

        location = self.location

        azure_vault_id: None | str
        azure_vault_id = self.azure_vault_id

        azure_policy_id: None | str
        azure_policy_id = self.azure_policy_id

        rule_vault_id = self.rule_vault_id

        is_ours = self.is_ours

        detail = self.detail

        remedy = self.remedy

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "assignment_id": assignment_id,
                "scope": scope,
                "location": location,
                "azure_vault_id": azure_vault_id,
                "azure_policy_id": azure_policy_id,
                "rule_vault_id": rule_vault_id,
                "is_ours": is_ours,
                "detail": detail,
                "remedy": remedy,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_assignment_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        assignment_id = _parse_assignment_id(d.pop("assignment_id"))

        def _parse_scope(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        scope = _parse_scope(d.pop("scope"))

        location = d.pop("location")

        def _parse_azure_vault_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        azure_vault_id = _parse_azure_vault_id(d.pop("azure_vault_id"))

        def _parse_azure_policy_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        azure_policy_id = _parse_azure_policy_id(d.pop("azure_policy_id"))

        rule_vault_id = d.pop("rule_vault_id")

        is_ours = d.pop("is_ours")

        detail = d.pop("detail")

        remedy = d.pop("remedy")

        policy_conflict = cls(
            assignment_id=assignment_id,
            scope=scope,
            location=location,
            azure_vault_id=azure_vault_id,
            azure_policy_id=azure_policy_id,
            rule_vault_id=rule_vault_id,
            is_ours=is_ours,
            detail=detail,
            remedy=remedy,
        )

        policy_conflict.additional_properties = d
        return policy_conflict
