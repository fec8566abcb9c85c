"""Loop 4: looks up attempts whose outcome is unknown. Each is found, sent again, or decided by a person.

An open attempt whose lease has ended means one of two things: its worker died before it wrote the outcome, or the
answer was lost. In both cases it is unknown whether Azure acted, so this loop looks before anything is sent again. A
worker that dies leaves dozens of attempts: they are claimed together, and one look at each vault serves all that were
lost there.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import and_
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.errors import AzureError, AzureRejected, AzureThrottled
from app.azure.gate import priority_of
from app.azure.ports import AzureJobs
from app.azure.values import AzureJob
from app.core.db.database import Database
from app.core.db.notify import wake
from app.core.gather_isolated import gather_isolated
from app.jobs import failures, store, watches
from app.jobs.lifecycle import AttemptState, Observation, Waiting
from app.jobs.loops.activity_lookup import VaultLook
from app.jobs.models import Job
from app.jobs.queue import claims
from app.jobs.scheduling import back_off, idle_sweep, look_soon
from app.jobs.system_audit import record_decision
from app.jobs.work import Ambiguous, AttemptOnRecord, Finding, Found, Look, LoopName, Ticket, Work

log = structlog.get_logger()

BATCH = 16
COMPANY = 64
"""Maximum number of attempts looked up together: as many as two workers have on their way to Azure."""
LEASE = timedelta(seconds=60)


def decide(finding: Finding, age_seconds: float, settle_seconds: float) -> Observation:
    """The observation for the newest attempt, from the look and its age when the look **began**. Pure.

    A job that is found counts at any time. Absence is believed when the attempt is older than SETTLE: Holdfast assumes
    that by then every request has arrived, and every job is in Azure's lists.
    """
    if isinstance(finding, Found):
        return Observation.FOUND
    if isinstance(finding, Ambiguous):
        return Observation.AMBIGUOUS
    return Observation.PROVEN_ABSENT if age_seconds > settle_seconds else Observation.OUTCOME_UNKNOWN


class ReconcileLoop:
    """`settle_seconds`: for each kind that has it, the age of an attempt from which its absence is believed."""

    def __init__(
        self,
        database: Database,
        works: Mapping[str, Work[Any, Any]],
        azure: AzureJobs,
        *,
        settle_seconds: Mapping[str, float],
        poll_seconds: float,
    ) -> None:
        self._database = database
        self._works = works
        self._rows = claims.known(claims.UNRESOLVED_ROWS, works)
        self._azure = azure
        self._settle_seconds = settle_seconds
        self._poll_seconds = poll_seconds

    async def run_once(self) -> float | None:
        """Look up every lost attempt that is due. Returns the seconds until more are due, plus a moment.

        Attempts that were lost together are due within that moment, so one look serves all of them.
        """
        moment = look_soon(self._poll_seconds)
        async with self._database.begin() as session:
            tickets = await claims.claim_rows(session, self._rows, limit=BATCH, lease=LEASE)
            if not tickets:
                due_in = await claims.due_in(session, self._rows)
                return None if due_in is None else due_in + moment
            tickets += await self._claim_company(session, tickets)
            # Ages are taken here, before the look begins: so an attempt is at least this old when the look does not
            # find it.
            attempts = await claims.attempts_of(session, [ticket.id for ticket in tickets])
        looks = self._open_looks(tickets, attempts)
        await gather_isolated(self._resolve(ticket, attempts[ticket.id], looks[ticket.vault_id]) for ticket in tickets)
        return 0.0 if len(tickets) >= BATCH else moment

    async def _claim_company(self, session: AsyncSession, tickets: Sequence[Ticket]) -> list[Ticket]:
        """What else is due in the vaults that are looked at anyway."""
        there = and_(self._rows, Job.vault_id.in_({ticket.vault_id for ticket in tickets}))
        return await claims.claim_rows(session, there, limit=COMPANY, lease=LEASE)

    def _open_looks(
        self, tickets: Sequence[Ticket], attempts: Mapping[UUID, Sequence[AttemptOnRecord]]
    ) -> Mapping[UUID | None, Look]:
        """One for each vault, over all that was lost there. Nothing is asked before the first of them asks."""
        lost: defaultdict[UUID | None, list[AttemptOnRecord]] = defaultdict(list)
        for ticket in tickets:
            lost[ticket.vault_id] += attempts[ticket.id]
        return {vault_id: VaultLook(self._azure, of_vault) for vault_id, of_vault in lost.items()}

    async def _resolve(self, ticket: Ticket, attempts: list[AttemptOnRecord], look: Look) -> None:
        structlog.contextvars.bind_contextvars(job_id=str(ticket.id))
        work = self._works[ticket.kind]
        newest = attempts[-1]
        try:
            with priority_of(is_background=ticket.is_background):
                finding = await work.find(ticket, attempts, look)
        except AzureError as error:
            await self._could_not_look(ticket, newest, error)
            return
        log.info("reconcile.finding", finding=type(finding).__name__, age_seconds=newest.age_seconds)
        seen = decide(finding, newest.age_seconds, self._settle_seconds.get(ticket.kind, 0.0))
        match finding, seen:
            case Found(job=job), _:
                await self._adopt(ticket, attempts, job)
            case Ambiguous(detail=detail), _:
                await self._ask_a_person(ticket, newest, detail)
            case _, Observation.PROVEN_ABSENT:
                await self._send_again(ticket, newest)
            case _:
                await self._look_again(ticket, newest)

    async def _adopt(self, ticket: Ticket, attempts: list[AttemptOnRecord], job: AzureJob | None) -> None:
        """Found is found, whenever: adopted at once."""
        attempt = _attempt_of(job, attempts)
        values = store.not_waiting() | {"activity_id": attempt}
        if job is not None:
            values |= {"azure_job_id": job.job_id, "azure_status": job.status}
        async with self._database.begin() as session:
            if await store.record(
                session,
                ticket,
                Observation.FOUND,
                values=values,
                detail="adopted by its activity id" if job else "the object is there, as asked",
                attempt=(attempt, AttemptState.FOUND),
            ):
                await record_decision(
                    session, ticket, "adopt_attempt", attempt, azure_job_id=job.job_id if job else None
                )
                if job is None:
                    wake(session, LoopName.OPERATIONS)
                else:
                    await watches.look_at_vault(session, ticket.vault_id, within=look_soon(self._poll_seconds))

    async def _send_again(self, ticket: Ticket, newest: AttemptOnRecord) -> None:
        """The old id is retired, not forgotten: should Azure ever show it, it is an orphan."""
        async with self._database.begin() as session:
            if await store.record(
                session,
                ticket,
                Observation.PROVEN_ABSENT,
                values=store.not_waiting(),
                detail=f"absent {newest.age_seconds:.0f} s after the attempt",
                attempt=(newest.id, AttemptState.RETIRED),
            ):
                await record_decision(
                    session, ticket, "retire_attempt", newest.id, absent_seconds=round(newest.age_seconds)
                )
                wake(session, LoopName.SUBMITTING)

    async def _look_again(self, ticket: Ticket, newest: AttemptOnRecord) -> None:
        """Absent, but not for long enough to be believed: again when it is half as old again, and when SETTLE is over.

        What Azure took shows soon or hardly ever. A worker that dies may leave dozens of attempts, and looking for each
        as often as at what runs would take the lists away from those.
        """
        left = self._settle_seconds.get(ticket.kind, 0.0) - newest.age_seconds
        patient = max(back_off(ticket.tries, self._poll_seconds), newest.age_seconds / 2)
        seconds = min(patient, max(left, 0.0) + 0.05)
        async with self._database.begin() as session:
            await store.record(
                session,
                ticket,
                Observation.OUTCOME_UNKNOWN,
                values=store.waiting(Waiting.OUTCOME_UNKNOWN, seconds),
                quiet=True,
            )

    async def _could_not_look(self, ticket: Ticket, newest: AttemptOnRecord, error: AzureError) -> None:
        """What Azure refuses it will refuse again: asked when the attempt is half as old again."""
        seconds = back_off(ticket.tries, self._poll_seconds, error.retry_after)
        if isinstance(error, AzureRejected):
            seconds = max(seconds, min(newest.age_seconds / 2, idle_sweep(self._poll_seconds)))
        reason = Waiting.THROTTLED if isinstance(error, AzureThrottled) else Waiting.OUTCOME_UNKNOWN
        detail = failures.from_rejected(error).detail if isinstance(error, AzureRejected) else str(error)
        async with self._database.begin() as session:
            await store.record(
                session,
                ticket,
                Observation.COULD_NOT_LOOK,
                values=store.waiting(reason, seconds),
                detail=detail,
                quiet=ticket.tries > 0,
            )

    async def _ask_a_person(self, ticket: Ticket, newest: AttemptOnRecord, detail: str) -> None:
        async with self._database.begin() as session:
            if await store.record(
                session,
                ticket,
                Observation.AMBIGUOUS,
                values=store.waiting(Waiting.OUTCOME_UNKNOWN, 0.0),
                detail=detail,
                attempt=(newest.id, AttemptState.AMBIGUOUS),
            ):
                await record_decision(session, ticket, "ask_for_attention", newest.id, why=detail)


def _attempt_of(job: AzureJob | None, attempts: list[AttemptOnRecord]) -> UUID:
    """The attempt whose id the Azure job has; the newest attempt if there is no Azure job."""
    if job is not None:
        for attempt in attempts:
            if str(attempt.id) == job.activity_id.lower():
                return attempt.id
    return attempts[-1].id
