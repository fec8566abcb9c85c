"""Who may come in: every kind of wrong token is 401 before anything else of the request is looked at."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from tests.identity.forged_tokens import (
    EC_KEY,
    FOREIGN_RSA,
    after_signing,
    an_hour_ago,
    in_an_hour,
    part,
    resigned,
    segment,
    signed,
    signed_with_its_own_key,
    signed_with_the_public_key,
    without_signature,
    written,
)
from tests.world import ISSUER, SIMULATOR, VAULT, World

Make = Callable[[World], str]

SHAPES: dict[str, Make] = {
    "garbage": lambda _: "not-a-token",
    "three empty parts": lambda _: "..",
    "two parts": lambda w: w.token().rpartition(".")[0],
    "four parts": lambda w: w.token() + ".x",
    "five parts, encrypted (JWE)": lambda _: f"{segment({'alg': 'RSA-OAEP', 'enc': 'A256GCM'})}.a2V5.aXY.Y2lwaGVy.dGFn",
    "two tokens joined": lambda w: w.token() + w.token(),
    "two tokens with a comma": lambda w: f"{w.token()},{w.token()}",
    "white space inside": lambda w: w.token().replace(".", ". ", 1),
    "a tab behind a part": lambda w: w.token().replace(".", "\t.", 1),
    "padding": lambda w: w.token() + "==",
    "base64 of the other alphabet": lambda w: w.token() + "+/",
    "letters that are not ASCII": lambda w: w.token() + "é",
    "quoted": lambda w: f'"{w.token()}"',
    "no JSON inside": lambda _: f"{segment(b'x')}.{segment(b'y')}.{segment(b'z')}",
    "claims that are a list": lambda w: signed(w, b'{"alg":"RS256","kid":"k"}', b"[]"),
    "a header that is a word": lambda w: signed(w, b'"RS256"', b"{}"),
    "claims nested without end": lambda w: f"{part(w.token(), 0)}.{segment(b'[' * 9000)}.x",
    "claims that are not UTF-8": lambda w: f"{part(w.token(), 0)}.{segment(bytes([0xFF, 0xFE]))}.x",
    "longer than any token": lambda w: w.token(extra="x" * 20_000),
    "a megabyte": lambda w: w.token() + "A" * 1_000_000,
}
SIGNATURES: dict[str, Make] = {
    "a changed subject": lambda w: after_signing(w, sub="somebody-else"),
    "another tenant written in": lambda w: after_signing(w, tid="other"),
    "a role written in": lambda w: after_signing(w, roles=["platform_admin"]),
    "no signature": lambda w: w.token().rpartition(".")[0] + ".",
    "a cut signature": lambda w: w.token()[:-20],
    "the signature of another token": lambda w: f"{w.token().rpartition('.')[0]}.{part(w.token(oid='other'), 2)}",
    "alg none": lambda w: without_signature(w, "none"),
    "alg nOnE, with something for a signature": lambda w: without_signature(w, "nOnE") + "AAAA",
    "no alg": lambda w: signed(w, b'{"kid": "k"}', b'{"iss": "x"}'),
    "HS256 with a secret": lambda w: w.token(key="x" * 32, algorithm="HS256"),
    "HS256 with the public key": lambda w: signed_with_the_public_key(w, "HS256", Encoding.PEM),
    "HS512 with the public key's bytes": lambda w: signed_with_the_public_key(w, "HS512", Encoding.DER),
    "RS384": lambda w: w.token(algorithm="RS384"),
    "RS512": lambda w: w.token(algorithm="RS512"),
    "PS256": lambda w: w.token(algorithm="PS256"),
    "ES256": lambda w: w.token(key=EC_KEY, algorithm="ES256"),
    "a foreign key under our key id": lambda w: w.token(key=FOREIGN_RSA),
    "an unknown key id": lambda w: w.token(header={"kid": "unknown"}),
    "a key id that is a path": lambda w: w.token(header={"kid": "../../../../dev/null"}),
    "a key id that is an address": lambda w: w.token(header={"kid": "https://evil.example/key"}),
    "a key id that is SQL": lambda w: w.token(header={"kid": "' OR 1=1 --"}),
    "no key id": lambda w: signed(w, b'{"alg":"RS256"}', b'{"iss":"x"}'),
    "a key id that is a number": lambda w: signed(w, b'{"alg":"RS256","kid":7}', b'{"iss":"x"}'),
    "a key id that is a list": lambda w: signed(w, b'{"alg":"RS256","kid":["k"]}', b'{"iss":"x"}'),
    "an endless key id": lambda w: w.token(header={"kid": "k" * 5000}),
    "a key of its own (jwk)": lambda w: signed_with_its_own_key(w, "jwk"),
    "the address of its own keys (jku)": lambda w: signed_with_its_own_key(w, "jku"),
    "the address of its certificate (x5u)": lambda w: signed_with_its_own_key(w, "x5u"),
    "a certificate of its own (x5c)": lambda w: signed_with_its_own_key(w, "x5c"),
    "well signed, with jku": lambda w: w.token(header={"jku": "https://evil.example/keys"}),
    "an extension that must be understood": lambda w: w.token(header={"crit": ["exp"], "exp": 1}),
    "an empty crit": lambda w: written(w, more_header='"crit": [], '),
    "a payload beside the token (b64)": lambda w: written(w, more_header='"b64": false, "crit": ["b64"], '),
    "compressed": lambda w: w.token(header={"zip": "DEF"}),
    "a token in a token": lambda w: w.token(header={"cty": "JWT"}),
    "a logout token": lambda w: w.token(header={"typ": "logout+jwt"}),
    "alg twice": lambda w: written(w, more_header='"alg": "none", '),
}
CLAIMS: dict[str, Make] = {
    "a foreign issuer": lambda w: w.token(iss="https://issuer.example"),
    "the other trusted issuer's name": lambda w: w.token(iss=OTHER_ISSUER),
    "an issuer with a slash more": lambda w: w.token(iss=ISSUER + "/"),
    "an issuer in capitals": lambda w: w.token(iss=ISSUER.upper()),
    "an issuer that is a list": lambda w: resigned(w, iss=[ISSUER]),
    "no issuer": lambda w: w.token(without=("iss",)),
    "another audience": lambda w: w.token(aud="api://something-else"),
    "the beginning of our audience": lambda w: w.token(aud="api://holdfas"),
    "our audience and more": lambda w: w.token(aud="api://holdfast/access"),
    "audiences without ours": lambda w: w.token(aud=["api://one", "api://two"]),
    "an empty list of audiences": lambda w: w.token(aud=[]),
    "an audience that is a number": lambda w: w.token(aud=7),
    "Azure's own audience": lambda w: w.token(aud="https://management.azure.com"),
    "a token for the simulated Azure": lambda w: w.simulator.identity.token(SIMULATOR, "tests", SIMULATOR),
    "no audience": lambda w: w.token(without=("aud",)),
    "expired": lambda w: w.token(exp=an_hour_ago()),
    "no end": lambda w: w.token(without=("exp",)),
    "an end in words": lambda w: w.token(exp="tomorrow"),
    "an end written as text": lambda w: w.token(exp=str(in_an_hour())),
    "an end that is no number": lambda w: w.token(exp=float("nan")),
    "an end that never comes": lambda w: w.token(exp=float("inf")),
    "an end beyond all calendars": lambda w: w.token(exp=10**30),
    "an end before all times": lambda w: w.token(exp=-1),
    "an end that is true": lambda w: w.token(exp=True),
    "an end that is null": lambda w: w.token(exp=None),
    "two ends": lambda w: written(w, more_claims='"exp": 1, '),
    "two subjects": lambda w: written(w, more_claims='"sub": "admin", '),
    "not valid yet": lambda w: w.token(nbf=in_an_hour()),
    "made in the future": lambda w: w.token(iat=in_an_hour()),
    "no beginning": lambda w: w.token(without=("nbf",)),
    "a beginning written as text": lambda w: w.token(nbf="0"),
    "no subject": lambda w: w.token(without=("sub",)),
    "an empty subject": lambda w: w.token(sub="", oid=""),
    "a subject that is a number": lambda w: resigned(w, sub=7),
    "no tenant": lambda w: w.token(without=("tid",)),
    "an empty tenant": lambda w: w.token(tid=""),
    "a tenant that is a number": lambda w: w.token(tid=7),
    "a tenant that is a list": lambda w: w.token(tid=["11111111-1111-1111-1111-111111111111"]),
    "a tenant with a NUL": lambda w: w.token(tid="tenant\x00"),
    "a tenant of half a surrogate pair": lambda w: w.token(tid="\ud800"),
    "a tenant that would end early in a caller's key": lambda w: w.token(tid="tenant|caller"),
    "an endless object id": lambda w: w.token(oid="o" * 3000),
    "an object id that is a list": lambda w: w.token(oid=["a"]),
    "an object id that is null": lambda w: w.token(oid=None),
    "roles that are a word": lambda w: w.token(roles="admin"),
    "roles in roles": lambda w: w.token(roles=[["admin"]]),
    "groups that are a word": lambda w: w.token(groups="admins"),
    "groups that are an object": lambda w: w.token(groups={"admins": True}),
    "scopes that are a list": lambda w: w.token(scp=["access"]),
    "scopes that are null": lambda w: w.token(scp=None),
    "an ID token": lambda w: w.token(nonce="n-0S6_WzA2Mj"),
    "an ID token without a nonce": lambda w: w.token(without=("azp", "roles")),
    "an ID token with a code's hash": lambda w: w.token(c_hash="LDktKdoQak3Pk0cnXxCltA"),
}
OTHER_ISSUER = "http://other.test/22222222-2222-2222-2222-222222222222/v2.0"
BAD = SHAPES | SIGNATURES | CLAIMS


def secrets_of(token: str) -> Iterator[str]:
    """What of a token must be seen nowhere: any stretch of it."""
    yield from (piece[:24] for piece in token.replace(",", ".").split(".") if len(piece) >= 24)


async def test_every_kind_of_bad_token_is_refused_and_nothing_of_it_is_quoted(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """In one test: a world costs more than a hundred requests."""
    assert len(BAD) >= 100
    for kind, make in BAD.items():
        token = make(world)
        async with world.client(None) as caller:
            answer = await caller.get("/v1/vaults", headers=[(b"Authorization", b"Bearer " + token.encode())])
        problem = answer.json()
        assert (answer.status_code, problem["status"], problem["code"]) == (401, 401, "token_invalid"), kind
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert problem["remedy"]
        assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"], kind
        shown = answer.text + str(answer.headers) + capsys.readouterr().out
        assert not [secret for secret in secrets_of(token) if secret in shown], kind
    assert (await world.api.get("/v1/vaults")).status_code == 200


async def test_no_bearer_token_is_a_challenge_without_an_error(world: World) -> None:
    for header in (None, "", "Bearer", "Bearer ", "Basic dXNlcjpwYXNz", "Token abc", "Negotiate oYG2MIG"):
        async with world.client(None) as caller:
            answer = await caller.get("/v1/jobs", headers={} if header is None else {"Authorization": header})
        assert (answer.status_code, answer.json()["code"]) == (401, "token_missing"), header
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="holdfast"'


async def test_a_token_is_taken_from_the_header_and_from_nowhere_else(world: World) -> None:
    token = world.token()
    async with world.client(None) as caller:
        for asked in (
            caller.get("/v1/vaults", params={"access_token": token}),
            caller.get("/v1/vaults", headers={"Cookie": f"access_token={token}"}),
            caller.get("/v1/vaults", headers={"X-Forwarded-Authorization": f"Bearer {token}"}),
            caller.request("GET", "/v1/vaults", data={"access_token": token}),
        ):
            assert (answer := await asked).status_code == 401
            assert answer.json()["code"] == "token_missing"


async def test_two_authorization_headers_are_one_too_many(world: World) -> None:
    good, bad = f"Bearer {world.token()}", f"Bearer {world.token(exp=an_hour_ago())}"
    async with world.client(None) as caller:
        for pair in ((good, bad), (bad, good), (good, good), ("Basic dXNlcjpwYXNz", good)):
            answer = await caller.get("/v1/vaults", headers=[("Authorization", header) for header in pair])
            assert (answer.status_code, answer.json()["code"]) == (401, "token_invalid"), pair


async def test_the_scheme_may_be_written_in_any_case(world: World) -> None:
    for scheme in ("bearer", "BEARER", "Bearer"):
        async with world.client(None) as caller:
            answer = await caller.get("/v1/vaults", headers={"Authorization": f"{scheme} {world.token()}"})
        assert answer.status_code == 200, scheme


GOOD: dict[str, dict[str, Any]] = {
    "several audiences with ours": {"aud": ["api://other", "api://holdfast"]},
    "seconds with a fraction": {"exp": in_an_hour() + 0.5, "nbf": an_hour_ago() + 0.25},
    "a beginning within the leeway": {"nbf": in_an_hour() - 3580},
    "no time of issue": {"without": ("iat",)},
    "no object id": {"without": ("oid",)},
    "an object id with a bar": {"oid": "auth0|5f7c"},
    "delegated": {"scp": "access openid"},
    "an access token by its type": {"header": {"typ": "at+JWT"}},
    "no type": {"header": {"typ": ""}},
    "v1 and RFC 9068 name the client otherwise": {"without": ("azp",), "client_id": "tests"},
    "claims nobody knows": {"aio": "x", "rh": {"a": [1]}, "xms_cc": ["cp1"]},
    "more groups than fit": {"_claim_names": {"groups": "src1"}, "_claim_sources": {"src1": {"endpoint": "https://e"}}},
}


async def test_unusual_but_valid_tokens_are_accepted(world: World) -> None:
    for kind, claims in GOOD.items():
        async with world.client(world.token(**claims)) as caller:
            answer = await caller.get("/v1/vaults")
        assert answer.status_code == 200, (kind, answer.text)


async def test_a_role_or_name_of_odd_characters_is_no_obstacle(world: World) -> None:
    odd = ["admin", "ü", "\x00", "\ud800", "g" * 500, ""]
    async with world.client(roles=odd, groups=odd, preferred_username="Mona\x00 \ud800 Müller") as caller:
        answer = await caller.post("/v1/vaults", json=VAULT)
    assert (answer.status_code, answer.json()["requested_by"]) == (202, "Mona  Müller")
