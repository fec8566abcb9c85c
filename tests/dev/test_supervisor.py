"""`holdfast dev`: one owner, and nothing is left of it however it ends."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import httpx
import pytest

from app.dev import supervisor
from app.dev.supervisor import Child, StackError
from app.dev.tokens import SIMULATOR_PORT
from tests.processes import left_after, started_with
from tests.whole import only_whole

VM = (
    "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-demo/providers/Microsoft.Compute/"
    "virtualMachines/vm-web-01"
)
Start = Callable[[], tuple["subprocess.Popen[str]", str]]


@pytest.fixture
def place() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="hf-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def dev(place: Path) -> Iterator[Start]:
    """Starts `holdfast dev` on the data in `place`; returns it and what it said up to and with the token."""
    started: list[subprocess.Popen[str]] = []

    def start() -> tuple["subprocess.Popen[str]", str]:
        port = supervisor.free_port()  # each test its own, whatever listens on the usual one
        process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "dev", "--no-sample"],
            env={**os.environ, "HOLDFAST_DATA_DIR": str(place), "HOLDFAST_PORT": str(port)},
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout is not None
        said = ""
        for line in process.stdout:
            said += line
            if line.startswith("export API="):
                break
        return process, said

    yield start
    for process in started:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def test_a_taken_port_is_one_line_and_nothing_is_said_to_run(place: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        finished = subprocess.run(
            [sys.executable, "-m", "app.cli", "dev"],
            env={**os.environ, "HOLDFAST_DATA_DIR": str(place), "HOLDFAST_PORT": str(port)},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    said = (finished.stdout + finished.stderr).strip()
    assert finished.returncode == 1
    assert said.startswith(f"Port {port} is taken.")
    assert said.count("\n") == 0
    assert not (place / "postgres").exists()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"HOLDFAST_PORT": "65536"}, "HOLDFAST_PORT is wrong: 65536 is no port, the highest is 65535."),
        ({"HOLDFAST_HOST": "192.0.2.1"}, "Nothing can listen on 192.0.2.1, port {port}: "),
    ],
)
def test_an_address_that_cannot_be_had_is_one_line(place: Path, settings: dict[str, str], said: str) -> None:
    port = supervisor.free_port()
    finished = subprocess.run(
        [sys.executable, "-m", "app.cli", "dev"],
        env={**os.environ, "HOLDFAST_DATA_DIR": str(place), "HOLDFAST_PORT": str(port), **settings},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    shown = " ".join((finished.stdout + finished.stderr).split())
    assert finished.returncode == 1
    assert shown.startswith(said.format(port=port)), shown
    assert "running" not in shown
    assert not (place / "postgres").exists()


def test_the_port_is_held_from_the_first_moment_so_that_no_other_answers_there(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = supervisor.Plan(place, supervisor.free_port(), time_scale=1, poll_seconds=1, fresh=True)
    held: list[bool] = []

    def while_postgres_starts(*_: object, **__: object) -> NoReturn:
        held.append(not supervisor.is_free(plan.port))
        raise StackError("far enough")

    monkeypatch.setattr(supervisor, "embedded_postgres", while_postgres_starts)
    with pytest.raises(StackError, match="far enough"), supervisor.running_stack(plan, lambda _: None):
        pass
    assert held == [True]
    assert supervisor.is_free(plan.port)


def test_the_simulator_keeps_its_port(place: Path) -> None:
    assert supervisor._simulator_port(place) == 0
    port = supervisor.free_port()
    (place / SIMULATOR_PORT).write_text(str(port))
    assert supervisor._simulator_port(place) == port
    (place / SIMULATOR_PORT).write_text("nonsense")
    assert supervisor._simulator_port(place) == 0


@pytest.mark.parametrize("fresh", [False, True])
def test_a_taken_port_of_the_simulator_is_refused_unless_all_begins_anew(
    place: Path,
    monkeypatch: pytest.MonkeyPatch,
    fresh: bool,  # noqa: FBT001
) -> None:
    """On another port it is another issuer: a new, empty tenant, beside a simulated Azure that was kept."""

    def far_enough(*_: object, **__: object) -> NoReturn:
        raise StackError("far enough")

    monkeypatch.setattr(supervisor, "embedded_postgres", far_enough)
    plan = supervisor.Plan(place, supervisor.free_port(), time_scale=1, poll_seconds=1, fresh=fresh)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        (place / SIMULATOR_PORT).write_text(str(port))
        with pytest.raises(StackError) as refused, supervisor.running_stack(plan, lambda _: None):
            pass
    if fresh:
        assert str(refused.value) == "far enough"
    else:
        assert str(refused.value).startswith(
            f"Port {port} of the last run's simulator is taken. Stop the program that listens"
        )
        assert "\n" not in str(refused.value)
    assert (place / SIMULATOR_PORT).read_text() == str(port)


def the(name: str, place: Path) -> int:
    """The process id of the part that runs `holdfast <name>`."""
    (pid,) = [pid for pid, command in started_with(str(place)).items() if command.endswith(f"app.cli {name} ")]
    return pid


def token_in(said: str) -> str:
    found = re.search(r"^export API=\S+ TOKEN=(eyJ\S+)$", said, re.MULTILINE)
    assert found, said
    return found[1]


def vault_of_readme(said: str, place: Path) -> str:
    """Run README's curl as it stands, with what `holdfast dev` printed; returns the path of the vault it made."""
    readme = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
    (block,) = [block for block in re.findall(r"```sh\n(.*?)```", readme, re.DOTALL) if "curl" in block]
    link = place / ".holdfast"
    if not link.exists():
        link.symlink_to(".")  # the block reads .holdfast/env
    told = (place / "env").read_text(encoding="utf-8")
    assert told.splitlines()[0] in said
    own = {**os.environ, "NO_PROXY": "127.0.0.1"}
    finished = subprocess.run(
        ["bash", "-c", block], cwd=place, env=own, capture_output=True, text=True, check=True, timeout=60
    )
    job = json.loads(finished.stdout)
    assert job["kind"] == "create_vault", job
    return str(job["resource"])


def usable(client: httpx.Client, vault: str) -> dict[str, str]:
    """Its policies, by name, once it is there: Azure was asked for them."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        answer = client.get(f"{vault}/policies")
        found = answer.json().get("items")
        if found:
            return {entry["name"]: entry["id"] for entry in found}
        time.sleep(0.2)
    raise AssertionError(answer.text)


def ended(client: httpx.Client, job_id: str) -> dict[str, Any]:
    """The job, once it has succeeded; a lease of a killed worker may come before that."""
    deadline = time.monotonic() + 150
    while time.monotonic() < deadline:
        job: dict[str, Any] = client.get(f"/v1/jobs/{job_id}", headers={"Prefer": "wait=20"}, timeout=60).json()
        if job["finished_at"] is not None:
            break
    assert job["state"] == "succeeded", job
    return job


def test_it_serves_until_it_is_killed_leaves_nothing_and_serves_again(dev: Start, place: Path) -> None:
    process, said = dev()
    address = re.search(r"^Swagger UI: (\S+)/docs$", said, re.MULTILINE)
    assert address, said
    token = token_in(said)
    with httpx.Client(base_url=address[1], headers={"Authorization": f"Bearer {token}"}, trust_env=False) as client:
        assert client.get("/docs").status_code == 200
        assert client.get("/readyz").status_code == 200
        assert client.get("/v1/jobs").json()["items"] == []
        vault = vault_of_readme(said, place)
        tenant = client.get("/v1/me").json()["acting_in"]
        policies = usable(client, vault)
        ended(client, client.get("/v1/jobs").json()["items"][0]["id"])  # else its lease outlives the kill by a minute
    process.kill()
    process.communicate()
    assert left_after(15, str(place)) == {}

    process, said = dev()
    assert "Swagger UI" in said
    address = re.search(r"^API: +(\S+)$", said, re.MULTILINE)
    assert address, said
    asking = {"Authorization": f"Bearer {token_in(said)}"}
    assert httpx.get(f"{address[1]}/me", headers=asking, trust_env=False).json()["acting_in"] == tenant
    kept = httpx.get(f"{address[1]}/vaults", headers=asking, trust_env=False).json()["items"]
    assert vault in ["/v1/vaults/" + entry["id"] for entry in kept]
    with httpx.Client(base_url=address[1].removesuffix("/v1"), timeout=90, trust_env=False) as client:
        client.headers["Authorization"] = f"Bearer {token}"  # of the first run
        assert usable(client, vault) == policies
        body = {"vm_id": VM, "policy_id": policies["DefaultPolicy"]}
        item = ended(client, client.post("/v1/protected-items", json=body).json()["id"])
        path = f"/v1/protected-items/{item['protected_item_id']}/backups"
        backup = client.post(path, json={"retain_until": "2036-01-31T00:00:00Z"})
        assert backup.status_code == 202, backup.text
    log = (place / "logs" / "worker.log").read_text()
    assert '"error"' not in log.lower().replace('"error": null', ""), log
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert process.returncode == 0
    assert started_with(str(place)) == {}


@only_whole
def test_an_azure_that_cannot_be_gone_on_with_is_one_line(dev: Start, place: Path) -> None:
    (place / supervisor.SIMULATED_AZURE).write_text("{}\n")
    process, said = dev()
    assert process.wait(timeout=30) == 1
    last = said.splitlines()[-1]
    assert last.startswith(f"{place}/{supervisor.SIMULATED_AZURE} was written by another version of the simulator.")
    assert last.endswith("Use --fresh: it starts with an empty database and a new simulator.")


@only_whole
def test_a_process_that_ends_stops_the_stack_and_its_last_log_lines_are_shown(dev: Start, place: Path) -> None:
    process, _ = dev()
    os.kill(the("worker", place), signal.SIGKILL)
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert f"The worker ended with code -9. {place}/logs/worker.log says:" in said
    assert started_with(str(place)) == {}


def test_a_second_stack_on_the_same_data_is_refused_with_one_line(dev: Start, place: Path) -> None:
    first, _ = dev()
    second, said = dev()
    assert second.wait(timeout=30) == 1
    assert f"{place} is in use by another Holdfast (process {first.pid})" in said


def child(tmp_path: Path, source: str) -> Child:
    log = tmp_path / "part.log"
    with log.open("wb") as output:
        process = subprocess.Popen([sys.executable, "-u", "-c", source], stdout=output, stderr=output)
    return Child("part", process, log)


def test_a_part_that_does_not_drain_is_killed_when_its_time_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "DRAIN_SECONDS", 0.2)
    stubborn = child(tmp_path, "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf'); time.sleep(600)")
    while "deaf" not in stubborn.text():
        stubborn.check()
    supervisor._stop([stubborn])
    assert stubborn.process.returncode == -signal.SIGKILL


def test_a_part_that_ended_is_reported_with_the_end_of_its_log(tmp_path: Path) -> None:
    ended = child(tmp_path, "for n in range(100): print('line', n)\nraise SystemExit(3)")
    ended.process.wait()
    with pytest.raises(StackError) as reported:
        ended.check()
    lines = str(reported.value).splitlines()
    assert lines[0] == f"The part ended with code 3. {tmp_path / 'part.log'} says:"
    assert lines[1:] == [f"line {number}" for number in range(100 - supervisor.TAIL_LINES, 100)]
