"""Which server, which login and which tenant: from options, HOLDFAST_API, _TOKEN, _TENANT, or the file of `login`."""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import click

from holdfast_client.cli.options import Choices, Stop

EARLY_SECONDS = 60
"""A token that ends this soon is renewed before it is used."""


@dataclass
class Login:
    """A login at an issuer: what `login` found out, and the tokens it was given."""

    issuer: str
    client_id: str
    scope: str
    token_endpoint: str
    access_token: str
    expires_at: float
    refresh_token: str | None = None

    @property
    def is_over(self) -> bool:
        return time.time() + EARLY_SECONDS >= self.expires_at


@dataclass
class Server:
    """A server that was signed in to."""

    tenant: str | None = None
    login: Login | None = None


def file_path() -> Path:
    named = os.environ.get("HOLDFAST_CTL_FILE")
    return Path(named) if named else Path(click.get_app_dir("holdfastctl")) / "servers.json"


def read() -> tuple[str | None, dict[str, Server]]:
    """(the server used last, all servers). A file that cannot be read counts as none: signing in writes it anew."""
    try:
        content = json.loads(file_path().read_text(encoding="utf-8"))
        servers = {url: _server(one) for url, one in content["servers"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None, {}
    else:
        return content.get("last"), servers


def _server(content: dict[str, Any]) -> Server:
    login = content.get("login")
    known = {one.name for one in fields(Login)}
    return Server(content.get("tenant"), Login(**{k: v for k, v in login.items() if k in known}) if login else None)


def save(url: str, server: Server) -> None:
    """Only the owner can read it: it holds tokens."""
    _, servers = read()
    servers[url] = server
    path = file_path()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_suffix(f".{os.getpid()}")
    content = {"last": url, "servers": {one: asdict(value) for one, value in servers.items()}}
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(content, file, indent=1)
    beside.replace(path)


def address(choices: Choices) -> str:
    """Raises Stop where none is named anywhere."""
    named = choices.api or os.environ.get("HOLDFAST_API") or read()[0]
    if not named:
        raise Stop(
            "Which server? None is named.", code=2, remedy="Sign in: holdfastctl login --api URL, or set HOLDFAST_API."
        )
    if "://" not in named:
        raise Stop(f"{named} is not an address.", code=2, remedy="It begins with https://")
    return named.rstrip("/").removesuffix("/v1")


def tenant(choices: Choices, url: str) -> str | None:
    return choices.tenant or os.environ.get("HOLDFAST_TENANT") or read()[1].get(url, Server()).tenant


def token(url: str) -> str:
    """HOLDFAST_TOKEN, or that of `login`, renewed where it has ended. Raises Stop with exit code 3 without either."""
    given = os.environ.get("HOLDFAST_TOKEN")
    if given:
        return given
    server = read()[1].get(url, Server())
    if server.login is None:
        raise Stop(f"You are not signed in at {url}.", code=3, remedy=f"Sign in: holdfastctl login --api {url}")
    if not server.login.is_over:
        return server.login.access_token
    if server.login.refresh_token:
        from holdfast_client.cli.signing_in import renewed

        login = renewed(server.login)
        if login is not None:
            save(url, Server(server.tenant, login))
            return login.access_token
    raise Stop("Your login has expired.", code=3, remedy=f"Sign in again: holdfastctl login --api {url}")
