"""The demo's caller of the public REST API, which prints each step (its chapters: chapters.py).

It knows only the OpenAPI document, as any caller does.
"""

import time
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import httpx

from app.dev.console import Json, Screen, describe, describe_problem

ENDED_WELL = frozenset({"succeeded", "succeeded_with_warnings"})
ENDED_BADLY = frozenset({"failed", "cancelled", "needs_attention"})
LONGEST_WAIT_SECONDS = 180
LOOK_SECONDS = 0.5
"""Polling interval in seconds, less than Retry-After asks for: a person is watching."""


class StoryFailed(Exception):
    """The API declined, or a job did not end well; the message is for the person who watches."""


class Caller:
    """A caller of the API: sends requests, follows jobs, and prints the answers."""

    def __init__(self, client: httpx.Client, screen: Screen, check: Callable[[], None]) -> None:
        self._client = client
        self._screen = screen
        self._check = check
        self._reference = f"demo-{datetime.now(UTC):%Y%m%d-%H%M%S}"

    def get(self, path: str) -> Json:
        return self._read(self._send("GET", path))

    def run(self, path: str, body: Mapping[str, object], *, method: str = "POST", etag: str | None = None) -> Json:
        """Send a write, follow its job to the end, and return the job. Raises StoryFailed if it does not end well."""
        return self.follow(self.start(path, body, method=method, etag=etag))

    def start(self, path: str, body: Mapping[str, object], *, method: str = "POST", etag: str | None = None) -> Json:
        """Send a write, and return its job as it was accepted."""
        headers = {"Idempotency-Key": str(uuid.uuid4())} if method == "POST" else {}
        if etag is not None:
            headers["If-Match"] = etag
        return self._read(self._send(method, path, json={**body, "reference": self._reference}, headers=headers))

    def change(self, path: str, body: Mapping[str, object]) -> Json:
        """Change a resource; returns its new state."""
        return self._read(self._send("PATCH", path, json=dict(body), headers={"If-Match": self.etag(path)}))

    def ask(self, path: str, body: Mapping[str, object]) -> Json:
        """POST a question: it is answered at once and changes nothing."""
        return self._read(self._send("POST", path, json=dict(body)))

    def until(self, condition: Callable[[], bool], seconds: float, otherwise: str) -> None:
        """Poll until the condition is true. Raises StoryFailed with `otherwise` if that takes too long."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise StoryFailed(otherwise)
            self._check()
            time.sleep(LOOK_SECONDS)

    def etag(self, path: str) -> str:
        """The version that a change of this resource must name."""
        answer = self._send("GET", path)
        self._read(answer)
        return answer.headers["ETag"]

    def follow(self, job: Json) -> Json:
        """The job at its end. Raises StoryFailed if it does not end well."""
        deadline = time.monotonic() + LONGEST_WAIT_SECONDS
        while True:
            self._screen.progress(describe(job))
            if job["state"] in ENDED_WELL:
                return job
            if job["state"] in ENDED_BADLY:
                raise StoryFailed(
                    f"The job {job['id']} is {describe(job)}.\n  {describe_problem(job.get('error') or {})}"
                )
            if time.monotonic() > deadline:
                raise StoryFailed(f"The job {job['id']} is still {describe(job)} after {LONGEST_WAIT_SECONDS} s.")
            self._check()
            time.sleep(LOOK_SECONDS)
            job = self.get(f"/v1/jobs/{job['id']}")

    def _send(self, method: str, path: str, **parts: object) -> httpx.Response:
        try:
            return self._client.request(method, path, **parts)  # type: ignore[arg-type]
        except httpx.TransportError as error:
            self._check()
            raise StoryFailed(f"{method} {path}: the API does not answer ({error or type(error).__name__}).") from error

    def _read(self, answer: httpx.Response) -> Json:
        try:
            content = answer.json()
        except ValueError:
            content = {"title": "The answer is not JSON", "detail": answer.text[:500]}
        if answer.is_success and isinstance(content, dict):
            return content
        request = f"{answer.request.method} {answer.request.url.path}: {answer.status_code}"
        raise StoryFailed(f"{request}\n  {describe_problem(content)}")
