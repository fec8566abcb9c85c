"""Signing in at an OIDC issuer: the code of a device (RFC 8628), a browser here (RFC 8252, PKCE), and renewal."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
import webbrowser
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

from holdfast_client.cli.options import Stop
from holdfast_client.cli.output import say
from holdfast_client.cli.session import without_its_command
from holdfast_client.cli.settings import Login

if TYPE_CHECKING:
    import httpx

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
BROWSER_SECONDS = 300
Form = dict[str, str]


def discover(issuer: str) -> dict[str, Any]:
    """The issuer's OpenID configuration. Raises Stop."""
    url = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
    found = _json(lambda http: http.get(url), issuer)
    if "token_endpoint" not in found or found.get("issuer", "").rstrip("/") != issuer.rstrip("/"):
        raise Stop(f"{issuer} does not answer as an OpenID issuer does.", code=1, remedy="Check --issuer.")
    return found


def metadata(url: str) -> dict[str, Any]:
    """What the server says of its issuers (RFC 9728). Empty where it says nothing. Raises Stop without a network."""
    without_its_command()
    import httpx

    try:
        answer = httpx.get(f"{url}/.well-known/oauth-protected-resource", timeout=20)
        content = answer.json() if answer.is_success else {}
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise Stop(f"No answer from {url}: {reason}", code=1, remedy="Check --api and the network.") from error
    except ValueError:
        content = {}
    return content if isinstance(content, dict) else {}


def with_device(found: dict[str, Any], issuer: str, client_id: str, scope: str) -> Login:
    """Shows a code that is entered in any browser, on any device; waits until it was. Raises Stop."""
    begun = _posted(found["device_authorization_endpoint"], {"client_id": client_id, "scope": scope}, issuer)
    if "device_code" not in begun:
        raise Stop(f"The issuer refuses: {_why(begun)}", code=1, remedy="Check --client-id and --scope.")
    where = begun.get("verification_uri") or begun.get("verification_url")
    say(begun.get("message") or f"Open {where} in a browser and enter the code {begun['user_code']}.")
    pause, ends_at = float(begun.get("interval", 5)), time.time() + float(begun.get("expires_in", 900))
    form = {"grant_type": DEVICE_GRANT, "client_id": client_id, "device_code": begun["device_code"]}
    while time.time() < ends_at:
        time.sleep(pause)
        answer = _posted(found["token_endpoint"], form, issuer)
        match answer.get("error"):
            case None:
                return _login(answer, found, issuer, client_id, scope)
            case "authorization_pending":
                continue
            case "slow_down":
                pause += 5
            case "authorization_declined" | "access_denied":
                raise Stop("The sign-in was declined.", code=3, remedy="Begin again: holdfastctl login")
            case _:
                raise Stop(f"Not signed in: {_why(answer)}", code=3, remedy="Begin again: holdfastctl login")
    raise Stop("The code has expired; no one entered it.", code=3, remedy="Begin again: holdfastctl login")


def with_browser(found: dict[str, Any], issuer: str, client_id: str, scope: str, port: int) -> Login:
    """Opens the browser of this machine, and waits for it to come back to a local port. Raises Stop."""
    verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    with _Waiting(port, state) as waiting:
        back = f"http://localhost:{waiting.server_port}/"
        asked = {"client_id": client_id, "response_type": "code", "redirect_uri": back, "scope": scope, "state": state}
        asked |= {"code_challenge": challenge, "code_challenge_method": "S256"}
        address = f"{found['authorization_endpoint']}?{urlencode(asked)}"
        say(f"Opening a browser. If none opens, go to:\n{address}")
        webbrowser.open(address)
        given = waiting.answer(BROWSER_SECONDS)
    if "code" not in given:
        raise Stop(f"Not signed in: {_why(given)}", code=3, remedy="Begin again: holdfastctl login")
    form = {"grant_type": "authorization_code", "client_id": client_id, "code": given["code"]}
    answer = _posted(found["token_endpoint"], form | {"redirect_uri": back, "code_verifier": verifier}, issuer)
    if "access_token" not in answer:
        raise Stop(f"Not signed in: {_why(answer)}", code=3, remedy="Check --client-id and --scope.")
    return _login(answer, found, issuer, client_id, scope)


def renewed(login: Login) -> Login | None:
    """With the refresh token; None where the issuer does not take it any more."""
    form = {"grant_type": "refresh_token", "client_id": login.client_id, "refresh_token": login.refresh_token or ""}
    answer = _posted(login.token_endpoint, form | {"scope": login.scope}, login.issuer)
    if "access_token" not in answer:
        return None
    found = {"token_endpoint": login.token_endpoint}
    fresh = _login(answer, found, login.issuer, login.client_id, login.scope)
    fresh.refresh_token = fresh.refresh_token or login.refresh_token
    return fresh


def _login(answer: dict[str, Any], found: dict[str, Any], issuer: str, client_id: str, scope: str) -> Login:
    ends_at = time.time() + float(answer.get("expires_in") or 3600)
    token, again = str(answer["access_token"]), answer.get("refresh_token")
    return Login(issuer, client_id, scope, str(found["token_endpoint"]), token, ends_at, again)


def _why(answer: dict[str, Any]) -> str:
    return str(answer.get("error_description") or answer.get("error") or "no reason given").splitlines()[0]


def _posted(url: str, form: Form, issuer: str) -> dict[str, Any]:
    return _json(lambda http: http.post(url, data=form), issuer)


def _json(ask: Callable[[httpx.Client], httpx.Response], issuer: str) -> dict[str, Any]:
    """Also of a refusal: the protocol puts its errors into JSON. Raises Stop."""
    without_its_command()
    import httpx

    try:
        with httpx.Client(timeout=20) as http:
            content = ask(http).json()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise Stop(
            f"The issuer {issuer} does not answer: {reason}", code=1, remedy="Check the network, and --issuer."
        ) from error
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise Stop(f"{issuer} does not answer as an OpenID issuer does.", code=1, remedy="Check --issuer.")
    return content


class _Waiting(HTTPServer):
    """Takes one request of the browser that comes back with our `state`; others get 404."""

    def __init__(self, port: int, state: str) -> None:
        super().__init__(("127.0.0.1", port), _Answer)
        self.state = state
        self.given: Form = {}

    def answer(self, seconds: float) -> Form:
        ends_at = time.monotonic() + seconds
        while not self.given and time.monotonic() < ends_at:
            self.timeout = max(0.1, min(1.0, ends_at - time.monotonic()))
            self.handle_request()
        return self.given or {"error_description": "no browser came back in time"}


class _Answer(BaseHTTPRequestHandler):
    server: _Waiting

    def do_GET(self) -> None:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        is_ours = secrets.compare_digest(asked.get("state", ""), self.server.state)
        if is_ours:
            self.server.given = asked
        said = "You have signed in. You may close this page." if "code" in asked else "You are not signed in."
        self.send_response(200 if is_ours else 404)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.end_headers()
        self.wfile.write((said if is_ours else "Nothing is here.").encode())

    def log_message(self, *_: object) -> None:
        """Nothing is printed."""
