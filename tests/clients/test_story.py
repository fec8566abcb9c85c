"""holdfastctl from a VM that is not protected to a restored one, as a person sees it under a pseudo-terminal."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
import uvicorn
from cryptography.hazmat.primitives.asymmetric import rsa

from app.simulator.asgi import create_app
from app.simulator.world import TENANT
from holdfast_client import Holdfast
from holdfast_client.cli import issuer as issuers
from holdfast_client.cli import signing_in
from holdfast_client.generated.models import VaultCreate
from tests.clients.commands import Terminal, environment, run
from tests.clients.served import served
from tests.whole import only_whole
from tests.world import World

RESTORE = ["restore", "vm-web", "--as", "disks", "--group", "rg-restored", "--staging", "stholdfastdemo", "--wait"]
ROLES = "reader operator restorer approver admin platform_admin"
SCOPE = "openid offline_access api://holdfast/access"


async def test_a_person_restores_disks_and_is_asked_before(world: World, tmp_path: Path) -> None:
    await world.back_up(await world.item())
    async with served(world) as server:
        env = environment(tmp_path, HOLDFAST_API=server.url, HOLDFAST_TOKEN=world.token())
        await asyncio.to_thread(restore, env)
    assert [trigger["kind"] for trigger in world.triggers] == ["backup", "restore"]


def tell(env: dict[str, str]) -> None:
    """What the section on holdfastctl in the client's README shows, typed by a person."""
    show(["protect", "vm-web-01", "--wait"], env, "protect .*succeeded")
    show(["backup", "vm-web", "--wait"], env, "backup .*succeeded")
    show(["items"], env, "vm-web-01 .*protected")
    show(["points", "vm-web"], env, "CONSISTENCY")
    restore(env)
    show(["jobs", "--kind", "restore"], env, "restore .*succeeded")


def restore(env: dict[str, str]) -> None:
    terminal = Terminal(RESTORE, env)
    terminal.until("recovery point: ")
    terminal.until(re.escape("Restore the disks of vm-web-01? [y/N]"))
    terminal.type("y\n")
    terminal.until("restore .*succeeded")
    assert terminal.end() == 0, terminal.shown


def show(arguments: list[str], env: dict[str, str], wanted: str) -> None:
    terminal = Terminal(arguments, env)
    terminal.until(wanted)
    assert terminal.end() == 0, terminal.shown


async def test_ctrl_c_in_a_terminal_leaves_the_job_alone(world: World, tmp_path: Path) -> None:
    await world.item()
    async with served(world) as server:
        server.works = False
        env = environment(tmp_path, HOLDFAST_API=server.url, HOLDFAST_TOKEN=world.token())
        terminal = Terminal(["backup", "vm-web-01", "--wait"], env)
        await asyncio.to_thread(terminal.until, "queued")
        terminal.interrupt()
        assert await asyncio.to_thread(terminal.end) == 130
        come_back = re.search("holdfastctl (jobs watch [0-9a-f-]+)", terminal.shown)
        assert come_back, terminal.shown
        server.works = True
        assert (await run(come_back[1].split(), env)).code == 0
    assert [trigger["kind"] for trigger in world.triggers] == ["backup"]


async def test_people_sign_in_by_a_code_or_in_a_browser(
    signing_key: rsa.RSAPrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    hurried = SimpleNamespace(time=time.time, monotonic=time.monotonic, sleep=lambda _seconds: None)
    monkeypatch.setattr("holdfast_client.cli.signing_in.time", hurried)
    app = create_app(signing_key=signing_key)
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server._serve())
    while not server.started:  # noqa: ASYNC110 - it says nothing when it has
        await asyncio.sleep(0.005)
    issuer = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/{TENANT}/v2.0"
    try:
        await asyncio.to_thread(sign_in, issuer, monkeypatch)
    finally:
        server.should_exit = server.force_exit = True
        await serving


def sign_in(issuer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = issuers.discover(issuer)
    pages: list[str] = []

    def read(line: str) -> None:
        """A person who reads what is shown, and enters the code in a browser."""
        pages.append(line)
        where = re.search(r"open (\S+) in a browser and enter the code (\w+)", line)
        if where:
            httpx.post(where[1], data={"user_code": where[2], "login_hint": "mona", "roles": ROLES})

    monkeypatch.setattr(signing_in, "say", read)
    login = signing_in.with_device(found, issuer, "holdfastctl", SCOPE)
    assert login.refresh_token
    again = signing_in.renewed(login)
    assert again is not None
    assert again.access_token
    assert signing_in.renewed(login) is None, "a refresh token is good once"

    def browse(address: str) -> bool:
        """A browser in which one is signed in already. It comes back while the command waits for it."""
        back = httpx.get(f"{address}&prompt=none&login_hint=mona&roles=operator").headers["Location"]
        code = f"import urllib.request as u; u.urlopen({back!r})"
        browsers.append(subprocess.Popen([sys.executable, "-c", code]))
        return True

    browsers: list[subprocess.Popen[bytes]] = []
    monkeypatch.setattr("holdfast_client.cli.signing_in.webbrowser.open", browse)
    login = signing_in.with_browser(found, issuer, "holdfastctl", SCOPE, 0)
    assert (login.client_id, bool(login.access_token)) == ("holdfastctl", True)
    assert browsers[0].wait(20) == 0


@only_whole
def test_the_whole_story_against_make_run(tmp_path: Path) -> None:
    """As `make run` starts it: signing in by a code, all restores, a report, and the health of everything."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HOLDFAST_")}
    stack = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "dev", "--time-scale", "600", "--no-sample"],
        env=kept | {"HOLDFAST_DATA_DIR": str(tmp_path / "data"), "HOLDFAST_PORT": "0", "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert stack.stdout is not None
        lines = iter(stack.stdout.readline, "")
        api = next(found[0] for line in lines if (found := re.search(r"http://[\d.]+:\d+(?=/v1)", line)))
        env = environment(tmp_path, HOLDFAST_API=api)
        signed_in(env)
        made_vault(api, env)
        tell(env)
        new_vm = ["restore", "vm-web", "--as", "vm", "--name", "vm-web-02", "--subnet", SUBNET, "--yes", "--wait"]
        show([*new_vm, *RESTORE[4:-1]], env, "restore .*succeeded")
        files = ["restore", "vm-web", "--as", "files", "--yes", "--wait", "--save", str(tmp_path / "mount")]
        show(files, env, "Password: ")
        show(["report", "--night", "today"], env, "vm-web-01")
        show(["doctor"], env, "it may protect, back up and restore")
    finally:
        stack.send_signal(signal.SIGINT)
        stack.communicate(timeout=60)


SUBNET = (
    "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-demo/providers/Microsoft.Network"
    "/virtualNetworks/vnet-demo/subnets/default"
)


def signed_in(env: dict[str, str]) -> None:
    terminal = Terminal(["login"], env)
    found = terminal.until(r"open\s+(\S+)\s+in a\s+browser and enter the code ([A-Z]{8})")
    httpx.post(found[1], data={"user_code": found[2], "login_hint": "mona@contoso.example", "roles": ROLES})
    terminal.until("Signed in at .* as mona@contoso.example")
    assert terminal.end() == 0, terminal.shown


def made_vault(api: str, env: dict[str, str]) -> None:
    """The command makes no vaults; the library does."""
    content = json.loads(Path(env["HOLDFAST_CTL_FILE"]).read_text(encoding="utf-8"))
    token = content["servers"][api]["login"]["access_token"]
    subscription = "00000000-0000-0000-0000-000000000001"
    with Holdfast(api, token) as client:
        body = VaultCreate(subscription_id=subscription, resource_group="rg-demo", name="vault-one", location="westus")
        client.vaults.create(body).wait(60)
