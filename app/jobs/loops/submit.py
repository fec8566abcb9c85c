"""Loop 1: sends queued jobs to Azure, one attempt at a time.

The order of things is the whole point: claim and attempt are committed together, then the request is sent with the
attempt's id and no transaction open, then one transaction writes the verdict, only while the fence still matches.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog

from app.azure.errors import AzureError, AzureNotActed, AzureRejected, AzureThrottled, AzureUnknown
from app.azure.gate import priority_of
from app.azure.values import Operation
from app.core.clock import monotonic_boottime
from app.core.db.database import Database
from app.core.db.notify import wake
from app.core.gather_isolated import gather_isolated
from app.core.loop import Piece
from app.jobs import bounds, failures, later_writes, store
from app.jobs.approval.bound_facts import check_bound
from app.jobs.lifecycle import AttemptState, Observation, State, Waiting
from app.jobs.queue import claims
from app.jobs.scheduling import back_off, longest_interval, look_soon
from app.jobs.work import AlreadyDone, AttemptOnRecord, JobError, LoopName, RefusedError, Ticket, Work

log = structlog.get_logger()

AT_ONCE = 32
"""How many requests one process has on their way to Azure."""
SEND_WITHIN_SECONDS = 10.0
"""The send deadline, counted on the monotonic clock from before the intent was committed. A token that takes longer,
or a process that was frozen in between, gives the attempt back unsent."""
LEASE = timedelta(seconds=90)
"""Longer than deadline and read timeout together: a live worker never loses a claim it still works on."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the one send came to."""

    observation: Observation
    attempt_state: AttemptState
    values: Mapping[str, Any]
    detail: str | None = None
    wakes: tuple[LoopName, float] | None = None
    """The loop that continues with the job, and the seconds until it is due there."""


class SubmitLoop:
    def __init__(self, database: Database, works: Mapping[str, Work[Any, Any]], *, poll_seconds: float) -> None:
        self._database = database
        self._works = works
        self._poll_seconds = poll_seconds
        self._served_last = ""
        """The tenant that the last claim ended with: the next one begins behind it."""

    async def run_once(self) -> float | None:
        """Claim the due jobs and send them. Returns the seconds until more are due."""
        pieces, due_in = await self.start(AT_ONCE)
        await gather_isolated(pieces)
        return due_in

    async def start(self, limit: int) -> tuple[Sequence[Piece], float | None]:
        """Claim up to `limit` jobs. Return unstarted coroutines and the seconds until more is due."""
        deadline = monotonic_boottime() + SEND_WITHIN_SECONDS
        async with self._database.begin() as session:
            claimed = await claims.claim_queued(
                session, limit=limit, lease=LEASE, kinds=self._works, after=self._served_last
            )
            if not claimed:
                return (), await claims.queued_due_in(session, self._works)
            attempts = await claims.attempts_of(session, [ticket.id for ticket, _ in claimed])
            overtaken = await later_writes.overtaken(session, [ticket for ticket, _ in claimed])
        self._served_last = claimed[-1][0].tenant  # after the commit: a claim that was rolled back is no turn
        earlier = {
            ticket.id: [one for one in attempts[ticket.id] if one.id != attempt_id] for ticket, attempt_id in claimed
        }
        return [
            self._write(ticket, id_, _refused(overtaken[ticket.id]))
            if ticket.id in overtaken
            else self._submit(ticket, id_, earlier[ticket.id], deadline)
            for ticket, id_ in claimed
        ], 0.0

    async def _submit(
        self, ticket: Ticket, attempt_id: UUID, earlier: Sequence[AttemptOnRecord], deadline: float
    ) -> None:
        with priority_of(is_background=ticket.is_background):
            verdict = await self._attempt(ticket, attempt_id, earlier, deadline)
        # The verdict outlives a shutdown: what Azure answered must not be forgotten because SIGTERM came.
        await asyncio.shield(self._write(ticket, attempt_id, verdict))

    async def _attempt(
        self, ticket: Ticket, attempt_id: UUID, earlier: Sequence[AttemptOnRecord], deadline: float
    ) -> Verdict:
        work = self._works[ticket.kind]
        structlog.contextvars.bind_contextvars(job_id=str(ticket.id), attempt_id=str(attempt_id))
        try:
            prepared = await work.prepare(ticket, earlier)
            if not isinstance(prepared, AlreadyDone):
                await check_bound(work, ticket)
        except RefusedError as refusal:
            return _refused(refusal.error)
        except AzureRejected as rejected:
            return _refused(failures.from_rejected(rejected, ticket.kind))
        except AzureError as error:
            # Only reads were made so far, so the write was not sent.
            return self._not_acted(ticket, error)
        except Exception as error:
            # A bug of ours, or an answer that cannot be read; in both cases nothing was sent.
            log.exception("submit.not_prepared")
            return await self._broken(ticket, error)
        if isinstance(prepared, AlreadyDone):
            return Verdict(
                Observation.FOUND, AttemptState.FOUND, store.not_waiting(), prepared.detail, (LoopName.OPERATIONS, 0.0)
            )
        return await self._send(work, ticket, prepared, attempt_id, deadline)

    async def _send(
        self, work: Work[Any, Any], ticket: Ticket, prepared: Any, attempt_id: UUID, deadline: float
    ) -> Verdict:
        """The closed list of outcomes: not acted, refused, accepted; everything else is unknown."""
        try:
            operation = await work.send(ticket, prepared, request_id=attempt_id, deadline=deadline)
        except AzureNotActed as error:
            return self._not_acted(ticket, error)
        except RefusedError as refusal:
            return _refused(refusal.error)
        except AzureRejected as rejected:
            return _refused(failures.from_rejected(rejected, ticket.kind))
        except AzureUnknown as error:
            return self._unknown(str(error))
        except Exception as error:
            # After a bug of ours the request may have been sent, so it is not proved that Azure did nothing.
            log.exception("submit.failed")
            return self._unknown(f"{type(error).__name__} while sending")
        return self._accepted(operation, attempt_id)

    def _accepted(self, operation: Operation, attempt_id: UUID) -> Verdict:
        soon = 0.0 if operation.is_done else look_soon(self._poll_seconds)
        values = store.not_waiting(soon) | {"operation_url": operation.status_url, "activity_id": attempt_id}
        return Verdict(Observation.ACCEPTED, AttemptState.ACCEPTED, values, wakes=(LoopName.OPERATIONS, soon))

    def _not_acted(self, ticket: Ticket, error: AzureError) -> Verdict:
        reason = Waiting.THROTTLED if isinstance(error, AzureThrottled) else Waiting.AZURE_UNREACHABLE
        seconds = back_off(ticket.tries, self._poll_seconds, error.retry_after)
        return Verdict(Observation.NOT_ACTED, AttemptState.NOT_ACTED, store.waiting(reason, seconds), str(error))

    async def _broken(self, ticket: Ticket, error: Exception) -> Verdict:
        """Tried again ever more seldom: a newer version may mend it. An hour later a person is asked."""
        detail = f"Internal error ({type(error).__name__}), logged as submit.not_prepared. Nothing was sent."
        seconds = back_off(ticket.tries, self._poll_seconds, longest=longest_interval(self._poll_seconds))
        async with self._database.begin() as session:
            is_over = await bounds.is_long_broken(session, ticket, self._poll_seconds)
        seen = Observation.AMBIGUOUS if is_over else Observation.NOT_ACTED
        return Verdict(seen, AttemptState.NOT_ACTED, store.waiting(Waiting.INTERNAL_ERROR, seconds), detail)

    def _unknown(self, detail: str) -> Verdict:
        # The attempt stays open: it may have reached Azure; the reconcile loop looks it up.
        soon = look_soon(self._poll_seconds)
        values = store.waiting(Waiting.OUTCOME_UNKNOWN, soon)
        return Verdict(Observation.OUTCOME_UNKNOWN, AttemptState.OPEN, values, detail, (LoopName.RESOLVING, soon))

    async def _write(self, ticket: Ticket, attempt_id: UUID, verdict: Verdict) -> None:
        work = self._works[ticket.kind]
        async with self._database.begin() as session:
            values = dict(verdict.values)
            if verdict.observation is Observation.REFUSED:
                values |= await store.so_far(session, work, ticket)
            attempt = None if verdict.attempt_state is AttemptState.OPEN else (attempt_id, verdict.attempt_state)
            state = await store.record(
                session,
                ticket,
                verdict.observation,
                values=values,
                detail=verdict.detail,
                attempt=attempt,
            )
            if state is None:
                log.warning("submit.fence_lost", observation=verdict.observation)
                return
            if state is State.FAILED:
                await work.finish(session, ticket, state, None)
            if verdict.wakes is not None:
                loop, soon = verdict.wakes
                wake(session, loop, within=soon)
        log.info("submit.verdict", kind=ticket.kind, observation=verdict.observation, detail=verdict.detail)


def _refused(error: JobError) -> Verdict:
    return Verdict(Observation.REFUSED, AttemptState.REFUSED, store.failed(error), error.detail)
