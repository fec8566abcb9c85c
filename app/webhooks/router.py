"""The paths under /v1/webhooks."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Body, Query, Request, Response
from pydantic import BaseModel

from app.audit.trail import record
from app.core.events.types import ResourceKind
from app.core.http.conventions import Cursor, IfMatch, Limit, answer, check_if_match, etag_of, next_link
from app.core.http.list_parameters import CurrentCounter
from app.core.http.pages import DEFAULT_LIMIT, Page
from app.core.http.problems import problem_responses
from app.core.secret_box import SecretBox
from app.events.conditional_reads import NOT_CHANGED, CurrentRead, Version, about
from app.events.filters import check_types
from app.events.reads import publish
from app.identity.access.dependencies import CurrentCaller, DatabaseOf, SecuredRoute
from app.identity.access.permissions import Permission, requires
from app.identity.access.services import admitted_of
from app.jobs.api.services import services_of
from app.webhooks import replays, service
from app.webhooks.document import TEST_TYPE
from app.webhooks.errors import WebhookDisabled, WebhookLookupsBusy, WebhookTargetForbidden, WebhookTargetUnresolved
from app.webhooks.lookups import LookupsBusy
from app.webhooks.models import Webhook
from app.webhooks.outgoing import RESOLVE_SECONDS, Outgoing, TargetUnresolved
from app.webhooks.rules import Answer, DeliveryState, WebhookState
from app.webhooks.schemas import (
    WebhookAttempt,
    WebhookCreate,
    WebhookDeliveryRead,
    WebhookMade,
    WebhookRead,
    WebhookReplay,
    WebhookReplayed,
    WebhookRotate,
    WebhookSecret,
    WebhookUpdate,
)
from app.webhooks.signing import secrets_of, signed_headers
from app.webhooks.targets import TargetForbidden

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"], route_class=SecuredRoute)

READ = requires(Permission.WEBHOOKS_READ)
WRITE = requires(Permission.WEBHOOKS_WRITE)


def outgoing_of(request: Request) -> Outgoing:
    found: Outgoing = services_of(request).webhook_calls
    return found


def box_of(request: Request) -> SecretBox:
    return services_of(request).secret_box


def path_of(webhook: Webhook) -> str:
    return f"/v1/webhooks/{webhook.id}"


async def check_target(request: Request, url: str, tenant: str) -> str:
    """The URL in its usual spelling. The request's place is given back: a name server of the caller may be slow.

    Raises WebhookTargetForbidden, WebhookTargetUnresolved or WebhookLookupsBusy; connects to nothing.
    """
    admitted_of(request).place.give_back()
    try:
        return (await outgoing_of(request).check(url, tenant)).target.url
    except TargetForbidden as why:
        raise WebhookTargetForbidden(
            f"This URL is never called: {why}.",
            pointer="#/url",
            remedy="Use an https URL whose host has public addresses only. Operators may allow private networks "
            "(HOLDFAST_WEBHOOK_ALLOWED_NETWORKS).",
        ) from None
    except TargetUnresolved as why:
        raise WebhookTargetUnresolved(
            f"This URL cannot be called: {why}.",
            pointer="#/url",
            remedy="Check the name of the host; if it is new, try again in a while.",
        ) from None
    except LookupsBusy:
        raise WebhookLookupsBusy(
            "The names of your tenant's webhooks are looked up slowly, and no more are looked up at once.",
            remedy="Try again after Retry-After; check the name servers of your hosts.",
            retry_after=RESOLVE_SECONDS,
        ) from None


def made(body: BaseModel, webhook: Webhook) -> Response:
    headers = {"Location": path_of(webhook), "ETag": etag_of(webhook.updated_at)}
    text = body.model_dump_json()
    return Response(text, status_code=HTTPStatus.CREATED, media_type="application/json", headers=headers)


def shown(webhook: Webhook) -> Response:
    return answer(WebhookRead.of(webhook), etag=etag_of(webhook.updated_at))


@router.post(
    "",
    operation_id="create_webhook",
    openapi_extra=WRITE,
    status_code=201,
    response_model=WebhookMade,
    responses=problem_responses(401, 404, 409, 413, 422, 503),
)
async def create_webhook(
    request: Request, body: Annotated[WebhookCreate, Body()], caller: CurrentCaller, db: DatabaseOf
) -> Response:
    """Have events sent to a URL from now on. The answer shows the secret, once.

    The host is resolved and all its addresses are checked; nothing is called yet (`test` does that).
    """
    types = check_types(body.types, pointer="#/types")
    box_of(request).check_can_keep()
    url = await check_target(request, body.url, caller.tenant)
    secret = service.new_secret()
    values = {
        "url": url,
        "types": list(types),
        "filter": body.filter.kept(),
        "description": body.description,
        "secret": box_of(request).encrypt(secret),
    }
    await publish(db)  # what was committed until now is from before the webhook
    async with db.begin() as session:
        webhook = await service.make_webhook(session, caller, values)
        await record(session, caller, target=path_of(webhook), always=service.said_of(webhook))
    return made(WebhookMade(**WebhookRead.of(webhook).model_dump(), secret=secret), webhook)


@router.get(
    "",
    operation_id="list_webhooks",
    openapi_extra=READ,
    response_model=Page[WebhookRead],
    responses=problem_responses(401, 422, 503),
)
async def list_webhooks(
    request: Request,
    caller: CurrentCaller,
    db: DatabaseOf,
    counter: CurrentCounter,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Response:
    """The webhooks of your tenant, oldest first."""
    async with db.begin() as session:
        webhooks, following = await service.list_webhooks(
            session, caller.tenant, limit=limit, cursor=cursor, counter=counter
        )
    page = Page[WebhookRead](items=[WebhookRead.of(one) for one in webhooks], next=following, count=counter.found)
    return answer(page, headers=next_link(request, following))


@router.get(
    "/{webhook_id}",
    operation_id="get_webhook",
    openapi_extra=READ,
    response_model=WebhookRead,
    responses=problem_responses(401, 404, 422, 503) | NOT_CHANGED,
)
async def get_webhook(webhook_id: UUID, caller: CurrentCaller, db: DatabaseOf, wanted: CurrentRead) -> Response:
    """A webhook without its secret, and the ETag that a change needs."""

    async def read() -> Version:
        async with db.begin() as session:
            webhook = await service.get_webhook(session, caller.tenant, webhook_id)
        return Version(WebhookRead.of(webhook), etag_of(webhook.updated_at), about(ResourceKind.WEBHOOK, webhook_id))

    return await wanted.answer(read)


@router.patch(
    "/{webhook_id}",
    operation_id="update_webhook",
    openapi_extra=WRITE,
    response_model=WebhookRead,
    responses=problem_responses(401, 404, 412, 413, 422, 428, 503),
)
async def update_webhook(
    request: Request,
    webhook_id: UUID,
    body: Annotated[WebhookUpdate, Body()],
    caller: CurrentCaller,
    db: DatabaseOf,
    if_match: IfMatch = None,
) -> Response:
    """Change a webhook. What waits for it already goes to the new URL; new types and filters count for new events."""
    values = await _changes(request, body, caller.tenant)
    async with db.begin() as session:
        webhook = await service.get_webhook(session, caller.tenant, webhook_id, hold=True)
        check_if_match(if_match, etag_of(webhook.updated_at))
        before = {name: getattr(webhook, name) for name in values}
        await service.check_filter(session, caller.tenant, values.get("filter", {}))
        webhook = await service.change_webhook(session, webhook, values)
        await record(session, caller, target=path_of(webhook), always=values | {"before": before})
    return shown(webhook)


async def _changes(request: Request, body: WebhookUpdate, tenant: str) -> dict[str, Any]:
    """By column name: what the body says, and nothing else."""
    values: dict[str, Any] = {}
    if body.types is not None:
        values["types"] = list(check_types(body.types, pointer="#/types"))
    if body.url is not None:
        values["url"] = await check_target(request, body.url, tenant)
    if body.filter is not None:
        values["filter"] = body.filter.kept()
    if "description" in body.model_fields_set:
        values["description"] = body.description
    return values


@router.delete(
    "/{webhook_id}",
    operation_id="delete_webhook",
    openapi_extra=WRITE,
    status_code=204,
    responses=problem_responses(401, 404, 412, 422, 503),
)
async def delete_webhook(webhook_id: UUID, caller: CurrentCaller, db: DatabaseOf, if_match: IfMatch = None) -> Response:
    """Delete a webhook. What waits for it is not sent any more; what is on its way may still arrive."""
    async with db.begin() as session:
        webhook = await service.get_webhook(session, caller.tenant, webhook_id, hold=True)
        check_if_match(if_match, etag_of(webhook.updated_at), needed=False)
        said = service.said_of(webhook)
        await service.remove_webhook(session, webhook)
        await record(session, caller, target=path_of(webhook), always=said)
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.post(
    "/{webhook_id}/pause",
    operation_id="pause_webhook",
    openapi_extra=WRITE,
    response_model=WebhookRead,
    responses=problem_responses(401, 404, 409, 422, 503),
)
async def pause_webhook(webhook_id: UUID, caller: CurrentCaller, db: DatabaseOf) -> Response:
    """Send nothing until `resume`. What comes meanwhile is kept, as long as events are kept."""
    async with db.begin() as session:
        webhook = await service.get_webhook(session, caller.tenant, webhook_id, hold=True)
        if webhook.state == WebhookState.DISABLED:
            raise WebhookDisabled(
                f"Holdfast has disabled it ({webhook.disabled_reason}): nothing is sent.",
                remedy="POST .../resume to have events sent again.",
            )
        webhook = await service.change_webhook(session, webhook, {"state": WebhookState.PAUSED})
        await record(session, caller, target=path_of(webhook), always={"state": webhook.state})
    return shown(webhook)


@router.post(
    "/{webhook_id}/resume",
    operation_id="resume_webhook",
    openapi_extra=WRITE,
    response_model=WebhookRead,
    responses=problem_responses(401, 404, 422, 503),
)
async def resume_webhook(webhook_id: UUID, caller: CurrentCaller, db: DatabaseOf) -> Response:
    """Send again what waits, and what comes. Of a disabled webhook: replay what came while it was disabled."""
    async with db.begin() as session:
        await service.end_pauses(session, caller.tenant, webhook_id)
        webhook = await service.get_webhook(session, caller.tenant, webhook_id, hold=True)
        before = {"state": webhook.state, "disabled_reason": webhook.disabled_reason}
        webhook = await service.resume_webhook(session, webhook)
        await record(session, caller, target=path_of(webhook), always={"before": before})
    return shown(webhook)


@router.post(
    "/{webhook_id}/rotate",
    operation_id="rotate_webhook_secret",
    openapi_extra=WRITE,
    response_model=WebhookSecret,
    responses=problem_responses(401, 404, 409, 413, 422, 503),
)
async def rotate_webhook_secret(
    request: Request,
    webhook_id: UUID,
    caller: CurrentCaller,
    db: DatabaseOf,
    body: Annotated[WebhookRotate | None, Body()] = None,
) -> Response:
    """Make a new secret, shown once. Until `previous_valid_until` deliveries carry a signature of each."""
    asked = body or WebhookRotate()
    box = box_of(request)
    box.check_can_keep()
    async with db.begin() as session:
        webhook = await service.get_webhook(session, caller.tenant, webhook_id, hold=True)
        secret = await service.rotate_secret(session, webhook, box, valid_seconds=asked.previous_valid_seconds)
        until = webhook.previous_valid_until or webhook.updated_at
        await record(session, caller, target=path_of(webhook), always={"previous_valid_until": until.isoformat()})
    return answer(WebhookSecret(secret=secret, previous_valid_until=until))


@router.post(
    "/{webhook_id}/test",
    operation_id="test_webhook",
    openapi_extra=WRITE,
    response_model=WebhookAttempt,
    responses=problem_responses(401, 404, 422, 429, 503),
)
async def test_webhook(request: Request, webhook_id: UUID, caller: CurrentCaller, db: DatabaseOf) -> Response:
    """Send an event of type `holdfast.webhook.test` now, in any state, once; and show what came back."""
    async with db.begin() as session:
        webhook = await service.get_webhook(session, caller.tenant, webhook_id, hold=True)
        at = await service.note_test(session, webhook)
        secrets = secrets_of(webhook, box_of(request), at)
        await record(session, caller, target=path_of(webhook))
    admitted_of(request).place.give_back()  # the receiver may take its time
    return answer(WebhookAttempt.of(await _send_test(outgoing_of(request), webhook, secrets, at), at))


async def _send_test(outgoing: Outgoing, webhook: Webhook, secrets: Sequence[str], at: datetime) -> Answer:
    event_id = str(uuid4())
    event = {
        "specversion": "1.0",
        "id": event_id,
        "source": f"/v1/tenants/{webhook.tenant}",
        "type": TEST_TYPE,
        "subject": path_of(webhook),
        "time": at.isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "action": "created",
        "data": {"webhook_id": str(webhook.id)},
    }
    body = json.dumps(event, separators=(",", ":"))
    headers = signed_headers(secrets, event_id, at, body)
    async with outgoing.connections() as connections:
        return await outgoing.send(connections, webhook.url, webhook.tenant, headers, body)


@router.post(
    "/{webhook_id}/replay",
    operation_id="replay_webhook",
    openapi_extra=WRITE,
    response_model=WebhookReplayed,
    responses=problem_responses(401, 404, 409, 413, 422, 503),
)
async def replay_webhook(
    webhook_id: UUID, body: Annotated[WebhookReplay, Body()], caller: CurrentCaller, db: DatabaseOf
) -> Response:
    """Deliver events again, under their ids and in their order: one, or those of a span that the webhook wants.

    They come after what waits already. At most 1,000 at once.
    """
    async with db.begin() as session:
        webhook = await service.get_webhook(session, caller.tenant, webhook_id)
        if webhook.state == WebhookState.DISABLED:
            raise WebhookDisabled(
                f"Holdfast has disabled it ({webhook.disabled_reason}): nothing would be sent.",
                remedy="POST .../resume first, then replay.",
            )
        said = body.model_dump(mode="json", exclude_none=True)
        await record(session, caller, target=path_of(webhook), always=said)
        if body.event_id is not None:
            count = await replays.replay_event(session, webhook, body.event_id)
        else:
            since = body.since or datetime.now(UTC)
            count = await replays.replay_span(session, webhook, since, body.until)
    return answer(WebhookReplayed(deliveries=count))


@router.get(
    "/{webhook_id}/deliveries",
    operation_id="list_webhook_deliveries",
    openapi_extra=READ,
    response_model=Page[WebhookDeliveryRead],
    responses=problem_responses(401, 404, 422, 503),
)
async def list_webhook_deliveries(
    request: Request,
    webhook_id: UUID,
    caller: CurrentCaller,
    db: DatabaseOf,
    counter: CurrentCounter,
    state: Annotated[DeliveryState | None, Query()] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Response:
    """What was sent, and what waits; newest first. The log of what has ended is kept for some weeks."""
    async with db.begin() as session:
        webhook = await service.get_webhook(session, caller.tenant, webhook_id)
        rows, following = await service.list_deliveries(
            session, webhook, state=state, limit=limit, cursor=cursor, counter=counter
        )
    shown = [WebhookDeliveryRead.of(one) for one in rows]
    page = Page[WebhookDeliveryRead](items=shown, next=following, count=counter.found)
    return answer(page, headers=next_link(request, following))
