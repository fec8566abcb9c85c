"""holdfastctl: names, times, outcomes, bad input, how quickly it starts, and how much it asks."""

import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from holdfast_client import Holdfast
from holdfast_client.cli import names, output, settings, times
from holdfast_client.cli.main import run
from holdfast_client.cli.options import Stop
from holdfast_client.cli.session import Session
from tests.clients.commands import environment
from tests.clients.test_exchange import ERROR, JOB, Server

Json = dict[str, Any]
NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
ITEMS: list[Json] = [
    {"id": f"0192a0b4-0000-7000-8000-00000000000{number}", "vm_id": f"/vms/{name}", "state": "protected"}
    | {"vm": {"name": name, "resource_group": "rg", "subscription_id": "s", "id": f"/vms/{name}"}}
    for number, name in enumerate(["vm-web-01", "vm-web-02", "vm-db", "vm-db-01"])
]
PRESENT = {"HOLDFAST_API": "http://x", "HOLDFAST_TOKEN": "t"}


@pytest.fixture(autouse=True)
def laptop(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("HOLDFAST_")]:
        monkeypatch.delenv(name)
    for name, value in (PRESENT | {"HOLDFAST_CTL_FILE": str(tmp_path / "servers.json")}).items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Server]:
    """The server answers in turn."""

    def prepare(*answers: Any) -> Server:
        server = Server(*(one if not isinstance(one, dict) else httpx.Response(200, json=one) for one in answers))
        client = server.client()
        monkeypatch.setattr(Session, "client", property(lambda _: client))
        return server

    return prepare


def page(*items: Json) -> Json:
    return {"items": list(items), "next": None}


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("vm-web-01", "vm-web-01"),
        ("VM-WEB-02", "vm-web-02"),
        ("vm-db", "vm-db"),
        ("vm-db-", "vm-db-01"),
        ("0192a0b4-0000-7000-8000-000000000001", "vm-web-02"),
        ("vm-web", "ambiguous: 2"),
        ("vm", "ambiguous: 4"),
        ("web", "No VM is called"),
        ("", "ambiguous: 4"),
    ],
)
def test_a_name_is_unique_or_its_candidates_are_listed(written: str, found: str) -> None:
    if found.startswith("vm-"):
        assert names.pick("VM", written, ITEMS, names.vm_name, names.vm_label)["vm"]["name"] == found
        return
    with pytest.raises(Stop, match=found) as caught:
        names.pick("VM", written, ITEMS, names.vm_name, names.vm_label)
    assert caught.value.code == 2
    said = caught.value.message if "ambiguous" in found else str(caught.value.remedy)
    assert "vm-web-01" in said


@pytest.mark.parametrize(
    ("written", "stamp"),
    [
        ("2026-11-28T03:00Z", "2026-11-28T03:00:00Z"),
        ("2026-11-28T03:00+02:00", "2026-11-28T01:00:00Z"),
        ("2026-11-28 03:00:05Z", "2026-11-28T03:00:05Z"),
        ("2h", "2026-11-30T10:00:00Z"),
        ("30m", "2026-11-30T11:30:00Z"),
        ("1d", "2026-11-29T12:00:00Z"),
    ],
)
def test_a_time_is_written_as_people_do(written: str, stamp: str) -> None:
    assert times.instant(written, now=NOW) == stamp


def test_a_time_without_a_zone_is_this_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        assert times.instant("2026-11-28T03:00") == "2026-11-28T08:00:00Z"
        assert times.local("2026-11-28T08:00:00Z") == "2026-11-28 03:00"
    finally:
        monkeypatch.delenv("TZ")
        time.tzset()
    assert times.night("yesterday", today=date(2026, 3, 1)) == "2026-02-28"


CASES: list[tuple[list[str], list[Any], int, list[str]]] = [
    (["nonsense"], [{}], 2, ["No such command"]),
    (["restore", "vm"], [{}], 2, ["--as"]),
    (["report", "--night", "someday"], [{}], 2, ["someday", "yesterday"]),
    (["jobs", "--since", "5 o'clock"], [{}], 2, ["is not a time"]),
    (["points", "vm-web"], [page(*ITEMS[:2])], 2, ["ambiguous", "vm-web-01", "vm-web-02", "Write more"]),
    (["items"], [httpx.Response(401, json={"title": "Expired"})], 3, ["expired", "holdfastctl login"]),
    (["items"], [httpx.ConnectError("refused")], 1, ["No answer from http://x", "network"]),
    (["items"], [httpx.Response(200, text="<html>"), {"server_version": "9.1.0"}], 1, ["9.1.0", "0.2.0", "install"]),
    (["items"], [httpx.Response(403, json={"title": "No", "remedy": "Ask an admin."})], 1, ["Ask an admin."]),
    (["items"], [httpx.Response(422, json={"title": "No", "pointer": "#/q"})], 2, ["#/q"]),
    (["approve", "0192"], [page()], 2, ["No approval"]),
    (["bulk", "backup"], [{}], 2, ["Which VMs?"]),
]


@pytest.mark.parametrize(("arguments", "answers", "code", "said"), CASES, ids=lambda value: str(value)[:30])
def test_what_goes_wrong_is_a_line_and_an_exit_code(
    arguments: list[str],
    answers: list[Any],
    code: int,
    said: list[str],
    answered: Callable[..., Server],
    capsys: pytest.CaptureFixture[str],
) -> None:
    answered(*answers)
    assert run(arguments) == code
    shown = capsys.readouterr()
    assert shown.out == "", "data only"
    assert len(shown.err.splitlines()) <= 6
    for one in said:
        assert one in shown.err


def test_without_a_server_or_a_login_it_says_how_to_get_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("HOLDFAST_TOKEN")
    assert run(["items"]) == 3
    assert "not signed in" in capsys.readouterr().err
    monkeypatch.delenv("HOLDFAST_API")
    assert run(["items"]) == 2
    assert "holdfastctl login --api" in capsys.readouterr().err
    assert run(["items", "--api", "x"]) == 2


def test_an_expired_login_needs_a_person_and_no_network(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("HOLDFAST_TOKEN")
    login = settings.Login("http://issuer", "c", "s", "http://issuer/token", "old", time.time() - 1)
    settings.save("http://x", settings.Server(None, login))
    assert settings.file_path().stat().st_mode & 0o777 == 0o600
    assert run(["items"]) == 3
    assert "Your login has expired." in capsys.readouterr().err
    login.expires_at = time.time() + 3600
    settings.save("http://x", settings.Server("t-1", login))
    assert (settings.token("http://x"), settings.read()[0]) == ("old", "http://x")
    settings.file_path().write_text("{", encoding="utf-8")
    assert settings.read() == (None, {}), "a broken file is written anew"


@pytest.mark.parametrize(
    ("last", "code", "said"),
    [
        ({"state": "succeeded"}, 0, ""),
        ({"state": "failed", "error": ERROR}, 1, "Ask the owner."),
        ({"state": "cancelled"}, 1, "cancelled"),
        ({"state": "needs_attention"}, 3, "jobs resolve"),
        ({"state": "awaiting_approval"}, 3, "holdfastctl approve"),
    ],
)
def test_the_exit_code_is_the_outcome(
    last: Json, code: int, said: str, answered: Callable[..., Server], capsys: pytest.CaptureFixture[str]
) -> None:
    item = page(ITEMS[0])
    answered(item, JOB | {"state": "queued"}, JOB, JOB | last, JOB | last)
    assert run(["backup", "vm-web-01", "--wait", "--output", "json"]) == code
    shown = capsys.readouterr()
    assert json.loads(shown.out)[0]["state"] == last["state"]
    assert said in shown.err


def test_ctrl_c_says_how_to_come_back(answered: Callable[..., Server], capsys: pytest.CaptureFixture[str]) -> None:
    answered(page(ITEMS[0]), JOB | {"state": "queued"}, KeyboardInterrupt())
    assert run(["backup", "vm-web-01", "--wait"]) == 130
    assert f"holdfastctl jobs watch {JOB['id']}" in capsys.readouterr().err
    answered(page(ITEMS[0]), JOB | {"state": "queued"}, JOB)
    assert run(["backup", "vm-web-01", "--wait", "--timeout", "0"]) == 1
    assert f"holdfastctl jobs watch {JOB['id']}" in capsys.readouterr().err


def test_without_a_terminal_nothing_is_restored_unless_confirmed(
    answered: Callable[..., Server], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    check = {"name": "target", "status": "passed", "reason": "It is suitable."}
    preflight = {"ok": True, "complete": True, "checks": [check], "recovery_point": None, "as_of": None}
    server = answered(page(ITEMS[0]), preflight, JOB | {"kind": "restore"})
    assert run(["restore", "vm-web-01", "--as", "replace", "--staging", "store"]) == 2
    assert "--yes" in capsys.readouterr().err
    assert [request.url.path for request in server.asked][-1] == "/v1/restores/preflight"
    asked = json.loads(server.asked[-1].content)["target"]
    assert asked["confirm_vm_id"] == "/vms/vm-web-01"
    assert asked["staging_storage_account_id"].endswith(
        "/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/store"
    )

    failed = preflight | {"ok": False, "checks": [check | {"status": "failed", "remedy": "Choose another."}]}
    server = answered(page(ITEMS[0]), failed)
    assert run(["restore", "vm-web-01", "--as", "files", "--yes"]) == 1
    assert "Choose another." in capsys.readouterr().err


def test_data_is_for_programs_and_names_from_azure_do_no_harm(
    answered: Callable[..., Server], capsys: pytest.CaptureFixture[str]
) -> None:
    evil = ITEMS[0] | {"vm": ITEMS[0]["vm"] | {"name": "=cmd()\x1b[2J"}}
    for chosen, wanted in (("csv", "'=cmd()"), ("table", "=cmd()?[2J"), ("json", '"=cmd()\\u001b[2J"')):
        answered(page(evil))
        assert run(["--output", chosen, "items"]) == 0
        shown = capsys.readouterr()
        assert wanted in shown.out
        assert shown.err == ""
        if chosen == "table":
            assert "\x1b" not in shown.out
    assert output.text([True, None, 1]) == "yes, , 1"


def test_fifty_jobs_are_watched_with_less_than_a_request_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    clock = SimpleNamespace(monotonic=lambda: now[0], sleep=lambda seconds: now.__setitem__(0, now[0] + seconds))
    monkeypatch.setattr("holdfast_client.cli.following.time", clock)
    jobs = [JOB | {"id": f"0192a0b4-0000-7000-8000-{number:012}", "progress_percent": 0.0} for number in range(50)]
    asked: list[float] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(now[0])
        is_over = [number for number in range(50) if now[0] > 2 + number]
        is_open = "running" in request.url.params.get_list("state")
        some = [one for number, one in enumerate(jobs) if (number not in is_over) is is_open]
        if request.url.path != "/v1/jobs":
            return httpx.Response(200, json=jobs[49] | {"state": "succeeded" if 49 in is_over else "running"})
        state = {} if is_open else {"state": "succeeded"}
        return httpx.Response(200, json=page(*[one | state for one in some]))

    with Holdfast("http://x", "t", transport=httpx.MockTransport(answer)) as client:
        monkeypatch.setattr(Session, "client", client)
        assert run(["jobs", "watch"]) == 0
    assert now[0] >= 50
    assert len(asked) <= now[0] + 1, f"{len(asked)} requests in {now[0]:.0f} s"


@pytest.mark.parametrize(
    ("arguments", "code", "without"),
    [
        (["--help"], 0, {"httpx", "rich", "app", "webbrowser", "csv"}),
        (["--version"], 0, {"httpx", "rich", "app", "webbrowser", "csv"}),
        (["nonsense"], 2, {"httpx", "rich", "app", "webbrowser", "csv"}),
        (["doctor"], 1, {"rich", "app", "webbrowser", "csv", "holdfast_client.generated.models"}),
    ],
)
def test_it_starts_at_once_because_it_imports_little(
    arguments: list[str], code: int, without: set[str], tmp_path: Path
) -> None:
    """A count and no clock: 300 ms to the first output are far away while nothing heavy is imported."""
    script = "import sys; from holdfast_client.cli.main import run; code = run(sys.argv[1:]); "
    script += "print(code, *sys.modules)"
    env = environment(tmp_path, HOLDFAST_API="http://127.0.0.1:9", HOLDFAST_TOKEN="t")
    ended = subprocess.run(
        [sys.executable, "-c", script, *arguments], env=env, capture_output=True, text=True, check=True
    )
    ended_with, *modules = ended.stdout.splitlines()[-1].split()
    assert (int(ended_with), without & set(modules)) == (code, set())
    assert sum(name.startswith("holdfast_client") for name in modules) <= 32


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_complete(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["completion", shell]) == 0
    assert "_HOLDFASTCTL_COMPLETE" in capsys.readouterr().out
    assert run(["--version"]) == 0
    assert "0.2.0" in capsys.readouterr().out
