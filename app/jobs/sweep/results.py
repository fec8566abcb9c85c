"""Reads what a list does not show: the result of a job that has ended, percent and tasks while a caller watches.

Read at once, or when there is room in the request budget. What callers cannot get otherwise (what a restore created) is
always read. What one list of the vault's items shows for a hundred backups is not read a hundred times. While the vault
has requests left, an ended backup is read like any other job. Without them its row ends with the list's data, and the
rest follows in a later sweep, for jobs that a caller reads first.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from app.azure.errors import AzureError
from app.azure.gate import priority_of
from app.azure.lists import Listed
from app.azure.ports import AzureJobs, ProtectedItems
from app.azure.values import AzureItem, AzureJob
from app.core.db.database import Database
from app.jobs import failures
from app.jobs.lifecycle import TERMINAL, WELL, State
from app.jobs.sweep.matching import STATES, Sighting, as_read
from app.jobs.sweep.not_carried_out import NotCarriedOut
from app.jobs.sweep.settlement import Settlement, settlement_of
from app.jobs.sweep.watch import Watch
from app.jobs.work import NotCarriedOutError, Result, ResultFromLists, TellsOfBadEnds, Work

log = structlog.get_logger()

DETAILS_AT_ONCE = 8
"""GETs of job details in flight at the same time, in one process."""
PIECE = 50
"""Maximum number of ends that are read or settled together. What was read is settled before more is read, so a worker
that dies loses only the last few. When sixteen vaults were read side by side and each settled everything at its end,
workers that were killed every two seconds on a busy machine settled 15 of 1,000 restores in seven minutes."""
DEBT = 8.0
"""Requests that a vault may borrow for results that no list shows."""


@dataclass(frozen=True, slots=True)
class ListedItems:
    """The items of a vault, and when that list began, by the database's clock."""

    items: Listed[AzureItem]
    read_at: datetime


@dataclass(slots=True)
class DetailBudget:
    """How many requests for details this sweep may still make, and the vault's items, once they were listed."""

    left: float
    listed: ListedItems | None = None
    job_reads: float = float("inf")
    """How many of these may be reads of jobs: they use the budget that lists of jobs need, too."""

    @property
    def items(self) -> Listed[AzureItem] | None:
        return None if self.listed is None else self.listed.items

    def take(self) -> bool:
        if self.left < 1.0:
            return False
        self.left -= 1.0
        return True

    def take_job_read(self) -> bool:
        if self.job_reads < 1.0 or not self.take():
            return False
        self.job_reads -= 1.0
        return True

    def borrow(self) -> bool:
        """For what must not wait until there is room: details wait the longer. False where the debt is too big."""
        if self.left <= -DEBT:
            return False
        self.left -= 1.0
        return True


async def list_items(items: ProtectedItems, watch: Watch, spare: DetailBudget) -> None:
    """Have the vault's items in the budget: listed once in a sweep, where there is a request to spare for it."""
    if spare.listed is not None or not spare.take():
        return
    read_at = watch.moment()
    try:
        spare.listed = ListedItems(await items.list(watch.vault), read_at)
    except AzureError as error:
        log.info("sweep.items_not_read", error=str(error))


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
        self._not_carried_out = NotCarriedOut(database, works, poll_seconds=poll_seconds)
        self._works = works
        self._azure = azure
        self._items = items
        self._details = asyncio.Semaphore(DETAILS_AT_ONCE)

    async def settlements(
        self, watch: Watch, sightings: Sequence[Sighting], spare: DetailBudget, *, seen_at: datetime
    ) -> AsyncGenerator[tuple[list[Settlement], datetime], None]:
        """The new rows and when they were seen, in the order in which they become known; reading continues meanwhile.

        `seen_at`: when the lists were read. If a GET shows the end of a job that the lists showed as running, that end
        was seen now. A job whose result cannot be read now is left out, and the next sweep tries again. A consumer that
        stops early must close the generator (`contextlib.aclosing`); then no more is read.
        """
        for piece in self._in_pieces(sightings):
            if any(not seen.goes_on and self._is_told_by_lists(seen) for seen in piece):
                await list_items(self._items, watch, spare)
            reading = {asyncio.ensure_future(self._digested(watch, sighting, spare)) for sighting in piece}
            try:
                while reading:
                    read, reading = await asyncio.wait(reading, return_when=asyncio.FIRST_COMPLETED)
                    settlements = [settlement for one in read if (settlement := one.result()) is not None]
                    yield settlements, watch.moment() if piece[0].goes_on else seen_at
            finally:
                for one in reading:
                    one.cancel()
                await asyncio.gather(*reading, return_exceptions=True)

    def _in_pieces(self, sightings: Sequence[Sighting]) -> list[Sequence[Sighting]]:
        """Running jobs in one piece, because few cost a request; then ended ones, those complete from lists first."""
        going = [seen for seen in sightings if seen.goes_on]
        pieces: list[Sequence[Sighting]] = [going] if going else []
        over = [seen for seen in sightings if not seen.goes_on]
        over.sort(key=self._is_told_by_lists, reverse=True)
        return pieces + [over[start : start + PIECE] for start in range(0, len(over), PIECE)]

    async def _digested(self, watch: Watch, sighting: Sighting, spare: DetailBudget) -> Settlement | None:
        """If a bug of ours prevents reading one job, it is left as it is, and the others of the vault go on."""
        try:
            return await self._settlement(watch, sighting, spare)
        except Exception:
            log.exception("sweep.job_not_processed", job_id=str(sighting.tracked.ticket.id), job=sighting.azure.job_id)
            return None

    async def _settlement(self, watch: Watch, sighting: Sighting, spare: DetailBudget) -> Settlement | None:
        ours, ticket, told_by_lists = sighting.tracked, sighting.tracked.ticket, self._is_told_by_lists(sighting)
        if sighting.goes_on and (not ours.watched or sighting.is_several):
            return settlement_of(sighting, sighting.azure, None)
        is_lean = not ours.is_ours or (told_by_lists and not spare.take_job_read())
        if not sighting.goes_on and is_lean and not ours.watched:
            return self._by_the_lists(sighting, spare)
        try:
            async with self._details:
                job = await self._azure.get(watch.vault, sighting.azure.job_id, region=ticket.azure_region)
                job = as_read(sighting, job)
                state = STATES[ticket.state][job.outcome]
                result = await self._result(sighting, job, spare, state)
        except NotCarriedOutError as error:
            result = await self._not_carried_out.put_off(ticket, error)
            if result is None:
                return None
        except AzureError as error:
            log.info("sweep.details_not_read", job_id=str(ticket.id), error=str(error))
            # What the list shows of a running job is still written; an end is written only with its result.
            return settlement_of(sighting, sighting.azure, None) if sighting.goes_on else None
        wanted = state in WELL and told_by_lists and spare.items is None
        return settlement_of(sighting, job, result, details_wanted=wanted)

    def _by_the_lists(self, sighting: Sighting, spare: DetailBudget) -> Settlement:
        """End the job by what the lists show; details may follow later."""
        ticket = sighting.tracked.ticket
        work = self._works[ticket.kind]
        if STATES[ticket.state][sighting.azure.outcome] not in WELL or not isinstance(work, ResultFromLists):
            return settlement_of(sighting, sighting.azure, None, details_wanted=failures.lacks_words(sighting.azure))
        result = work.result_from_lists(ticket, None, spare.items)
        return settlement_of(sighting, sighting.azure, result, details_wanted=True)

    async def _result(self, sighting: Sighting, job: AzureJob, spare: DetailBudget, state: State) -> Result | None:
        ticket = sighting.tracked.ticket
        work = self._works[ticket.kind]
        with priority_of(is_background=ticket.is_background):
            if state not in WELL:
                if state in TERMINAL and sighting.tracked.is_ours and isinstance(work, TellsOfBadEnds):
                    return await work.collect_of_bad_end(ticket, job)
                return None
            if isinstance(work, ResultFromLists):
                return work.result_from_lists(ticket, job, spare.items)
            return await work.collect(ticket, job) if sighting.tracked.is_ours else None

    def _is_told_by_lists(self, sighting: Sighting) -> bool:
        return isinstance(self._works[sighting.tracked.ticket.kind], ResultFromLists)
