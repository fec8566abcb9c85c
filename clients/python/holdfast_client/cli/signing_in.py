"""Signing in at an OIDC issuer: the code of a device (RFC 8628), a browser here (RFC 8252, PKCE), and renewal."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
import webbrowser
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from holdfast_client.cli.issuer import posted, seconds, why
from holdfast_client.cli.options import Stop
from holdfast_client.cli.output import say
from holdfast_client.cli.settings import Login

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
BROWSER_SECONDS = 300
LONGEST_PAUSE = 60.0
AGAIN = "Begin again: holdfastctl login"
NOT_ANY_MORE = {"invalid_grant", "interaction_required", "login_required", "consent_required"}
"""Answers to a refresh token that only a person who signs in again can change."""
Form = dict[str, str]
Json = dict[str, Any]


def with_device(found: Json, issuer: str, client_id: str, scope: str) -> Login:
    """Shows a code that is entered in any browser, on any device; waits until it was. Raises Stop."""
    begun = posted(found["device_authorization_endpoint"], {"client_id": client_id, "scope": scope}, issuer)
    where = begun.get("verification_uri") or begun.get("verification_url")
    if not (begun.get("device_code") and begun.get("user_code") and where):
        raise Stop(f"The issuer refuses: {why(begun)}", code=1, remedy="Check --client-id and --scope.")
    say(str(begun.get("message") or f"Open {where} in a browser and enter the code {begun['user_code']}."))
    pause, ends_at = seconds(begun.get("interval"), 5), time.time() + seconds(begun.get("expires_in"), 900)
    form = {"grant_type": DEVICE_GRANT, "client_id": client_id, "device_code": str(begun["device_code"])}
    lost: Stop | None = None
    while time.time() < ends_at:
        time.sleep(pause)
        try:
            answer, lost = posted(found["token_endpoint"], form, issuer), None
        except Stop as stop:  # a network that is away for a moment costs a person no second code (RFC 8628 section 3.5)
            lost, pause = stop, min(LONGEST_PAUSE, pause * 2)
            continue
        if "access_token" in answer:
            return _login(answer, found, issuer, client_id, scope)
        if answer.get("error") == "slow_down":
            pause += 5
        elif answer.get("error") != "authorization_pending":
            raise _not_signed_in(answer)
    raise lost or Stop("The code has expired before it was entered.", code=3, remedy=AGAIN)


def _not_signed_in(answer: Json) -> Stop:
    match answer.get("error"):
        case "authorization_declined" | "access_denied":
            return Stop("The sign-in was declined.", code=3, remedy=AGAIN)
        case "expired_token":
            return Stop("The code has expired before it was entered.", code=3, remedy=AGAIN)
    return Stop(f"Not signed in: {why(answer)}", code=3, remedy=AGAIN)


def with_browser(found: Json, issuer: str, client_id: str, scope: str, port: int) -> Login:
    """Opens the browser of this machine, and waits for it to come back to a local port. Raises Stop."""
    verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    if not found.get("authorization_endpoint"):
        raise Stop(f"{issuer} has no sign-in by a browser.", code=2, remedy="Use --device.")
    with _waiting(port, state) as waiting:
        back = f"http://localhost:{waiting.server_port}/"
        asked = {"client_id": client_id, "response_type": "code", "redirect_uri": back, "scope": scope, "state": state}
        asked |= {"code_challenge": challenge, "code_challenge_method": "S256"}
        joint = "&" if urlsplit(found["authorization_endpoint"]).query else "?"
        address = f"{found['authorization_endpoint']}{joint}{urlencode(asked)}"
        say(f"Opening a browser. If none opens, go to:\n{address}")
        webbrowser.open(address)
        given = waiting.answer(BROWSER_SECONDS)
    if given.get("iss", issuer).rstrip("/") != issuer.rstrip("/"):  # RFC 9207: the code of another issuer
        raise Stop(f"Not signed in: {given['iss']} answered, not {issuer}.", code=3, remedy=AGAIN)
    if "code" not in given:
        raise _not_signed_in(given)
    form = {"grant_type": "authorization_code", "client_id": client_id, "code": given["code"]}
    answer = posted(found["token_endpoint"], form | {"redirect_uri": back, "code_verifier": verifier}, issuer)
    if "access_token" not in answer:
        raise Stop(f"Not signed in: {why(answer)}", code=3, remedy="Check --client-id and --scope.")
    return _login(answer, found, issuer, client_id, scope)


def renewed(login: Login) -> Login | None:
    """With the refresh token; None where the issuer does not take it any more. Raises Stop where it is away."""
    form = {"grant_type": "refresh_token", "client_id": login.client_id, "refresh_token": login.refresh_token or ""}
    answer = posted(login.token_endpoint, form | {"scope": login.scope}, login.issuer)
    if "access_token" not in answer:
        if answer.get("error") in NOT_ANY_MORE:
            return None
        raise Stop(f"The issuer {login.issuer} renews no login: {why(answer)}", code=3, remedy=AGAIN)
    found = {"token_endpoint": login.token_endpoint}
    fresh = _login(answer, found, login.issuer, login.client_id, login.scope)
    fresh.refresh_token = fresh.refresh_token or login.refresh_token
    return fresh


def _login(answer: Json, found: Json, issuer: str, client_id: str, scope: str) -> Login:
    ends_at = time.time() + seconds(answer.get("expires_in"), 3600)
    token, again = str(answer["access_token"]), answer.get("refresh_token")
    return Login(issuer, client_id, scope, str(found["token_endpoint"]), token, ends_at, str(again) if again else None)


def _waiting(port: int, state: str) -> _Waiting:
    try:
        return _Waiting(port, state)
    except OSError as error:
        reason = error.strerror or error
        raise Stop(f"Port {port} of this machine: {reason}.", code=2, remedy="Choose another --port.") from error


class _Waiting(ThreadingHTTPServer):
    """Takes the one request of the browser that comes back with our `state`; others get 404.

    With threads: browsers open connections ahead and say nothing on them.
    """

    daemon_threads = True

    def __init__(self, port: int, state: str) -> None:
        super().__init__(("127.0.0.1", port), _Answer)
        self.state = state
        self.given: Form = {}

    def answer(self, patience: float) -> Form:
        ends_at = time.monotonic() + patience
        while not self.given and time.monotonic() < ends_at:
            self.timeout = 0.2
            self.handle_request()
        return self.given or {"error_description": "no browser came back in time"}


class _Answer(BaseHTTPRequestHandler):
    server: _Waiting
    timeout = 20

    def do_GET(self) -> None:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        is_ours = secrets.compare_digest(asked.get("state", "").encode(), self.server.state.encode())
        said = "You have signed in. You may close this page." if "code" in asked else "You are not signed in."
        with suppress(OSError):  # the browser may have gone
            self.send_response(200 if is_ours else 404)
            self.send_header("Content-Type", "text/plain; charset=utf-8")
            self.end_headers()
            self.wfile.write((said if is_ours else "Nothing is here.").encode())
        if is_ours:  # when it was answered: the command ends soon after
            self.server.given = asked

    def log_message(self, *_: object) -> None:
        """Nothing is printed."""
