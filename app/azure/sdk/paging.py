"""Reads Azure's lists: every page, or the reason why the list is not known.

A 200 may not contain a list: no `value`, an error in a 200, a next link to a page that was read. Such a list is
*unknown*, like a lost answer; an empty list would be believed (docs/azure.md, Lists). An entry that cannot be read is
left out and named; then the list is not complete.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from typing import Any, Final, TypeVar

from azure.core.rest import AsyncHttpResponse, HttpRequest

from app.azure.errors import AzureUnreadable
from app.azure.lists import Listed, Unreadable
from app.azure.sdk.connection import Connection
from app.azure.sdk.members import cleaned
from app.azure.sdk.refusals import azure_errors, error_words, raise_for_status

LONGEST: Final = 1000
"""Pages. The longest list that was recorded had three; 10,000 jobs of one vault would be some fifty."""
NAMED: Final = 400
"""Characters of a reason or an id that are kept: an odd entry may be of any size."""

Json = Mapping[str, Any]
Fetch = Callable[[str], Awaitable[AsyncHttpResponse]]
T = TypeVar("T")


async def read_list(
    connection: Connection, url: str, read: Callable[[Json], T | None], *, doing: str, fetch: Fetch | None = None
) -> Listed[T]:
    """Every entry of the list at an ARM URL or path. `read` returns None for an entry that does not concern us.

    `fetch` = how to request a page, if not by an ordinary GET. Raises AzureError.
    """

    async def get(address: str) -> AsyncHttpResponse:
        return await connection.get(address, doing=doing)

    fetch = fetch or get
    return await collect(await fetch(url), fetch, read, doing=doing)


async def read_some(
    connection: Connection, url: str, read: Callable[[Json], T | None], *, doing: str, seconds: float
) -> tuple[Listed[T], bool]:
    """As `read_list`, as far as it comes in this time; and whether that is all. TimeoutError: not even a page came."""

    async def get(address: str) -> AsyncHttpResponse:
        return await connection.get(address, doing=doing)

    until, is_whole = asyncio.get_running_loop().time() + seconds, True
    async with asyncio.timeout_at(until):
        first = await get(url)
    entries: list[T] = []
    unreadable: list[Unreadable] = []
    try:
        async with asyncio.timeout_at(until):
            async for page in pages(first, get, doing=doing):
                for entry in page:
                    take(entry, read, entries, unreadable)
    except TimeoutError:
        is_whole = False
    return Listed(tuple(entries), tuple(unreadable)), is_whole


async def read_sdk_list(
    connection: Connection, client: Any, request: HttpRequest, read: Callable[[Json], T | None], *, doing: str
) -> Listed[T]:
    """As `read_list`; the first page is requested by a request of the SDK, through the SDK's client."""
    return await collect(
        await first_page(client, request, doing=doing),
        lambda address: connection.get(address, doing=doing),
        read,
        doing=doing,
    )


async def first_page(client: Any, request: HttpRequest, *, doing: str) -> AsyncHttpResponse:
    """The answer to a request of the SDK's. An answer >= 300 is raised."""
    with azure_errors(doing):
        response: AsyncHttpResponse = await client.send_request(request)
        raise_for_status(response)
    return response


async def collect(first: AsyncHttpResponse, fetch: Fetch, read: Callable[[Json], T | None], *, doing: str) -> Listed[T]:
    """Every entry of a list whose first page is there."""
    entries: list[T] = []
    unreadable: list[Unreadable] = []
    async for page in pages(first, fetch, doing=doing):
        for entry in page:
            take(entry, read, entries, unreadable)
    return Listed(tuple(entries), tuple(unreadable))


async def pages(first: AsyncHttpResponse, fetch: Fetch, *, doing: str) -> AsyncGenerator[list[Any], None]:
    """The entries, page by page. Raises AzureUnreadable if there is no list, or no last page."""
    response, before = first, None
    seen = {str(first.request.url)}
    while True:
        with azure_errors(doing):
            entries, following = page_of(response, doing)
        if entries and entries == before:
            raise AzureUnreadable(f"Azure answered one page twice while {doing}.")
        yield entries
        if following is None:
            return
        if following in seen:
            raise AzureUnreadable(f"Azure's pages lead back to one that was read already, while {doing}.")
        if len(seen) == LONGEST:
            raise AzureUnreadable(f"Azure's list has more than {LONGEST} pages, while {doing}.")
        seen.add(following)
        before = entries
        response = await fetch(following)


def page_of(response: AsyncHttpResponse, doing: str) -> tuple[list[Any], str | None]:
    """(entries, the next page). Raises AzureUnreadable if the body is no page of a list."""
    body = response.json()
    if not isinstance(body, Mapping) or not isinstance(body.get("value"), list):
        raise AzureUnreadable(f"Azure answered {response.status_code} without a list while {doing}.{_said(body)}")
    following = body.get("nextLink") or None
    if following is not None and not isinstance(following, str):
        raise AzureUnreadable(f"Azure's link to the next page cannot be read, while {doing}.")
    return body["value"], following


def _said(body: Any) -> str:
    code, message = error_words(body)
    return "".join(f" {word}" for word in (code, message) if word)[:NAMED]


def take(entry: Any, read: Callable[[Json], T | None], entries: list[T], unreadable: list[Unreadable]) -> None:
    """Add what an entry is to the one list or to the other."""
    try:
        found = read(entry)
    except Exception as error:  # noqa: BLE001 - an entry of an unknown shape must not lose the others
        unreadable.append(_unreadable(entry, error))
    else:
        if found is not None:
            entries.append(found)


def _unreadable(entry: Any, error: Exception) -> Unreadable:
    told = entry if isinstance(entry, Mapping) else {}
    reason = f"{error} is missing" if isinstance(error, KeyError) else f"{type(error).__name__}: {error}"
    return Unreadable(id=_text(told.get("id")), name=_text(told.get("name")), reason=cleaned(reason[:NAMED]))


def _text(value: Any) -> str | None:
    return cleaned(value[:NAMED]) if isinstance(value, str) and value else None
