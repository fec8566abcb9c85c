"""The paths under /v1/jobs."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.exceptions import RequestValidationError

from app.azure.names import LONGEST_NAME
from app.azure.values import VmRef
from app.core.events.types import EventType, ResourceKind
from app.core.http.conventions import (
    Cursor,
    Limit,
    PreferWait,
    answer,
    etag_of,
    next_link,
)
from app.core.http.list_parameters import CurrentCounter
from app.core.http.pages import DEFAULT_LIMIT, Page
from app.core.http.problems import problem_responses
from app.core.http.timestamps import Instant
from app.events.conditional_reads import NOT_CHANGED, CurrentRead, Version, about
from app.events.feed import Told
from app.events.filters import EventFilter, Subject
from app.events.open_streams import STREAM_ANSWER, Following, LastEventId, open_stream
from app.events.rules import wants_stream
from app.identity.access.dependencies import CurrentCaller, DatabaseOf, SecuredRoute
from app.identity.access.permissions import Permission, requires
from app.jobs.api import actions, queries, resolve
from app.jobs.api.schemas import PRINTABLE, JobEventRead, JobRead, Kind, ResolveBody, ShownOrigin
from app.jobs.api.services import services_of
from app.jobs.api.writes import ACCEPTED, AzureOf, accepted
from app.jobs.lifecycle import SETTLED, TERMINAL, State
from app.jobs.machines import vm_ref

router = APIRouter(prefix="/v1/jobs", tags=["jobs"], route_class=SecuredRoute)


async def label_filter(
    label: Annotated[
        str | None,
        Query(
            max_length=201,
            pattern=r"^[^=\x00]+=[^\x00]+$",
            description="Only those with this label: name=value.",
            examples=["team=payments"],
        ),
    ] = None,
) -> tuple[str, str] | None:
    name, _, value = (label or "").partition("=")
    return (name, value) if label else None


@dataclass(frozen=True, slots=True)
class OfVm:
    """The query parameters that select jobs by VM."""

    vm: VmRef | None
    name: str | None


async def vm_filter(
    vm_id: Annotated[
        str | None,
        Query(
            min_length=1,
            max_length=1000,
            pattern=PRINTABLE,
            description="The ARM id of the VM that a job is about, in any letter case; of a restore, the source.",
        ),
    ] = None,
    name: Annotated[
        str | None,
        Query(
            min_length=1,
            max_length=LONGEST_NAME,
            pattern=PRINTABLE,
            description="The whole name of that VM, in any letter case. Also finds the jobs of a VM of which Azure "
            "shows no subscription.",
        ),
    ] = None,
) -> OfVm:
    return OfVm(vm_ref(vm_id, pointer="query:vm_id") if vm_id else None, name)


@dataclass(frozen=True, slots=True)
class Ran:
    """The query parameters that select jobs by begin and end."""

    started_since: datetime | None
    started_until: datetime | None
    finished_since: datetime | None
    finished_until: datetime | None


async def ran_filter(
    started_since: Annotated[Instant | None, Query(description="Started then or later, by Azure's clock.")] = None,
    started_until: Annotated[Instant | None, Query(description="Started then or earlier, by Azure's clock.")] = None,
    finished_since: Annotated[Instant | None, Query(description="Ended then or later, by Azure's clock.")] = None,
    finished_until: Annotated[Instant | None, Query(description="Ended then or earlier, by Azure's clock.")] = None,
) -> Ran:
    wrong = [
        {"type": "value_error", "loc": ("query", f"{name}_until"), "msg": f"it is before {name}_since"}
        for name, since, until in (
            ("started", started_since, started_until),
            ("finished", finished_since, finished_until),
        )
        if since is not None and until is not None and until < since
    ]
    if wrong:
        raise RequestValidationError(wrong)
    return Ran(started_since, started_until, finished_since, finished_until)


async def job_filter(
    label: Annotated[tuple[str, str] | None, Depends(label_filter)],
    ran: Annotated[Ran, Depends(ran_filter)],
    of: Annotated[OfVm, Depends(vm_filter)],
    kind: Annotated[
        list[Kind] | None, Query(max_length=20, description="May be repeated; matches any of them.")
    ] = None,
    state: Annotated[list[State] | None, Query(max_length=20, description="As `kind`: any of them.")] = None,
    vault_id: UUID | None = None,
    protected_item_id: UUID | None = None,
    parent: Annotated[UUID | None, Query(description="Only the parts of this job.")] = None,
    origin_rule: Annotated[UUID | None, Query(description="Only those that this rule has asked for.")] = None,
    origin: ShownOrigin | None = None,
    reference: Annotated[str | None, Query(max_length=200, pattern=PRINTABLE)] = None,
    created_since: Instant | None = None,
    created_until: Instant | None = None,
    updated_since: Instant | None = None,
) -> queries.JobFilter:
    return queries.JobFilter(
        kind=kind,
        state=state,
        vault_id=vault_id,
        protected_item_id=protected_item_id,
        parent_id=parent,
        origin_rule=origin_rule,
        vm=of.vm,
        name=of.name,
        origin=origin,
        reference=reference,
        label=label,
        created_since=created_since,
        created_until=created_until,
        updated_since=updated_since,
        started_since=ran.started_since,
        started_until=ran.started_until,
        finished_since=ran.finished_since,
        finished_until=ran.finished_until,
    )


@router.get(
    "",
    operation_id="list_jobs",
    openapi_extra=requires(Permission.JOBS_READ),
    response_model=Page[JobRead],
    responses=problem_responses(401, 422, 503),
)
async def list_jobs(
    request: Request,
    caller: CurrentCaller,
    db: DatabaseOf,
    counter: CurrentCounter,
    wanted: Annotated[queries.JobFilter, Depends(job_filter)],
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Response:
    """Jobs, newest first. This answers "did last night's backup work?".

    Select the night with `started_since` and `finished_until`: these are Azure's times, also for jobs that Azure's
    schedule started. `created_since` and `created_until` are the times at which Holdfast recorded a job.

    Select a VM with `vm_id` or `name`, even if it is not protected any more: each job stores its VM.
    """
    async with db.begin() as session:
        jobs, following = await queries.list_jobs(
            session, caller.tenant, wanted, limit=limit, cursor=cursor, counter=counter
        )
    page = Page[JobRead](items=[JobRead.of(job) for job in jobs], next=following, count=counter.found)
    return answer(page, headers=next_link(request, following))


@router.get(
    "/{job_id}",
    operation_id="get_job",
    openapi_extra=requires(Permission.JOBS_READ),
    response_model=JobRead,
    responses=problem_responses(401, 404, 422, 503) | NOT_CHANGED,
)
async def get_job(
    request: Request,
    job_id: UUID,
    caller: CurrentCaller,
    db: DatabaseOf,
    wanted: CurrentRead,
) -> Response:
    """One job. Reading it lets Holdfast fetch its progress and tasks from Azure for the next two minutes.

    `Prefer: wait` alone answers when it ends. With `If-None-Match` it answers with the next event of the job, and lets
    nothing be fetched meanwhile; progress is no event.
    """

    async def read() -> Version:
        async with db.begin() as session:
            job = await queries.get_job(session, caller.tenant, job_id)
            position = await queries.queue_position(session, job)
            body = JobRead.of(job, position=position)
            etag = etag_of(job.updated_at, shown=body)
            if not wanted.waits_at(etag):
                await queries.watch_job(session, job, poll_seconds=services_of(request).settings.poll_seconds)
        return Version(body, etag, about(ResourceKind.JOB, job_id))

    headers = {}
    if wanted.wait_seconds and not wanted.names_version:
        async with db.begin() as session:
            job = await queries.get_job(session, caller.tenant, job_id)
            await queries.watch_job(session, job, poll_seconds=services_of(request).settings.poll_seconds)
        if job.state not in SETTLED:
            waited = await accepted(request, job, wanted.wait_seconds)
            if waited.status_code == HTTPStatus.OK:
                headers = {"Preference-Applied": f"wait={wanted.wait_seconds}"}
    return await wanted.answer(read, headers=headers)


@router.get(
    "/{job_id}/events",
    operation_id="list_job_events",
    openapi_extra=requires(Permission.JOBS_READ),
    response_model=Page[JobEventRead],
    responses=problem_responses(401, 404, 410, 422, 429, 503)
    | {200: {"content": STREAM_ANSWER}, 204: {"description": "Of a stream: the job has ended, and nothing follows."}},
)
async def list_job_events(
    request: Request,
    job_id: UUID,
    caller: CurrentCaller,
    db: DatabaseOf,
    counter: CurrentCounter,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
    last_event_id: LastEventId = None,
    accept: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> Response:
    """The history of a job, oldest first: each observation, and the state that followed.

    With `Accept: text/event-stream`: the job's events, as GET /v1/events tells them, from the first one that is kept.
    The stream ends with `holdfast.job.ended`; a client that comes back after it gets 204. It does not make Holdfast
    read the job's progress from Azure, as GET /v1/jobs/{id} does.
    """
    if wants_stream(accept):
        async with db.begin() as session:
            job = await queries.get_job(session, caller.tenant, job_id)
        of_job = EventFilter(subject=Subject(ResourceKind.JOB, str(job_id)))
        is_over = job.state in TERMINAL
        asked = Following(of_job, cursor, last_event_id, "oldest", Permission.JOBS_READ, _is_end, is_over)
        return await open_stream(request, caller, asked)
    async with db.begin() as session:
        events, following = await queries.list_events(
            session, caller.tenant, job_id, limit=limit, cursor=cursor, counter=counter
        )
    page = Page[JobEventRead](items=[JobEventRead.of(event) for event in events], next=following, count=counter.found)
    return answer(page, headers=next_link(request, following))


def _is_end(told: Told) -> bool:
    return told.event.type == EventType.JOB_ENDED


@router.post(
    "/{job_id}/cancel",
    operation_id="cancel_job",
    openapi_extra=requires(Permission.JOBS_CANCEL),
    status_code=202,
    response_model=JobRead,
    responses=ACCEPTED | problem_responses(401, 404, 409, 422, 503),
)
async def cancel_job(
    request: Request, job_id: UUID, caller: CurrentCaller, db: DatabaseOf, azure: AzureOf, wait_seconds: PreferWait
) -> Response:
    """Cancel a job.

    A job that was never sent is cancelled at once. For a running backup or restore, Azure is asked to cancel. Azure may
    still complete it; `cancel` then says so.
    """
    async with db.begin() as session:
        job = await actions.request_cancel(session, caller, job_id, services_of(request).works_of(azure))
    return await accepted(request, job, wait_seconds)


@router.post(
    "/{job_id}/resolve",
    operation_id="resolve_job",
    openapi_extra=requires(Permission.JOBS_RESOLVE),
    status_code=202,
    response_model=JobRead,
    responses=ACCEPTED | problem_responses(401, 404, 409, 422, 503),
)
async def resolve_job(
    request: Request,
    job_id: UUID,
    body: ResolveBody,
    caller: CurrentCaller,
    db: DatabaseOf,
    azure: AzureOf,
    wait_seconds: PreferWait,
) -> Response:
    """Decide about a job that needs attention, or whose outcome is still unknown. Your name and reason are recorded.

    An Azure job to be adopted is read from Azure: it must exist, do what this job requested, for the same machine, and
    belong to no other job. If not, `candidates` of the problem lists the Azure jobs that fit. While Azure cannot be
    reached nothing is adopted: 503 with Retry-After.
    """
    decision = actions.Decision(body.action, body.reason, body.azure_job_id)
    job = await resolve.resolve_job(services_of(request), db, azure, caller, job_id, decision)
    return await accepted(request, job, wait_seconds)
