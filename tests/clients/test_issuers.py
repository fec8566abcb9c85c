"""`holdfastctl login` at an issuer that is not the simulator's: what it may answer, and what a person then reads."""

import base64
import hashlib
import os
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import respx

from holdfast_client.cli import settings
from holdfast_client.cli.issuer import discover
from holdfast_client.cli.main import run
from holdfast_client.cli.options import Stop
from tests.clients.issuers import CONFIGURATION, TOKENS, Answer, Issuer, serving

API = "http://127.0.0.1:9"
SAFE = "https://login.example"


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
    assert sign_in(Issuer([(502, "<html>Bad Gateway</html>"), (200, TOKENS)])) == 0
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
        (Issuer([], configuration=(404, "Not Found")), (), 1, "Check --issuer."),
        (Issuer([], configuration=(200, "[]")), (), 1, "Check --issuer."),
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


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (httpx.Response(200, json={"issuer": SAFE, "token_endpoint": "http://x/token"}), "is not at https://"),
        (httpx.ConnectError("no route"), "does not answer: no route"),
    ],
)
def test_an_issuer_at_https_sends_no_code_in_the_clear_and_one_that_is_away_is_named(answer: Any, said: str) -> None:
    with respx.mock:
        respx.get(f"{SAFE}{CONFIGURATION}").mock(side_effect=[answer])
        with pytest.raises(Stop, match=said) as stop:
            discover(SAFE)
    assert stop.value.remedy
