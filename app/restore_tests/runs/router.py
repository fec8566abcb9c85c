"""The paths under /v1/restore-test-runs."""

import json
from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Header, Query, Request, Response
from fastapi.routing import APIRoute

from app.core.http.conventions import Cursor, Limit, address_of, answer, etag_of, next_link
from app.core.http.list_parameters import CurrentCounter
from app.core.http.pages import DEFAULT_LIMIT, Page
from app.core.http.problems import problem_responses
from app.core.http.strict_json import StrictRequest
from app.events.conditional_reads import NOT_CHANGED, CurrentRead, Version
from app.evidence.envelope import MEDIA_TYPE
from app.evidence.store import get_envelope
from app.identity.access.dependencies import CurrentCaller, DatabaseOf, SecuredRoute
from app.identity.access.permissions import Permission, requires
from app.identity.access.services import access_services_of
from app.jobs.api.queries import get_job
from app.protection.items import get_item
from app.restore_tests.errors import TokenNotValid
from app.restore_tests.rules import Outcome
from app.restore_tests.runs import reads, verdicts
from app.restore_tests.runs.reads import RunFilter
from app.restore_tests.runs.schemas import RestoreTestRunRead, VerdictPut
from app.restore_tests.runs.store import path_of
from app.restore_tests.service import get_test

PREFIX = "/v1/restore-test-runs"
router = APIRouter(prefix=PREFIX, tags=["restore tests"], route_class=SecuredRoute)


class BearerFirst(APIRoute):
    """A request without a bearer token hears nothing of its body; with one the body is read as strictly as any."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            if not request.headers.get("authorization", "").lower().startswith("bearer "):
                raise _no_token()
            return await handler(StrictRequest(request.scope, request.receive))

        return handle


verdict_calls = APIRouter(tags=["restore tests"], route_class=BearerFirst)

READ = requires(Permission.RESTORES_READ)


@router.get(
    "",
    operation_id="list_restore_test_runs",
    openapi_extra=READ,
    response_model=Page[RestoreTestRunRead],
    responses=problem_responses(401, 404, 422, 503),
)
async def list_restore_test_runs(
    request: Request,
    caller: CurrentCaller,
    db: DatabaseOf,
    counter: CurrentCounter,
    outcome: Annotated[
        list[Outcome] | None, Query(max_length=4, description="Only those with this outcome. May be repeated.")
    ] = None,
    protected_item_id: Annotated[
        list[UUID] | None, Query(max_length=20, description="Only those of this item. May be repeated.")
    ] = None,
    restore_test_id: Annotated[UUID | None, Query(description="Of this test, while it is there.")] = None,
    job: Annotated[UUID | None, Query(description="Only runs of this round: the id of its job.")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Response:
    """Runs of restore tests, newest first: one for each item that was tested."""
    wanted = RunFilter([str(one) for one in outcome] if outcome else None, protected_item_id, restore_test_id, job)
    async with db.begin() as session:
        for item_id in protected_item_id or ():
            await get_item(session, caller.tenant, item_id)
        if restore_test_id is not None:
            await get_test(session, caller.tenant, restore_test_id)
        if job is not None:
            await get_job(session, caller.tenant, job)
        runs, following = await reads.list_runs(
            session, caller.tenant, wanted, limit=limit, cursor=cursor, counter=counter
        )
    page = Page[RestoreTestRunRead](
        items=[RestoreTestRunRead.of(one) for one in runs], next=following, count=counter.found
    )
    return answer(page, headers=next_link(request, following))


@router.get(
    "/{test_run_id}",
    operation_id="get_restore_test_run",
    openapi_extra=READ,
    response_model=RestoreTestRunRead,
    responses=problem_responses(401, 404, 422, 503) | NOT_CHANGED,
)
async def get_restore_test_run(
    test_run_id: UUID, caller: CurrentCaller, db: DatabaseOf, wanted: CurrentRead
) -> Response:
    """One run: what was restored, what was verified, what was measured, and what is left."""

    async def read() -> Version:
        async with db.begin() as session:
            run = await reads.get_run(session, caller.tenant, test_run_id)
        return Version(RestoreTestRunRead.of(run), etag_of(run.updated_at), path=path_of(run))

    return await wanted.answer(read)


@router.get(
    "/{test_run_id}/evidence",
    operation_id="get_restore_test_evidence",
    openapi_extra=READ,
    responses=problem_responses(401, 404, 422, 503)
    | {200: {"description": "A DSSE envelope with an in-toto statement.", "content": {MEDIA_TYPE: {}}}},
    response_class=Response,
)
async def get_restore_test_evidence(test_run_id: UUID, caller: CurrentCaller, db: DatabaseOf) -> Response:
    """The signed statement about a run that has ended. It verifies without Holdfast: docs/evidence.md."""
    async with db.begin() as session:
        envelope = await get_envelope(session, caller.tenant, test_run_id)
    return Response(json.dumps(envelope.as_json()), media_type=MEDIA_TYPE)


@verdict_calls.put(
    PREFIX + "/{test_run_id}/verdict",
    operation_id="put_restore_test_verdict",
    openapi_extra={"security": [{"verdict": []}]},
    status_code=204,
    responses=problem_responses(401, 409, 413, 422, 429, 503),
)
async def put_restore_test_verdict(
    request: Request,
    test_run_id: UUID,
    body: Annotated[VerdictPut, Body()],
    authorization: Annotated[str, Header(max_length=10_000, include_in_schema=False)] = "",
) -> Response:
    """The verdict of your own check. The bearer token is that of the event `restore_test.check_requested`.

    The first verdict counts; the same one again is 204, too.
    """
    services = access_services_of(request)
    limits, address = services.request_limits, address_of(request)
    if limits.is_shut_out(address):
        raise limits.shut_out(address)
    scheme, _, token = authorization.partition(" ")
    try:
        if scheme.lower() != "bearer":
            raise _no_token()
        async with services.database.of_tenant(verdicts.tenant_of(token) or "").begin() as session:
            await verdicts.take(session, test_run_id, token, passed=body.passed, detail=body.detail, address=address)
    except TokenNotValid:
        limits.count_bad_token(address)
        raise
    return Response(status_code=HTTPStatus.NO_CONTENT)


def _no_token() -> TokenNotValid:
    return TokenNotValid(
        "A verdict needs the token of its check, as a bearer token.",
        remedy="Take `token` from the event holdfast.restore_test.check_requested of this run.",
    )
