"""Signing in at the simulated Entra: applications in both ways, people by authorization code with PKCE."""

import base64
import secrets
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import httpx
import jwt
import pytest

from app.simulator import entra_devices, entra_grants
from app.simulator.asgi import Simulator
from app.simulator.entra import principal_id
from app.simulator.entra_grants import challenge_of
from app.simulator.world import TENANT

URL = "http://127.0.0.1:8010"
TOKEN, AUTHORIZE = f"/{TENANT}/oauth2/v2.0/token", f"/{TENANT}/oauth2/v2.0/authorize"
BACK = "http://localhost:8000/docs/oauth2-redirect"
MONA = "mona@contoso.example"
VERIFIER = secrets.token_urlsafe(48)
ASKED = {
    "client_id": "swagger",
    "response_type": "code",
    "redirect_uri": BACK,
    "state": "a state & more",
    "scope": "openid api://holdfast/access api://holdfast/read",
    "code_challenge": challenge_of(VERIFIER),
    "code_challenge_method": "S256",
    "login_hint": MONA,
    "prompt": "none",
    "roles": "operator restorer",
    "groups": "g1 g2",
}


def browser(simulator: Simulator) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(simulator), base_url=URL)


def claims_of(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = jwt.decode(answer.json()["access_token"], options={"verify_signature": False})
    return found


def came_back(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 302, answer.text
    assert answer.headers["Location"].startswith(BACK + "?")
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


async def exchange(client: httpx.AsyncClient, code: str, **changes: str) -> httpx.Response:
    form = {
        "grant_type": "authorization_code",
        "client_id": "swagger",
        "code": code,
        "redirect_uri": BACK,
        "code_verifier": VERIFIER,
    }
    return await client.post(TOKEN, data=form | changes)


async def code_for(client: httpx.AsyncClient, **changes: str) -> str:
    return came_back(await client.get(AUTHORIZE, params=ASKED | changes))["code"]


async def test_a_person_signs_in_and_the_application_acts_for_them(simulator: Simulator) -> None:
    async with browser(simulator) as client:
        back = came_back(await client.get(AUTHORIZE, params=ASKED))
        assert back["state"] == "a state & more"
        answer = await exchange(client, back["code"])
    claims = claims_of(answer)
    assert answer.json()["scope"] == claims["scp"] == "access read"
    assert (claims["aud"], claims["azp"]) == ("api://holdfast", "swagger")
    assert (claims["roles"], claims["groups"]) == (["operator", "restorer"], ["g1", "g2"])
    assert (claims["preferred_username"], claims["oid"]) == (
        "mona@contoso.example",
        principal_id("mona@contoso.example"),
    )
    assert claims["sub"] != claims["oid"]  # pairwise, as Entra's: another one in every application


async def test_the_page_asks_who_one_is_and_takes_the_answer(simulator: Simulator) -> None:
    asked = {name: value for name, value in ASKED.items() if name not in {"prompt", "login_hint"}}
    async with browser(simulator) as client:
        page = await client.get(AUTHORIZE, params=asked | {"state": '"><script>alert(1)</script>'})
        assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
        assert "<script" not in page.text
        assert 'value="operator restorer"' in page.text
        back = came_back(await client.post(AUTHORIZE, data=asked | {"login_hint": "erik@contoso.example"}))
        claims = claims_of(await exchange(client, back["code"]))
    assert claims["preferred_username"] == "erik@contoso.example"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"client_id": ""}, "invalid_request"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": ""}, "invalid_request"),
        ({"scope": "openid profile"}, "invalid_scope"),
        ({"login_hint": ""}, "login_required"),
    ],
)
async def test_what_cannot_be_signed_in_goes_back_with_an_error(
    simulator: Simulator, changes: dict[str, str], error: str
) -> None:
    async with browser(simulator) as client:
        back = came_back(await client.get(AUTHORIZE, params=ASKED | changes))
    assert (back["error"], back["state"]) == (error, ASKED["state"])
    assert "code" not in back


@pytest.mark.parametrize("address", ["", "docs", "javascript:alert(1)", "data:text/html,x", f"{BACK}#code=1"])
async def test_nobody_is_sent_to_what_is_no_address(simulator: Simulator, address: str) -> None:
    async with browser(simulator) as client:
        answer = await client.get(AUTHORIZE, params=ASKED | {"redirect_uri": address})
    assert (answer.status_code, "Location" in answer.headers) == (400, False)


@pytest.mark.parametrize(
    "changes",
    [
        {"code": "unknown"},
        {"code_verifier": "x" * 43},
        {"code_verifier": ""},
        {"client_id": "another"},
        {"code_verifier": challenge_of(VERIFIER)},
        {"redirect_uri": "http://localhost:8000/elsewhere"},
    ],
)
async def test_a_code_is_worth_nothing_to_who_did_not_ask_for_it(simulator: Simulator, changes: dict[str, str]) -> None:
    async with browser(simulator) as client:
        code = await code_for(client)
        answer = await exchange(client, **({"code": code} | changes))
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


async def test_a_code_is_used_once_and_not_late(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    async with browser(simulator) as client:
        code = await code_for(client)
        assert (await exchange(client, code)).status_code == 200
        assert (await exchange(client, code)).json()["error"] == "invalid_grant"
        wrong = await code_for(client)
        await exchange(client, wrong, code_verifier="x" * 43)
        assert (await exchange(client, wrong)).json()["error"] == "invalid_grant"
        monkeypatch.setattr(entra_grants, "CODE_SECONDS", -1)
        late = await code_for(client)
        assert (await exchange(client, late)).json()["error"] == "invalid_grant"


def basic(client_id: str, secret: str) -> dict[str, str]:
    pair = f"{quote(client_id, safe='')}:{quote(secret, safe='')}"
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


async def test_an_application_shows_itself_in_the_header_and_asks_for_roles_and_groups(simulator: Simulator) -> None:
    form = {
        "grant_type": "client_credentials",
        "scope": "api://holdfast/.default reader operator openid",
        "groups": ["g1 g2", "g3"],
    }
    async with browser(simulator) as client:
        claims = claims_of(await client.post(TOKEN, data=form, headers=basic("a clerk:1", "s3:cret%")))
    assert (claims["azp"], claims["oid"], claims["aud"]) == ("a clerk:1", principal_id("a clerk:1"), "api://holdfast")
    assert (claims["roles"], claims["groups"]) == (["reader", "operator"], ["g1", "g2", "g3"])
    assert "scp" not in claims


@pytest.mark.parametrize(
    ("headers", "more"),
    [
        (basic("clerk", ""), {}),
        (basic("", "secret"), {}),
        ({"Authorization": "Basic !!"}, {}),
        ({"Authorization": "Basic Y2xlcms="}, {}),
        ({"Authorization": "Bearer abc"}, {}),
        (basic("clerk", "secret"), {"client_secret": "secret"}),
        (basic("clerk", "secret"), {"client_id": "other"}),
    ],
)
async def test_an_application_shows_itself_in_one_way(
    simulator: Simulator, headers: dict[str, str], more: dict[str, str]
) -> None:
    form = {"grant_type": "client_credentials", "scope": "api://holdfast/.default"}
    async with browser(simulator) as client:
        answer = await client.post(TOKEN, data=form | more, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


async def test_a_page_of_another_origin_may_ask(simulator: Simulator) -> None:
    origin = {"Origin": "http://127.0.0.1:8000"}
    preflight = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    async with browser(simulator) as client:
        document = await client.get(f"/{TENANT}/v2.0/.well-known/openid-configuration", headers=origin)
        discovered = document.json()
        asked = await client.options(TOKEN, headers=origin | preflight)
        answers = [document, asked, await client.get(discovered["jwks_uri"]), await client.post(TOKEN, data={})]
    assert asked.status_code == 204
    assert "authorization" in asked.headers["Access-Control-Allow-Headers"]
    assert {answer.headers["Access-Control-Allow-Origin"] for answer in answers} == {"*"}
    assert discovered["authorization_endpoint"] == URL + AUTHORIZE
    assert discovered["code_challenge_methods_supported"] == ["S256"]
    others = {"refresh_token", "urn:ietf:params:oauth:grant-type:device_code"}
    assert set(discovered["grant_types_supported"]) == {"authorization_code", "client_credentials"} | others


DEVICE = {"client_id": "holdfastctl", "scope": "openid offline_access api://holdfast/access"}
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


async def begin_device(client: httpx.AsyncClient) -> dict[str, Any]:
    answer = await client.post(f"/{TENANT}/oauth2/v2.0/devicecode", data=DEVICE)
    assert answer.status_code == 200, answer.text
    begun: dict[str, Any] = answer.json()
    return begun


async def ask_for_device(client: httpx.AsyncClient, begun: dict[str, Any], **changes: str) -> httpx.Response:
    form = {"grant_type": DEVICE_GRANT, "client_id": "holdfastctl", "device_code": begun["device_code"]}
    return await client.post(TOKEN, data=form | changes)


async def test_a_person_signs_a_device_in_on_a_page(simulator: Simulator) -> None:
    async with browser(simulator) as client:
        begun = await begin_device(client)
        waiting = await ask_for_device(client, begun)
        assert (waiting.status_code, waiting.json()["error"]) == (400, "authorization_pending")
        assert (await ask_for_device(client, begun, client_id="another")).json()["error"] == "bad_verification_code"
        shown = await client.get(begun["verification_uri_complete"])
        assert begun["user_code"] in shown.text
        entered = {"user_code": begun["user_code"].lower(), "login_hint": MONA, "roles": "operator restorer"}
        assert "signed in" in (await client.post(begun["verification_uri"], data=entered)).text
        assert "not known" in (await client.post(begun["verification_uri"], data=entered)).text, "used once"
        answer = await ask_for_device(client, begun)
        claims = claims_of(answer)
        assert (claims["preferred_username"], claims["scp"], claims["azp"]) == (MONA, "access", "holdfastctl")
        assert claims["roles"] == ["operator", "restorer"]
        assert (await ask_for_device(client, begun)).json()["error"] == "bad_verification_code", "given once"

        again = {"grant_type": "refresh_token", "client_id": "holdfastctl"}
        renewed = await client.post(TOKEN, data=again | {"refresh_token": answer.json()["refresh_token"]})
        assert claims_of(renewed)["preferred_username"] == MONA
        used = await client.post(TOKEN, data=again | {"refresh_token": answer.json()["refresh_token"]})
        assert used.json()["error"] == "invalid_grant"


async def test_a_device_is_declined_or_comes_too_late(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    async with browser(simulator) as client:
        begun = await begin_device(client)
        form = {"user_code": begun["user_code"], "login_hint": MONA, "decline": "1"}
        assert "Declined" in (await client.post(begun["verification_uri"], data=form)).text
        assert (await ask_for_device(client, begun)).json()["error"] == "authorization_declined"
        begun = await begin_device(client)
        monkeypatch.setattr(entra_devices, "SECONDS", 0)
        late = await begin_device(client)
        assert (await ask_for_device(client, late)).json()["error"] == "expired_token"
        assert (await ask_for_device(client, begun)).json()["error"] == "authorization_pending"
        refused = await client.post(f"/{TENANT}/oauth2/v2.0/devicecode", data={"client_id": "x"})
        assert (refused.status_code, refused.json()["error"]) == (400, "invalid_request")
