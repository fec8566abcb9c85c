"""The paths of the defaults of restores: of the tenant, and of one vault."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Response

from app.core.db.database import Transactions
from app.core.http.conventions import IfMatch, answer
from app.core.http.problems import problem_responses
from app.events.conditional_reads import NOT_CHANGED, ConditionalRead, CurrentRead, Version
from app.identity.access.caller import Caller
from app.identity.access.dependencies import CurrentCaller, DatabaseOf, SecuredRoute
from app.identity.access.permissions import Permission, requires
from app.restores.defaults import service
from app.restores.defaults.schemas import RestoreDefaultsBody, RestoreDefaultsRead
from app.restores.defaults.service import Scope

router = APIRouter(prefix="/v1", tags=["restores"], route_class=SecuredRoute)

READ = problem_responses(401, 404, 422, 503) | NOT_CHANGED
WRITTEN = problem_responses(401, 404, 412, 413, 422, 428, 503)
REMOVED = problem_responses(401, 404, 412, 422, 503)
Wanted = Annotated[RestoreDefaultsBody, Body()]


@router.get(
    "/restore-defaults",
    operation_id="get_restore_defaults",
    openapi_extra=requires(Permission.RESTORES_READ),
    response_model=RestoreDefaultsRead,
    responses=READ,
)
async def get_restore_defaults(caller: CurrentCaller, db: DatabaseOf, wanted: CurrentRead) -> Response:
    """Where restores of the tenant go that do not say it, and the ETag that a change needs."""
    return await _read(db, Scope(caller.tenant, None), wanted)


@router.put(
    "/restore-defaults",
    operation_id="put_restore_defaults",
    openapi_extra=requires(Permission.RESTORE_DEFAULTS_WRITE),
    response_model=RestoreDefaultsRead,
    responses=WRITTEN,
)
async def put_restore_defaults(
    body: Wanted, caller: CurrentCaller, db: DatabaseOf, if_match: IfMatch = None
) -> Response:
    """Set resource group, subnet and staging account for restores that leave them out. It replaces all three.

    They count for later requests, in the vault's own region. Restores that were accepted before keep their target.
    """
    return await _put(db, caller, Scope(caller.tenant, None), body, if_match)


@router.delete(
    "/restore-defaults",
    operation_id="delete_restore_defaults",
    openapi_extra=requires(Permission.RESTORE_DEFAULTS_WRITE),
    status_code=204,
    responses=REMOVED,
)
async def delete_restore_defaults(caller: CurrentCaller, db: DatabaseOf, if_match: IfMatch = None) -> Response:
    """Remove the defaults of the tenant. Those of its vaults stay."""
    return await _remove(db, caller, Scope(caller.tenant, None), if_match)


@router.get(
    "/vaults/{vault_id}/restore-defaults",
    operation_id="get_vault_restore_defaults",
    openapi_extra=requires(Permission.RESTORES_READ),
    response_model=RestoreDefaultsRead,
    responses=READ,
)
async def get_vault_restore_defaults(
    vault_id: UUID, caller: CurrentCaller, db: DatabaseOf, wanted: CurrentRead
) -> Response:
    """Where restores from this vault go that do not say it. Null: as the tenant's defaults say."""
    return await _read(db, Scope(caller.tenant, vault_id), wanted)


@router.put(
    "/vaults/{vault_id}/restore-defaults",
    operation_id="put_vault_restore_defaults",
    openapi_extra=requires(Permission.RESTORE_DEFAULTS_WRITE),
    response_model=RestoreDefaultsRead,
    responses=WRITTEN,
)
async def put_vault_restore_defaults(
    vault_id: UUID, body: Wanted, caller: CurrentCaller, db: DatabaseOf, if_match: IfMatch = None
) -> Response:
    """Set the same for restores from this vault. Each value comes before that of the tenant."""
    return await _put(db, caller, Scope(caller.tenant, vault_id), body, if_match)


@router.delete(
    "/vaults/{vault_id}/restore-defaults",
    operation_id="delete_vault_restore_defaults",
    openapi_extra=requires(Permission.RESTORE_DEFAULTS_WRITE),
    status_code=204,
    responses=REMOVED,
)
async def delete_vault_restore_defaults(
    vault_id: UUID, caller: CurrentCaller, db: DatabaseOf, if_match: IfMatch = None
) -> Response:
    """Remove the defaults of this vault. Those of the tenant then count."""
    return await _remove(db, caller, Scope(caller.tenant, vault_id), if_match)


async def _read(db: Transactions, scope: Scope, wanted: ConditionalRead) -> Response:
    async def read() -> Version:
        async with db.begin() as session:
            row = await service.read(session, scope)
        return Version(RestoreDefaultsRead.of(row), service.version_of(row), path=scope.path)

    return await wanted.answer(read)


async def _put(
    db: Transactions, caller: Caller, scope: Scope, body: RestoreDefaultsBody, if_match: str | None
) -> Response:
    wanted = service.checked(body.wanted())
    async with db.begin() as session:
        row = await service.put(session, caller, scope, wanted, if_match)
    return answer(RestoreDefaultsRead.of(row), etag=service.version_of(row))


async def _remove(db: Transactions, caller: Caller, scope: Scope, if_match: str | None) -> Response:
    async with db.begin() as session:
        await service.remove(session, caller, scope, if_match)
    return Response(status_code=HTTPStatus.NO_CONTENT)
