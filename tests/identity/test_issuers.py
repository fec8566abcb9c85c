"""Several issuers at once: each vouches for its own people and for nobody else's."""

import time
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from app.identity.errors import IssuerAway, TokenNotValid
from app.identity.tokens.bearer import TokenVerifier
from app.identity.tokens.keys import SigningKeys

ONE, TWO = "https://one.example/v2.0", "https://two.example/v2.0"
KEY_ID = "the-same-in-both"


class Issuers:
    """Two issuers that call their different keys by the same id."""

    def __init__(self, first: rsa.RSAPrivateKey) -> None:
        self.keys = {ONE: first, TWO: rsa.generate_private_key(public_exponent=65537, key_size=2048)}
        self.away: set[str] = set()
        http = httpx.AsyncClient(transport=httpx.MockTransport(self._answer))
        self.verifier = TokenVerifier(SigningKeys((ONE, TWO), http), audience="api://holdfast")

    def _answer(self, request: httpx.Request) -> httpx.Response:
        issuer = f"https://{request.url.host}/v2.0"
        if issuer in self.away:
            return httpx.Response(503)
        if request.url.path.endswith("/openid-configuration"):
            return httpx.Response(200, json={"issuer": issuer, "jwks_uri": f"{issuer}/keys"})
        shown: dict[str, Any] = jwt.algorithms.RSAAlgorithm.to_jwk(self.keys[issuer].public_key(), as_dict=True)
        return httpx.Response(200, json={"keys": [shown | {"kid": KEY_ID}]})

    def token(self, issuer: str, *, signed_by: str | None = None, **claims: Any) -> str:
        now = int(time.time())
        usual = {
            "iss": issuer,
            "aud": "api://holdfast",
            "sub": "mona",
            "oid": "mona",
            "tid": "directory",
            "azp": "app",
            "nbf": now,
            "exp": now + 600,
        }
        return jwt.encode(usual | claims, self.keys[signed_by or issuer], "RS256", headers={"kid": KEY_ID})


@pytest.fixture
def issuers(signing_key: rsa.RSAPrivateKey) -> Issuers:
    return Issuers(signing_key)


async def test_the_same_name_at_two_issuers_is_two_people(issuers: Issuers) -> None:
    one, two = [await issuers.verifier.verify(issuers.token(issuer)) for issuer in (ONE, TWO)]
    assert (one.issuer, two.issuer) == (ONE, TWO)
    assert (one.directory, one.object_id) == (two.directory, two.object_id)
    assert one.key != two.key


async def test_no_issuer_vouches_for_anothers_people(issuers: Issuers) -> None:
    for issuer, other in ((ONE, TWO), (TWO, ONE)):
        for _ in range(2):
            with pytest.raises(TokenNotValid, match="signature"):
                await issuers.verifier.verify(issuers.token(issuer, signed_by=other))
        await issuers.verifier.verify(issuers.token(issuer))


async def test_one_issuer_away_leaves_the_other_ones_people_alone(issuers: Issuers) -> None:
    issuers.away.add(ONE)
    with pytest.raises(IssuerAway):
        await issuers.verifier.verify(issuers.token(ONE))
    assert (await issuers.verifier.verify(issuers.token(TWO))).issuer == TWO


@pytest.mark.parametrize(
    ("claims", "scopes", "groups"),
    [
        ({}, None, set()),
        ({"scp": "access"}, {"access"}, set()),
        ({"scp": " read  access "}, {"read", "access"}, set()),
        ({"scp": ""}, set(), set()),
        ({"scope": "openid read"}, {"openid", "read"}, set()),
        ({"scp": "read", "scope": "access"}, {"read"}, set()),
        ({"groups": ["g1", "g2"]}, None, {"g1", "g2"}),
        ({"hasgroups": True}, None, set()),
        ({"_claim_names": {"groups": "src1"}}, None, set()),
    ],
)
async def test_a_caller_is_what_the_token_says(
    issuers: Issuers, claims: dict[str, Any], scopes: set[str] | None, groups: set[str]
) -> None:
    principal = await issuers.verifier.verify(issuers.token(ONE, roles=["reader"], **claims))
    assert principal.scopes == (None if scopes is None else frozenset(scopes))
    assert (principal.groups, principal.app_roles) == (frozenset(groups), frozenset({"reader"}))
    assert (principal.name, principal.key) == ("app", f"{ONE}|directory|mona")
