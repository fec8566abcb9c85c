"""What a person sees: numbered steps, live progress on a terminal, plain lines anywhere else."""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.status import Status

Json = dict[str, Any]


def describe(job: Mapping[str, Any]) -> str:
    """One line with the progress of a job: `running, 40 %: Transfer data to vault`."""
    text = str(job["state"]).replace("_", " ")
    if job.get("progress_percent") is not None:
        text += f", {job['progress_percent']:g} %"
    waiting = job.get("waiting")
    if waiting:
        return f"{text} (waiting: {str(waiting['reason']).replace('_', ' ')})"
    under_way = [
        task["name"] for task in job.get("tasks") or () if str(task["state"]).lower() in {"running", "inprogress"}
    ]
    return f"{text}: {', '.join(under_way)}" if under_way else text


def describe_problem(problem: Mapping[str, Any]) -> str:
    """A problem+json document, or the `error` of a job, in lines for a person: what happened, then what to do."""
    lines = [str(problem.get("title") or problem.get("code") or "Something went wrong")]
    lines += [str(problem["detail"])] if problem.get("detail") else []
    for label, name in (
        ("field", "pointer"),
        ("code", "code"),
        ("Azure's code", "azure_code"),
        ("what to do", "remedy"),
    ):
        if problem.get(name):
            lines.append(f"{label}: {problem[name]}")
    return "\n  ".join(lines)


class Screen:
    """The terminal, or a file: then only what has changed is printed, a line at a time."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False)
        self._step = 0
        self._status: Status | None = None
        self._shown = ""

    def say(self, text: str, style: str | None = None) -> None:
        """Print a line as it is, never wrapped: ids and tokens are copied from it."""
        self.console.print(escape(text), style=style, soft_wrap=True)

    def table(self, title: str, rows: Iterable[tuple[str, str]]) -> None:
        """Two columns under a title; nothing is wrapped or cut: ids and paths are copied from it."""
        found = list(rows)
        width = max((len(name) for name, _ in found), default=0)
        self.say(title, style="bold")
        for name, what in found:
            self.say(f"  {name:<{width}}  {what}")

    @contextmanager
    def step(self, text: str) -> Iterator[None]:
        """One numbered step of the story; its progress is shown under it, and at the end how long it took."""
        self._step += 1
        self.say(f"{self._step}. {text}", style="bold")
        began = time.monotonic()
        with self.activity():
            yield
        self.say(f"   done in {time.monotonic() - began:.1f} s", style="green")

    @contextmanager
    def activity(self) -> Iterator[None]:
        """A block in which `progress` may be called."""
        self._shown = ""
        if not self.console.is_terminal:
            yield
            return
        with self.console.status("") as status:
            self._status = status
            try:
                yield
            finally:
                self._status = None

    def progress(self, text: str) -> None:
        """What is in progress now."""
        if text == self._shown:
            return
        self._shown = text
        if self._status is not None:
            self._status.update(escape(text))
        else:
            self.say(f"   {text}")
