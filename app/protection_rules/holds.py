"""Whether an enforced rule may go on, and how fast. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from app.protection_rules.rules import OnLost, RuleMode

MOST_UNCONFIRMED = 100
"""How many VMs a rule may be about to touch without a number that a caller has confirmed."""
HOUR = timedelta(hours=1)


class RuleState(StrEnum):
    """What a rule does. The API's `state` lists the same."""

    OBSERVING = "observing"
    """Nothing: its mode is `observe`, or it waits for an approval."""
    ENFORCING = "enforcing"
    STOPPED = "stopped"


class HoldReason(StrEnum):
    """Why an enforced rule does nothing. The API's `waiting.reason` lists the same."""

    APPROVAL = "approval"
    """A second person has not approved it as it is now."""
    CONFIRM = "confirm"
    """It would touch more VMs than a caller has confirmed."""
    OWNER = "owner"
    """The person in whose name it acts has no right to write rules any more."""


def state_of(mode: str, stopped_at: datetime | None, waiting: Mapping[str, Any] | None) -> RuleState:
    if mode == RuleMode.OBSERVE or (waiting is not None and waiting["reason"] == HoldReason.APPROVAL):
        return RuleState.OBSERVING
    return RuleState.STOPPED if stopped_at is not None else RuleState.ENFORCING


def decides(mode: str, waiting: Mapping[str, Any] | None) -> bool:
    """Whether it counts against other rules: also while it is stopped, and not before it was approved."""
    return state_of(mode, None, waiting) is RuleState.ENFORCING


def operations_of(on_lost: str) -> tuple[str, ...]:
    """What enforcing is called in a tenant's `approvals`, narrowest first."""
    return ("stop_protection", "protection_rule") if on_lost == OnLost.PAUSE else ("protection_rule",)


def needs_approval(on_lost: str, rule_hash: str, approved_hash: str | None, wanted: Collection[str]) -> bool:
    """`wanted`: the tenant's setting."""
    return approved_hash != rule_hash and any(one in wanted for one in operations_of(on_lost))


def needs_confirm(touched: int, confirmed: int) -> bool:
    """`confirmed`: how many of them a caller has confirmed."""
    return touched - confirmed > MOST_UNCONFIRMED


def still_confirmed(confirmed: int, touched: int, *, is_whole: bool) -> int:
    """How many stay confirmed. `is_whole`: all was read; else the rule may touch more than it seems to."""
    return min(confirmed, touched) if is_whole else confirmed


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many jobs may be asked for now, and when one more may be."""

    now: int
    more_at: datetime | None
    """None = more may be asked for already."""


def allowance(max_per_hour: int, asked: Sequence[datetime], now: datetime) -> Allowance:
    """`asked`: when the jobs of the rule of the last hour were asked for. No hour has more of them than allowed."""
    recent = sorted(at for at in asked if at > now - HOUR)
    left = max_per_hour - len(recent)
    if left > 0:
        return Allowance(left, None)
    return Allowance(0, recent[-max_per_hour] + HOUR)
