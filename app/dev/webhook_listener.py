"""The demo's own receiver of webhooks: it listens on loopback, and verifies with the library of Standard Webhooks."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
from standardwebhooks import Webhook, WebhookVerificationError

from app.dev.console import Json, Screen
from app.dev.story import Caller, StoryFailed

PATIENCE_SECONDS = 20.0
LARGEST = 1_000_000


class Received:
    """What came, and whether it verifies."""

    def __init__(self) -> None:
        self.secret: str | None = None
        self.events: list[Json] = []
        self.refused = 0
        self.changed = threading.Condition()

    def take(self, body: bytes, headers: dict[str, str]) -> int:
        """The status of the answer."""
        with self.changed:
            try:
                event = Webhook(self.secret or "").verify(body, headers)
            except (WebhookVerificationError, ValueError, RuntimeError):
                self.refused += 1
                return 401
            if event["id"] not in {one["id"] for one in self.events}:
                self.events.append(event)
            self.changed.notify_all()
            return 204

    def wait_for(self, type_: str) -> Json | None:
        """The newest event of this type; None if none came in time."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        with self.changed:
            while (left := deadline - time.monotonic()) > 0:
                found = [event for event in self.events if event["type"] == type_]
                if found:
                    return found[-1]
                self.changed.wait(left)
        return None


@contextmanager
def listening(received: Received) -> Iterator[str]:
    """The URL of a receiver in this process, for the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(min(int(self.headers.get("Content-Length", "0")), LARGEST))
            self.send_response(received.take(body, dict(self.headers)))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """The screen is the demo's."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/hooks/holdfast"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def told_by_webhook(api: str, token: str, screen: Screen, check: Callable[[], None]) -> Iterator[None]:
    """Have the events of the block's jobs sent to a receiver here; at its end say what came. Raises StoryFailed."""
    received = Received()
    bearer = {"Authorization": f"Bearer {token}"}
    with (
        listening(received) as url,
        httpx.Client(base_url=api, headers=bearer, timeout=30, trust_env=False) as client,
    ):
        caller = Caller(client, screen, check)
        with screen.step("Have events sent to a webhook: a receiver in this process"):
            hook = caller.ask("/v1/webhooks", {"url": url, "types": ["holdfast.job.*"]})
            received.secret = hook["secret"]
            screen.say(f"   {url}, secret {hook['secret'][:9]}... (shown once)")
        yield
        with screen.step("See what the webhook received, and verify each signature"):
            _say(received, screen)


def _say(received: Received, screen: Screen) -> None:
    ended = received.wait_for("holdfast.job.ended")
    if ended is None or received.refused:
        raise StoryFailed(f"{len(received.events)} events came; {received.refused} signatures did not verify.")
    screen.say(f"   {len(received.events)} events received, every signature verifies; the newest end:")
    screen.say(f"   {ended['type']}  {ended['subject']}  at {ended['time']}")
