"""One owner for the whole stack: embedded Postgres, simulator, API, worker; each a process of its own.

They are stopped in this order: API and worker, the simulator, Postgres; by their own process ids, with SIGTERM, then
with SIGKILL if they have not drained in time. If the owner is killed, the kernel ends all of them
(dev/parent_death.py). Readiness is polled; nothing waits for a fixed time.
"""

import errno
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from app.core.db.database import migrate
from app.core.secret_box import new_key
from app.dev.embedded import check_not_in_use, embedded_postgres
from app.dev.parent_death import dies_with_parent
from app.evidence.keys import new_key as new_evidence_key

TENANT = "11111111-1111-1111-1111-111111111111"
"""The simulator's tenant (docs/identity.md, The simulator)."""
SIMULATOR_PORT = "simulator-port"
"""File in the data directory: the port is part of the issuer, and another issuer is another tenant."""
SIMULATED_AZURE = "simulated-azure"
"""File in the data directory with the state of the simulated Azure. It belongs to the database in the same
directory."""
UNREADABLE = 3
"""The simulator's exit code when it cannot go on with that file; it says why in one line."""
READY_SECONDS = 60
DRAIN_SECONDS = 10
LOOK_SECONDS = 0.05
TAIL_LINES = 15
MAX_PORT = 65535
USUAL_HOST = "127.0.0.1"


class StackError(Exception):
    """A part of the stack did not start, or ended by itself; the message shows the end of its log."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to start. `environment` holds HOLDFAST_ settings that the caller chose; the stack's own come on top."""

    data_dir: Path
    port: int
    time_scale: float
    poll_seconds: float
    fresh: bool
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Child:
    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def check(self) -> None:
        """Raises StackError with the tail of the log when the process has ended."""
        code = self.process.poll()
        if code is not None:
            raise StackError(f"The {self.name} ended with code {code}. {self.log} says:\n{self.tail()}")

    def tail(self) -> str:
        return "\n".join(self.text().splitlines()[-TAIL_LINES:])

    def text(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")


@dataclass(frozen=True, slots=True)
class Stack:
    """The running stack: where it answers."""

    api: str
    simulator: str
    issuer: str
    database_url: str
    logs: Path
    children: tuple[Child, ...]

    def check(self) -> None:
        """Raises StackError when a process has ended by itself."""
        for child in self.children:
            child.check()


@contextmanager
def running_stack(plan: Plan, on_step: Callable[[str], None]) -> Iterator[Stack]:
    """Start everything, wait until the API is ready, and stop everything at the end of the block, however it ends.

    `on_step` is called with a few words about each step. Raises StackError or EmbeddedPostgresError.
    """
    logs = plan.data_dir.absolute() / "logs"
    environment = _environment(plan.environment)
    with ExitStack() as owned:
        # The API inherits this socket, so no other program can take the port meanwhile.
        door = owned.enter_context(_listen(environment.get("HOLDFAST_HOST", USUAL_HOST), plan.port))
        port = 0 if plan.fresh else _simulator_port(plan.data_dir)
        on_step("starting Postgres")
        database_url = owned.enter_context(embedded_postgres(plan.data_dir, durable=True, fresh=plan.fresh))
        on_step("migrating the database")
        migrate(database_url)
        logs.mkdir(exist_ok=True)
        on_step("starting the Azure simulator")
        outer, inner = owned.enter_context(_stopped_at_the_end()), owned.enter_context(_stopped_at_the_end())
        kept = plan.data_dir.absolute() / SIMULATED_AZURE
        if plan.fresh:
            kept.unlink(missing_ok=True)
        simulator = ("simulator", "--port", str(port), "--time-scale", f"{plan.time_scale:g}", "--keep", str(kept))
        outer.append(_start("simulator", simulator, environment, logs))
        simulator_url = _wait_for_address(outer[0])
        (plan.data_dir / SIMULATOR_PORT).write_text(simulator_url.rpartition(":")[2], encoding="utf-8")
        issuer = f"{simulator_url}/{TENANT}/v2.0"
        environment |= {
            **_keys(environment, plan.data_dir),
            "HOLDFAST_DATABASE_URL": database_url,
            "HOLDFAST_SIMULATOR": "true",
            "HOLDFAST_ARM_URL": simulator_url,
            "HOLDFAST_OIDC_ISSUERS": issuer,
            "HOLDFAST_PORT": str(plan.port),
            "HOLDFAST_POLL_SECONDS": environment.get("HOLDFAST_POLL_SECONDS", f"{plan.poll_seconds:g}"),
        }
        on_step("starting the API and the worker")
        serve = ("serve", "--listening-fd", str(door.fileno()))
        inner.append(_start("API", serve, environment, logs, inherited=(door.fileno(),)))
        door.close()  # it is the API's alone now: when that ends, callers are refused and do not hang
        inner.append(_start("worker", ("worker",), environment, logs))
        stack = Stack(_api_address(environment), simulator_url, issuer, database_url, logs, (*outer, *inner))
        _wait_until_ready(stack)
        yield stack
        on_step("stopping everything")


def free_port() -> int:
    """A TCP port of the loopback interface that is free now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def is_free(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def _listen(host: str, port: int) -> socket.socket:
    """Raises StackError: the message says what to do."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OverflowError as error:
        raise StackError(f"HOLDFAST_PORT is wrong: {port} is no port, the highest is {MAX_PORT}.") from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            advice = "Stop the program that listens there, or set HOLDFAST_PORT to another port."
            raise StackError(f"Port {port} is taken. {advice}") from error
        raise StackError(
            f"Nothing can listen on {host}, port {port}: {error.strerror}. Set HOLDFAST_HOST and HOLDFAST_PORT to an "
            "address of this machine and a free port."
        ) from error


def _simulator_port(data_dir: Path) -> int:
    """The port of the last run on this data; 0 (any free one) in the first run. Raises StackError when it is taken."""
    try:
        port = int((data_dir / SIMULATOR_PORT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return 0
    if not 0 < port <= MAX_PORT:
        return 0
    if not is_free(port):
        check_not_in_use(data_dir)  # then that is what has to be said
        # Another port would be another issuer: its tenant would be new and empty, although the old data was kept.
        advice = (
            "Stop the program that listens there, or use --fresh, which starts with an empty database and a "
            "new simulator."
        )
        raise StackError(f"Port {port} of the last run's simulator is taken. {advice}")
    return port


@contextmanager
def _stopped_at_the_end() -> Iterator[list[Child]]:
    children: list[Child] = []
    try:
        yield children
    finally:
        _stop(children)


def _keys(environment: Mapping[str, str], data_dir: Path) -> dict[str, str]:
    made = {"SECRETS_KEYS": ("secrets.key", new_key), "EVIDENCE_KEYS": ("evidence.key", new_evidence_key)}
    return {
        f"HOLDFAST_{name}": environment.get(f"HOLDFAST_{name}") or _kept_key(data_dir / file, make)
        for name, (file, make) in made.items()
    }


def _kept_key(path: Path, make: Callable[[], str]) -> str:
    """A key that encrypts secrets or signs evidence: made at the first start, and kept beside the data."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(make(), encoding="ascii")
    return path.read_text(encoding="ascii").strip()


def _environment(chosen: Mapping[str, str]) -> dict[str, str]:
    """What every part gets. The stack talks to itself over loopback: no proxy of the machine may come between."""
    environment = {**os.environ, **chosen, "PYTHONUNBUFFERED": "1"}
    for name in ("NO_PROXY", "no_proxy"):
        environment[name] = ",".join(filter(None, (environment.get(name), "127.0.0.1", "localhost")))
    return environment


def _api_address(environment: Mapping[str, str]) -> str:
    host = environment.get("HOLDFAST_HOST", USUAL_HOST)
    reached_at = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104 - where we knock, not where we bind
    return f"http://{reached_at}:{environment['HOLDFAST_PORT']}"


def _start(
    name: str,
    arguments: Sequence[str],
    environment: Mapping[str, str],
    logs: Path,
    *,
    inherited: Sequence[int] = (),
) -> Child:
    log = logs / f"{name.lower()}.log"
    command = [sys.executable, "-m", "app.cli", *arguments]
    with log.open("wb") as output:
        # A session of its own: Ctrl-C at the terminal is for the owner. SIGKILL at the owner's death: no one is left to
        # wait for a drain, and every part is built to be killed at any moment.
        process = subprocess.Popen(  # noqa: S603 - our own program, no shell
            dies_with_parent(command, on_owner_death=signal.SIGKILL),
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=inherited,
        )
    return Child(name, process, log)


def _stop(children: Sequence[Child]) -> None:
    for child in children:
        child.process.terminate()
    deadline = time.monotonic() + DRAIN_SECONDS
    for child in children:
        try:
            child.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.process.kill()
            child.process.wait()


def _wait_for_address(simulator: Child) -> str:
    """The simulator takes a free port by itself and says which: there is no moment in which another could take it."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        said = re.search(r"^simulator ready at (\S+)$", simulator.text(), re.MULTILINE)
        if said:
            return said[1]
        if simulator.process.poll() == UNREADABLE:
            raise StackError(f"{simulator.tail()} Use --fresh: it starts with an empty database and a new simulator.")
        simulator.check()
        time.sleep(LOOK_SECONDS)
    raise StackError(f"The simulator is not ready after {READY_SECONDS} s. It says:\n{simulator.tail()}")


def _wait_until_ready(stack: Stack) -> None:
    deadline = time.monotonic() + READY_SECONDS
    with httpx.Client(timeout=5, trust_env=False) as client:
        while time.monotonic() < deadline:
            stack.check()
            with suppress(httpx.TransportError):
                if client.get(f"{stack.api}/readyz").status_code == httpx.codes.OK:
                    return
            time.sleep(LOOK_SECONDS)
    raise StackError(f"The API is not ready after {READY_SECONDS} s. It says:\n{stack.children[1].tail()}")
