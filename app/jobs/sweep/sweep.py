"""The loop, and the order of the steps of one sweep: one vault -> every job of ours in it, and those of others.

Each step is one module (`__init__` lists them in this order). The vault is claimed (store.py), its lists are read
(listing.py) and matched with our jobs (matching.py). Results are read (results.py), and each verdict (settlement.py) is
written (settle.py) while others are still read. Jobs of others are recorded (untracked.py). Then reads that no result
waits for: the vault's items (apply_items.py), missing details (details.py). The last step is the next sweep
(next_sweep.py). Every quarter of an hour the vault's own settings are read, too: one GET.
"""

import random
from collections.abc import Iterable, Mapping, Sequence
from contextlib import aclosing
from typing import Any
from uuid import UUID

import structlog

from app.azure.errors import AzureError, AzureNotFound, AzureRejected, AzureThrottled
from app.azure.ports import AzureJobs, ProtectedItems
from app.core.db.database import Database
from app.core.db.lease_renewal import run_with_lease
from app.core.gather_isolated import gather_isolated
from app.core.loop import Piece
from app.jobs import watches
from app.jobs.lifecycle import Waiting
from app.jobs.scheduling import back_off, longest_interval
from app.jobs.sweep import settle, untracked
from app.jobs.sweep import store as sweep_store
from app.jobs.sweep.apply_items import ItemUpdates
from app.jobs.sweep.details import Details
from app.jobs.sweep.listing import Listing
from app.jobs.sweep.matching import Tracked
from app.jobs.sweep.missing import MissingJobs
from app.jobs.sweep.next_sweep import Look, Plan, SweepOutcome, next_sweep, plan_of, vault_interval
from app.jobs.sweep.results import DetailBudget, Results
from app.jobs.sweep.watch import Watch
from app.jobs.work import ItemIds, Work

log = structlog.get_logger()

VAULTS_AT_ONCE = 16
"""Swept side by side by one process. One that hangs takes up its own place only: the others go on without it."""
LONGEST_SWEEP = 10 * sweep_store.LEASE.total_seconds()
"""Maximum seconds for which a sweep renews its lease. After that another worker may sweep the vault too, so that a
sweep that hangs does not block it."""


class SweepLoop:
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
        self._missing_jobs = MissingJobs(database, works, azure, poll_seconds=poll_seconds)
        self._results = Results(database, works, azure, items, poll_seconds=poll_seconds)
        self._settling = settle.Settling(database, works)
        self._details = Details(database, works, azure, items)

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
        """Sweep one vault, and renew its lease meanwhile.

        When the lease was not renewed, and a thousand jobs in twenty vaults ended at once, not one was ever settled:
        each sweep was taken over while Azure was still answering, and so was each sweep after it.
        """
        structlog.contextvars.bind_contextvars(vault_id=str(watch.vault_id))

        async def renew() -> float | None:
            async with self._database.begin() as session:
                return await sweep_store.go_on(session, watch)

        sweep = self._sweep_through(watch)
        if not await run_with_lease(sweep, renew, leased_for=watch.leased_for, longest=LONGEST_SWEEP):
            log.info("sweep.taken_over")

    async def _sweep_through(self, watch: Watch) -> None:
        """Sweep one vault, in its own region, and in its paired one if a job runs there."""
        async with self._database.begin() as session:
            followed = await sweep_store.followed_in(session, watch.vault_id)
        tracked = [ours for ours in followed if ours.ticket.kind in self._works]
        plan = plan_of(watch, self._poll_seconds, random.random())  # noqa: S311
        spare = DetailBudget(plan.spare, job_reads=plan.job_reads)
        found = SweepOutcome(unknown=len(followed) - len(tracked), owes_items=watch.items_owed_for is not None)
        regions = _by_region(tracked)
        if plan.takes_in:
            regions.setdefault(None, [])
        failed: list[tuple[Sequence[Tracked], AzureError]] = []
        for region, ours in regions.items():
            try:
                await self._look(watch, ours, region, plan, spare, found)
            except AzureError as error:  # one region may be down: that is when the other one is restored in
                failed.append((ours, error))
        # Where one region answers, its jobs are not kept waiting for what the other one refuses.
        found.refused = len(failed) == len(regions) and all(isinstance(error, AzureRejected) for _, error in failed)
        for waiting, why in failed:
            again_in = await self._could_not_look(watch, waiting, why, patient=found.refused)
            found.again_in = max(found.again_in, again_in)
        if plan.reads_vault and all(isinstance(error, AzureNotFound) for _, error in failed):
            await self._item_updates.look_at_vault(watch)
            found.vault_read_at = watch.now
        if not found.again_in:  # the jobs have ended: nothing waits for what follows, and it holds back no list
            if found.owes_items:
                found.owes_items = not await self._item_updates.apply(watch, spare)
            await self._details.complete(watch, spare)
        following = next_sweep(watch, found, self._poll_seconds, random.random())  # noqa: S311
        async with self._database.begin() as session:
            await sweep_store.give_back(session, watch, following, spare=spare.left)

    async def _look(
        self,
        watch: Watch,
        tracked: Sequence[Tracked],
        region: str | None,
        plan: Plan,
        spare: DetailBudget,
        found: SweepOutcome,
    ) -> None:
        """Look at all of one region, and write what it shows. Raises AzureError."""
        takes_in = plan.takes_in and region is None
        if not takes_in and not any(ours.is_ours or ours.watched for ours in tracked):
            return
        seen = await self._listing.look(watch, tracked, takes_in=takes_in, by_window=plan.by_window, region=region)
        sightings = list(seen.sightings)
        if seen.missing:
            sightings += await self._missing_jobs.look_for(watch, seen.missing)
        seen_at, over = watch.moment(), set[UUID]()
        of = {ours.ticket.id: ours for ours in tracked}
        async with aclosing(self._results.settlements(watch, sightings, spare, seen_at=seen_at)) as read:
            async for settlements, known_at in read:
                over |= await self._settling.write(watch, settlements, of, known_at)
                found.owes_items |= any(one.may_change_items for one in settlements)
        if region is None:
            found.owes_items |= bool(untracked.ended_of(seen.untracked)) or seen.has_gap
            async with self._database.begin() as session:
                if seen.has_gap:  # anything may have ended in it
                    await watches.owe_items(session, watch.vault_id, seen_at, watches.WRITES_POLICIES)
                await untracked.settle_untracked(session, watch, seen.untracked, self._item_ids, seen_at=seen_at)
        left = [ours for ours in tracked if ours.is_ours and ours.ticket.id not in over]
        has_ended = bool(over) if region is None else None
        found.looks.append(Look(sightings, left, seen.azure_now, seen.learnt, has_ended))

    async def _could_not_look(
        self, watch: Watch, tracked: Sequence[Tracked], error: AzureError, *, patient: bool
    ) -> float:
        """Write the waiting reason of each of these jobs. Returns the seconds until the next sweep."""
        reason = Waiting.THROTTLED if isinstance(error, AzureThrottled) else Waiting.AZURE_UNREACHABLE
        longest = longest_interval(self._poll_seconds) if patient else None
        seconds = back_off(watch.tries, self._poll_seconds, error.retry_after, longest=longest)
        if reason is Waiting.THROTTLED:  # as are all other vaults; then they are swept again one after another
            seconds += random.random() * vault_interval(watch, self._poll_seconds, 0.5)  # noqa: S311
        level = log.error if isinstance(error, AzureNotFound) else log.warning
        level("sweep.could_not_look", error=str(error), again_in=seconds)
        async with self._database.begin() as session:
            await settle.say_waiting(session, [ours.ticket.id for ours in tracked], reason, seconds)
        return seconds


def _by_region(tracked: Iterable[Tracked]) -> dict[str | None, list[Tracked]]:
    """The jobs by region, as they are listed together: the vault's own region under None, then the paired one."""
    regions: dict[str | None, list[Tracked]] = {}
    for ours in tracked:
        regions.setdefault(ours.ticket.azure_region, []).append(ours)
    return regions
