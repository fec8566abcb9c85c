"""How followed jobs are shown: bars in a terminal, a line for each change in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from holdfast_client.cli.names import job_label
from holdfast_client.cli.options import printable
from holdfast_client.cli.output import is_dumb, say
from holdfast_client.cli.session import Json
from holdfast_client.waiting import ENDED, WELL

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

STOPS = ENDED | {"needs_attention", "awaiting_approval"}
Shown = Callable[[Json], None]
ROWS_BESIDE = 2
"""Rows of a terminal that are not for bars."""


@contextmanager
def screen(jobs: list[Json]) -> Iterator[Shown]:
    """A function that shows a job; those of the list are shown at once."""
    if not sys.stderr.isatty() or is_dumb():
        lines = _Lines()
        for job in jobs:
            lines.show(job)
        yield lines.show
        return
    from rich.console import Console

    console = Console(stderr=True, highlight=False)
    with _progress(console) as progress:
        bars = _Bars(progress, most=max(1, console.size.height - ROWS_BESIDE))
        for job in jobs:
            bars.show(job)
        yield bars.show


def _progress(console: Console) -> Progress:
    """Bars as wide as the terminal has room for, each on one row."""
    from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn, TimeElapsedColumn
    from rich.table import Column

    def cell(text: str) -> TextColumn:
        return TextColumn(text, table_column=Column(no_wrap=True, overflow="ellipsis"))

    wide = console.size.width
    bar: list[ProgressColumn] = [BarColumn(bar_width=30 if wide >= 100 else 10)] if wide >= 60 else []
    elapsed: list[ProgressColumn] = [TimeElapsedColumn()] if wide >= 60 else []
    return Progress(cell("{task.description}"), *bar, cell("{task.fields[note]}"), *elapsed, console=console)


class _Lines:
    def __init__(self) -> None:
        self._said: dict[str, str] = {}

    def show(self, job: Json) -> None:
        if self._said.get(job["id"]) != job["state"]:
            self._said[job["id"]] = job["state"]
            say(f"{job_label(job)} {note(job)}".rstrip())


class _Bars:
    """A bar for each job. Where there are more than rows, one that is over becomes a line, and its row another's."""

    def __init__(self, progress: Progress, most: int) -> None:
        self._progress = progress
        self._most = most
        self._bars: dict[str, Any] = {}
        self._without_row: dict[str, Json] = {}

    def show(self, job: Json) -> None:
        is_over = job["state"] in STOPS
        self._without_row.pop(job["id"], None)
        if job["id"] in self._bars or len(self._bars) < self._most:
            self._draw(job)
            if is_over and self._without_row:
                self._progress.remove_task(self._bars.pop(job["id"]))
                self._line(job)
                self.show(next(iter(self._without_row.values())))
        elif is_over:
            self._line(job)
        else:
            self._without_row[job["id"]] = job

    def _line(self, job: Json) -> None:
        self._progress.console.print(f"{_name(job)}  {_told(job)}", markup=False, soft_wrap=True)

    def _draw(self, job: Json) -> None:
        from rich.markup import escape

        told = escape(_told(job))
        if job["id"] not in self._bars:
            self._bars[job["id"]] = self._progress.add_task(escape(_name(job)), total=None, note=told)
        bar, percent = self._bars[job["id"]], 100.0 if job["state"] in WELL else job.get("progress_percent")
        self._progress.update(bar, total=None if percent is None else 100.0, completed=percent, note=told)
        if job["state"] in STOPS:
            self._progress.stop_task(bar)


def _name(job: Json) -> str:
    return printable(f"{job['kind'] or 'job'} {(job.get('vm') or {}).get('name', '')}".strip())


def _told(job: Json) -> str:
    return printable(f"{job['state']} {note(job)}".rstrip())


def note(job: Json) -> str:
    """What is known beyond the state: how far, how long, and why it waits."""
    parts = []
    if job.get("progress_percent") is not None and job["state"] not in WELL:
        parts.append(f"{job['progress_percent']:.0f} %")
    if job.get("remaining_seconds"):
        parts.append(f"about {job['remaining_seconds'] / 60:.0f} min left")
    if job.get("waiting"):
        parts.append(f"waits: {job['waiting']['reason'].replace('_', ' ')}")
    if job.get("counts"):
        counts = job["counts"]
        parts.append(f"{counts['total'] - counts['open']} of {counts['total']}")
    return ", ".join(parts)
