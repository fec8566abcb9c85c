"""Creates jobs, and writes what was observed of one job. A sweep writes that of many at once (sweep/store.py).

`enqueue` is called by features inside their own transaction, `record` by the loops, and by the API where a person
decides. Each verdict is one guarded statement: it counts only while the claim's fence and the state it was decided
from still stand. Which state follows, transitions.py asks the table.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any, cast
from uuid import UUID

import uuid_utils.compat as uuids
from sqlalchemy import (
    CTE,
    Delete,
    Insert,
    Table,
    Text,
    Update,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.audit import trail
from app.audit.entry_details import fitted
from app.azure.values import VmRef
from app.core.db.database import NOW, tell_after_commit
from app.core.db.notify import ENDED_CHANNEL, WORK_CHANNEL, work_payload
from app.identity.access.caller import Caller
from app.identity.access.memberships import check_tenant, held_tenant
from app.identity.access.second_person import Operation, Sensitive, operation_to_approve
from app.jobs import failures, machines, transitions
from app.jobs.approval import validity as approval_validity
from app.jobs.approval.bound_facts import bound_ask
from app.jobs.errors import IdempotencyKeyReused
from app.jobs.lifecycle import SETTLED, TERMINAL, AttemptState, Observation, State, Waiting, after
from app.jobs.models import Attempt, Job, JobEvent, JobLabel
from app.jobs.queue.claims import before_in_series
from app.jobs.work import JobError, LoopName, Result, Ticket, shown


# --- asking ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Asked:
    """Who asked, and how the request can be recognised when it comes again."""

    caller: Caller
    idempotency_key: str | None = None
    request_hash: str | None = None
    reference: str | None = None
    labels: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewJob:
    """What a feature wants done. `resource` is the path a caller finds the thing under."""

    kind: str
    asked: Asked
    ask: dict[str, Any]
    resource: str
    resource_id: UUID
    vault_id: UUID | None = None
    protected_item_id: UUID | None = None
    series: str | None = None
    """Named: runs after every earlier job of that series has ended."""
    vm: VmRef | None = None
    """The VM it is about; of a restore, the source."""
    azure_region: str | None = None
    """Named: Azure runs it in the vault's paired region, and that region is asked about it."""
    sensitive: Sensitive | None = None
    """What may need an approval: then the job waits for it before it is queued."""

    @property
    def to_approve(self) -> Operation | None:
        return operation_to_approve(self.sensitive, self.asked.caller.standing.approvals)

    def columns(self) -> dict[str, Any]:
        """The row to be, by column name."""
        caller = self.asked.caller
        return {
            "id": uuids.uuid7(),
            "kind": self.kind,
            "tenant": caller.tenant,
            "caller": caller.key,
            "requested_by": caller.name,
            "resource": self.resource,
            "resource_id": self.resource_id,
            "ask": bound_ask(self.kind, self.ask, self.sensitive, caller.standing.approvals),
            "vault_id": self.vault_id,
            "protected_item_id": self.protected_item_id,
            "reference": self.asked.reference,
            "labels": self.asked.labels,
            "idempotency_key": self.asked.idempotency_key,
            "request_hash": self.asked.request_hash if self.asked.idempotency_key else None,
            "series": self.series,
            "azure_region": self.azure_region,
            **machines.columns_of(self.vm),
            **transitions.begun(needs_approval=self.to_approve is not None),
            "approval_id": uuids.uuid7() if self.to_approve else None,
        }


JOBS = cast("Table", Job.__table__)

_MADE = (
    "id", "kind", "tenant", "state", "created_at", "updated_at", "labels", "resource", "reference", "ask",
    "approval_id",
)  # fmt: skip


@cache
def _enqueue_statement(columns: tuple[str, ...], *, labelled: bool) -> Any:
    """One round trip: the job, its labels, its first event and its audit entry; or nothing, when the key is taken.

    Nothing either when the tenant is gone. Built once for each set of columns that have a value: composing costs more
    than running, and so does binding a null for each of the others.
    """
    asked = [bindparam(f"new_{name}", type_=JOBS.c[name].type) for name in columns]
    held = held_tenant(bindparam("new_tenant", type_=Text))
    job = (
        pg_insert(JOBS)
        .from_select(columns, select(*asked).select_from(held), include_defaults=False)
        .on_conflict_do_nothing()
        .returning(*(JOBS.c[name] for name in _MADE))
        .cte("job")
    )
    event = insert(JobEvent).from_select(
        ["job_id", "tenant", "observation", "state"],
        select(job.c.id, job.c.tenant, literal("asked"), job.c.state),
    )
    made = select(job.c.created_at, job.c.updated_at).add_cte(event.cte("event"))
    made = made.add_cte(_entry_of(job))
    if not labelled:
        return made
    each = func.jsonb_each_text(job.c.labels).table_valued("key", "value").lateral("each")
    label = insert(JobLabel).from_select(
        ["tenant", "name", "value", "job_id"],
        select(job.c.tenant, each.c.key, each.c.value, job.c.id).select_from(job.join(each, true())),
    )
    return made.add_cte(label.cte("label"))


def _entry_of(job: CTE) -> CTE:
    """Who asked for it, and what: as much of it as an entry may hold, and of the rest what identifies it."""
    return trail.entries_from(
        job,
        **trail.CALLER,
        tenant=job.c.tenant,
        action=bindparam("by_action", type_=Text),
        target=job.c.resource,
        outcome=trail.outcome("accepted"),
        job_id=job.c.id,
        approval_id=job.c.approval_id,
        details=bindparam("by_details", type_=JSONB),
    )


_NOTHING_YET = dict.fromkeys(JOBS.c.keys())


async def enqueue(session: AsyncSession, new: NewJob) -> tuple[Job, bool]:
    """Record a job, or find the one that this Idempotency-Key already made: (job, whether it is new).

    Uniqueness decides the race of equal POSTs: the loser's insert waits for the winner's commit and then finds its row.
    Raises IdempotencyKeyReused when the key was used for a different request; TenantGone.
    """
    values = new.columns()
    said = {name: value for name, value in values.items() if value is not None}
    statement = _enqueue_statement(tuple(said), labelled=bool(new.asked.labels))
    parameters = {f"new_{name}": value for name, value in said.items()} | trail.parameters_of(new.asked.caller)
    parameters["by_action"] = new.asked.caller.operation or new.kind
    parameters["by_details"] = fitted({"kind": new.kind, "reference": new.asked.reference, "asked": values["ask"]})
    row = (await session.execute(statement, parameters)).first()
    if row is not None:
        made = _made(values, created_at=row.created_at, updated_at=row.updated_at)
        if new.sensitive is not None and new.to_approve is not None:
            hours = new.asked.caller.standing.approval_hours
            await approval_validity.ask(session, made, new.to_approve, new.sensitive.words, hours)
        else:
            await goes_on(session, made)
        return made, True
    earlier = await find_replay(session, new.asked)
    if earlier is None:
        await check_tenant(session, new.asked.caller.tenant)
        # The winner's key was cleared between the conflict and this look: seven days have passed.
        raise IdempotencyKeyReused("The key expired this very moment.", remedy="Ask again with a new key.")
    return earlier, False


async def goes_on(session: AsyncSession, job: Job) -> None:
    """The job is queued as of now."""
    await wake(session, LoopName.SUBMITTING)
    if job.series is not None:
        await _say_blocked(session, job)


async def _say_blocked(session: AsyncSession, job: Job) -> None:
    """Tell the caller at once which job is waited for. Only the claim decides; this is for reading."""
    other = aliased(Job)
    blocker = select(other.id).where(before_in_series(other, Job)).order_by(other.created_at.desc(), other.id).limit(1)
    row = (
        await session.execute(
            update(Job)
            .where(Job.id == job.id, blocker.exists())
            .values(waiting_reason=Waiting.BLOCKED, waiting_since=NOW, waiting_job_id=blocker.scalar_subquery())
            .returning(Job.waiting_since, Job.waiting_job_id)
        )
    ).first()
    if row is not None:
        job.waiting_reason = Waiting.BLOCKED
        job.waiting_since, job.waiting_job_id = row.waiting_since, row.waiting_job_id


def _made(values: dict[str, Any], *, created_at: datetime, updated_at: datetime) -> Job:
    """The row that was just inserted, as an object that belongs to no session.

    Both times as the row has them (the clock goes on between two defaults of one insert): a replay reads the row, and
    its answer and ETag must equal the first. Filled past the instrumentation, which is there to notice changes:
    attribute by attribute takes 50 us, this 10.
    """
    made = Job()
    vars(made).update(_NOTHING_YET, created_at=created_at, updated_at=updated_at)
    vars(made).update(values, origin="holdfast", tasks=[], tries=0, fence=0)
    return made


async def find_replay(session: AsyncSession, asked: Asked) -> Job | None:
    """The job an earlier equal request made; lets a service skip its checks for a replay. None without a key.

    Raises IdempotencyKeyReused when the key stands for another request.
    """
    if asked.idempotency_key is None:
        return None
    job = await session.scalar(
        select(Job).where(
            Job.tenant == asked.caller.tenant,
            Job.caller == asked.caller.key,
            Job.idempotency_key == asked.idempotency_key,
        )
    )
    if job is not None:
        check_same_request(job, asked.request_hash)
    return job


def check_same_request(job: Job, request_hash: str | None) -> None:
    if job.request_hash != request_hash:
        raise IdempotencyKeyReused(
            f"The key was used for another {job.kind} request (job {job.id}).",
            remedy="Use a new Idempotency-Key for a new request; repeat a request with the same method, path and body.",
            job=f"/v1/jobs/{job.id}",
        )


# --- verdicts --------------------------------------------------------------------------------------------------------
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
        # An operation of Azure's tells no end: its `endTime` is its beginning (docs/azure.md, Formats).
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
        await wake(session, LoopName.SUBMITTING)
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


async def wake(session: AsyncSession, loop: LoopName, *, within: float = 0.0) -> None:
    """Notify a loop, once this transaction has committed, that work is due in `within` seconds."""
    tell_after_commit(session, WORK_CHANNEL, work_payload(loop, within))


def failed(error: JobError) -> dict[str, Any]:
    """Azure's messages are also stored as warnings, where they are found however the job ended."""
    return {"error": error.as_json(), "warnings": failures.as_warnings(error)}


def succeeded(result: Result) -> dict[str, Any]:
    return {"result": shown(result), "remaining_seconds": None}


def forget_taken_in(vault_id: UUID | None, azure_job_id: str) -> Delete:
    """The statement that drops the row of an Azure job that was taken for Azure's own and is a job of ours."""
    same = func.lower(Job.azure_job_id) == azure_job_id.lower()
    return delete(Job).where(Job.vault_id == vault_id, same, Job.origin == "azure")
