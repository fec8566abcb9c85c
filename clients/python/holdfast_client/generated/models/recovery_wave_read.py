from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..models.recovery_wave_state import RecoveryWaveState, check_recovery_wave_state
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.recovery_gate_read import RecoveryGateRead


T = TypeVar("T", bound="RecoveryWaveRead")


@_dataclass
class RecoveryWaveRead:
    """A wave of the run, and the gate after it.

    Attributes:
        name (str): Name of the wave.
        state (RecoveryWaveState): How far a wave is; `gate`: its VMs have ended, and its gate is not open.
        gate (RecoveryGateRead): The gate after a wave.
        began_at (datetime.datetime | None | Unset): When its first restore was asked for (UTC); null: not yet.
    """

    name: str
    state: RecoveryWaveState
    gate: RecoveryGateRead
    began_at: datetime.datetime | None | Unset = UNSET
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        state: str = self.state

        gate = self.gate.to_dict()

        began_at: None | str | Unset
        if isinstance(self.began_at, Unset):
            began_at = UNSET
        elif isinstance(self.began_at, datetime.datetime):
            began_at = self.began_at.isoformat()
        else:
            began_at = self.began_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "state": state,
                "gate": gate,
            }
        )
        if began_at is not UNSET:
            field_dict["began_at"] = began_at

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.recovery_gate_read import RecoveryGateRead  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name")

        state = check_recovery_wave_state(d.pop("state"))

        gate = RecoveryGateRead.from_dict(d.pop("gate"))

        def _parse_began_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                began_at_type_0 = datetime.datetime.fromisoformat(data)

                return began_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        began_at = _parse_began_at(d.pop("began_at", UNSET))

        recovery_wave_read = cls(
            name=name,
            state=state,
            gate=gate,
            began_at=began_at,
        )

        recovery_wave_read.additional_properties = d
        return recovery_wave_read
