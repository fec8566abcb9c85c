from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..models.policy_revision_read_origin import PolicyRevisionReadOrigin, check_policy_revision_read_origin

if TYPE_CHECKING:
    from ..models.policy_definition_body import PolicyDefinitionBody
    from ..models.policy_revision_read_azure_type_0 import PolicyRevisionReadAzureType0


T = TypeVar("T", bound="PolicyRevisionRead")


@_dataclass
class PolicyRevisionRead:
    """The definition of a policy from some time on. `origin: azure` = it was found in Azure.

    Attributes:
        number (int): Its number: 1 is the oldest that is known.
        definition (None | PolicyDefinitionBody): What it said; null: Holdfast does not support its settings.
        azure (None | PolicyRevisionReadAzureType0): Azure's JSON of it, where its settings are not supported; else
            null.
        origin (PolicyRevisionReadOrigin): holdfast: a request here; azure: it was found in Azure.
        job (None | str): The job that wrote it; null: none of Holdfast's.
        requested_by (None | str): Who asked for it: the display name; null: not known.
        created_at (datetime.datetime): When Holdfast wrote it or found it (UTC).
    """

    number: int
    definition: None | PolicyDefinitionBody
    azure: None | PolicyRevisionReadAzureType0
    origin: PolicyRevisionReadOrigin
    job: None | str
    requested_by: None | str
    created_at: datetime.datetime
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.policy_definition_body import PolicyDefinitionBody  # noqa: PLC0415
        from ..models.policy_revision_read_azure_type_0 import PolicyRevisionReadAzureType0  # noqa: PLC0415

        number = self.number

        definition: dict[str, Any] | None
        if isinstance(self.definition, PolicyDefinitionBody):
            definition = self.definition.to_dict()
        else:
            definition = self.definition

        azure: dict[str, Any] | None
        if isinstance(self.azure, PolicyRevisionReadAzureType0):
            azure = self.azure.to_dict()
        else:
            azure = self.azure

        origin: str = self.origin

        job: None | str
        job = self.job

        requested_by: None | str
        requested_by = self.requested_by

        created_at = self.created_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "number": number,
                "definition": definition,
                "azure": azure,
                "origin": origin,
                "job": job,
                "requested_by": requested_by,
                "created_at": created_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.policy_definition_body import PolicyDefinitionBody  # noqa: PLC0415
        from ..models.policy_revision_read_azure_type_0 import PolicyRevisionReadAzureType0  # noqa: PLC0415

        d = dict(src_dict)
        number = d.pop("number")

        def _parse_definition(data: object) -> None | PolicyDefinitionBody:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                definition_type_0 = PolicyDefinitionBody.from_dict(data)

                return definition_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | PolicyDefinitionBody, data)

        definition = _parse_definition(d.pop("definition"))

        def _parse_azure(data: object) -> None | PolicyRevisionReadAzureType0:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                azure_type_0 = PolicyRevisionReadAzureType0.from_dict(data)

                return azure_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | PolicyRevisionReadAzureType0, data)

        azure = _parse_azure(d.pop("azure"))

        origin = check_policy_revision_read_origin(d.pop("origin"))

        def _parse_job(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        job = _parse_job(d.pop("job"))

        def _parse_requested_by(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        requested_by = _parse_requested_by(d.pop("requested_by"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        policy_revision_read = cls(
            number=number,
            definition=definition,
            azure=azure,
            origin=origin,
            job=job,
            requested_by=requested_by,
            created_at=created_at,
        )

        policy_revision_read.additional_properties = d
        return policy_revision_read
