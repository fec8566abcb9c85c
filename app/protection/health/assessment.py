"""What follows for an item from what is known of it: what it owes, its state, and what to record. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.azure.values import PolicyDefinition
from app.protection.health.rpo import EXPECTS_BACKUPS, Owed, RpoRule, RpoState, is_uncovered, owed, state_at


class HealthEventKind(StrEnum):
    """What happened to what was expected of an item."""

    MISSED = "missed"
    """No usable point came until the end of the grace."""
    RECOVERED = "recovered"
    """A point came that covers the missed run."""
    WITHDRAWN = "withdrawn"
    """It is not expected any more: protection was paused, the data deleted, or a rule relaxed."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an item now."""

    state: str
    updated_at: datetime
    policy_id: UUID | None
    revision: int | None
    revision_at: datetime | None
    """Since when its policy is as it is now."""
    definition: PolicyDefinition | None
    last_point: datetime | None
    rule: RpoRule | None
    known_until: datetime | None
    is_running: bool = False
    """A backup that began between the due time and the end of the grace, as they were found before, has not ended."""
    jobs_known_since: datetime | None = None
    jobs_known_until: datetime | None = None
    """Every backup that Azure began in between is on record."""


@dataclass(frozen=True, slots=True)
class Before:
    """What was found the last time."""

    expects_backups: bool
    policy_id: UUID | None
    revision: int | None
    holds_since: datetime | None
    owed: Owed
    missed_since: datetime | None


@dataclass(frozen=True, slots=True)
class Event:
    kind: HealthEventKind
    at: datetime
    of: Owed
    point_at: datetime | None


@dataclass(frozen=True, slots=True)
class Assessment:
    expects_backups: bool
    holds_since: datetime | None
    owed: Owed
    state: RpoState
    missed_since: datetime | None
    look_at: datetime | None
    events: Sequence[Event]
    unseen: Owed | None = None
    """Ended while no worker looked, and every backup of that time is on record: missed, unless one is found there. Then
    see `unseen_events`."""

    def unseen_events(self, before: datetime | None, point: datetime) -> Sequence[Event]:
        """`before`: the newest point that was known then; `point`: the one that is known now."""
        if self.unseen is None or self.unseen.late_at is None:
            return ()
        missed = Event(HealthEventKind.MISSED, self.unseen.late_at, self.unseen, before)
        return missed, Event(HealthEventKind.RECOVERED, point, self.unseen, point)


def assess(facts: Facts, before: Before | None, now: datetime) -> Assessment:
    expects = facts.state in EXPECTS_BACKUPS
    since = holds_since(facts, before) if expects else None
    due = _kept(facts, before, since, now) if since is not None else None
    if due is None:
        due = owed(
            state=facts.state,
            definition=facts.definition,
            since=since if since is not None else facts.updated_at,
            last_point=facts.last_point,
            rule=facts.rule,
            before=before.owed if before is not None and before.expects_backups else None,
        )
    events: list[Event] = []
    missed_since = before.missed_since if before is not None else None
    if before is not None and missed_since is not None and not _still_missed(before.owed, due, now):
        events.append(_end_of(before.owed, facts.last_point, now))
        missed_since = None
    state = state_at(
        due,
        now,
        known_until=facts.known_until,
        is_recorded=missed_since is not None,
        is_running=facts.is_running and before is not None and due.due_at == before.owed.due_at,
    )
    if state is RpoState.MISSED and due.late_at is not None:
        if missed_since is None:
            events.append(Event(HealthEventKind.MISSED, due.late_at, due, facts.last_point))
        missed_since = due.late_at
    unseen = _unseen(facts, before, due, now)
    return Assessment(expects, since, due, state, missed_since, _look_at(due, state), events, unseen)


def _kept(facts: Facts, before: Before | None, since: datetime, now: datetime) -> Owed | None:
    """A run that was due already stays due while the policy cannot be counted: a change of words is no point."""
    if facts.definition is not None or (facts.rule is not None and facts.rule.objective is not None):
        return None
    if before is None or not before.expects_backups or not is_uncovered(before.owed, facts.last_point):
        return None
    is_same = (before.policy_id, before.revision) == (facts.policy_id, facts.revision)
    if before.owed.due_at is None or before.owed.due_at > (now if is_same else since):
        return None
    grace = facts.rule.grace if facts.rule is not None else None
    return replace(before.owed, grace=grace if grace is not None else before.owed.grace)


def holds_since(facts: Facts, before: Before | None) -> datetime:
    """Since when the item's policy, as it is now, holds for it, as far as we know.

    Azure does not say when an item was given its policy. Our row changed when we learnt it: that is the moment counted
    from, and an item that is seen for the first time owes nothing for the time before.
    """
    if before is None or not before.expects_backups or before.holds_since is None:
        return max(facts.updated_at, facts.revision_at or facts.updated_at)
    if before.policy_id != facts.policy_id:
        return facts.updated_at
    if before.revision != facts.revision:
        return facts.revision_at or facts.updated_at
    return before.holds_since


def _still_missed(missed: Owed, due: Owed, now: datetime) -> bool:
    return due.due_at is not None and due.due_at == missed.due_at and due.late_at is not None and due.late_at <= now


def _end_of(missed: Owed, point: datetime | None, now: datetime) -> Event:
    if point is not None and missed.due_at is not None and point >= missed.due_at:
        return Event(HealthEventKind.RECOVERED, point, missed, point)
    return Event(HealthEventKind.WITHDRAWN, now, missed, point)


def _unseen(facts: Facts, before: Before | None, due: Owed, now: datetime) -> Owed | None:
    """What was due and late while no worker looked, and is covered by now by a point that came later still.

    Nothing, unless all backups of that time are on record: one that is not on record may have left a point in time.
    """
    if before is None or before.missed_since is not None or facts.last_point is None:
        return None
    was, since, until = before.owed, facts.jobs_known_since, facts.jobs_known_until
    if was.due_at is None or was.late_at is None or since is None or until is None:
        return None
    is_over = due.due_at != was.due_at and was.late_at <= now
    is_on_record = since <= was.due_at and was.late_at <= until
    return was if is_over and is_on_record and facts.last_point >= was.late_at else None


def _look_at(due: Owed, state: RpoState) -> datetime | None:
    """From when on the state may be another one though nothing of the item changes.

    After the grace it depends on what is read in Azure: then this stays in the past, and the item is looked at again
    only when its state is another one (store.py).
    """
    if due.due_at is None or due.late_at is None or state is RpoState.MISSED:
        return None
    return due.due_at if state is RpoState.MET else due.late_at
