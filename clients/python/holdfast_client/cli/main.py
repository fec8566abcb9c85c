"""The entry of `holdfastctl`. The outcome is the exit code: 0 well, 1 failed, 2 usage, 3 a person is needed."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

import click

from holdfast_client.cli.options import Choices, Stop, connection_options, printable
from holdfast_client.version import VERSION

WELL, FAILED, USAGE, PERSON, INTERRUPTED = 0, 1, 2, 3, 130

COMMANDS = {
    "login": ("login", "Sign in at the server's identity provider."),
    "logout": ("login", "Forget the login of a server."),
    "vms": ("estate", "Virtual machines, and how each is protected."),
    "items": ("estate", "Protected VMs."),
    "points": ("estate", "The recovery points of a VM."),
    "protect": ("estate", "Protect VMs with a policy."),
    "backup": ("writes", "Back VMs up now."),
    "restore": ("writes", "Restore a VM, its disks or its files."),
    "jobs": ("jobs", "List, watch, cancel and resolve jobs."),
    "approve": ("jobs", "Decide what waits for a second person."),
    "report": ("reporting", "What became of a night's backups."),
    "bulk": ("reporting", "One action for many VMs."),
    "doctor": ("doctor", "Check what must be right, with a remedy for each."),
    "completion": ("options", "Print the completion script of a shell."),
}


class Commands(click.Group):
    """Imports a command when it is called; `--help` needs none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as click calls it
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        name = cmd_name
        if name not in COMMANDS:
            return None
        module = import_module(f"holdfast_client.cli.{COMMANDS[name][0]}")
        command: click.Command = getattr(module, name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="holdfastctl")
@connection_options
def cli() -> None:
    """Back up and restore Azure VMs with Holdfast.

    Start with `holdfastctl login --api URL`. Exit codes: 0 well, 1 failed, 2 usage, 3 a person is needed.
    """


def main() -> None:
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """The exit code. Everything that goes wrong is one line, and a second one that says what to do."""
    try:
        code = cli.main(arguments, prog_name="holdfastctl", standalone_mode=False, obj=Choices())
        return code if isinstance(code, int) else WELL
    except BrokenPipeError:
        # The reader has seen enough (`| head`). Nothing more is written, not even by Python at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return WELL
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - what is none of ours is raised again
        return _ended(error)


def _ended(error: BaseException) -> int:
    """The exit code of what was raised, after its lines."""
    try:
        raise error
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except (KeyboardInterrupt, click.Abort):
        return _say("Interrupted.", None, INTERRUPTED)
    except click.UsageError as wrong:
        help_line = f"See: {wrong.ctx.command_path} --help" if wrong.ctx else None
        return _say(wrong.format_message(), help_line, USAGE)
    except Stop as stop:
        return _say(stop.message, stop.remedy, stop.code)
    except click.ClickException as other:
        return _say(other.format_message(), None, other.exit_code)
    except Exception as unexplained:  # noqa: BLE001 - as above
        return _explain(unexplained)


def _explain(error: Exception) -> int:
    from holdfast_client.problems import ApiProblem, HoldfastError, NotUnderstood, Unauthenticated

    if isinstance(error, OSError):  # a full disk, a file that may not be written
        named = f"{error.filename}: " if error.filename else ""
        return _say(f"{named}{error.strerror or error}", None, FAILED)
    if not isinstance(error, HoldfastError):
        if not isinstance(error, (LookupError, TypeError, ValueError, AttributeError)) or os.environ.get(DEBUG):
            raise error
        # Commands read JSON: a server of another version answers what they do not expect.
        error = NotUnderstood(f"{type(error).__name__} {error}".splitlines()[0])
    if isinstance(error, Unauthenticated):
        has_own = bool(os.environ.get("HOLDFAST_TOKEN"))
        whose = "HOLDFAST_TOKEN" if has_own else "the login"
        remedy = f"Set another, or unset it. {SIGN_IN}" if has_own else SIGN_IN
        return _say(f"The server does not accept {whose}: it has expired, or is for another server.", remedy, PERSON)
    if isinstance(error, ApiProblem):
        where = f" ({error.pointer})" if error.pointer else ""
        code = USAGE if error.status in {400, 422} else FAILED
        return _say(f"{error}{where} [{error.code}]", error.remedy, code, hint=_other_version(error))
    return _say(
        str(error), error.remedy, FAILED, hint=_other_version(error) if isinstance(error, NotUnderstood) else None
    )


SIGN_IN = "Sign in again: holdfastctl login"
DEBUG = "HOLDFAST_CTL_DEBUG"
"""Set: what was not expected is shown as Python does."""


def _other_version(error: Any) -> str | None:
    """Asked only where the server did not know the request, or the answer was not understood."""
    from holdfast_client.cli.session import version_of_last_server

    if getattr(error, "code", "") not in {"", "route_not_found", "method_not_allowed", "invalid_request"}:
        return None
    theirs = version_of_last_server()
    if theirs is None or theirs.split(".")[:2] == VERSION.split(".")[:2]:
        return None
    return f"The server is version {theirs}, this client {VERSION}: install holdfast-client {theirs}."


def _say(message: str, remedy: str | None, code: int, *, hint: str | None = None) -> int:
    for line in (message, remedy, hint):
        if line:
            click.echo(printable(line), err=True)
    return code
