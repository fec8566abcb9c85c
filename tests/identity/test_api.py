"""At the door: what a stranger learns, and what happens while an issuer is away."""

from uuid import uuid4

import httpx
import pytest

from tests.identity.forged_tokens import FOREIGN_RSA
from tests.world import ISSUER, World


async def test_a_caller_without_access_learns_nothing_about_the_body_they_sent(world: World) -> None:
    for body in (b"{", b"\xff", b"[" * 5000, b'{"unknown": 1}', b""):
        async with world.client(None) as stranger:
            answer = await stranger.post("/v1/vaults", content=body, headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (401, "token_missing"), body[:20]


async def test_every_path_under_v1_asks_for_a_token_and_says_so_in_the_document(world: World) -> None:
    document = (await world.api.get("/openapi.json")).json()
    asked = []
    async with world.client(None) as stranger:
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                if operation["operationId"] == "put_restore_test_verdict":  # it has a token of its own
                    assert operation["security"] == [{"verdict": []}]
                    path_of_one = path.replace("{test_run_id}", str(uuid4()))
                    assert (await stranger.request(method, path_of_one, content=b"{")).status_code == 401
                    forged = {"Authorization": "Bearer forged", "Content-Type": "application/json"}
                    answer = await stranger.request(method, path_of_one, content=b'{"passed": true}', headers=forged)
                    assert answer.status_code == 401
                elif operation["operationId"] == "receive_azure_alert":  # Azure's call: its path is the secret
                    assert operation["security"] == []
                    assert (await stranger.request(method, path, content=b"{")).status_code == 404
                elif path.startswith("/v1/"):
                    answer = await stranger.request(method, path.replace("{", "").replace("}", ""), content=b"{")
                    assert answer.status_code == 401, (method, path)
                    assert operation["security"] == [{"bearer": []}, {"oauth2": []}]
                    asked.append(operation["operationId"])
    assert len(asked) >= 17


async def test_the_keys_are_fetched_once_and_a_flood_of_unknown_key_ids_does_not_change_that(world: World) -> None:
    seen: list[str] = []
    simulator = world.http._transport

    async def count(request: httpx.Request) -> httpx.Response:
        seen.append(request.url.path)
        return await simulator.handle_async_request(request)

    world.http._transport = httpx.MockTransport(count)
    async with world.serving():
        for number in range(30):
            async with world.client(world.token(key=FOREIGN_RSA, header={"kid": f"k{number}"})) as caller:
                assert (await caller.get("/v1/vaults")).status_code == 401
        assert (await world.api.get("/v1/vaults")).status_code == 200
    assert sum(path.endswith("/keys") for path in seen) == 1


@pytest.mark.parametrize(
    "answers",
    [
        httpx.Response(503),
        httpx.Response(200, content=b"<html>"),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"issuer": ISSUER}),
        httpx.Response(200, json={"issuer": "https://other.example"}),
        httpx.Response(200, json={"issuer": ISSUER, "jwks_uri": "::", "keys": [1]}),
        httpx.Response(302, headers={"Location": "http://elsewhere.test"}),
    ],
)
async def test_an_issuer_that_cannot_be_asked_is_503_not_401(world: World, answers: httpx.Response) -> None:
    world.http._transport = httpx.MockTransport(lambda _: answers)
    async with world.serving():
        answer = await world.api.get("/v1/vaults")
    assert (answer.status_code, answer.json()["code"]) == (503, "issuer_away")
    assert int(answer.headers["Retry-After"]) >= 1


async def test_keys_once_fetched_stay_good_while_the_issuer_is_away(world: World) -> None:
    assert (await world.api.get("/v1/vaults")).status_code == 200
    world.http._transport = httpx.MockTransport(lambda _: httpx.Response(503))
    assert (await world.api.get("/v1/vaults")).status_code == 200
