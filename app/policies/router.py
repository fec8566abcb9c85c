"""The paths of policies: under their vault to create and list, by id to read, change and delete; and the preview."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Body, Depends, Query, Request, Response

from app.azure.grants import check_granted
from app.azure.values import PolicyDefinition
from app.core.events.types import ResourceKind
from app.core.http.conventions import (
    Cursor,
    IfMatch,
    Limit,
    answer,
    etag_of,
    next_link,
    reserve,
)
from app.core.http.list_parameters import CurrentCounter
from app.core.http.pages import DEFAULT_LIMIT, Page
from app.core.http.problems import problem_responses
from app.events.conditional_reads import NOT_CHANGED, CurrentRead, Version, about
from app.identity.access.dependencies import CurrentCaller, DatabaseOf, SecuredRoute
from app.identity.access.permissions import Permission, requires
from app.jobs.api.schemas import JobRead, WriteBody
from app.jobs.api.services import services_of
from app.jobs.api.writes import ACCEPTED, AzureOf, CurrentWrite
from app.jobs.requests.enqueue import find_replay
from app.policies import rules, service, usage_checks, write_requests
from app.policies.preview import preview
from app.policies.preview_schemas import PolicyDiff, PreviewCreate, PreviewRead
from app.policies.records import definition_of, list_revisions
from app.policies.schemas import DefinitionBody, PolicyCreate, PolicyRead, PolicyUpdate, RevisionRead
from app.policies.write_requests import ChangeRequest, change_policy, examine_change
from app.vaults.service import get_ready_vault, get_vault

router = APIRouter(prefix="/v1", tags=["policies"], route_class=SecuredRoute)

PUT_OK: dict[int | str, dict[str, Any]] = {
    200: {"model": JobRead | PolicyDiff, "description": "It ended in time, or what a dry run shows."}
}
DRY_RUN = (
    "Answer 200 with what would change, shrink and go, and what it costs; nothing is written. If-Match may be left out."
)


async def time_now(request: Request) -> datetime:
    return services_of(request).clock.now()


Now = Annotated[datetime, Depends(time_now)]


def checked(body: DefinitionBody) -> PolicyDefinition:
    """The policy of the body. Raises PolicyNotValid."""
    definition = body.to_definition()
    rules.check_type(definition, asked=body.enhanced)
    rules.check_definition(definition)
    return definition


@router.post(
    "/vaults/{vault_id}/policies",
    operation_id="create_policy",
    openapi_extra=requires(Permission.POLICIES_WRITE),
    status_code=202,
    response_model=JobRead,
    responses=ACCEPTED | problem_responses(401, 404, 409, 413, 422, 503),
)
async def create_policy(vault_id: UUID, body: Annotated[PolicyCreate, Body()], write: CurrentWrite) -> Response:
    """Create a policy. It is validated before it is sent to Azure."""
    asked, caller = write.asked(body), write.caller
    rules.check_name(body.name)
    definition = checked(body)
    async with write.db.begin() as session:
        job = await find_replay(session, asked)
        if job is None:
            vault = await get_ready_vault(session, caller.tenant, vault_id)
            check_granted(caller.membership.grants, vault.ref)
            job = await service.request_policy(session, asked, vault, body.name, definition)
    return await write.accepted(job)


reserve(router, "/policies/preview", "GET", "PUT", "DELETE")


@router.post(
    "/policies/preview",
    operation_id="preview_policy",
    openapi_extra=requires(Permission.POLICIES_READ),
    response_model=PreviewRead,
    responses=problem_responses(401, 413, 422, 503),
)
async def preview_policy(body: Annotated[PreviewCreate, Body()], _caller: CurrentCaller, now: Now) -> Response:
    """What a policy would do: its next runs, the points of a day, how many are kept.

    Up to ten years; nothing is created.

    Computed from the schedule alone: no point exists before the span. Runs are at wall-clock times of the policy's
    zone, also when the clocks change.
    """
    definition = checked(body)
    first = body.first or now.astimezone(ZoneInfo(definition.time_zone)).date()
    last = rules.check_span(first, until=body.until, days=body.days, on=body.on)
    seen = preview(definition, first, last, on=body.on, limit=body.limit)
    return Response(
        PreviewRead.of(seen, definition, body.on).model_dump_json(by_alias=True), media_type="application/json"
    )


@router.get(
    "/vaults/{vault_id}/policies",
    operation_id="list_policies",
    openapi_extra=requires(Permission.POLICIES_READ),
    response_model=Page[PolicyRead],
    responses=problem_responses(401, 404, 422, 503),
)
async def list_policies(
    request: Request,
    vault_id: UUID,
    caller: CurrentCaller,
    db: DatabaseOf,
    counter: CurrentCounter,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Response:
    """The VM policies of a vault, including those that Azure created."""
    async with db.begin() as session:
        await get_vault(session, caller.tenant, vault_id)
        policies, following = await service.list_policies(
            session, vault_id, limit=limit, cursor=cursor, counter=counter
        )
        counts = await usage_checks.count_items(session, [policy.id for policy in policies])
    items = [PolicyRead.of(policy, definition_of(policy), counts.get(policy.id, 0)) for policy in policies]
    return answer(
        Page[PolicyRead](items=items, next=following, count=counter.found), headers=next_link(request, following)
    )


@router.get(
    "/policies/{policy_id}",
    operation_id="get_policy",
    openapi_extra=requires(Permission.POLICIES_READ),
    response_model=PolicyRead,
    responses=problem_responses(401, 404, 422, 503) | NOT_CHANGED,
)
async def get_policy(policy_id: UUID, caller: CurrentCaller, db: DatabaseOf, wanted: CurrentRead) -> Response:
    """A policy, advice about it, and the ETag that a change needs."""

    async def read() -> Version:
        async with db.begin() as session:
            policy = await service.get_policy(session, caller.tenant, policy_id)
            counts = await usage_checks.count_items(session, [policy.id])
        shown = PolicyRead.of(policy, definition_of(policy), counts.get(policy.id, 0))
        # How many items follow it is shown, but an If-Match does not fail because a VM came (check_if_match).
        return Version(shown, etag_of(policy.updated_at, shown=shown), about(ResourceKind.POLICY, policy_id))

    return await wanted.answer(read)


@router.put(
    "/policies/{policy_id}",
    operation_id="put_policy",
    openapi_extra=requires(Permission.POLICIES_WRITE),
    status_code=202,
    response_model=JobRead,
    responses=ACCEPTED | PUT_OK | problem_responses(401, 404, 409, 412, 413, 422, 428, 503),
)
async def put_policy(
    request: Request,
    policy_id: UUID,
    body: Annotated[PolicyUpdate, Body()],
    write: CurrentWrite,
    azure: AzureOf,
    now: Now,
    dry_run: Annotated[bool, Query(description=DRY_RUN)] = False,  # noqa: FBT002 - a query parameter has no position
    if_match: IfMatch = None,
) -> Response:
    """Change a policy, for every item that follows it. Use `dry_run=true` first: a shorter retention deletes points.

    Refused if it was changed in Azure since it was read; the answer says what changed. Every version is kept.
    """
    wanted = ChangeRequest(policy_id, checked(body), body.name, if_match)
    if dry_run:
        found = await examine_change(write.db, azure.policies, write.caller, wanted)
        costs = services_of(request).costs
        cost = await costs.of_policy(write.db, write.caller.tenant, policy_id, wanted.definition)
        return answer(PolicyDiff.of(found, wanted.definition, now, cost))
    return await write.accepted(await change_policy(write.db, azure.policies, write.asked(body), wanted))


@router.delete(
    "/policies/{policy_id}",
    operation_id="delete_policy",
    openapi_extra=requires(Permission.POLICIES_WRITE),
    status_code=202,
    response_model=JobRead,
    responses=ACCEPTED | problem_responses(401, 404, 409, 412, 413, 422, 503),
)
async def delete_policy(
    policy_id: UUID,
    write: CurrentWrite,
    azure: AzureOf,
    body: Annotated[WriteBody | None, Body()] = None,
    if_match: IfMatch = None,
) -> Response:
    """Delete a policy that no item follows, also one that Azure created. If items follow it: 409, which names them.

    409 too while Holdfast has Azure Policy protect VMs by it.
    """
    blocker = services_of(write.request).policy_blocker
    job = await write_requests.delete_policy(
        write.db, azure.policies, write.asked(body), policy_id, blocker=blocker, if_match=if_match
    )
    return await write.accepted(job)


@router.get(
    "/policies/{policy_id}/revisions",
    operation_id="list_policy_revisions",
    openapi_extra=requires(Permission.POLICIES_READ),
    response_model=Page[RevisionRead],
    responses=problem_responses(401, 404, 422, 503),
)
async def list_policy_revisions(
    request: Request,
    policy_id: UUID,
    caller: CurrentCaller,
    db: DatabaseOf,
    counter: CurrentCounter,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Response:
    """Every version of a policy that Azure had, newest first, and who requested it."""
    async with db.begin() as session:
        await service.get_policy(session, caller.tenant, policy_id)
        rows, following = await list_revisions(session, policy_id, limit=limit, cursor=cursor, counter=counter)
    items = [RevisionRead.of(row, definition_of(row), who) for row, who in rows]
    return answer(
        Page[RevisionRead](items=items, next=following, count=counter.found), headers=next_link(request, following)
    )
