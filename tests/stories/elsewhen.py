"""APIs and workers whose processes read the wrong time (tests/wrong_clock.py); Azure, Postgres, the issuer of callers'
tokens and the test itself read the right one.
"""

import asyncio
import json
import signal
import subprocess
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import jwt
import psycopg
from cryptography.hazmat.primitives.asymmetric import rsa
from psycopg.rows import dict_row

from app.dev.supervisor import free_port
from app.dev.tokens import fetch_token
from app.identity.access.permissions import ROLES
from tests import wrong_clock
from tests.bench.stack import clean_environment, running
from tests.simulator.story import API, item_path
from tests.world import DISKS, KEEP, POLICY, VAULT, vm_id

PATIENCE_SECONDS = 60.0
POLL_SECONDS = 0.5
SETTLE_SECONDS = 3.0
LOOK_SECONDS = 0.2
DIRECTORY = "22222222-0000-0000-0000-000000000002"
TRUE_TO = 30.0
"""Seconds: what is ten minutes off is told from what is not, however slow the machine."""


class Issuer:
    """An identity provider whose tokens have the times that are asked for."""

    def __init__(self, url: str, key: rsa.RSAPrivateKey) -> None:
        self.url = url
        self._key = key

    def token(self, begins_in: float = -1800, ends_in: float = 1800) -> str:
        """Seconds from now, by the right time."""
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": "api://holdfast",
            "sub": "mona",
            "oid": "mona",
            "tid": DIRECTORY,
            "azp": "tests",
            "iat": now + begins_in,
            "nbf": now + begins_in,
            "exp": now + ends_in,
            "roles": list(ROLES),
        }
        return jwt.encode(claims, self._key, "RS256", headers={"kid": "the-key"})

    def caller(self, api: str, **times: float) -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {self.token(**times)}"}
        return httpx.AsyncClient(base_url=api, headers=headers, timeout=30, trust_env=False)


@contextmanager
def issuer(key: rsa.RSAPrivateKey) -> Iterator[Issuer]:
    """Its discovery and its keys, over http."""
    shown: dict[str, Any] = jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            said: dict[str, Any] = {"issuer": url, "jwks_uri": f"{url}/keys"}
            if self.path == "/keys":
                said = {"keys": [shown | {"kid": "the-key"}]}
            body = json.dumps(said).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the library
            del format, args

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield Issuer(url, key)
        finally:
            server.shutdown()
            thread.join()


@dataclass(slots=True)
class Worker:
    """`holdfast worker`, and by how many seconds it is wrong."""

    process: subprocess.Popen[bytes]
    off: float
    log: Path
    began: float = field(default_factory=time.time)

    @property
    def said(self) -> list[dict[str, Any]]:
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]

    def said_of(self, event: str, job: str) -> bool:
        return any(line["event"] == event and line.get("job_id") == job for line in self.said)

    def check_wrong(self) -> None:
        """Whatever it wrote down, it was so much wrong."""
        stamps = [datetime.fromisoformat(line["timestamp"]).timestamp() - self.off for line in self.said]
        assert stamps
        assert self.began - TRUE_TO < min(stamps)
        assert max(stamps) < time.time() + TRUE_TO

    async def ready(self) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not any(line["event"] == "worker.ready" for line in self.said):
                assert self.process.poll() is None, self.log.read_text(encoding="utf-8")
                await asyncio.sleep(LOOK_SECONDS)

    def die(self) -> None:
        self.process.kill()
        self.process.wait()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)


@dataclass(frozen=True, slots=True)
class Api:
    """`holdfast serve`, and by how many seconds it is wrong."""

    url: str
    off: float

    def is_its_time(self, moment: datetime) -> bool:
        return abs(moment.timestamp() - self.off - time.time()) < TRUE_TO


@dataclass(frozen=True, slots=True)
class Claim:
    """By the database's clock, which stamped both."""

    at: datetime
    until: datetime

    @property
    def seconds(self) -> float:
        return (self.until - self.at).total_seconds()


class Stage:
    """What is right about the time, and the processes that are not."""

    def __init__(self, database_url: str, simulator: str, issuer: Issuer, logs: Path) -> None:
        self.database_url, self.simulator, self.issuer, self.logs = database_url, simulator, issuer, logs
        self._azure = httpx.AsyncClient(base_url=simulator, trust_env=False, timeout=30)
        self._callers: Iterator[httpx.AsyncClient] = cycle(())

    async def aclose(self) -> None:
        await self._azure.aclose()

    # --- the processes -------------------------------------------------------------------------------------------
    def _environment(self, **settings: object) -> dict[str, str]:
        own = {
            "DATABASE_URL": self.database_url,
            "SIMULATOR": "true",
            "ARM_URL": self.simulator,
            "OIDC_ISSUERS": self.issuer.url,
            "POLL_SECONDS": POLL_SECONDS,
            "SETTLE_RESTORE_SECONDS": SETTLE_SECONDS,
            **settings,
        }
        return clean_environment() | {f"HOLDFAST_{name}": str(value) for name, value in own.items()}

    @contextmanager
    def worker(self, name: str, off: float) -> Iterator[Worker]:
        with running(name, wrong_clock.arguments(off, "worker"), self._environment(), self.logs) as process:
            yield Worker(process, off, self.logs / f"{name}.log")

    @contextmanager
    def api(self, name: str, off: float) -> Iterator[Api]:
        """Begun, and not yet ready."""
        port = free_port()
        with running(name, wrong_clock.arguments(off, "serve"), self._environment(PORT=port), self.logs):
            yield Api(f"http://127.0.0.1:{port}", off)

    async def ready(self, api: Api) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS), httpx.AsyncClient(trust_env=False) as http:
            while True:
                try:
                    if (await http.get(f"{api.url}/readyz")).status_code == 200:
                        return
                except httpx.TransportError:
                    pass
                await asyncio.sleep(LOOK_SECONDS)

    @asynccontextmanager
    async def calling(self, *apis: Api) -> AsyncIterator[None]:
        """Each request of the block goes to the next of them."""
        callers = [self.issuer.caller(api.url) for api in apis]
        self._callers = cycle(callers)
        try:
            yield
        finally:
            for caller in callers:
                await caller.aclose()

    # --- what is asked of them -----------------------------------------------------------------------------------
    async def get(self, path: str, **parameters: str) -> Any:
        answer = await next(self._callers).get(path, params=parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def ask(self, path: str, body: object) -> str:
        """The job that it makes."""
        answer = await next(self._callers).post(path, json=body)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    async def ended(self, job: str) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                found: dict[str, Any] = await self.get(f"/v1/jobs/{job}")
                if found["state"] not in {"queued", "submitting", "running"}:
                    assert found["state"] == "succeeded", found
                    return found
                await asyncio.sleep(LOOK_SECONDS)

    async def done(self, path: str, body: object) -> dict[str, Any]:
        return await self.ended(await self.ask(path, body))

    async def protected_and_backed_up(self, runs_at: datetime) -> str:
        """The item; its policy's next run is at that time of day."""
        vault = await self.done("/v1/vaults", VAULT)
        wanted = POLICY | {"time_zone": "UTC", "schedule": {"frequency": "daily", "time": f"{runs_at:%H:%M}"}}
        policy = await self.done(f"/v1/vaults/{vault['vault_id']}/policies", wanted)
        body = {"vm_id": vm_id("vm-web-01"), "policy_id": policy["resource"].rsplit("/", 1)[1]}
        item = await self.done("/v1/protected-items", body)
        await self.done(f"{item['resource']}/backups", {"retain_until": KEEP})
        return str(item["protected_item_id"])

    async def restore(self, item: str) -> str:
        body = {"protected_item_id": item, "recovery_point": {"latest": True}, "target": DISKS}
        return await self.ask("/v1/restores", body)

    async def restore_that_azure_keeps_waiting(self, item: str, *, idle: Worker, seconds: float) -> tuple[str, Claim]:
        """Azure has read the request of the worker that is not `idle`, and will act and answer so much later."""
        await self.faults("delay", seconds=seconds)
        with idle.frozen():  # no longer: what it has locked, it keeps meanwhile
            job = await self.restore(item)
            claim = await self._claim(job)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not (await self.control("GET", "faults"))["faults"][0]["hits"]:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        return job, claim

    async def _claim(self, job: str) -> Claim:
        statement = (
            "SELECT lease_until, at FROM jobs JOIN job_events ON job_id = jobs.id"
            " WHERE jobs.id = %s AND observation = 'claimed'"
        )
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not (rows := self.rows(statement, UUID(job))):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        return Claim(rows[0]["at"], rows[0]["lease_until"])

    # --- Azure ---------------------------------------------------------------------------------------------------
    async def control(self, method: str, action: str, body: object = None) -> Any:
        return (await self._azure.request(method, f"/_simulator/{action}", json=body)).raise_for_status().json()

    async def faults(self, *effects: str, **more: object) -> None:
        """What the next triggers of restores meet, one each."""
        await self.control("DELETE", "faults")
        match = {"method": "POST", "path": "/restore$"}
        for effect in effects:
            await self.control("POST", "faults", {"match": match, "effect": effect, **more})

    async def advance_to(self, moment: datetime) -> None:
        """Azure's clock, from the right time to that one; what its policies do until then is done."""
        seconds = (moment - datetime.now(UTC)).total_seconds()
        await self.control("POST", "advance", {"seconds": seconds, "run_policies": True})

    async def another_tool_backs_up(self) -> None:
        token = await asyncio.to_thread(
            fetch_token,
            f"{self.simulator}/11111111-1111-1111-1111-111111111111/v2.0",
            principal="another tool",
            roles=(),
            audience="https://management.azure.com",
        )
        body = {"properties": {"objectType": "IaasVMBackupRequest", "recoveryPointExpiryTimeInUTC": KEEP}}
        answer = await self._azure.post(
            f"{item_path('vm-web-01')}/backup",
            params={"api-version": API},
            json=body,
            headers={"Authorization": f"Bearer {token}"},
        )
        assert answer.status_code == 202, answer.text

    async def triggers(self, kind: str) -> list[str]:
        """What Azure was made to do: the request ids."""
        triggers = (await self.control("GET", "truth"))["triggers"]
        return sorted(trigger["client_request_id"] for trigger in triggers if trigger["kind"] == kind)

    # --- Postgres ------------------------------------------------------------------------------------------------
    def rows(self, statement: str, *values: object) -> list[dict[str, Any]]:
        with psycopg.connect(self.database_url, autocommit=True, row_factory=dict_row) as connection:
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def sent(self, job: str) -> list[dict[str, Any]]:
        """Its attempts, without those that a standstill of the machine has held back past the send deadline."""
        statement = (
            "SELECT state, opened_at FROM attempts WHERE job_id = %s AND state <> 'not_acted' ORDER BY opened_at"
        )
        return self.rows(statement, UUID(job))

    def let_leases_pass(self, job: str, faster: int) -> datetime:
        """What is left of the lease of this job, and of those of vaults, passes so many times faster: when it ends."""
        left = f"clock_timestamp() + (lease_until - clock_timestamp()) / {faster}"
        self.rows(
            f"UPDATE vault_watches SET lease_until = {left}, due_at = least(due_at, {left})"  # noqa: S608
            " WHERE lease_until IS NOT NULL"
        )
        (row,) = self.rows(f"UPDATE jobs SET lease_until = {left} WHERE id = %s RETURNING lease_until", UUID(job))  # noqa: S608
        end: datetime = row["lease_until"]
        return end
