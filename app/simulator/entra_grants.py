"""How the identity provider comes to give a token: to an application for itself, or for a person who signs in.

Client credentials (RFC 6749 section 4.4), the authorization code with PKCE (RFC 7636, S256 only), the code of a device
(entra_devices.py), and refresh tokens. There are no passwords: the named person is signed in, with the roles and groups
that were asked for.
"""

import base64
import binascii
import hashlib
import html
import re
import secrets
import time
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from app.simulator import entra_devices
from app.simulator.arm import Reply, same

CODE_SECONDS = 60
LIFETIME = 3600
REFRESH_SECONDS = 24 * 3600
MOST_CODES = 1000
_OF_OPENID = {"openid", "profile", "email", "offline_access"}
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}

Form = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class TokenContent:
    """Whom a token is for, and its claims."""

    client_id: str
    audience: str
    roles: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    person: str | None = None
    """Who signed in; None = the application itself."""
    scopes: str = ""
    is_lasting: bool = False
    """Whether `offline_access` was asked for: a refresh token comes with it."""


@dataclass(frozen=True, slots=True)
class _Code:
    wanted: TokenContent
    redirect_uri: str
    challenge: str
    ends_at: float


class Sign(Protocol):
    def __call__(self, url: str, wanted: TokenContent, *, issuer: str | None = None) -> str: ...


class Grants:
    """The authorize and token endpoints."""

    def __init__(self, sign: Sign) -> None:
        self._sign = sign
        self._codes: dict[str, _Code] = {}
        self._devices = entra_devices.Devices()
        self._refreshing: dict[str, tuple[TokenContent, float]] = {}

    def begin_device(self, url: str, tenant: str, body: bytes) -> Reply:
        """The codes for a device that signs in."""
        begun = self._devices.begin(url, tenant, body)
        return begun if isinstance(begun, Reply) else oauth_error(begun["error"], begun["error_description"])

    def device_page(self, method: str, query: str, body: bytes) -> Reply:
        return Reply(200, _page(self._devices.page(method, query, body)), {"Cache-Control": "no-store"})

    def authorize(self, method: str, query: str, body: bytes) -> Reply:
        """The page on which a person enters who they are; after it, or with `prompt=none`, the way back with a code."""
        form = _form(body) if method == "POST" else parse_qs(query)
        back, state = _one(form, "redirect_uri"), _one(form, "state")
        parts = urlsplit(back)
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.fragment:
            return Reply(400, _page("<p>redirect_uri is not an address to go back to.</p>"), {})
        refused = _refused(form)
        if refused is not None:
            return _redirect(back, {"error": refused[0], "error_description": refused[1], "state": state})
        person = _one(form, "login_hint")
        if method != "POST" and _one(form, "prompt") != "none":
            return Reply(200, _sign_in_page(form), {"Cache-Control": "no-store"})
        if not person:
            return _redirect(back, {"error": "login_required", "state": state})
        return _redirect(back, {"code": self._code(form, person, back), "state": state})

    def _code(self, form: Form, person: str, back: str) -> str:
        audience, scopes = _delegated(_one(form, "scope"))
        wanted = TokenContent(
            _one(form, "client_id"),
            audience,
            _words(form, "roles"),
            _words(form, "groups"),
            person,
            scopes,
            is_lasting="offline_access" in _one(form, "scope").split(),
        )
        while len(self._codes) >= MOST_CODES:
            del self._codes[next(iter(self._codes))]
        code = secrets.token_urlsafe(32)
        self._codes[code] = _Code(wanted, back, _one(form, "code_challenge"), time.time() + CODE_SECONDS)
        return code

    def token(self, url: str, body: bytes, authorization: str | None, *, issuer: str) -> Reply:
        form = _form(body)
        match _one(form, "grant_type"):
            case "client_credentials":
                found = _for_itself(form, authorization)
            case "authorization_code":
                found = self._for_a_person(form)
            case entra_devices.GRANT:
                found = self._for_a_device(form)
            case "refresh_token":
                found = self._again(form)
            case _:
                found = oauth_error(
                    "unsupported_grant_type", "AADSTS70003: The app requested an unsupported grant type."
                )
        if isinstance(found, Reply):
            return found
        answer = {
            "token_type": "Bearer",
            "expires_in": LIFETIME,
            "ext_expires_in": LIFETIME,
            "access_token": self._sign(url, found, issuer=issuer),
        }
        if found.person:
            answer["scope"] = found.scopes
        if found.is_lasting:
            answer["refresh_token"] = self._refresh_token(found)
        return Reply(200, answer, dict(_NO_STORE))

    def _for_a_person(self, form: Form) -> TokenContent | Reply:
        code = self._codes.pop(_one(form, "code"), None)  # tried once, right or wrong: it is used up
        if code is None or time.time() >= code.ends_at:
            return oauth_error("invalid_grant", "AADSTS70008: The provided authorization code has expired.")
        if _one(form, "client_id") != code.wanted.client_id or _one(form, "redirect_uri") != code.redirect_uri:
            return oauth_error("invalid_grant", "AADSTS50011: The code was given to another application or address.")
        verifier = _one(form, "code_verifier")
        if not _VERIFIER.fullmatch(verifier) or challenge_of(verifier) != code.challenge:
            return oauth_error("invalid_grant", "AADSTS501481: The Code_Verifier does not match the code_challenge.")
        return code.wanted

    def _for_a_device(self, form: Form) -> TokenContent | Reply:
        taken = self._devices.take(_one(form, "device_code"), _one(form, "client_id"))
        if isinstance(taken, tuple):
            return oauth_error(*taken)
        audience, scopes = _delegated(taken.scope)
        if not audience:
            return oauth_error("invalid_scope", "AADSTS70011: No scope of an API is among those asked for.")
        return TokenContent(
            taken.client_id,
            audience,
            taken.roles or [],
            taken.groups or [],
            taken.person,
            scopes,
            is_lasting="offline_access" in taken.scope.split(),
        )

    def _refresh_token(self, content: TokenContent) -> str:
        while len(self._refreshing) >= MOST_CODES:
            del self._refreshing[next(iter(self._refreshing))]
        token = secrets.token_urlsafe(32)
        self._refreshing[token] = content, time.time() + REFRESH_SECONDS
        return token

    def _again(self, form: Form) -> TokenContent | Reply:
        """A refresh token is good once; the answer brings the next (RFC 9700 section 4.14.2)."""
        content, ends_at = self._refreshing.pop(_one(form, "refresh_token"), (None, 0.0))
        if content is None or time.time() >= ends_at or content.client_id != _one(form, "client_id"):
            return oauth_error("invalid_grant", "AADSTS700082: The refresh token has expired or was used.")
        return content


def challenge_of(verifier: str) -> str:
    """S256 of RFC 7636 section 4.2."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def oauth_error(error: str, description: str, status: int = 400) -> Reply:
    return Reply(status, {"error": error, "error_description": description}, dict(_NO_STORE))


def _for_itself(form: Form, authorization: str | None) -> TokenContent | Reply:
    client_id, secret = _one(form, "client_id"), _one(form, "client_secret")
    if authorization is not None:
        given = _basic(authorization)
        if given is None or secret or client_id not in {"", given[0]}:
            return oauth_error("invalid_client", "AADSTS7000215: The client shows itself in no way, or in two.", 401)
        client_id, secret = given
    if not client_id or not secret:
        return oauth_error("invalid_client", "AADSTS7000216: client_id and client_secret are required.", 401)
    wanted, *more = (_one(form, "scope") or _one(form, "resource")).split() or [""]
    if not wanted:
        return oauth_error("invalid_request", "AADSTS90014: The required field 'scope' is missing.")
    # Roles among the scopes: a page such as Swagger's can ask for scopes only.
    roles = _words(form, "roles") + [word for word in more if word not in _OF_OPENID]
    return TokenContent(client_id, wanted.removesuffix("/.default"), roles, _words(form, "groups"))


def _basic(authorization: str) -> tuple[str, str] | None:
    """(client id, secret) of RFC 6749 section 2.3.1: each of them form-encoded before they are joined."""
    scheme, _, encoded = authorization.partition(" ")
    try:
        client_id, colon, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (unquote(client_id), unquote(secret)) if same(scheme, "basic") and colon else None


def _refused(form: Form) -> tuple[str, str] | None:
    """(error, description) of a request that no code is given for."""
    if _one(form, "response_type") != "code":
        return "unsupported_response_type", "Only response_type=code is given."
    if not _one(form, "client_id"):
        return "invalid_request", "AADSTS900144: The request must contain client_id."
    if _one(form, "code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(_one(form, "code_challenge")):
        return "invalid_request", "AADSTS9002325: PKCE with S256 is required."
    if not _delegated(_one(form, "scope"))[0]:
        return "invalid_scope", "AADSTS70011: No scope of an API is among those asked for."
    return None


def _delegated(scope: str) -> tuple[str, str]:
    """(audience, names of its scopes) of e.g. `openid api://holdfast/access`; the first API named decides."""
    named = [word.rpartition("/") for word in scope.split() if word not in _OF_OPENID and "/" in word]
    audience = named[0][0] if named else ""
    names = ["access" if name == ".default" else name for api, _, name in named if api == audience]
    return audience, " ".join(names)


def _form(body: bytes) -> Form:
    return parse_qs(body.decode("utf-8", "replace"))


def _one(form: Form, name: str) -> str:
    return form.get(name, [""])[0]


def _words(form: Form, name: str) -> list[str]:
    return [word for text in form.get(name, []) for word in text.split()]


def _redirect(back: str, said: dict[str, str]) -> Reply:
    query = urlencode({name: value for name, value in said.items() if value})
    return Reply(302, "", {"Location": f"{back}{'&' if urlsplit(back).query else '?'}{query}", **_NO_STORE})


def _sign_in_page(form: Form) -> str:
    asked = "".join(
        f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(values[0])}">'
        for name, values in form.items()
        if name not in {"login_hint", "roles", "groups", "prompt"}
    )
    fields = ""
    for name, label, preset in (
        ("login_hint", "Who are you?", "mona@contoso.example"),
        ("roles", "Roles", "admin"),
        ("groups", "Groups", ""),
    ):
        value = html.escape(" ".join(form.get(name, [preset])))
        fields += f'<p><label>{label}<br><input name="{name}" value="{value}"></label></p>'
    return _page(f'<form method="post">{asked}{fields}<p><button>Sign in</button></p></form>')


def _page(content: str) -> str:
    return f'<!doctype html><meta charset="utf-8"><title>Simulated sign-in</title><h1>Simulated sign-in</h1>{content}'
