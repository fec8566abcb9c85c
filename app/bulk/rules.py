"""What a bulk request does next, from what is on record, and how it ends. Pure; the file to read first.

`advance` looks at how far the targets are, and at the clock. Any worker may ask it at any time, so a worker may die
between any two of its writes. Once a request is stopped nothing more begins, what was not sent is taken back, and it
ends when what has begun has ended.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from app.jobs.lifecycle import Observation, Waiting
from app.jobs.work import JobError

LONGEST = timedelta(days=7)
"""A bulk request ends then in any case."""
GRACE = timedelta(hours=1)
"""How long after its time jobs that were not sent are still withdrawn, if a bug of ours prevents that."""
MOST_TARGETS = 1_000
MOST_TRIES = 5
"""How often a target is tried whose job a bug of ours prevents."""


class Outcome(StrEnum):
    """How far one target is. The API's `outcome` lists the same."""

    PENDING = "pending"
    """Its job has not been made."""
    RUNNING = "running"
    """Its job has not ended."""
    SUCCEEDED = "succeeded"
    """Its job ended well."""
    FAILED = "failed"
    """Its job failed, or was cancelled after Azure had taken it."""
    REFUSED = "refused"
    """Its job could not be made: what the single request would have been answered."""
    SKIPPED = "skipped"
    """Nothing was sent for it: it was as asked already, its tags are not known, or the request was stopped before."""


OPEN = frozenset({Outcome.PENDING, Outcome.RUNNING})
BAD = frozenset({Outcome.FAILED, Outcome.REFUSED})


class Stop(StrEnum):
    """Why nothing more begins."""

    CANCELLED = "cancelled"
    """A person cancelled the job, or it was not approved."""
    TIMED_OUT = "timed_out"
    """Its time was over."""
    NOT_ALLOWED = "not_allowed"
    """The person who asked for it may not do this any more."""


@dataclass(frozen=True, slots=True)
class View:
    """A bulk request as it is on record. `at`: now, by the database's clock."""

    counts: Mapping[Outcome, int]
    needs_person: int
    """Of the running ones: these wait for a person."""
    unsent: int
    """Of the running ones: these were not sent."""
    max_in_flight: int
    at: datetime
    ends_by: datetime
    is_cancelled: bool = False
    may_act: bool = True
    """Whether the person who asked for it still may."""
    stop: Stop | None = None

    def of(self, outcome: Outcome) -> int:
        return self.counts.get(outcome, 0)


@dataclass(frozen=True, slots=True)
class Step:
    """What follows: `begin` more targets, or `withdraw` what was not sent. Neither: wait for the end of a job."""

    begin: int = 0
    withdraw: bool = False
    has_ended: bool = False
    stop: Stop | None = None
    """All that is pending is skipped."""
    waiting: Waiting | None = None


def advance(view: View) -> Step:
    """Everything that follows from what is on record now."""
    stop = view.stop or (Stop.CANCELLED if view.is_cancelled else None)
    stop = stop or (Stop.TIMED_OUT if view.at >= view.ends_by else None)
    stop = stop or (None if view.may_act or not view.of(Outcome.PENDING) else Stop.NOT_ALLOWED)
    step = Step(stop=stop, waiting=Waiting.MEMBER if view.needs_person else None)
    running = view.of(Outcome.RUNNING)
    if stop is None:
        in_flight = running - view.needs_person  # what waits for a person keeps no other target from its turn
        begin = min(view.of(Outcome.PENDING), max(view.max_in_flight - in_flight, 0))
        return replace(step, begin=begin, has_ended=not running and not view.of(Outcome.PENDING))
    if view.unsent and view.at < view.ends_by + GRACE:
        return replace(step, withdraw=True)
    return replace(step, has_ended=not running or view.at >= view.ends_by)


# --- the end ---------------------------------------------------------------------------------------------------------
def observation_of(stop: Stop | None, counts: Mapping[Outcome, int]) -> Observation:
    """How the whole ended. Targets do not depend on each other: where some succeeded, the rest is a warning."""
    bad = sum(counts.get(one, 0) for one in BAD)
    left = sum(counts.get(one, 0) for one in (*OPEN, Outcome.SKIPPED))
    if stop in {Stop.TIMED_OUT, Stop.NOT_ALLOWED} and left:
        return Observation.ENDED_BADLY
    if stop is Stop.CANCELLED and (left or bad):
        return Observation.ENDED_CANCELLED
    if not bad:
        return Observation.ENDED_WELL
    return Observation.ENDED_WITH_WARNINGS if counts.get(Outcome.SUCCEEDED, 0) else Observation.ENDED_BADLY


def counts_of(counts: Mapping[Outcome, int], needs_person: int) -> dict[str, int]:
    """As the job shows them (`jobs.counts`). Skipped ones count as cancelled: nothing was sent for them."""
    return {
        "total": sum(counts.values()),
        "open": sum(counts.get(one, 0) for one in OPEN),
        "succeeded": counts.get(Outcome.SUCCEEDED, 0),
        "failed": sum(counts.get(one, 0) for one in BAD),
        "cancelled": counts.get(Outcome.SKIPPED, 0),
        "needs_attention": needs_person,
    }


def error_of(stop: Stop | None, counts: Mapping[Outcome, int], named: str) -> JobError:
    """Why the whole failed, or what to warn of. `named`: some of the targets that did not succeed."""
    done = f"{counts.get(Outcome.SUCCEEDED, 0)} of {sum(counts.values())} targets succeeded"
    detail = f"{done}{f'; not: {named}' if named else ''}."
    if stop is Stop.TIMED_OUT:
        return JobError(
            code="bulk_timed_out",
            title="The bulk request took too long",
            detail=detail,
            remedy="Jobs that Azure works on go on: follow them by GET /v1/jobs?parent=.... Ask again for the rest.",
        )
    if stop is Stop.NOT_ALLOWED:
        return JobError(
            code="bulk_not_allowed",
            title="Who asked for the bulk request may not do this any more",
            detail=f"{detail} They are no member of the tenant now, or their role was taken away.",
            remedy="A person who may do it asks again for the rest. Jobs that Azure works on go on.",
        )
    return JobError(
        code="bulk_targets_failed",
        title="Targets of the bulk request did not succeed",
        detail=detail,
        remedy="GET /v1/bulk/{job_id}/targets names each target and its problem. Mend the causes, and ask again.",
    )


def skipped_by(stop: Stop) -> JobError:
    """The problem of a target for which nothing was sent because the whole was stopped."""
    why = {Stop.CANCELLED: "was cancelled", Stop.TIMED_OUT: "took too long"}.get(
        stop, "was stopped, because who asked for it may not do this any more,"
    )
    return JobError(
        code="bulk_stopped",
        title="The bulk request was stopped",
        detail=f"The bulk request {why} before anything was sent for this target.",
        remedy="Ask again for what you still want.",
    )


def approval_ended() -> JobError:
    """The problem of a target whose turn came after the approval of the whole."""
    return JobError(
        code="approval_expired",
        title="The approval expired",
        detail="The approval of the bulk request does not hold any more: its time is over, it was withdrawn, or its "
        "approver is none now. Nothing was sent for this target.",
        remedy="Ask again for what you still want: it needs an approval of its own.",
    )


NOT_KNOWN = "selection_not_known"


def selection_not_known(why: str) -> JobError:
    """The problem of a target that was selected by what may be out of date."""
    return JobError(
        code="selection_not_known",
        title="Whether the selector still selects it is not known",
        detail=f"{why} Its tags may be others by now; nothing is stopped for them.",
        remedy="Wait for the next reading of the estate and ask again, or name it by vm_ids or protected_item_ids.",
    )


def outcome_of(problem: JobError | None) -> Outcome:
    """Of a target, when the request is accepted."""
    if problem is None:
        return Outcome.PENDING
    return Outcome.SKIPPED if problem.code == NOT_KNOWN else Outcome.REFUSED
