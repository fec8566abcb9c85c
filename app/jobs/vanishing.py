"""Jobs that Azure took on and whose lists show them no more.

Absent from a list is not known yet; absent for long, a job is asked for by its id. What Azure shows then is as good as
an entry of a list. Where it knows of no such job, nobody will ever hear how it ended: a person is asked, for a row that
stays `running` for good would say what nobody knows, and block whatever waits for it.
"""

from collections.abc import Sequence

import structlog

from app.azure.errors import AzureError, AzureNotFound
from app.azure.ports import AzureJobs
from app.core.database import Database
from app.jobs import store
from app.jobs.lifecycle import Observation
from app.jobs.matching import Sighting, Tracked
from app.jobs.pace import LONGEST_INTERVAL_POLLS
from app.jobs.sweeps import Watch
from app.jobs.unasked import decided

log = structlog.get_logger()

ASKED_AT_ONCE = 8
"""Of one vault in one sweep, those first that were not seen for longest."""


class Vanishing:
    def __init__(self, database: Database, azure: AzureJobs, *, poll_seconds: float) -> None:
        self._database = database
        self._azure = azure
        self._patience = LONGEST_INTERVAL_POLLS * poll_seconds
        """Longer than two looks are ever apart."""

    async def look_for(self, watch: Watch, missing: Sequence[Tracked]) -> list[Sighting]:
        """Those of the missing that Azure still shows when it is asked by id."""
        found = []
        for ours in self._long_unseen(missing):
            ticket = ours.ticket
            try:
                job = await self._azure.get(watch.vault, str(ticket.azure_job_id), region=ticket.azure_region)
            except AzureNotFound:
                await self._ask_a_person(ours)
            except AzureError as error:
                log.info("vanish.could_not_look", job_id=str(ticket.id), error=str(error))
                break
            else:
                found.append(Sighting(ours, job))
        return found

    def _long_unseen(self, missing: Sequence[Tracked]) -> Sequence[Tracked]:
        """What another tool started is nobody's to decide about, and of several jobs none is asked for alone."""
        long = [
            ours
            for ours in missing
            if ours.is_ours and ours.ticket.azure_job_id is not None and ours.unseen_seconds > self._patience
        ]
        return sorted(long, key=lambda ours: ours.unseen_seconds, reverse=True)[:ASKED_AT_ONCE]

    async def _ask_a_person(self, ours: Tracked) -> None:
        ticket = ours.ticket
        detail = (
            f"Azure knows of no job {ticket.azure_job_id} any more; it was last seen {ours.unseen_seconds:.0f} s ago."
        )
        values = store.waiting("outcome_unknown", 0.0)
        async with self._database.begin() as session:
            written = await store.record(session, ticket, Observation.AMBIGUOUS, values=values, detail=detail)
            for attempt_id in (ours.attempt_ids or [None]) if written else ():
                await decided(session, ticket, "ask_for_attention", attempt_id, why=detail)
        log.error("vanish.gone", job_id=str(ticket.id), azure_job_id=ticket.azure_job_id)
