"""Jobs that Azure accepted and that its lists no longer show.

A job that is missing from one list is not lost yet. A job that is missing for long is read by its id, and the answer is
used like an entry of a list. If Azure does not know the job, its end cannot be found out, and a person decides: a row
that stays `running` for ever would be wrong, and block what waits for it. The same happens if one of several Azure jobs
of one change is lost, when the others have ended.
"""

from collections.abc import Sequence

import structlog

from app.azure.errors import AzureError, AzureNotFound
from app.azure.ports import AzureJobs
from app.azure.values import AzureJob
from app.core.db.database import Database
from app.jobs.scheduling import longest_interval
from app.jobs.sweep.matching import Sighting, Tracked, all_of, worst_first
from app.jobs.sweep.not_carried_out import Works, let_go
from app.jobs.sweep.watch import Watch
from app.jobs.system_audit import record_decision
from app.jobs.work import Ticket

log = structlog.get_logger()

ASKED_AT_ONCE = 8
"""Of one vault in one sweep, those first that were not seen for longest."""
ENOUGH_LOST = 8
"""Of one job with several Azure jobs: reading more of them is not needed to let a person decide."""
NAMED = 20
"""Maximum number of ended jobs that are named with their ends."""


class MissingJobs:
    def __init__(self, database: Database, works: Works, azure: AzureJobs, *, poll_seconds: float) -> None:
        self._database = database
        self._works = works
        self._azure = azure
        self._patience = longest_interval(poll_seconds)
        """The longest polling interval."""

    async def look_for(self, watch: Watch, missing: Sequence[Tracked]) -> list[Sighting]:
        """Those of the missing that Azure still shows when it is asked by id."""
        found = []
        for ours in self._long_unseen(missing):
            try:
                sighting = await self._ask_for(watch, ours)
            except AzureError as error:
                log.info("missing_jobs.could_not_look", job_id=str(ours.ticket.id), error=str(error))
                break
            if sighting is not None:
                found.append(sighting)
        return found

    def _long_unseen(self, missing: Sequence[Tracked]) -> Sequence[Tracked]:
        """Without jobs of other tools (not ours to decide) and jobs without an id yet (their operation is polled)."""
        long = [
            ours for ours in missing if ours.is_ours and _names_of(ours.ticket) and ours.unseen_seconds > self._patience
        ]
        return sorted(long, key=lambda ours: ours.unseen_seconds, reverse=True)[:ASKED_AT_ONCE]

    async def _ask_for(self, watch: Watch, ours: Tracked) -> Sighting | None:
        """None: Azure does not know it, or one of its several jobs, any more, and a person decides. Raises AzureError.

        Of several, all that no list showed are read, because the whole can only be decided when each is known. While
        one is running, the whole is.
        """
        ticket, lost = ours.ticket, list[str]()
        known = {job.job_id.lower(): job for job in ours.shown}
        for job_id in _names_of(ticket):
            if job_id.lower() in known:
                continue
            try:
                known[job_id.lower()] = await self._azure.get(watch.vault, job_id, region=ticket.azure_region)
            except AzureNotFound:
                lost.append(job_id)
                if len(lost) == ENOUGH_LOST:
                    break
        sighting = Sighting(ours, all_of(list(known.values()))) if known else None
        if not lost or (sighting is not None and sighting.goes_on):
            return sighting
        await self._ask_a_person(ours, lost, list(known.values()))
        return None

    async def _ask_a_person(self, ours: Tracked, lost: Sequence[str], others: Sequence[AzureJob]) -> None:
        ticket = ours.ticket
        detail = _what_is_known(ours, lost, others)
        async with self._database.begin() as session:
            written = await let_go(session, ticket, detail, self._works)
            for attempt_id in (ours.attempt_ids or [None]) if written else ():
                await record_decision(session, ticket, "ask_for_attention", attempt_id, why=detail)
        log.error("missing_jobs.gone", job_id=str(ticket.id), azure_job_ids=list(lost))


def _names_of(ticket: Ticket) -> Sequence[str]:
    """The Azure jobs of the job."""
    return ticket.azure_job_ids or ([ticket.azure_job_id] if ticket.azure_job_id is not None else [])


def _what_is_known(ours: Tracked, lost: Sequence[str], others: Sequence[AzureJob]) -> str:
    """Which are lost, and how the others ended, the worst first: this is said only once."""
    several, ago = len(_names_of(ours.ticket)), f"{ours.unseen_seconds:.0f} s ago"
    if several == 1:
        return f"Azure does not know the job {lost[0]} any more; it was last seen {ago}."
    ends = [f"{job.job_id} {job.status}" for job in worst_first(others)]
    told = f"The others: {', '.join(ends[:NAMED])}" if ends else "None of the others was found"
    told += f" and {len(ends) - NAMED} more that ended no worse" if len(ends) > NAMED else ""
    unasked = several - len(lost) - len(others)
    told += f"; {unasked} were not read" if unasked else ""
    return (
        f"Of its {several} Azure jobs, Azure does not know {', '.join(lost)} any more; it was last seen {ago}. {told}."
    )
