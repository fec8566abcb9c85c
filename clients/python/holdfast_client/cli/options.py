"""Options that many commands share, and what a failing command raises."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])
FORMATS = ("table", "json", "csv")


@dataclass
class Choices:
    """What was chosen on the command line, wherever in it."""

    api: str | None = None
    tenant: str | None = None
    output: str = "table"


def printable(text: str) -> str:
    """Names and reasons come from Azure, and from issuers: no control character of theirs reaches the terminal."""
    return "".join(letter if letter.isprintable() or letter == "\n" else "?" for letter in text)


class Stop(click.ClickException):
    """The command ends with this exit code, a line, and a line that says what to do."""

    def __init__(self, message: str, *, code: int, remedy: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.remedy = remedy


def connection_options(function: F) -> F:
    """--api, --tenant and --output, before or after the command's name."""
    options = (
        click.option("--api", "-a", metavar="URL", help="The server. Also HOLDFAST_API.", **_stored("api")),
        click.option("--tenant", metavar="ID", help="The tenant to act in. Also HOLDFAST_TENANT.", **_stored("tenant")),
        click.option(
            "--output", "-o", type=click.Choice(FORMATS), help="How to print: table (default).", **_stored("output")
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


def _stored(name: str) -> dict[str, Any]:
    def store(ctx: click.Context, _parameter: click.Parameter, value: str | None) -> None:
        if value is not None:
            setattr(ctx.ensure_object(Choices), name, value)

    return {"expose_value": False, "callback": store, "default": None}


def chosen() -> Choices:
    return click.get_current_context().ensure_object(Choices)


class Number(click.FloatRange):
    """A range that refuses NaN: it is neither below nor above any bound, so click lets it through."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        found = super().convert(value, param, ctx)
        if math.isnan(found):
            self.fail(f"{value!r} is not a number.", param, ctx)
        return found


KEPT_DAYS = Number(1, 36135)
WAITED_SECONDS = Number(0)


def wait_options(function: F) -> F:
    """--wait and --timeout."""
    options = (
        click.option("--wait", "-w", is_flag=True, help="Follow it to its end; the exit code is the outcome."),
        click.option("--timeout", type=WAITED_SECONDS, metavar="SECONDS", help="Wait no longer than this."),
    )
    for option in reversed(options):
        function = option(function)
    return function


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script of SHELL.

    Bash: add `eval "$(holdfastctl completion bash)"` to ~/.bashrc.
    """
    from click.shell_completion import get_completion_class

    from holdfast_client.cli.main import cli

    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101 - click.Choice lets no other through
    click.echo(kind(cli, {}, "holdfastctl", "_HOLDFASTCTL_COMPLETE").source())
