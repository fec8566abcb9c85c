"""Loop 2: one sweep per vault -> every job of ours in that vault, and those that Azure or others started there.

listing.py      which lists are asked for, and what they show
apply_items.py  one list of the vault's items, applied to their rows, where a job may have changed them
results.py      what lists do not tell: percent and tasks while a caller watches, results at the end
missing.py      what has not been in any list for long, asked for by its id
forecast.py     when something can end here at the earliest
untracked.py    entries that are none of the followed jobs: taken in, or orphans of attempts that were given up
store.py        what is read and written; a page is settled in one statement
scheduling.py   when to look again
"""

import asyncio
import random
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog

from app.azure.errors import AzureError, AzureNotFound, AzureRejected, AzureThrottled
from app.azure.ports import AzureJobs, ProtectedItems
from app.core.db.database import NOT_NOW, Database
from app.core.db.lease_renewal import run_with_lease
from app.core.gather_isolated import gather_isolated
from app.core.loop import Piece
from app.jobs import watches
from app.jobs.lifecycle import TERMINAL, Waiting
from app.jobs.scheduling import (
    back_off,
    ending_after,
    idle_interval,
    idle_sweep,
    lists_a_sweep,
    longest_interval,
    owed_interval,
    refilled,
    sweep_interval,
    tries_after,
)
from app.jobs.sweep import store as sweep_store
from app.jobs.sweep import untracked
from app.jobs.sweep.apply_items import ItemUpdates, may_have_changed
from app.jobs.sweep.forecast import news_in, shortest_after
from app.jobs.sweep.listing import Listing, ListingResult
from app.jobs.sweep.matching import Sighting, Tracked, by_region
from app.jobs.sweep.missing import MissingJobs
from app.jobs.sweep.results import DetailBudget, Results
from app.jobs.sweep.store import Settlement, Watch
from app.jobs.work import ItemIds, ResultFromLists, Work

log = structlog.get_logger()

VAULTS_AT_ONCE = 16
"""Swept side by side by one process. One that hangs takes up its own place only: the others go on without it."""


PIECE = 50
"""Maximum number of ends read or settled together, and what has been read is settled before the rest is: a worker
that dies had settled all but the last few. Where sixteen vaults were read side by side and each settled its piece at
the end, workers that were killed every two seconds on a busy machine settled 15 of 1,000 restores in seven minutes."""
LONGEST_SWEEP = 10 * sweep_store.LEASE.total_seconds()
"""Two looks at a vault that take longer than this go on side by side; what hangs is not waited for for ever."""


@dataclass(slots=True)
class _Sweep:
    """The state of one sweep of a vault: its own region and its paired one."""

    spare: DetailBudget
    left: int = 0
    """How many of ours still go on, or are not known yet."""
    news_in: float = float("inf")
    """In how many seconds the first of them may have ended."""
    again_in: float = 0.0
    """Where one of the looks failed: in how many seconds the vault may be looked at again."""
    refused: bool = False
    """Each of its looks was refused: what is refused once is refused again."""
    owes_items: bool = False
    """A list of the vault's items is still to be applied."""
    learnt: dict[str, Any] = field(default_factory=dict)
    """Columns of the watch, brought up to date."""


@dataclass(frozen=True, slots=True)
class _Ends:
    """What is known of the jobs whose ends are written together."""

    of: Mapping[UUID, Tracked]
    seen_at: datetime
    """When they were seen to have ended, by the database's clock."""


class Observing:
    def __init__(
        self,
        database: Database,
        works: Mapping[str, Work[Any, Any]],
        azure: AzureJobs,
        items: ProtectedItems,
        item_ids: ItemIds,
        item_updates: ItemUpdates,
        *,
        poll_seconds: float,
    ) -> None:
        self._database = database
        self._works = works
        self._item_ids = item_ids
        self._item_updates = item_updates
        self._poll_seconds = poll_seconds
        self._listing = Listing(azure)
        self._results = Results(database, works, azure, items, poll_seconds=poll_seconds)
        self._missing_jobs = MissingJobs(database, works, azure, poll_seconds=poll_seconds)

    async def run_once(self) -> float | None:
        """Sweep the vaults that have been due longest. Answers in how many seconds the next one is due."""
        pieces, due_in = await self.start(VAULTS_AT_ONCE)
        await gather_isolated(pieces)
        return due_in

    async def start(self, limit: int) -> tuple[Sequence[Piece], float | None]:
        """Claim up to `limit` vaults. Return unstarted sweeps and the seconds until the next one is due."""
        async with self._database.begin() as session:
            watches = await sweep_store.claim_vaults(session, limit=limit)
            if not watches:
                return (), await sweep_store.due_in(session)
        return [self._sweep(watch) for watch in watches], 0.0

    async def _sweep(self, watch: Watch) -> None:
        """Look at one vault, and keep it for as long as that takes.

        With a lease that ended while its sweep went on, of a thousand jobs that had ended at once in twenty vaults not
        one was ever settled: each sweep was taken over while Azure was answering it, and so were those that came after,
        until all of Azure's answers were for sweeps that no longer counted.
        """
        structlog.contextvars.bind_contextvars(vault_id=str(watch.vault_id))

        async def renew() -> float | None:
            async with self._database.begin() as session:
                return await sweep_store.go_on(session, watch)

        sweep = self._sweep_through(watch)
        if not await run_with_lease(sweep, renew, leased_for=watch.leased_for, longest=LONGEST_SWEEP):
            log.info("observe.taken_over")

    async def _sweep_through(self, watch: Watch) -> None:
        """Look at one vault, in its own region and in its paired one where something runs there."""
        async with self._database.begin() as session:
            followed = await sweep_store.followed_in(session, watch.vault_id)
        tracked = [ours for ours in followed if ours.ticket.kind in self._works]
        spare = refilled(watch.spare, watch.seconds_since_swept, watch.crowd.busy, self._poll_seconds)
        sweep = _Sweep(DetailBudget(spare), owes_items=watch.items_owed_for is not None)
        if len(tracked) < len(followed):
            # Of a kind that only newer workers know: theirs to follow, and the vault stays a busy one for them.
            sweep.left, sweep.news_in = len(followed) - len(tracked), 0.0
        since = watch.seconds_since_taken_in
        takes_in = since is None or since >= idle_sweep(self._poll_seconds) * 0.95
        regions = by_region(tracked)
        if takes_in:
            regions.setdefault(None, [])
        failed: list[tuple[Sequence[Tracked], AzureError]] = []
        for region, ours in regions.items():
            try:
                await self._look(watch, ours, region, sweep, takes_in=takes_in and region is None)
            except AzureError as error:  # one region may be down: that is when the other one is restored in
                failed.append((ours, error))
        # Where one region answers, its jobs are not kept waiting for what the other one refuses.
        sweep.refused = len(failed) == len(regions) and all(isinstance(error, AzureRejected) for _, error in failed)
        for waiting, why in failed:
            again_in = await self._could_not_look(watch, waiting, why, patient=sweep.refused)
            sweep.again_in = max(sweep.again_in, again_in)
        if not sweep.again_in:
            await self._tell_the_rest(watch, sweep)
        await self._give_back(watch, sweep)

    async def _give_back(self, watch: Watch, sweep: _Sweep) -> None:
        """Schedule the vault's next sweep, and save what this one has learnt."""
        dice, tries, usual = random.random(), 0, None  # noqa: S311
        if sweep.again_in:
            seconds, tries = sweep.again_in, tries_after(watch.tries, refused=sweep.refused)
        elif sweep.owes_items:
            seconds = self._again_for_items(watch, dice, sweep)
        elif sweep.left:
            usual = self._interval(watch, dice)
            seconds = self._interval(watch, dice, news_in=sweep.news_in)
        else:
            seconds = self._idle_interval(watch)
        sweep.learnt |= {"spare": sweep.spare.left, "is_busy": sweep.left > 0}
        async with self._database.begin() as session:
            await sweep_store.give_back(session, watch, seconds=seconds, tries=tries, usual=usual, **sweep.learnt)

    def _again_for_items(self, watch: Watch, dice: float, sweep: _Sweep) -> float:
        """In how many seconds a list of items that could not be had or applied is tried again."""
        usual = self._interval(watch, dice)
        return usual if sweep.left else owed_interval(watch.items_owed_for or 0.0, usual, self._idle_interval(watch))

    def _interval(self, watch: Watch, dice: float, *, news_in: float = 0.0) -> float:
        lists = lists_a_sweep(watch.ending, watch.window_pages)
        return sweep_interval(self._poll_seconds, watch.crowd, dice, lists=lists, news_in=news_in)

    def _idle_interval(self, watch: Watch) -> float:
        return idle_interval(self._poll_seconds, watch.crowd) * random.uniform(0.95, 1.0)  # noqa: S311

    async def _look(
        self,
        watch: Watch,
        tracked: Sequence[Tracked],
        region: str | None,
        sweep: _Sweep,
        *,
        takes_in: bool,
    ) -> None:
        """Look at all of one region. Raises AzureError."""
        if not takes_in and not any(ours.is_ours or ours.watched for ours in tracked):
            return
        seen = await self._listing.look(watch, tracked, takes_in=takes_in, region=region)
        over: set[UUID] = set()
        sightings = [*seen.sightings, *await self._missing_jobs.look_for(watch, seen.missing)]
        of = {ours.ticket.id: ours for ours in tracked}
        seen_at = watch.moment()
        for some in self._in_pieces(sightings):
            async with aclosing(self._results.settlements(watch, some, sweep.spare)) as read:
                async for settlements in read:
                    # What a list showed to go on, a GET may have shown to be over: then it was seen only now.
                    ends = _Ends(of, watch.moment() if some[0].goes_on else seen_at)
                    over |= await self._settle(watch, settlements, ends)
                    sweep.owes_items |= any(may_have_changed(of[one.job_id].is_ours, one.state) for one in settlements)
        if region is None:
            sweep.owes_items |= bool(untracked.ended_of(seen.untracked))
            await self._take_in(watch, seen, sweep.learnt, seen_at, takes_in=takes_in)
            sweep.learnt["ending"] = ending_after(watch.ending, has_ended=bool(over))
        self._plan(watch, [ours for ours in tracked if ours.is_ours and ours.ticket.id not in over], sightings, sweep)

    def _plan(self, watch: Watch, left: Sequence[Tracked], sightings: Sequence[Sighting], sweep: _Sweep) -> None:
        """What is left, when it may have news, and how long took what has ended."""
        azure_now = self._listing.azure_time(watch)
        shortest = shortest_after(sweep.learnt.get("shortest", watch.shortest), sightings)
        sweep.learnt["shortest"] = shortest
        sweep.left += len(left)
        sweep.news_in = min(sweep.news_in, news_in(left, sightings, shortest, azure_now))

    async def _settle(self, watch: Watch, settlements: Sequence[Settlement], ends: _Ends) -> AbstractSet[UUID]:
        """Write what is known; answers which have ended."""
        going_on = [settlement for settlement in settlements if settlement.state not in TERMINAL]
        if going_on:
            async with self._database.begin() as session:
                await sweep_store.settle(session, watch, going_on)
        ended = [settlement for settlement in settlements if settlement.state in TERMINAL]
        return await asyncio.shield(self._end(watch, ended, ends)) if ended else set()

    def _in_pieces(self, sightings: Sequence[Sighting]) -> list[Sequence[Sighting]]:
        """Running jobs in one piece, because few cost a request; then ended ones, those complete from lists first."""
        going = [seen for seen in sightings if seen.goes_on]
        pieces: list[Sequence[Sighting]] = [going] if going else []
        over = [seen for seen in sightings if not seen.goes_on]
        over.sort(key=self._results.is_told_by_lists, reverse=True)
        return pieces + [over[start : start + PIECE] for start in range(0, len(over), PIECE)]

    async def _end(self, watch: Watch, ended: Sequence[Settlement], ends: _Ends) -> set[UUID]:
        """Settle what has ended and apply the consequences: together, or one by one where one of them cannot be.

        Answers which have ended. What a bug of ours cannot settle is left to the next sweep; the others go on.
        """
        try:
            await self._end_together(watch, ended, ends)
        except NOT_NOW:
            raise
        except Exception:
            log.exception("observe.end_failed", jobs=[str(settlement.job_id) for settlement in ended])
        else:
            return {settlement.job_id for settlement in ended}
        one_by_one = [[settlement] for settlement in ended] if len(ended) > 1 else []
        return {job_id for one in one_by_one for job_id in await self._end(watch, one, ends)}

    async def _end_together(self, watch: Watch, ended: Sequence[Settlement], ends: _Ends) -> None:
        async with self._database.begin() as session:
            written = await sweep_store.settle(session, watch, ended)
            changing = {
                ends.of[one.job_id].ticket.kind
                for one in ended
                if one.job_id in written and may_have_changed(ends.of[one.job_id].is_ours, one.state)
            }
            if changing:
                await watches.owe_items(session, watch.vault_id, ends.seen_at, changing)
            for settlement in ended:
                ours = ends.of[settlement.job_id]
                work = self._works[ours.ticket.kind]
                if settlement.job_id in written and (ours.is_ours or isinstance(work, ResultFromLists)):
                    await work.finish(session, ours.ticket, settlement.state, settlement.result)
        if written:
            log.info("observe.ended", jobs=[f"{one.job_id} {one.state}" for one in ended if one.job_id in written])

    async def _take_in(
        self, watch: Watch, seen: ListingResult, learnt: dict[str, Any], seen_at: datetime, *, takes_in: bool
    ) -> None:
        async with self._database.begin() as session:
            await untracked.settle_untracked(session, watch, seen.untracked, self._item_ids, seen_at=seen_at)
        if seen.window_pages is not None:
            learnt["window_pages"] = min(seen.window_pages, 1000)
        if seen.seen_until is not None:
            learnt["seen_until"] = seen.seen_until
        if takes_in or seen.seen_until is not None:
            learnt["taken_in_at"] = watch.now

    async def _tell_the_rest(self, watch: Watch, sweep: _Sweep) -> None:
        """The jobs have ended: nothing waits for it, and it holds back no list."""
        if sweep.owes_items:
            try:
                sweep.owes_items = not await self._item_updates.apply(watch, sweep.spare)
            except AzureError as error:
                log.info("observe.items_missing", error=str(error))
        try:
            await self._results.complete(watch, sweep.spare)
        except AzureError as error:
            log.info("observe.details_missing", error=str(error))

    async def _could_not_look(
        self, watch: Watch, tracked: Sequence[Tracked], error: AzureError, *, patient: bool
    ) -> float:
        """Write the waiting reason of each of these jobs. Returns the seconds until the next sweep."""
        reason = Waiting.THROTTLED if isinstance(error, AzureThrottled) else Waiting.AZURE_UNREACHABLE
        longest = longest_interval(self._poll_seconds) if patient else None
        seconds = back_off(watch.tries, self._poll_seconds, error.retry_after, longest=longest)
        if reason is Waiting.THROTTLED:  # as are all other vaults: they come back one after another
            seconds += random.random() * self._interval(watch, 0.5)  # noqa: S311
        level = log.error if isinstance(error, AzureNotFound) else log.warning
        level("observe.could_not_look", error=str(error), again_in=seconds)
        async with self._database.begin() as session:
            await sweep_store.say_waiting(session, [ours.ticket.id for ours in tracked], reason, seconds)
        return seconds
