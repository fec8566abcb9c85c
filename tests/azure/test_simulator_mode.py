"""In simulator mode, which is said and never guessed: real credentials are never made, asked or sent there."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from urllib.parse import parse_qs

import azure.identity.aio
import httpx
import pytest
from azure.identity import AzureAuthorityHosts

from app.azure.errors import AzureUnreachable
from app.azure.sdk.client import build_azure
from app.azure.sdk.clouds import cloud_of
from app.azure.sdk.tokens import Token, Tokens

from .conftest import AzureOver, FakeCredential

STATUS = "https://management.azure.com/subscriptions/x/operationsStatus/1"


class FakeSimulator:
    """Answers token requests and everything else, and keeps both."""

    def __init__(self, life: int = 3600) -> None:
        self.token_requests: list[httpx.Request] = []
        self.requests: list[httpx.Request] = []
        self.life = life

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/oauth2/v2.0/token"):
            self.token_requests.append(request)
            await asyncio.sleep(0)
            token = f"simulator-token-{len(self.token_requests)}"
            return httpx.Response(200, json={"access_token": token, "expires_in": self.life, "token_type": "Bearer"})
        self.requests.append(request)
        return httpx.Response(200, json={"status": "Succeeded"})


@pytest.fixture
async def open_client() -> AsyncIterator[Callable[..., httpx.AsyncClient]]:
    clients: list[httpx.AsyncClient] = []

    def make(handler: Callable[[httpx.Request], object]) -> httpx.AsyncClient:
        clients.append(httpx.AsyncClient(transport=httpx.MockTransport(handler)))  # type: ignore[arg-type]
        return clients[-1]

    yield make
    for one in clients:
        await one.aclose()


async def test_a_simulator_gets_its_own_token_and_nothing_real(
    open_client: Callable[..., httpx.AsyncClient], credential: FakeCredential, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "AZURE_USERNAME", "AZURE_PASSWORD"):
        monkeypatch.setenv(name, "canary-of-a-real-credential")

    def never(**_: object) -> None:
        raise AssertionError("a real credential was made")

    monkeypatch.setattr(azure.identity.aio, "DefaultAzureCredential", never)
    simulator = FakeSimulator()
    port = build_azure("http://127.0.0.1:4711", simulator=True, http=open_client(simulator), credential=credential)
    await port.operations.status(STATUS)

    (asked,) = simulator.token_requests
    assert str(asked.url) == "http://127.0.0.1:4711/11111111-1111-1111-1111-111111111111/oauth2/v2.0/token"
    assert parse_qs(asked.content.decode()) == {
        "grant_type": ["client_credentials"],
        "client_id": ["holdfast"],
        "client_secret": ["any"],
        "scope": ["https://management.azure.com/.default"],
    }
    (request,) = simulator.requests
    assert str(request.url).startswith("http://127.0.0.1:4711/subscriptions/x/")
    assert request.headers["host"] == "management.azure.com"
    assert request.headers["authorization"] == "Bearer simulator-token-1"
    assert not credential.asked
    for sent in (asked, request):
        assert "canary" not in repr(sent.headers) + sent.content.decode()


async def test_azure_itself_gets_the_credentials_token(azure_over: AzureOver, credential: FakeCredential) -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"status": "Succeeded"})

    azure = azure_over(answer)
    for _ in range(3):
        await azure.operations.status(STATUS)
    assert credential.asked == [("https://management.azure.com/.default",)]
    assert {request.headers["authorization"] for request in seen} == {"Bearer a-real-token"}


async def test_azure_identity_works_over_our_transport(
    open_client: Callable[..., httpx.AsyncClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The default chain, with aiohttp absent: its first link takes the environment's secret to Entra."""
    tenant = "22222222-2222-2222-2222-222222222222"
    monkeypatch.setenv("AZURE_TENANT_ID", tenant)
    monkeypatch.setenv("AZURE_CLIENT_ID", "33333333-3333-3333-3333-333333333333")
    monkeypatch.setenv("AZURE_CLIENT_SECRET", "a secret & more")
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        if request.url.host == "management.azure.com":
            return httpx.Response(200, json={"status": "Succeeded"})
        assert request.url.host == "login.microsoftonline.com"
        if request.method == "POST":
            assert parse_qs(request.content.decode())["client_secret"] == ["a secret & more"]
            return httpx.Response(200, json={"access_token": "from-entra", "expires_in": 3600, "token_type": "Bearer"})
        return httpx.Response(404)

    async with build_azure("https://management.azure.com", http=open_client(answer)) as azure:
        await azure.operations.status(STATUS)
    assert seen[-1].headers["authorization"] == "Bearer from-entra"
    assert seen[-1].headers["host"] == "management.azure.com"


async def test_an_identity_provider_that_is_away_means_unreachable(
    open_client: Callable[..., httpx.AsyncClient],
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    azure = build_azure("http://127.0.0.1:4711", simulator=True, http=open_client(answer))
    with pytest.raises(AzureUnreachable, match="token"):
        await azure.operations.status(STATUS)


@pytest.mark.parametrize(
    ("url", "base", "origin", "simulator"),
    [
        ("https://management.azure.com", "https://management.azure.com", "https://management.azure.com", False),
        ("https://MANAGEMENT.azure.com:443/", "https://management.azure.com", "https://management.azure.com", False),
        (
            "https://management.usgovcloudapi.net",
            "https://management.usgovcloudapi.net",
            "https://management.usgovcloudapi.net",
            False,
        ),
        (
            "https://management.chinacloudapi.cn",
            "https://management.chinacloudapi.cn",
            "https://management.chinacloudapi.cn",
            False,
        ),
        ("http://127.0.0.1:4711", "https://management.azure.com", "http://127.0.0.1:4711", True),
        ("https://[::1]:8443/", "https://management.azure.com", "https://[::1]:8443", True),
        ("http://simulator", "https://management.azure.com", "http://simulator", True),
        ("https://xmanagement.azure.com", "https://management.azure.com", "https://xmanagement.azure.com", True),
    ],
)
def test_the_mode_is_what_is_said_and_the_host_must_fit_it(
    url: str, base: str, origin: str, *, simulator: bool
) -> None:
    cloud = cloud_of(url, simulator=simulator)
    assert (cloud.base_url, cloud.origin, cloud.is_simulator) == (base, origin, simulator)
    with pytest.raises(ValueError, match=r"Azure.*\.$"):
        cloud_of(url, simulator=not simulator)


def test_a_sovereign_cloud_has_its_own_scope_and_authority() -> None:
    government = cloud_of("https://management.usgovcloudapi.net", simulator=False)
    assert government.scope == "https://management.core.usgovcloudapi.net/.default"
    assert government.authority == AzureAuthorityHosts.AZURE_GOVERNMENT
    assert cloud_of("https://management.chinacloudapi.cn", simulator=False).authority == AzureAuthorityHosts.AZURE_CHINA
    assert cloud_of("https://management.azure.com", simulator=False).authority == AzureAuthorityHosts.AZURE_PUBLIC_CLOUD


@pytest.mark.parametrize(
    "url",
    [
        "",
        "management.azure.com",
        "ftp://management.azure.com",
        "http://management.azure.com",
        "https://management.azure.com:8443",
        "https://management.azure.com/subscriptions",
        "https://user@127.0.0.1",
        "https://127.0.0.1?x=y",
        "https://",
    ],
)
def test_an_endpoint_that_cannot_be_meant_is_refused_in_a_sentence(url: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        cloud_of(url, simulator=url.startswith("https://user@") or "?" in url)


async def test_many_requests_at_once_ask_for_one_token(open_client: Callable[..., httpx.AsyncClient]) -> None:
    simulator = FakeSimulator()
    azure = build_azure("http://127.0.0.1:4711", simulator=True, http=open_client(simulator))
    await asyncio.gather(*(azure.operations.status(STATUS) for _ in range(20)))
    assert (len(simulator.token_requests), len(simulator.requests)) == (1, 20)


class Issuer:
    """Tokens on a clock that tests move: life 1000 s, renewed from 700 s on."""

    def __init__(self) -> None:
        self.now = 0.0
        self.given = 0
        self.fails = False

    async def fetch(self) -> Token:
        await asyncio.sleep(0)
        if self.fails:
            raise ConnectionError("away")
        self.given += 1
        return Token(f"t{self.given}", self.now + 700, self.now + 1000)


async def test_a_token_is_renewed_early_and_once() -> None:
    issuer = Issuer()
    tokens = Tokens(issuer.fetch, lambda: issuer.now)
    assert await tokens.current() == "t1"
    issuer.now = 699
    assert await tokens.current() == "t1"
    issuer.now = 701
    assert set(await asyncio.gather(*(tokens.current() for _ in range(10)))) <= {"t1", "t2"}
    assert await tokens.current() == "t2"
    assert issuer.given == 2


async def test_a_token_that_still_holds_is_used_while_the_issuer_is_away() -> None:
    issuer = Issuer()
    tokens = Tokens(issuer.fetch, lambda: issuer.now)
    await tokens.current()
    issuer.now, issuer.fails = 800, True
    assert await tokens.current() == "t1"
    issuer.now = 1001
    with pytest.raises(AzureUnreachable):
        await tokens.current()
    issuer.fails = False
    assert await tokens.current() == "t2"


async def test_a_refused_token_is_forgotten_but_not_its_successor() -> None:
    issuer = Issuer()
    tokens = Tokens(issuer.fetch, lambda: issuer.now)
    tokens.forget(await tokens.current())
    assert await tokens.current() == "t2"
    tokens.forget("t1")
    assert await tokens.current() == "t2"


def test_a_simulator_needs_no_azure_identity_at_all() -> None:
    script = (
        "import sys, app.azure.sdk.client as client; client.build_azure('http://127.0.0.1:9', simulator=True);"
        "sys.exit('azure.identity' in sys.modules)"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", script], check=True)


def test_the_port_is_imported_without_the_azure_sdk() -> None:
    """The SDK costs a second and 38 MB: only wiring pays for it, and late."""
    script = (
        "import sys, json, app.azure.ports, app.azure.values, app.azure.errors, app.azure.names;"
        "print(json.dumps([m for m in sys.modules if m.split('.')[0] in ('azure', 'msal', 'httpx')]))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []
