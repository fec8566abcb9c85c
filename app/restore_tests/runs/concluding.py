"""How a run ends what it was at: failed, too late, given up, torn down. Each function is a part of one transaction."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from app.evidence.keys import EvidenceKeys
from app.jobs.lifecycle import TERMINAL, State
from app.restore_tests import levels, rules
from app.restore_tests.levels import Judged, Level
from app.restore_tests.rules import Outcome, RunState, next_level
from app.restore_tests.runs import begin, ending, planned, store
from app.restore_tests.runs.store import Held

LATE_RESTORE: Final = "Its restore has not ended: what it makes is deleted when it has."


async def restore_failed(session: AsyncSession, held: Held) -> None:
    error: Mapping[str, str] = (held.restore.error if held.restore is not None else None) or {}
    if held.restore is not None and held.restore.state == State.CANCELLED:
        await ending.conclude(session, held, Outcome.NOT_PROVEN, detail="Its restore was cancelled.")
        return
    if held.restore is not None and held.restore.started_at is None and not error.get("azure_code"):
        # Refused by a check of ours, such as a subnet in another region: that says nothing about the backup.
        why = f"Its restore ended before Azure had accepted it: {error.get('detail')} {error.get('remedy') or ''}"
        await ending.conclude(session, held, Outcome.NOT_PROVEN, detail=why.strip())
        return
    judged = Judged(
        "failed",
        error.get("detail") or "The restore failed.",
        azure_code=error.get("azure_code") or error.get("code"),
        remedy=error.get("remedy"),
        facts={"error": dict(error)},
    )
    store.note_level(held, ending.entry_of(Level.RESTORED, judged, at=held.now.isoformat()))
    await ending.conclude(session, held, Outcome.FAILED, failed_level=Level.RESTORED, detail=judged.detail)


async def time_out(session: AsyncSession, held: Held) -> None:
    """The clock has run down without a last look: the restore has not ended, no verdict came, or Azure was away."""
    view = held.view()
    level = next_level(view.levels, view.passed) or Level.RESTORED
    words = held.row.waits_for or "nothing"
    if view.state is RunState.VERIFYING and level is not Level.YOUR_CHECK:
        # Nothing was seen of the machine for hours: that says nothing about the backup.
        why = f"The level {level} was not looked at in its time. {words} {levels.AWAY_REMEDY}"
        await ending.conclude(session, held, Outcome.NOT_PROVEN, detail=why)
        return
    await too_late(session, held, level, Judged("waiting", words))


async def too_late(session: AsyncSession, held: Held, level: Level, seen: Judged) -> None:
    """The last look found it still coming. `seen`: what it showed; its remedy, where it has one."""
    words, remedy = f"It came to no end in its time; last seen: {seen.detail}", seen.remedy or levels.TOO_LATE[level]
    judged = replace(seen, verdict="failed", detail=words, remedy=remedy)
    store.note_level(held, ending.entry_of(level, judged, at=held.now.isoformat()))
    await ending.conclude(session, held, Outcome.TIMED_OUT, failed_level=level, detail=words)
    if held.restore is not None and held.restore.state not in TERMINAL:
        store.wait(held, LATE_RESTORE)


async def give_up(session: AsyncSession, held: Held, keys: EvidenceKeys) -> None:
    words = held.row.waits_for
    why = "It could not begin within its window" + (f"; last seen: {words}" if words else ".")
    if held.job.cancel is not None:
        why = "Its round was cancelled."
    await end_untested(session, held, keys, why)


async def end_untested(session: AsyncSession, held: Held, keys: EvidenceKeys, why: str) -> None:
    """Not proven: it ends at once, or when nothing is left of the restore that its rehearsal has sent."""
    held = await planned.joined(session, held)
    await ending.conclude(session, held, Outcome.NOT_PROVEN, detail=why)
    if held.row.restore_id is None:
        await ending.end(session, held, keys)
    elif held.restore is not None and held.restore.state not in TERMINAL:
        store.wait(held, LATE_RESTORE)


async def take_stock(session: AsyncSession, held: Held, keys: EvidenceKeys) -> None:
    """What the tear-down left; once more where that may go by itself."""
    left = begin.left_of(held)
    may_go = left and all(one.get("cause") in rules.MAY_GO_LATER for one in left)
    if may_go and held.row.tear_downs < rules.MOST_TEAR_DOWNS:
        store.move(held, RunState.TEARING_DOWN, tear_down_job_id=None, left=left)
        return
    await ending.end(session, held, keys, left)
