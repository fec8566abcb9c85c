from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import Any, TypeVar

from ..models.recovery_gate_decide_decision import RecoveryGateDecideDecision, check_recovery_gate_decide_decision

T = TypeVar("T", bound="RecoveryGateDecide")


@_dataclass
class RecoveryGateDecide:
    """What a person decides at a gate.

    Attributes:
        decision (RecoveryGateDecideDecision): go: the next wave begins; stop: nothing more begins.
        reason (str): Why. It is stored with your name.
    """

    decision: RecoveryGateDecideDecision
    reason: str

    def to_dict(self) -> dict[str, Any]:
        decision: str = self.decision

        reason = self.reason

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "decision": decision,
                "reason": reason,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        decision = check_recovery_gate_decide_decision(d.pop("decision"))

        reason = d.pop("reason")

        recovery_gate_decide = cls(
            decision=decision,
            reason=reason,
        )

        return recovery_gate_decide
