"""What a list does not tell of a job that has ended: its result. Fetched at once, or when there is room for it.

Every request counts: what a caller cannot have otherwise (what a restore made) is always fetched;
what a list of the vault's items tells of a hundred backups at once is not asked for a hundred times. While the vault
has requests to spare, an ended backup is read like any other job; beyond that its row ends by the list alone, at once,
and the rest of its result follows in a later sweep, first for whoever is watching.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import structlog

from app.azure.errors import AzureError, AzureNotFound
from app.azure.ports import AzureJobs, ProtectedItems
from app.azure.values import AzureItem, AzureJob
from app.core.database import Database
from app.jobs import failures, sweeps
from app.jobs.lifecycle import State, after
from app.jobs.matching import Sighting, tasks_of
from app.jobs.sweeps import Settlement, Told, Wanted, Watch
from app.jobs.uncarried import Uncarried
from app.jobs.work import NotCarriedOutError, Result, ResultFromLists, Work

log = structlog.get_logger()

DETAILS_AT_ONCE = 8
"""GETs of job details in flight at the same time, in one process."""
WELL = frozenset({State.SUCCEEDED, State.SUCCEEDED_WITH_WARNINGS})


@dataclass(slots=True)
class Spare:
    """How many requests for details this sweep may still make, and the vault's items, once they were listed."""

    left: float
    items: Sequence[AzureItem] | None = None

    def take(self) -> bool:
        if self.left < 1.0:
            return False
        self.left -= 1.0
        return True


class Endings:
    def __init__(
        self,
        database: Database,
        works: Mapping[str, Work[Any]],
        azure: AzureJobs,
        items: ProtectedItems,
        *,
        poll_seconds: float,
    ) -> None:
        self._database = database
        self._uncarried = Uncarried(database, poll_seconds=poll_seconds)
        self._works = works
        self._azure = azure
        self._items = items
        self._details = asyncio.Semaphore(DETAILS_AT_ONCE)
        self._told_by_lists = [kind for kind, work in works.items() if isinstance(work, ResultFromLists)]

    async def settlements(
        self, watch: Watch, sightings: Sequence[Sighting], spare: Spare
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

    async def _digested(self, watch: Watch, sighting: Sighting, spare: Spare) -> Settlement | None:
        """What a bug of ours cannot read is left as it is: the others of the vault go on."""
        try:
            return await self._settlement(watch, sighting, spare)
        except Exception:
            log.exception("observe.not_digested", job_id=str(sighting.tracked.ticket.id), job=sighting.azure.job_id)
            return None

    async def _settlement(self, watch: Watch, sighting: Sighting, spare: Spare) -> Settlement | None:
        ours, ticket = sighting.tracked, sighting.tracked.ticket
        if sighting.goes_on and (not ours.watched or ours.owns_several):  # one of several tells nothing of the whole
            return settlement_of(sighting, sighting.azure, None)
        is_lean = not ours.is_ours or (self.is_told_by_lists(sighting) and not spare.take())
        if not sighting.goes_on and is_lean and not ours.watched:
            return self._by_the_lists(sighting, spare)
        try:
            async with self._details:
                job = await self._azure.get(watch.vault, sighting.azure.job_id, region=ticket.azure_region)
                seen = replace(sighting, azure=job)
                well = after(ticket.state, seen.observation) in WELL
                result = await self._result(sighting, job, spare) if well else None
        except NotCarriedOutError as error:
            result = await self._uncarried.put_off(ticket, error)
            if result is None:
                return None
        except AzureError as error:
            log.info("observe.details_missing", job_id=str(ticket.id), error=str(error))
            # What the list said of a job that goes on is still worth writing; an end needs its result.
            return settlement_of(sighting, sighting.azure, None) if sighting.goes_on else None
        wanted = well and self.is_told_by_lists(sighting) and spare.items is None
        return settlement_of(seen, job, result, details_wanted=wanted)

    def _by_the_lists(self, sighting: Sighting, spare: Spare) -> Settlement:
        """It ends by what the lists say; what they do not say may follow."""
        ticket = sighting.tracked.ticket
        work = self._works[ticket.kind]
        if after(ticket.state, sighting.observation) not in WELL or not isinstance(work, ResultFromLists):
            return settlement_of(sighting, sighting.azure, None)
        result = work.result_from_lists(ticket, None, spare.items)
        return settlement_of(sighting, sighting.azure, result, details_wanted=True)

    async def _result(self, sighting: Sighting, job: AzureJob, spare: Spare) -> Result | None:
        ticket = sighting.tracked.ticket
        work = self._works[ticket.kind]
        if isinstance(work, ResultFromLists):
            return work.result_from_lists(ticket, job, spare.items)
        return await work.collect(ticket, job) if sighting.tracked.is_ours else None

    def is_told_by_lists(self, sighting: Sighting) -> bool:
        return isinstance(self._works[sighting.tracked.ticket.kind], ResultFromLists)

    async def _list_items(self, watch: Watch, spare: Spare) -> None:
        if spare.items is not None or not spare.take():
            return
        try:
            spare.items = await self._items.list(watch.vault)
        except AzureError as error:
            log.info("observe.items_missing", error=str(error))

    # --- what is still to be told ---------------------------------------------------------------------------------
    async def complete(self, watch: Watch, spare: Spare) -> None:
        """Tell the rest of jobs that have ended, while there is room. Raises AzureError.

        One list of the vault's items for all, one GET for each; what is not told now is told by a later sweep.
        """
        async with self._database.begin() as session:
            wanted = await sweeps.details_wanted_in(session, watch.vault_id, self._told_by_lists)
        if not wanted:
            return
        if any(one.lacks_items for one in wanted):
            await self._list_items(watch, spare)
        asked = {one.ticket.id for one in wanted if one.lacks_details and (one.watched or spare.take())}
        await self._tell([self._told(one, None, spare.items) for one in wanted if one.ticket.id not in asked])
        for one in wanted:
            if one.ticket.id in asked:
                await self._tell([await self._asked(watch, one, spare)])

    async def _asked(self, watch: Watch, one: Wanted, spare: Spare) -> tuple[Wanted, Told]:
        ticket = one.ticket
        try:
            job = await self._azure.get(watch.vault, str(ticket.azure_job_id), region=ticket.azure_region)
        except AzureNotFound:
            # Azure has forgotten it: asked for again and again, it would keep all that come after it waiting.
            return one, replace(self._told(one, None, spare.items)[1], is_all=True)
        return self._told(one, job, spare.items)

    def _told(self, one: Wanted, job: AzureJob | None, items: Sequence[AzureItem] | None) -> tuple[Wanted, Told]:
        known = items if one.lacks_items else None
        found = cast("ResultFromLists", self._works[one.ticket.kind]).result_from_lists(one.ticket, job, known)
        is_all = not (one.lacks_details and job is None) and not (one.lacks_items and known is None)
        said = {name: value for name, value in found.items() if value is not None}
        return one, Told(one.ticket.id, said if job is not None or known is not None else {}, is_all)

    async def _tell(self, told: Sequence[tuple[Wanted, Told]]) -> None:
        """In one transaction, however many a list of items tells of."""
        news = {one.ticket.id: (one.ticket, said) for one, said in told if said.result or said.is_all}
        if not news:
            return
        async with self._database.begin() as session:
            for job_id in await sweeps.add_details(session, [said for _, said in news.values()]):
                ticket, said = news[job_id]
                await self._works[ticket.kind].finish(session, ticket, ticket.state, said.result)


def settlement_of(
    sighting: Sighting, job: AzureJob, result: Result | None, *, details_wanted: bool = False
) -> Settlement:
    ticket = sighting.tracked.ticket
    state = after(ticket.state, sighting.observation)
    before = sighting.tracked
    details = job.details
    tasks = tasks_of(job)
    noteworthy = state is not ticket.state or job.status != before.azure_status or tasks not in (None, before.tasks)
    moved = details is not None and details.progress_percent != before.progress_percent
    return Settlement(
        job_id=ticket.id,
        from_state=ticket.state,
        state=state,
        azure_job_id=None if before.owns_several else job.job_id,
        azure_status=job.status,
        changed=noteworthy or moved,
        noteworthy=noteworthy,
        observation=sighting.observation,
        progress_percent=details.progress_percent if details else None,
        remaining_seconds=details.remaining_seconds if details else None,
        transferred_bytes=details.transferred_bytes if details else None,
        total_bytes=details.total_bytes if details else None,
        tasks=tasks,
        result=dict(result) if result is not None else None,
        error=failures.from_azure_job(job).as_json() if state is State.FAILED else None,
        details_wanted=details_wanted,
    )
