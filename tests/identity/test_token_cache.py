"""A token that was proven once is not believed for longer, nor for more, than it would be without a memory."""

import time
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from app.identity.errors import TokenNotValid
from app.identity.tokens.bearer import TokenVerifier
from app.identity.tokens.keys import COOL_DOWN_SECONDS, MAX_AGE_SECONDS, SigningKeys
from app.identity.tokens.principal import Principal
from app.identity.tokens.token_cache import Proof, ProvenTokens

ISSUER = "https://issuer.example"
MONA = Principal(ISSUER, "directory", "mona", "Mona", frozenset(), frozenset(), None)


def proof(key: rsa.RSAPrivateKey, *, ends_at: float = 1000.0) -> Proof:
    return Proof(MONA, ISSUER, "key-1", jwt.PyJWK(public_jwk(key, "key-1")), ends_at)


def public_jwk(key: rsa.RSAPrivateKey, key_id: str) -> dict[str, Any]:
    shown: dict[str, Any] = jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return shown | {"kid": key_id, "alg": "RS256", "use": "sig"}


def test_a_proof_is_found_until_its_very_end(signing_key: rsa.RSAPrivateKey) -> None:
    proven = ProvenTokens()
    proven.remember("a.b.c", proof(signing_key, ends_at=1000.0))
    assert proven.find("a.b.c", 999.9) is not None
    assert proven.find("a.b.c", 1000.0) is None
    assert proven.find("a.b.c", 999.9) is None  # forgotten, not merely hidden


def test_a_token_that_differs_in_one_character_was_never_proven(signing_key: rsa.RSAPrivateKey) -> None:
    proven = ProvenTokens()
    proven.remember("a.b.c", proof(signing_key))
    assert proven.find("a.b.d", 0) is None
    assert proven.find("a.b.c ", 0) is None


def test_the_memory_is_bounded_and_the_oldest_goes_first(signing_key: rsa.RSAPrivateKey) -> None:
    proven, one = ProvenTokens(limit=3), proof(signing_key)
    for number in range(5):
        proven.remember(f"token-{number}", one)
    assert [number for number in range(5) if proven.find(f"token-{number}", 0)] == [2, 3, 4]


class Issuer:
    """An issuer that publishes `key_ids`, all of one key, and counts how often it is asked for them."""

    def __init__(self, key: rsa.RSAPrivateKey) -> None:
        self.key = key
        self.key_ids = ["key-1"]
        self.fetches = 0
        http = httpx.AsyncClient(transport=httpx.MockTransport(self._answer))
        self.keys = SigningKeys((ISSUER,), http)
        self.verifier = TokenVerifier(self.keys, audience="api://holdfast")

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/openid-configuration"):
            return httpx.Response(200, json={"issuer": ISSUER, "jwks_uri": f"{ISSUER}/keys"})
        self.fetches += 1
        return httpx.Response(200, json={"keys": [public_jwk(self.key, key_id) for key_id in self.key_ids]})

    def token(self, *, expires_in: float = 3600) -> str:
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "aud": "api://holdfast",
            "sub": "mona",
            "tid": "tenant",
            "azp": "app",
            "nbf": now - 60,
            "exp": int(now + expires_in),
        }
        return jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": "key-1"})

    async def let_keys_age(self) -> None:
        """As if their time had passed: the next caller is served with what there is, and they are fetched anew."""
        kept = self.keys._issuers[ISSUER]
        kept.fetched_at -= MAX_AGE_SECONDS
        kept.tried_at -= COOL_DOWN_SECONDS
        await self.keys.find(ISSUER, "key-1")
        assert kept.fetching is not None
        await kept.fetching


async def test_the_same_token_is_the_same_caller_and_is_proven_once(signing_key: rsa.RSAPrivateKey) -> None:
    issuer = Issuer(signing_key)
    token = issuer.token()
    assert await issuer.verifier.verify(token) is await issuer.verifier.verify(token)


async def test_a_remembered_token_falls_with_its_key(signing_key: rsa.RSAPrivateKey) -> None:
    issuer = Issuer(signing_key)
    token = issuer.token()
    await issuer.verifier.verify(token)
    issuer.key_ids = ["key-2"]
    await issuer.let_keys_age()
    with pytest.raises(TokenNotValid, match="does not publish"):
        await issuer.verifier.verify(token)


async def test_a_remembered_token_falls_when_another_key_takes_the_id_of_its_own(
    signing_key: rsa.RSAPrivateKey,
) -> None:
    issuer = Issuer(signing_key)
    token = issuer.token()
    await issuer.verifier.verify(token)
    issuer.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    await issuer.let_keys_age()
    with pytest.raises(TokenNotValid, match="signature"):
        await issuer.verifier.verify(token)


async def test_a_key_that_is_published_again_keeps_verified_tokens_cached(signing_key: rsa.RSAPrivateKey) -> None:
    issuer = Issuer(signing_key)
    token = issuer.token()
    before = await issuer.verifier.verify(token)
    await issuer.let_keys_age()
    assert (await issuer.verifier.verify(token) is before, issuer.fetches) == (True, 2)


async def test_a_refused_token_is_not_remembered(signing_key: rsa.RSAPrivateKey) -> None:
    issuer = Issuer(signing_key)
    expired = issuer.token(expires_in=-3600)
    for _ in range(2):
        with pytest.raises(TokenNotValid, match="expired"):
            await issuer.verifier.verify(expired)
    assert issuer.verifier._proven._proofs == {}


async def test_a_proof_ends_when_the_token_does_and_the_leeway_with_it(signing_key: rsa.RSAPrivateKey) -> None:
    issuer = Issuer(signing_key)
    token = issuer.token(expires_in=600)
    await issuer.verifier.verify(token)
    expires = jwt.decode(token, options={"verify_signature": False})["exp"]
    assert issuer.verifier._proven.find(token, expires + 29.9) is not None
    assert issuer.verifier._proven.find(token, expires + 30) is None
