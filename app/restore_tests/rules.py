"""What a run of a restore test does next. Pure: read it first.

    waiting ──> restoring ──> verifying ──> keeping ──> tearing_down ──> ended
       │            │             └──────────^  (a failure keeps the machine, too)
       └── ended    └──> tearing_down (a restore that failed may have left something; one that is late is waited for)

The outcome is decided before the machine is kept; after that only `left` is added. Each state has a clock that starts
when the state begins, so a run ends even if Azure never answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from app.jobs.lifecycle import TERMINAL, State
from app.restore_tests.levels import ORDER, Level


class RunState(StrEnum):
    """How far a run is. The API's `state` lists the same."""

    WAITING = "waiting"
    """For its turn: `max_in_flight` others run, or a restore that a person asked for goes first."""
    RESTORING = "restoring"
    """Its restore, an ordinary job, runs."""
    VERIFYING = "verifying"
    """The restored machine is looked at, level by level."""
    KEEPING = "keeping"
    """The outcome is known; the machine is kept for a while, as the test says."""
    TEARING_DOWN = "tearing_down"
    """What the restore made is deleted."""
    ENDED = "ended"


class Outcome(StrEnum):
    """What came of a run. The API's `outcome` lists the same."""

    PROVEN = "proven"
    """Every level passed."""
    FAILED = "failed"
    """A level failed: `failed_level`."""
    NOT_PROVEN = "not_proven"
    """It was not tested, `detail` says why: nothing is known about the backup."""
    TIMED_OUT = "timed_out"
    """A level came to no end in its time."""


class Step(StrEnum):
    """What the loop does with a run now."""

    NOTHING = "nothing"
    """Look again later."""
    BEGIN = "begin"
    """Choose the point, look at the target, and ask for the restore."""
    GIVE_UP = "give_up"
    """It did not begin in its window, or was cancelled: ended, not proven."""
    RESTORE_ENDED = "restore_ended"
    """Verify what it made."""
    RESTORE_FAILED = "restore_failed"
    """The level `restored` failed."""
    WITHDRAW = "withdraw"
    """Nothing is wanted of its restore any more, and that was not sent: take it back."""
    LOOK = "look"
    """At the level that comes next."""
    TIME_OUT = "time_out"
    """The clock has run down, and no look can tell more."""
    CONCLUDE = "conclude"
    """Every level passed."""
    TEAR_DOWN = "tear_down"
    """Ask for the tear-down."""
    TAKE_STOCK = "take_stock"
    """The tear-down has ended: read what it left."""
    END_LEFT = "end_left"
    """The tear-down, or a late restore, does not end in its time: ended, and says so."""


BEGIN_WITHIN: Final = timedelta(hours=24)
"""Of a run without a window."""
RESTORE_WITHIN: Final = timedelta(hours=25)
"""An hour longer than a restore may run before a person may decide about it (app/jobs/bounds.py)."""
BOOT_WITHIN: Final = timedelta(minutes=30)
LATE_RESTORE_WITHIN: Final = timedelta(days=7)
"""Of a run that timed out while its restore had not ended: so long its end is waited for, to delete what it makes."""
LOOK_WITHIN: Final = timedelta(minutes=15)
"""For the disks of a machine that is there."""
AGENT_TAKES: Final = timedelta(minutes=25)
"""Added to a script's own time: Azure waits 20 minutes for an agent that does not take it."""
AWAY_WITHIN: Final = timedelta(hours=6)
"""After the time of a level: so long Azure's answer to a last look is awaited, while it cannot be asked."""
TEAR_DOWN_WITHIN: Final = timedelta(hours=24)
SOONEST_LOOK: Final = 2.0
"""Seconds between two looks at a machine; more as it takes longer, a tenth of it: one machine may be read only so often
(docs/azure.md, Compute and Network)."""
MOST_TEAR_DOWNS: Final = 3
AGAIN_AFTER: Final = timedelta(minutes=10)
"""Between two tear-downs of one run."""
MAY_GO_LATER: Final = frozenset({"in_use", "unknown", "refused", "running"})
"""Reasons of a tear-down's `left` that may pass by themselves."""


@dataclass(frozen=True, slots=True)
class RunView:
    """What is known of a run when it is looked at. Times are the database's."""

    state: RunState
    moment: datetime
    since: datetime
    """When the state, or in `verifying` the level, began."""
    levels: Sequence[Level]
    passed: Sequence[Level]
    begin_by: datetime
    script_seconds: int
    check_minutes: int
    keep_minutes: int
    """After the outcome that it has."""
    is_cancelled: bool = False
    is_its_turn: bool = False
    restore: State | None = None
    """The state of its restore's job."""
    tear_down: State | None = None
    tear_downs: int = 0
    is_rehearsing: bool = False
    """The recovery plan that it is tested with goes on: its gates may look at the machine."""
    has_verdict: bool = False
    """Of the caller's own check. It came in time: a late one is refused."""


ENDED_WELL: Final = frozenset({State.SUCCEEDED, State.SUCCEEDED_WITH_WARNINGS})
UNSENT: Final = frozenset({State.AWAITING_APPROVAL, State.QUEUED})


def next_step(run: RunView) -> Step:
    match run.state:
        case RunState.WAITING:
            return _of_waiting(run)
        case RunState.RESTORING:
            return _of_restoring(run)
        case RunState.VERIFYING:
            return _of_verifying(run)
        case RunState.KEEPING:
            is_over = run.moment >= run.since + timedelta(minutes=run.keep_minutes) and not run.is_rehearsing
            return Step.TEAR_DOWN if is_over or run.is_cancelled else Step.NOTHING
        case RunState.TEARING_DOWN:
            return _of_tearing_down(run)
        case RunState.ENDED:
            return Step.NOTHING


def _of_waiting(run: RunView) -> Step:
    if run.is_cancelled or run.moment >= run.begin_by:
        return Step.GIVE_UP
    return Step.BEGIN if run.is_its_turn else Step.NOTHING


def _of_restoring(run: RunView) -> Step:
    if run.restore in ENDED_WELL:
        return Step.RESTORE_ENDED
    if run.restore in TERMINAL:
        return Step.RESTORE_FAILED
    if run.is_cancelled and run.restore in UNSENT:
        return Step.WITHDRAW
    return Step.TIME_OUT if run.moment >= run.since + RESTORE_WITHIN else Step.NOTHING


def _of_verifying(run: RunView) -> Step:
    level = next_level(run.levels, run.passed)
    if level is None:
        return Step.CONCLUDE
    if run.is_cancelled:
        return Step.GIVE_UP
    if level is Level.YOUR_CHECK and run.has_verdict:
        return Step.LOOK
    # The clock ends no level at which Azure is looked at: the last look does, and says what was seen.
    more = timedelta() if level is Level.YOUR_CHECK else AWAY_WITHIN
    return Step.TIME_OUT if run.moment >= run.since + longest(level, run) + more else Step.LOOK


def is_late(run: RunView, level: Level) -> bool:
    """Whether the time of the level is over: a look that finds it still coming is the last one."""
    return run.moment >= run.since + longest(level, run)


def _of_tearing_down(run: RunView) -> Step:
    if run.tear_down is None and run.restore is not None and run.restore not in TERMINAL:
        if run.restore in UNSENT:
            return Step.WITHDRAW
        return Step.END_LEFT if run.moment >= run.since + LATE_RESTORE_WITHIN else Step.NOTHING
    if run.tear_down is None:
        begins = run.since + (AGAIN_AFTER if run.tear_downs else timedelta())
        return Step.TEAR_DOWN if run.moment >= begins else Step.NOTHING
    if run.tear_down in TERMINAL:
        return Step.TAKE_STOCK
    return Step.END_LEFT if run.moment >= run.since + TEAR_DOWN_WITHIN else Step.NOTHING


def next_level(levels: Sequence[Level], passed: Sequence[Level]) -> Level | None:
    return next((level for level in ORDER if level in levels and level not in passed), None)


def longest(level: Level, run: RunView) -> timedelta:
    """How long a level may take."""
    match level:
        case Level.RESTORED:
            return LOOK_WITHIN
        case Level.BOOTS:
            return BOOT_WITHIN
        case Level.ANSWERS:
            return timedelta(seconds=run.script_seconds) + AGENT_TAKES
        case Level.YOUR_CHECK:
            return timedelta(minutes=run.check_minutes)


def seconds_to_next_look(run: RunView, poll_seconds: float) -> float:
    """Until the run is due again, if nothing wakes it before."""
    if run.state is RunState.KEEPING and not run.is_rehearsing:
        ends = run.since + timedelta(minutes=run.keep_minutes)
        return max(0.5, min((ends - run.moment).total_seconds(), 600.0))
    if run.state is RunState.VERIFYING:
        waited = (run.moment - run.since).total_seconds()
        return min(poll_seconds / 3, max(SOONEST_LOOK, waited / 10))
    return poll_seconds
