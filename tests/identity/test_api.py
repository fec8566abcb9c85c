"""Who may come in: every kind of wrong token is 401 before anything else of the request is looked at."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from tests.world import ISSUER, VAULT, World

FOREIGN_RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())
PASSED = int(time.time()) - 3600


def segment(value: Any) -> str:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def with_payload(world: World, change: Callable[[dict[str, Any]], None]) -> str:
    """A good token whose payload was changed after it was signed."""
    header, payload, signature = world.token().split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    change(claims)
    return f"{header}.{segment(claims)}.{signature}"


def signed_with_the_public_key(world: World) -> str:
    """The classic confusion: HMAC with the public key as its secret."""
    public = world.simulator.identity.key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    _, payload, _ = world.token().split(".")
    head = segment({"alg": "HS256", "typ": "JWT", "kid": world.simulator.identity.key_id})
    return f"{head}.{payload}.{segment(hmac.new(public, f'{head}.{payload}'.encode(), hashlib.sha256).digest())}"


BAD: dict[str, Callable[[World], str]] = {
    "garbage": lambda _: "not-a-token",
    "three empty parts": lambda _: "..",
    "two parts": lambda w: ".".join(w.token().split(".")[:2]),
    "four parts": lambda w: w.token() + ".x",
    "no JSON inside": lambda _: f"{segment(b'x')}.{segment(b'y')}.{segment(b'z')}",
    "a payload that is a list": lambda w: f"{w.token().split('.')[0]}.{segment([])}.{w.token().split('.')[2]}",
    "a payload nested without end": lambda w: f"{w.token().split('.')[0]}.{segment(b'[' * 9000)}.x",
    "a payload that is not UTF-8": lambda w: f"{w.token().split('.')[0]}.{segment(bytes([0xFF, 0xFE]))}.x",
    "too long": lambda w: w.token(extra="x" * 20_000),
    "a changed payload": lambda w: with_payload(w, lambda claims: claims.update(sub="somebody-else")),
    "another tenant written in": lambda w: with_payload(w, lambda claims: claims.update(tid="other")),
    "no signature": lambda w: w.token().rpartition(".")[0] + ".",
    "a cut signature": lambda w: w.token()[:-20],
    "alg none": lambda w: jwt.encode(jwt.decode(w.token(), options={"verify_signature": False}), "", "none"),
    "HS256 with a secret": lambda w: w.token(key="x" * 32, algorithm="HS256"),
    "HS256 with the public key": signed_with_the_public_key,
    "RS512": lambda w: w.token(algorithm="RS512"),
    "ES256": lambda w: w.token(key=EC_KEY, algorithm="ES256"),
    "a foreign key under our key id": lambda w: w.token(key=FOREIGN_RSA),
    "an unknown key id": lambda w: w.token(key=FOREIGN_RSA, header={"kid": "unknown"}),
    "no key id": lambda w: jwt.encode({"iss": ISSUER}, w.simulator.identity.key, "RS256"),
    "a foreign issuer": lambda w: w.token(iss="https://issuer.example"),
    "an issuer with a slash more": lambda w: w.token(iss=ISSUER + "/"),
    "an issuer that is a list": lambda w: with_payload(w, lambda claims: claims.update(iss=[ISSUER])),
    "another audience": lambda w: w.token(aud="api://something-else"),
    "Azure's own audience": lambda w: w.token(aud="https://management.azure.com"),
    "no audience": lambda w: w.token(without=("aud",)),
    "expired": lambda w: w.token(exp=PASSED),
    "without an end": lambda w: w.token(without=("exp",)),
    "an end that is no number": lambda w: w.token(exp="tomorrow"),
    "an end beyond all numbers": lambda w: w.token(exp=float("inf")),
    "not valid yet": lambda w: w.token(nbf=int(time.time()) + 3600),
    "without a beginning": lambda w: w.token(without=("nbf",)),
    "without a subject": lambda w: w.token(without=("sub",)),
    "without a tenant": lambda w: w.token(without=("tid",)),
    "an empty tenant": lambda w: w.token(tid=""),
    "a tenant that is a number": lambda w: w.token(tid=7),
    "a tenant with a NUL": lambda w: w.token(tid="tenant\x00"),
    "a tenant of half a surrogate pair": lambda w: w.token(tid="\ud800"),
    "an endless object id": lambda w: w.token(oid="o" * 3000),
    "an object id that is a list": lambda w: w.token(oid=["a"]),
    "roles that are a word": lambda w: w.token(roles="admin"),
}


async def test_every_kind_of_bad_token_is_refused(world: World) -> None:
    """In one test: a world costs more than forty requests."""
    for kind, make in BAD.items():
        async with world.client(make(world)) as caller:
            answer = await caller.get("/v1/vaults")
        problem = answer.json()
        assert (answer.status_code, problem["status"], problem["code"]) == (401, 401, "token_invalid"), kind
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert problem["remedy"]
        assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"], kind
    assert (await world.api.get("/v1/vaults")).status_code == 200


async def test_no_bearer_token_is_a_challenge_without_an_error(world: World) -> None:
    for header in (None, "", "Bearer", "Bearer ", "Basic dXNlcjpwYXNz", "Token abc", "Negotiate oYG2MIG"):
        async with world.client(None) as caller:
            answer = await caller.get("/v1/jobs", headers={} if header is None else {"Authorization": header})
        assert (answer.status_code, answer.json()["code"]) == (401, "token_missing"), header
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="holdfast"'


async def test_a_stranger_learns_nothing_about_the_body_he_sent(world: World) -> None:
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
                if path.startswith("/v1/"):
                    answer = await stranger.request(method, path.replace("{", "").replace("}", ""), content=b"{")
                    assert answer.status_code == 401, (method, path)
                    assert operation["security"] == [{"bearer": []}]
                    asked.append(operation["operationId"])
    assert len(asked) >= 17


async def test_a_role_or_name_of_odd_characters_is_no_obstacle(world: World) -> None:
    async with world.client(roles=["reader", "ü"], preferred_username="Mona\x00 \ud800 Müller") as caller:
        answer = await caller.post("/v1/vaults", json=VAULT)
    assert (answer.status_code, answer.json()["requested_by"]) == (202, "Mona  Müller")


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
        httpx.Response(503), httpx.Response(200, content=b"<html>"), httpx.Response(200, json=[]),
        httpx.Response(200, json={"issuer": ISSUER}), httpx.Response(200, json={"issuer": "https://other.example"}),
        httpx.Response(200, json={"issuer": ISSUER, "jwks_uri": "::", "keys": [1]}),
        httpx.Response(302, headers={"Location": "http://elsewhere.test"}),
    ],
)  # fmt: skip
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
