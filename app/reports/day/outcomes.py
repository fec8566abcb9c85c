"""What became of an item's backups on one day: the runs that were expected, and the jobs that answer them. Pure.

- A run is expected where a policy plans it, and the item was backed up by that policy at that moment: not before its
  protection began, not while it was paused. A stopped VM is backed up; a paused item is not, and is not missed.
- A backup counts for the run that was due last before it began, at most 24 hours before: a retry or a backup on demand
  after a failure makes the run done.
- It is `late` if it began only after the grace: made all the same, but the item's health counts a miss until then.
- A run without a backup is `missed` when its grace is over and the vault's jobs of that time were read in full. Until
  then, and of a time that was never read, the outcome is not known (None): an absent job is no fact.
- A backup that belongs to no run (on demand, or of a policy that cannot be counted) is a run without a due time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from app.azure.item_states import MAY_BE_BACKED_UP, ItemState
from app.jobs.kinds import JobKind
from app.jobs.lifecycle import State


class Outcome(StrEnum):
    """The API's `outcome`; None beside it: not known."""

    DONE = "done"
    DONE_WITH_WARNINGS = "done_with_warnings"
    FAILED = "failed"
    MISSED = "missed"
    RUNNING = "running"
    NOT_DUE = "not_due"


class Reason(StrEnum):
    """Why an outcome is not known, or why nothing was due. The API's `reason`."""

    WITHIN_GRACE = "within_grace"
    """Due, and it may still begin in time."""
    VAULT_NOT_READ = "vault_not_read"
    """The vault's jobs were not read in full from the due time to the end of the grace."""
    POLICY_NOT_COUNTED = "policy_not_counted"
    """Holdfast cannot express the policy's schedule, so the runs are not known."""
    POLICY_NOT_KNOWN = "policy_not_known"
    """Which policy the item followed at that time is not known."""
    NOT_DUE_YET = "not_due_yet"
    """The day is not over: its runs come later."""
    NO_RUN_PLANNED = "no_run_planned"
    """The policy plans none on this day."""
    NOT_PROTECTED_YET = "not_protected_yet"
    PAUSED = "paused"
    SUSPENDED = "suspended"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Run:
    """A planned run. A backup that begins before `until` counts for it; it is missed after `late_at`."""

    due_at: datetime
    until: datetime
    late_at: datetime


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup job."""

    id: str
    at: datetime
    """When it began; if that is not known (yet), when it was asked for."""
    state: str
    error: dict[str, Any] | None = None
    warning: dict[str, Any] | None = None
    bytes: int | None = None


@dataclass(frozen=True, slots=True)
class ItemChange:
    """A write of ours that changed whether, or by which policy, an item is backed up."""

    at: datetime
    kind: str
    from_policy: str | None = None
    """The policy before, by name; None = it had none, or that is not known."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A run and what became of it. `due_at` None: a backup that belongs to no run."""

    due_at: datetime | None
    outcome: Outcome | None
    reason: Reason | None = None
    backup: Backup | None = None
    late: bool | None = None
    """Whether the backup began after the grace; None = there is none, or it belongs to no run."""

    @property
    def counts(self) -> bool:
        """Whether it was due, or was made without being due."""
        return self.outcome is not Outcome.NOT_DUE and (self.due_at is not None or self.outcome is not None)


@dataclass(frozen=True, slots=True)
class ItemDay:
    """The item's day: the run that is worst off, and the others."""

    judged: Judged
    others: Sequence[Judged] = ()
    is_uncounted: bool = False

    @property
    def runs(self) -> list[Judged]:
        """Those that count: what was due, and what was made without being due."""
        return [one for one in (self.judged, *self.others) if one.counts]


@dataclass(frozen=True, slots=True)
class Window:
    """The day, the `moment` of the report, and between which times everything that began in the vault is known."""

    begins: datetime
    ends: datetime
    moment: datetime
    known_since: datetime | None
    known_until: datetime | None

    def covers(self, run: Run) -> bool:
        """Whether every backup that could answer this run in time is known."""
        if self.known_since is None or self.known_until is None:
            return False
        return self.known_since <= run.due_at and run.late_at <= self.known_until


WORST_FIRST: Final[Sequence[Outcome | None]] = (
    Outcome.MISSED,
    Outcome.FAILED,
    None,
    Outcome.RUNNING,
    Outcome.DONE_WITH_WARNINGS,
    Outcome.DONE,
    Outcome.NOT_DUE,
)
BAD: Final = frozenset({Outcome.MISSED, Outcome.FAILED})
_WORST: Final = {outcome: number for number, outcome in enumerate(WORST_FIRST)}
_ENDED: Final = {
    State.SUCCEEDED: Outcome.DONE,
    State.SUCCEEDED_WITH_WARNINGS: Outcome.DONE_WITH_WARNINGS,
    State.FAILED: Outcome.FAILED,
    State.CANCELLED: Outcome.FAILED,
}
_BEST_FIRST: Final = (Outcome.DONE, Outcome.DONE_WITH_WARNINGS, Outcome.RUNNING, Outcome.FAILED)


def outcome_of(backup: Backup) -> Outcome:
    """A backup that needs a decision has not ended."""
    return _ENDED.get(State(backup.state), Outcome.RUNNING)


# --- was a run expected of the item ----------------------------------------------------------------------------------
POLICY_CHANGES: Final = frozenset(
    {JobKind.CHANGE_POLICY, JobKind.RESUME, JobKind.PAUSE, JobKind.SUSPEND, JobKind.UNPROTECT, JobKind.PROTECT}
)
"""Kinds of changes that give the item a policy, or take it from the item."""
WITHOUT_POLICY_BEFORE: Final = frozenset({JobKind.RESUME, JobKind.PROTECT})
"""Before these nothing was due."""
_STATES: Final = {
    ItemState.PAUSED: Reason.PAUSED,
    ItemState.SUSPENDED: Reason.SUSPENDED,
    ItemState.SOFT_DELETED: Reason.DELETED,
    ItemState.PROTECTING: Reason.NOT_PROTECTED_YET,
}
_BEFORE: Final = {
    JobKind.PROTECT: Reason.NOT_PROTECTED_YET,
    JobKind.RESUME: Reason.PAUSED,
    JobKind.UNDELETE: Reason.DELETED,
}
"""What the item was before a change of this kind; before a kind that is not here it had a policy, or it was stopped."""
_MAY_COME_TWICE: Final = frozenset({JobKind.PAUSE, JobKind.UNPROTECT})
"""A suspended item can be paused, and the data of a stopped one deleted: then the change names no policy before."""


def reason_of_state(state: str) -> Reason | None:
    """Why an item of this state is not to be backed up; None = it is."""
    return None if state in MAY_BE_BACKED_UP else _STATES.get(ItemState(state), Reason.PAUSED)


def why_not_expected(state: str, since: datetime, changes: Sequence[ItemChange], at: datetime) -> Reason | None:
    """Why the item was not to be backed up at a moment; None = it was.

    `state`: the item's present one. `since`: when it came to be here. `changes`: those we know, oldest first. The first
    change after the moment says what the item was before it; without one it was what it is now.
    """
    if at < since:
        return Reason.NOT_PROTECTED_YET
    following = next((change for change in changes if change.at > at), None)
    if following is None:
        return reason_of_state(state)
    kind = JobKind(following.kind)
    if kind in _MAY_COME_TWICE and following.from_policy is None:
        return Reason.PAUSED
    return _BEFORE.get(kind)


# --- what became of it -----------------------------------------------------------------------------------------------
def judge(runs: Sequence[Run], backups: Sequence[Backup], window: Window) -> list[Judged]:
    """Each run, oldest first, with the backup that answers it. `backups`: of the item, in any order."""
    return [_judged(run, [one for one in backups if run.due_at <= one.at < run.until], window) for run in runs]


def _judged(run: Run, backups: Sequence[Backup], window: Window) -> Judged:
    if backups:
        found = [(outcome_of(one), one) for one in backups]
        best = min((outcome for outcome, _ in found), key=_BEST_FIRST.index)
        such = sorted((one for outcome, one in found if outcome is best), key=lambda one: one.at)
        return Judged(run.due_at, best, None, such[-1], late=such[0].at >= run.late_at)
    if window.moment < run.due_at:
        return Judged(run.due_at, Outcome.NOT_DUE, Reason.NOT_DUE_YET)
    if window.moment < run.late_at:
        return Judged(run.due_at, None, Reason.WITHIN_GRACE)
    if window.covers(run):
        return Judged(run.due_at, Outcome.MISSED)
    return Judged(run.due_at, None, Reason.VAULT_NOT_READ)


def unplanned(runs: Iterable[Run], backups: Sequence[Backup], window: Window) -> list[Judged]:
    """Backups that began on the day and belong to no run."""
    of_runs = list(runs)
    return [
        Judged(None, outcome_of(one), None, one)
        for one in sorted(backups, key=lambda one: one.at)
        if window.begins <= one.at < window.ends and not any(run.due_at <= one.at < run.until for run in of_runs)
    ]


def summed(judged: Sequence[Judged], *, is_uncounted: bool = False) -> ItemDay:
    """The day as one: the worst run leads, of equal ones the latest. There is at least one."""
    if len(judged) == 1:
        return ItemDay(judged[0], (), is_uncounted)
    order = sorted(range(len(judged)), key=lambda at: (_WORST[judged[at].outcome], -at))
    return ItemDay(judged[order[0]], [judged[at] for at in sorted(order[1:])], is_uncounted)
