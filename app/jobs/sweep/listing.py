"""Asks Azure for a vault's jobs: at most two lists, however many jobs it has.

The list of what is in progress first; what is missing from it is looked up in one time-window list, where its own
status decides. Where ends have become frequent, the window alone is asked for: it shows both. Every quarter of an hour
the window reaches back to the last one, so that what Azure's schedule or others started is seen once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.azure.ports import AzureJobs
from app.azure.values import AzureJob, JobListing
from app.jobs.scheduling import begins_with_window
from app.jobs.sweep.matching import (
    WINDOW_MARGIN,
    Matched,
    Sighting,
    Tracked,
    match,
    named_by,
    window_of,
    with_what_was_shown,
)
from app.jobs.sweep.store import Watch

FIRST_LOOK_BACK = timedelta(hours=24)
"""How far back the first look at a vault reaches: "did last night's backup work?" has an answer at once."""
FURTHEST_LOOK_BACK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class ListingResult:
    """What the lists showed. `missing`: jobs absent from every list; nothing is known of them yet."""

    sightings: Sequence[Sighting] = ()
    missing: Sequence[Tracked] = ()
    untracked: Sequence[AzureJob] = ()
    seen_until: datetime | None = None
    """Azure's clock: everything that started here before it has been in a list. None = this look does not say."""
    window_pages: int | None = None


@dataclass(slots=True)
class Listing:
    """Stores how far Azure's clock is ahead of the database's, from the last list."""

    azure: AzureJobs
    ahead: timedelta = field(default_factory=timedelta)

    async def look(
        self, watch: Watch, tracked: Sequence[Tracked], *, takes_in: bool, region: str | None
    ) -> ListingResult:
        """Raises AzureError. `takes_in`: untracked since the last such look are wanted too."""
        is_calm = region is None and not any(ours.is_ours for ours in tracked)
        by_window = region is None and (is_calm or begins_with_window(watch.ending, watch.window_pages))
        matched = Matched((), tracked)
        if not by_window:
            listing = await self.azure.list_in_progress(watch.vault, region=region)
            self._learn(watch, listing)
            matched = match(tracked, listing.jobs)
        if not matched.missing and not takes_in:
            return ListingResult(matched.sightings, (), matched.untracked)
        window, start = await self._window(watch, matched.missing, takes_in=takes_in, region=region)
        rest = match(matched.missing, window.jobs)
        known = {seen.azure.job_id.lower() for seen in matched.sightings} | named_by(tracked)
        untracked = {job.job_id.lower(): job for job in (*matched.untracked, *rest.untracked)}
        is_gapless = takes_in or (watch.seen_until is not None and start <= watch.seen_until)
        return ListingResult(
            [*matched.sightings, *rest.sightings],
            [with_what_was_shown(ours, window.jobs) for ours in rest.missing],
            [job for key, job in untracked.items() if key not in known],
            seen_until=window.began_at if is_gapless and region is None else None,
            window_pages=window.pages,
        )

    def azure_time(self, watch: Watch) -> datetime:
        """What Azure's clock showed when the vault was claimed, as far as is known."""
        assert watch.now is not None  # noqa: S101 - every claimed watch carries the time of its claim
        return watch.now + self.ahead

    async def _window(
        self, watch: Watch, missing: Sequence[Tracked], *, takes_in: bool, region: str | None
    ) -> tuple[JobListing, datetime]:
        """The list, and where it began. The window is cut by Azure's own clock: ours may be wrong.

        That clock is guessed from the last look; when the answer shows that the guess was off, it is asked again.
        """
        start, end = self._bounds(watch, missing, self.azure_time(watch), takes_in=takes_in)
        listing = await self.azure.list_window(watch.vault, start, end, region=region)
        self._learn(watch, listing)
        first, last = self._bounds(watch, missing, listing.began_at, takes_in=takes_in)
        # Half the margin may be used up by slow answers and small drifts; beyond it something may be cut off.
        if first < start - WINDOW_MARGIN / 2 or last > end + WINDOW_MARGIN / 2:
            start = min(start, first)
            listing = await self.azure.list_window(watch.vault, start, max(end, last), region=region)
        return listing, start

    def _bounds(
        self, watch: Watch, missing: Sequence[Tracked], azure_now: datetime, *, takes_in: bool
    ) -> tuple[datetime, datetime]:
        start, end = azure_now, azure_now + WINDOW_MARGIN
        if missing:
            start, end = window_of(missing, azure_now)
        if takes_in:
            since = watch.seen_until or azure_now - FIRST_LOOK_BACK
            start = min(start, max(since, azure_now - FURTHEST_LOOK_BACK) - WINDOW_MARGIN)
        return start, end

    def _learn(self, watch: Watch, listing: JobListing) -> None:
        if watch.now is not None:
            self.ahead = listing.began_at - watch.now
