"""The paths under /v1/restores."""

from typing import Annotated, Any
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
from app.jobs.store import Asked, find_replay
from app.protection.rules import vm_ref
from app.protection.service import get_item, get_item_in_azure, get_item_of_vm
from app.restores import service
from app.restores.deciding import decide
from app.restores.schemas import RestoreAccepted, RestoreCreate, RestoreRead, chosen
from app.restores.targets import check_target

router = APIRouter(prefix="/v1/restores", tags=["restores"], route_class=AuthenticatedRoute)


ACCEPTED_RESTORE: dict[int | str, dict[str, Any]] = {
    status: described | {"model": RestoreAccepted} for status, described in ACCEPTED.items()
}


@router.post(
    "", operation_id="create_restore", status_code=202, response_model=RestoreAccepted,
    responses=ACCEPTED_RESTORE | problem_responses(401, 404, 409, 413, 422, 503),
)  # fmt: skip
async def create_restore(
    request: Request,
    body: Annotated[RestoreCreate, Body()],
    caller: CurrentCaller,
    db: DatabaseOf,
    azure: AzureOf,
    wait_seconds: PreferWait,
    key: IdempotencyKey = None,
) -> Response:
    """Restore a recovery point, once. Send an Idempotency-Key: then a repeated request is the same restore.

    The answer names the point that was chosen. Nothing is sent to Azure when any part of the request is wrong.
    """
    asked = Asked(caller, key, request_hash(request, body), body.reference, body.labels)
    target = check_target(body.target.to_target())
    async with db.begin() as session:
        job = await find_replay(session, asked)
        if job is not None:
            restore = await service.restore_of(session, job)
        else:
            item = (
                await get_item_in_azure(session, caller.tenant, body.protected_item_id)
                if body.protected_item_id is not None
                else await get_item_of_vm(session, caller.tenant, vm_ref(body.vm_id or ""))
            )
    if job is None:
        decided = await decide(azure, item, body.recovery_point.to_choice(), target)
        async with db.begin() as session:
            job, restore = await service.request_restore(session, asked, item=item, decided=decided)
    return await accepted(request, job, wait_seconds, more=chosen(restore))


@router.get(
    "", operation_id="list_restores", response_model=Page[RestoreRead], responses=problem_responses(401, 404, 422, 503)
)
async def list_restores(
    request: Request,
    caller: CurrentCaller,
    db: DatabaseOf,
    protected_item_id: UUID | None = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Response:
    """Newest first. A protected item that is not yours is 404, here as in a path."""
    async with db.begin() as session:
        if protected_item_id is not None:
            await get_item(session, caller.tenant, protected_item_id)
        rows, following = await service.list_restores(
            session, caller.tenant, protected_item_id=protected_item_id, limit=limit, cursor=cursor
        )
    page = Page[RestoreRead](items=[RestoreRead.of(restore, job) for restore, job in rows], next=following)
    return answer(page, headers=next_link(request, following))


@router.get(
    "/{restore_id}", operation_id="get_restore", response_model=RestoreRead,
    responses=problem_responses(401, 404, 422, 503) | {304: {"description": "Not changed since that ETag."}},
)  # fmt: skip
async def get_restore(
    restore_id: UUID, caller: CurrentCaller, db: DatabaseOf, if_none_match: IfNoneMatch = None
) -> Response:
    """One restore: what was asked, what was chosen, and what became of it."""
    async with db.begin() as session:
        restore, job = await service.get_restore(session, caller.tenant, restore_id)
    return answer(RestoreRead.of(restore, job), etag=etag_of(job.updated_at), if_none_match=if_none_match)
