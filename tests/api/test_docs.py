"""The document and its page: who may read them, what they say of the issuer, what the page may do."""

import json
import re
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from app.core.settings import Settings
from app.identity.tokens.keys import Endpoints
from app.main import openapi_document
from app.openapi import NOWHERE, preselected_scopes, served
from tests.world import ISSUER, SIMULATOR, World, open_world

DIRECTORY = "11111111-1111-1111-1111-111111111111"


def flows_of(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["components"]["securitySchemes"]["oauth2"]["flows"]
    return found


async def test_the_document_names_the_issuers_own_addresses(world: World) -> None:
    document = (await world.api.get("/openapi.json")).json()
    flows = flows_of(document)
    token = f"{SIMULATOR}/{DIRECTORY}/oauth2/v2.0/token"
    assert flows["authorizationCode"]["authorizationUrl"] == f"{SIMULATOR}/{DIRECTORY}/oauth2/v2.0/authorize"
    assert {flow["tokenUrl"] for flow in flows.values()} == {token}
    assert set(flows["authorizationCode"]["scopes"]) == {"api://holdfast/access", "api://holdfast/read"}
    assert set(flows["clientCredentials"]["scopes"]) >= {"api://holdfast/.default", "reader", "approver", "admin"}
    assert NOWHERE not in str(document)


def test_the_written_document_names_no_deployment() -> None:
    flows = flows_of(openapi_document())
    assert set(flows) == {"authorizationCode"}
    assert flows["authorizationCode"]["tokenUrl"].startswith(NOWHERE + "/")


def test_no_secret_is_typed_into_the_page_of_a_real_issuer() -> None:
    settings = Settings(oidc_issuers=("https://login.example/v2.0",), oidc_audience=DIRECTORY)
    endpoints = Endpoints("https://login.example/authorize", "https://login.example/token")
    flows = flows_of(served(openapi_document(), endpoints, settings))
    assert set(flows) == {"authorizationCode"}
    assert set(flows["authorizationCode"]["scopes"]) == {f"api://{DIRECTORY}/access", f"api://{DIRECTORY}/read"}


async def test_while_the_issuer_is_away_the_document_offers_a_token_only(world: World) -> None:
    world.http._transport = httpx.MockTransport(lambda _: httpx.Response(503))
    async with world.serving(), world.client(None) as reader:
        document = (await reader.get("/openapi.json")).json()
        page = await reader.get("/docs")
    assert set(document["components"]["securitySchemes"]) == {"bearer", "verdict"}
    assert {str(operation.get("security")) for path in document["paths"].values() for operation in path.values()} == {
        "[{'bearer': []}]",
        "[{'verdict': []}]",
        "[]",
    }
    assert page.status_code == 200


@pytest.mark.parametrize("path", ["/docs", "/openapi.json"])
async def test_where_the_docs_are_not_public_they_ask_for_a_token(
    database_url: str, signing_key: rsa.RSAPrivateKey, path: str
) -> None:
    async with open_world(database_url, signing_key, public_docs=False) as world, world.client(None) as stranger:
        refused = await stranger.get(path)
        assert (refused.status_code, refused.json()["code"]) == (401, "token_missing")
        assert refused.headers["Content-Type"] == "application/problem+json"
        assert refused.headers["WWW-Authenticate"] == 'Bearer realm="holdfast"'
        async with world.client("bad") as bad:
            assert (await bad.head(path)).status_code == 401
        assert (await world.api.get(path)).status_code == 200
        for open_path in ("/docs/assets/swagger-ui.css", "/docs/oauth2-redirect", "/healthz", "/metrics"):
            assert (await stranger.get(open_path)).status_code == 200
        where = (await stranger.get("/.well-known/oauth-protected-resource")).json()
        assert where["authorization_servers"] == list(world.settings.oidc_issuers)
        assert where["scopes_supported"] == ["api://holdfast/access", "api://holdfast/read"]


@pytest.mark.parametrize(
    ("simulator", "asked", "shown"),
    [
        (True, None, True),
        (False, None, False),
        (True, False, False),
        (False, True, True),
    ],
)
def test_the_docs_are_public_in_simulator_mode_unless_told(*, simulator: bool, asked: bool | None, shown: bool) -> None:
    assert Settings(simulator=simulator, public_docs=asked).shows_docs is shown


async def test_the_page_may_run_our_scripts_and_speak_to_us_and_to_the_issuer(world: World) -> None:
    async with world.client(None) as reader:
        for path in ("/docs", "/docs/oauth2-redirect"):
            page = await reader.get(path)
            policy = dict(part.split(" ", 1) for part in page.headers["Content-Security-Policy"].split("; "))
            inline = re.findall(r"<script>", page.text)
            assert len(re.findall(r"'sha256-[A-Za-z0-9+/]{43}='", policy["script-src"])) == len(inline) == 1
            assert "unsafe" not in policy["script-src"]
            assert policy["default-src"] == policy["base-uri"] == policy["form-action"] == "'none'"
            assert policy["frame-ancestors"] == "'none'"
            issuer = f" {SIMULATOR}" if path == "/docs" else ""
            assert policy["connect-src"] == f"'self'{issuer}"
    assert ISSUER.startswith(SIMULATOR)


async def test_swagger_asks_for_scopes_that_are_offered_when_none_is_ticked(world: World) -> None:
    page = (await world.api.get("/docs")).text
    init = re.search(r"ui\.initOAuth\((.*?)\)", page, re.DOTALL)
    assert init
    scopes = json.loads(init[1])["scopes"]
    assert scopes[0] == "api://holdfast/.default"
    document = (await world.api.get("/openapi.json")).json()
    assert {"reader", "operator"} < set(scopes) <= set(flows_of(document)["clientCredentials"]["scopes"])


def test_at_a_real_issuer_swagger_asks_for_access_alone() -> None:
    settings = Settings(oidc_issuers=("https://login.example/v2.0",), oidc_audience=DIRECTORY)
    assert preselected_scopes(settings) == [f"api://{DIRECTORY}/access"]
