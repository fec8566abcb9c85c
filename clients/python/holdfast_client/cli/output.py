"""How things are printed: tables for people, JSON and CSV for programs. Data to stdout, everything else to stderr."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import click

from holdfast_client.cli.options import chosen, printable

Column = tuple[str, Callable[[Any], Any]]
"""Its name, and its value of one thing."""


def show(things: Iterable[Mapping[str, Any]], columns: Sequence[Column], *, empty: str = "Nothing.") -> None:
    """A list, as chosen by --output."""
    match chosen().output:
        case "json":
            click.echo(json.dumps(list(things), indent=2))
        case "csv":
            _csv(things, columns)
        case _:
            _table(things, columns, empty)


def show_one(thing: Mapping[str, Any], columns: Sequence[Column]) -> None:
    """One thing: its fields line by line, or as a row of CSV, or as JSON."""
    match chosen().output:
        case "json":
            click.echo(json.dumps(thing, indent=2))
        case "csv":
            _csv([thing], columns)
        case _:
            width = max(len(name) for name, _ in columns)
            for name, value in columns:
                click.echo(f"{name:<{width}}  {_of_one_line(text(value(thing)))}")


def say(line: str) -> None:
    """For people, to stderr: a pipe gets the data only."""
    click.echo(printable(line), err=True)


def is_dumb() -> bool:
    """Whether the terminal can show neither colours nor bars."""
    return os.environ.get("TERM", "") in {"dumb", "unknown"}


def text(value: Any) -> str:
    match value:
        case None:
            return ""
        case True | False:
            return "yes" if value else "no"
        case list() | tuple():
            return ", ".join(text(one) for one in value)
        case _:
            return str(value)


def _csv(things: Iterable[Mapping[str, Any]], columns: Sequence[Column]) -> None:
    import csv

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([name for name, _ in columns])
    for thing in things:
        writer.writerow([_unformulated(text(value(thing))) for _, value in columns])


def _unformulated(cell: str) -> str:
    """A cell that a spreadsheet would take for a formula begins with an apostrophe."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell


def _table(things: Iterable[Mapping[str, Any]], columns: Sequence[Column], empty: str) -> None:
    rows = [[_of_one_line(text(value(thing))) for _, value in columns] for thing in things]
    if not rows:
        say(empty)
        return
    widths = [max(len(name), *(len(row[at]) for row in rows)) for at, (name, _) in enumerate(columns)]
    names = [name.upper() for name, _ in columns]
    room = _room()
    click.secho(_line(names, widths, room), bold=None if is_dumb() or os.environ.get("NO_COLOR") else True)
    for row in rows:
        click.echo(_line(row, widths, room))


def _room() -> int | None:
    """How long a line may be: as wide as the terminal; a pipe gets all of it."""
    import shutil

    return max(40, shutil.get_terminal_size().columns) if sys.stdout.isatty() else None


def _line(cells: list[str], widths: list[int], room: int | None) -> str:
    line = "  ".join(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True)).rstrip()
    return line if room is None or len(line) <= room else line[: room - 1] + "…"


def _of_one_line(cell: str) -> str:
    return printable(cell).replace("\n", " ")
