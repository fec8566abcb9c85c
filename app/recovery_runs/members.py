"""Makes the restores of members, each once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.grants import check_item_granted
from app.core.errors import ServiceError
from app.jobs.api import parts
from app.jobs.requests.enqueue import Asked
from app.jobs.work import JobError
from app.protection.items import get_item_in_azure, get_items_in_azure, no_such_item
from app.recovery_plans.plan_json import PLAN
from app.recovery_plans.preflight import Rehearsal
from app.recovery_plans.rules import Mode
from app.recovery_plans.service import rehearsal_of
from app.recovery_runs import store
from app.recovery_runs.looks import Seen, Source
from app.recovery_runs.row_json import member_of
from app.recovery_runs.rules import MemberState
from app.recovery_runs.store import Claimed, Held, Locked
from app.restores import targets
from app.restores.service import request_restore


@dataclass(frozen=True, slots=True)
class Beginnings:
    """Members that may begin. `refused`: those of which our rows alone say no, with why."""

    tenant: str
    sources: Sequence[Source]
    refused: Mapping[int, ServiceError]
    rehearsal: Rehearsal | None
    """Where they go: no way may lead to production from there. `not_isolated`: by our rows alone one does."""
    not_isolated: ServiceError | None = None


async def beginnings(session: AsyncSession, held: Held, positions: Sequence[int]) -> Beginnings:
    """Of members of a run that is held, read for all at once."""
    wanted = {one.position: one for one in held.members if one.position in positions}
    ids = [one.protected_item_id for one in wanted.values()]
    items = await get_items_in_azure(session, held.row.tenant, ids)
    sources, refused = [], {}
    for position in positions:
        item_id, decided = wanted[position].protected_item_id, member_of(held.job.ask, position).decided
        if item_id not in items:
            refused[position] = no_such_item(item_id)
        elif decided is not None:
            sources.append(Source(position, items[item_id], decided))
    if held.row.mode != Mode.REHEARSE:
        return Beginnings(held.row.tenant, sources, refused, None)
    plan = PLAN.validate_python(held.job.ask["plan"])
    try:
        return Beginnings(held.row.tenant, sources, refused, await rehearsal_of(session, held.row.tenant, plan))
    except ServiceError as no:
        return Beginnings(held.row.tenant, sources, refused, None, no)


async def begin(session: AsyncSession, claimed: Claimed, position: int, seen: Seen) -> bool:
    """Make the restore of this member, and write it down as restoring: both, or neither.

    `seen`: what Azure said of it a moment ago. False = the run is another worker's now, has been stopped, or the member
    has begun. Raises what a restore raises: QuotaExceeded for a member that must wait, any other ServiceError for one
    that cannot be restored.
    """
    run = await store.lock(session, claimed)
    if run is None or run.row.stopped is not None or run.job.cancel is not None:
        return False
    member = await store.member_at(session, run, position)
    decided = member_of(run.job.ask, position).decided
    if member.state != MemberState.WAITING or decided is None:
        return False
    caller = await parts.caller_of(session, run.job, "create_recovery_run")
    targets.check_granted(caller.membership.grants, decided.target)
    item = await get_item_in_azure(session, run.row.tenant, member.protected_item_id)
    check_item_granted(caller.membership.grants, item.ref)
    item = replace(item, state=seen.state)  # our row may be older
    asked = Asked(caller, _key(run, position), run.row.plan_hash, run.job.reference, dict(run.job.labels))
    of_test = run.job.is_background
    job, restore = await request_restore(
        session, asked, item=item, decided=decided, parent_id=run.job.id, of_test=of_test
    )
    member.state, member.job_id, member.restore_id = MemberState.RESTORING, job.id, restore.id
    store.note_change(session, run)
    await session.flush()
    return True


def _key(run: Locked, position: int) -> str:
    """The same for every worker. No caller can send it: a header has no spaces."""
    return f"recovery run {run.row.id} member {position}"


async def refuse(session: AsyncSession, claimed: Claimed, position: int, no: ServiceError) -> None:
    """The member cannot be restored: it has failed."""
    run = await store.lock(session, claimed)
    if run is None:
        return
    member = await store.member_at(session, run, position)
    if member.state == MemberState.WAITING:
        member.state = MemberState.FAILED
        member.error = JobError(no.code, no.title, no.detail, no.remedy, azure_code=no.azure_code).as_json()
        member.finished_at = run.now
        store.note_change(session, run)
