"""Loop 5: cancels Azure jobs, because a caller requested it or because they are orphans.

Asking Azure to cancel is harmless to repeat, so there is no attempt protocol here: the row stays until Azure has said
yes or no. What becomes of the job is Azure's own word, seen by the sweep loop.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import structlog
from sqlalchemy import ColumnElement, delete, exists, literal, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit import trail
from app.azure.errors import AzureError, AzureRejected
from app.azure.ports import AzureJobs
from app.azure.values import JobOutcome, VaultRef
from app.core.db.database import NOW, Database
from app.core.db.leases import claim, seconds_until_due
from app.core.gather_isolated import gather_isolated
from app.jobs import store, transitions, watches
from app.jobs.lifecycle import FOLLOWED, TERMINAL, Observation, State
from app.jobs.models import Cancellation, Job
from app.jobs.queue import claims
from app.jobs.scheduling import back_off, longest_interval, look_soon, tries_after
from app.jobs.work import Ticket, Work

log = structlog.get_logger()

BATCH = 16
LEASE = timedelta(seconds=60)
FIRST_CLAIM = 1
"""The fence of an order that is claimed for the first time."""


@dataclass(frozen=True, slots=True)
class Order:
    """One claimed cancellation. `azure_job_id` None: the job's own is not known yet."""

    id: UUID
    fence: int
    tries: int
    ticket: Ticket
    vault: VaultRef | None
    azure_job_id: str | None
    is_orphan: bool


class CancelLoop:
    def __init__(
        self, database: Database, works: Mapping[str, Work[Any, Any]], azure: AzureJobs, *, poll_seconds: float
    ) -> None:
        self._database = database
        self._works = works
        self._rows = exists().where(claims.known(Job.id == Cancellation.job_id, works))
        self._azure = azure
        self._poll_seconds = poll_seconds

    async def run_once(self) -> float | None:
        """Carry out the cancels that are due. Returns the seconds until more are due."""
        async with self._database.begin() as session:
            orders = await _claim(session, self._rows)
            if not orders:
                return await seconds_until_due(session, Cancellation, self._rows)
        await gather_isolated(self._carry_out(order) for order in orders)
        return 0.0

    async def _carry_out(self, order: Order) -> None:
        structlog.contextvars.bind_contextvars(job_id=str(order.ticket.id))
        state = order.ticket.state
        if not order.is_orphan and (state in TERMINAL or state is State.NEEDS_ATTENTION):
            await self._drop(order)
        elif not order.is_orphan and state is State.QUEUED:
            await self._withdraw(order)
        elif order.vault is None:  # its jobs are not followed any more
            longest = longest_interval(self._poll_seconds)
            await self._later(order, back_off(order.tries, self._poll_seconds, longest=longest), unfollowed=True)
        elif order.azure_job_id is None:
            await self._later(order, back_off(order.tries, self._poll_seconds))
        else:
            await self._ask(order, order.vault, order.azure_job_id)

    async def _ask(self, order: Order, vault: VaultRef, azure_job_id: str) -> None:
        try:
            answer = await self._cancel(order, vault, azure_job_id)
        except AzureError as error:
            await self._later(order, back_off(order.tries, self._poll_seconds, error.retry_after))
        else:
            await self._answered(order, *answer)

    async def _cancel(self, order: Order, vault: VaultRef, azure_job_id: str) -> tuple[Observation, str, str]:
        """What Azure says to it: (observation, note, detail). Raises AzureError when it has to be asked again."""
        try:
            await self._azure.cancel(vault, azure_job_id, request_id=uuid4())
        except AzureRejected as refused:
            if not await self._is_being_cancelled(order, vault, azure_job_id):
                return Observation.CANCEL_REFUSED, "refused", f"{refused.code}: {refused.message}"
        return Observation.CANCEL_ACCEPTED, "sent", azure_job_id

    async def _is_being_cancelled(self, order: Order, vault: VaultRef, azure_job_id: str) -> bool:
        """Whether Azure refuses because the job is cancelled already: the first worker may have died before the answer.

        Otherwise history and audit trail would say for ever that our successful cancel was refused.
        """
        if order.fence == FIRST_CLAIM:
            return False  # the first claim: no worker has asked before
        try:
            job = await self._azure.get(vault, azure_job_id, region=order.ticket.azure_region)
        except AzureRejected:
            return False
        return job.outcome in {JobOutcome.CANCELLING, JobOutcome.CANCELLED}

    async def _answered(self, order: Order, observation: Observation, note: str, detail: str) -> None:
        async with self._database.begin() as session:
            if not await _delete(session, order):
                return
            await trail.record_own(
                session,
                order.ticket.tenant,
                action="cancel_orphan" if order.is_orphan else "send_cancel",
                target=f"/v1/jobs/{order.ticket.id}",
                job_id=order.ticket.id,
                details={"azure_job_id": order.azure_job_id, "azure": note},
            )
            if order.is_orphan:
                await store.add_event(session, order.ticket, f"orphan_{observation}", order.ticket.state, detail)
                return
            await _note(session, order.ticket, note, detail)
            # Another worker may hold the job itself, and may have moved it since the order was claimed.
            moved = transitions.move_from_any(FOLLOWED, order.ticket.id, observation).returning(Job.state)
            state = (await session.execute(moved)).scalar_one_or_none()
            if state is not None:
                await store.add_event(session, order.ticket, observation, State(state), detail)
                await watches.look_at_vault(session, order.ticket.vault_id, within=look_soon(self._poll_seconds))
        log.info("cancel.answered", observation=observation, detail=detail)

    async def _withdraw(self, order: Order) -> None:
        """The request, or what was still to be sent of it, never reached Azure: nothing is to be cancelled there."""
        work = self._works[order.ticket.kind]
        async with self._database.begin() as session:
            so_far = await store.so_far(session, work, order.ticket)
            detail = "stopped between two of its steps" if so_far else "it never reached Azure"
            state = await store.record(
                session, order.ticket, Observation.CANCELLED_UNSENT, values=so_far, detail=detail
            )
            if state is not None and await _delete(session, order):
                await work.finish(session, order.ticket, state, None)

    async def _drop(self, order: Order) -> None:
        async with self._database.begin() as session:
            await _delete(session, order)

    async def _later(self, order: Order, seconds: float, *, unfollowed: bool = False) -> None:
        tries = tries_after(order.tries, refused=unfollowed)
        async with self._database.begin() as session:
            await session.execute(
                update(Cancellation)
                .where(Cancellation.id == order.id, Cancellation.fence == order.fence)
                .values(lease_until=None, due_at=NOW + timedelta(seconds=seconds), tries=tries)
            )


async def _claim(session: AsyncSession, where: ColumnElement[bool]) -> list[Order]:
    claimed = (
        claim(Cancellation, Cancellation.id, where=where, limit=BATCH, lease=LEASE)
        .returning(
            Cancellation.id.label("order_id"),
            Cancellation.fence.label("order_fence"),
            Cancellation.tries.label("order_tries"),
            Cancellation.job_id,
            Cancellation.azure_job_id.label("orphan"),
        )
        .cte("claimed")
    )
    rows = await session.execute(
        select(
            claimed.c.order_id, claimed.c.order_fence, claimed.c.order_tries, claimed.c.orphan, *claims.TICKET_COLUMNS
        ).join(Job, Job.id == claimed.c.job_id)
    )
    claimed_ones = [(row, claims.ticket(row)) for row in rows]
    vaults = await watches.vaults_of(session, {ticket.vault_id for _, ticket in claimed_ones})
    return [
        Order(
            row.order_id,
            row.order_fence,
            row.order_tries,
            ticket,
            vaults.get(ticket.vault_id),
            row.orphan or ticket.azure_job_id,
            bool(row.orphan),
        )
        for row, ticket in claimed_ones
    ]


async def _delete(session: AsyncSession, order: Order) -> bool:
    """Whether it was still ours to end."""
    gone = await session.execute(
        delete(Cancellation)
        .where(Cancellation.id == order.id, Cancellation.fence == order.fence)
        .returning(Cancellation.id)
    )
    return gone.first() is not None


async def _note(session: AsyncSession, ticket: Ticket, state: str, detail: str) -> None:
    note = Job.cancel.op("||")(literal({"state": state, "detail": detail}, JSONB))
    await session.execute(
        update(Job).where(Job.id == ticket.id, Job.state.not_in(TERMINAL)).values(cancel=note, updated_at=NOW)
    )
