"""What a sweep writes of one job: the new values of its row, decided from what Azure shows. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.azure.values import AzureJob
from app.jobs import failures
from app.jobs.lifecycle import TERMINAL, WELL, Observation, State
from app.jobs.sweep.matching import OBSERVED, STATES, Sighting
from app.jobs.work import Result


@dataclass(frozen=True, slots=True)
class Settlement:
    """What one sweep saw of one job: the new values of its row."""

    job_id: UUID
    from_state: State
    observation: Observation
    state: State
    """What it is from now on, by the table: the statement that writes it asks the table again."""
    azure_job_id: str | None
    """None = it has several Azure jobs, and their columns are not changed."""
    azure_status: str
    changed: bool
    """Whether a caller would see a difference: only then `updated_at` moves."""
    noteworthy: bool
    """Whether it belongs into the history: another status or another task, not another percent."""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    """Azure's times; None = Azure does not say."""
    progress_percent: float | None = None
    remaining_seconds: float | None = None
    transferred_bytes: int | None = None
    total_bytes: int | None = None
    tasks: Sequence[dict[str, str]] | None = None
    """None = not looked at."""
    result: dict[str, Any] | None = None
    error: dict[str, Any] | None = None
    warnings: Sequence[Mapping[str, str | None]] | None = None
    """None = not known (yet)."""
    details_wanted: bool = False
    may_change_items: bool = False
    """It ended so that items may be other than our rows say. What was asked of us and ended well has read its own."""


TASK_STATES = {"NotStarted": "not_started", "InProgress": "running", "Completed": "completed"}
"""Task words seen on the wire (docs/azure.md, Jobs), in ours; a word never seen is shown in lower case, as it is."""


def tasks_of(job: AzureJob) -> list[dict[str, str]] | None:
    """Azure's tasks in the form of a job of ours; None if only a list entry was read."""
    if job.details is None:
        return None
    return [{"name": t.name, "state": TASK_STATES.get(t.status, t.status.lower())} for t in job.details.tasks]


def settlement_of(
    sighting: Sighting, job: AzureJob, result: Result | None, *, details_wanted: bool = False
) -> Settlement:
    """What is written of it: `job` is what Azure shows, a list's entry or what a GET of it brought."""
    before, ticket, shown = sighting.tracked, sighting.tracked.ticket, job.details
    state = STATES[ticket.state][job.outcome]
    tasks = tasks_of(job)
    noteworthy = state is not ticket.state or job.status != before.azure_status or tasks not in (None, before.tasks)
    moved = shown is not None and shown.progress_percent != before.progress_percent
    return Settlement(
        job_id=ticket.id,
        from_state=ticket.state,
        observation=OBSERVED[job.outcome],
        state=state,
        azure_job_id=None if sighting.is_several else job.job_id,
        azure_status=job.status,
        changed=noteworthy or moved,
        noteworthy=noteworthy,
        started_at=job.started_at,
        ended_at=job.ended_at,
        progress_percent=shown.progress_percent if shown else None,
        remaining_seconds=shown.remaining_seconds if shown else None,
        transferred_bytes=shown.transferred_bytes if shown else None,
        total_bytes=shown.total_bytes if shown else None,
        tasks=tasks,
        result=dict(result) if result is not None else None,
        error=failures.from_azure_job(job).as_json() if state is State.FAILED else None,
        warnings=failures.warnings_of(job) if state in TERMINAL and not failures.lacks_words(job) else None,
        details_wanted=details_wanted,
        may_change_items=state in TERMINAL and not (before.is_ours and state in WELL),
    )
