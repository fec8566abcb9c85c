"""Keyset pages: `{items, next}`, stable under inserts, the deep page as fast as the first."""

import base64
import binascii
import json
from collections.abc import Sequence
from typing import Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, Field

from app.core.errors import Unprocessable

Item = TypeVar("Item")

MAX_LIMIT = 200
DEFAULT_LIMIT = 50


class Page(BaseModel, Generic[Item]):
    """One page of a list."""

    items: list[Item]
    next: str | None = Field(description="The cursor of the next page; null on the last one.")


class CursorNotValid(Unprocessable):
    """The cursor is not one of ours."""

    code = "invalid_cursor"


def encode_cursor(*keys: str | int) -> str:
    """An opaque cursor: the sort keys of the last item of a page."""
    return base64.urlsafe_b64encode(json.dumps(keys, separators=(",", ":")).encode()).decode().rstrip("=")


def decode_cursor(cursor: str | None, length: int) -> list[str] | None:
    """The keys of a cursor, as text. Raises CursorNotValid."""
    if cursor is None:
        return None
    try:
        keys = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, UnicodeDecodeError):
        keys = None
    if not isinstance(keys, list) or len(keys) != length or not all(isinstance(k, str | int) for k in keys):
        raise CursorNotValid(
            "This cursor was not made by this list.",
            pointer="query:cursor", remedy="Pass `next` of the page before as it is, or leave cursor out.",
        )  # fmt: skip
    return [str(key) for key in keys]


def uuid_key(key: str) -> UUID:
    """A sort key that is an id. Raises CursorNotValid."""
    try:
        return UUID(key)
    except ValueError:
        raise CursorNotValid("This cursor names no row.", pointer="query:cursor") from None


def number_key(key: str) -> int:
    """A sort key that is a serial number. Raises CursorNotValid."""
    if not key.isdecimal() or len(key) > 18:
        raise CursorNotValid("This cursor names no row.", pointer="query:cursor")
    return int(key)


def cut(rows: Sequence[Item], limit: int) -> tuple[list[Item], Item | None]:
    """From up to limit + 1 rows: the page, and its last row when there is another page after it."""
    page = list(rows[:limit])
    return page, (page[-1] if len(rows) > limit else None)
