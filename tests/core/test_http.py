"""The conventions that every path keeps: sizes, request ids, methods, HEAD, CORS, docs, metrics, logs."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import structlog
from cryptography.hazmat.primitives.asymmetric import rsa
from prometheus_client.parser import text_string_to_metric_families
from structlog.contextvars import merge_contextvars

from tests.world import VAULT, World, open_world

LIMIT = 64 * 1024
OPENAPI = Path(__file__).resolve().parents[2] / "openapi" / "openapi.json"
PORTAL = "https://portal.example"


async def pieces(size: int) -> AsyncIterator[bytes]:
    """A body whose length nobody declares."""
    for start in range(0, size, 4096):
        yield b" " * min(4096, size - start)


async def test_a_body_of_64_kib_and_one_byte_is_413_wherever_it_goes(world: World) -> None:
    json_type = {"Content-Type": "application/json"}
    for method, path in (("POST", "/v1/vaults"), ("GET", "/v1/jobs"), ("GET", "/healthz"), ("DELETE", "/nowhere")):
        for caller in (world.client(), world.client(None)):
            async with caller:
                declared = await caller.request(method, path, content=b" " * (LIMIT + 1), headers=json_type)
                unknown = await caller.request(method, path, content=pieces(LIMIT + 1), headers=json_type)
            for answer in (declared, unknown):
                assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large"), (method, path)
                assert answer.headers["Content-Type"] == "application/problem+json"
                assert answer.headers["X-Request-ID"]


@pytest.mark.parametrize("declared", [True, False], ids=["declared", "of unknown length"])
async def test_a_body_of_64_kib_is_read(world: World, *, declared: bool) -> None:
    body = httpx.Request("POST", "http://x", json=VAULT).content
    body += b" " * (LIMIT - len(body))

    async def in_pieces() -> AsyncIterator[bytes]:
        for start in range(0, LIMIT, 1000):
            yield body[start : start + 1000]

    answer = await world.api.post(
        "/v1/vaults", content=body if declared else in_pieces(), headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 202


async def test_an_endless_body_is_refused_before_it_ends(world: World) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 4096
            yield b"x" * 4096

    # httpx.ASGITransport hands a stream over piece by piece, as a server does.
    answer = await world.api.post("/v1/vaults", content=endless())
    assert answer.status_code == 413
    assert sent <= LIMIT + 3 * 4096


@pytest.mark.parametrize("given", ["abc-123", "0af7651916cd43dd8448eb211c80319c", "x" * 128])
async def test_a_request_id_is_taken_over_and_stands_in_every_log_line(world: World, given: str) -> None:
    with structlog.testing.capture_logs(processors=[merge_contextvars]) as lines:
        answer = await world.api.get("/v1/jobs", headers={"X-Request-ID": given})
    assert answer.headers["X-Request-ID"] == given
    assert lines
    assert {line["request_id"] for line in lines} == {given}
    assert lines[-1]["caller"] == "tests"


@pytest.mark.parametrize("given", ["", "a b", "x" * 129, "a\tb", "ümlaut"])
async def test_a_request_id_that_could_break_a_log_line_is_replaced(world: World, given: str) -> None:
    answer = await world.api.get("/v1/jobs", headers=[(b"X-Request-ID", given.encode())])
    assert re.fullmatch(r"[0-9a-f-]{36}", answer.headers["X-Request-ID"])


async def test_neither_token_nor_body_nor_query_is_ever_logged(world: World) -> None:
    with structlog.testing.capture_logs(processors=[merge_contextvars]) as lines:
        await world.api.post("/v1/vaults", json=VAULT | {"tags": {"canary": "c4n4ry"}, "bad": "c4n4ry"})
        await world.api.get("/v1/jobs?reference=c4n4ry")
    token = world.api.headers["Authorization"].split()[1]
    assert len(lines) >= 2
    assert token not in str(lines)
    assert "c4n4ry" not in str(lines)


async def test_a_secret_in_a_path_is_never_logged(world: World) -> None:
    """Nor where the path is only almost that of the route, as a proxy may write it."""
    paths = [path for path in json.loads(OPENAPI.read_text())["paths"] if "{token}" in path]
    assert paths
    with structlog.testing.capture_logs(processors=[merge_contextvars]) as lines:
        for path in paths:
            start = path.removesuffix("{token}")
            for almost in (start, start.upper(), f"/api{start}", start.replace("/receive", "//receive"), f"{start}x/"):
                await world.api.post(f"{almost}c4n4ry")
            await world.api.post(f"{start}c4n4ry", content=b" " * 70_000)
            await world.api.post(f"{start}%634n4ry")
            await world.api.post(f"{start}%0Ac4n4ry/c4n4ry")
    assert len(lines) >= 8
    assert "c4n4ry" not in str(lines)


async def test_an_unknown_path_is_a_404_problem(world: World) -> None:
    for path in ("/", "/v1", "/v1/", "/v1/nothing", "/v1/vaults/", "/v2/vaults", "/docs/assets/nothing.js"):
        answer = await world.api.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "no_such_path"), path
        assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PATCH", "/v1/vaults", "GET, HEAD, POST"),
        ("DELETE", "/v1/jobs", "GET, HEAD"),
        ("GET", "/v1/protected-items/x/backups", "POST"),
        ("POST", "/healthz", "GET, HEAD"),
        ("TRACE", "/v1/restores", "GET, HEAD, POST"),
        ("BREW", "/v1/restores", "GET, HEAD, POST"),
    ],
)
async def test_a_wrong_method_is_405_and_names_the_right_ones(
    world: World, method: str, path: str, allowed: str
) -> None:
    answer = await world.api.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert answer.headers["Allow"] == allowed


@pytest.mark.parametrize("path", ["/v1/vaults", "/v1/jobs", "/healthz", "/readyz", "/openapi.json", "/docs"])
async def test_head_is_get_without_the_body(world: World, path: str) -> None:
    head, get = await world.api.head(path), await world.api.get(path)
    assert (head.status_code, head.content) == (200, b"")
    same = {"content-type", "content-length", "etag"}
    assert {k: v for k, v in head.headers.items() if k in same} == {k: v for k, v in get.headers.items() if k in same}


@pytest.fixture
async def with_portal(database_url: str, signing_key: rsa.RSAPrivateKey) -> AsyncIterator[World]:
    async with open_world(database_url, signing_key, cors_origins=(PORTAL,)) as world:
        yield world


async def test_a_portal_may_call_from_the_browser_and_read_what_it_needs(with_portal: World) -> None:
    asking = {
        "Origin": PORTAL,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,idempotency-key,content-type,if-match,prefer",
    }
    async with with_portal.client(None) as browser:
        preflight = await browser.options("/v1/vaults", headers=asking)
    assert preflight.status_code == 200
    assert preflight.headers["Access-Control-Allow-Origin"] == PORTAL
    assert "idempotency-key" in preflight.headers["Access-Control-Allow-Headers"]
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        assert method in preflight.headers["Access-Control-Allow-Methods"]
    answer = await with_portal.api.get("/v1/vaults", headers={"Origin": PORTAL})
    exposed = {name.strip() for name in answer.headers["Access-Control-Expose-Headers"].split(",")}
    assert exposed >= {"Location", "Retry-After", "ETag", "Link", "X-Request-ID"}


async def test_a_portal_can_read_errors_too(with_portal: World) -> None:
    origin = {"Origin": PORTAL}
    async with with_portal.client(None) as browser:
        refused = await browser.get("/v1/vaults", headers=origin)
        large = await browser.post("/v1/vaults", content=b" " * (LIMIT + 1), headers=origin)
        lost = await browser.get("/nowhere", headers=origin)
    for answer, status in ((refused, 401), (large, 413), (lost, 404)):
        assert answer.status_code == status
        assert answer.headers["Access-Control-Allow-Origin"] == PORTAL


@pytest.mark.parametrize("origin", ["https://evil.example", "https://portal.example.evil.example", "null"])
async def test_another_origin_gets_no_permission(with_portal: World, origin: str) -> None:
    answer = await with_portal.api.get("/v1/vaults", headers={"Origin": origin})
    assert "Access-Control-Allow-Origin" not in answer.headers


async def test_without_a_portal_there_is_no_cors_at_all(world: World) -> None:
    answer = await world.api.get("/v1/vaults", headers={"Origin": PORTAL})
    assert not [name for name in answer.headers if name.startswith("access-control")]


async def test_metrics_are_prometheus_text_and_name_no_caller(world: World) -> None:
    await world.api.post("/v1/vaults", json=VAULT)
    await world.api.request("BREW", "/v1/vaults")
    async with world.client(None) as scraper:
        answer = await scraper.get("/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain")
    families = {family.name: family for family in text_string_to_metric_families(answer.text)}
    (queued,) = families["holdfast_jobs_in_flight"].samples
    assert (queued.labels, queued.value) == ({"kind": "create_vault", "state": "queued"}, 1.0)
    counted = {(s.labels["method"], s.labels["status"]) for s in families["holdfast_requests"].samples}
    assert {("POST", "202"), ("other", "405")} <= counted
    assert families["holdfast_request_seconds"].type == "histogram"
    assert "vault-demo" not in answer.text


async def test_the_docs_page_needs_nothing_from_elsewhere(world: World) -> None:
    async with world.client(None) as reader:
        page = await reader.get("/docs")
        links = re.findall(r'(?:src|href)="([^"]+)"', page.text)
        assert len(links) >= 3
        for link in links:
            assert link.startswith("/docs/assets/"), link
            assert (await reader.get(link)).status_code == 200
        script = (await reader.get("/docs/assets/swagger-ui-bundle.js")).text
    assert page.headers["Content-Type"].startswith("text/html")
    assert "/openapi.json" in page.text
    assert len(script) > 100_000


@pytest.fixture
def a_bug(world: World) -> str:
    """A path whose handler fails in a way nobody foresaw."""

    @world.app.get("/v1/bug")
    async def bug() -> None:
        raise ZeroDivisionError("s3cret detail")

    return "/v1/bug"


async def test_a_bug_of_ours_is_a_500_problem_that_tells_nothing_but_the_request_id(world: World, a_bug: str) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(world.app), base_url="http://holdfast.test") as caller:
        with structlog.testing.capture_logs(processors=[merge_contextvars]) as lines:
            answer = await caller.get(a_bug, headers={"X-Request-ID": "r-1"})
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert answer.headers["X-Request-ID"] == "r-1"
    assert "s3cret" not in answer.text
    assert any(line["event"] == "request.failed" and line["request_id"] == "r-1" for line in lines)
