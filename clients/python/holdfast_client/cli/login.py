"""`login` and `logout`."""

from __future__ import annotations

import os

import click

from holdfast_client.cli import issuer as issuers
from holdfast_client.cli import settings, signing_in
from holdfast_client.cli.options import Stop, chosen, connection_options
from holdfast_client.cli.output import say
from holdfast_client.cli.session import Json, Session
from holdfast_client.cli.settings import Login, Server

CLIENT_ID = "holdfastctl"
SCOPE = "openid offline_access api://holdfast/access"


@click.command()
@click.option("--issuer", metavar="URL", help="The OIDC issuer. Known from an earlier login, or asked of the server.")
@click.option("--client-id", metavar="ID", help=f"The application that signs in ({CLIENT_ID}).")
@click.option("--scope", metavar="SCOPES", help=f"What is asked for ({SCOPE}).")
@click.option(
    "--device/--browser", "by_device", default=None, help="How; by default a device code, where there is one."
)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Local port the browser comes back to (any).")
@connection_options
def login(issuer: str | None, client_id: str | None, scope: str | None, by_device: bool | None, port: int) -> None:
    """Sign in at the server's identity provider.

    The tokens are kept in a file that only you can read, and renewed where the issuer gives refresh tokens.
    """
    choices = chosen()
    url = settings.address(choices)
    before = settings.read()[1].get(url, Server())
    kept = before.login
    issuer = issuer or (kept.issuer if kept else None) or _issuer_of(url)
    client_id = client_id or (kept.client_id if kept else CLIENT_ID)
    scope = scope or (kept.scope if kept else SCOPE)
    settings.check_writable()
    found = issuers.discover(issuer)
    has_device = "device_authorization_endpoint" in found
    if by_device and not has_device:
        raise Stop(f"{issuer} has no device codes.", code=2, remedy="Use --browser.")
    if by_device if by_device is not None else has_device:
        made = signing_in.with_device(found, issuer, client_id, scope)
    else:
        made = signing_in.with_browser(found, issuer, client_id, scope, port)
    _keep(url, Server(choices.tenant or before.tenant, made), is_last=True)
    _welcome(url, made)


@click.command()
@connection_options
def logout() -> None:
    """Forget the login of a server, and its tokens."""
    url = settings.address(chosen())
    _keep(url, Server(settings.read()[1].get(url, Server()).tenant, None), is_last=False)
    say(f"Signed out of {url}.")


def _keep(url: str, server: Server, *, is_last: bool) -> None:
    try:
        settings.save(url, server, is_last=is_last)
    except OSError as error:
        raise settings.not_kept(error) from error


def _issuer_of(url: str) -> str:
    """As the server says in its metadata (RFC 9728). Raises Stop where it does not."""
    found = issuers.metadata(url)
    trusted = found.get("authorization_servers") or []
    if len(trusted) != 1:
        listed = f" It trusts {', '.join(trusted)}." if trusted else ""
        raise Stop(f"Which issuer?{listed}", code=2, remedy="Name it: --issuer URL")
    return str(trusted[0])


def _welcome(url: str, login: Login) -> None:
    if os.environ.get("HOLDFAST_TOKEN"):
        say("HOLDFAST_TOKEN is set, and comes before this login: unset it.")
    me: Json = Session().get("/v1/me")
    say(f"Signed in at {url} as {me.get('name') or me['object_id']} ({login.issuer}).")
    tenants = me.get("tenants") or []
    if not tenants:
        say("You are a member of no tenant yet: ask an admin of one, or a platform admin.")
    for one in tenants:
        say(f"  tenant {one['name']}  {one['id']}  {', '.join(one['roles'])}")
    if len(tenants) > 1 and not Session().tenant:
        say("Choose one: holdfastctl login --tenant ID, or HOLDFAST_TENANT.")
