"""Rounds of a recovery plan: its rehearsal is one recovery run (app/recovery_runs), each VM of it a run of the test.

The first run asks for the rehearsal, under a key that is the same for every worker. The others wait until their member
has a restore; from then on they go on as any run: levels, kept, torn down. Machines stay until the rehearsal has ended.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.restore_values import NewVmTarget
from app.azure.values import ItemRef
from app.jobs.api.actions import Works, request_cancel
from app.jobs.lifecycle import NOT_ENDED, TERMINAL, State
from app.jobs.models import Job
from app.jobs.requests.enqueue import Asked
from app.protection.items import get_item_in_azure
from app.recovery_plans.plan_json import hash_of
from app.recovery_plans.preflight import Report, Subjects
from app.recovery_plans.rules import Mode, Plan, choice_of
from app.recovery_plans.service import get_plan, plan_of, subjects_of
from app.recovery_runs.models import RecoveryMember
from app.recovery_runs.orders import order_of
from app.recovery_runs.row_json import member_of
from app.recovery_runs.rules import MemberState
from app.recovery_runs.service import check_possible, request_run, run_of
from app.restore_tests.errors import RestoreTestNotValid
from app.restore_tests.models import RestoreTestRun
from app.restore_tests.plans import plan_id_of
from app.restore_tests.rules import RunState
from app.restore_tests.runs import store
from app.restore_tests.runs.begin import caller_of_round
from app.restore_tests.runs.store import Held
from app.restores import targets
from app.restores.rules import Choice, Decided, shown

NOT_A_MEMBER = "It was not in the plan any more when that was rehearsed."
NOT_BEGUN = "The rehearsal of the plan has not begun."
NOT_ITS_WAVE = "Its wave of the plan has not begun."


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is to be rehearsed, by our rows."""

    name: str
    plan: Plan
    subjects: Subjects
    choice: Choice


@dataclass(frozen=True, slots=True)
class Member:
    """The run's member of the rehearsal."""

    row: RecoveryMember
    decided: Decided | None

    @property
    def has_restore(self) -> bool:
        return self.row.job_id is not None and self.decided is not None

    @property
    def is_over(self) -> bool:
        """It has no restore, and will get none."""
        return self.row.job_id is None and self.row.state in {MemberState.FAILED, MemberState.SKIPPED}

    @property
    def why(self) -> str:
        error: dict[str, Any] = self.row.error or {}
        return str(error.get("detail") or "The rehearsal of the plan was stopped before its turn.")


async def ahead(session: AsyncSession, held: Held, now: datetime) -> Ahead:
    """What the round was asked for, and approved: of its VMs alone. An item that its selectors find since has no run.

    Raises ServiceError: PlanNotFound, PlanNotValid, TenantGone; RestoreTestNotValid where the plan was changed since.
    """
    plan_id = plan_id_of(held.definition)
    caller = await caller_of_round(session, held)
    row = await get_plan(session, held.row.tenant, plan_id) if plan_id is not None else None
    if row is None:
        raise LookupError("a round of no plan")
    plan = plan_of(row)
    check_unchanged(plan, held.definition)
    subjects = await subjects_of(session, caller, plan, Mode.REHEARSE)
    mine = {run.protected_item_id for run in await store.runs_of(session, held.job.id)}
    return Ahead(row.name, plan, of_round(subjects, mine), choice_of(plan.point, now))


def check_unchanged(plan: Plan, definition: Mapping[str, Any]) -> None:
    """Raises RestoreTestNotValid: the round, its approval and its evidence are of another plan."""
    if hash_of(plan, Mode.REHEARSE) != definition["plan_hash"]:
        raise RestoreTestNotValid(
            "The plan was changed after this round was asked for: nothing was restored.",
            remedy="Run the test again: it is asked for with the plan as it is now.",
        )


def of_round(subjects: Subjects, items: Collection[UUID]) -> Subjects:
    """The members that have a run, and those of which there is no item: what cannot be restored is still said."""
    kept = [one for one in subjects.candidates if one.item is None or one.item_id in items]
    return replace(subjects, candidates=kept)


async def ask(session: AsyncSession, held: Held, what: Ahead, report: Report) -> None:
    """Ask for the rehearsal, once. Raises RunNotPossible, PointsNotKnown, RunOpen."""
    check_possible(report)
    plan_id = plan_id_of(held.definition)
    if plan_id is None:
        raise LookupError("a round of no plan")
    order = order_of(plan_id, what.name, Mode.REHEARSE, what.plan, report.members)
    asked = Asked(await caller_of_round(session, held), store.rehearsal_key(held.job.id), held.definition["plan_hash"])
    await request_run(session, asked, order, of_test=True)


async def member(session: AsyncSession, held: Held) -> Member | None:
    """None = the rehearsal has no such member: it was not in the plan any more."""
    if held.rehearsal is None:
        return None
    run = await run_of(session, held.rehearsal)
    mine = (RecoveryMember.run_id == run.id, RecoveryMember.protected_item_id == held.row.protected_item_id)
    found = await session.scalar(select(RecoveryMember).where(*mine))
    if found is None:
        return None
    return Member(found, member_of(held.rehearsal.ask, found.position).decided)


async def rehearsed(session: AsyncSession, job: Job) -> dict[UUID, UUID]:
    """The restores that the rehearsal of a round has made, by item; none where it has no plan, or has not begun."""
    rehearsal = await store.rehearsal_of(session, job)
    if rehearsal is None:
        return {}
    run = await run_of(session, rehearsal)
    made = (RecoveryMember.run_id == run.id, RecoveryMember.restore_id.is_not(None))
    rows = await session.execute(select(RecoveryMember.protected_item_id, RecoveryMember.restore_id).where(*made))
    return {item_id: restore_id for item_id, restore_id in rows if restore_id is not None}


async def item_of(session: AsyncSession, held: Held) -> ItemRef:
    """Raises ItemNotFound."""
    return (await get_item_in_azure(session, held.row.tenant, held.row.protected_item_id)).ref


async def join(session: AsyncSession, held: Held, found: Member, expected: dict[str, Any] | None) -> None:
    """From here on the run follows the restore of its member. `expected` None: nothing will be verified."""
    decided = found.decided
    if decided is None or not isinstance(decided.target, NewVmTarget):
        raise LookupError("a member without a machine of its own")
    store.move(
        held,
        RunState.RESTORING,
        restore_job_id=found.row.job_id,
        restore_id=found.row.restore_id,
        recovery_point=shown(decided.point) if decided.point is not None else None,
        expected=expected,
        machine_id=targets.vm_of(decided.target).id,
    )
    await session.flush()


async def joined(session: AsyncSession, held: Held) -> Held:
    """The run before it ends untested, with the restore that the rehearsal may have made for it: that is torn down.

    Azure is not asked: it may be why the run ends.
    """
    if held.row.state != RunState.WAITING:
        return held
    found = await member(session, held)
    if found is None or not found.has_restore:
        return held
    await join(session, held, found, None)
    return replace(held, restore=await session.get(Job, found.row.job_id))


async def first_words(session: AsyncSession, held: Held) -> str | None:
    """Why no rehearsal will begin: the first run has ended without one. None = it may still."""
    first = (RestoreTestRun.job_id == held.job.id, RestoreTestRun.position == 0)
    row = await session.scalar(select(RestoreTestRun).where(*first))
    if row is not None and row.state != RunState.ENDED:
        return None
    return (row.detail if row is not None else None) or NOT_BEGUN


async def stop(session: AsyncSession, held: Held, works: Works) -> None:
    """Of a round that is cancelled, or has ended before its runs: nothing more of its rehearsal begins."""
    rehearsal = held.rehearsal
    is_over = held.job.cancel is not None or held.job.state in TERMINAL
    if not is_over or rehearsal is None or rehearsal.cancel is not None:
        return
    if rehearsal.state in NOT_ENDED and rehearsal.state != State.NEEDS_ATTENTION:
        await request_cancel(session, await caller_of_round(session, held), rehearsal.id, works)
