"""Writes what a sweep saw of the jobs of a vault: their rows and history, and with an end its consequences."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import ARRAY, Text, bindparam, text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.db.database import NOT_NOW, NOW, Database
from app.core.db.notify import ENDED_CHANNEL, WORK_CHANNEL
from app.jobs import store, transitions, watches
from app.jobs.lifecycle import FOLLOWED, TERMINAL, Waiting
from app.jobs.models import Job
from app.jobs.sweep.matching import Tracked
from app.jobs.sweep.settlement import Settlement
from app.jobs.sweep.watch import Watch
from app.jobs.work import LoopName, ResultFromLists, Work, shown

log = structlog.get_logger()


class Settling:
    def __init__(self, database: Database, works: Mapping[str, Work[Any, Any]]) -> None:
        self._database = database
        self._works = works

    async def write(
        self, watch: Watch, settlements: Sequence[Settlement], tracked: Mapping[UUID, Tracked], seen_at: datetime
    ) -> set[UUID]:
        """Write what is known; returns the jobs that have ended.

        `seen_at`: when that was seen, by the database's clock.
        """
        going_on = [settlement for settlement in settlements if settlement.state not in TERMINAL]
        if going_on:
            async with self._database.begin() as session:
                await settle(session, watch, going_on)
        ended = [settlement for settlement in settlements if settlement.state in TERMINAL]
        return await asyncio.shield(self._end(watch, ended, tracked, seen_at)) if ended else set()

    async def _end(
        self, watch: Watch, ended: Sequence[Settlement], tracked: Mapping[UUID, Tracked], seen_at: datetime
    ) -> set[UUID]:
        """Settle the ended jobs and apply the consequences: together, or one by one if one of them fails.

        Returns the jobs that have ended. A job that a bug of ours cannot settle is left to the next sweep; the others
        are settled.
        """
        try:
            await self._end_together(watch, ended, tracked, seen_at)
        except NOT_NOW:
            raise
        except Exception:
            log.exception("sweep.end_failed", jobs=[str(settlement.job_id) for settlement in ended])
        else:
            return {settlement.job_id for settlement in ended}
        one_by_one = [[settlement] for settlement in ended] if len(ended) > 1 else []
        return {job_id for one in one_by_one for job_id in await self._end(watch, one, tracked, seen_at)}

    async def _end_together(
        self, watch: Watch, ended: Sequence[Settlement], tracked: Mapping[UUID, Tracked], seen_at: datetime
    ) -> None:
        async with self._database.begin() as session:
            written = await settle(session, watch, ended)
            changing = {
                tracked[one.job_id].ticket.kind for one in ended if one.job_id in written and one.may_change_items
            }
            if changing:
                await watches.owe_items(session, watch.vault_id, seen_at, changing)
            for settlement in ended:
                ours = tracked[settlement.job_id]
                work = self._works[ours.ticket.kind]
                if settlement.job_id in written and (ours.is_ours or isinstance(work, ResultFromLists)):
                    await work.finish(session, ours.ticket, settlement.state, settlement.result)
        if written:
            log.info("sweep.ended", jobs=[f"{one.job_id} {one.state}" for one in ended if one.job_id in written])


_SETTLE = text(f"""
WITH {transitions.FOLLOWING}, seen AS (
    SELECT told.*, following.state FROM jsonb_to_recordset(:settlements) AS told(
        job_id uuid, from_state text, azure_job_id text, azure_status text,
        started_at timestamptz, ended_at timestamptz,
        changed boolean, noteworthy boolean, observation text,
        progress_percent double precision, remaining_seconds double precision,
        transferred_bytes bigint, total_bytes bigint, tasks jsonb, result jsonb, error jsonb,
        warnings jsonb, details_wanted boolean)
    JOIN following ON following.from_state = told.from_state AND following.observation = told.observation
), settled AS (
    UPDATE jobs SET
        {transitions.set_state("seen")},
        azure_job_id = coalesce(seen.azure_job_id, jobs.azure_job_id),
        azure_status = seen.azure_status,
        operation_url = CASE WHEN seen.azure_job_id IS NULL THEN jobs.operation_url END,
        progress_percent = CASE WHEN seen.tasks IS NULL THEN jobs.progress_percent ELSE seen.progress_percent END,
        remaining_seconds = CASE WHEN seen.state = ANY(:terminal) THEN NULL
                                 WHEN seen.tasks IS NULL THEN jobs.remaining_seconds
                                 ELSE seen.remaining_seconds END,
        transferred_bytes = coalesce(seen.transferred_bytes, jobs.transferred_bytes),
        total_bytes = coalesce(seen.total_bytes, jobs.total_bytes),
        tasks = coalesce(seen.tasks, jobs.tasks),
        result = coalesce(seen.result, jobs.result),
        error = coalesce(seen.error, jobs.error),
        warnings = coalesce(seen.warnings, jobs.warnings),
        details_wanted = seen.details_wanted,
        as_of = clock_timestamp(),
        updated_at = CASE WHEN seen.changed OR coalesce(seen.started_at <> jobs.started_at, false)
                          THEN clock_timestamp() ELSE jobs.updated_at END,
        -- By our database's clock: what others started was not sent by us, and its beginning is Azure's.
        sent_at = coalesce(jobs.sent_at, CASE WHEN jobs.origin <> 'azure' THEN jobs.started_at END),
        -- Azure's own times: one clock for both where it tells both, and in no case an end before its beginning.
        started_at = coalesce(seen.started_at, least(jobs.started_at, seen.ended_at)),
        finished_at = CASE WHEN seen.state = ANY(:terminal) THEN
            CASE WHEN seen.started_at IS NULL THEN coalesce(seen.ended_at, greatest(clock_timestamp(), jobs.started_at))
                 ELSE greatest(coalesce(seen.ended_at, clock_timestamp()), seen.started_at) END END,
        waiting_reason = NULL, waiting_since = NULL, waiting_until = NULL, tries = 0,
        cancel = CASE WHEN seen.state = ANY(:terminal)
            THEN jobs.cancel || CASE seen.state WHEN 'cancelled' THEN jsonb_build_object('state', 'done')
                                                ELSE jsonb_build_object('state', 'too_late') END
            ELSE jobs.cancel END
    FROM seen
    WHERE jobs.id = seen.job_id AND jobs.state = seen.from_state
      AND EXISTS (SELECT FROM vault_watches WHERE vault_id = :vault_id AND fence = :fence)
    RETURNING jobs.id, jobs.tenant, jobs.state, jobs.series, seen.azure_status, seen.noteworthy, seen.observation
), event AS (
    INSERT INTO job_events (job_id, tenant, observation, state, detail)
    SELECT id, tenant, observation, state, azure_status FROM settled WHERE noteworthy
)
SELECT id,
    CASE WHEN state = ANY(:terminal) THEN pg_notify(:ended, id::text) END,
    CASE WHEN state = ANY(:terminal) AND series IS NOT NULL THEN pg_notify(:work, :next_loop) END
FROM settled
""").bindparams(bindparam("settlements", type_=JSONB), bindparam("terminal", type_=ARRAY(Text)))  # noqa: S608 - the table


async def settle(session: AsyncSession, watch: Watch, settlements: Sequence[Settlement]) -> set[UUID]:
    """Write many observations in one statement; returns the ids that were written.

    The row of a job that has ended meanwhile is not changed; if the watch was taken over, no row is.
    """
    if not settlements:
        return set()
    rows = await session.execute(
        _SETTLE,
        {
            "settlements": [_record(settlement) for settlement in settlements],
            "terminal": [state.value for state in TERMINAL],
            "vault_id": watch.vault_id,
            "fence": watch.fence,
            "ended": ENDED_CHANNEL,
            "work": WORK_CHANNEL,
            "next_loop": LoopName.SUBMITTING.value,
        },
    )
    return {row.id for row in rows}


def _record(settlement: Settlement) -> dict[str, Any]:
    """As the statement reads it."""
    return {name: getattr(settlement, name) for name in settlement.__slots__} | {
        "job_id": str(settlement.job_id),
        "started_at": settlement.started_at.isoformat() if settlement.started_at else None,
        "ended_at": settlement.ended_at.isoformat() if settlement.ended_at else None,
        "result": shown(settlement.result) if settlement.result is not None else None,
    }


async def say_waiting(session: AsyncSession, job_ids: Sequence[UUID], reason: Waiting, seconds: float) -> None:
    """These jobs are followed, but Azure could not be asked: they wait, and say why.

    A caller sees the difference, so the version moves too: an ETag from before must not answer 304.
    """
    await session.execute(
        update(Job)
        .where(Job.id.in_(job_ids), Job.state.in_(FOLLOWED))
        .values(
            {k: v for k, v in store.waiting(reason, seconds).items() if k not in {"due_at", "tries"}}
            | {"updated_at": NOW}
        )
    )
