"""Matches the entries of Azure's job list with our jobs. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from app.azure.values import AzureJob, AzureJobError, JobOutcome
from app.jobs.kinds import BEGINS_SEVERAL
from app.jobs.lifecycle import FOLLOWED, TERMINAL, WELL, Observation, State, after
from app.jobs.work import Ticket

OBSERVED: dict[JobOutcome, Observation] = {
    JobOutcome.RUNNING: Observation.STILL_RUNNING,
    JobOutcome.CANCELLING: Observation.CANCELLING_SEEN,
    JobOutcome.SUCCEEDED: Observation.ENDED_WELL,
    JobOutcome.SUCCEEDED_WITH_WARNINGS: Observation.ENDED_WITH_WARNINGS,
    JobOutcome.FAILED: Observation.ENDED_BADLY,
    JobOutcome.CANCELLED: Observation.ENDED_CANCELLED,
}
STATES: dict[State, dict[JobOutcome, State]] = {
    state: {outcome: after(state, observation) for outcome, observation in OBSERVED.items()}
    for state in sorted(FOLLOWED)
}
"""The state that follows when a followed job is seen so: the lines of lifecycle.py's table, read once."""
ENDED_WELL = frozenset(outcome for outcome, state in STATES[State.RUNNING].items() if state in WELL)
"""Whether a job of ours with these Azure jobs ends in one of the states of `WELL`."""
GOING_ON = frozenset(outcome for outcome, state in STATES[State.RUNNING].items() if state not in TERMINAL)


@dataclass(frozen=True, slots=True)
class Tracked:
    """A job of ours that Azure is working on."""

    ticket: Ticket
    attempt_ids: frozenset[UUID]
    since: datetime
    """When it was first sent, and how long ago that is, both by the database's clock."""
    age_seconds: float
    watched: bool
    azure_status: str | None = None
    progress_percent: float | None = None
    tasks: Sequence[Mapping[str, str]] = ()
    unseen_seconds: float = 0.0
    """How long ago Azure last showed it, by the database's clock; as long as it was not, since it was first sent."""
    is_ours: bool = True
    """False: Azure's schedule or another tool started it."""
    shown: Sequence[AzureJob] = ()
    """Of several Azure jobs, those that this sweep saw, if they do not decide the state of the whole."""

    @property
    def owns_several(self) -> bool:
        """It may have several Azure jobs: it has ended when all have, with the worst of their ends."""
        ticket = self.ticket
        return bool(ticket.azure_job_ids) or (ticket.azure_job_id is None and ticket.kind in BEGINS_SEVERAL)


@dataclass(frozen=True, slots=True)
class Sighting:
    """A job of ours as a list shows it."""

    tracked: Tracked
    azure: AzureJob
    goes_on: bool = field(init=False)
    is_several: bool = field(init=False)
    """It may have several Azure jobs: what one of them shows is not true of the whole."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "goes_on", self.azure.outcome in GOING_ON)
        object.__setattr__(self, "is_several", self.tracked.owns_several)


WORST_FIRST = (
    JobOutcome.RUNNING,
    JobOutcome.CANCELLING,
    JobOutcome.FAILED,
    JobOutcome.CANCELLED,
    JobOutcome.SUCCEEDED_WITH_WARNINGS,
    JobOutcome.SUCCEEDED,
)


def worst_of(jobs: Sequence[AzureJob]) -> AzureJob:
    """The Azure job that represents several: a running one, or else the one with the worst end."""
    return worst_first(jobs)[0]


def all_of(jobs: Sequence[AzureJob]) -> AzureJob:
    """The Azure job with the worst end, from the first beginning to the last end, with the messages of the others.

    One row of ours shows all of it.
    """
    worst, begun, ended = worst_of(jobs), [one.started_at for one in jobs], [one.ended_at for one in jobs]
    first = min((at for at in begun if at is not None), default=None)
    last = max(at for at in ended if at is not None) if all(ended) else None
    return replace(with_words_of(worst, worst_first(jobs)), started_at=first, ended_at=last)


def as_read(sighting: Sighting, job: AzureJob) -> AzureJob:
    """The job as a GET shows it, with what the list said of it: its words, and the times of all where it is several."""
    job = with_words_of(job, [sighting.azure])
    if not sighting.is_several:
        return job
    return replace(job, started_at=sighting.azure.started_at, ended_at=sighting.azure.ended_at)


def with_words_of(job: AzureJob, others: Iterable[AzureJob]) -> AzureJob:
    """The job, with the messages of other reads of it, or of the other Azure jobs of the same job of ours."""
    said = {_key(error): error for error in job.errors}
    for error in (error for other in others for error in other.errors):
        said.setdefault(_key(error), error)
    return replace(job, errors=tuple(said.values()))


def _key(error: AzureJobError) -> tuple[str, str, str]:
    return error.code, error.title, error.message


def worst_first(jobs: Sequence[AzureJob]) -> list[AzureJob]:
    """Running ones first, then the worst ends; equal ones keep their order."""
    return sorted(jobs, key=lambda job: WORST_FIRST.index(job.outcome))


@dataclass(frozen=True, slots=True)
class Matched:
    sightings: Sequence[Sighting]
    missing: Sequence[Tracked] = field(default=())
    untracked: Sequence[AzureJob] = field(default=())
    """Entries that belong to none of the followed jobs; each once."""


def match(tracked: Iterable[Tracked], entries: Iterable[AzureJob]) -> Matched:
    """Match by Azure's job ids, else by an attempt's activity id. Order and repetition of entries do not matter."""
    tracked = list(tracked)
    by_job_id = {entry.job_id.lower(): entry for entry in entries}
    by_activity: defaultdict[str, list[AzureJob]] = defaultdict(list)
    for entry in by_job_id.values():
        by_activity[entry.activity_id.lower()].append(entry)
    sightings, missing = [], []
    for ours in tracked:
        entry_or_none = _entry_of(ours, by_job_id, by_activity)
        if entry_or_none is None:
            missing.append(ours)
        else:
            sightings.append(Sighting(ours, entry_or_none))
    known = {seen.azure.job_id.lower() for seen in sightings} | named_by(tracked)
    return Matched(sightings, missing, [entry for key, entry in by_job_id.items() if key not in known])


def named_by(tracked: Iterable[Tracked]) -> set[str]:
    """The Azure jobs that are known to be among the several of one of these."""
    return {job_id.lower() for ours in tracked for job_id in ours.ticket.azure_job_ids or ()}


def with_what_was_shown(ours: Tracked, entries: Iterable[AzureJob]) -> Tracked:
    """One that is missing although some of its several Azure jobs are there: it says which."""
    several = named_by([ours])
    shown = {entry.job_id.lower(): entry for entry in entries if entry.job_id.lower() in several}
    return replace(ours, shown=tuple(shown.values())) if shown else ours


def _entry_of(
    ours: Tracked, by_job_id: Mapping[str, AzureJob], by_activity: Mapping[str, Sequence[AzureJob]]
) -> AzureJob | None:
    ticket = ours.ticket
    if ticket.azure_job_ids:
        return _entry_of_several([by_job_id.get(job_id.lower()) for job_id in ticket.azure_job_ids])
    if ticket.azure_job_id is not None:
        return by_job_id.get(ticket.azure_job_id.lower())
    carrying = [entry for attempt in ours.attempt_ids for entry in by_activity.get(str(attempt), ())]
    return all_of(carrying) if carrying else None


def _entry_of_several(entries: Sequence[AzureJob | None]) -> AzureJob | None:
    """A running one is enough; that all have ended is known only when each was seen."""
    seen = [entry for entry in entries if entry is not None]
    worst = worst_of(seen) if seen else None
    if worst is None or worst.outcome in GOING_ON:
        return worst
    return all_of(seen) if len(seen) == len(entries) else None
