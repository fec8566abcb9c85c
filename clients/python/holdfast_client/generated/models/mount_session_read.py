from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast

from ..models.mount_session_read_ended_by_type_0 import (
    MountSessionReadEndedByType0,
    check_mount_session_read_ended_by_type_0,
)
from ..models.mount_session_read_state import MountSessionReadState, check_mount_session_read_state

T = TypeVar("T", bound="MountSessionRead")


@_dataclass
class MountSessionRead:
    """The session of files that were mounted.

    Attributes:
        state (MountSessionReadState): `mounted`: its script works; `ended`.
        expires_at (datetime.datetime): Azure ends the session at this time, unless it is renewed.
        ended_at (datetime.datetime | None): When it ended (UTC); null: it has not.
        ended_by (MountSessionReadEndedByType0 | None): azure: it had already ended by itself.
    """

    state: MountSessionReadState
    expires_at: datetime.datetime
    ended_at: datetime.datetime | None
    ended_by: MountSessionReadEndedByType0 | None
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        state: str = self.state

        expires_at = self.expires_at.isoformat()

        ended_at: None | str
        if isinstance(self.ended_at, datetime.datetime):
            ended_at = self.ended_at.isoformat()
        else:
            ended_at = self.ended_at

        ended_by: None | str
        if isinstance(self.ended_by, str):
            ended_by = self.ended_by
        else:
            ended_by = self.ended_by

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "state": state,
                "expires_at": expires_at,
                "ended_at": ended_at,
                "ended_by": ended_by,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        state = check_mount_session_read_state(d.pop("state"))

        expires_at = datetime.datetime.fromisoformat(d.pop("expires_at"))

        def _parse_ended_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                ended_at_type_0 = datetime.datetime.fromisoformat(data)

                return ended_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        ended_at = _parse_ended_at(d.pop("ended_at"))

        def _parse_ended_by(data: object) -> MountSessionReadEndedByType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                ended_by_type_0 = check_mount_session_read_ended_by_type_0(data)

                return ended_by_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(MountSessionReadEndedByType0 | None, data)

        ended_by = _parse_ended_by(d.pop("ended_by"))

        mount_session_read = cls(
            state=state,
            expires_at=expires_at,
            ended_at=ended_at,
            ended_by=ended_by,
        )

        mount_session_read.additional_properties = d
        return mount_session_read
