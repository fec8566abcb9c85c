"""The paths of policies: under their vault to create and list, by id to read."""

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
from app.jobs.router import ACCEPTED, DatabaseOf, accepted
from app.jobs.schemas import JobRead
from app.jobs.store import Asked, find_replay
from app.policies import rules, service
from app.policies.schemas import PolicyCreate, PolicyRead
from app.vaults.service import get_ready_vault, get_vault

router = APIRouter(prefix="/v1", tags=["policies"], route_class=AuthenticatedRoute)


@router.post(
    "/vaults/{vault_id}/policies", operation_id="create_policy", status_code=202, response_model=JobRead,
    responses=ACCEPTED | problem_responses(401, 404, 409, 413, 422, 503),
)  # fmt: skip
async def create_policy(
    request: Request,
    vault_id: UUID,
    body: Annotated[PolicyCreate, Body()],
    caller: CurrentCaller,
    db: DatabaseOf,
    wait_seconds: PreferWait,
    key: IdempotencyKey = None,
) -> Response:
    """Create a policy. It is checked here, before Azure sees it."""
    asked = Asked(caller, key, request_hash(request, body), body.reference, body.labels)
    definition = body.to_definition()
    rules.check_name(body.name)
    rules.check_definition(definition)
    async with db.begin() as session:
        job = await find_replay(session, asked)
        if job is None:
            vault = await get_ready_vault(session, caller.tenant, vault_id)
            job = await service.request_policy(session, asked, vault, body.name, definition)
    return await accepted(request, job, wait_seconds)


@router.get(
    "/vaults/{vault_id}/policies", operation_id="list_policies", response_model=Page[PolicyRead],
    responses=problem_responses(401, 404, 422, 503),
)  # fmt: skip
async def list_policies(
    request: Request,
    vault_id: UUID,
    caller: CurrentCaller,
    db: DatabaseOf,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Response:
    """The VM policies of a vault, Azure's own among them."""
    async with db.begin() as session:
        await get_vault(session, caller.tenant, vault_id)
        policies, following = await service.list_policies(session, vault_id, limit=limit, cursor=cursor)
    items = [PolicyRead.of(policy, service.definition_of(policy)) for policy in policies]
    return answer(Page[PolicyRead](items=items, next=following), headers=next_link(request, following))


@router.get(
    "/policies/{policy_id}", operation_id="get_policy", response_model=PolicyRead,
    responses=problem_responses(401, 404, 422, 503) | {304: {"description": "Not changed since that ETag."}},
)  # fmt: skip
async def get_policy(
    policy_id: UUID, caller: CurrentCaller, db: DatabaseOf, if_none_match: IfNoneMatch = None
) -> Response:
    async with db.begin() as session:
        policy = await service.get_policy(session, caller.tenant, policy_id)
    read = PolicyRead.of(policy, service.definition_of(policy))
    return answer(read, etag=etag_of(policy.updated_at), if_none_match=if_none_match)
