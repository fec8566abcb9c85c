"""The paths under /v1/protected-items."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Query, Request, Response

from app.core.http import (
    Cursor,
    IdempotencyKey,
    IfNoneMatch,
    Limit,
    PreferWait,
    answer,
    etag_of,
    next_link,
    request_hash,
)  # fmt: skip
from app.core.pages import DEFAULT_LIMIT, Page
from app.core.problems import problem_responses
from app.identity.dependencies import AuthenticatedRoute, CurrentCaller
from app.jobs.router import ACCEPTED, AzureOf, DatabaseOf, accepted
from app.jobs.schemas import JobRead
from app.jobs.store import Asked, find_replay
from app.policies.service import get_policy
from app.protection import rules, service
from app.protection.schemas import ArmId, ItemState, ProtectedItemCreate, ProtectedItemRead
from app.vaults.service import get_vault

router = APIRouter(prefix="/v1/protected-items", tags=["protected items"], route_class=AuthenticatedRoute)


@router.post(
    "", operation_id="create_protected_item", status_code=202, response_model=JobRead,
    responses=ACCEPTED | problem_responses(401, 404, 409, 413, 422, 503),
)  # fmt: skip
async def create_protected_item(
    request: Request,
    body: Annotated[ProtectedItemCreate, Body()],
    caller: CurrentCaller,
    db: DatabaseOf,
    azure: AzureOf,
    wait_seconds: PreferWait,
    key: IdempotencyKey = None,
) -> Response:
    """Protect a VM with a policy of its vault."""
    asked = Asked(caller, key, request_hash(request, body), body.reference, body.labels)
    vm = rules.vm_ref(body.vm_id)
    disks = rules.selection_of(body.disks.exclude_luns, body.disks.include_luns) if body.disks else None
    async with db.begin() as session:
        replayed = await find_replay(session, asked)
    if replayed is not None:
        return await accepted(request, replayed, wait_seconds)
    there = await service.find_vm(azure.virtual_machines, vm)
    async with db.begin() as session:
        vault = await service.choose_vault(session, caller.tenant, body.vault_id, there)
        job = await service.request_protection(
            session, asked, vault=vault, vm=vm, policy_id=body.policy_id, disks=disks
        )
    return await accepted(request, job, wait_seconds)


@router.get(
    "", operation_id="list_protected_items", response_model=Page[ProtectedItemRead],
    responses=problem_responses(401, 404, 422, 503),
)  # fmt: skip
async def list_protected_items(
    request: Request,
    caller: CurrentCaller,
    db: DatabaseOf,
    vm_id: Annotated[ArmId | None, Query(description="An ARM id, in any letter case.")] = None,
    vault_id: UUID | None = None,
    policy_id: UUID | None = None,
    state: ItemState | None = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Response:
    """Oldest first. A vault or policy that is not yours is 404, here as in a path."""
    vm = rules.vm_ref(vm_id, pointer="query:vm_id") if vm_id else None
    async with db.begin() as session:
        if vault_id is not None:
            await get_vault(session, caller.tenant, vault_id)
        if policy_id is not None:
            await get_policy(session, caller.tenant, policy_id)
        items, following = await service.list_items(
            session, caller.tenant, vm=vm, vault_id=vault_id, policy_id=policy_id, state=state, limit=limit,
            cursor=cursor,
        )  # fmt: skip
    page = Page[ProtectedItemRead](items=[ProtectedItemRead.of(item) for item in items], next=following)
    return answer(page, headers=next_link(request, following))


@router.get(
    "/{item_id}", operation_id="get_protected_item", response_model=ProtectedItemRead,
    responses=problem_responses(401, 404, 422, 503) | {304: {"description": "Not changed since that ETag."}},
)  # fmt: skip
async def get_protected_item(
    item_id: UUID, caller: CurrentCaller, db: DatabaseOf, if_none_match: IfNoneMatch = None
) -> Response:
    async with db.begin() as session:
        item = await service.get_item(session, caller.tenant, item_id)
    return answer(ProtectedItemRead.of(item), etag=etag_of(item.updated_at), if_none_match=if_none_match)
