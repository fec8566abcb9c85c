"""The paths under /v1/approvals."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Request, Response

from app.approvals import service
from app.approvals.rules import Verdict
from app.approvals.schemas import ApprovalRead, DecisionBody, ShownState
from app.core.events.types import ResourceKind
from app.core.http.conventions import Cursor, Limit, answer, etag_of, next_link
from app.core.http.list_parameters import CurrentCounter
from app.core.http.pages import DEFAULT_LIMIT, Page
from app.core.http.problems import problem_responses
from app.events.conditional_reads import NOT_CHANGED, CurrentRead, Version, about
from app.identity.access.dependencies import CurrentCaller, DatabaseOf, SecuredRoute
from app.identity.access.permissions import Permission, requires
from app.jobs.api.services import services_of
from app.jobs.api.writes import AzureOf

router = APIRouter(prefix="/v1/approvals", tags=["approvals"], route_class=SecuredRoute)


@router.get(
    "",
    operation_id="list_approvals",
    openapi_extra=requires(Permission.APPROVALS_READ),
    response_model=Page[ApprovalRead],
    responses=problem_responses(401, 422, 503),
)
async def list_approvals(
    request: Request,
    caller: CurrentCaller,
    db: DatabaseOf,
    counter: CurrentCounter,
    state: ShownState | None = None,
    job_id: UUID | None = None,
    view: service.View | None = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Response:
    """Approvals, newest first.

    `view=mine`: your requests; `view=to_decide`: requests of others that await a decision.
    """
    wanted = service.ApprovalFilter(state, job_id, view)
    async with db.begin() as session:
        rows, following = await service.list_approvals(
            session, caller, wanted, limit=limit, cursor=cursor, counter=counter
        )
    page = Page[ApprovalRead](
        items=[ApprovalRead.of(approval, job) for approval, job in rows], next=following, count=counter.found
    )
    return answer(page, headers=next_link(request, following))


@router.get(
    "/{approval_id}",
    operation_id="get_approval",
    openapi_extra=requires(Permission.APPROVALS_READ),
    response_model=ApprovalRead,
    responses=problem_responses(401, 404, 422, 503) | NOT_CHANGED,
)
async def get_approval(approval_id: UUID, caller: CurrentCaller, db: DatabaseOf, wanted: CurrentRead) -> Response:
    """One approval: the exact request, the requester, the deadline and the decision."""

    async def read() -> Version:
        async with db.begin() as session:
            approval, job = await service.get_approval(session, caller.tenant, approval_id)
        events = about(ResourceKind.APPROVAL, approval_id)
        return Version(ApprovalRead.of(approval, job), etag_of(approval.updated_at), events)

    return await wanted.answer(read)


Decide = Callable[[UUID, Verdict, str], Awaitable[Response]]


async def deciding(request: Request, caller: CurrentCaller, db: DatabaseOf, azure: AzureOf) -> Decide:
    """What approve and reject have in common."""
    works = services_of(request).works_of(azure)

    async def decide(approval_id: UUID, verdict: Verdict, reason: str) -> Response:
        async with db.begin() as session:
            approval, job = await service.decide(session, caller, approval_id, verdict, reason, works)
        return answer(ApprovalRead.of(approval, job))

    return decide


CurrentDecide = Annotated[Decide, Depends(deciding)]


@router.post(
    "/{approval_id}/approve",
    operation_id="approve",
    openapi_extra=requires(Permission.APPROVALS_DECIDE),
    response_model=ApprovalRead,
    responses=problem_responses(401, 403, 404, 409, 413, 422, 503),
)
async def approve(approval_id: UUID, body: Annotated[DecisionBody, Body()], decide: CurrentDecide) -> Response:
    """Approve: the job is queued, and sent while the approval is valid. Your own request is refused; repeating is safe.

    You approve exactly what `ask` shows: if the job's request has changed, it is not sent.
    """
    return await decide(approval_id, "approved", body.reason)


@router.post(
    "/{approval_id}/reject",
    operation_id="reject",
    openapi_extra=requires(Permission.APPROVALS_DECIDE),
    response_model=ApprovalRead,
    responses=problem_responses(401, 403, 404, 409, 413, 422, 503),
)
async def reject(approval_id: UUID, body: Annotated[DecisionBody, Body()], decide: CurrentDecide) -> Response:
    """Reject: the job fails with your reason, and nothing is sent. Your own request is refused."""
    return await decide(approval_id, "rejected", body.reason)
