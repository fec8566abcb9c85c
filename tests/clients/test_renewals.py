"""Renewing a login of holdfastctl, by many at once and in bad times; and a browser that comes back oddly."""

import base64
import hashlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import httpx
import pytest

from holdfast_client.cli import settings, signing_in
from holdfast_client.cli.issuer import discover
from holdfast_client.cli.options import Stop
from holdfast_client.cli.settings import Login, Server
from tests.clients.issuers import Answer, Issuer, serving

GOOD = {"access_token": "new", "expires_in": 600, "refresh_token": "again"}


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    found = Issuer()
    with serving(found):
        yield found


def came_back(monkeypatch: pytest.MonkeyPatch, **changes: str | None) -> list[dict[str, str]]:
    """A browser that comes back with a code, and these changes. What it was asked for."""
    seen: list[dict[str, str]] = []

    def browse(address: str) -> bool:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        seen.append(asked)
        given = {"code": "the-code", "state": asked["state"]} | changes
        query = "&".join(f"{name}={quote(value)}" for name, value in given.items() if value is not None)
        port = urlsplit(asked["redirect_uri"]).port or 0

        def come() -> None:
            # First a connection that says nothing, as browsers open them ahead, and a stranger with odd letters.
            with socket.create_connection(("127.0.0.1", port)):
                assert httpx.get(f"http://127.0.0.1:{port}/?state=%C3%BC&code=x").status_code == 404
                httpx.get(f"http://127.0.0.1:{port}/?{query}")

        threading.Thread(target=come, daemon=True).start()
        return True

    monkeypatch.setattr("holdfast_client.cli.signing_in.webbrowser.open", browse)
    monkeypatch.setattr(signing_in, "say", lambda _line: None)
    return seen


def test_a_browser_comes_back_with_a_code_and_pkce_proves_who_asked(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    issuer.more = {"authorization_endpoint": f"{issuer.url}/authorize?flow=one"}
    seen = came_back(monkeypatch, iss=issuer.url)
    login = signing_in.with_browser(discover(issuer.url), issuer.url, "c", "openid", 0)
    assert (login.access_token, login.refresh_token) == ("a-token", None)
    asked, form = seen[0], issuer.forms[0]
    assert (asked["flow"], asked["response_type"], asked["code_challenge_method"]) == ("one", "code", "S256")
    digest = hashlib.sha256(form["code_verifier"].encode()).digest()
    assert asked["code_challenge"] == base64.urlsafe_b64encode(digest).decode().rstrip("=")
    assert (form["code"], form["redirect_uri"]) == ("the-code", asked["redirect_uri"])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"iss": "https://evil.example"}, "https://evil.example answered"),
        ({"code": None, "error": "access_denied"}, "declined"),
        ({"code": None, "error": "server_error", "error_description": "Odd."}, "Odd."),
    ],
)
def test_a_browser_that_brings_no_code_of_this_issuer_signs_no_one_in(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any], said: str
) -> None:
    came_back(monkeypatch, **changes)
    with pytest.raises(Stop, match=said) as caught:
        signing_in.with_browser(discover(issuer.url), issuer.url, "c", "openid", 0)
    assert (caught.value.code, issuer.forms) == (3, [])


def test_a_port_that_is_taken_and_an_issuer_without_browsers_are_usage(issuer: Issuer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(Stop, match="Port ") as caught:
        signing_in.with_browser(discover(issuer.url), issuer.url, "c", "openid", taken.getsockname()[1])
    assert caught.value.code == 2
    issuer.more = {"authorization_endpoint": None}
    with pytest.raises(Stop, match="no sign-in by a browser"):
        signing_in.with_browser(discover(issuer.url), issuer.url, "c", "openid", 0)


@pytest.fixture
def laptop(issuer: Issuer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """With a login that has ended and can be renewed."""
    monkeypatch.delenv("HOLDFAST_TOKEN", raising=False)
    monkeypatch.setenv("HOLDFAST_CTL_FILE", str(tmp_path / "deep" / "servers.json"))
    login = Login(issuer.url, "c", "openid", f"{issuer.url}/token", "old", time.time() - 1, "once")
    settings.save("http://x", Server(None, login))
    settings.save("http://other", Server("t-2", None))
    return settings.file_path()


def test_two_terminals_renew_one_login_once(issuer: Issuer, laptop: Path) -> None:
    # The second use of a refresh token takes the whole login away, as issuers that rotate them do.
    issuer.tokens = [(200, GOOD), (400, {"error": "invalid_grant"})]
    given: list[str] = []
    terminals = [threading.Thread(target=lambda: given.append(settings.token("http://x"))) for _ in range(8)]
    for one in terminals:
        one.start()
    for one in terminals:
        one.join(30)
    assert (given, len(issuer.forms)) == (["new"] * 8, 1)
    last, servers = settings.read()
    assert (last, servers["http://other"].tenant) == ("http://other", "t-2"), "a renewal changes nothing else"
    kept = servers["http://x"].login
    assert kept is not None
    assert kept.refresh_token == "again"
    assert {one.name for one in laptop.parent.iterdir()} == {"servers.json", "servers.json.lock"}


@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        ((400, {"error": "invalid_grant"}), 3, "has expired"),
        ((503, {"error": "temporarily_unavailable"}), 1, "HTTP 503"),
        ((429, {}), 1, "HTTP 429"),
        ((401, {"error": "invalid_client"}), 3, "invalid_client"),
        ((200, "<html>"), 1, "OpenID issuer"),
    ],
)
def test_a_renewal_that_fails_says_whether_a_person_is_needed(
    issuer: Issuer, laptop: Path, answer: Answer, code: int, said: str
) -> None:
    issuer.tokens = [answer]
    with pytest.raises(Stop, match=said) as caught:
        settings.token("http://x")
    assert (caught.value.code, laptop.exists()) == (code, True)


def test_a_login_that_cannot_be_kept_serves_this_command(
    issuer: Issuer, laptop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    issuer.tokens = [(200, GOOD)]
    assert settings.token("http://x") == "new"
    assert "No space left" in capsys.readouterr().err
    assert settings.read()[0] == "http://other", "what was kept is whole"
    assert {one.name for one in laptop.parent.iterdir()} == {"servers.json", "servers.json.lock"}
