"""GET /v1/events: pages and a stream."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request, Response

from app.core.db.database import NOT_NOW, Transactions
from app.core.http.conventions import Limit, PreferWait, answer, next_link
from app.core.http.pages import DEFAULT_LIMIT
from app.core.http.problems import problem_responses
from app.events import reads
from app.events.cloud_events import cloud_event_of
from app.events.cursors import Stand, read_cursor
from app.events.filters import EventFilter, check_types, read_subject
from app.events.open_streams import (
    STREAM_ANSWER,
    EventCursor,
    Following,
    LastEventId,
    StartAt,
    check_again,
    event_services_of,
    open_stream,
    pause,
    waiter,
)
from app.events.reads import Part
from app.events.rules import wants_stream
from app.events.schemas import EventPage
from app.identity.access.caller import Caller
from app.identity.access.dependencies import CurrentCaller, DatabaseOf, SecuredRoute
from app.identity.access.permissions import Permission, requires

router = APIRouter(prefix="/v1/events", tags=["events"], route_class=SecuredRoute)

TypeWord = Annotated[str, Query(min_length=1, max_length=100)]


async def event_filter(
    type: Annotated[  # noqa: A002 - the name of the query parameter
        list[TypeWord] | None,
        Query(
            max_length=50,
            description="May be repeated: any of them. A type, all below a name, or `*`.",
            examples=[["holdfast.job.*"]],
        ),
    ] = None,
    subject: Annotated[
        str | None, Query(min_length=1, max_length=1000, description="The path of a resource, as in an event.")
    ] = None,
    label: Annotated[
        str | None,
        Query(
            max_length=201,
            pattern=r"^[^=\x00]+=[^\x00]+$",
            description="name=value: of the job, or of the job that an approval is for.",
            examples=["team=payments"],
        ),
    ] = None,
    vault_id: UUID | None = None,
) -> EventFilter:
    name, _, value = (label or "").partition("=")
    return EventFilter(
        types=check_types(type or (), pointer="query:type"),
        subject=read_subject(subject, pointer="query:subject") if subject else None,
        label=(name, value) if label else None,
        vault_id=vault_id,
    )


@router.get(
    "",
    operation_id="list_events",
    openapi_extra=requires(Permission.EVENTS_READ),
    response_model=EventPage,
    responses=problem_responses(401, 410, 422, 429, 503) | {200: {"content": STREAM_ANSWER}},
)
async def list_events(
    request: Request,
    caller: CurrentCaller,
    db: DatabaseOf,
    wanted: Annotated[EventFilter, Depends(event_filter)],
    wait_seconds: PreferWait,
    limit: Limit = DEFAULT_LIMIT,
    cursor: EventCursor = None,
    start: StartAt = None,
    last_event_id: LastEventId = None,
    accept: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> Response:
    """What changed, oldest first: a page, or with `Accept: text/event-stream` a stream that stays open.

    Each change of a job, protected item, vault, policy, approval, tenant, report, or of what is expected or found, is
    one CloudEvent, in the order of the commits. Pages begin at the oldest event that is kept, streams with the next
    one, unless `start` or a cursor says otherwise. With `Prefer: wait=N` an empty page is answered when there is an
    event, or after N seconds. With a rare filter a page may be empty though more follow: go on with `next`.
    """
    if wants_stream(accept):
        followed = Following(wanted, cursor, last_event_id, start or "now", Permission.EVENTS_READ)
        return await open_stream(request, caller, followed)
    stand = read_cursor(cursor, pointer="query:cursor") if cursor else None
    asked = PageAsked(caller.tenant, wanted, limit)
    part = await _page(db, asked, stand, from_now=start == "now")
    if wait_seconds and not (part.events or part.has_more):
        part = await _awaited(request, caller, db, asked, part, wait_seconds)
    following = part.end.cursor if part.has_more else None
    renderings = event_services_of(request).feed.renderings
    page = EventPage(
        items=[
            cloud_event_of(event, renderings, is_whole=renderings.guards(event) in caller.permissions)
            for event in part.events
        ],
        next=following,
        next_cursor=part.end.cursor,
    )
    waited = {"Preference-Applied": f"wait={wait_seconds}"} if wait_seconds and part.events else {}
    return answer(page, headers={"Vary": "Accept", **next_link(request, following), **waited})


@dataclass(frozen=True, slots=True)
class PageAsked:
    """Which events a page is wanted of."""

    tenant: str
    wanted: EventFilter
    limit: int


async def _page(db: Transactions, asked: PageAsked, stand: Stand | None, *, from_now: bool = False) -> Part:
    """What follows at the stand; without one, at the beginning or the end of the log."""
    await reads.publish(db)
    async with db.begin() as session:
        if stand is None:
            stand = await (reads.newest if from_now else reads.oldest)(session, asked.tenant)
        return await reads.read_part(session, asked.tenant, stand, asked.wanted, asked.limit)


async def _awaited(
    request: Request, caller: Caller, db: Transactions, asked: PageAsked, part: Part, seconds: int
) -> Part:
    """The first page behind an empty one that has events, as soon as there is one; after the seconds an empty one.

    Raises TooManyStreams, and what a new request is answered if the caller may not read any more by then.
    """
    feed, now = event_services_of(request).feed, asyncio.get_running_loop().time
    ends_at = now() + seconds
    with waiter(request, caller, asked.tenant) as gone:
        while (left := ends_at - now()) > 0 and not (gone.done() or feed.is_draining):
            try:
                if not await _comes(feed.next_of(asked.tenant, part.end, asked.wanted, left), gone):
                    break
                part = await _page(db, asked, part.end)
            except NOT_NOW:
                await pause(gone, left)
            if part.events or part.has_more:
                break
    if part.events:
        await check_again(request, caller)
    return part


async def _comes(news: Coroutine[Any, Any, Stand | None], gone: asyncio.Task[None]) -> bool:
    """Whether there are news before the time is over or the caller hangs up."""
    heard = asyncio.create_task(news)
    try:
        await asyncio.wait([heard, gone], return_when=asyncio.FIRST_COMPLETED)
        return heard.done() and heard.result() is not None
    finally:
        heard.cancel()
