"""What really leaves, byte for byte, over a real socket; and what is held back."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpcore
import httpx
import pytest

from app.azure import values as v
from app.azure.errors import AzureError, AzureUnknown, AzureUnreachable
from app.azure.sdk.client import OpenAzure, build_azure
from app.core.clock import monotonic_boottime

from .conftest import AzureOver

S = "0f0f0f0f-1111-2222-3333-444444444444"
ITEM = v.ItemRef(v.VaultRef(S, "rg-one", "vault-one"), v.VmRef(S, "rg-one", "vm-one"))
ORDER = v.BackupOrder(ITEM, datetime(2027, 1, 1, tzinfo=UTC))


def ok(body: bytes, headers: bytes = b"") -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n%s\r\n%s" % (len(body), headers, body)


TOKEN = ok(b'{"access_token": "sim", "expires_in": 3600}')
DONE = ok(b'{"status": "Succeeded"}', b"Set-Cookie: a=b\r\n")


class RawServer:
    """A listener that keeps the bytes of every request and answers with a function of how many came."""

    def __init__(self, answer: Callable[[int], bytes | None]) -> None:
        self.requests: list[bytes] = []
        self._answer = answer
        self.port = 0

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = next(
                    (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
                )
                body = await reader.readexactly(length)
                if b"/oauth2/v2.0/token" in head:
                    writer.write(TOKEN)
                    continue
                self.requests.append(head + body)
                answer = self._answer(len(self.requests))
                if answer is None:  # a reset, not a polite end
                    writer.transport.abort()
                    return
                writer.write(answer)
                if not answer.startswith(b"HTTP/1.1 200"):
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def served(
    answer: Callable[[int], bytes | None], http: httpx.AsyncClient | None = None
) -> AsyncIterator[tuple[RawServer, OpenAzure]]:
    raw = RawServer(answer)
    server = await asyncio.start_server(raw.handle, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        async with build_azure(f"http://127.0.0.1:{port}", simulator=True, http=http) as azure:
            yield raw, azure
    finally:
        server.close()
        await server.wait_closed()


@pytest.mark.parametrize(
    "target",
    [
        "/subscriptions/x/operationsStatus/1?api-version=2026-10-01&t=%2B+a'b~!*()%7e&s=a%2fb&h=%C3%a9&=;,:@/?",
        "/subscriptions/x/IaasVMContainer;iaasvmcontainerv2;rg;vm/VM%3Biaasvmcontainerv2%3brg%3Bvm/1",
        '/a//b/../c/./MjA0NztmNDVj==?x={y}&z=[1]|^"<>`\\',
        f"/long?c={'Zk-_' * 1024}",
    ],
)
async def test_a_poll_url_is_sent_back_byte_for_byte(target: str) -> None:
    async with served(lambda _: DONE) as (raw, azure):
        status = await azure.operations.status(f"https://management.azure.com{target}#fragment")
    assert status.state is v.OperationState.SUCCEEDED
    assert raw.requests[0].split(b"\r\n")[0] == b"GET " + target.encode() + b" HTTP/1.1"


async def test_a_simulator_is_reached_past_any_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    async with served(lambda _: DONE) as (raw, azure):
        await azure.operations.status("https://management.azure.com/directly")
    assert len(raw.requests) == 1


async def test_the_simulator_is_spoken_to_as_if_it_were_azure() -> None:
    async with served(lambda _: DONE) as (raw, azure):
        await azure.operations.status("https://management.azure.com/first")
        await azure.operations.status("https://management.azure.com:443/second")
    first, second = (request.lower() for request in raw.requests)
    assert b"\r\nhost: management.azure.com\r\n" in first
    assert b"\r\nauthorization: bearer sim\r\n" in first
    assert b"\r\nuser-agent: holdfast" in first
    assert second.startswith(b"get /second ")
    assert b"cookie" not in second  # the first answer set one


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (None, "reset after the request was read"),
        (b"", "closed without an answer"),
        (b"HTTP/1.1 202 Acc", "half a status line"),
        (b"HTTP/1.1 202 Accepted\r\nContent-Length: 50\r\n\r\n{", "half a body"),
        (b"HTTP/1.1 202 Accepted\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nxyz", "not gzip"),
        (b"220 mail ready\r\n\r\n", "not HTTP"),
    ],
)
async def test_a_connection_that_breaks_after_the_request_leaves_the_outcome_unknown(
    answer: bytes | None, why: str
) -> None:
    async with served(lambda _: answer) as (raw, azure):
        with pytest.raises(AzureError) as raised:
            await azure.backups.trigger(ORDER, request_id=uuid4())
        assert type(raised.value) is AzureUnknown, why
        assert len(raw.requests) == 1


async def test_a_port_where_nobody_listens_proves_that_nothing_was_sent() -> None:
    server = await asyncio.start_server(lambda _, __: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    async with build_azure(f"http://127.0.0.1:{port}", simulator=True) as azure:
        with pytest.raises(AzureUnreachable):
            await azure.backups.trigger(ORDER, request_id=uuid4())


class SlowBackend(httpcore.AnyIOBackend):
    """Connects, and gives the connection away only when the moment has come."""

    not_before = 0.0

    async def connect_tcp(self, *args: Any, **kwargs: Any) -> httpcore.AsyncNetworkStream:
        stream = await super().connect_tcp(*args, **kwargs)
        loop = asyncio.get_running_loop()
        moment = asyncio.Event()
        loop.call_at(self.not_before, moment.set)
        await moment.wait()
        return stream


async def test_a_connection_made_too_late_carries_nothing() -> None:
    """The deadline falls after our first look at it and before the first byte: while the connection is being made."""
    backend = SlowBackend()
    transport = httpx.AsyncHTTPTransport()
    transport._pool = httpcore.AsyncConnectionPool(network_backend=backend, max_keepalive_connections=0)
    async with httpx.AsyncClient(transport=transport) as http, served(lambda _: DONE, http) as (raw, azure):
        await azure.operations.status("https://management.azure.com/warm-up-of-the-token")
        deadline = monotonic_boottime() + 0.05
        backend.not_before = deadline + 0.001
        with pytest.raises(AzureUnreachable, match="deadline"):
            await azure.backups.trigger(ORDER, request_id=uuid4(), deadline=deadline)
        assert len(raw.requests) == 1


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/operationsStatus/1",
        "http://management.azure.com/operationsStatus/1",
        "https://management.azure.com.evil.example/1",
        "https://management.azure.com@evil.example/1",
        "https://management.azure.com:4433/1",
        "https://management.azure.com\\@evil.example/1",
        "//evil.example/1",
        "management.azure.com/1",
        "file:///etc/passwd",
        "",
    ],
)
async def test_a_foreign_origin_is_never_followed(azure_over: AzureOver, url: str) -> None:
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200, json={"status": "Succeeded"})

    azure = azure_over(answer)
    if url.startswith("//"):  # a path under our own origin, whatever it looks like
        await azure.operations.status(url)
        assert [request.url.host for request in sent] == ["management.azure.com"]
        return
    with pytest.raises(AzureUnreachable, match="foreign origin"):
        await azure.operations.status(url)
    assert not sent


async def test_a_next_link_to_a_foreign_origin_is_not_followed(azure_over: AzureOver, vault: v.VaultRef) -> None:
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200, json={"value": [], "nextLink": "https://evil.example/more"})

    with pytest.raises(AzureUnreachable, match="foreign origin"):
        await azure_over(answer).jobs.list_in_progress(vault)
    assert len(sent) == 1


async def test_a_redirected_read_is_not_followed(azure_over: AzureOver, vault: v.VaultRef) -> None:
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(302, headers={"Location": "https://management.azure.com/elsewhere"})

    with pytest.raises(AzureUnknown):
        await azure_over(answer).vaults.get(vault)
    assert len(sent) == 1


async def test_a_closed_port_sends_nothing() -> None:
    azure = build_azure("http://127.0.0.1:9", simulator=True)
    await azure.aclose()
    with pytest.raises(AzureUnreachable):
        await azure.backups.trigger(ORDER, request_id=uuid4())


async def test_reads_are_waited_for_less_long_than_writes(azure_over: AzureOver) -> None:
    waits: dict[str, float] = {}

    def answer(request: httpx.Request) -> httpx.Response:
        waits[request.method] = request.extensions["timeout"]["read"]
        return httpx.Response(202, headers={"Location": "https://management.azure.com/1"})

    azure = azure_over(answer)
    await azure.backups.trigger(ORDER, request_id=uuid4())
    await azure.operations.status("https://management.azure.com/1")
    assert waits == {"POST": 60, "GET": 30}


async def test_connecting_may_not_take_longer_than_the_deadline_leaves(azure_over: AzureOver) -> None:
    timeouts: list[dict[str, float]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        timeouts.append(request.extensions["timeout"])
        return httpx.Response(202, headers={"Location": "https://management.azure.com/1"})

    deadline = monotonic_boottime() + 3
    await azure_over(answer).backups.trigger(ORDER, request_id=uuid4(), deadline=deadline)
    assert 0 < timeouts[0]["connect"] == timeouts[0]["pool"] <= 3
