from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar

from ..models.recovery_gate_decision_read_decision import (
    RecoveryGateDecisionReadDecision,
    check_recovery_gate_decision_read_decision,
)

T = TypeVar("T", bound="RecoveryGateDecisionRead")


@_dataclass
class RecoveryGateDecisionRead:
    """What a person decided at a gate, and why.

    Attributes:
        decision (RecoveryGateDecisionReadDecision): go or stop.
        reason (str): Why, in words for people.
        by (str): Who decided: the display name.
        at (datetime.datetime): When it happened (UTC).
    """

    decision: RecoveryGateDecisionReadDecision
    reason: str
    by: str
    at: datetime.datetime
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        decision: str = self.decision

        reason = self.reason

        by = self.by

        at = self.at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "decision": decision,
                "reason": reason,
                "by": by,
                "at": at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        decision = check_recovery_gate_decision_read_decision(d.pop("decision"))

        reason = d.pop("reason")

        by = d.pop("by")

        at = datetime.datetime.fromisoformat(d.pop("at"))

        recovery_gate_decision_read = cls(
            decision=decision,
            reason=reason,
            by=by,
            at=at,
        )

        recovery_gate_decision_read.additional_properties = d
        return recovery_gate_decision_read
