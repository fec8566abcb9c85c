"""The runs that the policies planned for a day, also where a policy was changed in the middle of it. Pure.

When a run is due, and how long its grace is, is decided in app/protection/health. Thousands of items share a policy, so
each policy's day is worked out once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from app.azure.values import PolicyDefinition
from app.protection.health.expected_runs import default_grace, expected_runs, next_run
from app.reports.day.calendar_day import WINDOW, Day
from app.reports.day.outcomes import Reason, Run

_INSTANT: Final = timedelta(microseconds=1)
_EVER: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Revision:
    """What a policy said from a moment on; `definition` None: it cannot be counted."""

    since: datetime
    definition: PolicyDefinition | None


@dataclass(frozen=True, slots=True)
class PolicyDay:
    """The runs of a day, oldest first. `uncounted`: why there may be others; None = these are all."""

    runs: tuple[Run, ...] = ()
    before: tuple[Run, ...] = ()
    """Of the 24 hours before the day: backups of its morning may belong to them."""
    uncounted: Reason | None = None

    @property
    def is_counted(self) -> bool:
        return self.uncounted is None


UNKNOWN: Final = PolicyDay(uncounted=Reason.POLICY_NOT_KNOWN)
"""Of a policy of which nothing is known, or not any more."""


def policy_day(revisions: Sequence[Revision], day: Day) -> PolicyDay:
    """`revisions`: oldest first. The first one is taken to hold before it was read, too."""
    if not revisions:
        return UNKNOWN
    dues: list[tuple[datetime, datetime]] = []
    is_counted = True
    following: datetime | None = None
    starts = [_EVER, *(revision.since for revision in revisions[1:])]
    for number, revision in enumerate(revisions):
        since = max(starts[number], day.begins - WINDOW)
        until = min(starts[number + 1], day.ends) if number + 1 < len(starts) else day.ends
        if since >= until:
            continue
        if revision.definition is None:
            is_counted = is_counted and until <= day.begins
            following = None
            continue
        grace = default_grace(revision.definition)
        planned = expected_runs(revision.definition, since - _INSTANT, until - _INSTANT)
        dues += [(due, due + grace) for due in planned]
        following = next_run(revision.definition, day.ends - _INSTANT)
    runs = with_ends(dues, following)
    return PolicyDay(
        tuple(run for run in runs if run.due_at >= day.begins),
        tuple(run for run in runs if run.due_at < day.begins),
        None if is_counted else Reason.POLICY_NOT_COUNTED,
    )


def with_ends(dues: Sequence[tuple[datetime, datetime]], following: datetime | None) -> list[Run]:
    """The runs of (due, end of its grace), oldest first. `following`: the first run after them."""
    ends = [*(due for due, _ in dues[1:]), following] if dues else []
    return [
        Run(due, due + WINDOW if until is None else min(due + WINDOW, until), late)
        for (due, late), until in zip(dues, ends, strict=True)
    ]


def relinked(runs: Sequence[Run]) -> list[Run]:
    """Runs of several policies in one order: a backup counts for the one that was due last."""
    found = sorted(runs, key=lambda run: run.due_at)
    following = [run.due_at for run in found[1:]]
    ends = [min(run.until, due) for run, due in zip(found, following, strict=False)] + [run.until for run in found[-1:]]
    return [replace(run, until=until) for run, until in zip(found, ends, strict=True)]
