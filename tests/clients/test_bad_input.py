"""holdfastctl where something is wrong beside it: files, disks, proxies, clocks, terminals, other versions."""

import asyncio
import io
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from types import MethodType, SimpleNamespace
from typing import Any

import httpx
import pytest
from rich.console import Console

from holdfast_client import AsyncHoldfast, Holdfast, NoConnection, NotUnderstood, Patience
from holdfast_client.cli import doctor, following, screen, settings, times
from holdfast_client.cli.main import run
from holdfast_client.cli.session import LOOK_FIRST, Session
from tests.clients.commands import COMMAND, environment
from tests.clients.test_commands import ITEMS, answered, laptop, page
from tests.clients.test_exchange import JOB, KEYED, READ, WRITE, Server, job

Json = dict[str, Any]
__all__ = ["answered", "laptop"]
Answered = Callable[..., Server]


@pytest.mark.parametrize("content", ["{", "[]", "7", '{"servers": {"http://x": {"login": {"issuer": 1}}}}', "\x00" * 9])
def test_a_file_of_garbage_is_named_and_does_no_harm(
    content: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("HOLDFAST_TOKEN")
    settings.file_path().write_text(content, encoding="utf-8")
    assert run(["items"]) == 3
    assert f"{settings.file_path()} cannot be read" in capsys.readouterr().err
    monkeypatch.delenv("HOLDFAST_API")
    assert run(["items"]) == 2
    assert f"{settings.file_path()} cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize(
    "address", ["http://[x", "x", "ftp://x", "http://", "http://x:99999", "http://x\x1b[2J", "://"]
)
def test_what_is_no_address_is_usage(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["items", "--api", address]) == 2
    shown = capsys.readouterr().err
    assert "is not an address" in shown
    assert "\x1b" not in shown


def test_a_token_that_cannot_be_sent_is_usage(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOLDFAST_TOKEN", "eyJ…")
    assert run(["items"]) == 2
    assert "HOLDFAST_TOKEN" in capsys.readouterr().err
    monkeypatch.setenv("HOLDFAST_TOKEN", "t")
    assert run(["items", "--tenant", "ü"]) == 2


def test_a_token_of_the_environment_is_not_mended_by_signing_in(
    answered: Answered, capsys: pytest.CaptureFixture[str]
) -> None:
    answered(httpx.Response(401, json={"title": "Expired", "code": "token_expired"}))
    assert run(["items"]) == 3
    assert "unset" in capsys.readouterr().err


def test_a_proxy_that_answers_is_called_one(answered: Answered, capsys: pytest.CaptureFixture[str]) -> None:
    answered(httpx.Response(502, text="<html>Bad Gateway</html>"))
    assert run(["items"]) == 1
    shown = capsys.readouterr().err
    assert "HTTP 502" in shown
    assert "proxies" in shown
    answered(httpx.Response(409, json={"title": "No", "code": "held", "remedy": ["not", "text"], "pointer": 7}))
    assert run(["items"]) == 1
    assert capsys.readouterr().err == "No [held]\n"


def test_a_server_of_another_version_is_a_line_and_no_traceback(
    answered: Answered, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    answered({"items": [{"id": "1", "machine": "vm"}], "next": None}, {"server_version": "9.1.0"})
    assert run(["items"]) == 1
    shown = capsys.readouterr().err
    assert "was not understood: KeyError 'vm'" in shown
    assert "9.1.0" in shown
    monkeypatch.setenv("HOLDFAST_CTL_DEBUG", "1")
    answered({"things": []})
    with pytest.raises(KeyError):
        run(["items"])


def test_a_write_that_was_lost_says_to_look_first(answered: Answered, capsys: pytest.CaptureFixture[str]) -> None:
    for lost, code in ((httpx.ReadTimeout("late"), 1), (KeyboardInterrupt(), 130)):
        answered(page(ITEMS[0]), lost)
        assert run(["backup", "vm-web-01"]) == code
        assert LOOK_FIRST in capsys.readouterr().err


def test_what_was_accepted_before_a_refusal_is_named(answered: Answered, capsys: pytest.CaptureFixture[str]) -> None:
    refusal = httpx.Response(409, json={"title": "It runs", "code": "job_in_flight"})
    answered(page(ITEMS[0]), page(ITEMS[1]), JOB, refusal)
    assert run(["backup", "vm-web-01", "vm-web-02"]) == 1
    shown = capsys.readouterr().err
    assert JOB["id"] in shown
    assert "1 of 2 were accepted" in shown
    assert "[job_in_flight]" in shown


@pytest.mark.parametrize(
    ("ending", "code", "said"),
    [
        (httpx.Response(401, json={"title": "Expired", "code": "token_expired"}), 3, "HOLDFAST_TOKEN"),
        (httpx.Response(500, json={"title": "Odd", "code": "internal", "remedy": "Report it."}), 1, "Report it."),
    ],
)
def test_whatever_ends_a_wait_says_how_to_come_back(
    ending: httpx.Response, code: int, said: str, answered: Answered, capsys: pytest.CaptureFixture[str]
) -> None:
    answered(page(ITEMS[0]), JOB, ending)
    assert run(["backup", "vm-web-01", "--wait"]) == code
    shown = capsys.readouterr().err
    assert f"holdfastctl jobs watch {JOB['id']}" in shown
    assert said in shown


RESTORES: list[tuple[list[str], str]] = [
    (["--as", "replace", "--group", "rg"], "--group is not for --as replace"),
    (["--as", "disks", "--name", "x"], "--name is not for --as disks"),
    (["--as", "files", "--staging", "x"], "--staging is not for --as files"),
    (["--as", "vm", "--save", "x"], "--save is not for --as vm"),
    (["--as", "disks", "--at", "0001-01-01T00:00"], "is not a time"),
    (["--as", "disks", "--at", "tomorrow\x1b[2J"], "is not a time"),
    (["--as", "disks", "--timeout", "nan", "--wait"], "not a number"),
]


@pytest.mark.parametrize(("arguments", "said"), RESTORES)
def test_an_option_that_would_be_ignored_is_refused(
    arguments: list[str], said: str, answered: Answered, capsys: pytest.CaptureFixture[str]
) -> None:
    answered(page(ITEMS[0]))
    assert run(["restore", "vm-web-01", "--yes", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_the_beginning_of_a_name_overwrites_nothing_unseen(
    answered: Answered, capsys: pytest.CaptureFixture[str]
) -> None:
    server = answered(page(ITEMS[3]))
    assert run(["restore", "vm-db", "--as", "replace", "--yes"]) == 2
    assert "the whole name: vm-db-01" in capsys.readouterr().err
    assert [one.method for one in server.asked] == ["GET"]


def test_defaults_that_fill_in_are_shown(
    answered: Answered, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    ids = {"resource_group_id": "/subscriptions/s/resourceGroups/rg-back", "staging_storage_account_id": "/a/b/store"}
    sources = {"resource_group_id": "vault", "staging_storage_account_id": "request", "subnet_id": None}
    checked = {"ok": True, "complete": True, "checks": [], "recovery_point": None, "as_of": None}
    server = answered(page(ITEMS[0]), checked | {"target": {"mode": "disks"} | ids, "target_sources": sources})
    assert run(["restore", "vm-web-01", "--as", "disks", "--staging", "store"]) == 2
    shown = capsys.readouterr().err
    assert "resource group: rg-back (default of the vault; --group for another)" in shown
    assert "store" not in shown.replace("restored", "").replace("Restored", "")
    assert "resource_group_id" not in json.loads(server.asked[-1].content)["target"]
    missing = {"title": "No", "detail": "subnet_id is missing.", "code": "restore_not_valid"}
    answered(page(ITEMS[0]), httpx.Response(422, json=missing | {"pointer": "#/target/subnet_id", "remedy": "Set it."}))
    assert run(["restore", "vm-web-01", "--as", "vm", "--yes"]) == 2
    assert "Give --subnet. Set it." in capsys.readouterr().err


@pytest.fixture
def _berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("2026-10-25T02:30", r"twice.*2026-10-25T02:30\+02:00 or 2026-10-25T02:30\+01:00"),
        ("2026-03-29T02:30", "never"),
    ],
)
@pytest.mark.usefixtures("_berlin")
def test_an_hour_that_the_clocks_show_twice_or_never_wants_a_zone(written: str, said: str) -> None:
    with pytest.raises(Exception, match=said):
        times.instant(written)
    assert times.instant("2026-10-25T02:30+01:00") == "2026-10-25T01:30:00Z"
    assert times.instant("2026-10-25T03:30") == "2026-10-25T02:30:00Z"
    assert times.exact("2026-10-25T01:30:00Z") == "2026-10-25 02:30+01:00"


def test_a_person_who_waits_for_a_network_is_told_at_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOLDFAST_API", "http://127.0.0.1:9")
    said: list[str] = []
    clock = SimpleNamespace(sleep=lambda _seconds: said.append(capsys.readouterr().err))
    monkeypatch.setattr("holdfast_client.cli.session.time", clock)
    assert run(["items"]) == 1
    assert "asking again" in said[0]
    assert set(said[1:]) == {""}, "once"
    assert "No answer from http://127.0.0.1:9" in capsys.readouterr().err


def test_a_full_disk_is_a_line(tmp_path: Path) -> None:
    env = environment(tmp_path)
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [str(COMMAND), "completion", "bash"], env=env, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (ended.returncode, "Traceback" in ended.stderr) == (1, False)
    assert "No space left" in ended.stderr


def test_what_reads_no_more_is_no_error(tmp_path: Path) -> None:
    line = f"{COMMAND} --help | head -1; echo ${{PIPESTATUS[0]}}"
    ended = subprocess.run(["bash", "-c", line], env=environment(tmp_path), capture_output=True, text=True, check=True)
    assert (ended.stdout.splitlines()[-1], ended.stderr) == ("0", "")


def test_doctor_says_what_it_found_before_it_fails(
    answered: Answered, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(httpx.Response(200, text="<html>A portal</html>"))
    portal = httpx.Response(200, text="x")
    portal.elapsed = timedelta(0)
    monkeypatch.setattr(doctor, "_ask", lambda *_: portal)
    assert run(["doctor"]) == 1
    shown = capsys.readouterr().out
    assert "ok  settings" in shown
    assert "NO  login: The answer was not understood" in shown


def test_names_of_azure_and_reasons_do_no_harm_to_a_terminal(
    answered: Answered, capsys: pytest.CaptureFixture[str]
) -> None:
    evil = JOB | {"vm": {"name": "vm\x1b]0;x\x07"}, "state": "failed"}
    error = {"title": "T\x1b[2J", "detail": "D\x9b2J", "code": "c", "remedy": None}
    answered(evil | {"error": error}, evil | {"error": error})
    assert run(["jobs", "show", JOB["id"]]) == 0
    answered(evil | {"error": error})
    assert run(["jobs", "watch", JOB["id"]]) == 1
    shown = capsys.readouterr()
    assert not {letter for letter in shown.out + shown.err if not letter.isprintable() and letter != "\n"}


def test_a_lost_write_of_the_library_names_its_key() -> None:
    server = Server(httpx.ConnectError("refused"))
    for operation, key in ((KEYED, "k"), (WRITE, None), (READ, None)):
        with server.client(patience=Patience(seconds=0)) as client, pytest.raises(NoConnection) as caught:
            client.send(operation)
        assert caught.value.idempotency_key == key
        assert ("idempotency_key='k'" in str(caught.value.remedy)) is bool(key)
        assert ("look whether it did" in str(caught.value.remedy)) is (operation is WRITE)


@pytest.mark.parametrize("lost", [httpx.RemoteProtocolError("peer closed"), httpx.DecodingError("not gzip")])
def test_a_body_that_ends_too_soon_is_no_connection(lost: Exception) -> None:
    with Server(lost).client(patience=Patience(seconds=0)) as client, pytest.raises(NoConnection):
        client.send(READ)


@pytest.mark.parametrize("written", ["Mon, 99 Foo 9999 99:99:99", "Fri, 31 Dec 99999 23:59:59 GMT", ",", "²"])
def test_an_odd_retry_after_counts_as_none(written: str) -> None:
    busy = httpx.Response(429, headers=[(b"Retry-After", written.encode())])
    server = Server(busy, httpx.Response(200, json={"ok": True}))
    with server.client() as client:
        assert client.send(READ) == {"ok": True}
    assert 0.3 <= server.slept[0] <= 0.7


async def test_a_list_that_names_the_same_page_again_ends() -> None:
    same = httpx.Response(200, json={"items": [JOB], "next": "c1"})
    with Server(same).client() as client, pytest.raises(NotUnderstood):
        list(client.jobs.list())
    transport = httpx.MockTransport(Server(same))
    async with AsyncHoldfast("http://x", "t", transport=transport) as client:
        with pytest.raises(NotUnderstood):
            [one async for one in client.jobs.list()]


async def test_a_wait_that_is_cancelled_leaves_the_client_as_it_was() -> None:
    begun = asyncio.Event()

    async def answer(request: httpx.Request) -> httpx.Response:
        if "Prefer" in request.headers:
            begun.set()
            await asyncio.sleep(60)
        return job(state="running")

    async with AsyncHoldfast("http://x", "t", transport=httpx.MockTransport(answer)) as client:
        waiting = asyncio.create_task(client.jobs.pending(JOB["id"]).wait())
        await begun.wait()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert (await client.jobs.get(JOB["id"])).state == "running"


def test_a_list_of_many_pages_is_asked_for_no_more_than_once_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    now, pages, minute = [0.0], 6, 60.0
    clock = SimpleNamespace(monotonic=lambda: now[0], sleep=lambda seconds: now.__setitem__(0, now[0] + seconds))
    monkeypatch.setattr(following, "time", clock)
    watched = [JOB | {"id": f"0192a0b4-0000-7000-8000-00000000001{number}"} for number in range(2)]
    asked: list[float] = []

    def answer(request: httpx.Request) -> httpx.Response:
        """Other jobs fill the pages; ours are on the last. They go on for a minute."""
        asked.append(now[0])
        at = int(request.url.params.get("cursor", "1"))
        is_open = "running" in request.url.params.get_list("state")
        ours = [one | ({} if is_open else {"state": "succeeded"}) for one in watched]
        is_here = at == pages and is_open == (now[0] < minute)
        after = None if at == pages else str(at + 1)
        return httpx.Response(200, json={"items": ours if is_here else [], "next": after})

    with Holdfast("http://x", "t", transport=httpx.MockTransport(answer)) as client:
        session: Any = SimpleNamespace(client=client, asked=0)
        session.get, session.every = (MethodType(one, session) for one in (Session.get, Session.every))
        following.follow(session, watched)
    assert now[0] >= minute
    assert len(asked) <= now[0] + pages, f"{len(asked)} requests in {now[0]:.0f} s"


def bars(jobs: list[Json], changed: list[Json], width: int, height: int) -> tuple[str, list[str]]:
    """(what was printed, the rows of bars) of a terminal of this size."""
    printed = io.StringIO()
    console = Console(file=printed, force_terminal=True, width=width, height=height, color_system=None)
    with screen._progress(console) as progress:
        shown = screen._Bars(progress, most=max(1, height - screen.ROWS_BESIDE))
        for one in [*jobs, *changed]:
            shown.show(one)
        rows = console.render_lines(progress.get_renderable())
    return printed.getvalue(), ["".join(part.text for part in row).rstrip() for row in rows]


@pytest.mark.parametrize("width", [40, 80, 300])
def test_a_job_is_one_row_of_bars_at_any_width(width: int) -> None:
    jobs = [JOB | {"id": n, "vm": {"name": f"vm-with-a-long-name-{n}"}, "progress_percent": 40.0} for n in "123"]
    _, rows = bars(jobs, [], width, 24)
    assert len(rows) == 3
    assert all(len(row) <= width for row in rows)


def test_more_jobs_than_rows_give_theirs_to_those_that_go_on() -> None:
    jobs = [JOB | {"id": str(n), "vm": {"name": f"vm-{n:02}"}} for n in range(50)]
    printed, rows = bars(jobs, [one | {"state": "succeeded"} for one in jobs[:45]], 80, 12)
    assert [row.split()[1] for row in rows if "running" in row] == [f"vm-{n:02}" for n in range(45, 50)]
    assert len(re.findall(r"backup vm-\d\d  succeeded", printed)) >= 40
