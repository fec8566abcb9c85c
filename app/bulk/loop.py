"""The loop `bulk`: makes the jobs of targets, as many at once as the request allows, and ends the request.

It asks `rules.advance` what follows, writes that, then makes the jobs that may begin, each in a transaction of its own.
They are sent and followed by the loops of `jobs`, as all others.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import structlog

from app.azure.errors import AzureError
from app.azure.ports import Azure
from app.bulk import children, rules, store
from app.bulk.store import Claimed, Held
from app.core.clock import Clock
from app.core.db.database import NOT_NOW, Database
from app.core.errors import ServiceError, Unavailable
from app.core.gather_isolated import gather_isolated
from app.jobs.api.actions import Works
from app.jobs.api.parts import withdraw_part
from app.jobs.errors import azure_said
from app.jobs.work import RefusedError

log = structlog.get_logger()

AT_ONCE = 8
"""Requests led at the same time by one worker."""
LOOKS_AT_ONCE = 8
"""Targets of one request looked at in Azure at the same time."""
EVERY_SECONDS = 5.0
"""How often requests are looked at that no event named."""
LONGEST_PAUSE = timedelta(seconds=60)
RETRY = timedelta(seconds=15)
"""Until targets that could not begin are tried again."""


class BulkLoop:
    def __init__(self, database: Database, azure: Azure, works: Works, clock: Clock) -> None:
        self._database = database
        self._azure = azure
        self._works = works
        self._clock = clock

    async def run_once(self) -> float | None:
        """Take every due request as far as it goes. Returns the seconds until more are due."""
        async with self._database.begin() as session:
            await store.bring_forward(session)
            claimed = await store.claim_due(session, limit=AT_ONCE)
            if not claimed:
                return await store.due_in(session)
        await gather_isolated(self._lead(one) for one in claimed)
        return 0.0

    async def _lead(self, claimed: Claimed) -> None:
        structlog.contextvars.bind_contextvars(bulk_job_id=str(claimed.job_id))
        while True:
            async with self._database.begin() as session:
                held = await store.hold(session, claimed)
                if held is None:
                    return
                step = rules.advance(held.view)
                await store.write(session, held, step)
                if step.has_ended:
                    await store.end(session, held, step)
                    log.info("bulk.ended", stop=step.stop)
                    return
                unsent = await store.unsent(session, claimed.job_id) if step.withdraw else ()
                positions = await store.pending(session, claimed.job_id, step.begin)
                if not unsent and not positions:
                    await store.put_off(session, claimed, longest=LONGEST_PAUSE)
                    return
            for job_id in unsent:
                async with self._database.begin() as session:
                    await withdraw_part(
                        session, job_id, self._works, by=_who(held), action="withdraw_bulk_target", why=STOPPED
                    )
            if positions and not await self._begin_all(claimed, positions):
                await self._wait(claimed)
                return

    async def _begin_all(self, claimed: Claimed, positions: Sequence[int]) -> bool:
        """Whether something is known now of one of them that was not before."""
        places, moved, turn = asyncio.Semaphore(LOOKS_AT_ONCE), False, asyncio.Lock()

        async def in_turn(position: int) -> None:
            nonlocal moved
            async with places:
                moved = await self._begin(claimed, position, turn) or moved

        await gather_isolated(in_turn(position) for position in positions)
        return moved

    async def _begin(self, claimed: Claimed, position: int, turn: asyncio.Lock) -> bool:
        """`turn`: of the request's row, which each transaction locks; so none waits for it with a connection."""
        try:
            return await self._ask_and_make(claimed, position, turn)
        except NOT_NOW:
            raise
        except Unavailable as away:
            log.info("bulk.target_waits", position=position, why=away.detail)
            async with turn, self._database.begin() as session:
                await children.note_try(session, claimed, position, is_bug=False)
            return False
        except (ServiceError, RefusedError) as no:
            async with turn, self._database.begin() as session:
                await children.refuse(session, claimed, position, no)
            return True
        except Exception:
            # A bug of ours must not keep the other targets from being done.
            log.exception("bulk.target_not_begun", position=position)
            async with turn, self._database.begin() as session:
                await children.note_try(session, claimed, position, is_bug=True)
            return False

    async def _ask_and_make(self, claimed: Claimed, position: int, turn: asyncio.Lock) -> bool:
        async with turn, self._database.begin() as session:
            found = await children.read(session, claimed, position, self._clock.now())
        if found is None:
            return False
        single, known = found
        try:
            seen = await single.look(self._azure, known)
        except AzureError as error:
            raise azure_said(error) from None
        async with turn, self._database.begin() as session:
            return await children.begin(session, claimed, position, single, seen)

    async def _wait(self, claimed: Claimed) -> None:
        """None of the targets that come next could begin. What runs goes on."""
        async with self._database.begin() as session:
            held = await store.hold(session, claimed)
            if held is not None:
                await store.write(session, held, rules.advance(held.view), blocked=True)
                await store.put_off(session, claimed, longest=RETRY)


STOPPED = "its bulk request was stopped"


def _who(held: Held) -> str:
    """Who stopped the request."""
    return str(held.job.cancel["requested_by"]) if held.job.cancel is not None else "holdfast"
