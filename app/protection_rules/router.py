"""The paths under /v1/protection-rules."""

import asyncio
import json
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Request, Response

from app.core.events.types import ResourceKind
from app.core.http.conventions import Cursor, IfMatch, Limit, answer, check_if_match, etag_of, next_link
from app.core.http.list_parameters import CurrentCounter
from app.core.http.pages import DEFAULT_LIMIT, Page
from app.core.http.problems import problem_responses
from app.events.conditional_reads import NOT_CHANGED, CurrentRead, Version, about
from app.identity.access.caller import Caller
from app.identity.access.dependencies import CurrentCaller, DatabaseOf, SecuredRoute
from app.identity.access.permissions import Permission, requires
from app.jobs.api.services import services_of
from app.jobs.api.writes import AzureOf
from app.jobs.requests.enqueue import Asked
from app.policies.router import Now
from app.protection_rules import service
from app.protection_rules.definitions import selected_hash_of
from app.protection_rules.enforcing import approving
from app.protection_rules.enforcing.withdrawing import take_back
from app.protection_rules.facts import Wanted
from app.protection_rules.models import ProtectionRule
from app.protection_rules.preview import Weighed, check_confirmed, preview
from app.protection_rules.preview_schemas import RulePreview, shown
from app.protection_rules.rules import RuleMode
from app.protection_rules.schemas import RuleBody, RuleCreate, RuleRead, RuleStart, RuleUpdate

router = APIRouter(prefix="/v1/protection-rules", tags=["protection rules"], route_class=SecuredRoute)

READ = requires(Permission.RULES_READ)
WRITE = requires(Permission.RULES_WRITE)


def _shown(row: ProtectionRule) -> Response:
    read = RuleRead.of(row)
    return answer(read, etag=etag_of(row.updated_at, shown=read))


class _Look:
    """Weighs rules for one request."""

    def __init__(self, request: Request, caller: Caller, db: DatabaseOf, now: Now) -> None:
        self._services = services_of(request)
        self._caller, self._db, self._today = caller, db, now.date()

    async def at(self, wanted: Wanted) -> Weighed:
        is_on = bool(self._services.settings.estate_seconds)
        lists = self._services.price_lists
        return await preview(self._db, lists, self._caller, wanted, self._today, is_on=is_on)


def _wanted(body: RuleBody, rule_id: UUID | None = None) -> Wanted:
    return Wanted(rule_id, body.priority, body.definition(), body.max_per_hour)


@router.post(
    "",
    operation_id="create_protection_rule",
    openapi_extra=WRITE,
    status_code=201,
    response_model=RuleRead,
    responses=problem_responses(401, 404, 409, 413, 422, 503),
)
async def create_protection_rule(
    request: Request, body: Annotated[RuleCreate, Body()], caller: CurrentCaller, db: DatabaseOf, now: Now
) -> Response:
    """Say which VMs are to be protected, in which vault and by which policy of their region.

    `observe` does nothing: look at its preview. `enforce` protects them, `max_per_hour`, each by an ordinary job.
    """
    weighed, confirmed = None, 0
    if body.mode is RuleMode.ENFORCE:
        weighed = await _Look(request, caller, db, now).at(_wanted(body))
        confirmed = check_confirmed(weighed.effect, body.confirm)
    async with db.begin() as session:
        row = await service.make_rule(session, caller, body)
        if weighed is not None:
            await approving.admit(session, Asked(caller), row, weighed, confirmed)
    read = RuleRead.of(row)
    headers = {"Location": service.path_of(row.id), "ETag": etag_of(row.updated_at, shown=read)}
    made = read.model_dump_json(by_alias=True)
    return Response(made, status_code=HTTPStatus.CREATED, media_type="application/json", headers=headers)


@router.get(
    "",
    operation_id="list_protection_rules",
    openapi_extra=READ,
    response_model=Page[RuleRead],
    responses=problem_responses(401, 422, 503),
)
async def list_protection_rules(
    request: Request,
    caller: CurrentCaller,
    db: DatabaseOf,
    counter: CurrentCounter,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Response:
    """The protection rules of your tenant, oldest first."""
    async with db.begin() as session:
        rows, following = await service.list_rules(session, caller.tenant, limit=limit, cursor=cursor, counter=counter)
    page = Page[RuleRead](items=[RuleRead.of(row) for row in rows], next=following, count=counter.found)
    return answer(page, headers=next_link(request, following))


@router.post(
    "/preview",
    operation_id="preview_protection_rule_body",
    openapi_extra=READ,
    response_model=RulePreview,
    responses=problem_responses(401, 404, 413, 422, 503),
)
async def preview_protection_rule_body(
    request: Request, body: Annotated[RuleCreate, Body()], caller: CurrentCaller, db: DatabaseOf, now: Now
) -> Response:
    """What a rule would do now if it were enforced: every VM, why, and what that costs. Nothing is written.

    From the last reading of the estate and our own rows; Azure is not asked. `unreachable` is not known.
    """
    async with db.begin() as session:
        await service.check_definition(session, caller, body.definition())
    return await _previewed(_Look(request, caller, db, now), _wanted(body), caller)


@router.get(
    "/{rule_id}",
    operation_id="get_protection_rule",
    openapi_extra=READ,
    response_model=RuleRead,
    responses=problem_responses(401, 404, 422, 503) | NOT_CHANGED,
)
async def get_protection_rule(rule_id: UUID, caller: CurrentCaller, db: DatabaseOf, wanted: CurrentRead) -> Response:
    """A protection rule: what it selects, what it does at present, and the ETag that a change needs."""

    async def read() -> Version:
        async with db.begin() as session:
            row = await service.get_rule(session, caller.tenant, rule_id)
        shown_rule = RuleRead.of(row)
        return Version(shown_rule, etag_of(row.updated_at, shown=shown_rule), about(ResourceKind.RULE, rule_id))

    return await wanted.answer(read)


@router.patch(
    "/{rule_id}",
    operation_id="update_protection_rule",
    openapi_extra=WRITE,
    response_model=RuleRead,
    responses=problem_responses(401, 404, 409, 412, 413, 422, 428, 503),
)
async def update_protection_rule(
    request: Request,
    rule_id: UUID,
    body: Annotated[RuleUpdate, Body()],
    caller: CurrentCaller,
    db: DatabaseOf,
    now: Now,
    azure: AzureOf,
    if_match: IfMatch = None,
) -> Response:
    """Change a rule. What it has asked for goes on; an approval of it does not hold any more.

    Where `selector` or `on_lost` change, or it only observes from now on, its pauses that were not sent are taken back.
    """
    async with db.begin() as session:
        row = await service.get_rule(session, caller.tenant, rule_id)
    check_if_match(if_match, etag_of(row.updated_at))
    wanted = body.applied_to(row)
    weighed, confirmed = None, 0
    if wanted.mode is RuleMode.ENFORCE and _must_be_weighed(row, wanted, body):
        async with db.begin() as session:
            await service.check_definition(session, caller, wanted.definition())
        weighed = await _Look(request, caller, db, now).at(_wanted(wanted, rule_id))
        confirmed = check_confirmed(weighed.effect, body.confirm)
    async with db.begin() as session:
        row = await service.get_rule(session, caller.tenant, rule_id, hold=True)
        check_if_match(if_match, etag_of(row.updated_at))
        if _pauses_for_others(row, wanted):
            await take_back(session, caller, row, services_of(request).works_of(azure))
        await service.change_rule(session, caller, row, wanted)
        if weighed is not None:
            await approving.admit(session, Asked(caller), row, weighed, confirmed)
    return _shown(row)


def _pauses_for_others(row: ProtectionRule, wanted: RuleBody) -> bool:
    """Whether a pause that the rule has asked for is not wanted any more once it is changed."""
    is_same = selected_hash_of(wanted.definition()) == selected_hash_of(row.definition)
    return not is_same or wanted.mode is not RuleMode.ENFORCE


def _must_be_weighed(row: ProtectionRule, wanted: RuleBody, body: RuleUpdate) -> bool:
    """Whether an enforced rule does something else by this change, or a number is confirmed."""
    is_another = row.mode != RuleMode.ENFORCE or _wanted(wanted).hash != row.hash
    return is_another or body.confirm is not None


@router.delete(
    "/{rule_id}",
    operation_id="delete_protection_rule",
    openapi_extra=WRITE,
    status_code=204,
    responses=problem_responses(401, 404, 409, 412, 422, 503),
)
async def delete_protection_rule(
    request: Request, rule_id: UUID, caller: CurrentCaller, db: DatabaseOf, azure: AzureOf, if_match: IfMatch = None
) -> Response:
    """Delete a rule. What it protected stays protected, and its jobs go on, but for pauses that were not sent.

    409 while Holdfast has assigned a policy of Azure for it.
    """
    async with db.begin() as session:
        row = await service.get_rule(session, caller.tenant, rule_id, hold=True)
        check_if_match(if_match, etag_of(row.updated_at), needed=False)
        service.check_free(row, await services_of(request).rule_blocker(session, row.id))
        await take_back(session, caller, row, services_of(request).works_of(azure))
        await service.delete_rule(session, caller, row)
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.post(
    "/{rule_id}/preview",
    operation_id="preview_protection_rule",
    openapi_extra=READ,
    response_model=RulePreview,
    responses=problem_responses(401, 404, 422, 503),
)
async def preview_protection_rule(
    request: Request, rule_id: UUID, caller: CurrentCaller, db: DatabaseOf, now: Now
) -> Response:
    """The same of a rule as it is, with the VMs that it has lost."""
    async with db.begin() as session:
        row = await service.get_rule(session, caller.tenant, rule_id)
    return await _previewed(_Look(request, caller, db, now), Wanted.of(row), caller)


async def _previewed(look: _Look, wanted: Wanted, caller: Caller) -> Response:
    weighed = await look.at(wanted)
    content = await asyncio.to_thread(lambda: json.dumps(shown(weighed, caller.membership.approvals)))
    return Response(content, media_type="application/json")


@router.post(
    "/{rule_id}/stop",
    operation_id="stop_protection_rule",
    openapi_extra=WRITE,
    response_model=RuleRead,
    responses=problem_responses(401, 404, 409, 422, 503),
)
async def stop_protection_rule(
    request: Request, rule_id: UUID, caller: CurrentCaller, db: DatabaseOf, azure: AzureOf
) -> Response:
    """Stop a rule: it asks for nothing more. Pauses that were not sent are taken back; its other jobs go on.

    No other rule takes over its VMs.
    """
    async with db.begin() as session:
        row = await service.get_rule(session, caller.tenant, rule_id, hold=True)
        await service.stop_rule(session, caller, row)
        await take_back(session, caller, row, services_of(request).works_of(azure))
    return _shown(row)


@router.post(
    "/{rule_id}/start",
    operation_id="start_protection_rule",
    openapi_extra=WRITE,
    response_model=RuleRead,
    responses=problem_responses(401, 404, 409, 413, 422, 503),
)
async def start_protection_rule(
    request: Request,
    rule_id: UUID,
    caller: CurrentCaller,
    db: DatabaseOf,
    now: Now,
    body: Annotated[RuleStart | None, Body()] = None,
) -> Response:
    """Let a rule that was stopped, or waits for a number or an approval, go on."""
    async with db.begin() as session:
        row = await service.get_rule(session, caller.tenant, rule_id)
        service.check_enforced(row)
    weighed = await _Look(request, caller, db, now).at(Wanted.of(row))
    confirmed = check_confirmed(weighed.effect, body.confirm if body is not None else None)
    async with db.begin() as session:
        row = await service.get_rule(session, caller.tenant, rule_id, hold=True)
        await service.start_rule(session, caller, row, weighed.wanted.hash)
        await approving.admit(session, Asked(caller), row, weighed, confirmed)
    return _shown(row)
