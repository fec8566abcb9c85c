"""schemathesis against the running API: real processes, a seeded database, the document that the API itself serves.

0 server errors, 0 answers that the document does not foresee (statuses, content types, schemas, headers), no request
that the document forbids accepted. Left out is one judgement only, with its reason below.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.dev.tokens import fetch_token
from app.identity.access.permissions import PLATFORM_ADMIN, ROLES
from tests.stories.processes import TENANT_PATH, served_alone
from tests.whole import is_whole, of_walk
from tests.world import DISKS, KEEP, POLICY, VAULT, vm_id

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = of_walk(short=2, whole=10)
"""Requests at random for each operation."""
PHASES = "examples,coverage,fuzzing,stateful" if is_whole() else "examples,fuzzing,stateful"
"""`coverage` breaks each rule of the document by itself: half a minute."""
NOT_JUDGED = "positive_data_acceptance"
"""It holds that whatever fits the schema must be accepted. Azure's rules are not all sayable in a schema (a retention
that matches its schedule, a VM that exists): those are refused with 422, 404 or 409, and tests/api tests each."""


@pytest.fixture
def served(database_url: str) -> Iterator[tuple[str, str]]:
    """(URL, token) of an API that has one of everything, with its worker and its simulated Azure."""
    with served_alone(database_url) as (url, simulator):
        token = fetch_token(simulator + TENANT_PATH, principal="schemathesis", roles=[*ROLES, PLATFORM_ADMIN])
        headers = {"Authorization": f"Bearer {token}", "Prefer": "wait=60"}
        with httpx.Client(base_url=url, headers=headers, timeout=90, trust_env=False) as api:
            seed(api)
        yield url, token


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
