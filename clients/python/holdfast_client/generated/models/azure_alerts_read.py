from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast
from uuid import UUID

from ..models.azure_alerts_read_state import AzureAlertsReadState, check_azure_alerts_read_state

T = TypeVar("T", bound="AzureAlertsRead")


@_dataclass
class AzureAlertsRead:
    """What is set. While the first job runs, or after it has failed: what was asked.

    Attributes:
        vault_id (UUID): Id of the vault: /v1/vaults/{id}.
        state (AzureAlertsReadState): incomplete: the last job ended badly, and some of it may be in Azure. PUT again,
            or DELETE.
        action_group_id (str): ARM id of the action group that is told.
        made_action_group (bool): Holdfast makes the group, and removes it.
        emails (list[str]): Addresses that are told, where Holdfast made the group.
        severity (int): Of the metric alert: 0 (critical) to 4 (verbose).
        built_in (bool): Whether Azure's built-in alerts of failed jobs are on.
        receive (bool): Whether the group calls Holdfast, too.
        heard_at (datetime.datetime | None): When an alert of the vault last came in.
        job (str): The newest job about it: /v1/jobs/{id}; null: none.
        as_of (datetime.datetime | None): When Azure was last seen to have it so.
    """

    vault_id: UUID
    state: AzureAlertsReadState
    action_group_id: str
    made_action_group: bool
    emails: list[str]
    severity: int
    built_in: bool
    receive: bool
    heard_at: datetime.datetime | None
    job: str
    as_of: datetime.datetime | None
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        vault_id = str(self.vault_id)

        state: str = self.state

        action_group_id = self.action_group_id

        made_action_group = self.made_action_group

        emails = self.emails

        severity = self.severity

        built_in = self.built_in

        receive = self.receive

        heard_at: None | str
        if isinstance(self.heard_at, datetime.datetime):
            heard_at = self.heard_at.isoformat()
        else:
            heard_at = self.heard_at

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
                "vault_id": vault_id,
                "state": state,
                "action_group_id": action_group_id,
                "made_action_group": made_action_group,
                "emails": emails,
                "severity": severity,
                "built_in": built_in,
                "receive": receive,
                "heard_at": heard_at,
                "job": job,
                "as_of": as_of,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        vault_id = UUID(d.pop("vault_id"))

        state = check_azure_alerts_read_state(d.pop("state"))

        action_group_id = d.pop("action_group_id")

        made_action_group = d.pop("made_action_group")

        emails = cast(list[str], d.pop("emails"))

        severity = d.pop("severity")

        built_in = d.pop("built_in")

        receive = d.pop("receive")

        def _parse_heard_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                heard_at_type_0 = datetime.datetime.fromisoformat(data)

                return heard_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        heard_at = _parse_heard_at(d.pop("heard_at"))

        job = d.pop("job")

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

        azure_alerts_read = cls(
            vault_id=vault_id,
            state=state,
            action_group_id=action_group_id,
            made_action_group=made_action_group,
            emails=emails,
            severity=severity,
            built_in=built_in,
            receive=receive,
            heard_at=heard_at,
            job=job,
            as_of=as_of,
        )

        azure_alerts_read.additional_properties = d
        return azure_alerts_read
