"""The headers of every answer, with or without a caller, and how long a body may take."""

import asyncio
from typing import Any

import httpx
import pytest
from starlette.types import Message

from app.core.http import conventions
from tests.world import World

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


async def test_every_answer_of_the_api_carries_the_security_headers_once(world: World) -> None:
    async with world.client(None) as stranger:
        for caller, method, path in (
            (world.api, "GET", "/v1/jobs"),
            (world.api, "GET", "/v1/nowhere"),
            (world.api, "PUT", "/v1/jobs"),
            (world.api, "POST", "/v1/vaults"),
            (stranger, "GET", "/v1/jobs"),
            (stranger, "GET", "/healthz"),
            (stranger, "GET", "/metrics"),
            (stranger, "HEAD", "/readyz"),
            (stranger, "GET", "/nowhere"),
        ):
            answer = await caller.request(method, path)
            assert {name: answer.headers.get_list(name) for name in ALWAYS} == {
                name: [value] for name, value in ALWAYS.items()
            }, path
            assert len(answer.headers.get_list("X-Request-ID")) == 1
            assert "Strict-Transport-Security" not in answer.headers
            assert "Server" not in answer.headers


async def test_over_tls_the_browser_is_told_to_stay_there(world: World) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(world.app), base_url="https://holdfast.test") as caller:
        answer = await caller.get("/healthz")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


async def asked(world: World, messages: list[Message], headers: dict[str, str]) -> tuple[int, dict[str, str]]:
    """One POST whose body arrives as these messages, and then nothing more."""
    left, sent = list(messages), []

    async def receive() -> Message:
        if left:
            return left.pop(0)
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)

    said = {"Authorization": f"Bearer {world.token()}", "Content-Type": "application/json"} | headers
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/v1/vaults",
        "raw_path": b"/v1/vaults",
        "query_string": b"",
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in said.items()],
        "client": ("127.0.0.1", 1),
        "server": ("holdfast.test", 80),
    }
    async with asyncio.timeout(20):
        await world.app(scope, receive, send)
    start = sent[0]
    return start["status"], {name.decode(): value.decode() for name, value in start["headers"]}


@pytest.mark.parametrize(
    "headers", [{"Content-Length": "500"}, {"Transfer-Encoding": "chunked"}], ids=["declared", "of unknown length"]
)
@pytest.mark.parametrize("pieces", [0, 1, 3])
async def test_a_body_that_trickles_is_given_up(
    world: World, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str], pieces: int
) -> None:
    monkeypatch.setattr(conventions, "BODY_SECONDS", 0.05)
    some: list[Message] = [{"type": "http.request", "body": b" ", "more_body": True}] * pieces
    status, answered = await asked(world, some, headers)
    assert (status, answered["content-type"], answered["connection"]) == (408, "application/problem+json", "close")
    assert answered["x-request-id"]


async def test_a_caller_without_a_token_is_answered_without_waiting_for_the_body(world: World) -> None:
    status, _ = await asked(world, [], {"Content-Length": "500", "Authorization": ""})
    assert status == 401
