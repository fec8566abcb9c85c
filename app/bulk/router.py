"""The paths under /v1/bulk."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Query, Request, Response

from app.bulk import children, service
from app.bulk import targets as resolving
from app.bulk.orders import Target, Wanted, digest_of_targets, sensitive_of
from app.bulk.schemas import (
    BulkAccepted,
    BulkCreate,
    BulkDry,
    BulkTargetDry,
    BulkTargetName,
    BulkTargetRead,
    OutcomeName,
    accepted_of,
    outcome_counts,
)
from app.bulk.targets import Weighing
from app.core.http.conventions import Cursor, Limit, answer, next_link
from app.core.http.list_parameters import CurrentCounter
from app.core.http.pages import DEFAULT_LIMIT, Page
from app.core.http.problems import problem_responses
from app.identity.access.dependencies import CurrentCaller, DatabaseOf, SecuredRoute
from app.identity.access.membership_cache import check
from app.identity.access.permissions import Permission, requires
from app.identity.access.second_person import is_bound, operation_to_approve
from app.jobs.api.services import services_of
from app.jobs.api.writes import ACCEPTED, CurrentWrite, Write
from app.jobs.kinds import JobKind
from app.jobs.requests.enqueue import find_replay

router = APIRouter(prefix="/v1/bulk", tags=["bulk"], route_class=SecuredRoute)

DRY_RUN = "Answer 200 with what each target would do, by what is on record; nothing is written."
ACCEPTED_BULK: dict[int | str, dict[str, Any]] = {
    200: {"model": BulkAccepted | BulkDry, "description": "It ended in time, or what a dry run shows."},
    202: ACCEPTED[202] | {"model": BulkAccepted},
}


@router.post(
    "",
    operation_id="create_bulk",
    openapi_extra=requires(Permission.ITEMS_PROTECT),
    status_code=202,
    response_model=BulkAccepted,
    responses=ACCEPTED_BULK | problem_responses(401, 404, 409, 413, 422, 503),
)
async def create_bulk(
    body: Annotated[BulkCreate, Body()],
    write: CurrentWrite,
    dry_run: Annotated[bool, Query(description=DRY_RUN)] = False,  # noqa: FBT002 - a query parameter has no position
) -> Response:
    """One action for many VMs. Send an Idempotency-Key: then a repeated request is the same one, as a whole.

    Its job leads a job for each target, `max_in_flight` at a time; GET /v1/bulk/{job_id}/targets shows what became of
    each. Targets do not depend on each other. Cancel the job to stop what has not begun. If a second person must agree,
    one approval covers all targets, as they were when this was accepted. The body may have up to 320 KiB.
    With `confirm` it is refused (409 `bulk_targets_changed`) if it means other targets than the dry run showed.
    """
    now, is_on = _now_and_estate(write)
    wanted = body.wanted(now)
    if wanted.action is JobKind.BACKUP:
        check(write.caller, Permission.BACKUPS_CREATE)
    if dry_run:
        return await _dry_run(write, body, wanted)
    asked, caller = write.asked(body), write.caller
    async with write.db.begin() as session:
        job = await find_replay(session, asked)
        targets, unreachable = (
            ([], [])
            if job is not None
            else await service.resolve(session, caller, body, wanted, now, estate_is_on=is_on)
        )
    if job is None:
        example = ""
        if is_bound(wanted.action, caller.membership.approvals):
            weighed = await resolving.weigh(write.db, caller, wanted, targets, now)
            targets, example = [one.target for one in weighed], _example(weighed)
        order = service.order_of(caller, body, wanted, targets, unreachable)
        async with write.db.begin() as session:
            job = await service.request_bulk(session, asked, order, targets, example)
    return await write.accepted(job, more=accepted_of(job))


def _now_and_estate(write: Write) -> tuple[Any, bool]:
    services = services_of(write.request)
    return services.clock.now(), services.settings.estate_seconds > 0


def _example(weighed: list[Weighing]) -> str:
    """What is said of one of the targets that weaken something."""
    return next((one.words for one in weighed if one.words), "")


async def _dry_run(write: Write, body: BulkCreate, wanted: Wanted) -> Response:
    caller = write.caller
    now, is_on = _now_and_estate(write)
    async with write.db.begin() as session:
        targets, unreachable = await service.resolve(session, caller, body, wanted, now, estate_is_on=is_on)
    weighed = await resolving.weigh(write.db, caller, wanted, targets, now)
    order = service.order_of(caller, body, wanted, [one.target for one in weighed], unreachable)
    shown = [
        BulkTargetDry.of(
            BulkTargetName.of(one.target.vm_id, one.target.item_id),
            one.target.problem,
            _operations(one.target),
            is_there=order.is_selected and one.no is not None and children.is_as_asked(order, one.no),
        )
        for one in weighed
    ]
    sensitive = sensitive_of(wanted, [one.target for one in weighed], order.targets_hash, "")
    return answer(
        BulkDry(
            action=body.action,
            targets=shown,
            counts=dict(outcome_counts(shown)),
            confirm=digest_of_targets(targets),
            needs_approval=operation_to_approve(sensitive, caller.membership.approvals),
            unreachable=[dict(one) for one in unreachable],
        )
    )


def _operations(target: Target) -> list[str]:
    return list(target.weighed["operations"]) if target.weighed is not None else []


@router.get(
    "/{job_id}/targets",
    operation_id="list_bulk_targets",
    openapi_extra=requires(Permission.JOBS_READ),
    response_model=Page[BulkTargetRead],
    responses=problem_responses(401, 404, 422, 503),
)
async def list_bulk_targets(
    request: Request,
    job_id: UUID,
    caller: CurrentCaller,
    db: DatabaseOf,
    counter: CurrentCounter,
    outcome: Annotated[
        list[OutcomeName] | None, Query(max_length=6, description="May be repeated; matches any of them.")
    ] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Response:
    """The targets of a bulk request in its order, and what became of each."""
    async with db.begin() as session:
        rows, following = await service.list_targets(
            session, caller.tenant, job_id, outcomes=outcome, limit=limit, cursor=cursor, counter=counter
        )
    shown = [
        BulkTargetRead(
            target=BulkTargetName.of(row.vm_id, row.protected_item_id or row.made_item_id),
            outcome=row.outcome,
            job=f"/v1/jobs/{row.child_id}" if row.child_id is not None else None,
            problem=row.problem,
        )
        for row in rows
    ]
    return answer(
        Page[BulkTargetRead](items=shown, next=following, count=counter.found), headers=next_link(request, following)
    )
