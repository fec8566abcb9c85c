"""The paths under /v1/restores."""

from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Query, Request, Response

from app.audit import trail
from app.azure.grants import check_item_granted
from app.azure.item_states import MAY_BE_RESTORED
from app.core.events.types import ResourceKind
from app.core.http.conventions import Cursor, Limit, answer, etag_of, next_link, reserve
from app.core.http.list_parameters import CurrentCounter
from app.core.http.pages import DEFAULT_LIMIT, Page
from app.core.http.problems import problem_responses
from app.events.conditional_reads import NOT_CHANGED, CurrentRead, Version, about
from app.identity.access.dependencies import CurrentCaller, DatabaseOf, SecuredRoute
from app.identity.access.permissions import Permission, requires
from app.jobs.api.live_reads import LiveAzure
from app.jobs.api.router import label_filter
from app.jobs.api.schemas import PRINTABLE, JobRead, WriteBody
from app.jobs.api.services import services_of
from app.jobs.api.writes import ACCEPTED, AzureOf, CurrentWrite, LiveAzureOf, Write
from app.jobs.lifecycle import State
from app.jobs.requests.enqueue import find_replay
from app.protection.items import ItemInAzure, get_item
from app.protection.optional_reads import state_now
from app.protection.rules import check_can_restore
from app.restores import service, sessions
from app.restores.preflight import PREFLIGHT_REQUESTS, VALIDATION_SECONDS, examine
from app.restores.schemas import (
    MountScriptRead,
    PreflightRead,
    RestoreAccepted,
    RestoreCreate,
    RestoreRead,
    chosen,
    read_target,
)
from app.restores.service import RestoreFilter

router = APIRouter(prefix="/v1/restores", tags=["restores"], route_class=SecuredRoute)


ACCEPTED_RESTORE: dict[int | str, dict[str, Any]] = {
    status: described | {"model": RestoreAccepted} for status, described in ACCEPTED.items()
}


@router.post(
    "",
    operation_id="create_restore",
    openapi_extra=requires(Permission.RESTORES_CREATE),
    status_code=202,
    response_model=RestoreAccepted,
    responses=ACCEPTED_RESTORE | problem_responses(401, 404, 409, 413, 422, 503),
)
async def create_restore(
    body: Annotated[RestoreCreate, Body()], write: CurrentWrite, azure: AzureOf, live: LiveAzureOf
) -> Response:
    """Restore a recovery point, once. Send an Idempotency-Key: then a repeated request is the same restore.

    Without `target` it restores disks; ids that the target leaves out come from the restore defaults of the vault, else
    of the tenant. The answer names the chosen point and the target. If any part of the request is wrong, nothing is
    sent to Azure.
    """
    asked, choice = write.asked(body), body.recovery_point.to_choice()
    target = read_target(body.target_values, choice.region)
    async with write.db.begin() as session:
        job = await find_replay(session, asked)
        if job is not None:
            restore = await service.restore_of(session, job)
        else:
            item, others, filled = await service.item_and_others(session, write.caller, body.item, target)
    if job is None:
        item = await _restorable(live, item)
        examined = await examine(azure, item, choice, filled.target, others)
        examined.raise_first()
        async with write.db.begin() as session:
            job, restore = await service.request_restore(
                session, asked, item=item, decided=examined.decided, checks=examined.checks, sources=filled.sources
            )
    return await write.accepted(job, more=chosen(restore))


@router.post(
    "/preflight",
    operation_id="preflight_restore",
    openapi_extra=requires(Permission.RESTORES_CREATE),
    response_model=PreflightRead,
    responses=problem_responses(401, 404, 409, 413, 422, 503),
)
async def preflight_restore(
    body: Annotated[RestoreCreate, Body()], caller: CurrentCaller, db: DatabaseOf, live: LiveAzureOf, request: Request
) -> Response:
    """Check whether this restore is possible now, and show every check. Takes the same body, and changes nothing.

    A failed check has the problem that POST /v1/restores would answer. A check that could not be made is `skipped`,
    with the reason, never passed; checks that do not apply to the mode are not listed. For an invalid body, an unknown
    item, and an item without data to restore, the answer is the same problem as that of POST /v1/restores.
    """
    choice = body.recovery_point.to_choice()
    target = read_target(body.target_values, choice.region)
    async with db.begin() as session:
        item, others, filled = await service.item_and_others(session, caller, body.item, target)
    item = await _restorable(live, item)
    azure = live.asked(PREFLIGHT_REQUESTS)
    examined = await examine(azure, item, choice, filled.target, others, validation_seconds=VALIDATION_SECONDS)
    return answer(PreflightRead.of(examined, filled.sources, services_of(request).clock.now()))


reserve(router, "/preflight", "GET")


async def _restorable(live: LiveAzure, item: ItemInAzure) -> ItemInAzure:
    """The item, in the state that Azure has it in where our row forbids a restore. Raises ItemNotReady."""
    if item.state not in MAY_BE_RESTORED:
        item = replace(item, state=await state_now(live.asked().protected_items, item))
    check_can_restore(item.state)
    return item


@router.get(
    "",
    operation_id="list_restores",
    openapi_extra=requires(Permission.RESTORES_READ),
    response_model=Page[RestoreRead],
    responses=problem_responses(401, 404, 422, 503),
)
async def list_restores(
    request: Request,
    caller: CurrentCaller,
    db: DatabaseOf,
    counter: CurrentCounter,
    label: Annotated[tuple[str, str] | None, Depends(label_filter)],
    protected_item_id: Annotated[
        list[UUID] | None, Query(max_length=20, description="May be repeated; matches any of them.")
    ] = None,
    state: Annotated[
        list[State] | None, Query(max_length=20, description="The state of its job; may be repeated, as above.")
    ] = None,
    reference: Annotated[
        str | None, Query(max_length=200, pattern=PRINTABLE, description="The ticket that was sent with it.")
    ] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Response:
    """Restores, newest first. Select by what was sent with them, or by the state of their job.

    A protected item of another tenant is 404, here as in a path.
    """
    wanted = RestoreFilter(protected_item_id, state, reference, label)
    async with db.begin() as session:
        for item_id in protected_item_id or ():
            await get_item(session, caller.tenant, item_id)
        rows, following = await service.list_restores(
            session, caller.tenant, wanted, limit=limit, cursor=cursor, counter=counter
        )
    page = Page[RestoreRead](
        items=[RestoreRead.of(restore, job) for restore, job in rows], next=following, count=counter.found
    )
    return answer(page, headers=next_link(request, following))


@router.get(
    "/{restore_id}",
    operation_id="get_restore",
    openapi_extra=requires(Permission.RESTORES_READ),
    response_model=RestoreRead,
    responses=problem_responses(401, 404, 422, 503) | NOT_CHANGED,
)
async def get_restore(restore_id: UUID, caller: CurrentCaller, db: DatabaseOf, wanted: CurrentRead) -> Response:
    """One restore: the request, the chosen recovery point, and the result."""

    async def read() -> Version:
        async with db.begin() as session:
            restore, job = await service.get_restore(session, caller.tenant, restore_id)
        body = RestoreRead.of(restore, job)
        etag = etag_of(max(job.updated_at, restore.changed_at), shown=body)
        return Version(body, etag, about(ResourceKind.JOB, job.id), service.path_of(restore_id))

    return await wanted.answer(read)


@router.get(
    "/{restore_id}/mount-script",
    operation_id="get_mount_script",
    openapi_extra=requires(Permission.RESTORES_CREATE),
    response_model=MountScriptRead,
    responses=problem_responses(401, 404, 409, 422, 503),
)
async def get_mount_script(
    request: Request, restore_id: UUID, caller: CurrentCaller, db: DatabaseOf, live: LiveAzureOf
) -> Response:
    """The script that mounts the files of the point on a machine, and its password.

    Read from Azure for each request, and stored nowhere. Linux: the script itself; Windows: the address of its tool. A
    session that has ended, also after 12 hours, is 409 `session_ended`.
    """
    async with db.begin() as session:
        restore, job = await service.get_restore(session, caller.tenant, restore_id)
        mounted = sessions.open_session(restore, job)
        check_item_granted(caller.membership.grants, mounted.item)
        # The script and its password give access to the machine's files: before they are sent, it is on the trail.
        await trail.record(session, caller, target=f"/v1/restores/{restore_id}/mount-script", job_id=job.id)
    script = await sessions.read_script(live.asked(2), mounted)
    read = MountScriptRead.of(script, mounted.expires_at, services_of(request).clock.now())
    return answer(read, headers={"Cache-Control": "no-store"})


FILES_RESPONSES = ACCEPTED | problem_responses(401, 404, 409, 413, 422, 503)


@router.post(
    "/{restore_id}/renew",
    operation_id="renew_mount",
    openapi_extra=requires(Permission.RESTORES_CREATE),
    status_code=202,
    response_model=JobRead,
    responses=FILES_RESPONSES,
)
async def renew_mount(
    restore_id: UUID, write: CurrentWrite, body: Annotated[WriteBody | None, Body()] = None
) -> Response:
    """Give the session of mounted files 12 more hours. Its script must then be fetched again."""
    return await _change_session(restore_id, write, body, sessions.request_renewal)


@router.post(
    "/{restore_id}/unmount",
    operation_id="unmount_files",
    openapi_extra=requires(Permission.RESTORES_CREATE),
    status_code=202,
    response_model=JobRead,
    responses=FILES_RESPONSES,
)
async def unmount_files(
    restore_id: UUID, write: CurrentWrite, body: Annotated[WriteBody | None, Body()] = None
) -> Response:
    """End the session of mounted files.

    If Azure has ended the session already, the job succeeds and says so (`result.ended_by`). So the request can be
    repeated.
    """
    return await _change_session(restore_id, write, body, sessions.request_unmount)


async def _change_session(restore_id: UUID, write: Write, body: WriteBody | None, ask: sessions.Request) -> Response:
    asked = write.asked(body)
    async with write.db.begin() as session:
        job = await find_replay(session, asked)
        if job is None:
            restore, mount = await service.get_restore(session, write.caller.tenant, restore_id)
            job = await ask(session, asked, restore, mount)
    return await write.accepted(job)
