"""Loop 3: polls operations that have no Azure job (vault create), or whose job has not appeared yet.

An operation is polled by the URL Azure gave, verbatim. When it names a job, the sweep loop takes over; when it
names none, its end is the job's end. A write that was done with its answer has no URL: it only wants its result
collected.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.errors import AzureError, AzureNotFound, AzureRejected, AzureThrottled
from app.azure.gate import priority_of
from app.azure.ports import AzureJobs, Operations
from app.azure.values import OperationState, OperationStatus
from app.core.db.database import NOW, Database
from app.core.db.notify import wake
from app.core.gather_isolated import gather_isolated
from app.core.loop import Piece
from app.jobs import bounds, failures, store, watches
from app.jobs.kinds import CANCELLABLE
from app.jobs.lifecycle import WELL, Observation, State, Waiting
from app.jobs.loops.activity_lookup import VaultLook
from app.jobs.models import Job
from app.jobs.queue import claims
from app.jobs.scheduling import back_off, idle_sweep, look_soon, tries_after
from app.jobs.sweep.not_carried_out import NotCarriedOut, ask_a_person
from app.jobs.work import Found, JobError, LoopName, NotCarriedOutError, Result, StepEnded, TakesSteps, Ticket, Work

log = structlog.get_logger()

LOOKS_AT_ONCE = 32
LEASE = timedelta(seconds=60)
NAMED = 20
"""How many Azure jobs of one write its history names."""


class PollOperationsLoop:
    def __init__(
        self,
        database: Database,
        works: Mapping[str, Work[Any, Any]],
        azure: Operations,
        azure_jobs: AzureJobs,
        *,
        poll_seconds: float,
    ) -> None:
        self._database = database
        self._works = works
        self._rows = claims.known(claims.OPERATION_ROWS, works)
        self._azure = azure
        self._azure_jobs = azure_jobs
        self._poll_seconds = poll_seconds
        self._not_carried_out = NotCarriedOut(database, works, poll_seconds=poll_seconds)

    async def run_once(self) -> float | None:
        """Poll every due operation once. Returns the seconds until more are due."""
        pieces, due_in = await self.start(LOOKS_AT_ONCE)
        await gather_isolated(pieces)
        return due_in

    async def start(self, limit: int) -> tuple[Sequence[Piece], float | None]:
        """Claim up to `limit` rows. Returns unstarted coroutines and the seconds until more is due."""
        async with self._database.begin() as session:
            tickets = await claims.claim_rows(session, self._rows, limit=limit, lease=LEASE)
            if not tickets:
                return (), await claims.due_in(session, self._rows)
        return [self._follow(ticket) for ticket in tickets], 0.0

    async def _follow(self, ticket: Ticket) -> None:
        structlog.contextvars.bind_contextvars(job_id=str(ticket.id))
        with priority_of(is_background=ticket.is_background):
            await self._follow_on(ticket)

    async def _follow_on(self, ticket: Ticket) -> None:
        try:
            status = await self._look_at_step(ticket, await self._look(ticket))
            if status.state is OperationState.SUCCEEDED and not status.job_ids and ticket.kind not in CANCELLABLE:
                result = await self._collect(ticket)
                if result is not None:
                    await self._end_well(ticket, result)
                return
        except AzureError as error:
            await self._could_not_look(ticket, error)
            return
        if status.state is OperationState.SUCCEEDED and status.job_ids:
            await self._hand_over(ticket, status.job_ids)
        elif status.state is OperationState.FAILED:
            await self._end(ticket, Observation.ENDED_BADLY, error=failures.from_operation(status, ticket.kind))
        elif status.state is OperationState.CANCELLED:
            await self._end(ticket, Observation.ENDED_CANCELLED)
        else:
            # An operation of a backup or restore that ended well without naming a job: a sweep may still find the job.
            await self._look_again(ticket, status)

    async def _collect(self, ticket: Ticket) -> Result | None:
        """What it brought; None: Azure has not carried it out, and that is written. Raises AzureError."""
        work: Work[Any, Result] = self._works[ticket.kind]
        try:
            return await work.collect(ticket, None)
        except StepEnded as step:
            await self._send_more(ticket, step)
            return None
        except NotCarriedOutError as error:
            return await self._not_carried_out.put_off(ticket, error)

    async def _look_at_step(self, ticket: Ticket, status: OperationStatus) -> OperationStatus:
        """Of a work that takes steps, what is there says how a step ended: its failure is noted, and no end."""
        work = self._works[ticket.kind]
        if status.state not in {OperationState.FAILED, OperationState.CANCELLED} or not isinstance(work, TakesSteps):
            return status
        await work.step_failed(ticket, failures.from_operation(status, ticket.kind))
        return OperationStatus(OperationState.SUCCEEDED)

    async def _send_more(self, ticket: Ticket, step: StepEnded) -> None:
        values = store.not_waiting(step.seconds) | {"operation_url": None}
        async with self._database.begin() as session:
            # Locked: a cancel that came between this look and the next state would be forgotten there.
            if await session.scalar(select(Job.cancel).where(Job.id == ticket.id).with_for_update(key_share=True)):
                ended = store.succeeded(step.result) if step.result is not None else {}
                state = await store.record(session, ticket, Observation.ENDED_CANCELLED, values=ended, detail=str(step))
                if state is not None:
                    await self._works[ticket.kind].finish(session, ticket, state, step.result)
                return
            if await store.record(session, ticket, Observation.STEP_ENDED, values=values, detail=str(step)):
                wake(session, LoopName.SUBMITTING, within=step.seconds)

    async def _look(self, ticket: Ticket) -> OperationStatus:
        if ticket.operation_url is None:
            return OperationStatus(OperationState.SUCCEEDED)
        try:
            return await self._azure.status(ticket.operation_url)
        except AzureNotFound:
            # A vault's operations are below the vault and may disappear with it; then the requested deletion has
            # happened.
            work, look = self._works[ticket.kind], VaultLook(self._azure_jobs, ())
            if isinstance(work, TakesSteps):
                return OperationStatus(OperationState.SUCCEEDED)
            if work.removes_its_operation and await work.find(ticket, (), look) == Found(None):
                return OperationStatus(OperationState.SUCCEEDED)
            raise

    async def _hand_over(self, ticket: Ticket, azure_job_ids: Sequence[str]) -> None:
        """From here on the sweep loop follows it; where there are several jobs, until all of them have ended."""
        several = len(azure_job_ids) > 1
        ids = {"azure_job_ids": list(azure_job_ids)} if several else {"azure_job_id": azure_job_ids[0]}
        values = store.not_waiting() | {"operation_url": None} | ids
        detail = ", ".join(azure_job_ids[:NAMED])
        if len(azure_job_ids) > NAMED:
            detail += f" and {len(azure_job_ids) - NAMED} more"
        async with self._database.begin() as session:
            written = await store.record(session, ticket, Observation.STILL_RUNNING, values=values, detail=detail)
            if written and ticket.kind in CANCELLABLE:
                # A backup or a restore takes minutes at the least.
                await watches.look_if_calm(session, ticket.vault_id, within=look_soon(self._poll_seconds))
            elif written:
                # A configuration operation ends together with its job (docs/azure.md, Asynchronous writes), so the
                # first sweep comes soon.
                await watches.look_at_vault(session, ticket.vault_id, within=look_soon(self._poll_seconds))

    async def _look_again(self, ticket: Ticket, status: OperationStatus) -> None:
        seconds = back_off(ticket.tries, self._poll_seconds, status.retry_after)
        # Polls that found it running must not make the wait after a first refusal long: their number is capped.
        values = store.not_waiting(seconds) | {"tries": tries_after(ticket.tries, refused=False)}
        async with self._database.begin() as session:
            if await bounds.has_no_end(session, ticket, self._poll_seconds):
                said = "that it has ended well" if status.state is OperationState.SUCCEEDED else "that it works on it"
                detail = f"Azure has said {said} for too long: it named no job, and no end that can be read."
                await ask_a_person(session, ticket, detail, self._works)
                return
            await store.record(session, ticket, Observation.STILL_RUNNING, values=values, quiet=True)
            if status.state is OperationState.SUCCEEDED:
                await watches.look_at_vault(session, ticket.vault_id, within=seconds)

    async def _could_not_look(self, ticket: Ticket, error: AzureError) -> None:
        """Keep the job waiting: a refused or lost poll says nothing about the operation itself."""
        reason = Waiting.THROTTLED if isinstance(error, AzureThrottled) else Waiting.AZURE_UNREACHABLE
        refused = isinstance(error, AzureRejected)
        longest = idle_sweep(self._poll_seconds) if refused else None
        seconds = back_off(ticket.tries, self._poll_seconds, error.retry_after, longest=longest)
        async with self._database.begin() as session:
            if isinstance(error, AzureNotFound) and await self._has_vanished(session, ticket, error):
                return
            await store.record(
                session,
                ticket,
                Observation.COULD_NOT_LOOK,
                values=store.waiting(reason, seconds) | {"tries": tries_after(ticket.tries, refused=refused)},
                detail=str(error),
                quiet=ticket.tries > 0,
            )
            if refused:
                # The poll URL may have expired: a sweep can still find the job by its activity id.
                await watches.look_at_vault(session, ticket.vault_id, within=seconds)

    async def _has_vanished(self, session: AsyncSession, ticket: Ticket, error: AzureNotFound) -> bool:
        """Whether Azure has not known the operation for long, and no sweep found a job: a person decides."""
        long_ago = NOW - bounds.unseen(self._poll_seconds)
        waits = (Job.waiting_reason == Waiting.AZURE_UNREACHABLE, Job.waiting_since < long_ago)
        if (await session.execute(select(Job.id).where(Job.id == ticket.id, *waits))).first() is None:
            return False
        detail = f"Azure does not know the operation any more, and shows no job of it. {error}"
        await ask_a_person(session, ticket, detail, self._works)
        return True

    async def _end_well(self, ticket: Ticket, result: Result) -> None:
        work = self._works[ticket.kind]
        warnings = work.warnings_of(result) if isinstance(work, TakesSteps) else []
        seen = Observation.ENDED_WITH_WARNINGS if warnings else Observation.ENDED_WELL
        await self._end(ticket, seen, result=result, warnings=warnings)

    async def _end(
        self,
        ticket: Ticket,
        observation: Observation,
        *,
        result: Result | None = None,
        error: JobError | None = None,
        warnings: Sequence[Mapping[str, str | None]] = (),
    ) -> None:
        values: dict[str, Any] = {"warnings": list(warnings)} if warnings else {}
        values |= (store.succeeded(result) if result is not None else {}) | (store.failed(error) if error else {})
        async with self._database.begin() as session:
            state: State | None = await store.record(session, ticket, observation, values=values)
            if state is not None:
                await self._works[ticket.kind].finish(session, ticket, state, result)
                if state not in WELL:
                    await watches.look_at_items(session, ticket, within=self._poll_seconds)
