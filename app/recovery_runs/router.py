"""The paths of recovery runs: asked for at their plan, read and decided at /v1/recovery-runs."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Path, Query, Request, Response

from app.core.events.types import ResourceKind
from app.core.http.conventions import Cursor, Limit, answer, etag_of, next_link
from app.core.http.list_parameters import CurrentCounter
from app.core.http.pages import DEFAULT_LIMIT, Page
from app.core.http.problems import problem_responses
from app.events.conditional_reads import NOT_CHANGED, CurrentRead, Version, about
from app.identity.access.dependencies import CurrentCaller, DatabaseOf, SecuredRoute
from app.identity.access.permissions import Permission, requires
from app.jobs.api.services import services_of
from app.jobs.api.writes import ACCEPTED, AzureOf, CurrentWrite
from app.jobs.requests.enqueue import find_replay
from app.recovery_plans import rules
from app.recovery_plans.preflight import examine_all
from app.recovery_plans.service import get_plan, plan_of, subjects_of
from app.recovery_runs import orders, service
from app.recovery_runs.schemas import GateDecide, RecoveryRunAccepted, RecoveryRunRead, RunCreate
from app.restores.checks.known_machines import known_now

asking = APIRouter(prefix="/v1/recovery-plans", tags=["recovery runs"], route_class=SecuredRoute)
router = APIRouter(prefix="/v1/recovery-runs", tags=["recovery runs"], route_class=SecuredRoute)

READ = requires(Permission.PLANS_READ)
ACCEPTED_RUN: dict[int | str, dict[str, Any]] = {
    status: described | {"model": RecoveryRunAccepted} for status, described in ACCEPTED.items()
}


@asking.post(
    "/{plan_id}/runs",
    operation_id="create_recovery_run",
    openapi_extra=requires(Permission.PLANS_RUN),
    status_code=202,
    response_model=RecoveryRunAccepted,
    responses=ACCEPTED_RUN | problem_responses(401, 404, 409, 413, 422, 503),
)
async def create_recovery_run(
    plan_id: UUID, body: Annotated[RunCreate, Body()], write: CurrentWrite, azure: AzureOf
) -> Response:
    """Carry out a plan, or rehearse it. Send an Idempotency-Key: then a repeated request is the same run.

    The recovery point of every member is chosen now, and every restore is checked. If a member that may not fail cannot
    be restored, or its point is not known, nothing is begun. Each restore is a job of its own, with this one as parent.
    """
    asked = write.asked(body)
    async with write.db.begin() as session:
        job = await find_replay(session, asked)
        if job is not None:
            run = await service.run_of(session, job)
        else:
            row = await get_plan(session, write.caller.tenant, plan_id)
            name, plan = row.name, plan_of(row)
            await service.check_none_open(session, write.caller.tenant, plan_id, body.mode)
            subjects = await subjects_of(session, write.caller, plan, body.mode)
    if job is None:
        plan = rules.with_point(plan, body.point.to_rule()) if body.point is not None else plan
        choice = rules.choice_of(plan.point, services_of(write.request).clock.now())
        report = await examine_all(azure, subjects, choice, known_now(write.db, write.caller.tenant))
        service.check_possible(report)
        order = orders.order_of(plan_id, name, body.mode, plan, report.members)
        async with write.db.begin() as session:
            job, run = await service.request_run(session, asked, order)
    more = {"run": f"/v1/recovery-runs/{run.id}", "point_spread_seconds": run.point_spread_seconds}
    return await write.accepted(job, more=more)


@router.get(
    "",
    operation_id="list_recovery_runs",
    openapi_extra=READ,
    response_model=Page[RecoveryRunRead],
    responses=problem_responses(401, 422, 503),
)
async def list_recovery_runs(
    request: Request,
    caller: CurrentCaller,
    db: DatabaseOf,
    counter: CurrentCounter,
    plan_id: Annotated[UUID | None, Query(description="Runs of that plan, deleted or not.")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Response:
    """The recovery runs of your tenant, newest first: for real and rehearsals. Plans that are gone, too."""
    async with db.begin() as session:
        rows, following = await service.list_runs(
            session, caller.tenant, plan_id=plan_id, limit=limit, cursor=cursor, counter=counter
        )
        members = await service.members_of(session, [run.id for run, _ in rows])
    shown = [RecoveryRunRead.of(run, job, members[run.id]) for run, job in rows]
    return answer(
        Page[RecoveryRunRead](items=shown, next=following, count=counter.found), headers=next_link(request, following)
    )


@router.get(
    "/{run_id}",
    operation_id="get_recovery_run",
    openapi_extra=READ,
    response_model=RecoveryRunRead,
    responses=problem_responses(401, 404, 422, 503) | NOT_CHANGED,
)
async def get_recovery_run(run_id: UUID, caller: CurrentCaller, db: DatabaseOf, wanted: CurrentRead) -> Response:
    """One recovery run: waves, gates, every VM, and the times measured."""

    async def read() -> Version:
        async with db.begin() as session:
            run, job = await service.get_run(session, caller.tenant, run_id)
            members = (await service.members_of(session, [run.id]))[run.id]
        body = RecoveryRunRead.of(run, job, members)
        changes = [run.updated_at, job.updated_at, *(one.updated_at for _, one in members if one is not None)]
        etag = etag_of(max(changes), shown=body)  # of the body, too: an older time may be committed later
        return Version(body, etag, about(ResourceKind.JOB, job.id), f"/v1/recovery-runs/{run_id}")

    return await wanted.answer(read)


@router.post(
    "/{run_id}/gates/{wave}",
    operation_id="decide_recovery_gate",
    openapi_extra=requires(Permission.GATES_DECIDE),
    response_model=RecoveryRunRead,
    responses=problem_responses(401, 404, 409, 413, 422, 503),
)
async def decide_recovery_gate(
    run_id: UUID,
    wave: Annotated[str, Path(min_length=1, max_length=60)],
    body: Annotated[GateDecide, Body()],
    caller: CurrentCaller,
    db: DatabaseOf,
) -> Response:
    """Say at a gate whether the run goes on to the next wave, or stops. The same decision again changes nothing."""
    async with db.begin() as session:
        run, job = await service.decide_gate(
            session, caller, run_id, wave, go=body.decision == "go", reason=body.reason
        )
        members = (await service.members_of(session, [run.id]))[run.id]
    return answer(RecoveryRunRead.of(run, job, members))
