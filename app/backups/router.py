"""The paths of backups and recovery points, below their protected item."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Request, Response

from app.azure.grants import check_item_granted
from app.azure.restore_values import Region
from app.azure.values import RecoveryPoint
from app.backups import service
from app.backups.schemas import BackupCreate, RecoveryPointRead
from app.core.db.database import Transactions
from app.core.http.conventions import Cursor, Limit, answer, next_link
from app.core.http.pages import DEFAULT_LIMIT, LivePage, UnreadableEntry
from app.core.http.problems import problem_responses
from app.identity.access.dependencies import CurrentCaller, DatabaseOf, SecuredRoute
from app.identity.access.permissions import Permission, requires
from app.jobs.api.schemas import JobRead
from app.jobs.api.services import services_of
from app.jobs.api.writes import ACCEPTED, CurrentWrite, LiveAzureOf, live_azure
from app.jobs.api.writes import azure as azure_of
from app.protection.errors import ItemNotReady
from app.protection.health.store import PointSeen, remember_points
from app.protection.items import get_item_in_azure
from app.protection.optional_reads import state_now

router = APIRouter(prefix="/v1/protected-items/{item_id}", tags=["backups"], route_class=SecuredRoute)


@router.post(
    "/backups",
    operation_id="create_backup",
    openapi_extra=requires(Permission.BACKUPS_CREATE),
    status_code=202,
    response_model=JobRead,
    responses=ACCEPTED | problem_responses(401, 404, 409, 413, 422, 503),
)
async def create_backup(
    request: Request, item_id: UUID, body: Annotated[BackupCreate, Body()], write: CurrentWrite
) -> Response:
    """Back the VM up now, and keep the recovery point until `retain_until`.

    For an item in `error` the backup is requested, and Azure decides. If the recorded state of an item forbids a
    backup, Azure is asked first, because the record may be out of date.
    """
    clock = services_of(request).clock
    asked, until = write.asked(body), body.retain_until
    try:
        async with write.db.begin() as session:
            job = await service.request_backup(session, asked, item_id, until, clock.now())
    except ItemNotReady:
        async with write.db.begin() as session:
            item = await get_item_in_azure(session, write.caller.tenant, item_id)
        live = await live_azure(request, write.caller, await azure_of(request))
        state = await state_now(live.asked().protected_items, item)
        if state == item.state:
            raise
        async with write.db.begin() as session:
            job = await service.request_backup(session, asked, item_id, until, clock.now(), state)
    return await write.accepted(job)


async def _keep_kind(db: Transactions, item_id: UUID, newest: RecoveryPoint | None) -> None:
    """Keep the kind of the newest point, and the OS of its VM: both were read anyway."""
    if newest is not None and newest.region == "primary":
        async with db.begin() as session:
            await remember_points(session, [PointSeen(item_id, newest.time, newest.consistency, newest.then.os)])


@router.get(
    "/recovery-points",
    operation_id="list_recovery_points",
    openapi_extra=requires(Permission.ITEMS_READ),
    response_model=LivePage[RecoveryPointRead],
    responses=problem_responses(401, 404, 409, 422, 503),
)
async def list_recovery_points(
    request: Request,
    item_id: UUID,
    caller: CurrentCaller,
    db: DatabaseOf,
    live: LiveAzureOf,
    region: Region = "primary",
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Response:
    """The points that can be restored, newest first, read live from Azure in the given region."""
    clock = services_of(request).clock
    async with db.begin() as session:
        item = await get_item_in_azure(session, caller.tenant, item_id)
        check_item_granted(caller.membership.grants, item.ref)
        keeping = await service.keeping_of(session, item)
    if region == "primary":
        points = await service.read_points(live.asked().recovery_points, item.ref)
    else:
        azure = live.asked(2)
        points = await service.read_secondary_points(azure.secondary_points, azure.vaults, item)
    page, following = service.page_of(points, limit=limit, cursor=cursor)
    now = clock.now()
    last = service.last_of(points)
    await _keep_kind(db, item.id, last)
    items = [RecoveryPointRead.of(point, item.ref.vm, keeping, now, is_last=point is last) for point in page]
    unreadable = [UnreadableEntry(**entry.as_json()) for entry in points.unreadable]
    body = LivePage[RecoveryPointRead](items=items, next=following, unreadable=unreadable)
    return answer(body, headers=next_link(request, following))
