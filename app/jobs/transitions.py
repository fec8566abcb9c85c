"""The one place that writes the state of a job. A caller says what was observed; the table gives the new state.

Every other module takes its statement, columns or SQL text from here and never chooses a state itself
(tests/jobs/test_state_writes.py). Each statement has the old state in its condition.
"""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Update, case, update

from app.core.db.database import NOW
from app.jobs.lifecycle import FOLLOWED, TRANSITIONS, Observation, State, after
from app.jobs.models import Job
from app.jobs.work import Ticket


# --- rows that are made ----------------------------------------------------------------------------------------------
def begun(*, needs_approval: bool) -> dict[str, Any]:
    """The state of a new job that is requested now."""
    return {"state": State.AWAITING_APPROVAL if needs_approval else State.QUEUED}


def taken_in(observation: Observation) -> dict[str, Any]:
    """The state of a new row for a job that Azure or others started: running, then what was observed."""
    return {"state": after(State.RUNNING, observation)}


# --- rows that are moved ---------------------------------------------------------------------------------------------
def moved(state: State, observation: Observation) -> dict[str, Any]:
    """The columns that change, for a statement that takes rows of this state only. Raises IllegalTransitionError."""
    return {"state": after(state, observation), "updated_at": NOW}


def move(claimed: Ticket, observation: Observation, values: Mapping[str, Any]) -> Update:
    """Moves this one job, if the claim's fence and the ticket's state are unchanged. Raises IllegalTransitionError."""
    return (
        update(Job)
        .where(Job.id == claimed.id, Job.fence == claimed.fence, Job.state == claimed.state)
        # The state comes last: nothing that a caller adds sets another one.
        .values({"updated_at": NOW, **values, "state": after(claimed.state, observation)})
    )


def move_from_any(states: Collection[State], job_id: UUID, observation: Observation) -> Update:
    """Moves a job that is in one of these states by the state it has when the statement gets to its row.

    For observations that need no claim. Raises IllegalTransitionError where one of the states has no line for it.
    """
    follows = {state.value: after(state, observation).value for state in states}
    return (
        update(Job)
        .where(Job.id == job_id, Job.state.in_(states))
        .values(state=case(follows, value=Job.state), updated_at=NOW)
    )


# --- for statements in plain SQL -------------------------------------------------------------------------------------
_LINES = ", ".join(
    f"('{state}', '{observation}', '{following}')"
    for state in sorted(FOLLOWED)
    for observation, following in TRANSITIONS[state].items()
)
FOLLOWING = f"following (from_state, observation, state) AS (VALUES {_LINES})"
"""A CTE: the lines of the table for what Azure works on. An observation joined with it has the state that follows."""


def set_state(source: str) -> str:
    """The SET of an UPDATE of jobs; `source` is what was joined with `FOLLOWING`. Guard it by `from_state`."""
    return f"state = {source}.state"
