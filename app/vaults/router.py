"""The paths under /v1/vaults."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Request, Response

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
from app.vaults import rules, service
from app.vaults.errors import VaultExists
from app.vaults.schemas import VaultCreate, VaultRead

router = APIRouter(prefix="/v1/vaults", tags=["vaults"], route_class=AuthenticatedRoute)


@router.post(
    "", operation_id="create_vault", status_code=202, response_model=JobRead,
    responses=ACCEPTED | problem_responses(401, 409, 413, 422, 503),
)  # fmt: skip
async def create_vault(
    request: Request,
    body: Annotated[VaultCreate, Body()],
    caller: CurrentCaller,
    db: DatabaseOf,
    azure: AzureOf,
    wait_seconds: PreferWait,
    key: IdempotencyKey = None,
) -> Response:
    """Create a vault. Azure's own policies are there when the job has ended."""
    asked = Asked(caller, key, request_hash(request, body), body.reference, body.labels)
    ref = rules.vault_ref(body.subscription_id, body.resource_group, body.name)
    order = rules.check_order(
        ref, location=body.location, redundancy=body.redundancy, cross_region_restore=body.cross_region_restore,
        soft_delete_state=body.soft_delete.state, soft_delete_days=body.soft_delete.days,
        immutability=body.immutability, tags=body.tags,
    )  # fmt: skip
    async with db.begin() as session:
        replayed = await service.find_replay_of(session, asked, ref)
    if replayed is not None:
        return await accepted(request, replayed, wait_seconds)
    try:
        await service.check_name_free(azure.vaults, ref)
    except VaultExists:
        # An equal request may have been carried out to its end while this one was on its way to Azure.
        async with db.begin() as session:
            replayed = await find_replay(session, asked)
        if replayed is None:
            raise
        return await accepted(request, replayed, wait_seconds)
    async with db.begin() as session:
        job = await service.request_vault(session, asked, order)
    return await accepted(request, job, wait_seconds)


@router.get("", operation_id="list_vaults", response_model=Page[VaultRead], responses=problem_responses(401, 422, 503))
async def list_vaults(
    request: Request, caller: CurrentCaller, db: DatabaseOf, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> Response:
    """Oldest first."""
    async with db.begin() as session:
        vaults, following = await service.list_vaults(session, caller.tenant, limit=limit, cursor=cursor)
    page = Page[VaultRead](items=[VaultRead.of(vault) for vault in vaults], next=following)
    return answer(page, headers=next_link(request, following))


@router.get(
    "/{vault_id}", operation_id="get_vault", response_model=VaultRead,
    responses=problem_responses(401, 404, 422, 503) | {304: {"description": "Not changed since that ETag."}},
)  # fmt: skip
async def get_vault(
    vault_id: UUID, caller: CurrentCaller, db: DatabaseOf, if_none_match: IfNoneMatch = None
) -> Response:
    async with db.begin() as session:
        vault = await service.get_vault(session, caller.tenant, vault_id)
    return answer(VaultRead.of(vault), etag=etag_of(vault.updated_at), if_none_match=if_none_match)
