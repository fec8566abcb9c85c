"""The paths under /v1/protected-items."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Query, Request, Response
from pydantic import StringConstraints

from app.azure.grants import check_granted, check_item_granted
from app.azure.names import LONGEST_NAME
from app.core.events.types import ResourceKind
from app.core.http.conventions import Cursor, Limit, answer, etag_of, next_link
from app.core.http.list_parameters import CurrentCounter
from app.core.http.pages import DEFAULT_LIMIT, Page
from app.core.http.problems import problem_responses
from app.core.http.timestamps import Instant
from app.events.conditional_reads import NOT_CHANGED, CurrentRead, Version, about
from app.identity.access.dependencies import CurrentCaller, DatabaseOf, SecuredRoute
from app.identity.access.permissions import Permission, requires
from app.jobs.api.live_reads import LiveAzure
from app.jobs.api.schemas import PRINTABLE, JobRead, WriteBody
from app.jobs.api.services import services_of
from app.jobs.api.writes import ACCEPTED, AzureOf, CurrentWrite, LiveAzureOf, Write
from app.jobs.kinds import JobKind
from app.jobs.machines import vm_ref
from app.jobs.models import Job
from app.jobs.requests.enqueue import find_replay
from app.policies.router import Now
from app.policies.service import get_policy
from app.protection import change_dry_run, optional_reads, rules, service
from app.protection.change_dry_run import RequestedChange
from app.protection.diff_schemas import ItemDiff
from app.protection.health.schemas import RpoStateName
from app.protection.health.shown import health_of
from app.protection.items import ItemFilter, get_item, get_item_in_azure, list_items
from app.protection.schemas import ArmId, ProtectedItemChange, ProtectedItemCreate, ProtectedItemRead, ShownState
from app.vaults.service import get_vault

router = APIRouter(prefix="/v1/protected-items", tags=["protected items"], route_class=SecuredRoute)


@router.post(
    "",
    operation_id="create_protected_item",
    openapi_extra=requires(Permission.ITEMS_PROTECT),
    status_code=202,
    response_model=JobRead,
    responses=ACCEPTED | problem_responses(401, 404, 409, 413, 422, 503),
)
async def create_protected_item(
    body: Annotated[ProtectedItemCreate, Body()], write: CurrentWrite, azure: AzureOf
) -> Response:
    """Protect a VM with a policy of its vault."""
    asked = write.asked(body)
    vm = vm_ref(body.vm_id)
    disks = rules.selection_of(body.disks.exclude_luns, body.disks.include_luns) if body.disks else None
    async with write.db.begin() as session:
        replayed = await find_replay(session, asked)
        overdue = await service.overdue_item(session, write.caller.tenant, vm)
    if replayed is not None:
        return await write.accepted(replayed)
    check_granted(write.caller.membership.grants, vm, "#/vm_id")
    seen = await optional_reads.see_vm(azure, vm, overdue)
    async with write.db.begin() as session:
        job = await service.request_protection(
            session, asked, vm=vm, vault_id=body.vault_id, policy_id=body.policy_id, disks=disks, seen=seen
        )
    return await write.accepted(job)


NAME = Query(
    min_length=1,
    max_length=LONGEST_NAME,
    pattern=PRINTABLE,
    description="The whole name of the VM, in any letter case.",
)
PART = Query(
    min_length=1, max_length=LONGEST_NAME, pattern=PRINTABLE, description="A part of the VM's name, in any letter case."
)
ANY_OF = "May be repeated; matches any of them."
HealthWord = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=PRINTABLE)]


async def item_filter(
    vm_id: Annotated[ArmId | None, Query(description="An ARM id, in any letter case.")] = None,
    name: Annotated[str | None, NAME] = None,
    q: Annotated[str | None, PART] = None,
    vault_id: Annotated[list[UUID] | None, Query(max_length=20, description=ANY_OF)] = None,
    policy_id: Annotated[list[UUID] | None, Query(max_length=20, description=ANY_OF)] = None,
    state: Annotated[list[ShownState] | None, Query(max_length=20, description=ANY_OF)] = None,
    health: Annotated[
        list[HealthWord] | None,
        Query(max_length=20, description=f"Azure's word, as `health` shows it. {ANY_OF}", examples=[["Passed"]]),
    ] = None,
    rpo: Annotated[list[RpoStateName] | None, Query(max_length=4, description=f"As `rpo.state`. {ANY_OF}")] = None,
    vm_missing: Annotated[bool | None, Query(description="Whether the VM was deleted outside Holdfast.")] = None,
    no_recovery_point_since: Annotated[
        Instant | None,
        Query(description="Items whose newest recovery point is older than this, and items that have none."),
    ] = None,
    updated_since: Instant | None = None,
) -> ItemFilter:
    return ItemFilter(
        vm=vm_ref(vm_id, pointer="query:vm_id") if vm_id else None,
        name=name,
        part=q,
        vault_id=vault_id,
        policy_id=policy_id,
        state=state,
        health=health,
        rpo=rpo,
        vm_missing=vm_missing,
        no_recovery_point_since=no_recovery_point_since,
        updated_since=updated_since,
    )


@router.get(
    "",
    operation_id="list_protected_items",
    openapi_extra=requires(Permission.ITEMS_READ),
    response_model=Page[ProtectedItemRead],
    responses=problem_responses(401, 404, 422, 503),
)
async def list_protected_items(
    request: Request,
    caller: CurrentCaller,
    db: DatabaseOf,
    counter: CurrentCounter,
    wanted: Annotated[ItemFilter, Depends(item_filter)],
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Response:
    """Protected items, oldest first. A vault or policy of another tenant is 404, here as in a path."""
    if wanted.vm is not None:
        check_granted(caller.membership.grants, wanted.vm, "query:vm_id")
    async with db.begin() as session:
        for vault_id in wanted.vault_id or ():
            await get_vault(session, caller.tenant, vault_id)
        for policy_id in wanted.policy_id or ():
            await get_policy(session, caller.tenant, policy_id)
        items, following = await list_items(session, caller.tenant, wanted, limit=limit, cursor=cursor, counter=counter)
        health = await health_of(session, items)
    shown = [ProtectedItemRead.of(item, health[item.id]) for item in items]
    page = Page[ProtectedItemRead](items=shown, next=following, count=counter.found)
    return answer(page, headers=next_link(request, following))


@router.get(
    "/{item_id}",
    operation_id="get_protected_item",
    openapi_extra=requires(Permission.ITEMS_READ),
    response_model=ProtectedItemRead,
    responses=problem_responses(401, 404, 422, 503) | NOT_CHANGED,
)
async def get_protected_item(item_id: UUID, caller: CurrentCaller, db: DatabaseOf, wanted: CurrentRead) -> Response:
    """A protected VM: its state, its last backup, and whether it has the points that are expected of it."""

    async def read() -> Version:
        async with db.begin() as session:
            item = await get_item(session, caller.tenant, item_id)
            health = (await health_of(session, [item]))[item.id]
        shown = ProtectedItemRead.of(item, health)
        return Version(shown, etag_of(item.updated_at, shown=shown), about(ResourceKind.ITEM, item_id))

    return await wanted.answer(read)


CHANGE_RESPONSES = ACCEPTED | problem_responses(401, 404, 409, 413, 422, 503)
PATCH_OK: dict[int | str, dict[str, Any]] = {
    200: {"model": JobRead | ItemDiff, "description": "It ended in time, or what a dry run shows."}
}
DRY_RUN = "Answer 200 with what would change, go, be needed and cost; nothing is written."


@router.patch(
    "/{item_id}",
    operation_id="change_protected_item",
    openapi_extra=requires(Permission.ITEMS_PROTECT),
    status_code=202,
    response_model=JobRead,
    responses=CHANGE_RESPONSES | PATCH_OK,
)
async def change_protected_item(
    request: Request,
    item_id: UUID,
    body: Annotated[ProtectedItemChange, Body()],
    write: CurrentWrite,
    azure: LiveAzureOf,
    now: Now,
    dry_run: Annotated[bool, Query(description=DRY_RUN)] = False,  # noqa: FBT002 - a query parameter has no position
) -> Response:
    """Change the policy or the disks, pause (every point is kept), suspend (points expire by the policy), or resume.

    Writes to one item run one at a time, in the order of the requests: a later one waits as `blocked`, with a link to
    the earlier one. Use `dry_run=true` first: with another policy, points may expire earlier.
    """
    disks = rules.selection_of(body.disks.exclude_luns, body.disks.include_luns) if body.disks else None
    wanted = RequestedChange(body.kind, body.policy_id, disks)
    if not dry_run:
        return await _change(item_id, write, azure, body, wanted)
    async with write.db.begin() as session:
        item = await get_item_in_azure(session, write.caller.tenant, item_id)
    check_item_granted(write.caller.membership.grants, item.ref)
    seen = await optional_reads.see(azure.asked(2), item.ref)
    async with write.db.begin() as session:
        found = await change_dry_run.weigh(session, write.caller, item_id, wanted, seen.item)
    cost = None
    if body.policy_id is not None:
        cost = await services_of(request).costs.of_item(write.db, write.caller.tenant, item_id, body.policy_id)
    return answer(ItemDiff.of(found, seen, write.caller.membership.approvals, now, cost))


@router.delete(
    "/{item_id}",
    operation_id="delete_protected_item",
    openapi_extra=requires(Permission.ITEMS_DELETE),
    status_code=202,
    response_model=JobRead,
    responses=CHANGE_RESPONSES,
)
async def delete_protected_item(
    item_id: UUID, write: CurrentWrite, azure: LiveAzureOf, body: Annotated[WriteBody | None, Body()] = None
) -> Response:
    """Stop protection and delete the backup data.

    With soft delete it can be undeleted until `purge_at`. Without soft delete the data and the item are deleted for
    ever.
    """
    return await _change(item_id, write, azure, body, RequestedChange(JobKind.UNPROTECT))


@router.post(
    "/{item_id}/undelete",
    operation_id="undelete_protected_item",
    openapi_extra=requires(Permission.ITEMS_DELETE),
    status_code=202,
    response_model=JobRead,
    responses=CHANGE_RESPONSES,
)
async def undelete_protected_item(
    item_id: UUID, write: CurrentWrite, azure: LiveAzureOf, body: Annotated[WriteBody | None, Body()] = None
) -> Response:
    """Undelete soft-deleted backup data. The item is then paused: resume it with a policy."""
    return await _change(item_id, write, azure, body, RequestedChange(JobKind.UNDELETE))


async def _change(
    item_id: UUID, write: Write, live: LiveAzure, body: WriteBody | None, wanted: RequestedChange
) -> Response:
    """What our row does not allow is asked of Azure first: the row may be older. Disks are looked for at the VM.

    So is what a second person may have to decide about.
    """
    asked, approvals = write.asked(body), write.caller.membership.approvals
    async with write.db.begin() as session:
        item = await find_replay(session, asked) or await get_item_in_azure(session, write.caller.tenant, item_id)
    if isinstance(item, Job):
        return await write.accepted(item)
    check_item_granted(write.caller.membership.grants, item.ref)
    seen = await optional_reads.see_before_change(live.asked, item, wanted.kind, wanted.disks, approvals)
    async with write.db.begin() as session:
        job = await change_dry_run.request_change(session, asked, item_id, wanted, seen)
    return await write.accepted(job)
