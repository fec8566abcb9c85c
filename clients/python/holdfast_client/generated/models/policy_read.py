from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from ..models.policy_read_state import PolicyReadState, check_policy_read_state

if TYPE_CHECKING:
    from ..models.policy_advice_read import PolicyAdviceRead
    from ..models.policy_definition_body import PolicyDefinitionBody
    from ..models.policy_read_azure_type_0 import PolicyReadAzureType0


T = TypeVar("T", bound="PolicyRead")


@_dataclass
class PolicyRead:
    """A policy. `definition` is null if Holdfast does not support its settings; `azure` is then Azure's JSON.

    Attributes:
        id (UUID): Its id: a UUID, in the order of creation. The policy is at /v1/policies/{id}.
        vault_id (UUID): The vault it belongs to.
        name (str): Its name: unique in the vault, and never changed.
        state (PolicyReadState): `creating` and `deleting`: a job is under way.
        definition (None | PolicyDefinitionBody): What it says; null: Holdfast does not support its settings.
        azure (None | PolicyReadAzureType0): Azure's JSON of a policy whose settings Holdfast does not support; else
            null.
        advice (list[PolicyAdviceRead]): Things to consider; nothing is refused for them.
        revision (int): Number of the present revision: see GET /v1/policies/{id}/revisions.
        pending (None | str): The newest write that has not ended: /v1/jobs/{id}.
        created_at (datetime.datetime): When it was created (UTC).
        updated_at (datetime.datetime): When it last changed here (UTC).
        as_of (datetime.datetime | None): When this was last read from Azure (UTC); null: not yet.
        items_count (int): Number of Holdfast's protected items that follow it.
    """

    id: UUID
    vault_id: UUID
    name: str
    state: PolicyReadState
    definition: None | PolicyDefinitionBody
    azure: None | PolicyReadAzureType0
    advice: list[PolicyAdviceRead]
    revision: int
    pending: None | str
    created_at: datetime.datetime
    updated_at: datetime.datetime
    as_of: datetime.datetime | None
    items_count: int
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.policy_definition_body import PolicyDefinitionBody  # noqa: PLC0415
        from ..models.policy_read_azure_type_0 import PolicyReadAzureType0  # noqa: PLC0415

        id = str(self.id)

        vault_id = str(self.vault_id)

        name = self.name

        state: str = self.state

        definition: dict[str, Any] | None
        if isinstance(self.definition, PolicyDefinitionBody):
            definition = self.definition.to_dict()
        else:
            definition = self.definition

        azure: dict[str, Any] | None
        if isinstance(self.azure, PolicyReadAzureType0):
            azure = self.azure.to_dict()
        else:
            azure = self.azure

        advice = []
        for advice_item_data in self.advice:
            advice_item = advice_item_data.to_dict()
            advice.append(advice_item)

        revision = self.revision

        pending: None | str
        pending = self.pending

        created_at = self.created_at.isoformat()

        updated_at = self.updated_at.isoformat()

        as_of: None | str
        if isinstance(self.as_of, datetime.datetime):
            as_of = self.as_of.isoformat()
        else:
            as_of = self.as_of

        items_count = self.items_count

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "vault_id": vault_id,
                "name": name,
                "state": state,
                "definition": definition,
                "azure": azure,
                "advice": advice,
                "revision": revision,
                "pending": pending,
                "created_at": created_at,
                "updated_at": updated_at,
                "as_of": as_of,
                "items_count": items_count,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.policy_advice_read import PolicyAdviceRead  # noqa: PLC0415
        from ..models.policy_definition_body import PolicyDefinitionBody  # noqa: PLC0415
        from ..models.policy_read_azure_type_0 import PolicyReadAzureType0  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        vault_id = UUID(d.pop("vault_id"))

        name = d.pop("name")

        state = check_policy_read_state(d.pop("state"))

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

        def _parse_azure(data: object) -> None | PolicyReadAzureType0:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                azure_type_0 = PolicyReadAzureType0.from_dict(data)

                return azure_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | PolicyReadAzureType0, data)

        azure = _parse_azure(d.pop("azure"))

        advice = []
        _advice = d.pop("advice")
        for advice_item_data in _advice:
            advice_item = PolicyAdviceRead.from_dict(advice_item_data)

            advice.append(advice_item)

        revision = d.pop("revision")

        def _parse_pending(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        pending = _parse_pending(d.pop("pending"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

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

        items_count = d.pop("items_count")

        policy_read = cls(
            id=id,
            vault_id=vault_id,
            name=name,
            state=state,
            definition=definition,
            azure=azure,
            advice=advice,
            revision=revision,
            pending=pending,
            created_at=created_at,
            updated_at=updated_at,
            as_of=as_of,
            items_count=items_count,
        )

        policy_read.additional_properties = d
        return policy_read
