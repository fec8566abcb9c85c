"""The paths under /v1/recovery-plans, but for runs (app/recovery_runs/router.py)."""

from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Request, Response

from app.audit.trail import record
from app.core.http.conventions import Cursor, IfMatch, Limit, answer, check_if_match, etag_of, next_link
from app.core.http.list_parameters import CurrentCounter
from app.core.http.pages import DEFAULT_LIMIT, Page
from app.core.http.problems import problem_responses
from app.events.conditional_reads import NOT_CHANGED, CurrentRead, Version
from app.events.quiet_changes import tell_change
from app.identity.access.dependencies import CurrentCaller, DatabaseOf, SecuredRoute
from app.identity.access.permissions import Permission, requires
from app.jobs.api.services import services_of
from app.jobs.api.writes import LiveAzureOf
from app.recovery_plans import rules, service
from app.recovery_plans.models import RecoveryPlan
from app.recovery_plans.preflight import examine_all, reads_of
from app.recovery_plans.preflight_schemas import PlanPreflight, PlanPreflightRead
from app.recovery_plans.schemas import PlanCreate, PlanRead, PlanUpdate
from app.restores.checks.known_machines import known_now

router = APIRouter(prefix="/v1/recovery-plans", tags=["recovery plans"], route_class=SecuredRoute)

READ = requires(Permission.PLANS_READ)
WRITE = requires(Permission.PLANS_WRITE)


def _shown(row: RecoveryPlan) -> Response:
    return answer(PlanRead.of(row), etag=etag_of(row.updated_at))


def _said(row: RecoveryPlan) -> dict[str, Any]:
    return {"name": row.name, "definition": row.definition}


@router.post(
    "",
    operation_id="create_recovery_plan",
    openapi_extra=WRITE,
    status_code=201,
    response_model=PlanRead,
    responses=problem_responses(401, 404, 409, 413, 422, 503),
)
async def create_recovery_plan(body: Annotated[PlanCreate, Body()], caller: CurrentCaller, db: DatabaseOf) -> Response:
    """Write down which VMs come back together, in which order, from which points, and where to.

    Nothing is restored, and Azure is not asked: `preflight` does that.
    """
    async with db.begin() as session:
        row = await service.make_plan(session, caller, body.name, body.to_plan())
        await record(session, caller, target=service.path_of(row), details=_said(row))
    headers = {"Location": service.path_of(row), "ETag": etag_of(row.updated_at)}
    made = PlanRead.of(row).model_dump_json(by_alias=True)
    return Response(made, status_code=HTTPStatus.CREATED, media_type="application/json", headers=headers)


@router.get(
    "",
    operation_id="list_recovery_plans",
    openapi_extra=READ,
    response_model=Page[PlanRead],
    responses=problem_responses(401, 422, 503),
)
async def list_recovery_plans(
    request: Request,
    caller: CurrentCaller,
    db: DatabaseOf,
    counter: CurrentCounter,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Response:
    """The recovery plans of your tenant, oldest first."""
    async with db.begin() as session:
        rows, following = await service.list_plans(session, caller.tenant, limit=limit, cursor=cursor, counter=counter)
    page = Page[PlanRead](items=[PlanRead.of(row) for row in rows], next=following, count=counter.found)
    return answer(page, headers=next_link(request, following))


@router.get(
    "/{plan_id}",
    operation_id="get_recovery_plan",
    openapi_extra=READ,
    response_model=PlanRead,
    responses=problem_responses(401, 404, 422, 503) | NOT_CHANGED,
)
async def get_recovery_plan(plan_id: UUID, caller: CurrentCaller, db: DatabaseOf, wanted: CurrentRead) -> Response:
    """A recovery plan: its waves, points and targets, and the ETag that a change needs."""

    async def read() -> Version:
        async with db.begin() as session:
            row = await service.get_plan(session, caller.tenant, plan_id)
        return Version(PlanRead.of(row), etag_of(row.updated_at), path=service.path_of(row))

    return await wanted.answer(read)


@router.patch(
    "/{plan_id}",
    operation_id="update_recovery_plan",
    openapi_extra=WRITE,
    response_model=PlanRead,
    responses=problem_responses(401, 404, 409, 412, 413, 422, 428, 503),
)
async def update_recovery_plan(
    plan_id: UUID,
    body: Annotated[PlanUpdate, Body()],
    caller: CurrentCaller,
    db: DatabaseOf,
    if_match: IfMatch = None,
) -> Response:
    """Change a plan. A run that has been asked for keeps its copy; a test that was approved must be approved again."""
    async with db.begin() as session:
        row = await service.get_plan(session, caller.tenant, plan_id, hold=True)
        check_if_match(if_match, etag_of(row.updated_at))
        before = _said(row)
        name, plan = body.applied_to(row.name, service.plan_of(row))
        row = await service.change_plan(session, caller, row, name, plan)
        await record(session, caller, target=service.path_of(row), details=_said(row) | {"before": before})
    return _shown(row)


@router.delete(
    "/{plan_id}",
    operation_id="delete_recovery_plan",
    openapi_extra=WRITE,
    status_code=204,
    responses=problem_responses(401, 404, 412, 422, 503),
)
async def delete_recovery_plan(
    plan_id: UUID, caller: CurrentCaller, db: DatabaseOf, if_match: IfMatch = None
) -> Response:
    """Delete a plan. Its runs stay, and one that is under way goes on."""
    async with db.begin() as session:
        row = await service.get_plan(session, caller.tenant, plan_id, hold=True)
        check_if_match(if_match, etag_of(row.updated_at), needed=False)
        await record(session, caller, target=service.path_of(row), details=_said(row))
        await session.delete(row)
        tell_change(session, caller.tenant, service.path_of(row))
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.post(
    "/{plan_id}/preflight",
    operation_id="preflight_recovery_plan",
    openapi_extra=requires(Permission.PLANS_RUN),
    response_model=PlanPreflightRead,
    responses=problem_responses(401, 404, 413, 422, 429, 503),
)
async def preflight_recovery_plan(
    request: Request,
    plan_id: UUID,
    caller: CurrentCaller,
    db: DatabaseOf,
    live: LiveAzureOf,
    body: Annotated[PlanPreflight | None, Body()] = None,
) -> Response:
    """Check whether the plan could be carried out now: every member with its point and its checks. Changes nothing.

    The checks are those of POST /v1/restores/preflight, but for Azure's own validation. Takes a minute at most; what
    could not be looked at by then is `skipped`.
    """
    asked = body or PlanPreflight()
    async with db.begin() as session:
        plan = service.plan_of(await service.get_plan(session, caller.tenant, plan_id))
        subjects = await service.subjects_of(session, caller, plan, asked.mode)
    now = services_of(request).clock.now()
    choice = rules.choice_of(asked.point.to_rule() if asked.point is not None else plan.point, now)
    known = known_now(db, caller.tenant)
    report = await examine_all(live.asked(reads_of(subjects)), subjects, choice, known)
    return answer(PlanPreflightRead.of(report, plan, asked.mode, services_of(request).clock.now()))
