"""`build_azure`: the whole port over one HTTP client. Importing this imports the Azure SDK, so wiring does it late."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final, Self

import httpx

from app.azure.gate import Gate, OpenGate
from app.azure.ports import Azure
from app.azure.sdk.backups import SdkBackups
from app.azure.sdk.clouds import Cloud, cloud_of
from app.azure.sdk.compute import SdkMachines, SdkNetworks, SdkRunCommands
from app.azure.sdk.connection import Connection
from app.azure.sdk.cross_region import SdkCrossRegionRestores, SdkSecondaryPoints
from app.azure.sdk.discovery import SdkDiscovery
from app.azure.sdk.file_recovery import SdkFileRecovery
from app.azure.sdk.governance import SdkGovernance
from app.azure.sdk.jobs import SdkAzureJobs
from app.azure.sdk.monitor import SdkMonitor
from app.azure.sdk.operations import SdkOperations
from app.azure.sdk.places import SdkPlaces
from app.azure.sdk.policies import SdkPolicies
from app.azure.sdk.protection import SdkProtectedItems
from app.azure.sdk.recovery_points import SdkRecoveryPoints
from app.azure.sdk.resource_graph import SdkResourceGraph
from app.azure.sdk.restores import SdkRestores
from app.azure.sdk.rights import SdkRights
from app.azure.sdk.tokens import Credential, Tokens, azure_tokens, simulator_tokens
from app.azure.sdk.transport import HttpxTransport
from app.azure.sdk.validations import SdkValidations
from app.azure.sdk.vaults import SdkVaults
from app.azure.sdk.virtual_machines import SdkVirtualMachines

IDLE_SECONDS: Final = 3.0
"""Below uvicorn's 5 s: a pooled connection that the server is about to close would make a trigger's outcome unknown."""


@dataclass(frozen=True, slots=True)
class OpenAzure(Azure):
    """The port, holding connections until `aclose` (or the end of `async with`)."""

    _closers: tuple[Callable[[], Awaitable[None]], ...] = field(default=(), repr=False)

    async def aclose(self) -> None:
        for close in self._closers:
            await close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


def build_azure(
    arm_url: str,
    *,
    simulator: bool = False,
    http: httpx.AsyncClient | None = None,
    credential: Credential | None = None,
    gate: Gate | None = None,
) -> OpenAzure:
    """The port to the Azure that `arm_url` names, or in simulator mode to the simulator.

    Raises ValueError (a sentence) for an invalid address, or one that does not fit `simulator`.

    `http`: the HTTP client to use; the caller that passes one closes it. `credential`: gives the tokens, instead of
    azure-identity's default chain. In simulator mode no credential is created or used (docs/operating.md, Simulator
    mode). `gate`: called before every request to Resource Manager; without one, every request is sent.
    """
    cloud = cloud_of(arm_url, simulator=simulator)
    closers: list[Callable[[], Awaitable[None]]] = []
    if http is None:
        http = _own_client(cloud)
        closers.append(http.aclose)
    connection = Connection(http, cloud, _tokens(http, cloud, credential, closers), gate or OpenGate())
    return OpenAzure(
        vaults=SdkVaults(connection),
        policies=SdkPolicies(connection),
        protected_items=SdkProtectedItems(connection),
        backups=SdkBackups(connection),
        recovery_points=SdkRecoveryPoints(connection),
        secondary_points=SdkSecondaryPoints(connection),
        restores=SdkRestores(connection),
        cross_region=SdkCrossRegionRestores(connection),
        jobs=SdkAzureJobs(connection),
        operations=SdkOperations(connection),
        virtual_machines=SdkVirtualMachines(connection),
        places=SdkPlaces(connection),
        discovery=SdkDiscovery(connection),
        rights=SdkRights(connection),
        validations=SdkValidations(connection),
        file_recovery=SdkFileRecovery(connection),
        resource_graph=SdkResourceGraph(connection),
        monitor=SdkMonitor(connection),
        governance=SdkGovernance(connection),
        machines=SdkMachines(connection),
        run_commands=SdkRunCommands(connection),
        networks=SdkNetworks(connection),
        _closers=tuple(closers),
    )


def _own_client(cloud: Cloud) -> httpx.AsyncClient:
    """Azure is reached as the environment says (proxies); a simulator, mostly on this machine, always directly."""
    return httpx.AsyncClient(
        limits=httpx.Limits(max_connections=100, keepalive_expiry=IDLE_SECONDS),
        trust_env=not cloud.is_simulator,
        verify=httpx.create_ssl_context(),  # trusts SSL_CERT_FILE in both
    )


def _tokens(
    http: httpx.AsyncClient,
    cloud: Cloud,
    credential: Credential | None,
    closers: list[Callable[[], Awaitable[None]]],
) -> Tokens:
    if cloud.is_simulator:
        return simulator_tokens(http, cloud.origin)
    if credential is None:
        # Imported here: it costs 0.3 s, and in simulator mode it is never touched.
        from azure.identity.aio import DefaultAzureCredential  # noqa: PLC0415

        chain = DefaultAzureCredential(authority=cloud.authority, transport=HttpxTransport(http))
        closers.insert(0, chain.close)
        credential = chain
    return azure_tokens(credential, cloud.scope)
