"""Reads a request strictly, so that it has one meaning: no duplicate single headers, no duplicate JSON members.

Two readers of one request must not see two requests (RFC 8259 section 4; RFC 9110 section 5.3). Queries are read by
`http.QueryNames` in the same way.
"""

import json
import math
from collections.abc import Iterator
from typing import Any, Final, NoReturn

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.types import Scope

ONCE: Final = {
    b"idempotency-key": "Idempotency-Key",
    b"holdfast-tenant": "Holdfast-Tenant",
    b"content-type": "Content-Type",
}
"""Headers that have one value. (Authorization too: identity/access/admission.py refuses a second one.)"""
LISTS: Final = frozenset({b"if-match", b"if-none-match", b"prefer"})
"""Headers whose value is a list: several lines of one are one list (RFC 9110 section 5.2; RFC 7240 section 2)."""
NO_BODY: Final = frozenset({"GET", "HEAD"})


class BodyNotValid(HTTPException):
    """As an HTTPException it passes FastAPI's reading of the body, which takes any other error for bad JSON."""

    def __init__(self, problem: RequestValidationError) -> None:
        super().__init__(422)
        self.problem = problem


class StrictRequest(Request):
    """A request whose JSON body may hold no member twice, no NaN and no Infinity, in UTF-8 (RFC 8259)."""

    async def json(self) -> Any:
        """Raises BodyNotValid; ValueError where it is no JSON, as the one it overrides."""
        if not hasattr(self, "_json"):
            self._json = _parsed((await self.body()).decode("utf-8-sig"))
        return self._json


def check_headers(scope: Scope) -> None:
    """Joins the lines of headers that are lists. Raises RequestValidationError for a header that counts once."""
    seen: dict[bytes, int] = {}
    joined: list[tuple[bytes, bytes]] = []
    for name, value in scope["headers"]:
        if name in ONCE and name in seen:
            raise _refused("repeated_header", ("header", ONCE[name]), "This header may be given once only")
        if name in LISTS and name in seen:
            joined[seen[name]] = (name, joined[seen[name]][1] + b", " + value)
            continue
        seen[name] = len(joined)
        joined.append((name, value))
    if len(joined) != len(scope["headers"]):
        scope["headers"] = joined


async def check_no_body(request: Request) -> None:
    """Refuses a GET with a body: a filter in it would be ignored. Raises RequestValidationError."""
    if request.headers.get("content-length", "0") == "0" and "transfer-encoding" not in request.headers:
        return
    if (await request.body()).strip() not in {b"", b"{}"}:
        raise _refused("no_body_here", ("body",), f"A {request.method} has no body")


def _refused(kind: str, where: tuple[int | str, ...], said: str, body: Any = None) -> RequestValidationError:
    return RequestValidationError([{"type": kind, "loc": where, "msg": said}], body=body)


# --- the body --------------------------------------------------------------------------------------------------------
class _NotStrictError(Exception):
    """Something in it is not as it must be; where, is looked for only now."""


class _Members(list[tuple[str, Any]]):
    """The members of an object, in the order of the text."""


def _once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) != len(members):
        raise _NotStrictError
    return found


def _no_number(_: str) -> NoReturn:
    raise _NotStrictError


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise _NotStrictError
    return number


def _parsed(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_number, parse_float=_finite)
    except _NotStrictError:
        raise BodyNotValid(_first_mistake(text)) from None


def _first_mistake(text: str) -> RequestValidationError:
    """The outermost one, so that the way to it is not in doubt."""
    whole = json.loads(text, object_pairs_hook=_Members)
    plain = json.loads(text)
    places: list[tuple[tuple[int | str, ...], Any]] = [((), whole)]
    for path, value in places:
        if isinstance(value, float) and not math.isfinite(value):
            return _refused("not_a_number", ("body", *path), "NaN and infinite numbers are not JSON", plain)
        if isinstance(value, _Members):
            twice = _repeated(value)
            if twice is not None:
                said = "This member is there more than once, so the body has two meanings"
                return _refused("repeated_member", ("body", *path, twice), said, plain)
        places.extend(((*path, name), inner) for name, inner in _inside(value))
    raise AssertionError("the same text was refused a moment ago")


def _inside(value: Any) -> Iterator[tuple[int | str, Any]]:
    if isinstance(value, _Members):
        yield from value
    elif isinstance(value, list):
        yield from enumerate(value)


def _repeated(members: _Members) -> str | None:
    seen: set[str] = set()
    for name, _ in members:
        if name in seen:
            return name
        seen.add(name)
    return None
