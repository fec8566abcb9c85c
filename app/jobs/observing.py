"""Loop 2: one sweep per vault -> every job of ours in that vault.

One list of what is in progress; what is missing from it is looked up in one time-window list, where its own status
decides. Lists carry no percent, tasks or result: these cost one GET a job, at its end and while somebody is watching.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import structlog

from app.azure.errors import AzureError, AzureNotFound, AzureThrottled
from app.azure.ports import AzureJobs
from app.azure.values import AzureJob
from app.core.database import Database
from app.jobs import failures, sweeps
from app.jobs.lifecycle import TERMINAL, State, after
from app.jobs.matching import Sighting, Tracked, by_region, match, tasks_of, window_of
from app.jobs.pace import IDLE_SWEEP_SECONDS, back_off
from app.jobs.sweeps import Settlement, Watch
from app.jobs.work import Result, Work

log = structlog.get_logger()

DETAILS_AT_ONCE = 8
"""GETs of job details in flight at the same time, for one vault."""


class Observing:
    def __init__(
        self, database: Database, works: Mapping[str, Work[Any]], azure: AzureJobs, *, poll_seconds: float
    ) -> None:
        self._database = database
        self._works = works
        self._azure = azure
        self._poll_seconds = poll_seconds
        self._details = asyncio.Semaphore(DETAILS_AT_ONCE)

    async def run_once(self) -> float | None:
        """Sweep the vault that has been due longest. Answers in how many seconds the next one is due."""
        async with self._database.begin() as session:
            watch = await sweeps.claim_vault(session)
            if watch is None:
                return await sweeps.due_in(session)
            tracked = await sweeps.followed_in(session, watch.vault_id)
        structlog.contextvars.bind_contextvars(vault_id=str(watch.vault_id))
        left, failed = 0, 0.0
        for region, ours in by_region(tracked).items():
            try:
                left += await self._sweep(watch, ours, region)
            except AzureError as error:  # one region may be down: that is when the other one is restored in
                failed = max(failed, await self._could_not_look(watch, ours, error))
        seconds = failed or (self._poll_seconds if left else IDLE_SWEEP_SECONDS)
        async with self._database.begin() as session:
            await sweeps.give_back(session, watch, seconds=seconds, tries=min(watch.tries + 1, 1000) if failed else 0)
        return 0.0

    async def _sweep(self, watch: Watch, tracked: Sequence[Tracked], region: str | None) -> int:
        """Look at all of one region; answers how many are still going on (or not known yet)."""
        sightings = await self._sight(watch, tracked, region)
        settlements = await asyncio.gather(*(self._settlement(watch, sighting) for sighting in sightings))
        ended = [(s, t) for s, t in zip(settlements, sightings, strict=True) if s is not None and s.state in TERMINAL]
        going_on = [s for s in settlements if s is not None and s.state not in TERMINAL]
        async with self._database.begin() as session:
            await sweeps.settle(session, watch, going_on)
        for settlement, sighting in ended:
            await asyncio.shield(self._end(watch, settlement, sighting))
        return len(tracked) - len(ended)

    async def _sight(self, watch: Watch, tracked: Sequence[Tracked], region: str | None) -> list[Sighting]:
        """At most two lists, however many jobs. Absent from both means: not known yet."""
        listing = await self._azure.list_in_progress(watch.vault, region=region)
        matched = match(tracked, listing.jobs)
        if not matched.missing:
            return list(matched.sightings)
        # The window ends by Azure's own clock, as the first list told it: ours may be wrong.
        start, end = window_of(matched.missing, listing.began_at)
        window = await self._azure.list_window(watch.vault, start, end, region=region)
        vanished = match(matched.missing, window.jobs)
        return [*matched.sightings, *vanished.sightings]

    async def _settlement(self, watch: Watch, sighting: Sighting) -> Settlement | None:
        """The row as it shall be. None = the details could not be had now; the next sweep tries again."""
        ticket = sighting.tracked.ticket
        if sighting.goes_on and not sighting.tracked.watched:
            return _settlement_of(sighting, sighting.azure, None)
        try:
            async with self._details:
                job = await self._azure.get(watch.vault, sighting.azure.job_id, region=ticket.azure_region)
                seen = replace(sighting, azure=job)
                state = after(ticket.state, seen.observation)
                well = state in {State.SUCCEEDED, State.SUCCEEDED_WITH_WARNINGS}
                result = await self._works[ticket.kind].collect(ticket, job) if well else None
        except AzureError as error:
            log.info("observe.details_missing", job_id=str(ticket.id), error=str(error))
            # What the list said of a job that goes on is still worth writing; an end needs its result.
            return _settlement_of(sighting, sighting.azure, None) if sighting.goes_on else None
        return _settlement_of(seen, job, result)

    async def _end(self, watch: Watch, settlement: Settlement, sighting: Sighting) -> None:
        """Settle one end and apply its consequences, in one transaction."""
        ticket = sighting.tracked.ticket
        async with self._database.begin() as session:
            if await sweeps.settle(session, watch, [settlement]):
                await self._works[ticket.kind].finish(session, ticket, settlement.state, settlement.result)
                log.info("observe.ended", job_id=str(ticket.id), kind=ticket.kind, state=settlement.state)

    async def _could_not_look(self, watch: Watch, tracked: Sequence[Tracked], error: AzureError) -> float:
        """Waiting is not failing: each of these jobs says why. Answers in how many seconds to look again."""
        reason = "throttled" if isinstance(error, AzureThrottled) else "azure_unreachable"
        seconds = back_off(watch.tries, self._poll_seconds, getattr(error, "retry_after", None))
        level = log.error if isinstance(error, AzureNotFound) else log.warning
        level("observe.could_not_look", error=str(error), again_in=seconds)
        async with self._database.begin() as session:
            await sweeps.say_waiting(session, [ours.ticket.id for ours in tracked], reason, seconds)
        return seconds


def _settlement_of(sighting: Sighting, job: AzureJob, result: Result | None) -> Settlement:
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
        azure_job_id=job.job_id,
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
    )
