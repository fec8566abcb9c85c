"""Signing keys: which ones count, and that neither a flood nor a slow issuer costs anybody else anything."""

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from app.identity.errors import IssuerAway
from app.identity.tokens import keys as keys_module
from app.identity.tokens.keys import (
    COOL_DOWN_SECONDS,
    FETCH_SECONDS,
    MAX_AGE_SECONDS,
    MAX_DOCUMENT,
    SigningKeys,
    usable_keys,
)
from tests.world import until

ONE, TWO = "https://one.example", "https://two.example"


def jwk(key: rsa.RSAPrivateKey, key_id: str = "key-1", **more: Any) -> dict[str, Any]:
    shown: dict[str, Any] = jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    shown.pop("key_ops", None)
    return shown | {"kid": key_id, "use": "sig"} | more


class Issuers:
    """Some issuers behind one HTTP client. `answers` says what a path of a host is answered, otherwise all is well."""

    def __init__(self, key: rsa.RSAPrivateKey) -> None:
        self.key = key
        self.key_ids = ["key-1"]
        self.answers: dict[str, Callable[[], httpx.Response]] = {}
        self.held: set[str] = set()
        self.release = asyncio.Event()
        self.asked: list[str] = []
        self.http = httpx.AsyncClient(transport=httpx.MockTransport(self._answer))
        self.keys = SigningKeys((ONE, TWO), self.http)

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        origin, path = f"{request.url.scheme}://{request.url.host}", request.url.path
        self.asked.append(str(request.url))
        if request.url.host in self.held:
            await self.release.wait()
        for where, make in self.answers.items():
            if str(request.url).endswith(where):
                return make()
        if path.endswith("/openid-configuration"):
            return httpx.Response(200, json={"issuer": origin, "jwks_uri": f"{origin}/keys"})
        return httpx.Response(200, json={"keys": [jwk(self.key, key_id) for key_id in self.key_ids]})

    @property
    def fetches(self) -> int:
        return sum(url.endswith("/openid-configuration") for url in self.asked)


@pytest.fixture
def issuers(signing_key: rsa.RSAPrivateKey) -> Issuers:
    return Issuers(signing_key)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A clock for the keys alone, that moves when told."""
    clock = SimpleNamespace(now=1000.0)
    monkeypatch.setattr(keys_module, "time", SimpleNamespace(monotonic=lambda: clock.now))
    return clock


async def test_a_flood_of_unknown_key_ids_fetches_three_times_a_minute(
    issuers: Issuers, clock: SimpleNamespace
) -> None:
    await issuers.keys.find(ONE, "key-1")
    for second in range(600):
        clock.now = 1000.0 + second
        found = await asyncio.gather(*(issuers.keys.find(ONE, f"k{second}-{number}") for number in range(20)))
        assert found == [None] * 20
        assert await issuers.keys.find(ONE, "key-1") is not None
    assert issuers.fetches == 3 * 10


async def test_a_new_key_is_found_when_its_id_is_first_seen(issuers: Issuers, clock: SimpleNamespace) -> None:
    await issuers.keys.find(ONE, "key-1")
    issuers.key_ids = ["key-1", "key-2"]
    clock.now += COOL_DOWN_SECONDS
    assert await issuers.keys.find(ONE, "key-2") is not None
    assert issuers.fetches == 2


async def test_all_who_ask_at_once_share_one_fetch(issuers: Issuers) -> None:
    found = await asyncio.gather(*(issuers.keys.find(ONE, "key-1") for _ in range(50)))
    assert len({id(key) for key in found}) == 1
    assert issuers.fetches == 1


async def test_a_caller_that_disconnects_does_not_cancel_the_key_fetch_of_others(issuers: Issuers) -> None:
    issuers.held.add("one.example")
    impatient = asyncio.create_task(issuers.keys.find(ONE, "key-1"))
    patient = asyncio.create_task(issuers.keys.find(ONE, "key-1"))
    await until(lambda: len(issuers.asked) == 1)
    impatient.cancel()
    issuers.release.set()
    assert await patient is not None
    assert issuers.fetches == 1


async def test_a_slow_issuer_holds_neither_the_callers_of_another_nor_its_own_with_a_known_key(
    issuers: Issuers, clock: SimpleNamespace
) -> None:
    await issuers.keys.find(ONE, "key-1")
    issuers.held.add("one.example")
    clock.now += MAX_AGE_SECONDS
    stuck = asyncio.create_task(issuers.keys.find(ONE, "unknown"))
    await until(lambda: issuers.fetches == 2)
    async with asyncio.timeout(FETCH_SECONDS / 2):
        assert await issuers.keys.find(ONE, "key-1") is not None
        assert await issuers.keys.find(TWO, "key-1") is not None
    assert not stuck.done()
    issuers.release.set()
    assert await stuck is None


async def test_keys_stay_good_for_as_long_as_their_issuer_is_away(issuers: Issuers, clock: SimpleNamespace) -> None:
    await issuers.keys.find(ONE, "key-1")
    issuers.answers["one.example/.well-known/openid-configuration"] = lambda: httpx.Response(503)
    for _ in range(100):
        clock.now += MAX_AGE_SECONDS
        assert await issuers.keys.find(ONE, "key-1") is not None
        assert await issuers.keys.find(ONE, "other") is None


async def test_an_issuer_that_comes_back_is_asked_again_after_the_cool_down(
    issuers: Issuers, clock: SimpleNamespace
) -> None:
    issuers.answers["/keys"] = lambda: httpx.Response(503)
    with pytest.raises(IssuerAway):
        await issuers.keys.find(ONE, "key-1")
    issuers.answers.clear()
    with pytest.raises(IssuerAway):
        await issuers.keys.find(ONE, "key-1")
    clock.now += COOL_DOWN_SECONDS
    assert await issuers.keys.find(ONE, "key-1") is not None


async def test_an_answer_that_trickles_is_given_up(issuers: Issuers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys_module, "FETCH_SECONDS", 0.05)
    issuers.held.add("one.example")
    with pytest.raises(IssuerAway):
        await issuers.keys.find(ONE, "key-1")


async def test_a_running_key_fetch_is_cancelled_at_shutdown(issuers: Issuers) -> None:
    issuers.held.add("one.example")
    waiting = asyncio.create_task(issuers.keys.find(ONE, "key-1"))
    await until(lambda: len(issuers.asked) == 1)
    await issuers.keys.aclose()
    with pytest.raises(IssuerAway):
        await waiting


def discovery(**changes: Any) -> Callable[[], httpx.Response]:
    return lambda: httpx.Response(200, json={"issuer": ONE, "jwks_uri": f"{ONE}/keys"} | changes)


def packed() -> httpx.Response:
    """What is in it would do: httpx leaves an encoding that it does not know as it is."""
    answer = discovery()()
    answer.headers["Content-Encoding"] = "x-anything"
    return answer


DOCUMENT = "one.example/.well-known/openid-configuration"
TRAPS: dict[str, tuple[str, Callable[[], httpx.Response]]] = {
    "another issuer": (DOCUMENT, discovery(issuer=TWO)),
    "no issuer": (DOCUMENT, discovery(issuer=None)),
    "keys over http": (DOCUMENT, discovery(jwks_uri="http://one.example/keys")),
    "keys elsewhere over http": (DOCUMENT, discovery(jwks_uri="http://two.example/keys")),
    "keys in a file": (DOCUMENT, discovery(jwks_uri="file:///etc/passwd")),
    "keys behind a user name": (DOCUMENT, discovery(jwks_uri="https://one.example@evil.example/keys")),
    "keys nowhere": (DOCUMENT, discovery(jwks_uri="::")),
    "a redirect": (DOCUMENT, lambda: httpx.Response(302, headers={"Location": f"{TWO}/keys"})),
    "keys behind a redirect": ("one.example/keys", lambda: httpx.Response(302, headers={"Location": f"{TWO}/keys"})),
    "a list": (DOCUMENT, lambda: httpx.Response(200, json=[])),
    "a page": (DOCUMENT, lambda: httpx.Response(200, content=b"<html>")),
    "nested without end": (DOCUMENT, lambda: httpx.Response(200, content=b"[" * 100_000)),
    "too much": (DOCUMENT, discovery(filling="y" * MAX_DOCUMENT)),
    "packed": (DOCUMENT, packed),
    "no keys": ("one.example/keys", lambda: httpx.Response(200, json={})),
    "an empty list of keys": ("one.example/keys", lambda: httpx.Response(200, json={"keys": []})),
    "keys that are none": ("one.example/keys", lambda: httpx.Response(200, json={"keys": [1, None, "a", {}]})),
    "keys that are a number": ("one.example/keys", lambda: httpx.Response(200, json={"keys": 7})),
}


@pytest.mark.parametrize("trap", TRAPS)
async def test_a_trap_in_the_documents_gives_no_key(issuers: Issuers, trap: str) -> None:
    where, answer = TRAPS[trap]
    issuers.answers[where] = answer
    with pytest.raises(IssuerAway):
        await issuers.keys.find(ONE, "key-1")
    assert not [url for url in issuers.asked if url.startswith((TWO, "http://", "https://evil"))]


async def test_keys_may_lie_on_another_https_origin(issuers: Issuers) -> None:
    issuers.answers[DOCUMENT] = discovery(jwks_uri="https://two.example/keys")
    assert await issuers.keys.find(ONE, "key-1") is not None


def test_only_keys_that_may_check_an_rs256_signature_count(signing_key: rsa.RSAPrivateKey) -> None:
    weak = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505
    curve = jwt.algorithms.ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP256R1()).public_key(), as_dict=True)
    edwards = jwt.algorithms.OKPAlgorithm.to_jwk(ed25519.Ed25519PrivateKey.generate().public_key(), as_dict=True)
    private = jwt.algorithms.RSAAlgorithm.to_jwk(signing_key, as_dict=True)
    del private["key_ops"]
    no_id = jwk(signing_key)
    del no_id["kid"]
    document = {
        "keys": [
            jwk(signing_key, "good"),
            jwk(signing_key, "with alg", alg="RS256"),
            jwk(signing_key, "with ops", key_ops=["verify"]),
            jwk(signing_key, "with more", x5t="x", issuer="y"),
            jwk(weak, "weak"),
            jwk(signing_key, "for encryption", use="enc"),
            jwk(signing_key, "PS256", alg="PS256"),
            jwk(signing_key, "RSA-OAEP", alg="RSA-OAEP"),
            jwk(signing_key, "to sign", key_ops=["sign"]),
            curve | {"kid": "curve"},
            edwards | {"kid": "edwards"},
            {"kty": "oct", "k": "AAAA", "kid": "secret"},
            private | {"kid": "private"},
            no_id,
            jwk(signing_key) | {"kid": 7},
            jwk(signing_key, "broken", n="!"),
            jwk(signing_key, "no exponent", e=""),
            jwk(signing_key, "odd ops", key_ops=7),
            None,
            "key",
        ]
    }
    assert set(usable_keys(document)) == {"good", "with alg", "with ops", "with more"}


def test_two_keys_of_one_id_are_neither_of_them(signing_key: rsa.RSAPrivateKey) -> None:
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    keys = [jwk(signing_key, "twice"), jwk(other, "twice"), jwk(signing_key, "same"), jwk(signing_key, "same")]
    assert set(usable_keys({"keys": keys})) == {"same"}
    assert set(usable_keys({"keys": [*keys, jwk(signing_key, "twice")]})) == {"same"}
