"""`doctor`: one line for each thing that must be right, from this machine to Azure, with a remedy for what is not."""

from __future__ import annotations

import email.utils
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import click

from holdfast_client.cli import settings
from holdfast_client.cli.options import Stop, chosen, connection_options, printable
from holdfast_client.cli.output import Column, show
from holdfast_client.cli.session import Json, Session
from holdfast_client.problems import HoldfastError, Unauthenticated
from holdfast_client.version import VERSION

if TYPE_CHECKING:
    import httpx

CLOCK_SECONDS = 30
"""Tokens are good from the second they are given: the API takes them up to this early."""
MOST_VAULTS = 20
RIGHTS = ("create_protected_item", "create_backup", "create_restore")


@dataclass(frozen=True)
class Finding:
    what: str
    status: str
    """ok, warning, problem, person or skipped."""
    detail: str
    remedy: str = ""


LINE: list[Column] = [
    ("check", lambda one: one["what"]),
    ("status", lambda one: one["status"]),
    ("detail", lambda one: one["detail"]),
    ("remedy", lambda one: one["remedy"]),
]
EXIT = {"ok": 0, "warning": 0, "skipped": 0, "problem": 1, "person": 3}


@click.command()
@connection_options
def doctor() -> int:
    """Check settings, network, clock, login, versions, database and Azure rights: one line each, with a remedy."""
    found: list[Finding] = []
    for one in _findings():
        found.append(one)
        if chosen().output == "table":
            mark = {"ok": "ok", "warning": "!!", "problem": "NO", "person": "NO", "skipped": "--"}[one.status]
            remedy = f"  -> {one.remedy}" if one.remedy else ""
            click.echo(" ".join(printable(f"{mark}  {one.what}: {one.detail}{remedy}").split("\n")))
    if chosen().output != "table":
        show([asdict(one) for one in found], LINE)
    return max(EXIT[one.status] for one in found)


def _findings() -> Iterator[Finding]:
    try:
        session = Session()
    except Stop as stop:
        yield Finding("settings", "problem", stop.message, stop.remedy or "")
        return
    came_from = "HOLDFAST_TOKEN" if _has_own_token() else str(settings.file_path())
    yield Finding(
        "settings", "ok", f"{session.url}, login from {came_from},{settings.broken()} Python {sys.version.split()[0]}"
    )
    alive = _ask(session.url, "/healthz")
    if isinstance(alive, str):
        yield Finding("network", "problem", alive, "Check the address, the network and the proxy.")
        return
    yield Finding("network", "ok", f"{session.url} answers in {alive.elapsed.total_seconds() * 1000:.0f} ms")
    yield _clock(alive)
    yield _database(session.url)
    yield from _as_caller(session)


def _has_own_token() -> bool:
    import os

    return bool(os.environ.get("HOLDFAST_TOKEN"))


def _ask(url: str, path: str) -> httpx.Response | str:
    """The answer without a login, or why there is none."""
    from holdfast_client.cli.session import without_its_command

    without_its_command()
    import httpx

    try:
        return httpx.get(f"{url}{path}", timeout=10)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return (str(error) or type(error).__name__).splitlines()[0]


def _clock(answer: httpx.Response) -> Finding:
    try:
        theirs = email.utils.parsedate_to_datetime(answer.headers["Date"]).timestamp()
    except (KeyError, ValueError):
        return Finding("clock", "skipped", "the server sends no date")
    apart = time.time() - theirs
    if abs(apart) > CLOCK_SECONDS:
        return Finding("clock", "problem", f"this machine is {apart:+.0f} s from the server", "Set the clock (NTP).")
    return Finding(
        "clock", "ok", "as the server's, to the second" if abs(apart) < 2 else f"{apart:+.0f} s from the server"
    )


def _database(url: str) -> Finding:
    ready = _ask(url, "/readyz")
    if isinstance(ready, str):
        return Finding("database", "problem", ready, "Ask the operator: /readyz does not answer.")
    if ready.is_success:
        return Finding("database", "ok", "the server reaches it, and its tables are as they should be")
    problem = _problem(ready)
    return Finding(
        "database", "problem", problem.get("detail") or f"HTTP {ready.status_code}", problem.get("remedy") or ""
    )


def _problem(answer: httpx.Response) -> Json:
    try:
        content = answer.json()
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _as_caller(session: Session) -> Iterator[Finding]:
    try:
        me = session.get("/v1/me")
    except Stop as stop:
        yield Finding("login", "person", stop.message, stop.remedy or "")
        return
    except Unauthenticated as error:
        yield Finding("login", "person", error.detail or error.title, "Sign in again: holdfastctl login")
        return
    except HoldfastError as error:
        yield Finding("login", "problem", str(error), error.remedy or "")
        return
    if not isinstance(me, dict) or "object_id" not in me:
        yield Finding("login", "problem", "GET /v1/me does not answer as Holdfast does", "Check the address.")
        return
    tenants = me.get("tenants") or []
    yield Finding("login", "ok", f"{me.get('name') or me['object_id']}, issuer {me.get('issuer')}")
    yield _version(me.get("server_version"))
    if not tenants:
        yield Finding("tenant", "person", "you are a member of none", "Ask an admin of a tenant to add you.")
        return
    acting = next((one for one in tenants if one["id"] == me.get("acting_in")), None)
    if acting is None:
        named = ", ".join(one["id"] for one in tenants)
        yield Finding("tenant", "problem", f"you are in several: {named}", "Choose one: --tenant, or HOLDFAST_TENANT.")
        return
    yield Finding("tenant", "ok", f"{acting['name']} ({', '.join(acting['roles'])})")
    try:
        yield from _rights(session)
    except HoldfastError as error:
        yield Finding("Azure rights", "skipped", str(error), error.remedy or "")


def _version(theirs: Any) -> Finding:
    if not theirs:
        return Finding("versions", "warning", f"this client is {VERSION}, the server does not say its own")
    if str(theirs).split(".")[:2] == VERSION.split(".")[:2]:
        return Finding("versions", "ok", f"server {theirs}, client {VERSION}")
    remedy = f"Install holdfast-client {theirs}."
    return Finding("versions", "warning", f"server {theirs}, client {VERSION}", remedy)


def _rights(session: Session) -> Iterator[Finding]:
    """Of Holdfast's identity in Azure, vault by vault."""
    vaults = [one for one in session.every("/v1/vaults", most=MOST_VAULTS) if one["state"] == "ready"]
    if not vaults:
        yield Finding("Azure rights", "skipped", "there is no vault yet", "Make or adopt one: POST /v1/vaults.")
    for vault in vaults:
        yield _vault_rights(session, vault)


def _vault_rights(session: Session, vault: Json) -> Finding:
    what = f"Azure rights, vault {vault['name']}"
    missing: set[str] = set()
    unknown = ""
    try:
        for operation in RIGHTS:
            found = session.get("/v1/permissions/check", operation=operation, vault_id=vault["id"])
            for scope in found["scopes"]:
                missing |= set(scope["missing"])
                unknown = unknown or (scope["reason"] if scope["status"] == "unknown" else "")
    except HoldfastError as error:
        return Finding(what, "problem", str(error), error.remedy or "")
    if missing:
        remedy = "Give Holdfast's identity the role that GET /v1/permissions/role writes."
        return Finding(what, "problem", f"missing: {', '.join(sorted(missing)[:3])}", remedy)
    if unknown:
        return Finding(what, "warning", f"not known: {unknown}")
    return Finding(what, "ok", "it may protect, back up and restore")
