"""Azure jobs that belong to no job of ours: recorded with origin `azure`, or orphans of attempts that were given up.

The activity id shows whose job it is: every write of ours has the id of its attempt (docs/azure.md, Request ids), and
attempts are kept for some weeks after they were closed (HOLDFAST_RETENTION_ATTEMPTS_DAYS).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
import uuid_utils.compat as uuids
from sqlalchemy import func, insert, literal, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.names import bare_name, read_vm_id, uuid_of
from app.azure.values import AzureJob, VmRef
from app.core.db.database import NOW
from app.core.db.notify import ENDED_CHANNEL, wake
from app.jobs import failures, machines, store, transitions, watches
from app.jobs.kinds import CANCELLABLE, JobKind, kinds_of
from app.jobs.lifecycle import NEVER_REACHED_AZURE, TERMINAL, WELL, AttemptState, Observation, State
from app.jobs.models import Attempt, Cancellation, Job, JobEvent, Origin
from app.jobs.queue import claims
from app.jobs.sweep.matching import GOING_ON, OBSERVED
from app.jobs.sweep.watch import Watch
from app.jobs.system_audit import record_decision
from app.jobs.work import ItemIds, LoopName

log = structlog.get_logger()

GIVEN_UP = NEVER_REACHED_AZURE | {AttemptState.RETIRED}
"""Attempts that are believed not to have happened. `ambiguous` is not among them: a person decides."""
HAPPENED = frozenset({AttemptState.ACCEPTED, AttemptState.FOUND, AttemptState.ORPHANED})
"""Attempts of which an Azure job was seen: one of theirs may be the job's own, and each other one is an orphan."""
UNDECIDED = frozenset({State.SUBMITTING, State.NEEDS_ATTENTION})
"""A look or a person is finding out which of the job's attempts happened. Until that is decided, an Azure job of any of
them may become the job's own, so none is cancelled. Afterwards, the others are orphans."""


def ended_since(entries: Sequence[AzureJob], seen_until: datetime | None) -> list[AzureJob]:
    """Those that have ended, but for what an earlier list that showed everything until then has shown to be over."""
    over = ended_of(entries)
    return [entry for entry in over if seen_until is None or entry.ended_at is None or entry.ended_at >= seen_until]


def ended_of(entries: Sequence[AzureJob]) -> list[AzureJob]:
    return [entry for entry in entries if entry.outcome not in GOING_ON]


async def settle_untracked(
    session: AsyncSession,
    watch: Watch,
    entries: Sequence[AzureJob],
    item_ids: ItemIds,
    *,
    seen_at: datetime | None = None,
) -> tuple[int, int]:
    """Record these entries; returns (newly recorded jobs, orphans). Entries that are known already change nothing.

    `seen_at`: ended jobs may have changed items, so a list of items is needed that is newer than this time.
    """
    if not entries:
        return 0, 0
    known = await _known(session, watch.vault_id, entries)
    unknown = [entry for entry in entries if entry.job_id.lower() not in known]
    ours = await _by_attempt(session, unknown)
    orphans = 0
    for entry in unknown:
        if entry.activity_id.lower() in ours:
            orphans += await _see_own(session, ours[entry.activity_id.lower()], entry)
    foreign = [entry for entry in unknown if entry.activity_id.lower() not in ours and kinds_of(entry.operation)]
    taken = await _take_in(session, watch, foreign, item_ids)
    if seen_at is not None:
        # Azure may show a job later than another that ended after it: a row that is new here was never applied. Only
        # entries that get no row are distinguished from those of earlier lists by their time.
        rowless = [entry for entry in unknown if entry not in foreign]
        ended = [*ended_since(rowless, watch.seen_until), *(one for one in ended_of(foreign) if one.job_id in taken)]
        if ended:
            kinds = {kind for entry in ended for kind in kinds_of(entry.operation)}
            await watches.owe_items(session, watch.vault_id, seen_at, kinds)
    return len(taken), orphans


async def _known(session: AsyncSession, vault_id: UUID, entries: Sequence[AzureJob]) -> set[str]:
    same = func.lower(Job.azure_job_id)
    ids = [entry.job_id.lower() for entry in entries]
    rows = await session.scalars(
        select(same).where(Job.vault_id == vault_id, Job.azure_job_id.is_not(None), same.in_(ids))
    )
    return set(rows)


async def _by_attempt(session: AsyncSession, entries: Sequence[AzureJob]) -> dict[str, Any]:
    """Attempt and job of every entry that carries one of our ids."""
    ids = [known for entry in entries if (known := uuid_of(entry.activity_id)) is not None]
    if not ids:
        return {}
    rows = await session.execute(
        select(
            Attempt.id.label("attempt_id"),
            Attempt.state.label("attempt_state"),
            Job.activity_id,
            *claims.TICKET_COLUMNS,
        )
        .join(Job, Job.id == Attempt.job_id)
        .where(Attempt.id.in_(ids))
    )
    return {str(row.attempt_id): row for row in rows}


# --- our own attempts ------------------------------------------------------------------------------------------------
async def _see_own(session: AsyncSession, row: Any, entry: AzureJob) -> int:
    """An Azure job of an attempt of ours, but not the one that the job follows. Returns 1 for a new orphan."""
    ticket = claims.ticket(row)
    if ticket.state in UNDECIDED:
        return 0
    given_up = row.attempt_state in GIVEN_UP
    if given_up and ticket.state is State.QUEUED:
        # It was believed not to have happened, and nothing else was sent since: then it is simply found.
        found = await store.record(
            session,
            ticket,
            Observation.FOUND,
            detail="seen after all",
            attempt=(row.attempt_id, AttemptState.FOUND),
            values=store.not_waiting()
            | {"azure_job_id": entry.job_id, "azure_status": entry.status, "activity_id": row.attempt_id},
        )
        if found is None:
            return await _orphan(session, row, entry)
        await record_decision(session, ticket, "adopt_attempt", row.attempt_id, azure_job_id=entry.job_id)
        return 0
    if ticket.kind not in CANCELLABLE:
        # A write that may be repeated is not done twice by being repeated: its job changed what was asked, whichever
        # of its attempts brought it about.
        return 0
    mine = {(ticket.azure_job_id or "").lower(), *(one.lower() for one in ticket.azure_job_ids or ())} - {""}
    # What runs in the paired region has a copy in the vault's own list (docs/azure.md, Cross-region restore): with the
    # job's own id as far as was seen, but under another one it would be that copy too, and cancelling it would cancel
    # the job itself.
    has_copy = ticket.azure_region is not None
    is_second = row.attempt_state in HAPPENED and mine and not has_copy
    given_up |= row.attempt_state == AttemptState.ORPHANED and row.activity_id != row.attempt_id
    if given_up or (is_second and entry.job_id.lower() not in mine):
        return await _orphan(session, row, entry)
    return 0


async def _orphan(session: AsyncSession, row: Any, entry: AzureJob) -> int:
    """Report the orphan once, and request its cancellation if it can be cancelled.

    Returns 1 if it was not reported before.

    One attempt may have started several, seen in different sweeps: the attempt stores each that was reported.
    """
    ticket = claims.ticket(row)
    if not await _is_first_told(session, row.attempt_id, entry.job_id):
        return 0
    log.error(
        "orphan.found",
        job_id=str(ticket.id),
        attempt_id=str(row.attempt_id),
        azure_job_id=entry.job_id,
        operation=entry.operation,
        status=entry.status,
        attempt_was=row.attempt_state,
    )
    await store.add_event(
        session,
        ticket,
        "orphan_found",
        ticket.state,
        f"Azure's {entry.operation} job {entry.job_id} ({entry.status}) carries attempt {row.attempt_id}, "
        f"which was {row.attempt_state}: this request was carried out twice.",
        row.attempt_id,
    )
    await record_decision(
        session, ticket, "find_orphan", row.attempt_id, azure_job_id=entry.job_id, status=entry.status
    )
    if entry.outcome in GOING_ON:
        await session.execute(
            pg_insert(Cancellation)
            .values(
                id=func.gen_random_uuid(),
                job_id=ticket.id,
                tenant=ticket.tenant,
                azure_job_id=entry.job_id,
                requested_by="holdfast",
            )
            .on_conflict_do_nothing()
        )
        wake(session, LoopName.CANCELLING)
    return 1


async def _is_first_told(session: AsyncSession, attempt_id: UUID, azure_job_id: str) -> bool:
    """Record it on the attempt, permanently.

    If two workers report the same one at once, the row's lock decides which is first.
    """
    told = func.string_to_array(func.lower(func.coalesce(Attempt.azure_job_id, "")), ",")
    marked = await session.execute(
        update(Attempt)
        .where(Attempt.id == attempt_id, literal(azure_job_id.lower()) != func.all(told))
        .values(state=AttemptState.ORPHANED, azure_job_id=func.concat_ws(",", Attempt.azure_job_id, azure_job_id))
        .returning(Attempt.id)
    )
    return marked.first() is not None


# --- Azure's own -----------------------------------------------------------------------------------------------------
async def _take_in(session: AsyncSession, watch: Watch, entries: Sequence[AzureJob], item_ids: ItemIds) -> set[str]:
    """One row for each, with several workers too; oldest first, so that the list of jobs keeps their order.

    Answers which were new, by Azure's ids.
    """
    if not entries or not watch.tenant:
        return set()
    vms = {read_vm_id(vm_id): item for vm_id, item in (await item_ids(session, watch.vault_id)).items()}
    items = {bare_name(vm): (vm, item) for vm, item in vms.items()}
    ordered = sorted(entries, key=lambda entry: (entry.started_at is not None, entry.started_at or 0, entry.job_id))
    rows = [_row(watch, entry, *items.get(entry.item_name or "", (None, None))) for entry in ordered]
    taken = await session.execute(
        pg_insert(Job)
        .values(rows)
        .on_conflict_do_nothing()
        .returning(Job.id, Job.tenant, Job.state, Job.azure_status, Job.azure_job_id)
    )
    new = taken.all()
    if not new:
        return set()
    events = [
        {
            "job_id": row.id,
            "tenant": row.tenant,
            "observation": "taken_in",
            "state": row.state,
            "detail": row.azure_status,
        }
        for row in new
    ]
    await session.execute(insert(JobEvent).values(events))
    for row in new:
        if row.state in TERMINAL:
            await session.execute(select(func.pg_notify(ENDED_CHANNEL, str(row.id))))
    log.info("sweep.taken_in", jobs=len(new))
    return {row.azure_job_id for row in new if row.azure_job_id is not None}


def _row(watch: Watch, entry: AzureJob, vm: VmRef | None, item_id: UUID | None) -> dict[str, Any]:
    begun = transitions.taken_in(OBSERVED[entry.outcome])
    state = begun["state"]
    kind = kinds_of(entry.operation)[0]
    is_over = state in TERMINAL
    lacks_words = failures.lacks_words(entry)
    return {
        "id": uuids.uuid7(),
        "tenant": watch.tenant,
        "caller": "azure",
        "requested_by": "azure",
        "origin": Origin.AZURE,
        "kind": kind,
        **begun,
        "ask": {"azure": entry.item_name or ""},
        "vault_id": watch.vault_id,
        "protected_item_id": item_id,
        "resource_id": item_id,
        "resource": f"/v1/protected-items/{item_id}" if item_id else f"/v1/vaults/{watch.vault_id}",
        "azure_job_id": entry.job_id,
        "azure_status": entry.status,
        "activity_id": uuid_of(entry.activity_id),
        "started_at": entry.started_at,
        "as_of": NOW,
        "finished_at": func.greatest(entry.ended_at or NOW, entry.started_at) if is_over else None,
        "error": failures.from_azure_job(entry).as_json() if state is State.FAILED else None,
        "warnings": failures.warnings_of(entry) if is_over and not lacks_words else None,
        "details_wanted": lacks_words or (kind == JobKind.BACKUP and state in WELL),
        **(machines.columns_of(vm) if vm is not None else machines.columns_by_item_name(entry.item_name)),
    }


async def name_items(session: AsyncSession, vault_id: UUID, item_ids: ItemIds) -> None:
    """Jobs that were recorded before their item had a row now get its id: the VM was protected by others."""
    nameless = (
        Job.vault_id == vault_id,
        Job.origin == Origin.AZURE,
        Job.protected_item_id.is_(None),
        Job.ask["azure"].astext != "",
    )
    names = set(await session.scalars(select(Job.ask["azure"].astext).where(*nameless).distinct()))
    if not names:
        return
    for vm_id, item_id in (await item_ids(session, vault_id)).items():
        vm = read_vm_id(vm_id)
        name = bare_name(vm)
        if name in names:
            await session.execute(
                update(Job)
                .where(*nameless, Job.ask["azure"].astext == name)
                .values(
                    protected_item_id=item_id,
                    resource_id=item_id,
                    resource=f"/v1/protected-items/{item_id}",
                    updated_at=NOW,
                    **machines.columns_of(vm),
                )
            )
