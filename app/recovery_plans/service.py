"""Writes and reads recovery plans, and finds the items of one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import uuid_utils.compat as uuids
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.grants import check_item_granted
from app.core.db.database import NOW
from app.core.errors import ServiceError
from app.core.http.counts import UNCOUNTED, RowCounter
from app.core.http.pages import cut, decode_cursor, encode_cursor, uuid_key
from app.core.letter_case import fold_case
from app.cost.subjects import of_unknown_tags, selected_ids
from app.events.quiet_changes import tell_change
from app.identity.access.caller import Caller
from app.jobs.errors import QuotaUsedUp
from app.jobs.requests.quotas import hold_quota
from app.protection.items import ItemInAzure, backed_up_vms, get_items_in_azure, no_such_item
from app.protection.rules import check_can_restore
from app.recovery_plans import rules
from app.recovery_plans.errors import PlanNameTaken, PlanNotFound, PlanNotValid
from app.recovery_plans.models import RecoveryPlan
from app.recovery_plans.plan_json import PLAN, as_json
from app.recovery_plans.preflight import Candidate, Rehearsal, Subjects
from app.recovery_plans.rules import MOST_MEMBERS, Member, Mode, Plan, Template
from app.restores import targets
from app.restores.service import under_way_of
from app.restores.targets import Target

PLANS_QUOTA = "recovery_plans"
PLANS_PER_TENANT = 100


def plan_of(row: RecoveryPlan) -> Plan:
    return PLAN.validate_python(row.definition)


def path_of(row: RecoveryPlan) -> str:
    return f"/v1/recovery-plans/{row.id}"


# --- reads and writes ------------------------------------------------------------------------------------------------
async def make_plan(session: AsyncSession, caller: Caller, name: str, plan: Plan) -> RecoveryPlan:
    """Raises what `check_plan` raises, QuotaUsedUp or PlanNameTaken."""
    await check_plan(session, caller, plan)
    await _check_quota(session, caller)
    row = RecoveryPlan(
        id=uuids.uuid7(), tenant=caller.tenant, name=name, name_key=fold_case(name), definition=as_json(plan)
    )
    session.add(row)
    await _flush(session, name)
    await session.refresh(row)
    return row


async def change_plan(session: AsyncSession, caller: Caller, row: RecoveryPlan, name: str, plan: Plan) -> RecoveryPlan:
    """Of one that is held. Raises what `check_plan` raises, or PlanNameTaken. Runs that have begun keep their copy."""
    await check_plan(session, caller, plan)
    now = (await session.scalars(select(NOW))).one()
    row.name, row.name_key, row.definition, row.updated_at = name, fold_case(name), as_json(plan), now
    await _flush(session, name)
    tell_change(session, caller.tenant, path_of(row))
    return row


async def _flush(session: AsyncSession, name: str) -> None:
    try:
        await session.flush()
    except IntegrityError:
        raise PlanNameTaken(
            f"Your tenant has another recovery plan named {name}.",
            pointer="#/name",
            remedy="Choose another name, or change that plan.",
        ) from None


async def _check_quota(session: AsyncSession, caller: Caller) -> None:
    limit = await hold_quota(session, caller, PLANS_QUOTA, default=PLANS_PER_TENANT)
    used = await session.scalar(select(func.count()).where(RecoveryPlan.tenant == caller.tenant)) or 0
    if limit is not None and used >= limit:
        raise QuotaUsedUp(
            f"Your tenant has {used} recovery plans, and may have {limit}.",
            remedy="Delete one that is not used, or ask for a higher quota.",
            quota=PLANS_QUOTA,
            limit=limit,
            used=used,
        )


async def get_plan(session: AsyncSession, tenant: str, plan_id: UUID, *, hold: bool = False) -> RecoveryPlan:
    """`hold`: lock it for a change. Raises PlanNotFound, also for another tenant's plan."""
    query = select(RecoveryPlan).where(RecoveryPlan.tenant == tenant, RecoveryPlan.id == plan_id)
    found = await session.scalar(query.with_for_update() if hold else query)
    if found is None:
        raise PlanNotFound(f"There is no recovery plan {plan_id}.", remedy="Take the id from GET /v1/recovery-plans.")
    return found


async def list_plans(
    session: AsyncSession, tenant: str, *, limit: int, cursor: str | None, counter: RowCounter = UNCOUNTED
) -> tuple[list[RecoveryPlan], str | None]:
    """Oldest first: the page, and the cursor of the next one."""
    query = select(RecoveryPlan).where(RecoveryPlan.tenant == tenant).order_by(RecoveryPlan.id).limit(limit + 1)
    await counter.count(session, query)
    keys = decode_cursor(cursor, "recovery_plans", 1)
    if keys is not None:
        query = query.where(RecoveryPlan.id > uuid_key(keys[0]))
    page, last = cut((await session.scalars(query)).all(), limit)
    return page, encode_cursor("recovery_plans", str(last.id)) if last else None


# --- checks of a plan that is written --------------------------------------------------------------------------------
async def check_plan(session: AsyncSession, caller: Caller, plan: Plan) -> None:
    """Whether the plan makes sense by our rows; Azure is not asked.

    Raises PlanNotValid, and of a member what a restore of it would raise: ItemNotFound, ItemNotReady, NotGranted,
    RestoreNotValid, ... with a pointer to the member or template.
    """
    named = list(plan.items())
    rules.check_once([(wave, member.protected_item_id) for wave, member in named])
    rules.check_gates(plan)
    _check_templates(caller, plan)
    items = await get_items_in_azure(session, caller.tenant, [member.protected_item_id for _, member in named])
    made: dict[Mode, list[Target]] = {mode: [] for mode in Mode}
    places = [0] * len(plan.waves)
    for wave, member in named:
        pointer = f"#/waves/{wave}/members/{places[wave]}"
        places[wave] += 1
        item = items.get(member.protected_item_id)
        if item is None:
            raise _at(no_such_item(member.protected_item_id), f"{pointer}/protected_item_id")
        for mode, target in _check_member(caller, plan, member, item, pointer):
            made[mode].append(target)
    if plan.target.rehearse is not None:
        rules.check_isolated(plan, await backed_up_vms(session, caller.tenant))
    for targets_of_mode in made.values():
        rules.check_names(targets_of_mode)


def _check_templates(caller: Caller, plan: Plan) -> None:
    """Also where no member uses one. Raises RestoreNotValid or NotGranted."""
    for template, where in ((plan.target.recover, "#/target/recover"), (plan.target.rehearse, "#/target/rehearse")):
        if template is not None:
            _target(caller, template, "vm", where)


def _check_member(
    caller: Caller, plan: Plan, member: Member, item: ItemInAzure, pointer: str
) -> Iterator[tuple[Mode, Target]]:
    """The targets of the member in the modes that the plan has."""
    try:
        check_can_restore(item.state)
        check_item_granted(caller.membership.grants, item.ref)
    except ServiceError as no:
        raise _at(no, f"{pointer}/protected_item_id") from None
    own = f"{pointer}/target" if member.target is not None else "#/target/recover"
    if plan.target.rehearse is not None:
        yield Mode.REHEARSE, _fitting(caller, plan.target.rehearse, item, plan, "#/target/rehearse")
    if plan.target.rehearse is None or plan.target.recover is not None or member.target is not None:
        yield Mode.RECOVER, _fitting(caller, rules.template_of(plan, member, Mode.RECOVER), item, plan, own)


def _fitting(caller: Caller, template: Template, item: ItemInAzure, plan: Plan, where: str) -> Target:
    target = _target(caller, template, item.ref.vm.name, where)
    try:
        targets.check_fits(target, item.ref, plan.point.region)
    except ServiceError as no:
        raise _below(no, where) from None
    return target


def _target(caller: Caller, template: Template, vm_name: str, where: str) -> Target:
    """The target, its ids in their usual spelling. Raises what `targets` raises, with a pointer below `where`."""
    try:
        target = targets.check_target(rules.target_of(template, vm_name))
        targets.check_granted(caller.membership.grants, target)
    except ServiceError as no:
        raise _below(no, where) from None
    return target


def _below(error: ServiceError, where: str) -> ServiceError:
    return _at(error, where + (error.pointer or "").removeprefix("#/target"))


def _at(error: ServiceError, pointer: str) -> ServiceError:
    error.pointer = pointer
    return error


# --- the items of a plan that is used --------------------------------------------------------------------------------
async def subjects_of(session: AsyncSession, caller: Caller, plan: Plan, mode: Mode) -> Subjects:
    """All members, in the order of the waves, also those that cannot be restored; with what a check of them needs.

    Raises PlanNotValid where the plan has no members now, too many, or no target for this mode.
    """
    rules.check_gates(plan)
    members = await _members(session, caller.tenant, plan)
    rules.check_once([(wave, member.protected_item_id) for wave, member in members])
    if not members:
        raise PlanNotValid(
            "The selectors of the plan match no protected item.",
            pointer="#/waves",
            remedy="Compare them with GET /v1/protected-items.",
        )
    ids = [member.protected_item_id for _, member in members]
    items = await get_items_in_azure(session, caller.tenant, ids)
    found = [_candidate(caller, plan, mode, wave, member, items) for wave, member in members]
    rules.check_names([one.target for one in found if one.target is not None])
    others = await under_way_of(session, caller.tenant, ids)
    found = [replace(one, others=others) for one in found]
    # Of a recovery nothing is asked here: it must not fail by where rehearsals go.
    return Subjects(found, await rehearsal_of(session, caller.tenant, plan) if mode is Mode.REHEARSE else None)


async def rehearsal_of(session: AsyncSession, tenant: str, plan: Plan) -> Rehearsal:
    """Where a rehearsal of the plan goes. Raises PlanNotValid where our rows say that production is there."""
    target = rules.rehearsal_target(plan)
    rules.check_isolated(plan, await backed_up_vms(session, tenant))
    return Rehearsal(target.subnet_id)


async def _members(session: AsyncSession, tenant: str, plan: Plan) -> Sequence[tuple[int, Member]]:
    """An item that is named by itself is no selector's; of two selectors the first has it. Raises PlanNotValid."""
    named = {member.protected_item_id for _, member in plan.items()}
    found: list[tuple[int, Member]] = []
    for number, wave in enumerate(plan.waves):
        found += [(number, member) for member in wave.members]
        if wave.selector is None:
            continue
        wanted = wave.selector.selected()
        unknown = await of_unknown_tags(session, tenant, wanted, limit=2 * MOST_MEMBERS)
        rules.check_tags_known(number, [vm_id for item_id, vm_id in unknown.items() if item_id not in named])
        for item_id in await selected_ids(session, tenant, wanted, limit=2 * MOST_MEMBERS + 1):
            if item_id not in named:
                named.add(item_id)
                found.append((number, Member(item_id, may_fail=wave.may_fail)))
    return found


def _candidate(
    caller: Caller, plan: Plan, mode: Mode, wave: int, member: Member, items: Mapping[UUID, ItemInAzure]
) -> Candidate:
    template = rules.template_of(plan, member, mode)
    item = items.get(member.protected_item_id)
    bare: dict[str, Any] = {"item_id": member.protected_item_id, "wave": wave, "may_fail": member.may_fail}
    if item is None:
        return Candidate(**bare, refusal=no_such_item(member.protected_item_id))
    try:
        check_item_granted(caller.membership.grants, item.ref)
        target = _target(caller, template, item.ref.vm.name, "#/target")
    except ServiceError as no:
        return Candidate(**bare, item=item, refusal=no)
    return Candidate(**bare, item=item, target=target)
