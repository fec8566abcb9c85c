"""The adapter over a fake wire: the real SDK, our transport, and an httpx handler where Azure would be."""

import json
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from app.azure import values as v
from app.azure.sdk.client import OpenAzure, build_azure

for module in ("oracle", "policy_oracle", "recorded", "recorded_writes"):
    pytest.register_assert_rewrite(f"tests.azure.{module}")

Handler = Callable[[httpx.Request], Any]
AzureOver = Callable[[Handler], OpenAzure]

SUBSCRIPTION = "0f0f0f0f-1111-2222-3333-444444444444"


class AccessToken(NamedTuple):
    token: str
    expires_on: int


class FakeCredential:
    """A credential that counts how often it is asked."""

    def __init__(self, value: str = "a-real-token") -> None:
        self.value = value
        self.asked: list[tuple[str, ...]] = []

    async def get_token(self, *scopes: str) -> AccessToken:
        self.asked.append(scopes)
        return AccessToken(self.value, int(time.time()) + 3600)


@pytest.fixture
def credential() -> FakeCredential:
    return FakeCredential()


@pytest.fixture
async def azure_over(credential: FakeCredential) -> AsyncIterator[AzureOver]:
    """Builds the port for Azure's public cloud over a handler that answers in the wire's place."""
    clients: list[httpx.AsyncClient] = []

    def build(handler: Handler) -> OpenAzure:
        client = httpx.AsyncClient(transport=httpx.MockTransport(handler))
        clients.append(client)
        return build_azure("https://management.azure.com", http=client, credential=credential)

    yield build
    for client in clients:
        await client.aclose()


@pytest.fixture
def vault() -> v.VaultRef:
    return v.VaultRef(SUBSCRIPTION, "rg-one", "vault-one")


@pytest.fixture
def item(vault: v.VaultRef) -> v.ItemRef:
    return v.ItemRef(vault, v.VmRef(SUBSCRIPTION, "RG-Machines", "Web-01"))


@pytest.fixture
def shape() -> Callable[[str], Any]:
    """Reads one of the small answers in `fixtures/`, which restate the shapes that Azure was seen to answer."""
    folder = Path(__file__).parent / "fixtures"

    def read(name: str) -> Any:
        return json.loads((folder / f"{name}.json").read_text())

    return read
