"""What routes share that wait or stream: the services of this folder, who waits, and the answer `text/event-stream`."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import Header, Query, Request, Response
from fastapi.sse import EventSourceResponse, format_sse_event
from starlette.types import Receive, Scope, Send

from app.core.db.database import RETRY_SECONDS
from app.events import reads
from app.events.cursors import Stand, read_cursor
from app.events.feed import Feed, Told
from app.events.filters import EventFilter
from app.events.rules import STREAM
from app.events.streams import Beat, OpenStreams, Stream
from app.identity.access.caller import Caller
from app.identity.access.dependencies import SecuredRoute, still_admitted
from app.identity.access.permissions import Permission
from app.identity.access.services import AccessServices, admitted_of

Start = Literal["oldest", "now"]
LastEventId = Annotated[
    str | None,
    Header(
        alias="Last-Event-ID", max_length=1000, description="Of a stream: the `id` of the last event that was seen."
    ),
]
EventCursor = Annotated[
    str | None,
    Query(max_length=1000, description="`next_cursor` of a page, or `id` of a stream: go on behind it."),
]
StartAt = Annotated[
    Start | None,
    Query(description="Where to begin without a cursor: at the oldest event that is kept, or with the next one."),
]
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no", "Vary": "Accept"}
"""No cache and no proxy holds back a line of a stream."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventServices(AccessServices):
    """For this folder and those to its right."""

    feed: Feed
    open_streams: OpenStreams


def event_services_of(request: Request) -> EventServices:
    found: EventServices = request.app.state.services
    return found


@contextmanager
def waiter(request: Request, caller: Caller, tenant: str) -> Iterator[asyncio.Task[None]]:
    """A request that waits, as long as the block: an open stream, and none of those that are worked on.

    The task ends when the caller hangs up. Raises TooManyStreams.
    """
    with ExitStack() as held:
        held.callback(event_services_of(request).open_streams.enter(caller.principal.key, tenant))
        admitted_of(request).place.give_back()
        gone = asyncio.create_task(_hung_up(request))
        held.callback(gone.cancel)
        yield gone


async def _hung_up(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def pause(gone: asyncio.Task[None], left: float) -> None:
    """While the database is away. Not as long as the others: a thousand who wait must not all come back at once."""
    seconds = RETRY_SECONDS * (0.5 + random.random())  # noqa: S311
    await asyncio.wait([gone], timeout=max(min(seconds, left), 0.0))


async def check_again(request: Request, caller: Caller) -> None:
    """Before something new is sent to who waited. Raises what a new request would be answered."""
    route: SecuredRoute = request.scope["route"]
    await event_services_of(request).feed.undisturbed(still_admitted(request, caller, route.permission)())


@dataclass(frozen=True, slots=True)
class Following:
    """What a stream is asked for. `cursor`: the query's; the header goes before it, as a browser comes back with it."""

    wanted: EventFilter
    cursor: str | None
    last_event_id: str | None
    start: Start
    permission: Permission
    is_last: Callable[[Told], bool] = lambda _: False
    is_over: bool = False
    """Nothing will ever follow what is in the log now."""

    def stand(self) -> Stand | None:
        """Raises CursorNotValid."""
        if self.last_event_id:
            return read_cursor(self.last_event_id, pointer="header:Last-Event-ID")
        return read_cursor(self.cursor, pointer="query:cursor") if self.cursor else None


async def open_stream(request: Request, caller: Caller, asked: Following) -> Response:
    """Raises CursorNotValid, CursorExpired or TooManyStreams before the first line is sent."""
    services, stand = event_services_of(request), asked.stand()
    db = services.database.of_tenant(caller.tenant)
    if stand is not None:
        async with db.begin() as session:
            await reads.check_stand(session, caller.tenant, stand)
    elif asked.start == "now":
        stand = await services.feed.newest(caller.tenant)
    else:
        await reads.publish(db)
        async with db.begin() as session:
            stand = await reads.oldest(session, caller.tenant)
    if asked.is_over and not await _has_some(services, caller.tenant, stand, asked.wanted):
        return Response(status_code=NOTHING_FOLLOWS)
    if request.scope.get("state", {}).get("is_head"):
        return Response(media_type=STREAM, headers=HEADERS)
    stream = Stream(
        services.feed,
        caller.tenant,
        asked.wanted,
        stand,
        still_admitted=still_admitted(request, caller, asked.permission),
        is_last=asked.is_last,
    )
    leave = services.open_streams.enter(caller.principal.key, caller.tenant)
    return _Answer(_lines(stream, stand, caller.permissions), leave)


async def _has_some(services: EventServices, tenant: str, stand: Stand, wanted: EventFilter) -> bool:
    db = services.database.of_tenant(tenant)
    await reads.publish(db)
    async with db.begin() as session:
        return bool((await reads.read_part(session, tenant, stand, wanted, 1)).events)


async def _lines(stream: Stream, stand: Stand, permissions: Collection[Permission]) -> AsyncIterator[bytes]:
    # The first line says at once that the stream is open, and where a client stands that has seen no event yet.
    yield format_sse_event(comment="open", id=stand.cursor)
    async for one in stream.run():
        if isinstance(one, Beat):
            yield format_sse_event(comment="ping", id=one.stand.cursor)
        else:
            yield format_sse_event(data_str=one.json_for(permissions), event=one.event.type, id=one.stand.cursor)


class _Answer(EventSourceResponse):
    def __init__(self, lines: AsyncIterator[bytes], leave: Callable[[], None]) -> None:
        super().__init__(lines, headers=HEADERS)
        self._leave = leave

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._leave()


STREAM_ANSWER: dict[str, Any] = {
    STREAM: {
        "schema": {"type": "string"},
        "example": 'event: holdfast.job.ended\ndata: {"specversion":"1.0","type":"holdfast.job.ended"}\n'
        "id: WyJldmVudC1sb2ciXQ\n\n",
    }
}
"""For `responses` of a route: what a stream looks like."""
NOTHING_FOLLOWS = HTTPStatus.NO_CONTENT
"""A client of server-sent events does not come back after it."""
