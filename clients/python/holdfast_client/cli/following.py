"""Jobs until they end: bars in a terminal, lines in a pipe. One by long polling, several by a list each 2 seconds."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from holdfast_client.cli.names import job_label
from holdfast_client.cli.options import Stop
from holdfast_client.cli.output import say
from holdfast_client.cli.session import Json, Session
from holdfast_client.waiting import ENDED, WELL

OPEN = ("awaiting_approval", "queued", "submitting", "running", "cancelling")
STOPS = ENDED | {"needs_attention"}
EVERY_SECONDS = 2.0
Shown = Callable[[Json], None]


def follow(session: Session, jobs: list[Json], *, timeout: float | None = None) -> int:
    """The exit code, when all have ended, need a person, or the time is over. Ctrl-C says how to come back."""
    states = {job["id"]: job for job in jobs}
    ids = " ".join(states)
    try:
        with _screen(list(states.values())) as shown:
            for job in _changes(session, states, timeout):
                states[job["id"]] = job
                shown(job)
    except KeyboardInterrupt:
        raise Stop(
            f"Interrupted. {'They go' if len(states) > 1 else 'It goes'} on.",
            code=130,
            remedy=f"Come back: holdfastctl jobs watch {ids}",
        ) from None
    except Stop as stop:
        stop.remedy = f"Come back: holdfastctl jobs watch {ids}"
        raise
    return max((outcome(job) for job in states.values()), default=0)


def outcome(job: Json) -> int:
    """The exit code of a job, with the lines that explain it."""
    name = job_label(job)
    for warning in job.get("warnings") or ():
        say(f"Warning: {warning['title']}. {warning['detail']} {warning.get('remedy') or ''}".rstrip())
    if job["state"] in WELL:
        return 0
    if job["state"] == "awaiting_approval":
        say(f"{name}\nA second person must approve it: holdfastctl approve {job['id']}")
        return 3
    if job["state"] == "needs_attention":
        say(f"{name}\nIts outcome in Azure is not known. Look there, then: holdfastctl jobs resolve {job['id']} --help")
        return 3
    error = job.get("error") or {}
    say(f"{name}\n{error.get('title', '')}: {error.get('detail', '')} [{error.get('code', job['state'])}]")
    if error.get("remedy"):
        say(error["remedy"])
    return 1


def _is_over(job: Json) -> bool:
    return job["state"] in STOPS or job["state"] == "awaiting_approval"


def _changes(session: Session, states: dict[str, Json], timeout: float | None) -> Iterator[Json]:
    """The jobs as they change, until all are over. `states` is kept up to date by the caller."""
    began = time.monotonic()
    etags: dict[str, str] = {}
    while True:
        left = [job for job in states.values() if not _is_over(job)]
        if not left:
            return
        if timeout is not None and time.monotonic() - began >= timeout:
            raise Stop(f"Not ended after {timeout:g} seconds.", code=1)
        asked = time.monotonic()
        if len(left) == 1:
            yield from _look_at_one(session, left[0]["id"], etags)
        else:
            yield from _look_at_many(session, left)
            time.sleep(max(0.0, EVERY_SECONDS - (time.monotonic() - asked)))
        if time.monotonic() - asked < EVERY_SECONDS / 4:
            time.sleep(EVERY_SECONDS / 4)


def _look_at_one(session: Session, job_id: str, etags: dict[str, str]) -> Iterator[Json]:
    headers = {"If-None-Match": etags[job_id], "Prefer": f"wait={EVERY_SECONDS:.0f}"} if job_id in etags else {}
    answer = session.answer(f"/v1/jobs/{job_id}", headers)
    if answer.status_code != 304:
        etags[job_id] = answer.headers.get("ETag", "")
        yield answer.json()


def _look_at_many(session: Session, left: list[Json]) -> Iterator[Json]:
    """One list of what is open; what is not in it has ended, and is found in one list of what ended since."""
    wanted = {job["id"] for job in left}
    since = min(job["created_at"] for job in left)
    for job in session.every("/v1/jobs", state=list(OPEN), created_since=since):
        if job["id"] in wanted:
            wanted.discard(job["id"])
            yield job
        if not wanted:
            return
    time.sleep(EVERY_SECONDS / 4)
    for job in session.every("/v1/jobs", state=sorted(STOPS), created_since=since):
        if job["id"] in wanted:
            wanted.discard(job["id"])
            yield job
        if not wanted:
            return


class _screen:  # noqa: N801 - a context manager, used as one
    """Shows each job: bars in a terminal, else a line for each change of its state."""

    def __init__(self, jobs: list[Json]) -> None:
        self._jobs = jobs
        self._said: dict[str, str] = {}
        self._progress: Any = None
        self._bars: dict[str, Any] = {}

    def __enter__(self) -> Shown:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

            columns = (TextColumn("{task.description}"), BarColumn(bar_width=30), TextColumn("{task.fields[note]}"))
            self._progress = Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True))
            self._progress.start()
        for job in self._jobs:
            self._show(job)
        return self._show

    def __exit__(self, *_: object) -> None:
        if self._progress is not None:
            self._progress.stop()

    def _show(self, job: Json) -> None:
        if self._progress is None:
            if self._said.get(job["id"]) != job["state"]:
                self._said[job["id"]] = job["state"]
                say(f"{job_label(job)} {note(job)}".rstrip())
            return
        from rich.markup import escape

        name = escape(f"{job['kind'] or 'job'} {(job.get('vm') or {}).get('name', '')}".strip())
        if job["id"] not in self._bars:
            self._bars[job["id"]] = self._progress.add_task(name, total=None, note="")
        percent = 100.0 if job["state"] in WELL else job.get("progress_percent")
        bar = self._bars[job["id"]]
        self._progress.update(bar, total=None if percent is None else 100.0, note=escape(f"{job['state']} {note(job)}"))
        if percent is not None:
            self._progress.update(bar, completed=percent)
        if _is_over(job):
            self._progress.stop_task(bar)


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
