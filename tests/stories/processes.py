"""An API, a worker and a simulator as processes of their own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx

from tests.bench.keys import EVIDENCE_KEY, SECRETS_KEY
from tests.simulator.process import running_simulator

ROOT = Path(__file__).resolve().parents[2]
TENANT_PATH = "/11111111-1111-1111-1111-111111111111/v2.0"
PATIENCE_SECONDS = 60.0


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


@contextmanager
def served_alone(database_url: str) -> Iterator[tuple[str, str]]:
    """(URL of the API, URL of its simulated Azure), with one worker."""
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
        with httpx.Client(base_url=url, trust_env=False) as api:
            wait_until_ready(api)
        yield url, simulator
