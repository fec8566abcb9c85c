"""The API, worker and simulator as processes that can be killed."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from app.core.settings import Settings
from app.dev.tokens import fetch_token
from app.identity.access.permissions import ROLES
from app.main import create_app
from tests.simulator.process import running_simulator
from tests.world import KEEP, POLICY, VAULT, vm_id

ROOT = Path(__file__).resolve().parents[2]
TENANT_PATH = "/11111111-1111-1111-1111-111111111111/v2.0"
POLL = "0.5"
PATIENCE_SECONDS = 60.0


class Stage:
    """A simulator process, an API in this process, and worker processes that come and go."""

    def __init__(self, simulator: str, database_url: str, api: httpx.AsyncClient) -> None:
        self.simulator = simulator
        self.database_url = database_url
        self.api = api

    @contextmanager
    def worker(self) -> Iterator[subprocess.Popen[bytes]]:
        environment = os.environ | {
            "HOLDFAST_DATABASE_URL": self.database_url,
            "HOLDFAST_SIMULATOR": "true",
            "HOLDFAST_ARM_URL": self.simulator,
            "HOLDFAST_POLL_SECONDS": POLL,
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "worker"], cwd=ROOT, env=environment, stderr=subprocess.DEVNULL
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    async def done(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        job = await self.ask(path, body)
        return await self.until(job, {"succeeded"})

    async def ask(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = await self.api.post(path, json=body)
        assert answer.status_code == 202, answer.text
        job: dict[str, Any] = answer.json()
        return job

    async def until(self, job: dict[str, Any], states: set[str]) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                found: dict[str, Any] = (await self.api.get(f"/v1/jobs/{job['id']}")).json()
                if found["state"] in states:
                    return found
                assert found["state"] not in {"failed", "needs_attention"}, found
                await asyncio.sleep(0.05)

    async def restores(self) -> list[dict[str, Any]]:
        async with httpx.AsyncClient() as http:
            truth = (await http.get(f"{self.simulator}/_simulator/truth")).json()
        return [trigger for trigger in truth["triggers"] if trigger["kind"] == "restore"]

    async def fault(self, **fault: Any) -> None:
        async with httpx.AsyncClient() as http:
            answer = await http.post(f"{self.simulator}/_simulator/faults", json=fault)
            answer.raise_for_status()

    async def until_azure_has_it(self) -> None:
        """The request has reached the simulator, which holds it back: the delayed answer is still far away."""
        async with asyncio.timeout(PATIENCE_SECONDS), httpx.AsyncClient() as http:
            while True:
                faults = (await http.get(f"{self.simulator}/_simulator/faults")).json()["faults"]
                if faults[0]["hits"] == 1:
                    return
                await asyncio.sleep(0.05)

    def end_leases(self) -> None:
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            connection.execute("UPDATE jobs SET lease_until = clock_timestamp() WHERE state = 'submitting'")
            # Perhaps it was looking at the vault, too: that lease is one of two minutes.
            connection.execute("UPDATE vault_watches SET lease_until = NULL, due_at = clock_timestamp()")

    async def protected_and_backed_up(self) -> dict[str, Any]:
        vault = await self.done("/v1/vaults", VAULT)
        policy = await self.done(f"/v1/vaults/{vault['vault_id']}/policies", POLICY)
        body = {"vm_id": vm_id("vm-web-01"), "policy_id": policy["resource"].rsplit("/", 1)[1]}
        item = await self.done("/v1/protected-items", body)
        await self.done(f"{item['resource']}/backups", {"retain_until": KEEP})
        return item


@pytest.fixture
async def stage(database_url: str) -> AsyncIterator[Stage]:
    with running_simulator("--time-scale", "3000") as (simulator, _):
        issuer = simulator + TENANT_PATH
        settings = Settings(
            database_url=database_url,
            simulator=True,
            arm_url=simulator,
            oidc_issuers=(issuer,),
            poll_seconds=float(POLL),
        )
        app = create_app(settings)
        token = await asyncio.to_thread(
            fetch_token, issuer, principal="tests", roles=list(ROLES), audience="api://holdfast"
        )
        transport = httpx.ASGITransport(app)
        headers = {"Authorization": f"Bearer {token}"}
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://holdfast.test", headers=headers) as api,
        ):
            yield Stage(simulator, database_url, api)
