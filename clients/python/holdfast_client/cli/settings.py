"""Which server, which login and which tenant: from options, HOLDFAST_API, _TOKEN, _TENANT, or the file of `login`."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

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
        servers = {str(url): _server(one) for url, one in content["servers"].items()}
        last = content.get("last")
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None, {}
    return last if isinstance(last, str) else None, servers


def broken() -> str:
    """What to say of a file of logins that is there and cannot be read; empty where all is well."""
    path = file_path()
    try:
        is_there = path.stat().st_size > 0
    except FileNotFoundError:
        return ""
    except OSError:
        is_there = True
    return f" {path} cannot be read: signing in writes it anew." if is_there and not read()[1] else ""


def _server(content: dict[str, Any]) -> Server:
    """Raises ValueError, KeyError or TypeError where it is none."""
    tenant, found = content.get("tenant"), content.get("login")
    if not found:
        return Server(tenant)
    texts = [found[name] for name in ("issuer", "client_id", "scope", "token_endpoint", "access_token")]
    again = found.get("refresh_token")
    if not all(isinstance(one, str) for one in (*texts, again or "", tenant or "")):
        raise TypeError("not text")
    issuer, client_id, scope, token_endpoint, access_token = texts
    ends_at = float(found["expires_at"])
    return Server(tenant, Login(issuer, client_id, scope, token_endpoint, access_token, ends_at, again))


def save(url: str, server: Server, *, is_last: bool = True) -> None:
    """Only the owner can read it: it holds tokens. `is_last`: commands without --api are for it. Raises OSError."""
    with _locked():
        _save(url, server, is_last=is_last)


def check_writable() -> None:
    """Before a person takes the trouble to sign in. Raises Stop."""
    try:
        with _written(file_path()):
            pass
    except OSError as error:
        raise not_kept(error) from error


def not_kept(error: OSError) -> Stop:
    return Stop(
        f"The login cannot be kept in {file_path()}: {error.strerror or error}.",
        code=1,
        remedy="Name another file by HOLDFAST_CTL_FILE, or set HOLDFAST_TOKEN instead of signing in.",
    )


def _save(url: str, server: Server, *, is_last: bool) -> None:
    last, servers = read()
    servers[url] = server
    content = {"last": url if is_last else last, "servers": {one: asdict(value) for one, value in servers.items()}}
    path = file_path()
    with _written(path) as beside:
        beside.write_text(json.dumps(content, indent=1), encoding="utf-8")
        beside.replace(path)


@contextmanager
def _written(path: Path) -> Iterator[Path]:
    """An empty file beside it, which becomes the file when it is whole. Nothing of it is left behind."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    os.close(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    try:
        yield beside
    finally:
        beside.unlink(missing_ok=True)


@contextmanager
def _locked() -> Iterator[None]:
    """One process at a time: a refresh token is good once. Without a lock where the system or the folder has none."""
    try:
        import fcntl

        file_path().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = os.open(file_path().with_name(f"{file_path().name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    except (ImportError, OSError):
        yield
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def address(choices: Choices) -> str:
    """Raises Stop where none is named anywhere, or it is none."""
    named = choices.api or os.environ.get("HOLDFAST_API") or read()[0]
    if not named:
        raise Stop(
            f"Which server? None is named.{broken()}",
            code=2,
            remedy="Sign in: holdfastctl login --api URL, or set HOLDFAST_API.",
        )
    named = named.strip()
    try:
        parts = urlsplit(named)
        is_one = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0 and named.isprintable()
    except ValueError:
        is_one = False
    if not is_one:
        raise Stop(f"{named} is not an address.", code=2, remedy="It begins with https://")
    return named.rstrip("/").removesuffix("/v1")


def tenant(choices: Choices, url: str) -> str | None:
    named = choices.tenant or os.environ.get("HOLDFAST_TENANT") or read()[1].get(url, Server()).tenant
    if named is not None and not _is_sendable(named):
        raise Stop(f"{named!r} is not the id of a tenant.", code=2, remedy="GET /v1/me lists yours.")
    return named


def _is_sendable(text: str) -> bool:
    """In a header."""
    return text.isascii() and text.isprintable()


def token(url: str) -> str:
    """HOLDFAST_TOKEN, or that of `login`, renewed where it has ended. Raises Stop with exit code 3 without either."""
    given = os.environ.get("HOLDFAST_TOKEN", "").strip()
    if given:
        if not _is_sendable(given):
            raise Stop("HOLDFAST_TOKEN is not a token.", code=2, remedy="Copy it again: it has letters that none has.")
        return given
    login = _login_of(url)
    return login.access_token if not login.is_over else _renewed(url)


def _login_of(url: str) -> Login:
    login = read()[1].get(url, Server()).login
    if login is None:
        remedy = f"Sign in: holdfastctl login --api {url}"
        raise Stop(f"You are not signed in at {url}.{broken()}", code=3, remedy=remedy)
    return login


def _renewed(url: str) -> str:
    """By one process; others wait for it and take what it was given."""
    with _locked():
        login = _login_of(url)
        if not login.is_over:
            return login.access_token
        if login.refresh_token:
            from holdfast_client.cli.signing_in import renewed

            fresh = renewed(login)
            if fresh is not None:
                _keep(url, fresh)
                return fresh.access_token
    raise Stop("Your login has expired.", code=3, remedy=f"Sign in again: holdfastctl login --api {url}")


def _keep(url: str, login: Login) -> None:
    """It is good for this command also where it cannot be kept."""
    try:
        _save(url, Server(read()[1].get(url, Server()).tenant, login), is_last=False)
    except OSError as error:
        click.echo(f"{not_kept(error).message} You will have to sign in again.", err=True)
