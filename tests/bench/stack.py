"""The processes that are measured, and the world they are measured in."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.core.db.database import migrate
from app.dev.embedded import embedded_postgres
from app.dev.parent_death import dies_with_parent
from app.dev.supervisor import free_port
from app.dev.tokens import fetch_token
from app.identity.access.permissions import ROLES
from tests.bench.caller import ask, request_bytes
from tests.bench.keys import EVIDENCE_KEY, SECRETS_KEY
from tests.database import server_place
from tests.simulator.story import vm_id

TENANT = "11111111-1111-1111-1111-111111111111"
SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
TIME_SCALE = 3000
"""A simulated backup of 75 minutes is over in 1.5 s: what the bench sets up takes seconds."""
READY_SECONDS = 60
DRAIN_SECONDS = 15
LOOK_SECONDS = 0.005
JobJson = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Process:
    """A running part: where it answers (if it does), and its process id."""

    url: str
    pid: int
    ready_after: float
    """Seconds from its start until it was ready."""


@dataclass(slots=True)
class Bench:
    """Postgres and the simulator, running; and how to start the rest."""

    database_url: str
    simulator: str
    logs: Path

    @property
    def postgres_pid(self) -> int:
        return int((self.logs / "data" / "postgres" / "data" / "postmaster.pid").read_text().split("\n", 1)[0])

    @property
    def issuer(self) -> str:
        return f"{self.simulator}/{TENANT}/v2.0"

    def token(self) -> str:
        return fetch_token(self.issuer, principal="bench", roles=tuple(ROLES))

    @asynccontextmanager
    async def api(self, **settings: object) -> AsyncIterator[Process]:
        """`holdfast serve`, ready; with further settings."""
        port = free_port()
        async with self._serving("api", ["-m", "app.cli", "serve"], port, "/readyz", **settings) as process:
            yield process

    @asynccontextmanager
    async def untrailed(self) -> AsyncIterator[Process]:
        """`holdfast serve` that leaves no audit entry (untrailed.py), ready."""
        port = free_port()
        async with self._serving("untrailed", ["-m", "tests.bench.untrailed"], port, "/readyz") as process:
            yield process

    @asynccontextmanager
    async def bare(self) -> AsyncIterator[Process]:
        """The yardstick (bare.py), ready."""
        port = free_port()
        arguments = ["-m", "tests.bench.bare", self.database_url, str(port)]
        async with self._serving("bare", arguments, port, "/openapi.json") as process:
            yield process

    @contextmanager
    def worker(self, *, poll_seconds: float) -> Iterator[None]:
        with running("worker", ["-m", "app.cli", "worker"], self._environment(POLL_SECONDS=poll_seconds), self.logs):
            yield

    def _environment(self, **settings: object) -> dict[str, str]:
        own = {
            "DATABASE_URL": self.database_url,
            "SIMULATOR": "true",
            "ARM_URL": self.simulator,
            "OIDC_ISSUERS": self.issuer,
            "EVIDENCE_KEYS": EVIDENCE_KEY,
            "SECRETS_KEYS": SECRETS_KEY,
            "RATE_PER_MINUTE": 100_000_000,  # counted as ever, but one caller of a bench is many of real life
            **settings,
        }
        return clean_environment() | {f"HOLDFAST_{name}": str(value) for name, value in own.items()}

    @asynccontextmanager
    async def _serving(
        self, name: str, arguments: list[str], port: int, probe: str, **settings: object
    ) -> AsyncIterator[Process]:
        began = time.perf_counter()
        with running(name, arguments, self._environment(PORT=port, **settings), self.logs) as process:
            url = f"http://127.0.0.1:{port}"
            await _until_answered(url, probe, process)
            yield Process(url, process.pid, time.perf_counter() - began)


def clean_environment() -> dict[str, str]:
    """Ours without settings of Holdfast and without proxies: the parts speak to each other over loopback."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("HOLDFAST_") and not name.upper().endswith("_PROXY")
    }


@contextmanager
def running(
    name: str, arguments: list[str], environment: Mapping[str, str], logs: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A Python process of ours for the length of the block: SIGTERM ends it, SIGKILL if that takes too long."""
    with (logs / f"{name}.log").open("ab") as log:
        command = dies_with_parent([sys.executable, *arguments], on_owner_death=signal.SIGKILL)
        process = subprocess.Popen(command, env=dict(environment), stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(DRAIN_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def bench(*, durable: bool = True) -> Iterator[Bench]:
    """A Postgres with an empty schema, and the simulator; everything is gone after the block.

    One that is not durable does not wait for its disk, so its figures mean nothing.
    """
    with ExitStack() as owned:
        place = owned.enter_context(server_place("bench"))
        database_url = owned.enter_context(embedded_postgres(place / "data", durable=durable))
        migrate(database_url)
        port = free_port()
        arguments = ["-m", "app.simulator", "--port", str(port), "--time-scale", str(TIME_SCALE)]
        owned.enter_context(running("simulator", arguments, clean_environment(), place))
        made = Bench(database_url, f"http://127.0.0.1:{port}", place)
        yield made


async def _until_answered(url: str, path: str, process: subprocess.Popen[bytes] | None = None) -> None:
    """Ask until the answer is 200. Raises RuntimeError when the process ends or the time is over."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if process is not None and process.poll() is not None:
            raise RuntimeError(f"it ended with code {process.returncode}")
        try:
            if (await ask(url, request_bytes("GET", path, {}))).status == 200:
                return
        except OSError:
            await asyncio.sleep(LOOK_SECONDS)  # nobody listens yet, and nothing tells us when
    raise RuntimeError(f"{url}{path} is not ready after {READY_SECONDS} s")


# --- the world ---------------------------------------------------------------------------------------------------
class Api:
    """A caller of the API with a token."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self.headers = {"Authorization": f"Bearer {token}"}

    async def get(self, path: str) -> Any:
        answer = await ask(self.url, request_bytes("GET", path, self.headers))
        if answer.status != 200:
            raise RuntimeError(f"GET {path}: {answer.status} {answer.content.decode()}")
        return answer.json()

    async def done(self, path: str, body: object) -> JobJson:
        """POST and wait for the end of the job. Raises RuntimeError unless it succeeds."""
        answer = await ask(self.url, request_bytes("POST", path, self.headers | {"Prefer": "wait=20"}, body))
        job: JobJson = answer.json()
        if job.get("state") != "succeeded":
            raise RuntimeError(f"POST {path}: {answer.status} {answer.content.decode()}")
        return job


async def protect_some(made: Bench, api: Api, *, items: int) -> list[str]:
    """A vault with so many protected VMs: the items' ids. A worker runs for as long as that takes."""
    await _until_answered(made.simulator, "/_simulator/truth")
    await ask(made.simulator, request_bytes("POST", "/_simulator/seed", {}, {"vm_count": items, "prefix": "vm-bench-"}))
    with made.worker(poll_seconds=0.5):
        vault = {
            "subscription_id": SUBSCRIPTION,
            "resource_group": "rg-demo",
            "name": "vault-bench",
            "location": "westus",
        }
        vault_id = str((await api.done("/v1/vaults", vault))["resource"]).rsplit("/", 1)[1]
        policies = await api.get(f"/v1/vaults/{vault_id}/policies")
        policy_id = next(policy["id"] for policy in policies["items"] if policy["name"] == "DefaultPolicy")
        wanted = [
            {"vm_id": vm_id(f"vm-bench-{number}"), "vault_id": vault_id, "policy_id": policy_id}
            for number in range(1, items + 1)
        ]
        jobs = await asyncio.gather(*(api.done("/v1/protected-items", body) for body in wanted))
    return [str(job["protected_item_id"]) for job in jobs]
