"""The SDK's clients over one transport, and raw reads where the SDK has no call."""

import asyncio
from collections.abc import Mapping
from typing import Any, Self

import httpx
from azure.core import AsyncPipelineClient
from azure.core.rest import AsyncHttpResponse, HttpRequest
from azure.mgmt.recoveryservices.aio import RecoveryServicesClient
from azure.mgmt.recoveryservicesbackup.aio import RecoveryServicesBackupClient

from app.azure.gate import Gate
from app.azure.sdk.clouds import Cloud
from app.azure.sdk.pipeline import arm_policies
from app.azure.sdk.refusals import azure_errors, raise_for_status
from app.azure.sdk.tokens import Tokens
from app.azure.sdk.transport import ArmTransport


class _NoCredential:
    """The SDK's constructors insist on a credential; the token is our policy's business, so this one is never asked."""

    async def get_token(self, *_: str, **__: Any) -> Any:
        raise NotImplementedError("The token comes from BearerTokenPolicy.")

    async def close(self) -> None:
        """Nothing is open."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Nothing is open."""


class Connection:
    """One origin, one token, one connection pool; a client of each kind for every subscription used so far.

    The SDK binds a client to a subscription; making one costs about a millisecond and holds no connection of its own.
    """

    def __init__(self, client: httpx.AsyncClient, cloud: Cloud, tokens: Tokens, gate: Gate) -> None:
        self._cloud = cloud
        self._tokens = tokens
        self._transport = ArmTransport(client, cloud, gate)
        self._backup: dict[str, RecoveryServicesBackupClient] = {}
        self._vaults: dict[str, RecoveryServicesClient] = {}
        self._reading: dict[str, asyncio.Task[AsyncHttpResponse]] = {}
        self._raw: AsyncPipelineClient[HttpRequest, AsyncHttpResponse] = AsyncPipelineClient(
            cloud.base_url, transport=self._transport, policies=arm_policies(tokens)
        )

    def backup(self, subscription_id: str) -> RecoveryServicesBackupClient:
        """Everything under a vault: policies, items, jobs, recovery points, restores."""
        client = self._backup.get(subscription_id)
        if client is None:
            client = RecoveryServicesBackupClient(_NoCredential(), subscription_id, **self._options())
            self._backup[subscription_id] = client
        return client

    def vaults(self, subscription_id: str) -> RecoveryServicesClient:
        """The vaults themselves."""
        client = self._vaults.get(subscription_id)
        if client is None:
            client = RecoveryServicesClient(_NoCredential(), subscription_id, **self._options())
            self._vaults[subscription_id] = client
        return client

    async def get(self, url: str, *, doing: str) -> AsyncHttpResponse:
        """GET an ARM URL exactly as given, or a path under the base URL. An answer >= 300 is raised."""
        with azure_errors(doing):
            return await self.send(
                request=HttpRequest("GET", self.address(url), headers={"Accept": "application/json"})
            )

    async def post(self, path: str, body: Mapping[str, Any], *, doing: str) -> AsyncHttpResponse:
        """POST what only reads. An answer >= 300 is raised."""
        with azure_errors(doing):
            request = HttpRequest("POST", self.address(path), headers={"Accept": "application/json"}, json=dict(body))
            return await self.send(request=request)

    async def get_shared(self, url: str, *, doing: str) -> AsyncHttpResponse:
        """As `get`, but concurrent requests for the same URL share one answer. Nothing is cached after it.

        Why: two hundred restores requested at once read the same group, account and network.
        """
        reading = self._reading.get(url)
        if reading is None:
            reading = asyncio.create_task(self.get(url, doing=doing))
            self._reading[url] = reading
            reading.add_done_callback(lambda done: self._forget(url, done))
        return await asyncio.shield(reading)

    def _forget(self, url: str, done: asyncio.Task[AsyncHttpResponse]) -> None:
        self._reading.pop(url, None)
        if not done.cancelled():
            done.exception()  # seen: waiters get it, and perhaps none waits any more

    async def ask(self, url: str, body: Mapping[str, Any], *, doing: str) -> AsyncHttpResponse:
        """POST that only reads (a list, a token). An answer >= 300 is raised."""
        with azure_errors(doing):
            return await self.send(request=HttpRequest("POST", self.address(url), json=dict(body)))

    async def send(self, *, request: HttpRequest, **options: Any) -> AsyncHttpResponse:
        """One request as it is, for `write_once`: its options (request id, deadline, hook) go to the pipeline."""
        response = await self._raw.send_request(request, **options)
        raise_for_status(response)
        return response

    def address(self, url: str) -> str:
        """An ARM URL as given, or a path under the base URL."""
        return self._cloud.base_url + url if url.startswith("/") else url

    def _options(self) -> dict[str, Any]:
        return {
            "base_url": self._cloud.base_url,
            "credential_scopes": [self._cloud.scope],
            "transport": self._transport,
            "policies": arm_policies(self._tokens),
        }


def json_of(response: AsyncHttpResponse) -> Mapping[str, Any]:
    """The object in an answer. Raises TypeError when it holds something else."""
    body = response.json()
    if not isinstance(body, Mapping):
        raise TypeError(f"Expected an object, got {type(body).__name__}.")
    return body
