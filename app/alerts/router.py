"""The paths of alerts, their rules and silences."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Query, Request, Response

from app.alerts import service
from app.alerts.kinds import AlertKind, AlertState
from app.alerts.models import path_of
from app.alerts.schemas import (
    AcknowledgeBody,
    AlertRead,
    AlertRuleBody,
    AlertRuleRead,
    AlertRules,
    SilenceBody,
    SilenceChange,
    SilenceRead,
)
from app.alerts.service import AskedSilence
from app.core.events.types import ResourceKind
from app.core.http.conventions import Cursor, IfMatch, Limit, answer, etag_of, next_link
from app.core.http.list_parameters import CurrentCounter
from app.core.http.pages import DEFAULT_LIMIT, Page
from app.core.http.problems import problem_responses
from app.events.conditional_reads import NOT_CHANGED, CurrentRead, Version, about
from app.identity.access.dependencies import CurrentCaller, DatabaseOf, SecuredRoute
from app.identity.access.permissions import Permission, requires

router = APIRouter(prefix="/v1", tags=["alerts"], route_class=SecuredRoute)


@router.get(
    "/alerts",
    operation_id="list_alerts",
    openapi_extra=requires(Permission.ALERTS_READ),
    response_model=Page[AlertRead],
    responses=problem_responses(401, 422, 503),
)
async def list_alerts(
    request: Request,
    caller: CurrentCaller,
    db: DatabaseOf,
    counter: CurrentCounter,
    state: Annotated[
        list[AlertState] | None, Query(max_length=3, description="Only those in this state. May be repeated.")
    ] = None,
    kind: Annotated[
        list[AlertKind] | None,
        Query(max_length=len(AlertKind), description="Only those of this kind. May be repeated."),
    ] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Response:
    """What is wrong, or was, newest first. An alert is shown when its grace has ended; a silenced one, too."""
    async with db.begin() as session:
        rows, following = await service.list_alerts(
            session, caller.tenant, states=state or (), kinds=kind or (), limit=limit, cursor=cursor, counter=counter
        )
    page = Page[AlertRead](items=[AlertRead.of(row) for row in rows], next=following, count=counter.found)
    return answer(page, headers=next_link(request, following))


@router.get(
    "/alerts/{alert_id}",
    operation_id="get_alert",
    openapi_extra=requires(Permission.ALERTS_READ),
    response_model=AlertRead,
    responses=problem_responses(401, 404, 422, 503) | NOT_CHANGED,
)
async def get_alert(alert_id: UUID, caller: CurrentCaller, db: DatabaseOf, wanted: CurrentRead) -> Response:
    """An alert: what is wrong, since when, what to do about it, and who has it in hand."""

    async def read() -> Version:
        async with db.begin() as session:
            alert = await service.get_alert(session, caller.tenant, alert_id)
        events = about(ResourceKind.ALERT, alert_id)
        return Version(AlertRead.of(alert), etag_of(alert.updated_at), events, path_of(alert_id))

    return await wanted.answer(read)


@router.post(
    "/alerts/{alert_id}/acknowledge",
    operation_id="acknowledge_alert",
    openapi_extra=requires(Permission.ALERTS_ACKNOWLEDGE),
    response_model=AlertRead,
    responses=problem_responses(401, 404, 409, 413, 422, 503),
)
async def acknowledge_alert(
    alert_id: UUID, body: Annotated[AcknowledgeBody, Body()], caller: CurrentCaller, db: DatabaseOf
) -> Response:
    """Say that a person has it in hand. It still resolves by itself. Again changes nothing."""
    async with db.begin() as session:
        alert = await service.acknowledge(session, caller, alert_id, body.reason)
    return answer(AlertRead.of(alert), etag=etag_of(alert.updated_at))


# --- rules -----------------------------------------------------------------------------------------------------------
@router.get(
    "/alert-rules",
    operation_id="list_alert_rules",
    openapi_extra=requires(Permission.ALERTS_READ),
    response_model=AlertRules,
    responses=problem_responses(401, 422, 503),
)
async def list_alert_rules(caller: CurrentCaller, db: DatabaseOf) -> Response:
    """What holds for each kind of alert: as your tenant has set it, or by default. All are on from the start."""
    async with db.begin() as session:
        rules = await service.list_rules(session, caller.tenant)
    return answer(AlertRules(items=[AlertRuleRead.of(rule) for rule in rules]))


@router.get(
    "/alert-rules/{kind}",
    operation_id="get_alert_rule",
    openapi_extra=requires(Permission.ALERTS_READ),
    response_model=AlertRuleRead,
    responses=problem_responses(401, 422, 503) | NOT_CHANGED,
)
async def get_alert_rule(kind: AlertKind, caller: CurrentCaller, db: DatabaseOf, wanted: CurrentRead) -> Response:
    """What holds for one kind, and the ETag that a change of it needs."""

    async def read() -> Version:
        async with db.begin() as session:
            rules = await service.list_rules(session, caller.tenant)
        rule = next(one for one in rules if one.kind is kind)
        return Version(AlertRuleRead.of(rule), rule.version, path=f"/v1/alert-rules/{kind}")

    return await wanted.answer(read)


@router.put(
    "/alert-rules/{kind}",
    operation_id="put_alert_rule",
    openapi_extra=requires(Permission.ALERTS_WRITE),
    response_model=AlertRuleRead,
    responses=problem_responses(401, 412, 413, 422, 428, 503),
)
async def put_alert_rule(
    kind: AlertKind,
    body: Annotated[AlertRuleBody, Body()],
    caller: CurrentCaller,
    db: DatabaseOf,
    if_match: IfMatch = None,
) -> Response:
    """Set what holds for one kind: whether, how grave, after how long, and who is told. It is on the audit trail."""
    async with db.begin() as session:
        rule = await service.put_rule(session, caller, kind, body.wanted(), if_match)
    return answer(AlertRuleRead.of(rule), etag=rule.version)


# --- silences --------------------------------------------------------------------------------------------------------
@router.post(
    "/alert-silences",
    operation_id="create_alert_silence",
    openapi_extra=requires(Permission.ALERTS_WRITE),
    status_code=201,
    response_model=SilenceRead,
    responses=problem_responses(401, 404, 409, 413, 422, 503),
)
async def create_alert_silence(body: Annotated[SilenceBody, Body()], caller: CurrentCaller, db: DatabaseOf) -> Response:
    """Hold alerts back for a window: they are recorded and shown, and no event and no mail announces them.

    What is still wrong when the window ends is told then. Without kind, subject, vault or label it holds back all.
    """
    async with db.begin() as session:
        row = await service.create_silence(session, caller, AskedSilence(**body.model_dump()))
    headers = {"Location": f"/v1/alert-silences/{row.id}", "ETag": etag_of(row.updated_at)}
    shown = SilenceRead.of(row).model_dump_json(by_alias=True)
    return Response(shown, status_code=HTTPStatus.CREATED, media_type="application/json", headers=headers)


@router.get(
    "/alert-silences",
    operation_id="list_alert_silences",
    openapi_extra=requires(Permission.ALERTS_READ),
    response_model=Page[SilenceRead],
    responses=problem_responses(401, 422, 503),
)
async def list_alert_silences(
    request: Request,
    caller: CurrentCaller,
    db: DatabaseOf,
    counter: CurrentCounter,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Response:
    """Newest first, also those that have ended."""
    async with db.begin() as session:
        rows, following = await service.list_silences(
            session, caller.tenant, limit=limit, cursor=cursor, counter=counter
        )
    page = Page[SilenceRead](items=[SilenceRead.of(row) for row in rows], next=following, count=counter.found)
    return answer(page, headers=next_link(request, following))


@router.get(
    "/alert-silences/{silence_id}",
    operation_id="get_alert_silence",
    openapi_extra=requires(Permission.ALERTS_READ),
    response_model=SilenceRead,
    responses=problem_responses(401, 404, 422, 503) | NOT_CHANGED,
)
async def get_alert_silence(silence_id: UUID, caller: CurrentCaller, db: DatabaseOf, wanted: CurrentRead) -> Response:
    """A silence: which alerts it holds back and until when, and the ETag that a change needs."""

    async def read() -> Version:
        async with db.begin() as session:
            row = await service.get_silence(session, caller.tenant, silence_id)
        return Version(SilenceRead.of(row), etag_of(row.updated_at), path=f"/v1/alert-silences/{silence_id}")

    return await wanted.answer(read)


@router.patch(
    "/alert-silences/{silence_id}",
    operation_id="update_alert_silence",
    openapi_extra=requires(Permission.ALERTS_WRITE),
    response_model=SilenceRead,
    responses=problem_responses(401, 404, 412, 413, 422, 428, 503),
)
async def update_alert_silence(
    silence_id: UUID,
    body: Annotated[SilenceChange, Body()],
    caller: CurrentCaller,
    db: DatabaseOf,
    if_match: IfMatch = None,
) -> Response:
    """Change a silence, such as its end. A member that is left out stays; null takes a condition away."""
    changes = body.model_dump(exclude_unset=True)
    async with db.begin() as session:
        row = await service.change_silence(session, caller, silence_id, changes, if_match)
    return answer(SilenceRead.of(row), etag=etag_of(row.updated_at))


@router.delete(
    "/alert-silences/{silence_id}",
    operation_id="delete_alert_silence",
    openapi_extra=requires(Permission.ALERTS_WRITE),
    status_code=204,
    responses=problem_responses(401, 404, 412, 422, 503),
)
async def delete_alert_silence(
    silence_id: UUID, caller: CurrentCaller, db: DatabaseOf, if_match: IfMatch = None
) -> Response:
    """End a silence now. What it held back and is still wrong is told."""
    async with db.begin() as session:
        await service.delete_silence(session, caller, silence_id, if_match)
    return Response(status_code=HTTPStatus.NO_CONTENT)
