"""The open alerts of one tenant, and what findings do to them: open, count, heal, and fold storms into one. Pure.

A storm: STORM_SIZE alerts of one kind, cause and place within STORM_WINDOW. They become one alert with a count. What
had not been opened yet is never seen; what had been is resolved, and names the storm. The storm heals when every thing
in it has healed.

What became worse since it was announced is announced again: something weakened outside of which there is more now, and
a storm that has grown to GROWN times what it was. Else one alert that stays open would hide all that follows.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import reduce
from typing import Any
from uuid import UUID

from app.alerts.findings import Finding
from app.alerts.kinds import AlertKind, AlertState, Severity

STORM_SIZE = 5
STORM_WINDOW = timedelta(minutes=10)
GROWN = 4
AGAIN = timedelta(minutes=15)
"""Between two announcements of one alert."""
KEPT_EVENTS = 100
"""Ids of events that an alert keeps: its newest."""
EXAMPLES = 10
"""Subjects that a storm names."""
STORM_REMEDY = (
    "Look for what they have in common (the region's state in Azure Service Health, a network, a permission). {first}"
)


@dataclass(frozen=True, slots=True)
class Told:
    """A finding, and the event that it was found in."""

    finding: Finding
    seen_at: datetime
    event_id: str | None = None
    vault_id: UUID | None = None
    labels: dict[str, str] | None = None
    place: str = ""
    """The region; empty = it is never a part of a storm."""
    severity: Severity = Severity.WARNING


@dataclass(slots=True)
class OpenAlert:
    """A row of `alerts` that is not resolved, or was resolved just now."""

    id: UUID
    kind: str
    key: str
    storm_key: str | None
    is_storm: bool
    severity: str
    subject: str
    vm_id: str | None
    vault_id: UUID | None
    labels: dict[str, str] | None
    title: str
    remedy: str
    details: dict[str, Any]
    count: int
    first_at: datetime
    last_at: datetime
    seen_at: datetime
    events: list[str]
    state: str = AlertState.OPEN
    is_opened: bool = False
    told_at: datetime | None = None
    told_size: int | None = None
    """How many things it was about when it was announced last."""
    is_worse: bool = False
    due_at: datetime | None = None
    is_new: bool = True
    is_changed: bool = True
    is_resolved: bool = False
    folded_into: UUID | None = None
    members: set[str] = field(default_factory=set)
    """Of a storm: those of its members that were loaded or joined."""
    others: int = 0
    """Of a storm: how many members were not loaded."""
    joined: set[str] = field(default_factory=set)
    left: set[str] = field(default_factory=set)


def thing_of(key: str) -> str:
    return key.partition("/")[0]


def covers(healed: str, key: str) -> bool:
    """Whether what healed is this thing and cause, or the thing with all its causes."""
    return key == healed or key.startswith(f"{healed}/")


def storm_key_of(told: Told) -> str | None:
    return f"{told.finding.cause}|{told.place}" if told.place else None


class Board:
    """`alerts`: every open alert that the findings may concern (records.py loads them)."""

    def __init__(self, alerts: Iterable[OpenAlert], new_id: Callable[[], UUID]) -> None:
        self._new_id = new_id
        self.alerts: list[OpenAlert] = list(alerts)
        self._single: dict[tuple[str, str], OpenAlert] = {}
        self._of_thing: dict[tuple[str, str], set[str]] = {}
        self._storms: dict[tuple[str, str], OpenAlert] = {}
        self._storm_of: dict[tuple[str, str], OpenAlert] = {}
        self._near: dict[tuple[str, str], list[OpenAlert]] = {}
        for alert in self.alerts:
            self._file(alert)

    def _file(self, alert: OpenAlert) -> None:
        if alert.is_storm:
            self._storms[alert.kind, alert.storm_key or ""] = alert
            for key in alert.members:
                self._storm_of[alert.kind, key] = alert
                self._of_thing.setdefault((alert.kind, thing_of(key)), set()).add(key)
            return
        self._single[alert.kind, alert.key] = alert
        self._of_thing.setdefault((alert.kind, thing_of(alert.key)), set()).add(alert.key)
        if alert.storm_key is not None:
            self._near.setdefault((alert.kind, alert.storm_key), []).append(alert)

    def take(self, told: Told) -> None:
        """What one finding does."""
        if told.finding.opens:
            self._open(told)
        else:
            self._heal(told)

    # --- what is wrong -------------------------------------------------------------------------------------------
    def _open(self, told: Told) -> None:
        kind, key = told.finding.kind.value, told.finding.key
        known = self._single.get((kind, key)) or self._storm_of.get((kind, key))
        if known is not None:
            self._add(known, told)
            return
        storm_key = storm_key_of(told)
        storm = self._storms.get((kind, storm_key)) if storm_key is not None else None
        if storm is not None:
            self._join(storm, key)
            self._add(storm, told)
            _widen(storm, told)
            return
        alert = self._made(told, storm_key)
        self.alerts.append(alert)
        self._file(alert)
        if storm_key is not None:
            self._fold(kind, storm_key, told.seen_at)

    def _made(self, told: Told, storm_key: str | None) -> OpenAlert:
        found = told.finding
        return OpenAlert(
            id=self._new_id(),
            kind=found.kind.value,
            key=found.key,
            storm_key=storm_key,
            is_storm=False,
            severity=told.severity.value,
            subject=found.subject,
            vm_id=found.vm_id,
            vault_id=told.vault_id,
            labels=told.labels,
            title=found.title,
            remedy=found.remedy,
            details=dict(found.details),
            count=max(1, found.times),
            first_at=found.at,
            last_at=found.at,
            seen_at=told.seen_at,
            events=[told.event_id] if told.event_id else [],
        )

    def _add(self, alert: OpenAlert, told: Told) -> None:
        """Once more. A storm keeps its words, and counts; another keeps the newest words."""
        found = told.finding
        if told.event_id is not None and told.event_id in alert.events:
            return
        if told.event_id is None and alert.last_at >= found.at:
            return  # a look at the clock that found the same again
        alert.is_changed = True
        alert.count += found.times
        alert.is_worse |= found.is_worse and alert.told_at is not None
        alert.first_at, alert.last_at = min(alert.first_at, found.at), max(alert.last_at, found.at)
        alert.seen_at = max(alert.seen_at, told.seen_at)
        alert.events = [*alert.events, *([told.event_id] if told.event_id else [])][-KEPT_EVENTS:]
        if alert.is_storm:
            _retitle(alert, found.subject)
        else:
            alert.title, alert.remedy, alert.details = found.title, found.remedy, dict(found.details)

    def _join(self, storm: OpenAlert, key: str) -> None:
        storm.members.add(key)
        storm.joined.add(key)
        storm.left.discard(key)
        storm.is_changed = True
        self._storm_of[storm.kind, key] = storm
        self._of_thing.setdefault((storm.kind, thing_of(key)), set()).add(key)

    def _fold(self, kind: str, storm_key: str, now: datetime) -> None:
        near = [one for one in self._near[kind, storm_key] if not one.is_resolved]
        self._near[kind, storm_key] = near
        recent = [one for one in near if now - one.seen_at <= STORM_WINDOW]
        if len(recent) < STORM_SIZE:
            return
        storm = _storm_of(recent, self._new_id())
        self.alerts.append(storm)
        self._storms[kind, storm_key] = storm
        for one in recent:
            self._join(storm, one.key)
            self._end(one)
            one.folded_into = storm.id

    # --- what is well again --------------------------------------------------------------------------------------
    def _heal(self, told: Told) -> None:
        kind, healed = told.finding.kind.value, told.finding.key
        keys = self._of_thing.get((kind, thing_of(healed)), set())
        for key in [key for key in keys if covers(healed, key)]:
            keys.discard(key)
            single, storm = self._single.get((kind, key)), self._storm_of.pop((kind, key), None)
            if single is not None:
                self._witness(single, told)
                self._end(single)
            if storm is not None:
                storm.members.discard(key)
                storm.left.add(key)
                storm.joined.discard(key)
                self._witness(storm, told)
                if not storm.members and not storm.others:
                    self._end(storm)
                    self._storms.pop((kind, storm.storm_key or ""), None)

    def _witness(self, alert: OpenAlert, told: Told) -> None:
        """The event that healed it is one of its events."""
        alert.is_changed = True
        alert.events = [*alert.events, *([told.event_id] if told.event_id else [])][-KEPT_EVENTS:]

    def _end(self, alert: OpenAlert) -> None:
        alert.is_resolved = alert.is_changed = True
        alert.state = AlertState.RESOLVED
        self._single.pop((alert.kind, alert.key), None)


def _widen(storm: OpenAlert, told: Told) -> None:
    """One more is in it. What was announced of one vault stays about that one, until it is announced again."""
    if storm.told_size is not None and len(storm.members) + storm.others >= GROWN * storm.told_size:
        storm.is_worse = True
    if storm.told_at is None or storm.is_worse:
        storm.vault_id = storm.vault_id if storm.vault_id == told.vault_id else None
        storm.labels = _common(storm.labels, told.labels)


def _common(one: dict[str, str] | None, other: dict[str, str] | None) -> dict[str, str] | None:
    """The labels that both have: a silence of a label holds back a storm of which all have it."""
    return {name: value for name, value in (one or {}).items() if (other or {}).get(name) == value} or None


def _storm_of(parts: Sequence[OpenAlert], new_id: UUID) -> OpenAlert:
    """One alert in place of these: as grave as the gravest, about their vault and labels where these are the same."""
    first = min(parts, key=lambda one: one.first_at)
    vaults = {one.vault_id for one in parts}
    order = [Severity.INFO, Severity.WARNING, Severity.CRITICAL]
    events = [event for one in parts for event in one.events]
    storm = OpenAlert(
        id=new_id,
        kind=first.kind,
        key=f"storm/{first.storm_key}",
        storm_key=first.storm_key,
        is_storm=True,
        severity=max((Severity(one.severity) for one in parts), key=order.index).value,
        subject=_LISTS.get(first.kind, "/v1/alerts"),
        vm_id=None,
        vault_id=vaults.pop() if len(vaults) == 1 else None,
        labels=reduce(_common, [one.labels for one in parts]),
        title="",
        remedy=STORM_REMEDY.format(first=first.remedy),
        details={
            "cause": (first.storm_key or "").partition("|")[0],
            "place": (first.storm_key or "").partition("|")[2],
            "like": first.title,
            "examples": [],
        },
        count=sum(one.count for one in parts),
        first_at=first.first_at,
        last_at=max(one.last_at for one in parts),
        seen_at=max(one.seen_at for one in parts),
        events=events[-KEPT_EVENTS:],
    )
    for one in parts:
        _retitle(storm, one.subject)
    return storm


_LISTS = {
    AlertKind.JOB_FAILED.value: "/v1/jobs",
    AlertKind.AZURE_SILENT.value: "/v1/vaults",
}
"""Where the members of a storm are listed; elsewhere the alert itself names some."""


def _retitle(storm: OpenAlert, subject: str) -> None:
    examples: list[str] = storm.details["examples"]
    if subject not in examples and len(examples) < EXAMPLES:
        storm.details = storm.details | {"examples": [*examples, subject]}
    storm.title = f"{storm.count} times in {storm.details['place']}: {storm.details['like']}"
