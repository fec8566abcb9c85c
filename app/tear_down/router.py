"""The path /v1/restores/{id}/resources."""

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Body, Query, Request, Response

from app.azure.grants import check_id_granted
from app.azure.live_reads import or_none_if_unavailable
from app.core.db.database import Transactions
from app.core.http.conventions import answer
from app.core.http.problems import problem_responses
from app.identity.access.caller import Caller
from app.identity.access.dependencies import CurrentCaller, DatabaseOf, SecuredRoute
from app.identity.access.permissions import Permission, requires
from app.jobs.api.live_reads import LiveAzure
from app.jobs.api.schemas import JobRead, WriteBody
from app.jobs.api.services import services_of
from app.jobs.api.writes import ACCEPTED, CurrentWrite, LiveAzureOf, Write
from app.jobs.models import Job
from app.jobs.requests.enqueue import Asked, find_replay
from app.restores.service import get_restore
from app.tear_down import reading, rules, service
from app.tear_down.schemas import RestoredResources

router = APIRouter(prefix="/v1/restores/{restore_id}/resources", tags=["restores"], route_class=SecuredRoute)

DRY_RUN = "Answer 200 with what there is, and what of it would be deleted; nothing is written."
OK: dict[int | str, dict[str, Any]] = {
    200: {"model": JobRead | RestoredResources, "description": "It ended in time, or what a dry run lists."}
}
Include = Annotated[
    list[Literal["kept_disk"]] | None,
    Query(max_length=1, description="kept_disk: also the disks that a replacement kept, which are in no point."),
]


@router.get(
    "",
    operation_id="list_restored_resources",
    openapi_extra=requires(Permission.RESTORES_READ),
    response_model=RestoredResources,
    responses=problem_responses(401, 404, 409, 422, 503),
)
async def list_restored_resources(
    request: Request, restore_id: UUID, caller: CurrentCaller, db: DatabaseOf, live: LiveAzureOf
) -> Response:
    """What the restore made in Azure, as it is now, and what of it a tear-down would delete.

    Each resource is read from Azure. Blobs in the staging account are listed as left, with the command that deletes
    them.
    """
    return answer(await _listed_now(request, restore_id, caller, db, live))


@router.delete(
    "",
    operation_id="tear_down_restore",
    openapi_extra=requires(Permission.RESTORES_TEAR_DOWN),
    status_code=202,
    response_model=JobRead,
    responses=ACCEPTED | OK | problem_responses(401, 404, 409, 413, 422, 429, 503),
)
async def tear_down_restore(
    restore_id: UUID,
    write: CurrentWrite,
    live: LiveAzureOf,
    body: Annotated[WriteBody | None, Body()] = None,
    dry_run: Annotated[bool, Query(description=DRY_RUN)] = False,  # noqa: FBT002 - a query parameter has no position
    include: Include = None,
) -> Response:
    """Delete what this restore made in Azure: the VM, its network interfaces and addresses, disks, snapshots.

    What was there before, belongs to others, or was changed by hand since is left; `result` says what, and why. It can
    be repeated: a second one finds what the first has left. May need an approval.
    """
    asked, named = write.asked(body), tuple(include or ())
    if dry_run:
        return answer(await _listed_now(write.request, restore_id, write.caller, write.db, live, named))
    return await write.accepted(await _tear_down(restore_id, write, live, _with(asked, named), named))


async def _tear_down(restore_id: UUID, write: Write, live: LiveAzure, asked: Asked, include: Sequence[str]) -> Job:
    """What is there now is listed for an approver. Where Azure is away, the worker looks before it deletes."""
    async with write.db.begin() as session:
        job = await find_replay(session, asked)
        if job is not None:
            return job
        _, restoring = await get_restore(session, write.caller.tenant, restore_id)
        service.check_can_tear_down(restoring)
        evidence = await service.evidence_of(session, write.caller.tenant, restore_id)
    check_id_granted(write.caller.membership.grants, evidence.group_id)
    seen = await or_none_if_unavailable(reading.read(live.asked(reading.SOME_READS), evidence))
    listed = None if seen is None else rules.judge(evidence, seen, include)
    async with write.db.begin() as session:
        restore, restoring = await get_restore(session, write.caller.tenant, restore_id)
        return await service.ask_tear_down(session, asked, restore, restoring, include=include, listed=listed)


async def _listed_now(
    request: Request,
    restore_id: UUID,
    caller: Caller,
    db: Transactions,
    live: LiveAzure,
    include: Sequence[str] = (),
) -> RestoredResources:
    """Raises AzureError while Azure is away: 503."""
    async with db.begin() as session:
        _, job = await get_restore(session, caller.tenant, restore_id)
        service.check_restores(job)
        evidence = await service.evidence_of(session, caller.tenant, restore_id)
    check_id_granted(caller.membership.grants, evidence.group_id)
    now = services_of(request).clock.now()
    seen = await reading.read(live.asked(reading.SOME_READS), evidence)
    return RestoredResources.read(restore_id, evidence, rules.judge(evidence, seen, include), now)


def _with(asked: Asked, include: Sequence[str]) -> Asked:
    """A request that names more is another one: the hash is made without the query."""
    if asked.request_hash is None or not include:
        return asked
    return replace(asked, request_hash=sha256(f"{asked.request_hash} {sorted(include)}".encode()).hexdigest())
