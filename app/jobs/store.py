"""Writes what was observed of one job. A sweep writes that of many at once (sweep/settle.py).

`record` is called by the loops, and by the API where a person decides. Each verdict is one guarded statement: it counts
only while the claim's fence and the state it was decided from are unchanged. Which state follows, transitions.py asks
the table.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CTE,
    Delete,
    Insert,
    Text,
    Update,
    case,
    delete,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.db.database import NOW
from app.core.db.notify import ENDED_CHANNEL, wake
from app.jobs import failures, transitions
from app.jobs.lifecycle import SETTLED, TERMINAL, AttemptState, Observation, State, Waiting, after
from app.jobs.models import Attempt, Job, JobEvent, Origin
from app.jobs.work import JobError, LoopName, Result, TakesSteps, Ticket, Work, shown


def waiting(reason: Waiting, seconds: float) -> dict[str, Any]:
    """The columns of a waiting job, with the reason and the seconds until the next look. ValueError: no such reason."""
    reason = Waiting(reason)
    again = NOW + timedelta(seconds=seconds)
    return {
        "waiting_reason": reason,
        "waiting_since": case((Job.waiting_reason == reason, Job.waiting_since), else_=NOW),
        "waiting_until": again,
        "due_at": again,
        "tries": func.least(Job.tries + 1, literal(1000)),
    }


def not_waiting(seconds: float = 0.0) -> dict[str, Any]:
    """The columns of a job that is not waiting; due again after `seconds`."""
    none = dict.fromkeys(("waiting_reason", "waiting_since", "waiting_until"))
    return {**none, "tries": 0, "due_at": NOW + timedelta(seconds=seconds)}


def released() -> dict[str, Any]:
    """The columns of "later writes to the same thing go on": nothing more is expected of this one."""
    return {"released_series": func.coalesce(Job.series, Job.released_series), "series": null()}


def _cancel_ended(state: State) -> Any:
    """If a cancel was requested: whether it was carried out, or the job ended in another way first."""
    note = {"state": "done" if state is State.CANCELLED else "too_late"}
    return case((Job.cancel.is_not(None), Job.cancel.op("||")(literal(note, JSONB))), else_=null())


async def record(
    session: AsyncSession,
    claimed: Ticket,
    observation: Observation,
    *,
    values: dict[str, Any],
    detail: str | None = None,
    attempt: tuple[UUID, AttemptState] | None = None,
    quiet: bool = False,
    actor: str | None = None,
) -> State | None:
    """Write what was observed of a claimed job and give the claim back. Answers the new state.

    None = the fence or the state has moved on: another worker decided, and nothing was written. All in one statement, a
    round trip instead of four for every verdict. `attempt` is (id, its new state); `quiet` leaves out the event (a look
    that brought nothing new); `actor` is the person who decided.
    """
    state = after(claimed.state, observation)
    changes = {"lease_until": None, **values}
    if state in TERMINAL:
        # An operation of Azure shows no end: its `endTime` is its beginning (docs/azure.md, Formats).
        ended_at = func.greatest(NOW, Job.started_at)
        changes |= {"finished_at": ended_at, "waiting_reason": None, "waiting_since": None, "waiting_until": None}
        changes.setdefault("cancel", _cancel_ended(state))
    row = transitions.move(claimed, observation, changes).returning(Job.id, Job.tenant).cte("written")
    written = select(func.pg_notify(ENDED_CHANNEL, row.c.id.cast(Text)) if state in SETTLED else row.c.id)
    if attempt is not None:
        written = written.add_cte(_closing(*attempt, detail, row).cte("closed"))
    if not quiet:
        said = {"observation": observation, "state": state, "detail": detail, "actor": actor}
        written = written.add_cte(_saying(row, said | {"attempt_id": attempt[0] if attempt else None}).cte("event"))
    if (await session.execute(written)).first() is None:
        return None
    if claimed.series is not None and (state in TERMINAL or "released_series" in values):
        wake(session, LoopName.SUBMITTING)
    return state


def _closing(attempt_id: UUID, state: AttemptState, detail: str | None, written: CTE) -> Update:
    """Close it, and give up the open one where an older one was found: should Azure show that too, it is an orphan."""
    is_it = Attempt.id == attempt_id
    return (
        update(Attempt)
        .where(Attempt.job_id == written.c.id, or_(is_it, Attempt.state == AttemptState.OPEN))
        .values(state=case((is_it, state), else_=AttemptState.RETIRED), closed_at=NOW, detail=case((is_it, detail)))
    )


def _saying(written: CTE, said: Mapping[str, Any]) -> Insert:
    values = [literal(value, JobEvent.__table__.c[name].type) for name, value in said.items()]
    return insert(JobEvent).from_select(["job_id", "tenant", *said], select(written.c.id, written.c.tenant, *values))


async def add_event(
    session: AsyncSession,
    claimed: Ticket,
    observation: Observation | str,
    state: State,
    detail: str | None,
    attempt_id: UUID | None = None,
    *,
    actor: str | None = None,
) -> None:
    await session.execute(
        insert(JobEvent).values(
            job_id=claimed.id,
            tenant=claimed.tenant,
            observation=observation,
            state=state,
            detail=detail,
            attempt_id=attempt_id,
            actor=actor,
        )
    )


def failed(error: JobError) -> dict[str, Any]:
    """Azure's messages are also stored as warnings, where they are found however the job ended."""
    return {"error": error.as_json(), "warnings": failures.as_warnings(error)}


def succeeded(result: Result) -> dict[str, Any]:
    return {"result": shown(result), "remaining_seconds": None}


async def so_far(session: AsyncSession, work: Work[Any, Any], ticket: Ticket) -> dict[str, Any]:
    """The columns of a job that ends between two of its steps: what was done, and what is left. Else none."""
    found = await work.result_so_far(session, ticket) if isinstance(work, TakesSteps) else None
    return succeeded(found) if found is not None else {}


def forget_taken_in(vault_id: UUID | None, azure_job_id: str) -> Delete:
    """The statement that deletes the row of an Azure job that was recorded as Azure's own, but is a job of ours."""
    same = func.lower(Job.azure_job_id) == azure_job_id.lower()
    return delete(Job).where(Job.vault_id == vault_id, same, Job.origin == Origin.AZURE)
