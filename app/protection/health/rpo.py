"""When the next recovery point of an item is due, and whether it was missed. Pure.

A run of the policy is covered by a usable point made at its time or later. The due time is the first expected run that
no point covers, so it does not depend on the present moment; the state does. Four rules keep it honest:

- A policy owes nothing for the time before it held for the item (`since`). A run of the policy before that was already
  due when the policy changed stays owed until a point comes: changing a policy hides no miss.
- An item that makes no backups on purpose (paused, suspended, soft-deleted) owes nothing: unknown. A VM that is stopped
  or gone does: its protection was not taken away.
- A policy that cannot be counted (Holdfast cannot express its schedule) expects nothing that we could name: unknown.
- A run is missed only if what we know reaches to the end of its grace (`known_until`). While a vault cannot be read,
  its items are due for an hour more, and then unknown. While a backup runs that began within the grace, it stays due:
  whether it leaves a point is not known yet.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Literal

from app.azure.item_states import MAY_BE_BACKED_UP, ItemState
from app.azure.values import PolicyDefinition
from app.protection.health.expected_runs import THE_END, default_grace, grace_for, longest_gap, next_run

EXPECTS_BACKUPS: Final[Collection[ItemState]] = MAY_BE_BACKED_UP
"""Azure makes backups of it, or would but for an error."""
LOOK_COMES_WITHIN: Final = timedelta(hours=1)
"""So long after the grace a sweep of the vault is waited for before the state is unknown."""


class RpoState(StrEnum):
    """The API's `rpo.state`."""

    MET = "met"
    """Every expected run up to now has left a point."""
    DUE = "due"
    """An expected run has no point yet, and its grace has not ended."""
    MISSED = "missed"
    """The grace has ended without a point."""
    UNKNOWN = "unknown"
    """Nothing is expected, or what is expected, or what is there, is not known."""


Source = Literal["policy", "tenant"]


@dataclass(frozen=True, slots=True)
class RpoRule:
    """What the tenant set for an item, or for all of its items: None = as the policy says.

    `since`: when the rule was set; it owes nothing for the time before.
    """

    objective: timedelta | None
    grace: timedelta | None
    since: datetime


@dataclass(frozen=True, slots=True)
class Expected:
    """What a tenant sets for an item, or for all of its items. None = as by default."""

    objective_seconds: int | None = None
    grace_seconds: int | None = None
    consistency: str | None = None
    linux_scripts_expected: bool | None = None


@dataclass(frozen=True, slots=True)
class Owed:
    """What is expected of an item next. Only the state changes with time, and only a change of the facts changes this.

    `due_at` None: nothing can be said, and the state is unknown. `grace` is the one of the run that is due.
    """

    due_at: datetime | None
    grace: timedelta | None
    objective: timedelta | None
    source: Source | None

    @property
    def late_at(self) -> datetime | None:
        """The end of the grace: `missed_since`, once it is missed."""
        return self.due_at + self.grace if self.due_at is not None and self.grace is not None else None


NOTHING: Final = Owed(None, None, None, None)


def owed(
    *,
    state: str,
    definition: PolicyDefinition | None,
    since: datetime,
    last_point: datetime | None,
    rule: RpoRule | None = None,
    before: Owed | None = None,
) -> Owed:
    """What an item owes.

    `state`: an `ItemState`. `definition`: of its policy, None where it has none or it cannot be counted. `since`: since
    when this definition holds for this item. `last_point`: its newest usable point. `before`: what it owed under the
    definition before, if backups were expected of it all the time.
    """
    if state not in EXPECTS_BACKUPS:
        return NOTHING
    objective = longest_gap(definition) if definition is not None else None
    grace = rule.grace if rule is not None else None
    if rule is not None and rule.objective is not None:
        due = _rule_due(rule.objective, rule.since, since, last_point)
        return Owed(due, grace if grace is not None else grace_for(rule.objective), rule.objective, "tenant")
    if definition is None or objective is None:
        return NOTHING
    if grace is None:
        grace = default_grace(definition)
    if before is not None and _stays(before, since, last_point):
        return Owed(before.due_at, before.grace, objective, "policy")
    base = max(since, last_point) if last_point is not None else since
    return Owed(next_run(definition, base), grace, objective, "policy")


def _rule_due(objective: timedelta, set_at: datetime, since: datetime, last_point: datetime | None) -> datetime | None:
    """The objective after the last point; without a point after protection began. Never before the rule was set."""
    last = last_point if last_point is not None else since
    return max(last + objective, set_at) if last.date() < THE_END else None


def _stays(before: Owed, since: datetime, last_point: datetime | None) -> bool:
    """Whether a run of the policy before was due when it changed, and still has no point."""
    return before.due_at is not None and before.due_at <= since and is_uncovered(before, last_point)


def is_uncovered(run: Owed, last_point: datetime | None) -> bool:
    """Whether it is a run of a policy, and no point covers it."""
    if run.due_at is None or run.source != "policy":
        return False
    return last_point is None or last_point < run.due_at


@dataclass(frozen=True, slots=True)
class Rpo:
    """What is shown of an item at a moment."""

    state: RpoState
    objective: timedelta | None
    source: Source | None
    last_point: datetime | None
    due_at: datetime | None
    grace: timedelta | None
    missed_since: datetime | None


def rpo_at(
    due: Owed,
    last_point: datetime | None,
    now: datetime,
    *,
    known_until: datetime | None,
    is_recorded: bool = False,
    is_running: bool = False,
) -> Rpo:
    """`known_until`: what happened in Azure before this moment is known. `is_recorded`: the miss was seen before.

    `is_running`: a backup that began between the due time and the end of the grace has not ended.
    """
    state = state_at(due, now, known_until=known_until, is_recorded=is_recorded, is_running=is_running)
    since = due.late_at if state is RpoState.MISSED else None
    return Rpo(state, due.objective, due.source, last_point, due.due_at, due.grace, since)


def state_at(
    due: Owed, now: datetime, *, known_until: datetime | None, is_recorded: bool = False, is_running: bool = False
) -> RpoState:
    if due.due_at is None or due.late_at is None:
        return RpoState.UNKNOWN
    if now < due.due_at:
        return RpoState.MET
    if now < due.late_at:
        return RpoState.DUE
    is_known = known_until is not None and known_until >= due.late_at
    if is_recorded or (is_known and not is_running):
        return RpoState.MISSED
    return RpoState.DUE if is_running or now < due.late_at + LOOK_COMES_WITHIN else RpoState.UNKNOWN
