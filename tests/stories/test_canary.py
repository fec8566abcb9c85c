"""A canary in every secret, trouble of every kind, and then a look everywhere: it sings in no log, answer or row.

Real processes, whose standard error is what operators would keep. `SINKS` lists where is looked; what comes later
(another table, another output) is added there, or found by itself: all tables are read.
"""

import asyncio
import contextlib
import json
import os
import secrets
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest
from psycopg import sql

from app.dev.supervisor import free_port
from app.dev.tokens import fetch_token
from tests.simulator.process import running_simulator
from tests.whole import only_whole
from tests.world import DISKS, KEEP, VAULT, vm_id

ROOT = Path(__file__).resolve().parents[2]
TENANT_PATH = "/11111111-1111-1111-1111-111111111111/v2.0"
PATIENCE_SECONDS = 60.0
ROLES = ("admin", "operator", "restorer", "reader", "approver", "platform_admin")


def canary() -> str:
    return f"canary{secrets.token_hex(12)}"


@dataclass
class Cage:
    """A running deployment whose every secret is a canary."""

    database_url: str
    simulator: str
    directory: Path
    api: httpx.AsyncClient
    canaries: dict[str, str]
    answers: list[str] = field(default_factory=list)

    async def ask(self, method: str, path: str, **how: Any) -> httpx.Response:
        """One request, whose whole answer is kept for the look afterwards."""
        answer = await self.api.request(method, path, **how)
        self.answers.append(f"{answer.status_code} {answer.headers} {answer.text}")
        return answer

    async def done(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """POST and follow to the end, however that is."""
        answer = await self.ask("POST", path, json=body)
        assert answer.status_code == 202, answer.text
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                job: dict[str, Any] = (await self.ask("GET", answer.headers["Location"])).json()
                if job["state"] in {"succeeded", "failed", "needs_attention"}:
                    return job
                await asyncio.sleep(0.1)

    async def fault(self, **fault: Any) -> None:
        async with httpx.AsyncClient(trust_env=False) as http:
            (await http.post(f"{self.simulator}/_simulator/faults", json=fault)).raise_for_status()


def logs(cage: Cage) -> str:
    return "\n".join(path.read_text() for path in sorted(cage.directory.glob("*.log")))


def answers(cage: Cage) -> str:
    return "\n".join(cage.answers)


def metrics(cage: Cage) -> str:
    return httpx.get(f"{cage.api.base_url}/metrics", trust_env=False).text


def rows(cage: Cage) -> str:
    """Every row of every table, as text."""
    with psycopg.connect(cage.database_url) as connection:
        tables = connection.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        found = [
            str(connection.execute(sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(*table))).fetchall())
            for table in tables
        ]
    assert len(found) > 5
    return "\n".join(found)


SINKS: dict[str, Callable[[Cage], str]] = {"logs": logs, "answers": answers, "metrics": metrics, "rows": rows}


def with_password(url: str, password: str) -> str:
    """The same database, reached with a password (which a server that trusts its socket does not look at)."""
    parts = urlsplit(url)
    user, _, place = parts.netloc.rpartition("@")
    return parts._replace(netloc=f"{user.partition(':')[0] or 'postgres'}:{password}@{place}").geturl()


@contextlib.contextmanager
def process(cage_directory: Path, name: str, command: str, environment: dict[str, str]) -> Iterator[None]:
    with (cage_directory / f"{name}.log").open("ab") as log:
        started = subprocess.Popen(
            [sys.executable, "-m", "app.cli", command], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
        try:
            yield
        finally:
            started.terminate()
            started.wait(timeout=20)


@pytest.fixture
async def cage(database_url: str, tmp_path: Path) -> AsyncIterator[Cage]:
    canaries = {"database password": canary(), "client secret": canary()}
    with running_simulator("--time-scale", "3000") as (simulator, _), contextlib.ExitStack() as stack:
        issuer = simulator + TENANT_PATH
        port = free_port()
        environment = os.environ | {
            "HOLDFAST_DATABASE_URL": with_password(database_url, canaries["database password"]),
            "HOLDFAST_SIMULATOR": "true",
            "HOLDFAST_ARM_URL": simulator,
            "HOLDFAST_OIDC_ISSUERS": issuer,
            "HOLDFAST_PORT": str(port),
            "HOLDFAST_POLL_SECONDS": "0.5",
            "HOLDFAST_SETTLE_BACKUP_SECONDS": "1",
            "AZURE_CLIENT_SECRET": canaries["client secret"],
            "AZURE_CLIENT_ID": "holdfast",
            "AZURE_TENANT_ID": issuer.split("/")[3],
        }
        stack.enter_context(process(tmp_path, "api", "serve", environment))
        stack.enter_context(process(tmp_path, "worker", "worker", environment))
        token = await asyncio.to_thread(fetch_token, issuer, principal="mona", roles=ROLES)
        canaries |= {f"part {number} of the token": part[-40:] for number, part in enumerate(token.split("."))}
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", headers=headers, trust_env=False, timeout=60
        ) as api:
            await until_ready(api)
            yield Cage(database_url, simulator, tmp_path, api, canaries)


async def until_ready(api: httpx.AsyncClient) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            with contextlib.suppress(httpx.TransportError):
                if (await api.get("/readyz")).status_code == 200:
                    return
            await asyncio.sleep(0.1)


async def refused_callers(cage: Cage) -> None:
    """Tokens that are refused, and secrets where they do not belong."""
    token = cage.api.headers["Authorization"].removeprefix("Bearer ")
    stray = cage.canaries["a caller's own secret"] = canary()
    head, claims, signature = token.split(".")
    for header in (
        f"Bearer {stray}",
        f"Bearer {stray}.{stray}.{stray}",
        f"Basic {stray}",
        f"Bearer {head}.{claims}.{signature[:-9]}",
        f"Bearer {token}{stray}",
        f"Bearer {token},{stray}",
        stray,
    ):
        assert (await cage.ask("GET", "/v1/jobs", headers={"Authorization": header})).status_code == 401
    assert (await cage.ask("GET", f"/v1/jobs?access_token={stray}", headers={"Authorization": ""})).status_code == 401
    hook = cage.canaries["a receiver's token"] = canary()
    for path in (hook, f"{hook}/", f"x/{hook}"):
        assert (await cage.ask("POST", f"/v1/azure-alerts/receive/{path}", json={})).status_code == 404
    for body in ({"password": stray}, {"name": {"secret": stray}}, [stray], {**VAULT, "client_secret": stray}):
        assert (await cage.ask("POST", "/v1/vaults", json=body)).status_code == 422
    broken = await cage.ask("POST", "/v1/vaults", content=json.dumps({"a": stray})[:-1])
    assert broken.status_code in {415, 422}
    await cage.ask("GET", "/v1/jobs", headers={"Cookie": f"session={stray}", "Holdfast-Tenant": "nowhere"})


async def trouble_with_azure(cage: Cage, item: dict[str, Any]) -> None:
    """Every kind of failing answer, before and after Azure acted."""
    backup = f"/v1/protected-items/{item['protected_item_id']}/backups"
    for fault in (
        {"effect": "status_before", "status": 403},
        {"effect": "status_before", "status": 401},
        {"effect": "status_before", "status": 429, "retry_after": "1"},
        {"effect": "drop_after"},
    ):
        await cage.fault(match={"method": "POST", "path": "/backup$"}, times=1, **fault)
        await cage.done(backup, {"retain_until": KEEP})
    await cage.fault(match={"method": "GET", "path": "recoveryPoints"}, times=3, effect="status_before", status=500)
    await cage.ask("GET", f"/v1/protected-items/{item['protected_item_id']}/recovery-points")
    restore = {"vm_id": vm_id("vm-none"), "recovery_point": {"latest": True}, "target": DISKS}
    assert (await cage.ask("POST", "/v1/restores", json=restore)).status_code in {404, 422}


async def mounted_files(cage: Cage, item: dict[str, Any]) -> None:
    """A mount, whose password is shown to its caller and to nobody else."""
    body = {"protected_item_id": item["protected_item_id"], "recovery_point": {"latest": True}}
    job = await cage.done("/v1/restores", {**body, "target": {"mode": "files"}})
    assert job["state"] == "succeeded", job
    script = (await cage.api.get(f"{job['resource']}/mount-script")).json()  # the one answer that is meant to hold it
    cage.canaries["password of the mount"] = script["password"]
    cage.canaries["script of the mount"] = script["script"][-60:]
    await cage.done(f"{job['resource']}/unmount", {})


async def lost_database(cage: Cage) -> None:
    """The database away, then one that is not there at all, then settings that cannot be read."""
    with psycopg.connect(cage.database_url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    await asyncio.gather(*(cage.ask("GET", "/v1/jobs") for _ in range(30)))
    password = cage.canaries["database password"]
    for url in (
        f"postgresql://mona:{password}@127.0.0.1:1/holdfast",
        f"postgresql://mona:{password}@[bad/holdfast",
        f"postgresql://mona:{password}@127.0.0.1:port/holdfast",
        f"mysql://mona:{password}@127.0.0.1/holdfast",
    ):
        for command in ("migrate", "serve"):
            if command == "serve" and url.startswith("postgresql://mona:") and url.endswith(":1/holdfast"):
                continue  # it would wait for its database; the API above has lost one already
            environment = os.environ | {"HOLDFAST_DATABASE_URL": url, "HOLDFAST_OIDC_ISSUERS": "https://issuer.example"}
            finished = await asyncio.to_thread(
                subprocess.run,
                [sys.executable, "-m", "app.cli", command],
                cwd=ROOT,
                env=environment,
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            assert finished.returncode in {1, 2}
            with (cage.directory / f"{command}.log").open("a") as log:
                log.write(finished.stdout + finished.stderr)


@only_whole
async def test_the_canary_is_seen_nowhere(cage: Cage) -> None:
    vault = await cage.done("/v1/vaults", VAULT)
    policies = (await cage.ask("GET", f"/v1/vaults/{vault['vault_id']}/policies")).json()["items"]
    item = await cage.done("/v1/protected-items", {"vm_id": vm_id("vm-web-01"), "policy_id": policies[0]["id"]})
    backup = await cage.done(f"/v1/protected-items/{item['protected_item_id']}/backups", {"retain_until": KEEP})
    assert backup["state"] == "succeeded", backup
    await refused_callers(cage)
    await trouble_with_azure(cage, item)
    await mounted_files(cage, item)
    await lost_database(cage)
    assert len(cage.canaries) >= 7
    seen = {sink: read(cage) for sink, read in SINKS.items()}
    assert all(len(text) > 500 for text in seen.values())
    # The look finds what is there: the caller's name is no secret.
    assert [sink for sink, text in seen.items() if "mona" in text] == ["logs", "answers", "rows"]
    found = [(what, sink) for sink, text in seen.items() for what, secret in cage.canaries.items() if secret in text]
    assert found == []
