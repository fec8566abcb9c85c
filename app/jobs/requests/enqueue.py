"""Records what a caller asks as a job, once for each Idempotency-Key: inside the feature's own transaction."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, cast
from uuid import UUID

import uuid_utils.compat as uuids
from sqlalchemy import CTE, ColumnElement, Table, Text, bindparam, func, insert, literal, select, true, update
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.audit import trail
from app.audit.entry_details import MAX_DETAILS, fitted
from app.azure.values import VmRef
from app.core.db.database import NOW
from app.core.db.notify import wake
from app.core.events.store import announce, without_notice
from app.identity.access.caller import Caller
from app.identity.access.memberships import check_tenant, held_tenant
from app.identity.access.second_person import Operation, Sensitive, operation_to_approve
from app.jobs import machines, transitions
from app.jobs.approval import validity as approval_validity
from app.jobs.approval.bound_facts import bound_ask
from app.jobs.errors import IdempotencyKeyReused
from app.jobs.kinds import JobKind
from app.jobs.lifecycle import Waiting
from app.jobs.models import Job, JobEvent, JobLabel, Origin
from app.jobs.queue.claims import before_in_series
from app.jobs.work import LoopName


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asked, and how the request can be recognised when it comes again."""

    caller: Caller
    idempotency_key: str | None = None
    request_hash: str | None = None
    reference: str | None = None
    labels: dict[str, str] = field(default_factory=dict)
    origin_rule: UUID | None = None
    """The protection rule that asks, in the name of its owner."""


@dataclass(frozen=True, slots=True)
class OnlyIf:
    """A condition that the inserting statement checks itself."""

    condition: ColumnElement[bool]
    """Made once, as a module's constant: the statement is built once for each."""
    parameters: Mapping[str, Any]


class ConditionNotMet(Exception):
    """Nothing was recorded: the condition of the new job does not hold, or its tenant is gone."""


@dataclass(frozen=True, slots=True)
class NewJob:
    """What a feature wants done. `resource` is the path a caller finds the thing under."""

    kind: JobKind
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
    only_if: OnlyIf | None = None
    id: UUID | None = None
    """Its own id, where the path of its resource names it; None = a new one."""
    counts: Mapping[str, int] | None = None
    """Of a job with parts: how far they are (`jobs.counts`)."""
    parent_id: UUID | None = None
    """The job that it is a part of. What is approved is the whole: a part needs no approval of its own. Its facts are
    bound all the same."""
    is_background: bool = False
    """A restore test needs it: its requests to Azure give way to others."""

    @property
    def to_approve(self) -> Operation | None:
        if self.parent_id is not None:
            return None
        return operation_to_approve(self.sensitive, self.asked.caller.membership.approvals)

    def columns(self) -> dict[str, Any]:
        """The row to be, by column name."""
        caller, needs_approval = self.asked.caller, self.to_approve is not None
        return {
            "id": self.id or uuids.uuid7(),
            "kind": self.kind,
            "tenant": caller.tenant,
            "caller": caller.key,
            "requested_by": caller.name,
            "resource": self.resource,
            "resource_id": self.resource_id,
            "ask": bound_ask(self.kind, self.ask, self.sensitive, caller.membership.approvals),
            "vault_id": self.vault_id,
            "protected_item_id": self.protected_item_id,
            "reference": self.asked.reference,
            "labels": self.asked.labels,
            "idempotency_key": self.asked.idempotency_key,
            "request_hash": self.asked.request_hash if self.asked.idempotency_key else None,
            "series": self.series,
            "azure_region": self.azure_region,
            "parent_id": self.parent_id,
            "origin_rule": self.asked.origin_rule,
            "counts": self.counts,
            "is_background": self.is_background or None,
            **machines.columns_of(self.vm),
            **transitions.begun(needs_approval=needs_approval),
            "approval_id": uuids.uuid7() if needs_approval else None,
        }


JOBS = cast("Table", Job.__table__)

_MADE = (
    "id", "kind", "tenant", "state", "created_at", "updated_at", "labels", "resource", "reference", "ask",
    "approval_id",
)  # fmt: skip


@cache
def _enqueue_statement(
    columns: tuple[str, ...], condition: ColumnElement[bool] | None, *, labelled: bool, fits: bool
) -> Any:
    """One round trip: the job, its labels, its first event and its audit entry; or nothing, when the key is taken.

    Nothing either when the tenant is gone, or the condition does not hold. Built once for each set of columns that
    have a value: composing costs more than running, and so does binding a null for each of the others.

    `fits`: the audit entry can hold the whole of the ask, which is then taken from the row.
    """
    asked = [_asked_value(name) for name in columns]
    held = held_tenant(bindparam("new_tenant", type_=Text))
    row = select(*asked).select_from(held)
    if condition is not None:
        row = row.where(condition)
    job = (
        pg_insert(JOBS)
        .from_select(columns, row, include_defaults=False)
        .on_conflict_do_nothing()
        .returning(*(JOBS.c[name] for name in _MADE))
        .cte("job")
    )
    event = insert(JobEvent).from_select(
        ["job_id", "tenant", "observation", "state"],
        select(job.c.id, job.c.tenant, literal("asked"), job.c.state),
    )
    made = select(job.c.created_at, job.c.updated_at, without_notice(job.c.tenant)).add_cte(event.cte("event"))
    made = made.add_cte(_entry_of(job, fits=fits))
    if not labelled:
        return made
    each = func.jsonb_each_text(job.c.labels).table_valued("key", "value").lateral("each")
    label = insert(JobLabel).from_select(
        ["tenant", "name", "value", "job_id"],
        select(job.c.tenant, each.c.key, each.c.value, job.c.id).select_from(job.join(each, true())),
    )
    return made.add_cte(label.cte("label"))


def _asked_value(column: str) -> ColumnElement[Any]:
    """The ask is written as JSON once, by `enqueue`, which must know how long it is."""
    if column == "ask":
        return sql_cast(bindparam("new_ask", type_=Text), JSONB)
    return bindparam(f"new_{column}", type_=JOBS.c[column].type)


def _entry_of(job: CTE, *, fits: bool) -> CTE:
    """Who asked for it, and what: as much of it as an entry may hold, and of the rest what identifies it."""
    whole = func.jsonb_build_object("kind", job.c.kind, "reference", job.c.reference, "asked", job.c.ask)
    return trail.entries_from(
        job,
        **trail.CALLER,
        tenant=job.c.tenant,
        action=bindparam("by_action", type_=Text),
        target=job.c.resource,
        outcome=trail.outcome("accepted"),
        job_id=job.c.id,
        approval_id=job.c.approval_id,
        details=whole if fits else bindparam("by_details", type_=JSONB),
    )


SURELY_FITS = MAX_DETAILS - 1_500
"""Characters of an ask in ASCII, which is never less than its bytes. The rest is for kind and reference."""
_NOTHING_YET = dict.fromkeys(JOBS.c.keys())


async def enqueue(session: AsyncSession, new: NewJob) -> tuple[Job, bool]:
    """Record a job, or find the one that this Idempotency-Key already made: (job, whether it is new).

    Uniqueness decides the race of equal POSTs: the loser's insert waits for the winner's commit and then finds its row.
    Raises IdempotencyKeyReused when the key was used for a different request; TenantGone; with `only_if`,
    ConditionNotMet.
    """
    values = new.columns()
    said = {name: value for name, value in values.items() if value is not None}
    condition = new.only_if.condition if new.only_if is not None else None
    ask = json.dumps(values["ask"])
    fits = len(ask) <= SURELY_FITS
    statement = _enqueue_statement(tuple(said), condition, labelled=bool(new.asked.labels), fits=fits)
    parameters = {f"new_{name}": value for name, value in said.items()} | trail.parameters_of(new.asked.caller)
    if new.only_if is not None:
        parameters.update(new.only_if.parameters)
    parameters |= {"new_ask": ask, "by_action": new.asked.caller.operation or new.kind}
    if not fits:
        parameters["by_details"] = fitted({"kind": new.kind, "reference": new.asked.reference, "asked": values["ask"]})
    row = (await session.execute(statement, parameters)).first()
    if row is not None:
        made = _made(values, created_at=row.created_at, updated_at=row.updated_at)
        announce(session, made.tenant)
        if new.sensitive is not None and new.to_approve is not None:
            hours = new.asked.caller.membership.approval_hours
            await approval_validity.ask(session, made, new.to_approve, new.sensitive.words, hours)
        else:
            await goes_on(session, made)
        return made, True
    earlier = await find_replay(session, new.asked)
    if earlier is None:
        if new.only_if is not None:
            raise ConditionNotMet
        await check_tenant(session, new.asked.caller.tenant)
        # The winner's key was cleared between the conflict and this look: seven days have passed.
        raise IdempotencyKeyReused("The key expired this very moment.", remedy="Ask again with a new key.")
    return earlier, False


async def goes_on(session: AsyncSession, job: Job) -> None:
    """The job is queued as of now."""
    wake(session, LoopName.SUBMITTING)
    if job.series is not None:
        await _say_blocked(session, job)


async def _say_blocked(session: AsyncSession, job: Job) -> None:
    """Show the caller at once for which job this one waits. Only the claim decides."""
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
    vars(made).update(values, origin=Origin.HOLDFAST, tasks=[], tries=0, fence=0)
    return made


async def find_replay(session: AsyncSession, asked: Asked) -> Job | None:
    """The job an earlier equal request made; lets a service skip its checks for a replay. None without a key.

    Raises IdempotencyKeyReused if the key was used for another request.
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
