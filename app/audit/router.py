"""The paths under /v1/audit, for a tenant's admins; and the same under /v1/platform/audit, for the platform's."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse

from app.audit import queries
from app.audit.schemas import AuditEntryRead, AuditHeadRead, Outcome
from app.core.db.database import Transactions
from app.core.http.conventions import Cursor, Limit, answer, next_link
from app.core.http.counts import RowCounter
from app.core.http.list_parameters import CurrentCounter
from app.core.http.pages import DEFAULT_LIMIT, Page
from app.core.http.problems import problem_responses
from app.core.http.timestamps import Instant
from app.identity.access.caller import NO_TENANT
from app.identity.access.dependencies import CurrentCaller, DatabaseOf, SecuredRoute
from app.identity.access.permissions import Permission, requires

router = APIRouter(prefix="/v1", tags=["audit"], route_class=SecuredRoute)

NDJSON = "application/x-ndjson"
MINE = requires(Permission.AUDIT_READ)
PLATFORMS = requires(Permission.PLATFORM_AUDIT_READ)
PROBLEMS = problem_responses(401, 422, 503)
EXPORTED: dict[int | str, dict[str, Any]] = {
    **PROBLEMS,
    200: {
        "description": "A line for each link of the chain, {seal, entry}, and a last one that names its end: {head}.",
        "content": {NDJSON: {"schema": {"type": "string"}}},
    },
}
PRINTABLE = r"^[^\x00-\x1f\x7f]+$"


async def audit_filter(
    actor: Annotated[
        str | None,
        Query(max_length=500, pattern=PRINTABLE, description="Only entries of this principal, by its object id."),
    ] = None,
    action: Annotated[str | None, Query(max_length=100, pattern=PRINTABLE, examples=["create_restore"])] = None,
    target: Annotated[
        str | None,
        Query(max_length=1000, pattern=PRINTABLE, description="Only entries about this path, such as /v1/vaults/{id}."),
    ] = None,
    job_id: UUID | None = None,
    outcome: Outcome | None = None,
    since: Instant | None = None,
    until: Annotated[Instant | None, Query(description="Entries before this time.")] = None,
) -> queries.AuditFilter:
    return queries.AuditFilter(
        actor=actor, action=action, target=target, job_id=job_id, outcome=outcome, since=since, until=until
    )


Filter = Annotated[queries.AuditFilter, Depends(audit_filter)]
After = Annotated[int, Query(ge=0, le=10**15, description="The number of the last link you have.")]


@router.get(
    "/audit", operation_id="list_audit", openapi_extra=MINE, response_model=Page[AuditEntryRead], responses=PROBLEMS
)
async def list_audit(
    request: Request,
    caller: CurrentCaller,
    db: DatabaseOf,
    counter: CurrentCounter,
    wanted: Filter,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Response:
    """Who changed what in this tenant, and whose requests were refused. Newest first."""
    return await _list(request, db, caller.tenant, wanted, limit, cursor, counter)


@router.get(
    "/audit/head", operation_id="get_audit_head", openapi_extra=MINE, response_model=AuditHeadRead, responses=PROBLEMS
)
async def get_audit_head(caller: CurrentCaller, db: DatabaseOf) -> Response:
    """The last hash of the tenant's chain. Save it elsewhere, often: `holdfast audit verify --head` compares."""
    return await _head(db, caller.tenant)


@router.get(
    "/audit/export", operation_id="export_audit", openapi_extra=MINE, response_class=Response, responses=EXPORTED
)
async def export_audit(caller: CurrentCaller, db: DatabaseOf, after: After = 0) -> Response:
    """The tenant's chain, oldest first, as lines of JSON: what `holdfast audit verify --export` checks."""
    return _export(db, caller.tenant, after)


@router.get(
    "/platform/audit",
    operation_id="list_platform_audit",
    openapi_extra=PLATFORMS,
    response_model=Page[AuditEntryRead],
    responses=PROBLEMS,
)
async def list_platform_audit(
    request: Request,
    _caller: CurrentCaller,
    db: DatabaseOf,
    counter: CurrentCounter,
    wanted: Filter,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Response:
    """Who changed tenants and their members, and refusals outside any tenant. Newest first."""
    return await _list(request, db, NO_TENANT, wanted, limit, cursor, counter)


@router.get(
    "/platform/audit/head",
    operation_id="get_platform_audit_head",
    openapi_extra=PLATFORMS,
    response_model=AuditHeadRead,
    responses=PROBLEMS,
)
async def get_platform_audit_head(_caller: CurrentCaller, db: DatabaseOf) -> Response:
    """The last hash of the platform's own chain."""
    return await _head(db, NO_TENANT)


@router.get(
    "/platform/audit/export",
    operation_id="export_platform_audit",
    openapi_extra=PLATFORMS,
    response_class=Response,
    responses=EXPORTED,
)
async def export_platform_audit(_caller: CurrentCaller, db: DatabaseOf, after: After = 0) -> Response:
    """The platform's own chain, oldest first, as lines of JSON."""
    return _export(db, NO_TENANT, after)


async def _list(
    request: Request,
    db: Transactions,
    tenant: str,
    wanted: queries.AuditFilter,
    limit: int,
    cursor: str | None,
    counter: RowCounter,
) -> Response:
    async with db.begin() as session:
        rows, following = await queries.list_entries(
            session, tenant, wanted, limit=limit, cursor=cursor, counter=counter
        )
    page = Page[AuditEntryRead](
        items=[AuditEntryRead.of(entry, seal) for entry, seal in rows], next=following, count=counter.found
    )
    return answer(page, headers=next_link(request, following))


async def _head(db: Transactions, tenant: str) -> Response:
    async with db.begin() as session:
        head = await queries.get_head(session, tenant)
    return answer(AuditHeadRead.of(head))


def _export(db: Transactions, tenant: str, after: int) -> Response:
    return StreamingResponse(
        queries.export(db, tenant, after=after),
        media_type=NDJSON,
        headers={"Content-Disposition": 'attachment; filename="audit.ndjson"'},
    )
