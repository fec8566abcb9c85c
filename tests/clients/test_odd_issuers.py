"""holdfastctl and issuers that are away, odd, or not what they say; and files of logins that are broken."""

import json
import os
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx

from holdfast_client.cli import issuer as issuers
from holdfast_client.cli import settings, signing_in
from holdfast_client.cli.options import Stop, printable
from holdfast_client.cli.settings import Login

ISSUER = "https://login.example"
CONFIGURATION = f"{ISSUER}/.well-known/openid-configuration"
FOUND = {
    "issuer": ISSUER,
    "token_endpoint": f"{ISSUER}/token",
    "device_authorization_endpoint": f"{ISSUER}/device",
}
CODE = {"device_code": "d", "user_code": "ABCD", "verification_uri": f"{ISSUER}/enter", "interval": 1, "expires_in": 60}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (httpx.Response(404, text="<html>"), "does not answer as an OpenID issuer does"),
        (httpx.Response(200, json=[]), "does not answer as an OpenID issuer does"),
        (httpx.Response(200, json={"issuer": ISSUER}), "does not answer as an OpenID issuer does"),
        (httpx.Response(200, json=FOUND | {"issuer": "https://other.example"}), "calls itself https://other.example"),
        (httpx.Response(200, json=FOUND | {"token_endpoint": "http://login.example/token"}), "is not at https://"),
        (httpx.Response(502, text="<html>"), "answers HTTP 502"),
        (httpx.ConnectError("no route"), "does not answer: no route"),
    ],
)
def test_an_issuer_that_is_none_is_named_with_what_to_do(answer: Any, said: str) -> None:
    with respx.mock:
        respx.get(CONFIGURATION).mock(side_effect=[answer])
        with pytest.raises(Stop, match=said) as stop:
            issuers.discover(ISSUER)
    assert stop.value.remedy


def with_code(monkeypatch: pytest.MonkeyPatch, *answers: Any) -> Login:
    monkeypatch.setattr("holdfast_client.cli.signing_in.time.sleep", lambda _: None)
    with respx.mock:
        respx.post(FOUND["device_authorization_endpoint"]).respond(json=CODE)
        respx.post(FOUND["token_endpoint"]).mock(side_effect=list(answers))
        return signing_in.with_device(dict(FOUND), ISSUER, "me", "scope")


def error(code: str) -> httpx.Response:
    return httpx.Response(400, json={"error": code})


def test_a_code_is_waited_for_through_slow_down_and_a_lost_network(monkeypatch: pytest.MonkeyPatch) -> None:
    token = httpx.Response(200, json={"access_token": "t", "expires_in": "odd"})
    away = (httpx.ConnectError("no route"), httpx.Response(503, text="<html>"))
    login = with_code(monkeypatch, error("authorization_pending"), error("slow_down"), *away, token)
    assert (login.access_token, login.refresh_token) == ("t", None)


@pytest.mark.parametrize(("code", "said"), [("access_denied", "declined"), ("expired_token", "expired")])
def test_a_sign_in_that_was_refused_needs_a_person(monkeypatch: pytest.MonkeyPatch, code: str, said: str) -> None:
    with pytest.raises(Stop, match=said) as stop:
        with_code(monkeypatch, error(code))
    assert stop.value.code == 3


def test_a_refresh_that_is_refused_ends_the_login_and_one_that_gets_no_answer_does_not() -> None:
    login = Login(ISSUER, "me", "scope", FOUND["token_endpoint"], "t", 0.0, "again")
    with respx.mock:
        respx.post(FOUND["token_endpoint"]).mock(side_effect=[error("invalid_grant"), httpx.Response(503, text="")])
        assert signing_in.renewed(login) is None
        with pytest.raises(Stop, match="HTTP 503"):
            signing_in.renewed(login)


@pytest.mark.parametrize(
    "content",
    ["{", "[]", '{"servers": {"https://x": {"login": {"issuer": 1}}}}', '{"servers": []}', "\x00"],
)
def test_a_broken_file_of_logins_counts_as_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str) -> None:
    file = tmp_path / "servers.json"
    monkeypatch.setenv("HOLDFAST_CTL_FILE", str(file))
    file.write_text(content, encoding="utf-8")
    assert settings.read() == (None, {})
    assert str(file) in settings.broken()
    settings.save("https://x", settings.Server("home", None))
    assert settings.read() == ("https://x", {"https://x": settings.Server("home", None)})
    assert json.loads(file.read_text(encoding="utf-8"))["last"] == "https://x"
    assert file.stat().st_mode & 0o077 == 0


def test_a_file_that_cannot_be_written_is_said_before_signing_in(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("HOLDFAST_CTL_FILE", os.fspath(tmp_path / "file" / "servers.json"))  # no folder: also for root
    with pytest.raises(Stop, match="cannot be kept") as stop:
        settings.check_writable()
    assert "HOLDFAST_CTL_FILE" in (stop.value.remedy or "")


def test_no_control_character_of_a_foreign_name_reaches_the_terminal() -> None:
    assert printable("vm\x1b[2J\r\x07 ä\n") == "vm?[2J?? ä\n"
