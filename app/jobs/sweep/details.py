"""Reads and writes details of ended jobs that are still missing: the rest of results, Azure's errors and warnings.

Lists do not contain everything. A row ends at once with what a list shows. What only a GET of the job, or the vault's
items, show is written later, by a sweep that has a request left.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import and_, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.errors import AzureError, AzureNotFound, AzureThrottled, AzureUnreachable
from app.azure.ports import AzureJobs, ProtectedItems
from app.azure.values import AzureItem, AzureJob
from app.core.db.database import NOT_NOW, NOW, Database
from app.jobs import failures
from app.jobs.lifecycle import TERMINAL, WELL, State
from app.jobs.models import Job
from app.jobs.queue import claims
from app.jobs.sweep.results import DetailBudget, list_items
from app.jobs.sweep.watch import Watch
from app.jobs.work import ResultFromLists, Ticket, Work, shown

log = structlog.get_logger()

AT_ONCE = 200
GIVEN_UP_AFTER = 20
"""Maximum number of failed reads of one ended job: ten minutes in a busy vault, some hours in an idle one."""


@dataclass(frozen=True, slots=True)
class PendingResult:
    """An ended job whose details are not complete."""

    ticket: Ticket
    watched: bool
    lacks_items: bool
    lacks_details: bool
    """Details of the result, which only a GET shows."""
    lacks_words: bool = False
    """It did not end plainly well, and no list said why."""
    warnings: Sequence[dict[str, str | None]] = ()
    """Azure's messages as far as lists show them."""

    @property
    def lacks_job(self) -> bool:
        return self.lacks_details or self.lacks_words


async def wanted_in(
    session: AsyncSession, vault_id: UUID, kinds: Collection[str], told_by_lists: Collection[str]
) -> list[PendingResult]:
    """Those of the kinds that this worker knows; jobs that a caller reads first, then the newest.

    Jobs whose reads failed before come last, so that they use only requests that are left over.
    """
    watched = func.coalesce(Job.watched_until > NOW, False)
    has_result = and_(Job.state.in_(WELL), Job.kind.in_(told_by_lists))
    rows = await session.execute(
        select(
            *claims.TICKET_COLUMNS,
            watched.label("watched"),
            and_(has_result, Job.result["recovery_point_time"].astext.is_(None)).label("lacks_items"),
            and_(has_result, Job.result["backup_size"].astext.is_(None)).label("lacks_details"),
            and_(Job.state != State.SUCCEEDED, Job.warnings.is_(None)).label("lacks_words"),
            Job.warnings,
        )
        .where(Job.vault_id == vault_id, Job.details_wanted, Job.kind.in_(kinds), Job.azure_job_id.is_not(None))
        .order_by(watched.desc(), Job.tries, Job.id.desc())
        .limit(AT_ONCE)
    )
    return [
        PendingResult(
            claims.ticket(row),
            row.watched,
            row.lacks_items,
            row.lacks_details,
            row.lacks_words,
            tuple(row.warnings or ()),
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class ResultPatch:
    """Missing details of an ended job, or a part of them."""

    job_id: UUID
    result: Mapping[str, Any] = field(default_factory=dict)
    is_all: bool = False
    warnings: Sequence[Mapping[str, str | None]] | None = None
    error: Mapping[str, Any] | None = None
    """Of one that failed, from the details; None = as it is."""
    is_failed: bool = False
    """Count a failed read (`Job.tries`)."""

    @property
    def is_news(self) -> bool:
        return self.says_something or self.is_failed

    @property
    def says_something(self) -> bool:
        return bool(self.result) or self.is_all or self.warnings is not None

    def as_json(self) -> dict[str, Any]:
        return {
            "id": str(self.job_id),
            "result": shown(self.result),
            "is_all": self.is_all,
            "warnings": self.warnings,
            "error": self.error,
            "is_failed": self.is_failed,
            "says": self.says_something,
        }


_ADD = text("""
    UPDATE jobs SET
        result = CASE WHEN told.result = '{}' THEN jobs.result ELSE coalesce(jobs.result, '{}') || told.result END,
        warnings = coalesce(told.warnings, jobs.warnings),
        error = coalesce(told.error, jobs.error),
        details_wanted = NOT told.is_all,
        tries = CASE WHEN told.is_failed THEN least(jobs.tries + 1, 1000) ELSE jobs.tries END,
        updated_at = CASE WHEN told.says THEN clock_timestamp() ELSE jobs.updated_at END
    FROM jsonb_to_recordset(:told) AS told (
        id uuid, result jsonb, is_all boolean, warnings jsonb, error jsonb, is_failed boolean, says boolean)
    WHERE jobs.id = told.id AND jobs.details_wanted AND jobs.state = ANY (:terminal)
    RETURNING jobs.id
""").bindparams(bindparam("told", type_=JSONB))


async def add(session: AsyncSession, told: Sequence[ResultPatch]) -> set[UUID]:
    """Write what these say in one statement: the ids of those where it was still wanted."""
    values = {"told": [one.as_json() for one in told], "terminal": [state.value for state in TERMINAL]}
    return {row.id for row in await session.execute(_ADD, values)}


class Details:
    def __init__(
        self, database: Database, works: Mapping[str, Work[Any, Any]], azure: AzureJobs, items: ProtectedItems
    ) -> None:
        self._database = database
        self._works = works
        self._azure = azure
        self._items = items
        self._told_by_lists = [kind for kind, work in works.items() if isinstance(work, ResultFromLists)]

    async def complete(self, watch: Watch, spare: DetailBudget) -> None:
        """Read the missing details of ended jobs, while requests are left: nothing waits for them.

        One list of the vault's items for all, one GET for each; the rest is left to a later sweep. A job that cannot be
        read does not delay others, and is given up after `GIVEN_UP_AFTER` reads.
        """
        async with self._database.begin() as session:
            wanted = await wanted_in(session, watch.vault_id, list(self._works), self._told_by_lists)
        if not wanted:
            return
        if any(one.lacks_items for one in wanted):
            await list_items(self._items, watch, spare)
        try:
            await self._tell_all(watch, wanted, spare)
        except AzureError as error:
            log.info("sweep.details_not_read", error=str(error))

    async def _tell_all(self, watch: Watch, wanted: Sequence[PendingResult], spare: DetailBudget) -> None:
        """Raises AzureThrottled, AzureUnreachable: then the others would have no answer either."""
        asked = {one.ticket.id for one in wanted if one.lacks_job and (one.watched or spare.take_job_read())}
        by_lists = [one for one in wanted if one.ticket.id not in asked]
        try:
            await self._tell([self._told(one, None, spare.items) for one in by_lists])
        except NOT_NOW:
            raise
        except Exception:  # a bug of ours about one of them
            log.exception("sweep.items_not_processed")
            for one in by_lists:
                await self._tell_one(watch, one, spare, is_asked=False)
        for one in wanted:
            if one.ticket.id in asked:
                await self._tell_one(watch, one, spare, is_asked=True)

    async def _tell_one(self, watch: Watch, one: PendingResult, spare: DetailBudget, *, is_asked: bool) -> None:
        try:
            if is_asked:
                await self._tell([await self._asked(watch, one, spare)])
            else:
                await self._tell([self._told(one, None, spare.items)])
        except (AzureThrottled, AzureUnreachable, *NOT_NOW):
            raise
        except AzureError as error:
            log.info("sweep.details_not_read", job_id=str(one.ticket.id), error=str(error))
            await self._tell([self._not_told(one, str(error))])
        except Exception as error:  # a bug of ours
            log.exception("sweep.details_not_processed", job_id=str(one.ticket.id))
            await self._tell([self._not_told(one, f"{type(error).__name__}, logged as sweep.details_not_processed")])

    def _not_told(self, one: PendingResult, why: str) -> tuple[PendingResult, ResultPatch]:
        """Count one more failed read; after the last one, record that no more are made."""
        ticket = one.ticket
        if ticket.tries + 1 < GIVEN_UP_AFTER:
            return one, ResultPatch(ticket.id, is_failed=True)
        log.warning("sweep.details_given_up", job_id=str(ticket.id), why=why)
        warnings = failures.unread(ticket.kind, why) if one.lacks_words else None
        return one, ResultPatch(ticket.id, is_failed=True, is_all=True, warnings=warnings)

    async def _asked(self, watch: Watch, one: PendingResult, spare: DetailBudget) -> tuple[PendingResult, ResultPatch]:
        ticket = one.ticket
        try:
            job = await self._azure.get(watch.vault, str(ticket.azure_job_id), region=ticket.azure_region)
        except AzureNotFound:
            # Azure does not know it any more. Read again and again, it would delay all jobs after it.
            told = self._told(one, None, spare.items)[1]
            is_left_with_none = one.lacks_words and ticket.state is State.SUCCEEDED_WITH_WARNINGS
            return one, replace(told, is_all=True, warnings=failures.unsaid(ticket.kind) if is_left_with_none else None)
        return self._told(one, job, spare.items)

    def _told(
        self, one: PendingResult, job: AzureJob | None, items: Sequence[AzureItem] | None
    ) -> tuple[PendingResult, ResultPatch]:
        ticket, work = one.ticket, self._works[one.ticket.kind]
        known = items if one.lacks_items else None
        is_all = not (one.lacks_job and job is None) and not (one.lacks_items and known is None)
        said: dict[str, Any] = {}
        has_result = ticket.state in WELL and (job is not None or known is not None)
        if has_result and isinstance(work, ResultFromLists):
            found = work.result_from_lists(ticket, job, known)
            said = {name: value for name, value in found.items() if value is not None}
        if job is None:
            return one, ResultPatch(ticket.id, said, is_all)
        error = failures.from_azure_job(job).as_json() if one.lacks_words and ticket.state is State.FAILED else None
        return one, ResultPatch(ticket.id, said, is_all, warnings=failures.with_kept(one.warnings, job), error=error)

    async def _tell(self, told: Sequence[tuple[PendingResult, ResultPatch]]) -> None:
        """In one transaction, for all jobs that the list of items shows."""
        news = {one.ticket.id: (one.ticket, said) for one, said in told if said.is_news}
        if not news:
            return
        async with self._database.begin() as session:
            for job_id in await add(session, [said for _, said in news.values()]):
                ticket, said = news[job_id]
                if said.result:
                    await self._works[ticket.kind].finish(session, ticket, ticket.state, said.result)
