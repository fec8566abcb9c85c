"""The loop `recovering`: takes recovery runs from wave to wave.

It asks `rules.advance` what follows, writes that, then makes the restores that may begin, each in a transaction of its
own. Restores are sent and followed by the loops of `jobs`, as all others.
"""

import asyncio
from collections.abc import Awaitable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from app.azure.gate import priority_of
from app.azure.ports import Azure
from app.azure.restore_values import NewVmTarget
from app.core.clock import monotonic_boottime
from app.core.db.database import NOT_NOW, Database
from app.core.db.lease_renewal import run_with_lease
from app.core.errors import ServiceError, TooManyRequests, Unavailable
from app.core.gather_isolated import gather_isolated
from app.jobs.api.actions import UNSENT, Works
from app.jobs.api.parts import withdraw_part
from app.jobs.lifecycle import Waiting
from app.recovery_runs import endings, looks, members, rules, store
from app.recovery_runs.errors import PointsNotKnown
from app.recovery_runs.looks import Restored, Seen, Source
from app.recovery_runs.members import Beginnings
from app.recovery_runs.models import RecoveryMember
from app.recovery_runs.row_json import member_of
from app.recovery_runs.rules import MemberState, Step
from app.recovery_runs.store import Claimed, Held
from app.restores.checks.known_machines import known_now
from app.restores.targets import Target

log = structlog.get_logger()

AT_ONCE = 16
LOOKS_AT_ONCE = 8
"""Members of one run of which Azure is asked at the same time."""
EVERY_SECONDS = 5.0
"""How often runs are looked at that no event named."""
LONGEST_PAUSE = timedelta(seconds=60)
LONGEST_LOOK_SECONDS = 300.0
"""For so long the lease of a run is renewed while Azure is asked."""
PRUNE_SECONDS = 300.0
"""How often what deleted tenants left is looked for."""
STOPPED = "its recovery run was stopped"


class RecoveryLoop:
    def __init__(self, database: Database, works: Works, azure: Azure) -> None:
        self._database = database
        self._works = works
        self._azure = azure
        self._prunes_at = 0.0

    async def run_once(self) -> float | None:
        """Take every due run as far as it goes. Returns the seconds until more are due."""
        await self._prune()
        async with self._database.begin() as session:
            await store.bring_forward(session)
            claimed = await store.claim_due(session, limit=AT_ONCE)
            if not claimed:
                return await store.due_in(session)
        await gather_isolated(self._lead(one) for one in claimed)
        return 0.0

    async def _prune(self) -> None:
        now = monotonic_boottime()
        if now >= self._prunes_at:
            self._prunes_at = now + PRUNE_SECONDS
            async with self._database.begin() as session:
                await store.forget_deleted_tenants(session)

    async def _lead(self, claimed: Claimed) -> None:
        """Take one run as far as it goes, and renew its lease meanwhile: a network of many cards takes long."""
        structlog.contextvars.bind_contextvars(recovery_run_id=str(claimed.id))

        async def go_on() -> float | None:
            async with self._database.begin() as session:
                return await store.go_on(session, claimed)

        leading = self._go_on(claimed)
        if not await run_with_lease(leading, go_on, leased_for=claimed.leased_for, longest=LONGEST_LOOK_SECONDS):
            log.info("recovery_run.taken_over")

    async def _go_on(self, claimed: Claimed) -> None:
        while True:
            async with self._database.begin() as session:
                held = await store.hold(session, claimed)
                if held is None:
                    return
                step = rules.advance(held.run)
                await store.write(session, held, step)
                unsent = _unsent(held) if step.stop is not None else []
                if step.has_ended and not unsent:
                    await endings.end(session, held, step)
                    log.info("recovery_run.ended", stop=step.stop)
                    return
                if not step.begin and step.look is None and not unsent:
                    await store.put_off(session, claimed, step.again_at, longest=LONGEST_PAUSE)
                    return
                restored = _restored(held, step.look) if step.look is not None else []
                may_begin = await members.beginnings(session, held, step.begin) if step.begin else None
            with priority_of(is_background=held.job.is_background):
                goes_on = await self._act(claimed, step, unsent, restored, may_begin, by=_who(held))
            if not goes_on:
                await self._wait_for_quota(claimed, step)
                return

    async def _act(
        self,
        claimed: Claimed,
        step: Step,
        unsent: list[UUID],
        restored: list[Restored],
        may_begin: Beginnings | None,
        *,
        by: str,
    ) -> bool:
        """What the step says to do. False = nothing could be done now."""
        for job_id in unsent:
            async with self._database.begin() as session:
                await withdraw_part(session, job_id, self._works, by=by, action="withdraw_restore", why=STOPPED)
        if step.look is not None:
            await self._check(claimed, step.look, restored)
        return may_begin is None or await self._begin_all(claimed, may_begin)

    async def _begin_all(self, claimed: Claimed, may_begin: Beginnings) -> bool:
        """Whether something is known now that was not."""
        try:
            if may_begin.not_isolated is not None:
                raise may_begin.not_isolated
            machines = known_now(self._database, may_begin.tenant)
            await looks.check_isolated(self._azure, may_begin.rehearsal, machines)
        except PointsNotKnown as away:
            log.info("recovery_run.target_not_known", why=away.detail)
            return False
        except Unavailable:  # the database is busy, say: nothing was decided
            raise
        except ServiceError as no:
            everyone = [*(one.position for one in may_begin.sources), *may_begin.refused]
            return any([await self._refuse(claimed, position, no) for position in everyone])
        known = any([await self._refuse(claimed, position, no) for position, no in may_begin.refused.items()])
        # The first one alone: where a quota is used up, Azure is not asked about a hundred others, time and again.
        for some in (may_begin.sources[:1], may_begin.sources[1:]):
            begun, is_full = await self._begin_each(claimed, some)
            known = known or begun
            if is_full:
                break
        return known

    async def _begin_each(self, claimed: Claimed, sources: Sequence[Source]) -> tuple[bool, bool]:
        """In their order: whether something is known now that was not, and whether a quota is used up."""
        places, known = asyncio.Semaphore(LOOKS_AT_ONCE), False
        looking = [asyncio.ensure_future(self._see(places, one)) for one in sources]
        try:
            for source, look in zip(sources, looking, strict=True):
                begun = await self._begin(claimed, source.position, look)
                if begun is None:
                    return known, True
                known = known or begun
        finally:
            for look in looking:
                look.cancel()
            await asyncio.gather(*looking, return_exceptions=True)
        return known, False

    async def _see(self, places: asyncio.Semaphore, source: Source) -> Seen:
        async with places:
            return await looks.see(self._azure, source)

    async def _begin(self, claimed: Claimed, position: int, look: Awaitable[Seen]) -> bool | None:
        """Whether something is known now of this member that was not before; None = a quota is used up."""
        try:
            seen = await look
            if seen.problem is not None:
                raise seen.problem
            async with self._database.begin() as session:
                return await members.begin(session, claimed, position, seen)
        except TooManyRequests as full:
            log.info("recovery_run.member_waits", position=position, why=full.detail)
            return None
        except PointsNotKnown as away:
            log.info("recovery_run.member_waits", position=position, why=away.detail)
            return False
        except (Unavailable, *NOT_NOW):
            raise
        except ServiceError as no:
            return await self._refuse(claimed, position, no)
        except Exception:
            # A bug of ours must not keep the other members from coming back. It is tried again until the run's time is
            # over.
            log.exception("recovery_run.member_not_begun", position=position)
            return False

    async def _refuse(self, claimed: Claimed, position: int, no: ServiceError) -> bool:
        async with self._database.begin() as session:
            await members.refuse(session, claimed, position, no)
        return True

    async def _check(self, claimed: Claimed, number: int, restored: list[Restored]) -> None:
        unready = await looks.not_ready(self._azure.machines, restored)
        async with self._database.begin() as session:
            held = await store.hold(session, claimed)
            if held is not None:
                store.write_check(session, held, number, unready)

    async def _wait_for_quota(self, claimed: Claimed, step: Step) -> None:
        """None of the members that may begin could: a quota is used up. What runs goes on."""
        async with self._database.begin() as session:
            held = await store.hold(session, claimed)
            if held is not None:
                await store.show_waiting(session, held, Waiting.MEMBER)
                await store.put_off(session, claimed, step.again_at, longest=rules.RETRY)


def _unsent(held: Held) -> list[UUID]:
    return [
        one.job_id
        for one in held.members
        if one.job_id is not None and one.state == MemberState.RESTORING and held.state_of(one) in UNSENT
    ]


def _who(held: Held) -> str:
    """Who stopped the run."""
    return str(held.job.cancel["requested_by"]) if held.job.cancel is not None else "holdfast"


def _restored(held: Held, number: int) -> list[Restored]:
    """What came back in this wave."""
    found = []
    for one in held.members:
        decided = member_of(held.job.ask, one.position).decided
        if one.wave != number or one.state != MemberState.SUCCEEDED or decided is None or one.vm_id is None:
            continue
        vm = looks.vm_of(decided.target, one.vm_id)
        found.append(Restored(vm.name if vm is not None else one.vm_id, vm, _up_after(held, one, decided.target)))
    return found


def _up_after(held: Held, member: RecoveryMember, target: Target) -> datetime:
    """A new VM may be up before its job ends; one whose disks were replaced ran before the restore, too."""
    job = held.job_of(member)
    if isinstance(target, NewVmTarget) and job is not None and job.started_at is not None:
        return job.started_at
    return member.finished_at or held.now
