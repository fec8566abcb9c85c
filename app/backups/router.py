"""The paths of backups and recovery points, below their protected item."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Request, Response

from app.azure.grants import check_item_granted
from app.azure.restore_values import Region
from app.azure.values import RecoveryPoint
from app.backups import service
from app.backups.rules import kept_by_default
from app.backups.schemas import BackupAccepted, BackupCreate, RecoveryPointRead, kept_until
from app.core.db.database import Transactions
from app.core.http.conventions import Cursor, Limit, answer, next_link
from app.core.http.list_parameters import CurrentCounter
from app.core.http.pages import DEFAULT_LIMIT, LivePage, UnreadableEntry
from app.core.http.problems import problem_responses
from app.identity.access.dependencies import CurrentCaller, DatabaseOf, SecuredRoute
from app.identity.access.permissions import Permission, requires
from app.jobs.api.made_points import PointTime, note_made_points
from app.jobs.api.services import services_of
from app.jobs.api.writes import ACCEPTED, CurrentWrite, LiveAzureOf, live_azure
from app.jobs.api.writes import azure as azure_of
from app.protection.errors import ItemNotReady
from app.protection.health.store import PointSeen, remember_points
from app.protection.items import ItemInAzure, get_item_in_azure
from app.protection.optional_reads import state_now

router = APIRouter(prefix="/v1/protected-items/{item_id}", tags=["backups"], route_class=SecuredRoute)

ACCEPTED_BACKUP: dict[int | str, dict[str, Any]] = {
    status: described | {"model": BackupAccepted} for status, described in ACCEPTED.items()
}


@router.post(
    "/backups",
    operation_id="create_backup",
    openapi_extra=requires(Permission.BACKUPS_CREATE),
    status_code=202,
    response_model=BackupAccepted,
    responses=ACCEPTED_BACKUP | problem_responses(401, 404, 409, 413, 422, 503),
)
async def create_backup(
    request: Request, item_id: UUID, write: CurrentWrite, body: Annotated[BackupCreate | None, Body()] = None
) -> Response:
    """Back the VM up now, and keep the recovery point until `retain_until`, or for 30 days. The answer says until when.

    For an item in `error` the backup is requested, and Azure decides. If the recorded state of an item forbids a
    backup, Azure is asked first, because the record may be out of date.
    """
    clock = services_of(request).clock
    given = body or BackupCreate()
    asked, until = write.asked(given), given.retain_until or kept_by_default(clock.now())
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
    return await write.accepted(job, more=kept_until(job))


async def _keep(db: Transactions, item: ItemInAzure, points: Sequence[RecoveryPoint]) -> None:
    """Keep what was read anyway: the kind of the newest point, the OS of its VM, and which backup made which point."""
    newest = service.last_of(points)
    if newest is not None and newest.region == "primary":
        async with db.begin() as session:
            await remember_points(session, [PointSeen(item.id, newest.time, newest.consistency, newest.then.os)])
            times = [PointTime(point.id, point.time) for point in points]
            await note_made_points(session, item.tenant, item.id, times)


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
    counter: CurrentCounter,
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
    counter.add(len(points))
    page, following = service.page_of(points, limit=limit, cursor=cursor)
    now = clock.now()
    last = service.last_of(points)
    await _keep(db, item, points)
    items = [RecoveryPointRead.of(point, item.ref.vm, keeping, now, is_last=point is last) for point in page]
    unreadable = [UnreadableEntry(**entry.as_json()) for entry in points.unreadable]
    body = LivePage[RecoveryPointRead](items=items, next=following, count=counter.found, unreadable=unreadable)
    return answer(body, headers=next_link(request, following))
