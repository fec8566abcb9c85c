"""The `holdfast` command: names and flags, no logic."""
# What a command needs is imported when it runs, so that the others stay quick: the Azure SDK alone takes a second.
# ruff: noqa: PLC0415

import gc
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from app.core.settings import Need, Settings

WRONG_SETTING = 2

cli = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Backup-as-a-service for Azure virtual machines. Settings come from HOLDFAST_ environment variables.",
)

TimeScale = Annotated[float, typer.Option(min=0.001, help="Speed of the simulated Azure, as a multiple of real time.")]


def _settings(*needs: "Need") -> "Settings":
    from app.core.settings import SettingsError, load_settings

    try:
        return load_settings(*needs)
    except SettingsError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(WRONG_SETTING) from None


@contextmanager
def _uncollected() -> Iterator[None]:
    """For imports: no garbage comes of them, and looking for it took a quarter of the time of a start."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _check_database(settings: "Settings", role: str) -> None:
    from app.core.db.schema import DatabaseNotUsableError, check_usable

    try:
        check_usable(settings.database_dsn, role, simulator=settings.simulator)
    except DatabaseNotUsableError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


@cli.command()
def serve(
    listening_fd: Annotated[
        int | None,
        typer.Option(hidden=True, help="File descriptor of a socket on which the parent process already listens."),
    ] = None,
) -> None:
    """Serve the API on HOLDFAST_HOST and HOLDFAST_PORT until SIGTERM."""
    settings = _settings("database_url", "oidc_issuers")
    from app.core.db.database import API_ROLE

    _check_database(settings, API_ROLE)
    _end_well_on_sigterm()
    with _uncollected():
        from app import main as api
        from app.core.logging import configure_logging

    configure_logging("api")
    api.serve(settings, listening=None if listening_fd is None else socket.socket(fileno=listening_fd))


@cli.command()
def worker() -> None:
    """Run the background loops until SIGTERM. Any number of workers may run."""
    settings = _settings("database_url")
    import asyncio

    from uvicorn.loops.auto import auto_loop_factory

    from app.core.db.database import WORKER_ROLE

    with _uncollected():
        from app.core.db.mode import DatabaseOfOtherMode
        from app.core.logging import configure_logging
        from app.worker import run

    _check_database(settings, WORKER_ROLE)
    configure_logging("worker")
    try:
        with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:  # the loop that the API runs on, too
            runner.run(run(settings))
    except DatabaseOfOtherMode as error:
        typer.echo(error.line, err=True)
        raise typer.Exit(1) from None


@cli.command()
def migrate() -> None:
    """Create or upgrade the database schema."""
    settings = _settings("database_url")
    from sqlalchemy.exc import OperationalError

    from app.core.db import database

    try:
        database.migrate(settings.database_dsn)
    except OperationalError as error:
        reason = " ".join(str(error.orig).split())
        typer.echo(f"The database of HOLDFAST_DATABASE_URL cannot be reached: {reason}", err=True)
        raise typer.Exit(1) from None


@cli.command("rotate-secrets")
def rotate_secrets() -> None:
    """Encrypt every stored secret with the first key of HOLDFAST_SECRETS_KEYS. Safe to repeat and to interrupt."""
    settings = _settings("database_url")
    import asyncio

    from app.core.secret_box import SecretBox, SecretsKeysMissing
    from app.restore_tests import reencrypting as restore_tests
    from app.webhooks import reencrypting as webhooks

    box, done, unreadable = SecretBox(settings.keys_of_secrets), 0, 0
    try:
        for reencrypt in (webhooks.reencrypt, restore_tests.reencrypt):
            changed, unread = asyncio.run(reencrypt(settings.database_dsn, box))
            done, unreadable = done + changed, unreadable + unread
    except SecretsKeysMissing:
        typer.echo("HOLDFAST_SECRETS_KEYS is not set.", err=True)
        raise typer.Exit(WRONG_SETTING) from None
    typer.echo(f"{done} encrypted with the first key; {unreadable} that no key reads.")
    raise typer.Exit(1 if unreadable else 0)


@cli.command()
def simulator(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 = any free port.")] = 8010,
    time_scale: TimeScale = 1.0,
    tls_cert: Annotated[Path | None, typer.Option(help="Certificate (PEM): serve https.")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="Its private key (PEM).")] = None,
    keep: Annotated[
        Path | None, typer.Option(help="File with the simulated state: read at start, then kept up to date.")
    ] = None,
) -> None:
    """Serve a simulated Azure: Resource Manager and an identity provider of its own."""
    import os

    arguments = ["--host", host, "--port", str(port), "--time-scale", f"{time_scale:g}"]
    for flag, path in (("--tls-cert", tls_cert), ("--tls-key", tls_key), ("--keep", keep)):
        arguments += [flag, str(path)] if path else []
    # The simulator and the rest do not import each other, so this process executes it.
    os.execv(sys.executable, [sys.executable, "-m", "app.simulator", *arguments])  # noqa: S606


@cli.command()
def dev(
    time_scale: TimeScale = 60.0,
    *,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Start with an empty database and a new simulated Azure.")
    ] = False,
    sample: Annotated[
        bool, typer.Option("--sample/--no-sample", help="With new data: make the sample tenant and its objects.")
    ] = True,
) -> None:
    """Run everything on this machine, with an embedded Postgres and a simulated Azure, until Ctrl-C."""
    from app.dev.commands import run_dev

    raise typer.Exit(run_dev(time_scale=time_scale, fresh=fresh, sample=sample))


@cli.command()
def demo(time_scale: TimeScale = 400.0) -> None:
    """Run everything and show a demo: create a vault, back a VM up, and restore it in every way."""
    from app.dev.commands import run_demo

    raise typer.Exit(run_demo(time_scale=time_scale))


@cli.command()
def token(
    issuer: Annotated[
        str | None, typer.Option(help="The simulator's issuer. Default: that of `holdfast dev` with HOLDFAST_DATA_DIR.")
    ] = None,
    principal: Annotated[str, typer.Option(help="Principal that the token is for.")] = "demo-operator",
    role: Annotated[list[str] | None, typer.Option(help="Role to grant; may be repeated.")] = None,
    group: Annotated[list[str] | None, typer.Option(help="Id of a group of the principal; may be repeated.")] = None,
    audience: Annotated[str, typer.Option(help="Audience of the token.")] = "api://holdfast",
) -> None:
    """Print a caller's token from the simulator's identity provider, and nothing else."""
    from app.dev.tokens import TokenRefused, fetch_token, issuer_of_dev

    try:
        issuer = issuer or issuer_of_dev()
        typer.echo(fetch_token(issuer, principal=principal, roles=role or [], groups=group or [], audience=audience))
    except TokenRefused as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


@cli.command()
def openapi() -> None:
    """Print the OpenAPI document."""
    import json

    with _uncollected():
        from app.main import openapi_document

    typer.echo(json.dumps(openapi_document(), indent=2, ensure_ascii=False))


audit = typer.Typer(no_args_is_help=True, help="Verify the audit trail.")
cli.add_typer(audit, name="audit")
OneTenant = Annotated[str | None, typer.Option(help="Only this tenant's chain; '' is the platform's.")]


@audit.command("verify")
def audit_verify(
    tenant: OneTenant = None,
    head: Annotated[list[Path] | None, typer.Option(help="A file with saved heads; may be repeated.")] = None,
    export: Annotated[Path | None, typer.Option(help="Verify this exported file, not the database.")] = None,
    lag_seconds: Annotated[float, typer.Option(min=0, help="Allowed age of an entry without a seal.")] = 300.0,
) -> None:
    """Find any edit, deletion, reorder or truncation. Exit code 0: none; 1: found, named; 2: could not check."""
    from app.audit import commands

    url = "" if export else _settings("database_url").database_dsn
    _tell(commands.verify(url, head or [], tenant=tenant, export=export, lag_seconds=lag_seconds))


@audit.command("heads")
def audit_heads(tenant: OneTenant = None) -> None:
    """Print the head of every chain, a line each. Keep them where writers of the database cannot write."""
    from app.audit import commands

    _tell(commands.heads(_settings("database_url").database_dsn, tenant=tenant))


evidence = typer.Typer(no_args_is_help=True, help="Verify the evidence of restore tests, offline.")
cli.add_typer(evidence, name="evidence")


@evidence.command("verify")
def evidence_verify(
    files: Annotated[list[Path], typer.Argument(help="Saved evidence; several are also checked to follow each other.")],
    keys: Annotated[Path, typer.Option(help="The saved answer of GET /v1/evidence/keys.")],
) -> None:
    """Check signatures and what is signed. Exit code 0: authentic; 1: changed, named; 2: could not check."""
    from app.evidence import commands

    _tell(commands.verify_files(files, keys))


@evidence.command("new-key")
def evidence_new_key() -> None:
    """Print a new key for HOLDFAST_EVIDENCE_KEYS. It is secret: who has it can sign as this installation."""
    from app.evidence.keys import new_key

    typer.echo(new_key())


def _tell(told: tuple[int, str]) -> None:
    code, line = told
    if line:
        typer.echo(line, err=code > 1)
    raise typer.Exit(code)


def _end_well_on_sigterm() -> None:
    """Exit 0 once drained: uvicorn then raises the signal again, which by default would end the process."""
    import signal

    def end(*_: object) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)


def main() -> None:
    cli()


if __name__ == "__main__":
    main()
