"""Jobs until they end. One by long polling, several by a list each 2 seconds, never more than a request a second."""

from __future__ import annotations

import time
from collections.abc import Iterator

from holdfast_client.cli.names import job_label
from holdfast_client.cli.options import Stop
from holdfast_client.cli.output import say
from holdfast_client.cli.screen import screen
from holdfast_client.cli.session import Json, Session
from holdfast_client.problems import HoldfastError
from holdfast_client.waiting import ENDED, WELL

OPEN = ("awaiting_approval", "queued", "submitting", "running", "cancelling")
STOPS = ENDED | {"needs_attention"}
EVERY_SECONDS = 2.0


def follow(session: Session, jobs: list[Json], *, timeout: float | None = None) -> tuple[int, list[Json]]:
    """(the exit code, the jobs) when all have ended, need a person, or the time is over.

    Whatever ends it before, such as Ctrl-C, also says how to come back.
    """
    states = {job["id"]: job for job in jobs}
    come_back = f"Come back: holdfastctl jobs watch {' '.join(states)}"
    try:
        with screen(list(states.values())) as shown:
            for job in _changes(session, states, timeout):
                states[job["id"]] = job
                shown(job)
    except KeyboardInterrupt:
        goes_on = "They go" if len(states) > 1 else "It goes"
        raise Stop(f"Interrupted. {goes_on} on.", code=130, remedy=come_back) from None
    except (Stop, HoldfastError):
        say(come_back)
        raise
    return max((outcome(job) for job in states.values()), default=0), list(states.values())


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
        asked, before = time.monotonic(), session.asked
        if len(left) == 1:
            yield from _look_at_one(session, left[0]["id"], etags)
            time.sleep(max(0.0, EVERY_SECONDS / 4 - (time.monotonic() - asked)))
        else:
            yield from _look_at_many(session, left)
            seconds = max(EVERY_SECONDS, float(session.asked - before))  # a long list has more pages than one
            time.sleep(max(0.0, seconds - (time.monotonic() - asked)))


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
