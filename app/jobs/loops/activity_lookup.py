"""Finds lost attempts by their activity ids: one look at a vault serves all that were lost there.

Azure keeps the x-ms-client-request-id of the write that started a job as that job's `activityId` (every record seen,
2019-2026: docs/azure.md, Request ids). `$filter` has no term for it, so the entries of the lists are matched here.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.azure.errors import AzureError, AzureUnknown
from app.azure.ports import AzureJobs
from app.azure.values import AzureJob, VaultRef
from app.jobs.sweep.matching import window_since
from app.jobs.work import Absent, Ambiguous, AttemptOnRecord, Finding, Found

Place = tuple[VaultRef, str | None]
"""A vault, and the paired region that is asked for its own view of it; None = the vault's own."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What both lists of a place showed, by activity id and job id in lower case: each Azure job once."""

    by_activity: Mapping[str, Mapping[str, AzureJob]]
    complete: bool


class VaultLook:
    """`work.Look` at one vault, for attempts that were claimed together; each place is looked at when first asked for.

    Made anew for every batch, after its claim: so it begins later than the ages of its attempts were taken, which is
    what lets absence be believed. Two lists a place, however many ask: what is in progress, which also tells Azure's
    clock, and the time since the oldest of the attempts, cut by that clock. An AzureError instead of them is the answer
    to all, too: asking again at once would be one more request where there were too many.
    """

    def __init__(self, azure: AzureJobs, attempts: Sequence[AttemptOnRecord]) -> None:
        """`attempts`: all that will be asked for. Older ones might lie before what the list shows."""
        self._azure = azure
        self._attempts = attempts
        self._seen: dict[Place, Shown | AzureError] = {}
        self._turns: defaultdict[Place, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def find(self, vault: VaultRef, attempts: Sequence[AttemptOnRecord], *, region: str | None = None) -> Finding:
        shown = await self._look((vault, region))
        found: dict[str, AzureJob] = {}
        for attempt in attempts:
            found |= shown.by_activity.get(str(attempt.id), {})
        if len(found) == 1:
            return Found(next(iter(found.values())))
        if found:
            return Ambiguous(f"{len(found)} Azure jobs carry attempts of this job: {', '.join(sorted(found))}")
        if not shown.complete:
            raise AzureUnknown(
                "The list of Azure's jobs could not be read to its end: it proves presence, never absence."
            )
        return Absent()

    async def _look(self, place: Place) -> Shown:
        """The first one asks Azure, the others wait for its lists. If it gives up waiting, the next one asks."""
        async with self._turns[place]:
            seen = self._seen.get(place)
            if seen is None:
                try:
                    seen = await self._ask(*place)
                except AzureError as error:
                    seen = error
                self._seen[place] = seen
        if isinstance(seen, AzureError):
            raise seen
        return seen

    async def _ask(self, vault: VaultRef, region: str | None) -> Shown:
        in_progress = await self._azure.list_in_progress(vault, region=region)
        oldest = max(self._attempts, key=lambda attempt: attempt.age_seconds)
        start, end = window_since(oldest.opened_at, oldest.age_seconds, in_progress.began_at)
        window = await self._azure.list_window(vault, start, end, region=region)
        # The same job stands in both lists, and may stand on two pages when a list shifts between them: count jobs.
        by_activity: defaultdict[str, dict[str, AzureJob]] = defaultdict(dict)
        for job in (*in_progress.jobs, *window.jobs):
            by_activity[job.activity_id.lower()][job.job_id.lower()] = job
        return Shown(by_activity, in_progress.complete and window.complete)
