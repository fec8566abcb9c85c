from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from ..models.azure_policy_read_definition_type_0 import (
    AzurePolicyReadDefinitionType0,
    check_azure_policy_read_definition_type_0,
)
from ..models.azure_policy_read_state import AzurePolicyReadState, check_azure_policy_read_state

if TYPE_CHECKING:
    from ..models.azure_policy_skip import AzurePolicySkip
    from ..models.azure_policy_tag import AzurePolicyTag
    from ..models.policy_compliance import PolicyCompliance
    from ..models.policy_conflict import PolicyConflict
    from ..models.policy_difference import PolicyDifference
    from ..models.policy_remediation import PolicyRemediation
    from ..models.policy_unreachable import PolicyUnreachable


T = TypeVar("T", bound="AzurePolicyRead")


@_dataclass
class AzurePolicyRead:
    """What Azure Policy does for a rule. While the first job runs, or after it has failed: what was asked.

    Attributes:
        rule_id (UUID): Id of the protection rule: /v1/protection-rules/{id}.
        state (AzurePolicyReadState): not_assigned: Holdfast has assigned nothing for the rule; `conflicts` may name
            assignments of others. incomplete: the last job ended badly, and some of it may be in Azure. PUT again, or
            DELETE.
        assignment_id (None | str): ARM id of the assignment; null: nothing is assigned.
        scope (None | str): ARM id of the subscription or resource group it is for; null: nothing is assigned.
        location (None | str): Region of the VMs; null: nothing is assigned.
        definition (AzurePolicyReadDefinitionType0 | None): Which built-in definition; null: nothing is assigned.
        tag (AzurePolicyTag | None): The tag by which the definition selects or excludes; null: none.
        vault_id (None | UUID): The vault in which it protects VMs; null: nothing is assigned.
        policy_id (None | UUID): The policy they follow; null: nothing is assigned.
        compliance (None | PolicyCompliance): null: nothing is assigned, or Azure could not be asked. 0 and 0 also
            before the first evaluation, which takes up to half an hour.
        remediation (None | PolicyRemediation): The newest remediation; null: none was started.
        skips (list[AzurePolicySkip] | None): VMs of the scope that the definition leaves out, as they are now; the
            first 200, by id. null: not known. Of a large scope perhaps of some of its VMs only: `unreachable` then says
            `not_whole`.
        skips_total (int | None): How many VMs the definition leaves out; null: not known.
        differences (list[PolicyDifference]): Parts of the rule's selector that the definition cannot say.
        conflicts (list[PolicyConflict] | None): Assignments that protect VMs of the rule otherwise; null: not known.
        unreachable (list[PolicyUnreachable]): What could not be read, and why: what is shown of it may be missing or
            old. Empty: all was read.
        job (None | str): The newest job about it: /v1/jobs/{id}; null: none.
        as_of (datetime.datetime | None): When Azure was last seen to have the assignment so.
    """

    rule_id: UUID
    state: AzurePolicyReadState
    assignment_id: None | str
    scope: None | str
    location: None | str
    definition: AzurePolicyReadDefinitionType0 | None
    tag: AzurePolicyTag | None
    vault_id: None | UUID
    policy_id: None | UUID
    compliance: None | PolicyCompliance
    remediation: None | PolicyRemediation
    skips: list[AzurePolicySkip] | None
    skips_total: int | None
    differences: list[PolicyDifference]
    conflicts: list[PolicyConflict] | None
    unreachable: list[PolicyUnreachable]
    job: None | str
    as_of: datetime.datetime | None
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.azure_policy_tag import AzurePolicyTag  # noqa: PLC0415
        from ..models.policy_compliance import PolicyCompliance  # noqa: PLC0415
        from ..models.policy_remediation import PolicyRemediation  # noqa: PLC0415

        rule_id = str(self.rule_id)

        state: str = self.state

        assignment_id: None | str
        assignment_id = self.assignment_id

        scope: None | str
        scope = self.scope

        location: None | str
        location = self.location

        definition: None | str
        if isinstance(self.definition, str):
            definition = self.definition
        else:
            definition = self.definition

        tag: dict[str, Any] | None
        if isinstance(self.tag, AzurePolicyTag):
            tag = self.tag.to_dict()
        else:
            tag = self.tag

        vault_id: None | str
        if isinstance(self.vault_id, UUID):
            vault_id = str(self.vault_id)
        else:
            vault_id = self.vault_id

        policy_id: None | str
        if isinstance(self.policy_id, UUID):
            policy_id = str(self.policy_id)
        else:
            policy_id = self.policy_id

        compliance: dict[str, Any] | None
        if isinstance(self.compliance, PolicyCompliance):
            compliance = self.compliance.to_dict()
        else:
            compliance = self.compliance

        remediation: dict[str, Any] | None
        if isinstance(self.remediation, PolicyRemediation):
            remediation = self.remediation.to_dict()
        else:
            remediation = self.remediation

        skips: list[dict[str, Any]] | None
        if isinstance(self.skips, list):
            skips = []
            for skips_type_0_item_data in self.skips:
                skips_type_0_item = skips_type_0_item_data.to_dict()
                skips.append(skips_type_0_item)

        else:
            skips = self.skips

        skips_total: int | None
        skips_total = self.skips_total

        differences = []
        for differences_item_data in self.differences:
            differences_item = differences_item_data.to_dict()
            differences.append(differences_item)

        conflicts: list[dict[str, Any]] | None
        if isinstance(self.conflicts, list):
            conflicts = []
            for conflicts_type_0_item_data in self.conflicts:
                conflicts_type_0_item = conflicts_type_0_item_data.to_dict()
                conflicts.append(conflicts_type_0_item)

        else:
            conflicts = self.conflicts

        unreachable = []
        for unreachable_item_data in self.unreachable:
            unreachable_item = unreachable_item_data.to_dict()
            unreachable.append(unreachable_item)

        job: None | str
        job = self.job

        as_of: None | str
        if isinstance(self.as_of, datetime.datetime):
            as_of = self.as_of.isoformat()
        else:
            as_of = self.as_of

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "rule_id": rule_id,
                "state": state,
                "assignment_id": assignment_id,
                "scope": scope,
                "location": location,
                "definition": definition,
                "tag": tag,
                "vault_id": vault_id,
                "policy_id": policy_id,
                "compliance": compliance,
                "remediation": remediation,
                "skips": skips,
                "skips_total": skips_total,
                "differences": differences,
                "conflicts": conflicts,
                "unreachable": unreachable,
                "job": job,
                "as_of": as_of,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.azure_policy_skip import AzurePolicySkip  # noqa: PLC0415
        from ..models.azure_policy_tag import AzurePolicyTag  # noqa: PLC0415
        from ..models.policy_compliance import PolicyCompliance  # noqa: PLC0415
        from ..models.policy_conflict import PolicyConflict  # noqa: PLC0415
        from ..models.policy_difference import PolicyDifference  # noqa: PLC0415
        from ..models.policy_remediation import PolicyRemediation  # noqa: PLC0415
        from ..models.policy_unreachable import PolicyUnreachable  # noqa: PLC0415

        d = dict(src_dict)
        rule_id = UUID(d.pop("rule_id"))

        state = check_azure_policy_read_state(d.pop("state"))

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

        def _parse_location(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        location = _parse_location(d.pop("location"))

        def _parse_definition(data: object) -> AzurePolicyReadDefinitionType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                definition_type_0 = check_azure_policy_read_definition_type_0(data)

                return definition_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AzurePolicyReadDefinitionType0 | None, data)

        definition = _parse_definition(d.pop("definition"))

        def _parse_tag(data: object) -> AzurePolicyTag | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                tag_type_0 = AzurePolicyTag.from_dict(data)

                return tag_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AzurePolicyTag | None, data)

        tag = _parse_tag(d.pop("tag"))

        def _parse_vault_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                vault_id_type_0 = UUID(data)

                return vault_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        vault_id = _parse_vault_id(d.pop("vault_id"))

        def _parse_policy_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                policy_id_type_0 = UUID(data)

                return policy_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        policy_id = _parse_policy_id(d.pop("policy_id"))

        def _parse_compliance(data: object) -> None | PolicyCompliance:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                compliance_type_0 = PolicyCompliance.from_dict(data)

                return compliance_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | PolicyCompliance, data)

        compliance = _parse_compliance(d.pop("compliance"))

        def _parse_remediation(data: object) -> None | PolicyRemediation:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                remediation_type_0 = PolicyRemediation.from_dict(data)

                return remediation_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | PolicyRemediation, data)

        remediation = _parse_remediation(d.pop("remediation"))

        def _parse_skips(data: object) -> list[AzurePolicySkip] | None:
            if data is None:
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                skips_type_0 = []
                _skips_type_0 = data
                for skips_type_0_item_data in _skips_type_0:
                    skips_type_0_item = AzurePolicySkip.from_dict(skips_type_0_item_data)

                    skips_type_0.append(skips_type_0_item)

                return skips_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[AzurePolicySkip] | None, data)

        skips = _parse_skips(d.pop("skips"))

        def _parse_skips_total(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        skips_total = _parse_skips_total(d.pop("skips_total"))

        differences = []
        _differences = d.pop("differences")
        for differences_item_data in _differences:
            differences_item = PolicyDifference.from_dict(differences_item_data)

            differences.append(differences_item)

        def _parse_conflicts(data: object) -> list[PolicyConflict] | None:
            if data is None:
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                conflicts_type_0 = []
                _conflicts_type_0 = data
                for conflicts_type_0_item_data in _conflicts_type_0:
                    conflicts_type_0_item = PolicyConflict.from_dict(conflicts_type_0_item_data)

                    conflicts_type_0.append(conflicts_type_0_item)

                return conflicts_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[PolicyConflict] | None, data)

        conflicts = _parse_conflicts(d.pop("conflicts"))

        unreachable = []
        _unreachable = d.pop("unreachable")
        for unreachable_item_data in _unreachable:
            unreachable_item = PolicyUnreachable.from_dict(unreachable_item_data)

            unreachable.append(unreachable_item)

        def _parse_job(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        job = _parse_job(d.pop("job"))

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

        azure_policy_read = cls(
            rule_id=rule_id,
            state=state,
            assignment_id=assignment_id,
            scope=scope,
            location=location,
            definition=definition,
            tag=tag,
            vault_id=vault_id,
            policy_id=policy_id,
            compliance=compliance,
            remediation=remediation,
            skips=skips,
            skips_total=skips_total,
            differences=differences,
            conflicts=conflicts,
            unreachable=unreachable,
            job=job,
            as_of=as_of,
        )

        azure_policy_read.additional_properties = d
        return azure_policy_read
