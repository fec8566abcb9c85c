"""Reads what a list does not show of an ended job: its result, and Azure's errors and warnings.

Fetched at once, or when there is room for it. Every request counts: what a caller cannot have otherwise
(what a restore made) is always fetched; what a list of the vault's items tells of a hundred backups at once is not
asked for a hundred times. While the vault has requests to spare, an ended backup is read like any other job; beyond
that its row ends by the list alone, at once, and the rest follows in a later sweep, watched jobs first.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import structlog

from app.azure.errors import AzureError, AzureNotFound, AzureThrottled, AzureUnreachable
from app.azure.lists import Listed
from app.azure.ports import AzureJobs, ProtectedItems
from app.azure.values import AzureItem, AzureJob
from app.core.db.database import NOT_NOW, Database
from app.jobs import failures
from app.jobs.lifecycle import TERMINAL, WELL, State, after
from app.jobs.sweep import details
from app.jobs.sweep.details import PendingResult, ResultPatch
from app.jobs.sweep.matching import Sighting, tasks_of, with_words_of
from app.jobs.sweep.not_carried_out import NotCarriedOut
from app.jobs.sweep.store import Settlement, Watch
from app.jobs.work import NotCarriedOutError, Result, ResultFromLists, TellsOfBadEnds, Work

log = structlog.get_logger()

DETAILS_AT_ONCE = 8
"""GETs of job details in flight at the same time, in one process."""


GIVEN_UP_AFTER = 20
"""Looks at one ended job that came to nothing: ten minutes while its vault is busy, some hours while it is calm."""
DEBT = 8.0
"""Requests: so far a vault may borrow for what nothing else would tell."""


@dataclass(slots=True)
class DetailBudget:
    """How many requests for details this sweep may still make, and the vault's items, once they were listed."""

    left: float
    items: Listed[AzureItem] | None = None
    read_at: datetime | None = None
    """When that list began, by the database's clock."""

    def take(self) -> bool:
        if self.left < 1.0:
            return False
        self.left -= 1.0
        return True

    def borrow(self) -> bool:
        """For what must not wait until there is room: details wait the longer. False where the debt is too big."""
        if self.left <= -DEBT:
            return False
        self.left -= 1.0
        return True


class Results:
    def __init__(
        self,
        database: Database,
        works: Mapping[str, Work[Any, Any]],
        azure: AzureJobs,
        items: ProtectedItems,
        *,
        poll_seconds: float,
    ) -> None:
        self._database = database
        self._not_carried_out = NotCarriedOut(database, works, poll_seconds=poll_seconds)
        self._works = works
        self._azure = azure
        self._items = items
        self._details = asyncio.Semaphore(DETAILS_AT_ONCE)
        self._told_by_lists = [kind for kind, work in works.items() if isinstance(work, ResultFromLists)]

    async def settlements(
        self, watch: Watch, sightings: Sequence[Sighting], spare: DetailBudget
    ) -> AsyncGenerator[list[Settlement], None]:
        """The rows as they shall be, those first that are known first: what is read while some are written comes next.

        A job whose result cannot be had now is left out: the next sweep tries again. To be closed by who stops early
        (`contextlib.aclosing`): nothing is read on then.
        """
        if any(not seen.goes_on and self.is_told_by_lists(seen) for seen in sightings):
            await self._list_items(watch, spare)
        reading = {asyncio.ensure_future(self._digested(watch, sighting, spare)) for sighting in sightings}
        try:
            while reading:
                read, reading = await asyncio.wait(reading, return_when=asyncio.FIRST_COMPLETED)
                yield [settlement for one in read if (settlement := one.result()) is not None]
        finally:
            for one in reading:
                one.cancel()
            await asyncio.gather(*reading, return_exceptions=True)

    async def _digested(self, watch: Watch, sighting: Sighting, spare: DetailBudget) -> Settlement | None:
        """What a bug of ours cannot read is left as it is: the others of the vault go on."""
        try:
            return await self._settlement(watch, sighting, spare)
        except Exception:
            log.exception("observe.not_digested", job_id=str(sighting.tracked.ticket.id), job=sighting.azure.job_id)
            return None

    async def _settlement(self, watch: Watch, sighting: Sighting, spare: DetailBudget) -> Settlement | None:
        ours, ticket = sighting.tracked, sighting.tracked.ticket
        if sighting.goes_on and (not ours.watched or ours.owns_several):  # one of several tells nothing of the whole
            return settlement_of(sighting, sighting.azure, None)
        is_lean = not ours.is_ours or (self.is_told_by_lists(sighting) and not spare.take())
        if not sighting.goes_on and is_lean and not ours.watched:
            return self._by_the_lists(sighting, spare)
        try:
            async with self._details:
                job = await self._azure.get(watch.vault, sighting.azure.job_id, region=ticket.azure_region)
                job = with_words_of(job, [sighting.azure])
                if ours.owns_several:
                    job = replace(job, started_at=sighting.azure.started_at, ended_at=sighting.azure.ended_at)
                seen = replace(sighting, azure=job)
                state = after(ticket.state, seen.observation)
                result = await self._result(sighting, job, spare, state)
        except NotCarriedOutError as error:
            result = await self._not_carried_out.put_off(ticket, error)
            if result is None:
                return None
        except AzureError as error:
            log.info("observe.details_missing", job_id=str(ticket.id), error=str(error))
            # What the list said of a job that goes on is still worth writing; an end needs its result.
            return settlement_of(sighting, sighting.azure, None) if sighting.goes_on else None
        wanted = state in WELL and self.is_told_by_lists(sighting) and spare.items is None
        return settlement_of(seen, job, result, details_wanted=wanted)

    def _by_the_lists(self, sighting: Sighting, spare: DetailBudget) -> Settlement:
        """End the job by what the lists show; details may follow later."""
        ticket = sighting.tracked.ticket
        work = self._works[ticket.kind]
        if after(ticket.state, sighting.observation) not in WELL or not isinstance(work, ResultFromLists):
            return settlement_of(sighting, sighting.azure, None, details_wanted=failures.lacks_words(sighting.azure))
        result = work.result_from_lists(ticket, None, spare.items)
        return settlement_of(sighting, sighting.azure, result, details_wanted=True)

    async def _result(self, sighting: Sighting, job: AzureJob, spare: DetailBudget, state: State) -> Result | None:
        ticket = sighting.tracked.ticket
        work = self._works[ticket.kind]
        if state not in WELL:
            if state in TERMINAL and sighting.tracked.is_ours and isinstance(work, TellsOfBadEnds):
                return await work.collect_of_bad_end(ticket, job)
            return None
        if isinstance(work, ResultFromLists):
            return work.result_from_lists(ticket, job, spare.items)
        return await work.collect(ticket, job) if sighting.tracked.is_ours else None

    def is_told_by_lists(self, sighting: Sighting) -> bool:
        return isinstance(self._works[sighting.tracked.ticket.kind], ResultFromLists)

    async def _list_items(self, watch: Watch, spare: DetailBudget) -> None:
        if spare.items is not None or not spare.take():
            return
        spare.read_at = watch.moment()
        try:
            spare.items = await self._items.list(watch.vault)
        except AzureError as error:
            log.info("observe.items_missing", error=str(error))

    # --- what is still to be told ---------------------------------------------------------------------------------
    async def complete(self, watch: Watch, spare: DetailBudget) -> None:
        """Tell the rest of jobs that have ended, while there is room. Raises AzureThrottled, AzureUnreachable.

        One list of the vault's items for all, one GET for each; what is not told now is told by a later sweep. One that
        cannot be read keeps no other waiting, and is given up after `GIVEN_UP_AFTER` looks.
        """
        async with self._database.begin() as session:
            wanted = await details.wanted_in(session, watch.vault_id, list(self._works), self._told_by_lists)
        if not wanted:
            return
        if any(one.lacks_items for one in wanted):
            await self._list_items(watch, spare)
        asked = {one.ticket.id for one in wanted if one.lacks_job and (one.watched or spare.take())}
        by_lists = [one for one in wanted if one.ticket.id not in asked]
        try:
            await self._tell([self._told(one, None, spare.items) for one in by_lists])
        except NOT_NOW:
            raise
        except Exception:  # a bug of ours about one of them
            log.exception("observe.items_not_digested")
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
            log.info("observe.details_missing", job_id=str(one.ticket.id), error=str(error))
            await self._tell([self._not_told(one, str(error))])
        except Exception as error:  # a bug of ours
            log.exception("observe.details_not_digested", job_id=str(one.ticket.id))
            await self._tell([self._not_told(one, f"{type(error).__name__}, logged as observe.details_not_digested")])

    def _not_told(self, one: PendingResult, why: str) -> tuple[PendingResult, ResultPatch]:
        """Count one more look without a result; after the last one, note that no more are made."""
        ticket = one.ticket
        if ticket.tries + 1 < GIVEN_UP_AFTER:
            return one, ResultPatch(ticket.id, is_failed=True)
        log.warning("observe.details_given_up", job_id=str(ticket.id), why=why)
        warnings = failures.unread(ticket.kind, why) if one.lacks_words else None
        return one, ResultPatch(ticket.id, is_failed=True, is_all=True, warnings=warnings)

    async def _asked(self, watch: Watch, one: PendingResult, spare: DetailBudget) -> tuple[PendingResult, ResultPatch]:
        ticket = one.ticket
        try:
            job = await self._azure.get(watch.vault, str(ticket.azure_job_id), region=ticket.azure_region)
        except AzureNotFound:
            # Azure has forgotten it: asked for again and again, it would keep all that come after it waiting.
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
        """In one transaction, however many a list of items tells of."""
        news = {one.ticket.id: (one.ticket, said) for one, said in told if said.is_news}
        if not news:
            return
        async with self._database.begin() as session:
            for job_id in await details.add(session, [said for _, said in news.values()]):
                ticket, said = news[job_id]
                if said.result:
                    await self._works[ticket.kind].finish(session, ticket, ticket.state, said.result)


def settlement_of(
    sighting: Sighting, job: AzureJob, result: Result | None, *, details_wanted: bool = False
) -> Settlement:
    ticket = sighting.tracked.ticket
    state = after(ticket.state, sighting.observation)
    before = sighting.tracked
    shown = job.details
    tasks = tasks_of(job)
    noteworthy = state is not ticket.state or job.status != before.azure_status or tasks not in (None, before.tasks)
    moved = shown is not None and shown.progress_percent != before.progress_percent
    return Settlement(
        job_id=ticket.id,
        from_state=ticket.state,
        observation=sighting.observation,
        azure_job_id=None if before.owns_several else job.job_id,
        azure_status=job.status,
        changed=noteworthy or moved,
        noteworthy=noteworthy,
        started_at=job.started_at,
        ended_at=job.ended_at,
        progress_percent=shown.progress_percent if shown else None,
        remaining_seconds=shown.remaining_seconds if shown else None,
        transferred_bytes=shown.transferred_bytes if shown else None,
        total_bytes=shown.total_bytes if shown else None,
        tasks=tasks,
        result=dict(result) if result is not None else None,
        error=failures.from_azure_job(job).as_json() if state is State.FAILED else None,
        warnings=failures.warnings_of(job) if state in TERMINAL and not failures.lacks_words(job) else None,
        details_wanted=details_wanted,
    )
