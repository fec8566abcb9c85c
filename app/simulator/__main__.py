"""`python -m app.simulator`: the simulator as a process of its own. One line says when and where it answers."""

import signal
import socket
from pathlib import Path
from typing import Annotated, Any

import typer
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.simulator.asgi import create_app
from app.simulator.faults import CUT
from app.simulator.persistence import UnreadableError

DRAIN_SECONDS = 5
UNREADABLE = 3
"""Exit code: what the kept file holds is no world to go on with; the one line printed says why."""


class CuttableProtocol(HttpToolsProtocol):
    """Lets the application abort the connection: a lost answer must be a real one (faults.py)."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        scope: dict[str, Any] = self.scope  # type: ignore[assignment]
        scope["extensions"] = {CUT: self.transport.abort}


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, url: str) -> None:
        super().__init__(config)
        self._url = url

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        print(f"simulator ready at {self._url}", flush=True)  # noqa: T201 - the one line others wait for


def run(
    host: str = "127.0.0.1",
    port: int = 8010,
    time_scale: float = 1.0,
    tls_cert: Path | None = None,
    tls_key: Path | None = None,
    fd: int | None = None,
    keep: Path | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT, then drain and return. Port 0 takes a free one; `fd` is a listening socket."""
    if fd is not None:
        listener = socket.socket(fileno=fd)
    else:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family, backlog=2048)
    app = create_app(time_scale=time_scale)
    if keep is not None:
        try:
            app.keep_in(keep)
        except UnreadableError as error:
            print(error, flush=True)  # noqa: T201
            raise typer.Exit(UNREADABLE) from error
    scheme = "https" if tls_cert else "http"
    shown = f"[{host}]" if ":" in host else host
    config = uvicorn.Config(
        app,
        http=CuttableProtocol,
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,  # the Date of an answer is the simulated clock's
        timeout_graceful_shutdown=DRAIN_SECONDS,
        timeout_keep_alive=75,
        ssl_certfile=tls_cert,
        ssl_keyfile=tls_key,
    )
    # uvicorn raises the signal again once it has drained: with the default handler the exit code would not be 0.
    signal.signal(signal.SIGTERM, lambda _number, _frame: None)
    signal.signal(signal.SIGINT, lambda _number, _frame: None)
    _Server(config, f"{scheme}://{shown}:{listener.getsockname()[1]}").run(sockets=[listener])


def command(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on; 0 = any free port.")] = 8010,
    time_scale: Annotated[float, typer.Option(min=0.001, help="Durations are shortened this many times.")] = 1.0,
    tls_cert: Annotated[Path | None, typer.Option(exists=True, help="Certificate (PEM): serve https.")] = None,
    tls_key: Annotated[Path | None, typer.Option(exists=True, help="Its private key (PEM).")] = None,
    fd: Annotated[int | None, typer.Option(help="Serve on this inherited listening socket instead.")] = None,
    keep: Annotated[Path | None, typer.Option(help="File to keep the world in, and to go on from.")] = None,
) -> None:
    """Serve the Azure simulator."""
    if (tls_cert is None) != (tls_key is None):
        raise typer.BadParameter("--tls-cert and --tls-key go together")
    run(host, port, time_scale, tls_cert, tls_key, fd, keep)


if __name__ == "__main__":
    typer.run(command)
