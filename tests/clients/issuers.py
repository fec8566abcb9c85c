"""An issuer that is not the simulator's: it answers what its test says, over a real port."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

Json = dict[str, Any]
Answer = tuple[int, Json | str]


class Issuer(ThreadingHTTPServer):
    """`tokens`: what the token endpoint answers in turn, the last for ever. `config`: changes of its configuration."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}/realms/one"
        self.config: Json = {}
        self.tokens: list[Answer] = [(200, {"access_token": "new", "expires_in": 600})]
        self.asked: list[dict[str, str]] = []

    def configuration(self) -> Answer:
        found = {name: f"{self.url}/{path}" for name, path in ENDPOINTS.items()}
        return 200, {k: v for k, v in ({"issuer": self.url} | found | self.config).items() if v is not None}


ENDPOINTS = {
    "token_endpoint": "token",
    "device_authorization_endpoint": "device",
    "authorization_endpoint": "authorize",
}


class _Handler(BaseHTTPRequestHandler):
    server: Issuer

    def do_GET(self) -> None:
        self._say(self.server.configuration())

    def do_POST(self) -> None:
        form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        self.server.asked.append(form)
        tokens = self.server.tokens
        self._say(tokens.pop(0) if len(tokens) > 1 else tokens[0])

    def _say(self, answer: Answer) -> None:
        status, content = answer
        body = (content if isinstance(content, str) else json.dumps(content)).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing is printed."""


@contextmanager
def issuing() -> Iterator[Issuer]:
    with Issuer() as issuer:
        threading.Thread(target=issuer.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield issuer
        issuer.shutdown()
