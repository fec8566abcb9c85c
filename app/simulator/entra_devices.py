"""Signing in on another device: the device authorization grant (RFC 8628), with the errors of Entra's documentation.

A device asks for a pair of codes and shows the shorter one; a person enters it on a page, in any browser; meanwhile the
device asks for its token with the longer one, again and again.
"""

import html
import secrets
import time
from dataclasses import dataclass
from urllib.parse import parse_qs

from app.simulator.arm import Reply

GRANT = "urn:ietf:params:oauth:grant-type:device_code"
SECONDS = 900
INTERVAL = 5
MOST = 1000
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""Without vowels, so that no word comes out (RFC 8628 section 6.1)."""

Form = dict[str, list[str]]


@dataclass(slots=True)
class Device:
    """A device that waits for its person."""

    client_id: str
    scope: str
    user_code: str
    ends_at: float
    person: str | None = None
    roles: list[str] | None = None
    groups: list[str] | None = None
    is_declined: bool = False


class Devices:
    """The codes that were given out, and what became of them."""

    def __init__(self) -> None:
        self._waiting: dict[str, Device] = {}

    def begin(self, url: str, tenant: str, body: bytes) -> Reply | dict[str, str]:
        """The answer to a device's first request; an (error, description) pair as a dict where it is refused."""
        form = parse_qs(body.decode("utf-8", "replace"))
        client_id, scope = form.get("client_id", [""])[0], form.get("scope", [""])[0]
        if not client_id or not scope:
            return {"error": "invalid_request", "error_description": "AADSTS900144: client_id and scope are required."}
        while len(self._waiting) >= MOST:
            del self._waiting[next(iter(self._waiting))]
        user_code = "".join(secrets.choice(_LETTERS) for _ in range(8))
        device_code = secrets.token_urlsafe(32)
        self._waiting[device_code] = Device(client_id, scope, user_code, time.time() + SECONDS)
        page = f"{url}/{tenant}/oauth2/v2.0/deviceauth"
        return Reply(
            200,
            {
                "device_code": device_code,
                "user_code": user_code,
                "verification_uri": page,
                "verification_uri_complete": f"{page}?user_code={user_code}",
                "expires_in": SECONDS,
                "interval": INTERVAL,
                "message": f"To sign in, open {page} in a browser and enter the code {user_code}.",
            },
            {"Cache-Control": "no-store"},
        )

    def page(self, method: str, query: str, body: bytes) -> str:
        """What the person sees: a form, or what became of it."""
        form = parse_qs(query) if method == "GET" else parse_qs(body.decode("utf-8", "replace"))
        entered = form.get("user_code", [""])[0]
        if method == "GET":
            return _form(entered)
        code = entered.strip().upper().replace("-", "")
        device = next((one for one in self._waiting.values() if one.user_code == code), None)
        if device is None or time.time() >= device.ends_at or device.person is not None or device.is_declined:
            return "<p>This code is not known, or was used, or is too old.</p>"
        person = form.get("login_hint", [""])[0].strip()
        if not person or "decline" in form:
            device.is_declined = True
            return "<p>Declined. The device was not signed in.</p>"
        device.person = person
        device.roles, device.groups = _words(form, "roles"), _words(form, "groups")
        return "<p>You have signed in on your device. You may close this page.</p>"

    def take(self, device_code: str, client_id: str) -> Device | tuple[str, str]:
        """The device whose person has signed in, once; or the (error, description) that it is given."""
        device = self._waiting.get(device_code)
        if device is None or device.client_id != client_id:
            return "bad_verification_code", "AADSTS70000: The device_code is not known."
        if time.time() >= device.ends_at:
            del self._waiting[device_code]
            return "expired_token", "AADSTS70020: The device_code has expired."
        if device.is_declined:
            del self._waiting[device_code]
            return "authorization_declined", "AADSTS70003: The person declined."
        if device.person is None:
            return "authorization_pending", "AADSTS70016: The person has not signed in yet."
        return self._waiting.pop(device_code)


def _words(form: Form, name: str) -> list[str]:
    return [word for text in form.get(name, []) for word in text.split()]


def _form(user_code: str) -> str:
    fields = "".join(
        f'<p><label>{label}<br><input name="{name}" value="{html.escape(value)}"></label></p>'
        for name, label, value in (
            ("user_code", "The code that your device shows", user_code),
            ("login_hint", "Who are you?", "mona@contoso.example"),
            ("roles", "Roles", "admin"),
            ("groups", "Groups", ""),
        )
    )
    buttons = '<p><button>Sign in</button> <button name="decline" value="1">No</button></p>'
    return f'<form method="post">{fields}{buttons}</form>'
