"""schemathesis against the running API: real processes, a seeded database, the document that the API itself serves.

0 server errors, 0 answers that the document does not foresee (statuses, content types, schemas, headers), no request
that the document forbids accepted. Left out is one judgement only, with its reason below.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.dev.tokens import fetch_token
from app.identity.access.permissions import PLATFORM_ADMIN, ROLES
from tests.bench.keys import EVIDENCE_KEY, SECRETS_KEY
from tests.simulator.process import running_simulator
from tests.whole import is_whole, of_walk
from tests.world import DISKS, KEEP, POLICY, VAULT, vm_id

ROOT = Path(__file__).resolve().parents[2]
TENANT_PATH = "/11111111-1111-1111-1111-111111111111/v2.0"
PATIENCE_SECONDS = 60.0
EXAMPLES = of_walk(short=2, whole=10)
"""Requests at random for each operation."""
PHASES = "examples,coverage,fuzzing,stateful" if is_whole() else "examples,fuzzing,stateful"
"""`coverage` breaks each rule of the document by itself: half a minute."""
NOT_JUDGED = "positive_data_acceptance"
"""It holds that whatever fits the schema must be accepted. Azure's rules are not all sayable in a schema (a retention
that matches its schedule, a VM that exists): those are refused with 422, 404 or 409, and tests/api tests each."""


@contextmanager
def process(command: str, settings: dict[str, str]) -> Iterator[None]:
    """`holdfast serve` or `worker`, ended by SIGTERM after the block: it must drain and exit 0."""
    environment = os.environ | {f"HOLDFAST_{name}": value for name, value in settings.items()}
    started = subprocess.Popen(
        [sys.executable, "-m", "app.cli", command], cwd=ROOT, env=environment, stderr=subprocess.DEVNULL
    )
    try:
        yield
        started.send_signal(signal.SIGTERM)
        assert started.wait(timeout=15) == 0
    finally:
        started.kill()
        started.wait()


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@pytest.fixture
def served(database_url: str) -> Iterator[tuple[str, str]]:
    """(URL, token) of an API that has one of everything, with its worker and its simulated Azure."""
    with ExitStack() as stack:
        simulator, _ = stack.enter_context(running_simulator("--time-scale", "5000"))
        port = free_port()
        settings = {
            "DATABASE_URL": database_url,
            "SIMULATOR": "true",
            "ARM_URL": simulator,
            "OIDC_ISSUERS": simulator + TENANT_PATH,
            "PORT": str(port),
            "POLL_SECONDS": "0.5",
            "SECRETS_KEYS": SECRETS_KEY,
            "EVIDENCE_KEYS": EVIDENCE_KEY,
        }
        stack.enter_context(process("serve", settings))
        stack.enter_context(process("worker", settings))
        url = f"http://127.0.0.1:{port}"
        token = fetch_token(simulator + TENANT_PATH, principal="schemathesis", roles=[*ROLES, PLATFORM_ADMIN])
        headers = {"Authorization": f"Bearer {token}", "Prefer": "wait=60"}
        with httpx.Client(base_url=url, headers=headers, timeout=90, trust_env=False) as api:
            wait_until_ready(api)
            seed(api)
        yield url, token


def wait_until_ready(api: httpx.Client) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            if api.get("/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        assert time.monotonic() < deadline, "the API does not become ready"
        time.sleep(0.05)


def seed(api: httpx.Client) -> None:
    """A vault, a policy, a protected VM with a point, and a restore."""

    def done(path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = api.post(path, json=body)
        assert answer.status_code == 200, answer.text
        job: dict[str, Any] = answer.json()
        assert job["state"] == "succeeded", job
        return job

    vault = done("/v1/vaults", VAULT)["vault_id"]
    policy = done(f"/v1/vaults/{vault}/policies", POLICY)["resource"].rpartition("/")[2]
    vm = {"vm_id": vm_id("vm-web-01"), "vault_id": vault, "policy_id": policy}
    item = done("/v1/protected-items", vm)["protected_item_id"]
    done(f"/v1/protected-items/{item}/backups", {"retain_until": KEEP})
    done("/v1/restores", {"protected_item_id": item, "recovery_point": {"latest": True}, "target": DISKS})


def test_schemathesis_finds_nothing(served: tuple[str, str], tmp_path: Path) -> None:
    url, token = served
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "schemathesis.cli",
        "run",
        f"{url}/openapi.json",
        "--header",
        f"Authorization: Bearer {token}",
        "--checks",
        "all",
        "--exclude-checks",
        NOT_JUDGED,
        "--phases",
        PHASES,
        "--max-examples",
        str(EXAMPLES),
        "--seed",
        "1",
        "--continue-on-failure",
        "--generation-database",
        "none",
        "--warnings",
        "off",
        "--no-color",
    ]
    finished = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=600)
    said = re.sub(re.escape(token), "<token>", finished.stdout + finished.stderr)
    assert finished.returncode == 0, said[-20_000:]
    assert re.search(r"\d+ generated, \d+ passed|No issues found", said), said
