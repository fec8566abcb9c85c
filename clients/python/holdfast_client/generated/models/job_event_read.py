from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast
from uuid import UUID

from ..models.job_state import JobState, check_job_state
from ..types import UNSET, Unset

T = TypeVar("T", bound="JobEventRead")


@_dataclass
class JobEventRead:
    """One line of a job's history.

    Attributes:
        id (int): Its number: later lines have higher numbers.
        at (datetime.datetime): When Holdfast observed it (UTC).
        observation (str): What was observed, e.g. accepted, throttled, ended_well.
        state (JobState): The state of a job. Each line says how a job gets into it, and what ends it.
        detail (None | str): What was observed, in words; null: nothing more is known.
        attempt_id (None | UUID): The attempt concerned, if any: its x-ms-client-request-id.
        actor (None | str | Unset): The person who decided, if one did.
    """

    id: int
    at: datetime.datetime
    observation: str
    state: JobState
    detail: None | str
    attempt_id: None | UUID
    actor: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        at = self.at.isoformat()

        observation = self.observation

        state: str = self.state

        detail: None | str
        detail = self.detail

        attempt_id: None | str
        if isinstance(self.attempt_id, UUID):
            attempt_id = str(self.attempt_id)
        else:
            attempt_id = self.attempt_id

        actor: None | str | Unset
        if isinstance(self.actor, Unset):
            actor = UNSET
        else:
            actor = self.actor

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "at": at,
                "observation": observation,
                "state": state,
                "detail": detail,
                "attempt_id": attempt_id,
            }
        )
        if actor is not UNSET:
            field_dict["actor"] = actor

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        at = datetime.datetime.fromisoformat(d.pop("at"))

        observation = d.pop("observation")

        state = check_job_state(d.pop("state"))

        def _parse_detail(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        detail = _parse_detail(d.pop("detail"))

        def _parse_attempt_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                attempt_id_type_0 = UUID(data)

                return attempt_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        attempt_id = _parse_attempt_id(d.pop("attempt_id"))

        def _parse_actor(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        actor = _parse_actor(d.pop("actor", UNSET))

        job_event_read = cls(
            id=id,
            at=at,
            observation=observation,
            state=state,
            detail=detail,
            attempt_id=attempt_id,
            actor=actor,
        )

        job_event_read.additional_properties = d
        return job_event_read
