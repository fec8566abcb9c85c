"""Loop 3: operations that have no Azure job (vault create), or whose job has not appeared yet.

An operation is polled by the URL Azure gave, verbatim. When it names a job, the observing loop takes over; when it
names none, its end is the job's end. A write that was done with its answer has no URL: it only wants its result
collected.
"""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import structlog

from app.azure.errors import AzureError, AzureRejected, AzureThrottled
from app.azure.ports import Operations as OperationsPort
from app.azure.values import OperationState, OperationStatus
from app.core.database import Database
from app.jobs import failures, store
from app.jobs.lifecycle import Observation, State
from app.jobs.pace import back_off, look_soon
from app.jobs.work import JobError, Result, Ticket, Work

log = structlog.get_logger()

BATCH = 32
LEASE = timedelta(seconds=60)


class Operations:
    def __init__(
        self, database: Database, works: Mapping[str, Work[Any]], azure: OperationsPort, *, poll_seconds: float
    ) -> None:
        self._database = database
        self._works = works
        self._azure = azure
        self._poll_seconds = poll_seconds

    async def run_once(self) -> float | None:
        """Look at every due operation once. Answers in how many seconds more is due."""
        async with self._database.begin() as session:
            tickets = await store.claim_rows(session, store.OPERATION_ROWS, limit=BATCH, lease=LEASE)
            if not tickets:
                return await store.due_in(session, store.OPERATION_ROWS)
        async with asyncio.TaskGroup() as group:
            for ticket in tickets:
                group.create_task(self._follow(ticket))
        return 0.0

    async def _follow(self, ticket: Ticket) -> None:
        structlog.contextvars.bind_contextvars(job_id=str(ticket.id))
        try:
            status = await self._look(ticket)
            if status.state is OperationState.SUCCEEDED and not status.job_ids:
                result = await self._works[ticket.kind].collect(ticket, None)
                await self._end(ticket, Observation.ENDED_WELL, result=result)
                return
        except AzureError as error:
            await self._could_not_look(ticket, error)
            return
        if status.state is OperationState.SUCCEEDED:
            await self._hand_over(ticket, status.job_ids[0])
        elif status.state is OperationState.FAILED:
            await self._end(ticket, Observation.ENDED_BADLY, error=failures.from_operation(status))
        elif status.state is OperationState.CANCELLED:
            await self._end(ticket, Observation.ENDED_CANCELLED)
        else:
            await self._look_again(ticket, status)

    async def _look(self, ticket: Ticket) -> OperationStatus:
        if ticket.operation_url is None:
            return OperationStatus(OperationState.SUCCEEDED)
        return await self._azure.status(ticket.operation_url)

    async def _hand_over(self, ticket: Ticket, azure_job_id: str) -> None:
        values = store.not_waiting() | {"azure_job_id": azure_job_id, "operation_url": None}
        async with self._database.begin() as session:
            if await store.record(session, ticket, Observation.STILL_RUNNING, values=values, detail=azure_job_id):
                # A configuration operation ends together with its job (wire.md section 2), so the first sweep comes
                # soon.
                await store.look_at_vault(session, ticket.vault_id, within=look_soon(self._poll_seconds))

    async def _look_again(self, ticket: Ticket, status: OperationStatus) -> None:
        seconds = back_off(ticket.tries, self._poll_seconds, status.retry_after)
        values = store.not_waiting(seconds) | {"tries": ticket.tries + 1}
        async with self._database.begin() as session:
            await store.record(session, ticket, Observation.STILL_RUNNING, values=values, quiet=True)

    async def _could_not_look(self, ticket: Ticket, error: AzureError) -> None:
        """Waiting is not failing: a refused or lost look says nothing about the operation itself."""
        reason = "throttled" if isinstance(error, AzureThrottled) else "azure_unreachable"
        seconds = back_off(ticket.tries, self._poll_seconds, getattr(error, "retry_after", None))
        async with self._database.begin() as session:
            await store.record(
                session, ticket, Observation.COULD_NOT_LOOK,
                values=store.waiting(reason, seconds), detail=str(error), quiet=ticket.tries > 0,
            )  # fmt: skip
            if isinstance(error, AzureRejected):
                # The poll URL may have expired: a sweep can still find the job by its activity id.
                await store.look_at_vault(session, ticket.vault_id, within=seconds)

    async def _end(
        self,
        ticket: Ticket,
        observation: Observation,
        *,
        result: Result | None = None,
        error: JobError | None = None,
    ) -> None:
        values = (store.succeeded(result) if result is not None else {}) | (store.failed(error) if error else {})
        async with self._database.begin() as session:
            state: State | None = await store.record(session, ticket, observation, values=values)
            if state is not None:
                await self._works[ticket.kind].finish(session, ticket, state, result)
