"""The identity provider: what Holdfast's own token check and the real clients rely on."""

import time
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from app.simulator.asgi import Simulator, create_app
from app.simulator.world import TENANT
from tests.simulator.story import Story

URL = "http://127.0.0.1:8010"
SUBSCRIPTIONS = "/subscriptions?api-version=2022-12-01"


def browser(simulator: Simulator, url: str = URL) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(simulator), base_url=url)


async def ask(client: httpx.AsyncClient, path: str = f"/{TENANT}/oauth2/v2.0/token", **changes: Any) -> httpx.Response:
    form: dict[str, Any] = {
        "grant_type": "client_credentials",
        "client_id": "clerk",
        "client_secret": "anything",
        "scope": "api://holdfast/.default",
    }
    return await client.post(path, data={k: v for k, v in (form | changes).items() if v is not None})


async def test_a_token_is_verifiable_from_discovery_alone(simulator: Simulator) -> None:
    async with browser(simulator) as client:
        discovery = (await client.get(f"/{TENANT}/v2.0/.well-known/openid-configuration")).json()
        assert discovery["issuer"] == f"{URL}/{TENANT}/v2.0"
        keys = jwt.PyJWKSet.from_dict((await client.get(discovery["jwks_uri"])).json())
        answer = (await ask(client, discovery["token_endpoint"], roles=["restorer", "reader operator"])).json()
    header = jwt.get_unverified_header(answer["access_token"])
    assert header["alg"] == "RS256"
    claims = jwt.decode(
        answer["access_token"],
        keys[header["kid"]],
        algorithms=["RS256"],
        audience="api://holdfast",
        issuer=discovery["issuer"],
        options={"require": ["exp", "nbf", "iat", "sub", "oid", "tid"]},
    )
    assert claims["roles"] == ["restorer", "reader", "operator"]
    assert (claims["tid"], claims["azp"], claims["ver"]) == (TENANT, "clerk", "2.0")
    assert claims["sub"] == claims["oid"]
    assert claims["exp"] - claims["iat"] == answer["expires_in"]


async def test_the_same_client_is_always_the_same_principal(signing_key: rsa.RSAPrivateKey) -> None:
    subjects = []
    for client_id in ("clerk", "clerk", "other"):
        async with browser(create_app(signing_key=signing_key)) as client:
            token = (await ask(client, client_id=client_id)).json()["access_token"]
        subjects.append(jwt.decode(token, options={"verify_signature": False})["sub"])
    assert subjects[0] == subjects[1] != subjects[2]


async def test_the_issuer_follows_the_address_the_simulator_was_called_by(simulator: Simulator) -> None:
    async with browser(simulator, "https://sim.example:8443") as client:
        token = (await ask(client)).json()["access_token"]
    issuer = jwt.decode(token, options={"verify_signature": False})["iss"]
    assert issuer == f"https://sim.example:8443/{TENANT}/v2.0"


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"client_secret": None}, 401, "invalid_client"),
        ({"client_id": None}, 401, "invalid_client"),
        ({"scope": None}, 400, "invalid_request"),
    ],
)
async def test_a_bad_token_request_gets_an_oauth_error(
    simulator: Simulator, changes: dict[str, Any], status: int, error: str
) -> None:
    async with browser(simulator) as client:
        answer = await ask(client, **changes)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


async def test_another_tenant_is_unknown(simulator: Simulator) -> None:
    async with browser(simulator) as client:
        other = "22222222-2222-2222-2222-222222222222"
        answer = await ask(client, f"/{other}/oauth2/v2.0/token")
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_tenant")
        assert (await client.get(f"/{other}/v2.0/.well-known/openid-configuration")).status_code == 400


async def test_az_signs_in_through_the_adfs_routes(simulator: Simulator) -> None:
    async with browser(simulator) as client:
        discovery = (await client.get("/adfs/.well-known/openid-configuration")).json()
        token = (await ask(client, discovery["token_endpoint"], scope=f"{URL}/.default")).json()["access_token"]
        answer = await client.get(SUBSCRIPTIONS, headers={"Authorization": f"Bearer {token}"})
        cloud = (await client.get("/metadata/endpoints?api-version=2022-09-01")).json()
    assert answer.status_code == 200
    assert cloud["authentication"]["loginEndpoint"] == f"{URL}/adfs"


def forged(key: rsa.RSAPrivateKey, **changes: Any) -> str:
    now = int(time.time())
    claims = {"iss": "x", "aud": "https://management.azure.com", "iat": now, "nbf": now, "exp": now + 60}
    return jwt.encode(claims | changes, key, algorithm="RS256")


async def test_arm_refuses_a_missing_a_foreign_an_expired_and_an_applications_token(
    story: Story, signing_key: rsa.RSAPrivateKey
) -> None:
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    cases = {
        "AuthenticationFailed": "",
        "InvalidAuthenticationToken": f"Bearer {forged(stranger)}",
        "ExpiredAuthenticationToken": f"Bearer {forged(signing_key, iat=1, nbf=1, exp=2)}",
        "InvalidAuthenticationTokenAudience": f"Bearer {forged(signing_key, aud='api://holdfast')}",
    }
    for code, header in cases.items():
        answer = await story.client.get(SUBSCRIPTIONS, headers={"Authorization": header})
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, code)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer ")


async def test_tokens_stay_on_the_wall_clock_when_the_simulated_one_advances(story: Story) -> None:
    await story.advance(30 * 86_400)
    assert (await story.client.get(SUBSCRIPTIONS)).status_code == 200
    async with browser(story.simulator) as client:
        token = (await ask(client)).json()["access_token"]
    assert jwt.decode(token, options={"verify_signature": False})["iat"] <= time.time()
