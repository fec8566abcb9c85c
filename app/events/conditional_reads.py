"""GET of one resource, answered when it changes: `If-None-Match` with the version that the caller has, `Prefer: wait`.

A caller who waits holds no database connection and causes no call to Azure: it is woken by an event of the resource, or
by a notification where its changes are no events. It is counted among the open streams, and gives back its place among
the requests that are worked on.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel

from app.core.db.database import NOT_NOW
from app.core.events.types import ResourceKind
from app.core.http.conventions import MAX_WAIT_SECONDS, IfNoneMatch, answer, has_version, seconds_to_wait
from app.events.cursors import Stand
from app.events.errors import CursorExpired
from app.events.feed import Feed
from app.events.filters import EventFilter, Subject
from app.events.open_streams import check_again, event_services_of, pause, waiter
from app.identity.access.caller import Caller
from app.identity.access.dependencies import BehindBearer
from app.identity.access.services import admitted_of

PreferChange = Annotated[
    str | None,
    Header(
        description=f"`wait=N` (N <= {MAX_WAIT_SECONDS} seconds, RFC 7240), with `If-None-Match`: while that is the "
        "present version, answer when it changes, or 304 after N seconds.",
    ),
]
NOT_CHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "Not changed since that ETag."}}
"""For the `responses=` of a route that answers so."""


@dataclass(frozen=True, slots=True)
class Version:
    """A resource as it was read."""

    body: BaseModel
    etag: str
    events: EventFilter | None = None
    """Which events may mean a new version; None: it has none."""
    path: str | None = None
    """Of the resource, where `tell_change` names its changes."""


def about(kind: ResourceKind, resource_id: UUID | str) -> EventFilter:
    """The events of one resource."""
    return EventFilter(subject=Subject(kind, str(resource_id)))


Read = Callable[[], Awaitable[Version]]
"""Opens and closes its own transaction. It may be called several times."""


@dataclass(frozen=True, slots=True)
class ConditionalRead:
    """How the answer to a GET of one resource is wanted."""

    request: Request
    caller: Caller
    if_none_match: str | None
    wait_seconds: int

    @property
    def names_version(self) -> bool:
        """Whether there is a version to wait at: `*` names none."""
        return (self.if_none_match or "*").strip() != "*"

    def waits_at(self, etag: str) -> bool:
        """Whether the caller knows this version, and waits for another."""
        is_head = self.request.scope.get("state", {}).get("is_head", False)
        waits = self.wait_seconds > 0 and self.names_version and not is_head
        return waits and has_version(self.if_none_match or "", etag)

    async def answer(
        self, read: Read, *, tenant: str | None = None, headers: Mapping[str, str] | None = None
    ) -> Response:
        """200 with the resource, or 304. `tenant`: whose resource it is, if not the caller's.

        Raises what `read` raises, TooManyStreams, and what a new request is answered if the caller may not read any
        more when there is something new.
        """
        version, sent = await read(), dict(headers or {})
        if self.waits_at(version.etag):
            version = await self._changed(read, version, self.caller.tenant if tenant is None else tenant)
            sent |= {"Preference-Applied": f"wait={self.wait_seconds}"}
        return answer(version.body, etag=version.etag, if_none_match=self.if_none_match, headers=sent)

    async def _changed(self, read: Read, known: Version, tenant: str) -> Version:
        """Another version as soon as there is one; the known one when the time is over or the process stops."""
        feed = event_services_of(self.request).feed
        with waiter(self.request, self.caller, tenant) as gone:
            latest = await _Waiting(feed, tenant, known, self.wait_seconds, gone).until_changed(read)
        if latest.etag != known.etag:
            await check_again(self.request, self.caller)
        return latest


class _Waiting:
    """One caller who waits for another version."""

    def __init__(self, feed: Feed, tenant: str, known: Version, seconds: float, gone: asyncio.Task[None]) -> None:
        self._feed = feed
        self._tenant = tenant
        self._known = known
        self._gone = gone
        self._ends_at = asyncio.get_running_loop().time() + seconds
        self._heard: int | None = None
        self._stand: Stand | None = None

    def _left(self) -> float:
        return self._ends_at - asyncio.get_running_loop().time()

    async def until_changed(self, read: Read) -> Version:
        """Subscribes first and reads second: a change between the two is found by one of them.

        A database that is away for a moment costs a caller nothing; at the end of the time, the last look counts.
        """
        with self._feed.quiet_changes.heard(self._tenant, self._known.path or "") as hint:
            while not self._gone.done():
                hint.clear()
                try:
                    latest = await self._look(read)
                    if latest.etag != self._known.etag or self._left() <= 0 or self._feed.is_draining:
                        return latest
                    await self._news(hint, self._stand)
                except NOT_NOW:
                    if self._left() <= 0 or self._feed.is_draining:
                        raise
                    await pause(self._gone, self._left())
        return self._known

    async def _look(self, read: Read) -> Version:
        if self._known.events is not None and self._stand is None:
            self._heard = self._feed.heard(self._tenant)
            self._stand = await self._feed.undisturbed(self._feed.newest(self._tenant))
        return await read()

    async def _news(self, hint: asyncio.Event, stand: Stand | None) -> None:
        """Until there is a reason to read again."""
        events = self._known.events
        news: list[asyncio.Task[Any]] = []
        if events is not None and stand is not None:
            news.append(asyncio.create_task(self._event(events, stand)))
        if self._known.path is not None:
            news.append(asyncio.create_task(hint.wait()))
        try:
            await asyncio.wait([*news, self._gone], timeout=self._left(), return_when=asyncio.FIRST_COMPLETED)
            for one in news:
                if one.done():
                    one.result()  # raises what a transaction raises
        finally:
            for one in news:
                one.cancel()

    async def _event(self, wanted: EventFilter, stand: Stand) -> None:
        try:
            found = await self._feed.next_of(self._tenant, stand, wanted, self._left(), heard=self._heard)
        except CursorExpired:
            self._stand = None  # the log was pruned, or the database was set back
            return
        if found is not None:
            self._stand, self._heard = found, None


class _ReadOfTheRoute(BehindBearer):
    async def __call__(
        self, request: Request, if_none_match: IfNoneMatch = None, prefer: PreferChange = None
    ) -> ConditionalRead:
        return ConditionalRead(request, admitted_of(request).caller, if_none_match, seconds_to_wait(prefer))


CurrentRead = Annotated[ConditionalRead, Depends(_ReadOfTheRoute())]
"""For each GET of one resource that has an ETag (tests/test_openapi.py)."""
