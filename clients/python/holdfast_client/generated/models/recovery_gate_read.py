from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..models.recovery_gate_kind import RecoveryGateKind, check_recovery_gate_kind
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.recovery_gate_decision_read import RecoveryGateDecisionRead


T = TypeVar("T", bound="RecoveryGateRead")


@_dataclass
class RecoveryGateRead:
    """The gate after a wave.

    Attributes:
        kind (RecoveryGateKind): What must be true after a wave before the next one begins. Each needs that no member
            failed which may not.
        unready (list[str]): Of a check: the VMs that were not ready at the last look.
        since (datetime.datetime | None | Unset): When the last member of the wave had ended.
        until (datetime.datetime | None | Unset): Of delay: when it opens. Of check and person: the time limit.
        decision (None | RecoveryGateDecisionRead | Unset): What a person decided; null: nothing.
    """

    kind: RecoveryGateKind
    unready: list[str]
    since: datetime.datetime | None | Unset = UNSET
    until: datetime.datetime | None | Unset = UNSET
    decision: None | RecoveryGateDecisionRead | Unset = UNSET
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.recovery_gate_decision_read import RecoveryGateDecisionRead  # noqa: PLC0415

        kind: str = self.kind

        unready = self.unready

        since: None | str | Unset
        if isinstance(self.since, Unset):
            since = UNSET
        elif isinstance(self.since, datetime.datetime):
            since = self.since.isoformat()
        else:
            since = self.since

        until: None | str | Unset
        if isinstance(self.until, Unset):
            until = UNSET
        elif isinstance(self.until, datetime.datetime):
            until = self.until.isoformat()
        else:
            until = self.until

        decision: dict[str, Any] | None | Unset
        if isinstance(self.decision, Unset):
            decision = UNSET
        elif isinstance(self.decision, RecoveryGateDecisionRead):
            decision = self.decision.to_dict()
        else:
            decision = self.decision

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "kind": kind,
                "unready": unready,
            }
        )
        if since is not UNSET:
            field_dict["since"] = since
        if until is not UNSET:
            field_dict["until"] = until
        if decision is not UNSET:
            field_dict["decision"] = decision

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.recovery_gate_decision_read import RecoveryGateDecisionRead  # noqa: PLC0415

        d = dict(src_dict)
        kind = check_recovery_gate_kind(d.pop("kind"))

        unready = cast(list[str], d.pop("unready"))

        def _parse_since(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                since_type_0 = datetime.datetime.fromisoformat(data)

                return since_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        since = _parse_since(d.pop("since", UNSET))

        def _parse_until(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                until_type_0 = datetime.datetime.fromisoformat(data)

                return until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        until = _parse_until(d.pop("until", UNSET))

        def _parse_decision(data: object) -> None | RecoveryGateDecisionRead | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                decision_type_0 = RecoveryGateDecisionRead.from_dict(data)

                return decision_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RecoveryGateDecisionRead | Unset, data)

        decision = _parse_decision(d.pop("decision", UNSET))

        recovery_gate_read = cls(
            kind=kind,
            unready=unready,
            since=since,
            until=until,
            decision=decision,
        )

        recovery_gate_read.additional_properties = d
        return recovery_gate_read
