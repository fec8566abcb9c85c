from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..models.azure_policy_put_definition import AzurePolicyPutDefinition, check_azure_policy_put_definition
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.azure_policy_put_labels import AzurePolicyPutLabels
    from ..models.azure_policy_tag import AzurePolicyTag


T = TypeVar("T", bound="AzurePolicyPut")


@_dataclass
class AzurePolicyPut:
    """Which built-in definition is assigned for the rule, and where.

    Attributes:
        scope (str): ARM id of a subscription, or of a resource group: all of it must be granted.
        location (str): Of the VMs. The rule's target of this region says vault and policy.
        definition (AzurePolicyPutDefinition): existing_vault: all VMs, but for those that `tag` excludes.
            existing_vault_with_tag: those that `tag` includes.
        reference (None | str | Unset): Your ticket; filter jobs by it.
        labels (AzurePolicyPutLabels | Unset): Your own labels, at most 20; filter jobs by one of them
            (`label=name=value`).
        tag (AzurePolicyTag | None | Unset): Left out with existing_vault_with_tag: the tag of the rule's selector,
            which must be one alone.
        remediate (bool | Unset): Also protect VMs that are there already: a remediation is started, and the job follows
            it to its end. It protects what the definition is for, the rule's max_per_hour does not hold for it. Default:
            False.
        confirm (int | None | Unset): How many VMs are remediated: needed beyond 100, with the number that the refusal
            names. Azure is given it as a limit; without it, 100.
    """

    scope: str
    location: str
    definition: AzurePolicyPutDefinition
    reference: None | str | Unset = UNSET
    labels: AzurePolicyPutLabels | Unset = UNSET
    tag: AzurePolicyTag | None | Unset = UNSET
    remediate: bool | Unset = False
    confirm: int | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.azure_policy_tag import AzurePolicyTag  # noqa: PLC0415

        scope = self.scope

        location = self.location

        definition: str = self.definition

        reference: None | str | Unset
        if isinstance(self.reference, Unset):
            reference = UNSET
        else:
            reference = self.reference

        labels: dict[str, Any] | Unset = UNSET
        if not isinstance(self.labels, Unset):
            labels = self.labels.to_dict()

        tag: dict[str, Any] | None | Unset
        if isinstance(self.tag, Unset):
            tag = UNSET
        elif isinstance(self.tag, AzurePolicyTag):
            tag = self.tag.to_dict()
        else:
            tag = self.tag

        remediate = self.remediate

        confirm: int | None | Unset
        if isinstance(self.confirm, Unset):
            confirm = UNSET
        else:
            confirm = self.confirm

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "scope": scope,
                "location": location,
                "definition": definition,
            }
        )
        if reference is not UNSET:
            field_dict["reference"] = reference
        if labels is not UNSET:
            field_dict["labels"] = labels
        if tag is not UNSET:
            field_dict["tag"] = tag
        if remediate is not UNSET:
            field_dict["remediate"] = remediate
        if confirm is not UNSET:
            field_dict["confirm"] = confirm

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.azure_policy_put_labels import AzurePolicyPutLabels  # noqa: PLC0415
        from ..models.azure_policy_tag import AzurePolicyTag  # noqa: PLC0415

        d = dict(src_dict)
        scope = d.pop("scope")

        location = d.pop("location")

        definition = check_azure_policy_put_definition(d.pop("definition"))

        def _parse_reference(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reference = _parse_reference(d.pop("reference", UNSET))

        _labels = d.pop("labels", UNSET)
        labels: AzurePolicyPutLabels | Unset
        if isinstance(_labels, Unset):
            labels = UNSET
        else:
            labels = AzurePolicyPutLabels.from_dict(_labels)

        def _parse_tag(data: object) -> AzurePolicyTag | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                tag_type_0 = AzurePolicyTag.from_dict(data)

                return tag_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AzurePolicyTag | None | Unset, data)

        tag = _parse_tag(d.pop("tag", UNSET))

        remediate = d.pop("remediate", UNSET)

        def _parse_confirm(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        confirm = _parse_confirm(d.pop("confirm", UNSET))

        azure_policy_put = cls(
            scope=scope,
            location=location,
            definition=definition,
            reference=reference,
            labels=labels,
            tag=tag,
            remediate=remediate,
            confirm=confirm,
        )

        return azure_policy_put
