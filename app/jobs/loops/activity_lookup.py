"""Finds lost attempts by their activity ids: one look at a vault's lists serves all attempts that were lost there.

Azure stores the x-ms-client-request-id of the write that started a job as that job's `activityId` (in every recording,
2019-2026: docs/azure.md, Request ids). `$filter` has no term for it, so the entries of the lists are matched here.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.azure.errors import AzureError, AzureUnknown
from app.azure.ports import AzureJobs
from app.azure.values import AzureJob, VaultRef
from app.jobs.sweep.listing import window_since
from app.jobs.work import Absent, Ambiguous, AttemptOnRecord, Finding, Found

Place = tuple[VaultRef, str | None]
"""A vault, and the paired region whose view of it is read; None = the vault's own region."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What both lists of a place showed, by activity id and job id in lower case: each Azure job once."""

    by_activity: Mapping[str, Mapping[str, AzureJob]]
    complete: bool


class VaultLook:
    """`work.Look` at one vault, for attempts that were claimed together; each place is read when it is first needed.

    Created for every batch, after its claim. So reading begins later than the ages of the attempts were taken, and
    absence can be believed. It reads two lists a place, for any number of attempts: the jobs in progress, whose answer
    also has Azure's clock, and the jobs since the oldest attempt by that clock. If reading fails, all attempts get the
    same AzureError: another request at once would not help a throttled Azure.
    """

    def __init__(self, azure: AzureJobs, attempts: Sequence[AttemptOnRecord]) -> None:
        """`attempts`: all attempts that will be looked up. The list begins at the oldest of them."""
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
        # The same job may be in both lists, and on two pages if a list changes between them: count jobs, not entries.
        by_activity: defaultdict[str, dict[str, AzureJob]] = defaultdict(dict)
        for job in (*in_progress.jobs, *window.jobs):
            by_activity[job.activity_id.lower()][job.job_id.lower()] = job
        return Shown(by_activity, in_progress.complete and window.complete)
