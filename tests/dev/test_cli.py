"""The command: quick where it can be, one line where a setting is missing."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import takewhile

import httpx
import jwt
import pytest

from app.dev.supervisor import free_port
from tests.whole import some_of

HOLDFAST = [sys.executable, "-m", "app.cli"]


def run(*arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*HOLDFAST, *arguments],
        env={**os.environ, **{f"HOLDFAST_{name}": value for name, value in settings.items()}},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.fixture(scope="module")
def simulator() -> Iterator[str]:
    """The URL of a simulator of our own."""
    command = [*HOLDFAST, "simulator", "--port", "0", "--time-scale", "100"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    said = re.fullmatch(r"simulator ready at (\S+)\n", process.stdout.readline())
    assert said
    yield said[1]
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=15)
    assert process.returncode == 0


def test_the_document_is_printed_without_any_setting() -> None:
    finished = run("openapi")
    assert (finished.returncode, finished.stderr) == (0, "")
    document = json.loads(finished.stdout)
    assert document["openapi"].startswith("3.1")
    assert finished.stdout == json.dumps(document, indent=2, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_sigterm_drains_and_ends_with_0(command: str, simulator: str, database_url: str) -> None:
    port = free_port()
    settings = {
        "HOLDFAST_DATABASE_URL": database_url,
        "HOLDFAST_SIMULATOR": "true",
        "HOLDFAST_ARM_URL": simulator,
        "HOLDFAST_OIDC_ISSUERS": f"{simulator}/11111111-1111-1111-1111-111111111111/v2.0",
        "HOLDFAST_PORT": str(port),
    }
    process = subprocess.Popen([*HOLDFAST, command], env={**os.environ, **settings}, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    if command == "serve":
        wait_until_ready(f"http://127.0.0.1:{port}/readyz", process)
    else:
        before = list(takewhile(lambda line: "worker.ready" not in line, process.stderr))
        assert any("mode.simulator" in line for line in before)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=10)
    assert command == "worker" or "mode.simulator" in said.splitlines()[0]
    assert process.returncode == 0, said


def wait_until_ready(url: str, process: "subprocess.Popen[str]") -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(httpx.TransportError):
            if httpx.get(url, trust_env=False).status_code == 200:
                return
        time.sleep(0.05)
    raise AssertionError(f"{url} is not ready")


@pytest.mark.parametrize("command", some_of(["serve", "worker", "migrate"], short=1))
def test_a_missing_database_is_one_line_that_names_the_setting(command: str) -> None:
    finished = run(command, OIDC_ISSUERS="https://issuer.example")
    assert finished.returncode == 2
    assert re.fullmatch(r"HOLDFAST_DATABASE_URL is not set[^\n]*\n", finished.stderr)
    assert finished.stdout == ""


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "http"), ("POLL_SECONDS", "0"), ("ARM_URL", "azure"), ("DATABASE_URL", "mysql://x/y")]
)
def test_a_wrong_setting_is_one_line_that_names_it(name: str, value: str) -> None:
    settings = {"DATABASE_URL": "postgresql://h/d", "OIDC_ISSUERS": "https://issuer.example", name: value}
    finished = run("serve", **settings)
    assert finished.returncode == 2
    assert re.fullmatch(rf"HOLDFAST_{name} is wrong: [^\n]+\n", finished.stderr)


def test_serving_needs_an_issuer() -> None:
    finished = run("serve", DATABASE_URL="postgresql://h/d")
    assert (finished.returncode, finished.stderr.count("\n")) == (2, 1)
    assert "HOLDFAST_OIDC_ISSUERS" in finished.stderr


def test_migrating_a_database_that_is_away_is_one_line_without_its_password() -> None:
    finished = run("migrate", DATABASE_URL="postgresql://somebody:s3cret@127.0.0.1:1/x")
    assert finished.returncode == 1
    assert re.fullmatch(r"The database of HOLDFAST_DATABASE_URL cannot be reached: [^\n]+\n", finished.stderr)
    assert "s3cret" not in finished.stderr


@pytest.mark.parametrize(
    "command", some_of(["serve", "worker", "migrate", "simulator", "dev", "demo", "token", "openapi", "audit"], short=3)
)
def test_every_command_explains_itself(command: str) -> None:
    finished = run(command, "--help")
    assert finished.returncode == 0
    assert "Usage:" in finished.stdout


def test_help_and_tokens_load_neither_the_azure_sdk_nor_the_api() -> None:
    look = (
        "import sys; from app import cli; import app.dev.tokens;"
        "print(sorted({name.split('.')[0] for name in sys.modules} & {'azure', 'fastapi', 'sqlalchemy', 'uvicorn'}))"
    )
    finished = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert finished.stdout == "[]\n"


def test_a_token_is_printed_alone_and_is_for_us(simulator: str) -> None:
    issuer = f"{simulator}/11111111-1111-1111-1111-111111111111/v2.0"
    asked = ("--principal", "mona", "--role", "reader", "--role", "restorer", "--group", "g1", "--group", "g2")
    finished = run("token", "--issuer", issuer, *asked)
    assert (finished.returncode, finished.stderr, finished.stdout.count("\n")) == (0, "", 1)
    claims = jwt.decode(finished.stdout.strip(), options={"verify_signature": False})
    assert (claims["iss"], claims["aud"], claims["azp"]) == (issuer, "api://holdfast", "mona")
    assert (claims["roles"], claims["groups"]) == (["reader", "restorer"], ["g1", "g2"])


@pytest.mark.parametrize("issuer", ["http://127.0.0.1:1/t/v2.0", "nonsense", "{simulator}/not-a-tenant/v2.0"])
def test_an_issuer_that_gives_no_token_is_one_line(simulator: str, issuer: str) -> None:
    finished = run("token", "--issuer", issuer.format(simulator=simulator), "--principal", "mona")
    assert (finished.returncode, finished.stdout, finished.stderr.count("\n")) == (1, "", 1)
