"""The HTTP conventions that every router shares: request ids, idempotency, conditional reads, waiting, page links."""

import asyncio
import hashlib
import re
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from http import HTTPStatus
from ipaddress import ip_address
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import uuid4

import structlog
from fastapi import APIRouter, Depends, Header, HTTPException, Query, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import get_flat_params
from fastapi.exceptions import RequestValidationError
from fastapi.params import Query as QueryParameter
from pydantic import BaseModel, TypeAdapter
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.errors import PreconditionFailed, PreconditionRequired
from app.core.http import deprecation
from app.core.http.pages import MAX_LIMIT
from app.core.http.problems import internal_error, too_large, too_slow
from app.core.metrics import observe_request

log = structlog.get_logger()

BODY_LIMIT = 64 * 1024
"""Bytes. No request of this API needs more, but for these."""
LARGER_BODIES = {("POST", "/v1/bulk"): 320 * 1024}
"""By method and path: 1,000 ids of VMs, of up to 300 characters each."""
MAX_WAIT_SECONDS = 60
BODY_SECONDS = 20.0
"""How long a body may take to arrive. 64 KiB need less over any line that deserves the name."""
SECURITY_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cache-control", b"no-store"),
)
"""On every answer that does not say otherwise itself: an API's answers are read by programs, never shown as pages."""
OVER_TLS = ((b"strict-transport-security", b"max-age=31536000"),)
_AND_MORE = re.compile(r'-\d+"$')
_SECRET_IN_PATH = re.compile(r"(/azure-alerts/+receive/).*", re.IGNORECASE | re.DOTALL)
"""A path that ends in a secret: a line of the log ends before it. Also where no route has that path."""
_REQUEST_ID = re.compile(r"[\x21-\x7e]{1,128}")

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
        description="Equal requests with the same key are one job, for 7 days.",
    ),
]
Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT, description="Maximum number of items of a page.")]
Cursor = Annotated[str | None, Query(max_length=1000, description="`next` of the previous page.")]
IfNoneMatch = Annotated[str | None, Header(alias="If-None-Match", max_length=1000)]
IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", max_length=1000, description="The ETag you read; `*` = any version."),
]


def address_of(request: Request) -> str:
    """The caller's IP address as the server sees it; empty where there is none.

    A server that trusts a proxy takes it from a header that others can write too, so a value that is no address is
    dropped.
    """
    return _address(request.client.host) if request.client else ""


@lru_cache(maxsize=10_000)
def _address(host: str) -> str:
    try:
        return str(ip_address(host))
    except ValueError:
        return ""


def reserve(router: APIRouter, path: str, *methods: str) -> None:
    """A path whose last word is not an id: these methods do not exist there (405).

    Said before the route that takes an id, which would otherwise take the word for one and find it malformed (422).
    """

    @router.api_route(path, methods=list(methods), include_in_schema=False)
    async def no_such_method() -> Response:
        raise HTTPException(HTTPStatus.METHOD_NOT_ALLOWED)


@dataclass(frozen=True, slots=True)
class QueryNames:
    """The query parameters of an operation: what else is asked is a mistake, never passed over.

    A filter whose name is misspelt would answer everything, and of one that comes twice only the last would count.
    """

    once: frozenset[str]
    often: frozenset[str]

    @classmethod
    def of(cls, dependant: Dependant) -> "QueryNames":
        once, often = set[str](), set[str]()
        for parameter in get_flat_params(dependant):
            if isinstance(parameter.field_info, QueryParameter):
                annotation: Any = parameter.field_info.annotation
                schema = TypeAdapter[Any](annotation).json_schema()
                takes_several = any(part.get("type") == "array" for part in (schema, *schema.get("anyOf", ())))
                (often if takes_several else once).add(parameter.alias)
        return cls(frozenset(once), frozenset(often))

    def check(self, request: Request) -> None:
        """Raises RequestValidationError with each parameter that is unknown, or comes more often than it may."""
        if not request.scope["query_string"]:
            return
        known = ", ".join(sorted(self.once | self.often)) or "none"
        wrong = []
        for name, times in Counter(name for name, _ in request.query_params.multi_items()).items():
            if name not in self.once and name not in self.often:
                wrong.append(("extra_forbidden", name, f"There is no such parameter here. There are: {known}"))
            elif name in self.once and times > 1:
                wrong.append(("repeated", name, "This parameter may be given once only"))
        if wrong:
            raise RequestValidationError(
                [{"type": kind, "loc": ("query", name), "msg": said} for kind, name, said in wrong]
            )


def request_hash(request: Request, body: BaseModel) -> str | None:
    """What "the same request" means for an Idempotency-Key: method, path and the parsed body. None without a key."""
    if "idempotency-key" not in request.headers:
        return None
    digest = hashlib.sha256(f"{request.method} {request.url.path}\n".encode())
    digest.update(body.model_dump_json().encode())
    return digest.hexdigest()


Prefer = Annotated[
    str | None,
    Header(description="`wait=N` (N <= 60 seconds, RFC 7240): answer 200 when the job ends in time, else 202."),
]


def seconds_to_wait(prefer: str | None) -> int:
    """Seconds the caller is ready to wait, by the header Prefer.

    0 without the preference. What cannot be understood is ignored (RFC 7240).
    """
    if prefer is None:
        return 0
    found = re.search(r"(?:^|[,;\s])wait\s*=\s*\"?(\d{1,6})\"?\s*(?:$|[,;])", prefer, re.IGNORECASE)
    return min(int(found.group(1)), MAX_WAIT_SECONDS) if found else 0


async def prefer_wait(prefer: Prefer = None) -> int:
    """The same for a route that needs nothing else of a write."""
    return seconds_to_wait(prefer)


PreferWait = Annotated[int, Depends(prefer_wait)]


def etag_of(changed_at: datetime, *, shown: BaseModel | None = None) -> str:
    """The version of a row: the microsecond of its last change.

    `shown`: the body, of which some may change without the row, such as the time of a look at Azure. Then the version
    is of all that is shown, and begins with that of the row.
    """
    more = ""
    if shown is not None:
        more = f"-{int.from_bytes(hashlib.sha256(shown.model_dump_json(by_alias=True).encode()).digest()[:8])}"
    return f'"{int(changed_at.timestamp() * 1_000_000):x}{more}"'


def answer(
    body: BaseModel, *, etag: str | None = None, if_none_match: str | None = None, headers: dict[str, str] | None = None
) -> Response:
    """200 with a body and its ETag, or 304 when the caller has this version already (RFC 9110 section 13.1.2)."""
    sent = dict(headers or {}) | ({"ETag": etag} if etag else {})
    if etag and if_none_match and has_version(if_none_match, etag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=sent)
    return Response(body.model_dump_json(by_alias=True), media_type="application/json", headers=sent)


def check_if_match(if_match: str | None, etag: str, *, needed: bool = True) -> None:
    """Checks that the caller changes the version that was read (RFC 9110 section 13.1.1).

    Raises PreconditionRequired for a header that is missing where it is `needed`, PreconditionFailed for another
    version. Weak tags never match, as the RFC wants it for writes. Of a version that is also of what changes without
    the row (`etag_of`), only the row's part counts: a write changes nothing else.
    """
    if if_match is None:
        if needed:
            raise PreconditionRequired(
                "This write must say which version it changes.",
                remedy="GET the resource and send its ETag as If-Match.",
            )
        return
    if if_match.strip() != "*" and etag not in {_AND_MORE.sub('"', tag.strip()) for tag in if_match.split(",")}:
        raise PreconditionFailed(
            "The resource has changed since it was read.",
            remedy="GET it again, look at what changed, and send the new ETag as If-Match.",
            etag=etag,
        )


def has_version(if_none_match: str, etag: str) -> bool:
    """Whether the header If-None-Match names this version, or all (`*`)."""
    return if_none_match.strip() == "*" or etag in {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}


def next_link(request: Request, cursor: str | None) -> dict[str, str]:
    """`Link: rel="next"` (RFC 8288) for a page that has another one after it."""
    if cursor is None:
        return {}
    query = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    return {"Link": f'<{request.url.path}?{urlencode([*query, ("cursor", cursor)])}>; rel="next"'}


class RequestContextMiddleware:
    """The outermost layer: request id, security headers, one log line and one measurement a request.

    Pure ASGI: a BaseHTTPMiddleware would cost a task and two streams for every request.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else str(uuid4())
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        scope.setdefault("state", {})["request_id"] = request_id
        began, status, streamed_after = time.perf_counter(), 0, None

        async def send_with_headers(message: Message) -> None:
            nonlocal status, streamed_after
            if message["type"] == "http.response.start":
                status = message["status"]
                if _is_stream(message["headers"]):
                    streamed_after = time.perf_counter() - began
                message["headers"] = _with_ours(scope, message["headers"], request_id)
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        finally:
            took = time.perf_counter() - began
            # How long a stream stays open says nothing of how quick the API is.
            observe_request(scope["method"], status, took if streamed_after is None else streamed_after)
            path = _SECRET_IN_PATH.sub(r"\1{token}", scope["path"])
            log.info("request", method=scope["method"], path=path, status=status, ms=round(took * 1000, 1))


def _is_stream(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    return any(name == b"content-type" and value.startswith(b"text/event-stream") for name, value in headers)


def _with_ours(scope: Scope, headers: Iterable[tuple[bytes, bytes]], request_id: str) -> list[tuple[bytes, bytes]]:
    """Headers of the application, headers left by the admission of the caller, and headers of every answer."""
    said = list(headers)
    names = {name for name, _ in said}
    always = SECURITY_HEADERS + OVER_TLS if scope.get("scheme") == "https" else SECURITY_HEADERS
    said += [header for header in always if header[0] not in names]
    said += (*scope["state"].get("answer_headers", ()), *deprecation.headers_of(scope.get("route")))
    said.append((b"x-request-id", request_id.encode()))
    return said


class RequestGuard:
    """Runs inside RequestContextMiddleware and CORS, so that its own answers get their headers too.

    Refuses a large body before the request is read, answers HEAD with the headers of GET, and turns an unhandled
    exception into a problem (Starlette's own handler runs outside every middleware, so its answer would have no
    X-Request-ID).
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def send_noting(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        sending: Send = send_noting
        if scope["method"] == "HEAD":
            scope.setdefault("state", {})["is_head"] = True  # an answer that would never end is then not begun
            scope, sending = {**scope, "method": "GET"}, _without_body(send_noting)
        try:
            bounded = await _bounded(scope, receive)
            inner = too_large(body_limit(scope)) if bounded is None else self._app
            await inner(scope, bounded or receive, sending)
        except _BodyTooSlow:
            await too_slow()(scope, receive, sending)
        except Exception as error:
            log.exception("request.failed")
            if started:
                raise
            await internal_error(error)(scope, receive, sending)


def body_limit(scope: Scope) -> int:
    """How many bytes the body of this request may have."""
    return LARGER_BODIES.get((scope["method"], scope["path"]), BODY_LIMIT)


async def _bounded(scope: Scope, receive: Receive) -> Receive | None:
    """How to receive a body that is no larger than allowed; None = it is larger.

    A declared length decides without reading a byte, because the server enforces it. A body of unknown length is read
    up to the limit here, even if no route would read it. (FastAPI's own `max_body_size` works outside every middleware,
    and its 413 is plain text.)
    """
    headers, limit = Headers(scope=scope), body_limit(scope)
    if _declared_length(headers) > limit:
        return None
    if "transfer-encoding" not in headers:
        return receive if _declared_length(headers) == 0 else _timely(receive)
    held: list[Message] = []
    size, more = 0, True
    receiving = _timely(receive)
    while more:
        message = await receiving()
        held.append(message)
        size += len(message.get("body", b""))
        more = message["type"] == "http.request" and message.get("more_body", False)
        if size > limit:
            return None

    async def replay() -> Message:
        return held.pop(0) if held else await receive()

    return replay


class _BodyTooSlow(HTTPException):
    """As an HTTPException it passes FastAPI's reading of the body, which takes any other error for bad JSON."""

    def __init__(self) -> None:
        super().__init__(HTTPStatus.REQUEST_TIMEOUT, headers={"Connection": "close"})


def _timely(receive: Receive) -> Receive:
    """The body, as long as all of it arrives in time. Nothing is bounded after it: then only the end is waited for."""
    ends_at, more = time.monotonic() + BODY_SECONDS, True

    async def receive_in_time() -> Message:
        nonlocal more
        if not more:
            return await receive()
        try:
            async with asyncio.timeout(ends_at - time.monotonic()):
                message = await receive()
        except TimeoutError:
            raise _BodyTooSlow from None
        more = message.get("more_body", False)
        return message

    return receive_in_time


def _without_body(send: Send) -> Send:
    async def send_head(message: Message) -> None:
        if message["type"] == "http.response.start":
            await send(message)
        elif not message.get("more_body", False):
            await send({"type": "http.response.body", "body": b""})

    return send_head


def _declared_length(headers: Headers) -> int:
    value = headers.get("content-length", "0")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 20 else 0
