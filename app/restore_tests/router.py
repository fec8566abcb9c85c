"""The paths under /v1/restore-tests."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Request, Response
from pydantic import TypeAdapter, ValidationError

from app.azure import names
from app.azure.live_reads import or_none_if_unavailable
from app.core.db.database import Transactions
from app.core.http.conventions import Cursor, IfMatch, Limit, answer, check_if_match, etag_of, next_link
from app.core.http.list_parameters import CurrentCounter
from app.core.http.pages import DEFAULT_LIMIT, Page
from app.core.http.problems import problem_responses
from app.events.conditional_reads import NOT_CHANGED, CurrentRead, Version
from app.evidence.errors import EvidenceKeysMissing
from app.identity.access.caller import Caller
from app.identity.access.dependencies import CurrentCaller, DatabaseOf, SecuredRoute
from app.identity.access.permissions import Permission, requires
from app.jobs.api.live_reads import LiveAzure
from app.jobs.api.schemas import JobRead
from app.jobs.api.services import services_of
from app.jobs.api.writes import ACCEPTED, CurrentWrite, LiveAzureOf
from app.jobs.requests.enqueue import find_replay
from app.protection.items import backed_up_vms
from app.restore_tests import plans, service
from app.restore_tests.errors import RestoreTestNotValid
from app.restore_tests.models import RestoreTest
from app.restore_tests.schemas import (
    RestoreTestCreate,
    RestoreTestRead,
    RestoreTestUpdate,
    RoundCreate,
    TestTargetBody,
)
from app.restores.checks.isolation import in_group
from app.restores.checks.known_machines import known_now
from app.restores.checks.target_looks import REQUESTS, check_isolated, find_ways_out

router = APIRouter(prefix="/v1/restore-tests", tags=["restore tests"], route_class=SecuredRoute)

READ = requires(Permission.RESTORES_READ)
WRITE = requires(Permission.RESTORE_TESTS_WRITE)


def _check_can_sign(request: Request) -> None:
    if not services_of(request).settings.keys_of_evidence:
        raise EvidenceKeysMissing


def _normal(target: TestTargetBody) -> TestTargetBody:
    """The ids in their usual spelling. Raises RestoreTestNotValid with a pointer."""
    read: dict[str, Callable[[str], Any]] = {
        "resource_group_id": names.parse_resource_group_id,
        "subnet_id": names.parse_subnet_id,
        "staging_storage_account_id": names.parse_storage_account_id,
    }
    found: dict[str, str] = {}
    for name, parse in read.items():
        try:
            found[name] = parse(getattr(target, name)).id
        except ValueError as error:
            raise RestoreTestNotValid(
                str(error), pointer=f"#/target/{name}", remedy="Copy the resource's id from Azure."
            ) from None
    return target.model_copy(update=found)


async def _check_target(caller: Caller, db: Transactions, live: LiveAzure, target: TestTargetBody) -> None:
    """Whether it may be touched and is isolated. While Azure is away it is accepted: each run looks again."""
    service.check_target_granted(caller, target)
    async with db.begin() as session:
        of_group = in_group(target.resource_group_id, await backed_up_vms(session, caller.tenant))
    azure, known = live.asked(REQUESTS), known_now(db, caller.tenant)
    allows = target.allow_internet
    look = find_ways_out(azure.networks, azure.machines, target.subnet_id, known, allow_internet=allows)
    found = await or_none_if_unavailable(look)
    check_isolated(target.subnet_id, [*of_group, *(found or ())])


def _shown(test: RestoreTest) -> Response:
    return answer(RestoreTestRead.of(test), etag=etag_of(test.updated_at))


@router.post(
    "",
    operation_id="create_restore_test",
    openapi_extra=WRITE,
    status_code=201,
    response_model=RestoreTestRead,
    responses=problem_responses(401, 404, 409, 413, 422, 503),
)
async def create_restore_test(
    request: Request,
    body: Annotated[RestoreTestCreate, Body()],
    caller: CurrentCaller,
    db: DatabaseOf,
    live: LiveAzureOf,
) -> Response:
    """Define a restore test: which VMs are restored when, where to, and what is verified.

    A target that leads to production is refused, with every way that was found. Nothing is restored yet.
    """
    _check_can_sign(request)
    if body.target is not None:
        body = body.model_copy(update={"target": _normal(body.target)})
    definition = body.kept()
    secrets = service.keep_secrets(services_of(request).secret_box, definition, body.script)
    if body.target is not None:
        await _check_target(caller, db, live, body.target)
    async with db.begin() as session:
        test = await service.make_test(session, caller, definition, secrets)
    headers = {"Location": f"/v1/restore-tests/{test.id}", "ETag": etag_of(test.updated_at)}
    text = RestoreTestRead.of(test).model_dump_json(by_alias=True)
    return Response(text, status_code=HTTPStatus.CREATED, media_type="application/json", headers=headers)


@router.get(
    "",
    operation_id="list_restore_tests",
    openapi_extra=READ,
    response_model=Page[RestoreTestRead],
    responses=problem_responses(401, 422, 503),
)
async def list_restore_tests(
    request: Request,
    caller: CurrentCaller,
    db: DatabaseOf,
    counter: CurrentCounter,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Response:
    """The restore tests of your tenant, oldest first."""
    async with db.begin() as session:
        tests, following = await service.list_tests(session, caller.tenant, limit=limit, cursor=cursor, counter=counter)
    page = Page[RestoreTestRead](items=[RestoreTestRead.of(one) for one in tests], next=following, count=counter.found)
    return answer(page, headers=next_link(request, following))


@router.get(
    "/{test_id}",
    operation_id="get_restore_test",
    openapi_extra=READ,
    response_model=RestoreTestRead,
    responses=problem_responses(401, 404, 422, 503) | NOT_CHANGED,
)
async def get_restore_test(test_id: UUID, caller: CurrentCaller, db: DatabaseOf, wanted: CurrentRead) -> Response:
    """A restore test: what it tests, when its next round is due, and the ETag that a change needs."""

    async def read() -> Version:
        async with db.begin() as session:
            test = await service.get_test(session, caller.tenant, test_id)
        return Version(RestoreTestRead.of(test), etag_of(test.updated_at), path=service.path_of(test))

    return await wanted.answer(read)


@router.patch(
    "/{test_id}",
    operation_id="change_restore_test",
    openapi_extra=WRITE,
    response_model=RestoreTestRead,
    responses=problem_responses(401, 404, 412, 413, 422, 428, 503),
)
async def change_restore_test(
    request: Request,
    test_id: UUID,
    body: Annotated[RestoreTestUpdate, Body()],
    caller: CurrentCaller,
    db: DatabaseOf,
    live: LiveAzureOf,
    if_match: IfMatch = None,
) -> Response:
    """Change a restore test. Rounds that have begun go on as they were. An approval of it does not hold any more."""
    async with db.begin() as session:
        test = await service.get_test(session, caller.tenant, test_id)
    check_if_match(if_match, etag_of(test.updated_at))
    wanted = _changed(test, body)
    if body.target is not None:
        target = _normal(body.target)
        wanted = wanted.model_copy(update={"target": target})
        await _check_target(caller, db, live, target)
    box = services_of(request).secret_box
    async with db.begin() as session:
        test = await service.get_test(session, caller.tenant, test_id, hold=True)
        check_if_match(if_match, etag_of(test.updated_at))
        definition = await plans.with_plan(session, caller.tenant, wanted.kept())
        secrets = service.keep_secrets(box, definition, wanted.script, test)
        await service.change_test(session, caller, test, definition, secrets)
    return _shown(test)


CREATE: TypeAdapter[RestoreTestCreate] = TypeAdapter(RestoreTestCreate)


def _changed(test: RestoreTest, body: RestoreTestUpdate) -> RestoreTestCreate:
    """The whole definition, with what is to be changed. Raises RestoreTestNotValid where the parts do not fit."""
    before: dict[str, Any] = {name: value for name, value in test.definition.items() if name != "plan_hash"}
    if before.get("plan_id") is not None:
        before["target"] = None  # of the plan
    if before["script"] is not None:
        before["script"] = {name: value for name, value in before["script"].items() if name not in service.SECRET_FACTS}
    given = {name: getattr(body, name) for name in body.model_fields_set}
    parts = {
        name: part.model_dump(by_alias=True) if hasattr(part, "model_dump") else part for name, part in given.items()
    }
    try:
        return CREATE.validate_python(before | parts)
    except ValidationError as error:
        first = error.errors()[0]
        raise RestoreTestNotValid(
            first["msg"].removeprefix("Value error, "),
            pointer="#/" + "/".join(str(part) for part in first["loc"]),
            remedy="Change the parts together that belong together.",
        ) from None


@router.delete(
    "/{test_id}",
    operation_id="delete_restore_test",
    openapi_extra=WRITE,
    status_code=204,
    responses=problem_responses(401, 404, 409, 412, 422, 503),
)
async def delete_restore_test(
    test_id: UUID, caller: CurrentCaller, db: DatabaseOf, if_match: IfMatch = None
) -> Response:
    """Delete a restore test. Its runs and their evidence are kept."""
    async with db.begin() as session:
        test = await service.get_test(session, caller.tenant, test_id, hold=True)
        check_if_match(if_match, etag_of(test.updated_at), needed=False)
        await service.delete_test(session, caller, test)
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.post(
    "/{test_id}/runs",
    operation_id="run_restore_test",
    openapi_extra=requires(Permission.RESTORE_TESTS_RUN),
    status_code=202,
    response_model=JobRead,
    responses=ACCEPTED | problem_responses(401, 404, 409, 413, 422, 503),
)
async def run_restore_test(
    test_id: UUID, write: CurrentWrite, body: Annotated[RoundCreate | None, Body()] = None
) -> Response:
    """Test now: one round, whose job has a run for each VM (GET /v1/restore-test-runs?job=...).

    In a tenant that wants a second person for restores the approval of a round holds for the definition: its schedule
    then needs no other, while it is not changed.
    """
    _check_can_sign(write.request)
    asked = write.asked(body)
    async with write.db.begin() as session:
        job = await find_replay(session, asked)
        if job is None:
            test = await service.get_test(session, write.caller.tenant, test_id, hold=True)
            service.check_target_granted(write.caller, TestTargetBody.model_validate(test.definition["target"]))
            job = await service.ask_round(session, asked, test)
    return await write.accepted(job)
