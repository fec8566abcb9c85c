"""Following a job to its end, by long polling: one request for each change, none while nothing happens."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from .exchange import Flow, Patience, Sleep, exchange
from .operation import Operation
from .problems import JobFailed, NotEndedInTime, NotUnderstood, PersonNeeded

if TYPE_CHECKING:
    import httpx

    from .generated.models import JobRead

WELL = {"succeeded", "succeeded_with_warnings"}
ENDED = WELL | {"failed", "cancelled"}
LOOK_SECONDS = 5
"""A wait of this length: progress wakes no wait, but is in the answer at its end."""
QUICK_SECONDS = 0.25
"""Between two looks where the server answered at once, though nothing had changed."""

OnProgress = Callable[["JobRead"], object]


def until_ended(
    job_id: str, timeout: float | None, on_progress: OnProgress | None, patience: Patience
) -> Flow[JobRead]:
    """The job as it ended well. Raises JobFailed, PersonNeeded, NotEndedInTime, and what `exchange` raises.

    `on_progress` is called with the first state, and with each that differs from the one before.
    """
    began = time.monotonic()
    etag: str | None = None
    job: JobRead | None = None
    while True:
        left = None if timeout is None else timeout - (time.monotonic() - began)
        asked = time.monotonic()
        response = yield from exchange(_look(job_id, etag, left), patience)
        if response.status_code != 304:
            etag = response.headers.get("ETag")
            job = _job(response)
            if on_progress is not None:
                on_progress(job)
            if job.state in ENDED or job.state == "needs_attention":
                return _outcome(job)
        if job is None:
            raise NotUnderstood("304 to a request without a version")
        if timeout is not None and time.monotonic() - began >= timeout:
            raise NotEndedInTime(job, timeout)
        if time.monotonic() - asked < QUICK_SECONDS:
            yield Sleep(QUICK_SECONDS)


def _look(job_id: str, etag: str | None, left: float | None) -> Operation[httpx.Response]:
    """The first look is answered at once; later ones when something changes."""
    seconds = LOOK_SECONDS if left is None else max(0, min(LOOK_SECONDS, int(left)))
    headers = {} if etag is None else {"If-None-Match": etag, "Prefer": f"wait={seconds}"}
    return Operation("GET", f"/v1/jobs/{job_id}", read=_as_it_is, headers=headers)


def _as_it_is(response: httpx.Response) -> httpx.Response:
    return response


def _job(response: httpx.Response) -> JobRead:
    from .generated.models import JobRead

    try:
        return JobRead.from_dict(response.json())
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotUnderstood(f"a job: {type(error).__name__} {error}") from error


def _outcome(job: JobRead) -> JobRead:
    if job.state == "needs_attention":
        raise PersonNeeded(job)
    if job.state not in WELL:
        raise JobFailed(job)
    return job
