"""The paths under /v1/tenants, for platform admins; and /v1/me, for every caller."""

from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Path, Request, Response

from app.audit.trail import record
from app.core.events.types import ResourceKind
from app.core.http.conventions import Cursor, IfMatch, Limit, answer, check_if_match, etag_of, next_link
from app.core.http.list_parameters import CurrentCounter
from app.core.http.pages import DEFAULT_LIMIT, Page
from app.core.http.problems import problem_responses
from app.events.conditional_reads import NOT_CHANGED, CurrentRead, Version, about
from app.identity.access.dependencies import CurrentCaller, DatabaseOf, SecuredRoute
from app.identity.access.permissions import Permission, requires
from app.identity.access.services import access_services_of
from app.tenants import records, rules, service
from app.tenants.schemas import (
    GrantBody,
    MemberCreate,
    MemberRead,
    MemberUpdate,
    MeRead,
    Quotas,
    TenantCreate,
    TenantRead,
    TenantUpdate,
)

router = APIRouter(prefix="/v1", tags=["tenants"], route_class=SecuredRoute)

TenantId = Annotated[str, Path(min_length=1, max_length=200, pattern=r"^[!-~]+$")]
READ = requires(Permission.TENANTS_READ)
WRITE = requires(Permission.TENANTS_WRITE)


@router.get(
    "/me",
    operation_id="get_me",
    openapi_extra=requires(Permission.ANY),
    response_model=MeRead,
    responses=problem_responses(401, 404, 422, 503),
)
async def get_me(request: Request, caller: CurrentCaller) -> Response:
    """Who you are, your tenants, and your rights in each. Needs no membership."""
    access = access_services_of(request).access
    return answer(MeRead.of(caller, await access.memberships_of(caller.principal)))


def created(body: TenantRead | MemberRead, location: str, etag: str | None = None) -> Response:
    headers = {"Location": location} | ({"ETag": etag} if etag else {})
    return Response(
        body.model_dump_json(), status_code=HTTPStatus.CREATED, media_type="application/json", headers=headers
    )


def grants_of(grants: list[GrantBody]) -> list[rules.GrantRow]:
    """Raises TenantNotValid."""
    return rules.check_grants([(grant.subscription_id, grant.resource_group) for grant in grants])


def quotas_of(quotas: Quotas) -> dict[str, int]:
    return quotas.model_dump(exclude_none=True)


def issuers_of(request: Request) -> tuple[str, ...]:
    return access_services_of(request).settings.oidc_issuers


@router.post(
    "/tenants",
    operation_id="create_tenant",
    openapi_extra=WRITE,
    status_code=201,
    response_model=TenantRead,
    responses=problem_responses(401, 409, 413, 422, 503),
)
async def create_tenant(
    request: Request, body: Annotated[TenantCreate, Body()], caller: CurrentCaller, db: DatabaseOf
) -> Response:
    """Create a tenant with its members. It exists when you get the answer, because Azure is not involved.

    Safe to repeat: the name is unique, so a second one is 409 `tenant_exists`.
    """
    members = [
        member.to_member(issuers_of(request), caller, f"#/members/{number}")
        for number, member in enumerate(body.members)
    ]
    values: dict[str, Any] = {
        "name": body.name,
        "grants": grants_of(body.grants),
        "quotas": quotas_of(body.quotas),
        "approvals": sorted(set(body.approvals)),
        "time_zone": body.time_zone,
    }
    async with db.begin() as session:
        tenant, made = await service.make_tenant(session, values, members)
        said = records.held_by(tenant) | {"members": len(made)}
        await record(session, caller, target=f"/v1/tenants/{tenant.id}", always=said)
        await records.record_members(session, caller, "create_member", made)
    return created(TenantRead.of(tenant), f"/v1/tenants/{tenant.id}", etag_of(tenant.updated_at))


@router.get(
    "/tenants",
    operation_id="list_tenants",
    openapi_extra=READ,
    response_model=Page[TenantRead],
    responses=problem_responses(401, 422, 503),
)
async def list_tenants(
    request: Request,
    _caller: CurrentCaller,
    db: DatabaseOf,
    counter: CurrentCounter,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Response:
    """Every tenant of this installation, with its grants, quotas and approvals."""
    async with db.begin() as session:
        tenants, following = await service.list_tenants(session, limit=limit, cursor=cursor, counter=counter)
    page = Page[TenantRead](items=[TenantRead.of(tenant) for tenant in tenants], next=following, count=counter.found)
    return answer(page, headers=next_link(request, following))


@router.get(
    "/tenants/{tenant_id}",
    operation_id="get_tenant",
    openapi_extra=READ,
    response_model=TenantRead,
    responses=problem_responses(401, 404, 422, 503) | NOT_CHANGED,
)
async def get_tenant(tenant_id: TenantId, _caller: CurrentCaller, db: DatabaseOf, wanted: CurrentRead) -> Response:
    """A tenant: its grants, quotas and approvals, and the ETag that a change needs."""

    async def read() -> Version:
        async with db.begin() as session:
            tenant = await service.get_tenant(session, tenant_id)
        return Version(TenantRead.of(tenant), etag_of(tenant.updated_at), about(ResourceKind.TENANT, tenant_id))

    return await wanted.answer(read, tenant=tenant_id)


def changes_of(body: TenantUpdate) -> dict[str, Any]:
    """By column name: what the body says, and nothing else. Raises TenantNotValid."""
    values: dict[str, Any] = {}
    if body.name is not None:
        values["name"] = body.name
    if body.grants is not None:
        values["grants"] = grants_of(body.grants)
    if body.quotas is not None:
        values["quotas"] = quotas_of(body.quotas)
    if body.approvals is not None:
        values["approvals"] = sorted(set(body.approvals))
    if body.time_zone is not None:
        values["time_zone"] = body.time_zone
    return values


@router.patch(
    "/tenants/{tenant_id}",
    operation_id="update_tenant",
    openapi_extra=WRITE,
    response_model=TenantRead,
    responses=problem_responses(401, 404, 409, 412, 413, 422, 428, 503),
)
async def update_tenant(
    tenant_id: TenantId,
    body: Annotated[TenantUpdate, Body()],
    caller: CurrentCaller,
    db: DatabaseOf,
    if_match: IfMatch = None,
) -> Response:
    """Change a tenant. Removing a grant stops later requests, not those that were accepted before."""
    values = changes_of(body)
    async with db.begin() as session:
        tenant = await service.hold_tenant(session, tenant_id)
        check_if_match(if_match, etag_of(tenant.updated_at))
        before = {name: value for name, value in records.held_by(tenant).items() if name in values}
        tenant = await service.change_tenant(session, tenant, values)
        said = values | {"before": before}
        await record(session, caller, target=f"/v1/tenants/{tenant.id}", always=said)
    return answer(TenantRead.of(tenant), etag=etag_of(tenant.updated_at))


@router.delete(
    "/tenants/{tenant_id}",
    operation_id="delete_tenant",
    openapi_extra=WRITE,
    status_code=204,
    responses=problem_responses(401, 404, 409, 412, 422, 503),
)
async def delete_tenant(
    tenant_id: TenantId, caller: CurrentCaller, db: DatabaseOf, if_match: IfMatch = None
) -> Response:
    """Delete a tenant and its members; 409 while it has vaults, or jobs that have not ended."""
    async with db.begin() as session:
        tenant = await service.hold_tenant(session, tenant_id)
        check_if_match(if_match, etag_of(tenant.updated_at), needed=False)
        held = records.held_by(tenant)
        members = await service.remove_tenant(session, tenant)
        await records.record_members(session, caller, "delete_member", members)
        said = held | {"members": len(members)}
        await record(session, caller, target=f"/v1/tenants/{tenant_id}", always=said)
    return Response(status_code=HTTPStatus.NO_CONTENT)


# --- members ---------------------------------------------------------------------------------------------------------
@router.post(
    "/tenants/{tenant_id}/members",
    operation_id="create_member",
    openapi_extra=WRITE,
    status_code=201,
    response_model=MemberRead,
    responses=problem_responses(401, 404, 409, 413, 422, 503),
)
async def create_member(
    request: Request, tenant_id: TenantId, body: Annotated[MemberCreate, Body()], caller: CurrentCaller, db: DatabaseOf
) -> Response:
    """Add a member: a principal, a group, or all callers of a directory whose token has one of the roles."""
    asked = body.to_member(issuers_of(request), caller)
    async with db.begin() as session:
        member = await service.add_member(session, await service.hold_tenant(session, tenant_id), asked)
        await record(session, caller, target=records.member_path(member), always=records.who(member))
    return created(MemberRead.of(member), records.member_path(member))


@router.get(
    "/tenants/{tenant_id}/members",
    operation_id="list_members",
    openapi_extra=READ,
    response_model=Page[MemberRead],
    responses=problem_responses(401, 404, 422, 503),
)
async def list_members(
    request: Request,
    tenant_id: TenantId,
    _caller: CurrentCaller,
    db: DatabaseOf,
    counter: CurrentCounter,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Response:
    """Who may act in the tenant, and with which roles; oldest first."""
    async with db.begin() as session:
        members, following = await service.list_members(session, tenant_id, limit=limit, cursor=cursor, counter=counter)
    page = Page[MemberRead](items=[MemberRead.of(member) for member in members], next=following, count=counter.found)
    return answer(page, headers=next_link(request, following))


@router.patch(
    "/tenants/{tenant_id}/members/{member_id}",
    operation_id="update_member",
    openapi_extra=WRITE,
    response_model=MemberRead,
    responses=problem_responses(401, 404, 413, 422, 503),
)
async def update_member(
    tenant_id: TenantId, member_id: UUID, body: Annotated[MemberUpdate, Body()], caller: CurrentCaller, db: DatabaseOf
) -> Response:
    """Change roles or name. Fields that are left out are not changed."""
    async with db.begin() as session:
        member = await service.hold_member(session, tenant_id, member_id)
        before = records.who(member)
        await service.change_member(session, member, roles=body.roles, name=body.display_name)
        await record(
            session, caller, target=records.member_path(member), always=records.who(member) | {"before": before}
        )
    return answer(MemberRead.of(member))


@router.delete(
    "/tenants/{tenant_id}/members/{member_id}",
    operation_id="delete_member",
    openapi_extra=WRITE,
    status_code=204,
    responses=problem_responses(401, 404, 422, 503),
)
async def delete_member(tenant_id: TenantId, member_id: UUID, caller: CurrentCaller, db: DatabaseOf) -> Response:
    """Remove a member.

    Every replica is notified at once; one that misses the notification finds out within 5 seconds.
    """
    async with db.begin() as session:
        member = await service.hold_member(session, tenant_id, member_id)
        said = records.who(member)
        await service.remove_member(session, member)
        await record(session, caller, target=records.member_path(member), always=said)
    return Response(status_code=HTTPStatus.NO_CONTENT)
