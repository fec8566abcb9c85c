"""The paths under /v1/vaults."""

from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Query, Request, Response

from app.azure.discovery_reads import read_unprotected
from app.azure.grants import check_granted, check_subscription_granted
from app.azure.ports import Azure
from app.azure.values import VaultOrder, VaultRef
from app.core.db.database import Transactions
from app.core.events.types import ResourceKind
from app.core.http.conventions import (
    Cursor,
    IdempotencyKey,
    IfMatch,
    Limit,
    answer,
    check_if_match,
    etag_of,
    next_link,
    request_hash,
    reserve,
)
from app.core.http.list_parameters import CurrentCounter
from app.core.http.pages import DEFAULT_LIMIT, LivePage, Page
from app.core.http.problems import problem_responses
from app.core.letter_case import fold_case
from app.events.conditional_reads import NOT_CHANGED, CurrentRead, Version, about
from app.identity.access.dependencies import CurrentCaller, DatabaseOf, SecuredRoute
from app.identity.access.permissions import Permission, requires
from app.jobs.api.schemas import JobRead, WriteBody
from app.jobs.api.services import services_of
from app.jobs.api.writes import ACCEPTED, RETRY_AFTER_SECONDS, AzureOf, CurrentWrite, LiveAzureOf, Write
from app.jobs.models import Job
from app.jobs.requests.enqueue import Asked, find_replay
from app.vaults import azure_reads, rules, service
from app.vaults.errors import VaultExists
from app.vaults.schemas import (
    FoundVault,
    FoundVaults,
    UnprotectedVm,
    VaultCreate,
    VaultDiff,
    VaultDiscover,
    VaultRead,
    VaultUpdate,
    shown_unreadable,
)

PATCH_OK: dict[int | str, dict[str, Any]] = {
    200: {"model": JobRead | VaultDiff, "description": "It ended in time, or what a dry run shows."}
}
DRY_RUN = "Answer 200 with what would change and what it costs; nothing is written. If-Match may be left out."

router = APIRouter(prefix="/v1/vaults", tags=["vaults"], route_class=SecuredRoute)


@router.post(
    "",
    operation_id="create_vault",
    openapi_extra=requires(Permission.VAULTS_WRITE),
    status_code=202,
    response_model=JobRead,
    responses=ACCEPTED | problem_responses(401, 409, 413, 422, 503),
)
async def create_vault(body: Annotated[VaultCreate, Body()], write: CurrentWrite, azure: AzureOf) -> Response:
    """Create a vault, or adopt one that exists.

    When the job of a new vault has ended, Azure's default policies exist in it. With `adopt`, the policies and
    protected items of the vault are recorded too.
    """
    asked, grants = write.asked(body), write.caller.membership.grants
    ref = rules.vault_ref(body.subscription_id, body.resource_group, body.name)
    order = None if body.adopt else _order(body, ref)
    if order is None:
        rules.check_only_read(body.settings_sent)
    async with write.db.begin() as session:
        job = await service.find_replay_of(session, asked, ref)
    if job is None:
        check_subscription_granted(grants, ref.subscription_id, "#/subscription_id")
        check_granted(grants, ref, "#/resource_group")
        if order is None:
            job = await _adopt(write.db, azure, asked, ref, body.location)
        else:
            job = await _create(write.db, azure, asked, order)
    return await write.accepted(job)


def _order(body: VaultCreate, ref: VaultRef) -> VaultOrder:
    return rules.check_order(
        ref,
        location=body.location,
        redundancy=body.redundancy,
        cross_region_restore=body.cross_region_restore,
        soft_delete_state=body.soft_delete.state,
        soft_delete_days=body.soft_delete.days,
        immutability=body.immutability,
        tags=body.tags,
    )


async def _create(db: Transactions, azure: Azure, asked: Asked, order: VaultOrder) -> Job:
    try:
        await service.check_name_free(azure.vaults, order.vault)
    except VaultExists:
        # An equal request may have been carried out to its end while this one was on its way to Azure.
        async with db.begin() as session:
            replayed = await find_replay(session, asked)
        if replayed is None:
            raise
        return replayed
    async with db.begin() as session:
        return await service.request_vault(session, asked, order)


async def _adopt(db: Transactions, azure: Azure, asked: Asked, ref: VaultRef, location: str | None) -> Job:
    there = await azure_reads.read_vault(azure.vaults, ref)
    rules.check_location(there, location)
    async with db.begin() as session:
        return await service.request_adoption(session, asked, there)


@router.get(
    "",
    operation_id="list_vaults",
    openapi_extra=requires(Permission.VAULTS_READ),
    response_model=Page[VaultRead],
    responses=problem_responses(401, 422, 503),
)
async def list_vaults(
    request: Request,
    caller: CurrentCaller,
    db: DatabaseOf,
    counter: CurrentCounter,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Response:
    """The vaults of your tenant, created or adopted, in every state but deleted; oldest first."""
    async with db.begin() as session:
        vaults, following = await service.list_vaults(
            session, caller.tenant, limit=limit, cursor=cursor, counter=counter
        )
    page = Page[VaultRead](items=[VaultRead.of(vault) for vault in vaults], next=following, count=counter.found)
    return answer(page, headers=next_link(request, following))


reserve(router, "/discover", "GET", "PATCH", "DELETE")


@router.get(
    "/{vault_id}",
    operation_id="get_vault",
    openapi_extra=requires(Permission.VAULTS_READ),
    response_model=VaultRead,
    responses=problem_responses(401, 404, 422, 503) | NOT_CHANGED,
)
async def get_vault(vault_id: UUID, caller: CurrentCaller, db: DatabaseOf, wanted: CurrentRead) -> Response:
    """A vault as it was last read from Azure (`as_of`), and the ETag that a change needs."""

    async def read() -> Version:
        async with db.begin() as session:
            vault = await service.get_vault(session, caller.tenant, vault_id)
        shown = VaultRead.of(vault)
        return Version(shown, etag_of(vault.updated_at, shown=shown), about(ResourceKind.VAULT, vault_id))

    return await wanted.answer(read)


@router.post(
    "/discover",
    operation_id="discover_vaults",
    openapi_extra=requires(Permission.VAULTS_WRITE),
    response_model=FoundVaults,
    responses=problem_responses(401, 409, 413, 422, 503)
    | {202: {"model": FoundVaults, "description": "With `adopt`: the jobs are committed; follow each."}},
)
async def discover_vaults(
    request: Request,
    body: Annotated[VaultDiscover, Body()],
    caller: CurrentCaller,
    db: DatabaseOf,
    live: LiveAzureOf,
    key: IdempotencyKey = None,
) -> Response:
    """List the vaults of a subscription, live, and adopt those that are not managed here if requested.

    With this a lost database can be rebuilt from Azure. Vaults outside the tenant's grants are not shown.
    """
    clock = services_of(request).clock
    asked = Asked(caller, key, request_hash(request, body), body.reference, body.labels)
    grants, subscription_id = caller.membership.grants, rules.subscription(body.subscription_id)
    check_subscription_granted(grants, subscription_id, "#/subscription_id")
    listed = await azure_reads.list_in_azure(live.asked().vaults, subscription_id)
    found = [vault for vault in listed if grants.cover(subscription_id, vault.ref.resource_group)]
    async with db.begin() as session:
        known = await service.known_vaults(session, caller.tenant, found)
        jobs = await service.adopt_all(session, asked, found) if body.adopt else {}
    items = [
        FoundVault.of(vault, key in known, known.get(key), jobs.get(key))
        for vault, key in ((vault, fold_case(vault.ref.id)) for vault in found)
    ]
    answered = FoundVaults(items=items, as_of=clock.now(), unreadable=shown_unreadable(listed, grants))
    status = HTTPStatus.ACCEPTED if jobs else HTTPStatus.OK
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)} if jobs else {}
    return Response(answered.model_dump_json(), status_code=status, media_type="application/json", headers=headers)


@router.patch(
    "/{vault_id}",
    operation_id="update_vault",
    openapi_extra=requires(Permission.VAULTS_WRITE),
    status_code=202,
    response_model=JobRead,
    responses=ACCEPTED | PATCH_OK | problem_responses(401, 404, 409, 412, 413, 422, 428, 503),
)
async def update_vault(
    vault_id: UUID,
    body: Annotated[VaultUpdate, Body()],
    request: Request,
    write: CurrentWrite,
    azure: AzureOf,
    dry_run: Annotated[bool, Query(description=DRY_RUN)] = False,  # noqa: FBT002 - a query parameter has no position
    if_match: IfMatch = None,
) -> Response:
    """Change settings of a vault. Refused, with what changed, when Azure has other settings than the version you read.

    A change that Azure's vault has already is a job too; it succeeds without sending anything. Use `dry_run=true`
    first: another redundancy, or cross-region restore, has another price.
    """
    asked, caller = write.asked(body), write.caller
    wanted = body.settings()
    if dry_run:
        return answer(await _dry_run(request, vault_id, body, write, azure, if_match))
    async with write.db.begin() as session:
        replayed = await find_replay(session, asked)
        if replayed is None:
            vault = await service.get_ready_vault(session, caller.tenant, vault_id)
            check_granted(caller.membership.grants, vault.ref)
            check_if_match(if_match, etag_of(vault.updated_at))
            rules.check_change(service.settings_of(vault), wanted, confirm=body.confirm, location=vault.location)
    if replayed is not None:
        return await write.accepted(replayed)
    if rules.needs_empty_vault(service.settings_of(vault), wanted):
        await azure_reads.check_redundancy_free(azure.protected_items, vault.ref)
    async with write.db.begin() as session:
        job = await find_replay(session, asked)
        if job is None:
            vault = await service.hold_vault(session, caller.tenant, vault_id)
            check_if_match(if_match, etag_of(vault.updated_at))
            rules.check_change(service.settings_of(vault), wanted, confirm=body.confirm, location=vault.location)
            job = await service.request_update(session, asked, vault, wanted)
    return await write.accepted(job)


async def _dry_run(
    request: Request, vault_id: UUID, body: VaultUpdate, write: Write, azure: Azure, if_match: str | None
) -> VaultDiff:
    """Raises what the change would raise, but for a missing If-Match."""
    caller, wanted = write.caller, body.settings()
    async with write.db.begin() as session:
        vault = await service.get_ready_vault(session, caller.tenant, vault_id)
    check_granted(caller.membership.grants, vault.ref)
    check_if_match(if_match, etag_of(vault.updated_at), needed=False)
    now = service.settings_of(vault)
    rules.check_change(now, wanted, confirm=body.confirm, location=vault.location)
    if rules.needs_empty_vault(now, wanted):
        await azure_reads.check_redundancy_free(azure.protected_items, vault.ref)
    cost = None
    if wanted.redundancy is not None or wanted.cross_region_restore is not None:
        cost = await services_of(request).costs.of_vault(
            write.db, caller.tenant, vault_id, wanted.redundancy, cross_region=wanted.cross_region_restore
        )
    return VaultDiff.of(vault, now, wanted, cost)


@router.post(
    "/{vault_id}/refresh",
    operation_id="refresh_vault",
    openapi_extra=requires(Permission.VAULTS_WRITE),
    status_code=202,
    response_model=JobRead,
    responses=ACCEPTED | problem_responses(401, 404, 409, 413, 422, 503),
)
async def refresh_vault(
    vault_id: UUID, write: CurrentWrite, body: Annotated[WriteBody | None, Body()] = None
) -> Response:
    """Read the vault's settings, policies and protected items from Azure again. The result lists what was found."""
    asked, caller = write.asked(body), write.caller
    async with write.db.begin() as session:
        job = await find_replay(session, asked)
        if job is None:
            vault = await service.get_ready_vault(session, caller.tenant, vault_id)
            check_granted(caller.membership.grants, vault.ref)
            job = await service.request_refresh(session, asked, vault)
    return await write.accepted(job)


@router.delete(
    "/{vault_id}",
    operation_id="delete_vault",
    openapi_extra=requires(Permission.VAULTS_DELETE),
    status_code=202,
    response_model=JobRead,
    responses=ACCEPTED | problem_responses(401, 404, 409, 412, 413, 422, 503),
)
async def delete_vault(
    request: Request,
    vault_id: UUID,
    write: CurrentWrite,
    azure: AzureOf,
    body: Annotated[WriteBody | None, Body()] = None,
    if_match: IfMatch = None,
) -> Response:
    """Delete an empty vault.

    Its contents are read from Azure first: 409 lists each blocker, and the call that removes it.
    """
    asked, caller = write.asked(body), write.caller
    async with write.db.begin() as session:
        replayed = await find_replay(session, asked)
        if replayed is None:
            vault = await service.get_ready_vault(session, caller.tenant, vault_id)
            check_granted(caller.membership.grants, vault.ref)
    if replayed is not None:
        return await write.accepted(replayed)
    items = await azure_reads.read_items(azure.protected_items, vault.ref)
    services = services_of(request)
    async with write.db.begin() as session:
        job = await find_replay(session, asked)
        if job is None:
            vault = await service.hold_vault(session, caller.tenant, vault_id)
            check_if_match(if_match, etag_of(vault.updated_at), needed=False)
            ids, others = await services.item_ids(session, vault.id), await services.vault_blockers(session, vault.id)
            await service.check_empty(session, vault, items, ids, others)
            job = await service.request_deletion(session, asked, vault)
    return await write.accepted(job)


@router.get(
    "/{vault_id}/unprotected-vms",
    operation_id="list_unprotected_vms",
    openapi_extra=requires(Permission.ITEMS_READ),
    response_model=LivePage[UnprotectedVm],
    responses=problem_responses(401, 404, 409, 422, 503),
)
async def list_unprotected_vms(
    request: Request,
    vault_id: UUID,
    caller: CurrentCaller,
    db: DatabaseOf,
    counter: CurrentCounter,
    live: LiveAzureOf,
    refresh: Annotated[
        bool | None,
        Query(description="Let Azure search for VMs again first (12-14 s). Default: only if its list is empty."),
    ] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Response:
    """The VMs of the vault's region and subscription that are not protected, read live from Azure.

    VMs outside the tenant's grants are not shown.
    """
    clock = services_of(request).clock
    async with db.begin() as session:
        vault = await service.get_ready_vault(session, caller.tenant, vault_id)
    anew = refresh if cursor is None else False  # all pages are of one list, which is not read again in between
    check_granted(caller.membership.grants, vault.ref)
    azure = live.asked(2)
    grants = caller.membership.grants
    listed = await read_unprotected(azure.discovery, azure.operations, vault.ref, refresh=anew)
    vms = [vm for vm in listed if grants.cover(vm.subscription_id, vm.resource_group)]
    counter.add(len(vms))
    found, following = service.page_of_vms(vms, limit=limit, cursor=cursor)
    now = clock.now()
    page = LivePage[UnprotectedVm](
        items=[UnprotectedVm.of(vm, now) for vm in found],
        next=following,
        count=counter.found,
        unreadable=shown_unreadable(listed, grants),
    )
    return answer(page, headers=next_link(request, following))
