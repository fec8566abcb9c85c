"""The SDK's transports over httpx (docs/azure.md, The SDK): one for Resource Manager, one for azure-identity.

Why our own: azure-core's asynchronous pipeline uses aiohttp, which neither respx nor an in-process ASGI application can
replace in tests. And the two promises of `ports.py` (nothing is sent after the deadline, nothing is sent to a foreign
origin) can only be kept where the bytes are sent.
"""

import json
from collections.abc import AsyncIterator, MutableMapping
from types import TracebackType
from typing import Any, Final, Self

import httpx
from azure.core.exceptions import ServiceRequestError, ServiceResponseError
from azure.core.pipeline.transport import AsyncHttpTransport
from azure.core.rest import AsyncHttpResponse, HttpRequest
from azure.core.utils import CaseInsensitiveDict

from app.azure.errors import AzureError, AzureUnreachable
from app.azure.gate import Answered, Gate, Metered
from app.azure.sdk.budget_classes import answered, metered
from app.azure.sdk.clouds import Cloud
from app.core.clock import monotonic_boottime

CONNECT_SECONDS: Final = 10.0
READ_SECONDS: Final = 30.0
WRITE_ANSWER_SECONDS: Final = 60.0
"""How long a write's answer is waited for: giving up early only makes an outcome unknown that Azure knows."""

PROVEN_UNSENT: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
"""httpx's errors that can only come before a byte of the request was written: name lookup, connection, TLS handshake, a
proxy that opens no tunnel, waiting for a pooled connection. Everything else may have reached the server: a reset is a
ReadError or a RemoteProtocolError, whether it came before or after the server acted."""

_READS: Final = frozenset({"GET", "HEAD"})


class ReadResponse(AsyncHttpResponse):
    """An answer whose body was already read: only what azure-core's public interface requires."""

    def __init__(self, request: HttpRequest, answer: httpx.Response) -> None:
        self._request = request
        self._answer = answer
        self._headers: CaseInsensitiveDict = CaseInsensitiveDict(answer.headers)
        self._encoding: str | None = None

    @property
    def request(self) -> HttpRequest:
        return self._request

    @property
    def status_code(self) -> int:
        return self._answer.status_code

    @property
    def headers(self) -> MutableMapping[str, str]:
        return self._headers

    @property
    def reason(self) -> str:
        return self._answer.reason_phrase

    @property
    def content_type(self) -> str | None:
        return self._headers.get("content-type")

    @property
    def is_closed(self) -> bool:
        return True

    @property
    def is_stream_consumed(self) -> bool:
        return True

    @property
    def encoding(self) -> str | None:
        return self._encoding

    @encoding.setter
    def encoding(self, value: str | None) -> None:
        self._encoding = value

    @property
    def url(self) -> str:
        return self._request.url

    @property
    def content(self) -> bytes:
        return self._answer.content

    def text(self, encoding: str | None = None) -> str:
        """ARM speaks UTF-8, with or without a byte order mark; wrong bytes are replaced, not raised."""
        return self.content.decode(encoding or self._encoding or "utf-8-sig", errors="replace")

    def json(self) -> Any:
        return json.loads(self.text())

    def raise_for_status(self) -> None:
        """Never used by the SDK's operations: they look at `status_code`."""
        self._answer.raise_for_status()

    async def read(self) -> bytes:
        return self.content

    async def iter_raw(self, **_: Any) -> AsyncIterator[bytes]:
        yield self.content

    async def iter_bytes(self, **_: Any) -> AsyncIterator[bytes]:
        yield self.content

    async def close(self) -> None:
        """Nothing is open."""

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        await self.close()


class HttpxTransport(AsyncHttpTransport[HttpRequest, AsyncHttpResponse]):
    """One request, one answer, body read, redirects left alone. For azure-identity: any address.

    The client is shared and belongs to its creator; closing the transport leaves it open. Requests are built here
    and not by the client, so that its cookie jar and default headers stay out of them.
    """

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def open(self) -> None:
        """The client is open."""

    async def close(self) -> None:
        """The client belongs to its maker."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        await self.close()

    async def send(self, request: HttpRequest, **options: Any) -> AsyncHttpResponse:
        """Raises ServiceRequestError where nothing was sent, ServiceResponseError where something may have been.

        `options` are what the policies left over; `deadline` (`core.clock.monotonic_boottime`, or None) is the one
        meant here.
        """
        deadline: float | None = options.get("deadline")
        check_deadline(deadline)
        return await self._exchange(request, request.url, dict(request.headers), deadline)

    async def _exchange(
        self, request: HttpRequest, url: str, headers: dict[str, str], deadline: float | None
    ) -> AsyncHttpResponse:
        try:
            if self._client.is_closed:
                raise ServiceRequestError("The HTTP client is closed; nothing was sent.")
            outgoing = httpx.Request(
                request.method,
                url,
                headers={"Accept-Encoding": "gzip, deflate", **headers},
                content=_body(request),
                extensions=_extensions(request.method, url, deadline),
            )
            answer = await self._client.send(outgoing, auth=None, follow_redirects=False)
        except PROVEN_UNSENT as error:
            raise ServiceRequestError(_said(error), error=error) from error
        except httpx.InvalidURL as error:
            raise ServiceRequestError(_said(error), error=error) from error
        except httpx.HTTPError as error:
            raise ServiceResponseError(_said(error), error=error) from error
        return ReadResponse(request, answer)


class ArmTransport(HttpxTransport):
    """For Resource Manager: replaces the SDK's `https://management.azure.com` by the configured origin.

    Why: docs/azure.md, The SDK. `Host` keeps the SDK's value, so that a simulator's links (`https://{Host}/...`) lead
    here again. Any other origin is refused, whether it comes from a next link, a poll URL in the database, or a bug of
    Holdfast.

    Here every request passes the gate, also each page of a list: no code above can bypass it.
    """

    def __init__(self, client: httpx.AsyncClient, cloud: Cloud, gate: Gate) -> None:
        super().__init__(client)
        self._cloud = cloud
        self._gate = gate

    async def send(self, request: HttpRequest, **options: Any) -> AsyncHttpResponse:
        deadline: float | None = options.get("deadline")
        target = self._target(request.url)
        check_deadline(deadline)
        headers = {**request.headers, "Host": self._cloud.base_url.removeprefix("https://")}
        asked = metered(request.method, target, headers.get("Authorization", ""))
        await self._admit(asked)
        said = Answered()
        try:
            check_deadline(deadline)
            answer = await self._exchange(request, self._cloud.origin + target, headers, deadline)
            said = answered(answer)
        finally:
            await self._gate.learn(asked, said)
        return answer

    async def _admit(self, asked: Metered) -> None:
        try:
            await self._gate.admit(asked)
        except AzureError:
            raise
        except Exception as error:
            # A bug of Holdfast, but it proves that nothing was sent: the outcome of a trigger is then not unknown.
            raise AzureUnreachable(f"The gate failed, nothing was sent: {type(error).__name__}: {error}") from error

    def _target(self, url: str) -> str:
        """Path and query, byte for byte as in the URL."""
        base = self._cloud.base_url
        rest = url[len(base) :].removeprefix(":443")
        if not url.lower().startswith(base) or rest[:1] not in {"", "/", "?"}:
            raise AzureUnreachable(f"Refused to send a request to a foreign origin; only {base} is followed.")
        return rest if rest.startswith("/") else "/" + rest


def check_deadline(deadline: float | None) -> None:
    """Raises AzureUnreachable when the moment has passed (seconds of `core.clock.monotonic_boottime`)."""
    if deadline is not None and monotonic_boottime() >= deadline:
        raise AzureUnreachable("The deadline passed before the request was sent; nothing was sent.")


def _extensions(method: str, url: str, deadline: float | None) -> dict[str, Any]:
    """Per-request extras for httpx: timeouts, the exact request target, and the last check of the deadline.

    httpx normalises a URL (dot segments, quotes, spaces). Newer poll links are signed, so the target is passed
    verbatim.
    """
    wait = CONNECT_SECONDS
    if deadline is not None:
        wait = min(wait, max(0.0, deadline - monotonic_boottime()))
    read = READ_SECONDS if method in _READS else WRITE_ANSWER_SECONDS
    extensions: dict[str, Any] = {"timeout": {"connect": wait, "pool": wait, "read": read, "write": READ_SECONDS}}
    target = url.split("://", 1)[1].partition("#")[0]
    target = target[target.find("/") :] if "/" in target else "/"
    if target.isascii() and target.isprintable() and " " not in target:
        extensions["target"] = target.encode("ascii")
    if deadline is not None:

        async def before_the_bytes_leave(event: str, _: Any) -> None:
            # Waiting for a pooled connection, connecting and the TLS handshake each take their own time: this is the
            # last moment at which a late request can still be held back.
            if event.endswith("send_request_headers.started"):
                check_deadline(deadline)

        extensions["trace"] = before_the_bytes_leave
    return extensions


def _body(request: HttpRequest) -> bytes | None:
    content = request.content
    if content is None or isinstance(content, bytes):
        return content
    if isinstance(content, str):
        return content.encode()
    if isinstance(content, dict):  # a form: azure-identity's token requests
        return str(httpx.QueryParams(content)).encode()
    raise ServiceRequestError(f"A body of type {type(content).__name__} cannot be sent; nothing was sent.")


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".rstrip(": ")
