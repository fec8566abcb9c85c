"""The paths of expectations: of one item, and of all items of the tenant."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Response

from app.core.db.database import Transactions
from app.core.http.conventions import IfMatch, answer
from app.core.http.problems import problem_responses
from app.events.conditional_reads import NOT_CHANGED, ConditionalRead, CurrentRead, Version
from app.identity.access.dependencies import CurrentCaller, DatabaseOf, SecuredRoute
from app.identity.access.permissions import Permission, requires
from app.protection.health import expectations
from app.protection.health.expectations import Scope
from app.protection.health.models import Expectation
from app.protection.health.rpo import Expected
from app.protection.health.schemas import ExpectationsBody, ExpectationsRead

router = APIRouter(prefix="/v1", tags=["protected items"], route_class=SecuredRoute)

READ = problem_responses(401, 404, 422, 503) | NOT_CHANGED
WRITTEN = problem_responses(401, 404, 412, 413, 422, 428, 503)
REMOVED = problem_responses(401, 404, 412, 422, 503)
Wanted = Annotated[ExpectationsBody, Body()]


@router.get(
    "/protected-items/{item_id}/expectations",
    operation_id="get_item_expectations",
    openapi_extra=requires(Permission.ITEMS_READ),
    response_model=ExpectationsRead,
    responses=READ,
)
async def get_item_expectations(item_id: UUID, caller: CurrentCaller, db: DatabaseOf, wanted: CurrentRead) -> Response:
    """What is expected of this item by a rule of its own. Null: as the tenant's rule says, or by default."""
    return await _read(db, Scope(caller.tenant, item_id), wanted)


@router.put(
    "/protected-items/{item_id}/expectations",
    operation_id="put_item_expectations",
    openapi_extra=requires(Permission.ITEMS_PROTECT),
    response_model=ExpectationsRead,
    responses=WRITTEN,
)
async def put_item_expectations(
    item_id: UUID, body: Wanted, caller: CurrentCaller, db: DatabaseOf, if_match: IfMatch = None
) -> Response:
    """Set what is expected of this item: how old its newest point may be, how late, and of which kind it shall be.

    It changes what Holdfast reports, and nothing in Azure. A shorter objective owes nothing for the time before it was
    set; a longer one ends a miss.
    """
    scope = Scope(caller.tenant, item_id)
    async with db.begin() as session:
        row = await expectations.put(session, caller, scope, _wanted(body), if_match)
    return answer(_shown(row), etag=expectations.version_of(row))


@router.delete(
    "/protected-items/{item_id}/expectations",
    operation_id="delete_item_expectations",
    openapi_extra=requires(Permission.ITEMS_PROTECT),
    status_code=204,
    responses=REMOVED,
)
async def delete_item_expectations(
    item_id: UUID, caller: CurrentCaller, db: DatabaseOf, if_match: IfMatch = None
) -> Response:
    """Expect of this item what the tenant's rule says, or what is expected by default."""
    async with db.begin() as session:
        await expectations.remove(session, caller, Scope(caller.tenant, item_id), if_match)
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.get(
    "/expectations",
    operation_id="get_expectations",
    openapi_extra=requires(Permission.ITEMS_READ),
    response_model=ExpectationsRead,
    responses=READ,
)
async def get_expectations(caller: CurrentCaller, db: DatabaseOf, wanted: CurrentRead) -> Response:
    """What is expected of every item of the tenant that has no rule of its own. Null: by default."""
    return await _read(db, Scope(caller.tenant, None), wanted)


@router.put(
    "/expectations",
    operation_id="put_expectations",
    openapi_extra=requires(Permission.POLICIES_WRITE),
    response_model=ExpectationsRead,
    responses=WRITTEN,
)
async def put_expectations(body: Wanted, caller: CurrentCaller, db: DatabaseOf, if_match: IfMatch = None) -> Response:
    """Set what is expected of every item of the tenant. The worker applies it to the items within seconds."""
    async with db.begin() as session:
        row = await expectations.put(session, caller, Scope(caller.tenant, None), _wanted(body), if_match)
    return answer(_shown(row), etag=expectations.version_of(row))


@router.delete(
    "/expectations",
    operation_id="delete_expectations",
    openapi_extra=requires(Permission.POLICIES_WRITE),
    status_code=204,
    responses=REMOVED,
)
async def delete_expectations(caller: CurrentCaller, db: DatabaseOf, if_match: IfMatch = None) -> Response:
    """Expect of the tenant's items what is expected by default."""
    async with db.begin() as session:
        await expectations.remove(session, caller, Scope(caller.tenant, None), if_match)
    return Response(status_code=HTTPStatus.NO_CONTENT)


async def _read(db: Transactions, scope: Scope, wanted: ConditionalRead) -> Response:
    async def read() -> Version:
        async with db.begin() as session:
            row = await expectations.read(session, scope)
        return Version(_shown(row), expectations.version_of(row), path=scope.path)

    return await wanted.answer(read)


def _wanted(body: ExpectationsBody) -> Expected:
    return Expected(body.objective_seconds, body.grace_seconds, body.consistency, body.linux_scripts_expected)


def _shown(row: Expectation | None) -> ExpectationsRead:
    return ExpectationsRead.of(expectations.said_by(row), expectations.changed_at(row))
