from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import Any, TypeVar, cast

from ..models.recovery_gate_kind import RecoveryGateKind, check_recovery_gate_kind
from ..types import UNSET, Unset

T = TypeVar("T", bound="RecoveryGateBody")


@_dataclass
class RecoveryGateBody:
    """What must be true after a wave. It also needs that no member failed which may not (`person` decides on that).

    Attributes:
        kind (RecoveryGateKind | Unset): What must be true after a wave before the next one begins. Each needs that no
            member failed which may not.
        seconds (int | None | Unset): Of delay: how long. Of check and person: the time limit (default 1800 and 86400);
            then the run stops.
    """

    kind: RecoveryGateKind | Unset = UNSET
    seconds: int | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        kind: str | Unset = UNSET
        if not isinstance(self.kind, Unset):
            kind = self.kind

        seconds: int | None | Unset
        if isinstance(self.seconds, Unset):
            seconds = UNSET
        else:
            seconds = self.seconds

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if kind is not UNSET:
            field_dict["kind"] = kind
        if seconds is not UNSET:
            field_dict["seconds"] = seconds

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        _kind = d.pop("kind", UNSET)
        kind: RecoveryGateKind | Unset
        if isinstance(_kind, Unset):
            kind = UNSET
        else:
            kind = check_recovery_gate_kind(_kind)

        def _parse_seconds(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        seconds = _parse_seconds(d.pop("seconds", UNSET))

        recovery_gate_body = cls(
            kind=kind,
            seconds=seconds,
        )

        return recovery_gate_body
