"""Keyset pages: `{items, next}`, stable under inserts, the deep page as fast as the first."""

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, Field

from app.core.errors import Unprocessable

Item = TypeVar("Item")

MAX_LIMIT = 200
DEFAULT_LIMIT = 50


class ListCount(BaseModel):
    """How many entries a list has."""

    value: int = Field(description="Entries that match, on all pages; at most 10,000.")
    exact: bool = Field(description="False: there are more than `value`.")


class Page(BaseModel, Generic[Item]):
    """One page of a list."""

    items: list[Item]
    next: str | None = Field(description="The cursor of the next page; null on the last one.")
    count: ListCount | None = Field(default=None, description="With `?count=true`; null otherwise.")


class UnreadableEntry(BaseModel):
    """An entry of one of Azure's lists that cannot be read."""

    id: str | None = Field(description="Azure's id, if it could be read.")
    name: str | None
    reason: str


class LivePage(Page[Item], Generic[Item]):
    """One page of a list that is read live from Azure."""

    unreadable: list[UnreadableEntry] = Field(
        default=[],
        description="Entries of Azure's list that are there and cannot be read; they are in no page. Every page names "
        "all of them.",
    )


class CursorNotValid(Unprocessable):
    """The cursor was not made by this API."""

    code = "invalid_cursor"


def encode_cursor(of: str, *keys: str | int) -> str:
    """An opaque cursor: the name of the list, and the sort keys of the last item of a page."""
    return base64.urlsafe_b64encode(json.dumps([of, *keys], separators=(",", ":")).encode()).decode().rstrip("=")


def decode_cursor(cursor: str | None, of: str, length: int) -> list[str] | None:
    """The keys of a cursor of the list so named, as text. Raises CursorNotValid, also for another list's cursor."""
    if cursor is None:
        return None
    try:
        parts = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        parts = None
    if not isinstance(parts, list) or len(parts) != length + 1 or parts[0] != of:
        raise _foreign_cursor()
    keys = parts[1:]
    if not all(isinstance(key, str | int) for key in keys):
        raise _foreign_cursor()
    return [str(key) for key in keys]


def _foreign_cursor() -> CursorNotValid:
    return CursorNotValid(
        "This cursor was not made by this list.",
        pointer="query:cursor",
        remedy="Pass `next` of the page before as it is, or leave cursor out.",
    )


def uuid_key(key: str) -> UUID:
    """A sort key that is an id. Raises CursorNotValid."""
    try:
        return UUID(key)
    except ValueError:
        raise _foreign_cursor() from None


def text_key(key: str) -> str:
    """A sort key that is any text Postgres can hold. Raises CursorNotValid."""
    if "\0" in key or not key.isprintable():
        raise _foreign_cursor()
    return key


def number_key(key: str) -> int:
    """A sort key that is a serial number. Raises CursorNotValid."""
    if not (key.isascii() and key.isdigit() and len(key) <= 18):
        raise _foreign_cursor()
    return int(key)


CLOCKS_APART = timedelta(hours=1)
"""How far the clock of a process that makes ids may be from the database's, which stamps `created_at`."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_LATEST = (1 << 48) - 1
_REST_OF_AN_ID = (1 << 80) - 1


def first_id_of(since: datetime, *, earlier: timedelta = timedelta()) -> UUID:
    """Lower bound of the ids of rows created at `since` or later (`earlier`: tolerance for clocks).

    A UUIDv7 begins with 48 bits of milliseconds since 1970 (RFC 9562, section 5.7), so a time filter is also a range of
    the key that lists are sorted by. The range is wider than the filter by the tolerance, so the query also needs the
    condition on the time itself.
    """
    return UUID(int=_milliseconds(since, -CLOCKS_APART - earlier) << 80)


def last_id_of(until: datetime, *, later: timedelta = timedelta()) -> UUID:
    """Upper bound of the ids of rows created at `until` or earlier (`later`: tolerance for clocks).

    Wider than the filter, as `first_id_of` is.
    """
    return UUID(int=_milliseconds(until, CLOCKS_APART + later) << 80 | _REST_OF_AN_ID)


def _milliseconds(at: datetime, apart: timedelta) -> int:
    return min(max((at - _EPOCH) // _MILLISECOND + apart // _MILLISECOND, 0), _LATEST)


def cut(rows: Sequence[Item], limit: int) -> tuple[list[Item], Item | None]:
    """From up to limit + 1 rows: the page, and its last row when there is another page after it."""
    page = list(rows[:limit])
    return page, (page[-1] if len(rows) > limit else None)
