"""The outcome of a run, its evidence, and the end of its round. Each function is a part of one transaction."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from importlib.metadata import version
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, case, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit import trail
from app.azure import names
from app.core.db.database import NOT_NOW, NOW
from app.core.errors import ServiceError
from app.core.events.types import EventType
from app.events.quiet_changes import tell_change
from app.evidence import proofs
from app.evidence.keys import EvidenceKeys
from app.evidence.proofs import CONCLUSIVE
from app.evidence.statement import Subject
from app.evidence.store import append
from app.identity.tokens.principal import BETWEEN
from app.jobs import store as job_store
from app.jobs.api.actions import Works
from app.jobs.lifecycle import Observation
from app.jobs.models import Job
from app.jobs.queue.claims import ticket
from app.protection.models import ProtectedItem
from app.restore_tests.levels import Judged, Level
from app.restore_tests.models import RestoreTestRun
from app.restore_tests.rules import ENDED_WELL, Outcome, RunState
from app.restore_tests.runs import events, planned, store
from app.restore_tests.runs.schemas import told
from app.restore_tests.runs.store import Held
from app.restore_tests.statements import facts_of
from app.restores.models import Restore

log = structlog.get_logger()

SIGNED_AGAIN_AFTER: Final = timedelta(minutes=10)
"""Of evidence that could not be written: an error of ours."""
NO_KEY: Final = (
    "No key is set to sign evidence with. "
    "Operators: set HOLDFAST_EVIDENCE_KEYS for every worker (docs/evidence.md, Keys)."
)
NOT_SIGNED: Final = "Its evidence is signed in a moment."
MEASURES: Final = {
    Level.RESTORED: "disks_seconds",
    Level.BOOTS: "boot_seconds",
    Level.ANSWERS: "answer_seconds",
}
FRESH: Final = {"populate_existing": True}


def entry_of(level: Level, judged: Judged, *, at: str, given: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A level that has ended, as the run keeps it. `given`: what went in; its hash is in the evidence."""
    return {
        "level": level.value,
        "outcome": judged.verdict,
        "at": at,
        "azure_code": judged.azure_code,
        "remedy": judged.remedy,
        "detail": judged.detail,
        "input": dict(given or {}),
        "facts": dict(judged.facts),
    }


def measured_by(held: Held, level: Level, judged: Judged) -> dict[str, float]:
    """Seconds from the beginning of the restore to this level, by Azure's clock. Nothing where Azure gives no time."""
    row, name = held.row, MEASURES.get(level)
    at = row.restored_at if level is Level.RESTORED else judged.at
    if name is None or at is None or row.restore_began_at is None:
        return {}
    return {name: round((at - row.restore_began_at).total_seconds(), 3)}


async def conclude(
    session: AsyncSession, held: Held, outcome: Outcome, *, failed_level: Level | None = None, detail: str | None = None
) -> None:
    """The outcome is known. The machine is kept for a while, then it goes; without a machine the run ends."""
    row = held.row
    row.outcome, row.failed_level, row.detail = outcome, failed_level, detail
    if outcome in CONCLUSIVE:
        await _show_on_item(session, held, outcome)
    levels = [*row.levels]
    done = {one["level"] for one in levels}
    skipped = [one for one in held.definition["levels"] if one not in done]
    row.levels = [*levels, *({"level": one, "outcome": "skipped", "at": None} for one in skipped)]
    if row.restore_id is None:
        return
    was_restored = held.restore is not None and held.restore.state in ENDED_WELL
    store.move(held, RunState.KEEPING if was_restored else RunState.TEARING_DOWN)


async def _show_on_item(session: AsyncSession, held: Held, outcome: Outcome) -> None:
    """What the run proved of the item, or that it refuted what was proven before."""
    row = held.row
    mine = (ProtectedItem.tenant == row.tenant, ProtectedItem.id == row.protected_item_id)
    item = await session.scalar(select(ProtectedItem).where(*mine).with_for_update().execution_options(**FRESH))
    if item is None:
        return
    values: dict[str, Any] = {"refuted_at": held.now}
    if outcome is Outcome.PROVEN:
        # Of the caller's own check nothing is measured: its time is that of the level before.
        last = max(row.measured.values(), default=None)
        measured = {one: row.measured.get(MEASURES.get(Level(one), ""), last) for one in held.definition["levels"]}
        values = proofs.proven(proofs.Known(item.proofs, item.refuted_at), measured, held.now)
    await session.execute(update(ProtectedItem).where(*mine).values(**values, updated_at=held.now))


async def end(session: AsyncSession, held: Held, keys: EvidenceKeys, left: Sequence[Mapping[str, Any]] = ()) -> None:
    """The run has ended: its evidence is written, and so is the end of its round if it was the last."""
    await _move_to_end(session, held, left)
    if keys.can_sign:
        await _write_evidence(session, held, keys)
    else:
        held.row.waits_for = NO_KEY
    await _tell_end(session, held)
    await end_round(session, held)


async def _move_to_end(session: AsyncSession, held: Held, left: Sequence[Mapping[str, Any]]) -> None:
    gone = {"lease_until": None, "secrets": None, "due_at": held.now}
    store.move(held, RunState.ENDED, ended_at=held.now, left=[dict(one) for one in left], **gone)
    await session.flush()
    await store.call_waiting(session, held)


async def _tell_end(session: AsyncSession, held: Held) -> None:
    await note_on_trail(session, held)
    await events.tell(session, held.row, EventType.RESTORE_TEST_ENDED, told(held.row))


async def _write_evidence(session: AsyncSession, held: Held, keys: EvidenceKeys) -> None:
    row, job = held.row, held.job
    point = row.recovery_point or {}
    subject = Subject(row.vm_id, row.vault_id, point.get("id"), point.get("time"))
    issuer, directory, object_id = job.caller.split(BETWEEN, 2)
    facts = facts_of(
        run_id=str(row.id),
        test=job.ask["restore_test"],
        definition=held.definition,
        outcome=str(row.outcome),
        failed_level=row.failed_level,
        detail=row.detail,
        levels=row.levels,
        measured=row.measured,
        left=row.left,
        requested_by={
            "issuer": issuer,
            "directory": directory,
            "object_id": object_id,
            "name": job.requested_by,
            "by_schedule": job.ask["scheduled"],
        },
        number=job.ask.get("number"),
        times={
            "requested_at": job.created_at,
            "restore_began_at": row.restore_began_at,
            "restored_at": row.restored_at,
            "ended_at": row.ended_at,
        },
        versions={"holdfast": version("holdfast")},
    )
    await append(session, keys, tenant=row.tenant, about=row.id, subject=subject, facts=facts)


async def sign_unsigned(session: AsyncSession, keys: EvidenceKeys, works: Works, *, limit: int) -> None:
    """Write the evidence of runs that ended without: no key was set then, or their round ended before them.

    The rehearsal of such a round is stopped first, so that nothing is made that the evidence does not name.
    One that cannot be written is put off, and stops no other. Raises NOT_NOW.
    """
    row = RestoreTestRun
    unsigned = select(row).where(row.state == RunState.ENDED.value, row.waits_for.is_not(None), row.due_at <= NOW)
    # By tenant: each has a chain that is locked, and two workers must not wait for each other.
    unsigned = unsigned.order_by(row.tenant, row.id).limit(limit)
    for run in (await session.scalars(unsigned.with_for_update(skip_locked=True))).all():
        run_id = run.id
        try:
            async with session.begin_nested():
                await _sign(session, run, keys, works)
        except NOT_NOW:
            raise
        except Exception:
            log.exception("restore_test_run.not_signed", restore_test_run_id=str(run_id))
            await session.execute(update(row).where(row.id == run_id).values(due_at=NOW + SIGNED_AGAIN_AFTER))


async def _sign(session: AsyncSession, run: RestoreTestRun, keys: EvidenceKeys, works: Works) -> None:
    job, now = await session.get(Job, run.job_id), (await session.scalars(select(NOW))).one()
    if job is not None:
        held = Held(run, job, None, None, now, await store.rehearsal_of(session, job))
        if run.waits_for == NOT_SIGNED and held.rehearsal is not None:
            await _leave_rehearsal(session, held, works)
        await _write_evidence(session, held, keys)
        if run.waits_for == NOT_SIGNED:
            await _tell_end(session, held)
    run.waits_for, run.updated_at = None, now
    tell_change(session, run.tenant, store.path_of(run))


async def _leave_rehearsal(session: AsyncSession, held: Held, works: Works) -> None:
    """Stop it, and name the machine that it has made for the run since the round ended."""
    row = held.row
    with suppress(ServiceError):  # the tenant has gone, or it ended meanwhile
        await planned.stop(session, held, works)
    if row.restore_id is None:
        mine = (RestoreTestRun.id == row.id, RestoreTestRun.tenant == row.tenant)
        await _follow_rehearsal(session, held.job.id, mine)
        await session.execute(update(RestoreTestRun).where(*mine).values(left=_left_by_round()))
        await session.refresh(row)


# --- the round -------------------------------------------------------------------------------------------------------
def counts_of(runs: Sequence[RestoreTestRun]) -> dict[str, int]:
    """As a job with parts shows them: `failed` has those that timed out, `cancelled` those that were not tested."""
    ended = [one for one in runs if one.state == RunState.ENDED]
    outcomes = [one.outcome for one in ended]
    return {
        "total": len(runs),
        "open": len(runs) - len(ended),
        "succeeded": outcomes.count(Outcome.PROVEN),
        "failed": outcomes.count(Outcome.FAILED) + outcomes.count(Outcome.TIMED_OUT),
        "cancelled": outcomes.count(Outcome.NOT_PROVEN),
        "needs_attention": 0,
    }


def result_of(runs: Sequence[RestoreTestRun]) -> dict[str, Any]:
    return {
        "resources": [],
        "runs": [
            {
                "run": f"/v1/restore-test-runs/{one.id}",
                "protected_item_id": str(one.protected_item_id),
                "vm_id": one.vm_id,
                "outcome": one.outcome,
                "failed_level": one.failed_level,
                "left": len(one.left),
            }
            for one in runs
        ],
    }


def warnings_of(runs: Sequence[RestoreTestRun]) -> list[dict[str, Any]]:
    """One for each run that proved nothing, or left something."""
    said = []
    for one in runs:
        if one.outcome == Outcome.PROVEN and not one.left:
            continue
        vm = names.read_vm_id(one.vm_id).name
        what = f"{one.outcome}" + (f" at {one.failed_level}" if one.failed_level else "")
        rest = f"; {len(one.left)} things are left" if one.left else ""
        said.append(
            {
                "code": f"restore_test_{one.outcome}",
                "title": f"The restore test of {vm}: {what}",
                "detail": f"{one.detail or what}{rest}"[:2000],
                "remedy": f"See GET /v1/restore-test-runs/{one.id}.",
                "azure_code": None,
            }
        )
    return said


async def end_round(session: AsyncSession, held: Held) -> None:
    """Show how far the round is; end its job when every run has ended. Its job is locked."""
    runs = await store.runs_of(session, held.job.id)
    counts = counts_of(runs)
    mine = ticket(held.job)
    if counts["open"]:
        values = {"counts": counts}
        await job_store.record(session, mine, Observation.STILL_RUNNING, values=values, quiet=True)
        return
    warnings = warnings_of(runs)
    was_cancelled = held.job.cancel is not None and counts["succeeded"] + counts["failed"] < counts["total"]
    seen = Observation.ENDED_WITH_WARNINGS if warnings else Observation.ENDED_WELL
    if was_cancelled:
        seen = Observation.ENDED_CANCELLED
    ended: dict[str, Any] = job_store.succeeded(result_of(runs)) | {"counts": counts}
    ended |= {"warnings": warnings} if warnings else {}
    await job_store.record(session, mine, seen, values=ended)


async def close_round(session: AsyncSession, job_id: UUID, tenant: str, state: str) -> None:
    """The round's job ended before its runs: withdrawn, not approved, or given up by a person.

    A run that has a machine says that it is left; an outcome that was decided stays. This may be a call of the API,
    which writes no event: the loop tells the end of each run when it signs its evidence.
    """
    row = RestoreTestRun
    ended: dict[str, Any] = {
        "state": RunState.ENDED.value,
        "lease_until": None,
        "secrets": None,
        "waits_for": NOT_SIGNED,
    }
    ended |= {
        "outcome": func.coalesce(row.outcome, Outcome.NOT_PROVEN.value),
        "detail": func.coalesce(row.detail, f"Its round ended as {state} before this run had."),
        "left": _left_by_round(),
    }
    which = (row.job_id == job_id, row.tenant == tenant, row.state != RunState.ENDED.value)
    await _follow_rehearsal(session, job_id, which)
    await session.execute(update(row).where(*which).values(ended_at=NOW, updated_at=NOW, due_at=NOW, **ended))


def _left_by_round() -> ColumnElement[Any]:
    """`left` of a run whose round ended before it: its machine, where it has one."""
    row = RestoreTestRun
    why = func.concat("Its round ended before it was deleted: DELETE /v1/restores/", row.restore_id, "/resources.")
    machine = func.jsonb_build_object("id", row.machine_id, "reason", why)
    return case((row.machine_id.is_(None), row.left), else_=func.jsonb_build_array(machine))


async def _follow_rehearsal(session: AsyncSession, job_id: UUID, which: Sequence[ColumnElement[bool]]) -> None:
    """Of runs that do not follow the restore yet that their rehearsal has made: it makes a machine all the same."""
    job = await session.get(Job, job_id)
    made = await planned.rehearsed(session, job) if job is not None else {}
    row = RestoreTestRun
    for item_id, restore_id in made.items():
        restore = await session.get(Restore, restore_id)
        if restore is None or restore.target.get("mode") != "new_vm":
            continue
        machine = f"{restore.target['resource_group_id']}/providers/Microsoft.Compute/virtualMachines/"
        values = {"restore_id": restore_id, "machine_id": machine + restore.target["name"]}
        mine = (*which, row.protected_item_id == item_id, row.restore_id.is_(None))
        await session.execute(update(row).where(*mine).values(**values))


async def note_on_trail(session: AsyncSession, held: Held) -> None:
    """The end of a run is a decision of Holdfast: on the trail, with the outcome."""
    row = held.row
    await trail.record_own(
        session,
        row.tenant,
        action="end_restore_test_run",
        target=f"/v1/restore-test-runs/{row.id}",
        job_id=held.job.id,
        details={"outcome": row.outcome, "failed_level": row.failed_level, "left": len(row.left)},
    )
