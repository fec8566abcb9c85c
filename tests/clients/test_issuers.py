"""`holdfastctl login` at an issuer that is not the simulator's: what it may answer, and what a person then reads."""

import base64
import hashlib
import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from holdfast_client.cli import settings
from holdfast_client.cli.main import run

Json = dict[str, Any]
Answer = tuple[int, Json | bytes]
API = "http://127.0.0.1:9"
CONFIGURATION = "/.well-known/openid-configuration"
TOKENS: Json = {"access_token": "a-token", "token_type": "Bearer", "expires_in": 3600}
DEVICE: Json = {"device_code": "d", "user_code": "ABCD", "verification_uri": "https://x/device", "interval": 5}


@dataclass
class Issuer:
    """Answers the token endpoint in turn, and remembers each form. `more` changes its configuration."""

    tokens: list[Answer]
    more: Json = field(default_factory=dict)
    device: Answer = (200, DEVICE)
    configuration: Answer | None = None
    forms: list[dict[str, str]] = field(default_factory=list)
    url: str = ""

    def answer(self, path: str, form: dict[str, str]) -> Answer:
        if path == CONFIGURATION:
            said: Json = {"issuer": self.url}
            said |= {f"{name}_endpoint": f"{self.url}/{name}" for name in ("token", "device_authorization")}
            said |= {"authorization_endpoint": f"{self.url}/authorize?tenant=one"}
            said |= self.more
            return self.configuration or (200, {name: value for name, value in said.items() if value is not None})
        if path == "/device_authorization":
            return self.device
        self.forms.append(form)
        return self.tokens.pop(0)


@contextmanager
def serving(issuer: Issuer) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            form = {name: one[0] for name, one in parse_qs(self.rfile.read(length).decode()).items()}
            status, body = issuer.answer(urlsplit(self.path).path, form)
            sent = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    issuer.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield issuer.url
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(autouse=True)
def slept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[float]:
    """A laptop without settings, whose waits take no time: they are listed here."""
    for name in [name for name in os.environ if name.startswith("HOLDFAST_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOLDFAST_CTL_FILE", str(tmp_path / "servers.json"))
    monkeypatch.setattr("holdfast_client.cli.login._welcome", lambda *_: None)
    pauses: list[float] = []
    now = [time.time()]

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        now[0] += seconds

    clock = SimpleNamespace(time=lambda: now[0], monotonic=time.monotonic, sleep=sleep)
    monkeypatch.setattr("holdfast_client.cli.signing_in.time", clock)
    return pauses


def sign_in(issuer: Issuer, *more: str) -> int:
    with serving(issuer) as url:
        return run(["login", "--api", API, "--issuer", url, *more])


PENDING: Answer = (400, {"error": "authorization_pending"})
SLOWER: Answer = (400, {"error": "slow_down"})


def test_a_code_is_waited_for_as_slowly_as_the_issuer_asks(slept: list[float]) -> None:
    assert sign_in(Issuer([PENDING, SLOWER, PENDING, (200, TOKENS)])) == 0
    assert slept == [5, 5, 10, 10]
    login = settings.read()[1][API].login
    assert login is not None
    assert (login.access_token, login.refresh_token) == ("a-token", None)


def test_a_network_that_is_away_for_a_moment_costs_no_second_code(slept: list[float]) -> None:
    assert sign_in(Issuer([(502, b"<html>Bad Gateway</html>"), (200, TOKENS)])) == 0
    assert slept == [5, 10]


@pytest.mark.parametrize(
    ("issuer", "options", "code", "said"),
    [
        (Issuer([(400, {"error": "access_denied"})]), (), 3, "declined"),
        (Issuer([(400, {"error": "expired_token"})]), (), 3, "expired before"),
        (Issuer([(400, {"error": "invalid_client"})]), (), 3, "invalid_client"),
        (Issuer([], {"device_authorization_endpoint": None}), ("--device",), 2, "Use --browser."),
        (Issuer([], {"authorization_endpoint": None}), ("--browser",), 2, "Use --device."),
        (Issuer([], device=(400, {"error": "unauthorized_client"})), (), 1, "unauthorized_client"),
        (Issuer([], device=(200, {"device_code": "d"})), (), 1, "--client-id"),
        (Issuer([], {"issuer": "https://other"}), (), 1, "calls itself https://other"),
        (Issuer([], {"token_endpoint": None}), (), 1, "Check --issuer."),
        (Issuer([], {"token_endpoint": "ftp://x/token"}), (), 1, "is not at https://"),
        (Issuer([], configuration=(404, b"Not Found")), (), 1, "Check --issuer."),
        (Issuer([], configuration=(200, b"[]")), (), 1, "Check --issuer."),
        (Issuer([], configuration=(503, {})), (), 1, "Try again later."),
    ],
)
def test_an_odd_issuer_is_named_with_a_remedy(
    issuer: Issuer, options: tuple[str, ...], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sign_in(issuer, *options) == code
    shown = capsys.readouterr()
    assert shown.out == ""
    assert said in shown.err
    assert API not in settings.read()[1]


@dataclass
class Browser:
    """Comes back from the issuer with `answer`, after a request of someone else that has another `state`."""

    answer: dict[str, str]
    asked: dict[str, str] = field(default_factory=dict)
    strangers: list[int] = field(default_factory=list)

    def open(self, address: str) -> bool:
        threading.Thread(target=self._come_back, args=(address,)).start()
        return True

    def _come_back(self, address: str) -> None:
        self.asked = {name: one[0] for name, one in parse_qs(urlsplit(address).query).items()}
        back = self.asked["redirect_uri"].replace("localhost", "127.0.0.1")
        self.strangers.append(httpx.get(back, params={"code": "stolen", "state": "other é"}).status_code)
        httpx.get(back, params=self.answer | {"state": self.asked["state"]})


def test_a_browser_comes_back_with_what_only_this_command_can_use(monkeypatch: pytest.MonkeyPatch) -> None:
    browser, issuer = Browser({"code": "c"}), Issuer([(200, TOKENS | {"refresh_token": "again"})])
    monkeypatch.setattr("holdfast_client.cli.signing_in.webbrowser.open", browser.open)
    assert sign_in(issuer, "--browser") == 0
    assert browser.strangers == [404]
    assert browser.asked["tenant"] == "one", "an address with a query keeps it"
    form = issuer.forms[0]
    assert (form["code"], form["redirect_uri"]) == ("c", browser.asked["redirect_uri"])
    digest = hashlib.sha256(form["code_verifier"].encode()).digest()
    assert base64.urlsafe_b64encode(digest).decode().rstrip("=") == browser.asked["code_challenge"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [({"error": "access_denied"}, "declined"), ({"code": "c", "iss": "https://other"}, "https://other answered")],
)
def test_a_browser_may_come_back_without_a_login(
    answer: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("holdfast_client.cli.signing_in.webbrowser.open", Browser(answer).open)
    assert sign_in(Issuer([]), "--browser") == 3
    assert said in capsys.readouterr().err
