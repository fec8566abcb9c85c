"""Asks Azure for a vault's jobs: at most two lists, however many jobs it has.

The list of what is in progress first; what is missing from it is looked up in one time-window list, where its own
status decides. If ends are frequent, only the window is read, because it shows both. Every quarter of an hour the
window reaches back to the previous one, so that every job that Azure's schedule or others started is seen once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from app.azure.ports import AzureJobs
from app.azure.values import AzureJob, JobListing
from app.jobs.sweep.matching import Matched, Sighting, Tracked, match, named_by, with_what_was_shown
from app.jobs.sweep.watch import Watch

WINDOW_MARGIN = timedelta(minutes=10)
MOST_PAGES = 1000
"""Counted no further: a small column holds them."""

FIRST_LOOK_BACK = timedelta(hours=24)
"""How far back the first sweep of a vault reads, so that "did last night's backup work?" has an answer at once."""
FURTHEST_LOOK_BACK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class ListingResult:
    """What the lists showed. `missing`: jobs absent from every list; nothing is known of them yet."""

    azure_now: datetime
    sightings: Sequence[Sighting] = ()
    missing: Sequence[Tracked] = ()
    untracked: Sequence[AzureJob] = ()
    learnt: Mapping[str, Any] = field(default_factory=dict)
    """Columns of the watch, brought up to date: of the vault's own region only."""
    has_gap: bool = False
    """Since the last such list more time had passed than one reaches back: what ran in between may be in none."""


@dataclass(slots=True)
class Listing:
    """Stores how far Azure's clock is ahead of the database's, from the last list."""

    azure: AzureJobs
    ahead: timedelta = field(default_factory=timedelta)

    async def look(
        self, watch: Watch, tracked: Sequence[Tracked], *, takes_in: bool, by_window: bool, region: str | None
    ) -> ListingResult:
        """Raises AzureError. `takes_in`: also list untracked jobs since the last such sweep.

        `by_window`: ends have become frequent in the vault's own region.
        """
        is_calm = region is None and not any(ours.is_ours for ours in tracked)
        by_window = region is None and (is_calm or by_window)
        azure_now, matched = self.azure_time(watch), Matched((), tracked)
        learnt: dict[str, Any] = {}
        if not by_window:
            listing = await self.azure.list_in_progress(watch.vault, region=region)
            self._learn(watch, listing)
            azure_now, matched = listing.began_at, match(tracked, listing.jobs)
        if not matched.missing and not takes_in:
            learnt = {"listed_at": azure_now} if region is None else {}
            return ListingResult(azure_now, matched.sightings, (), matched.untracked, learnt)
        window, start = await self._window(watch, matched.missing, takes_in=takes_in, region=region)
        rest = match(matched.missing, window.jobs)
        known = {seen.azure.job_id.lower() for seen in matched.sightings} | named_by(tracked)
        untracked = {job.job_id.lower(): job for job in (*matched.untracked, *rest.untracked)}
        learnt = {
            "window_pages": min(window.pages, MOST_PAGES),
            "listed_at": window.began_at if by_window else azure_now,
        }
        is_joined = watch.seen_until is not None and start <= watch.seen_until
        if takes_in or is_joined:
            # By Azure's clock: everything that started here before it has been in a list.
            learnt |= {"seen_until": window.began_at, "taken_in_at": watch.now}
        if takes_in and not is_joined:
            learnt |= {"complete_since": start}
        return ListingResult(
            window.began_at,
            [*matched.sightings, *rest.sightings],
            [with_what_was_shown(ours, window.jobs) for ours in rest.missing],
            [job for key, job in untracked.items() if key not in known],
            learnt if region is None else {},
            has_gap=takes_in and not is_joined and watch.seen_until is not None,
        )

    def azure_time(self, watch: Watch) -> datetime:
        """What Azure's clock showed when the vault was claimed, as far as is known."""
        return watch.now + self.ahead

    async def _window(
        self, watch: Watch, missing: Sequence[Tracked], *, takes_in: bool, region: str | None
    ) -> tuple[JobListing, datetime]:
        """The list, and where it began. The window uses Azure's clock, because ours may be wrong.

        That clock is estimated from the last sweep. If the answer shows that the estimate was wrong, the list is read
        again.
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


def window_of(missing: Sequence[Tracked], azure_now: datetime) -> tuple[datetime, datetime]:
    """The one time window that must show every vanished job."""
    oldest = min(missing, key=lambda ours: ours.since)
    return window_since(oldest.since, oldest.age_seconds, azure_now)


def window_since(since: datetime, age_seconds: float, azure_now: datetime) -> tuple[datetime, datetime]:
    """From an attempt to now, by either clock, whichever is wider.

    `since` and `age_seconds` are the attempt's time and age by our database's clock; Azure stamps its jobs by its own,
    which may be ahead, behind, or (a simulator's) have been moved on in between.
    """
    age = timedelta(seconds=age_seconds)
    return min(since, azure_now - age) - WINDOW_MARGIN, max(since + age, azure_now) + WINDOW_MARGIN
