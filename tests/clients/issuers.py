"""An issuer that is not the simulator's: it answers what its test says, over a real port."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Json = dict[str, Any]
Answer = tuple[int, Json | str]
CONFIGURATION = "/.well-known/openid-configuration"
TOKENS: Json = {"access_token": "a-token", "token_type": "Bearer", "expires_in": 3600}
DEVICE: Json = {"device_code": "d", "user_code": "ABCD", "verification_uri": "https://x/device", "interval": 5}


@dataclass
class Issuer:
    """`tokens`: what the token endpoint answers in turn, the last for ever. `more` changes its configuration."""

    tokens: list[Answer] = field(default_factory=lambda: [(200, TOKENS)])
    more: Json = field(default_factory=dict)
    device: Answer = (200, DEVICE)
    configuration: Answer | None = None
    forms: list[dict[str, str]] = field(default_factory=list)
    """What the token endpoint was sent."""
    url: str = ""

    def answer(self, path: str, form: dict[str, str]) -> Answer:
        if path == CONFIGURATION:
            said: Json = {"issuer": self.url}
            said |= {f"{name}_endpoint": f"{self.url}/{name}" for name in ("token", "device_authorization")}
            said |= {"authorization_endpoint": f"{self.url}/authorize?tenant=one"}
            said |= self.more
            return self.configuration or (200, {name: value for name, value in said.items() if value is not None})
        if path == "/device_authorization":
            return self.device
        self.forms.append(form)
        return self.tokens.pop(0) if len(self.tokens) > 1 else self.tokens[0]


@contextmanager
def serving(issuer: Issuer) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            form = {name: one[0] for name, one in parse_qs(self.rfile.read(length).decode()).items()}
            status, body = issuer.answer(urlsplit(self.path).path, form)
            sent = (body if isinstance(body, str) else json.dumps(body)).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    issuer.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield issuer.url
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
