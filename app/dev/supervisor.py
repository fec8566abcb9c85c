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
from app.dev.tokens import SIMULATOR_PORT, TENANT
from app.evidence.keys import new_key as new_evidence_key

SIMULATED_AZURE = "simulated-azure"
"""File in the data directory with the state of the simulated Azure. It belongs to the database in the same
directory."""
SAMPLE = "sample"
"""File in the data directory: whether the sample world was begun, or made."""
BEGUN, MADE = "begun", "made"
UNREADABLE = 3
"""The simulator's exit code when it cannot go on with that file; it says why in one line."""
READY_SECONDS = 60
SAMPLE_SECONDS = 300
SAMPLE_ADVICE = "Start without it: make run SAMPLE=0 FRESH=1."
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
    sample: bool = False
    """Make the sample world where the data is new."""


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
    is_new = plan.fresh or not has_data(plan.data_dir)
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
        simulator_url = _start_simulator(plan, port, environment, logs, outer)
        issuer = f"{simulator_url}/{TENANT}/v2.0"
        environment |= {
            **_keys(environment, plan.data_dir, fresh=plan.fresh),
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
        if plan.sample and is_new:
            on_step("making the sample world")
            _make_sample(plan, environment, logs, outer)  # no worker yet: it would work on it, too
        inner.append(_start("worker", ("worker",), environment, logs))
        stack = Stack(_api_address(environment), simulator_url, issuer, database_url, logs, (*outer, *inner))
        _wait_until_ready(stack)
        yield stack
        on_step("stopping everything")


def _start_simulator(plan: Plan, port: int, environment: Mapping[str, str], logs: Path, owned: list[Child]) -> str:
    """Its URL. Raises StackError."""
    kept = plan.data_dir.absolute() / SIMULATED_AZURE
    if plan.fresh:
        kept.unlink(missing_ok=True)
        (plan.data_dir / SAMPLE).unlink(missing_ok=True)
    options = ("--port", str(port), "--time-scale", f"{plan.time_scale:g}", "--keep", str(kept))
    owned.append(_start("simulator", ("simulator", *options), environment, logs))
    url = _wait_for_address(owned[0])
    (plan.data_dir / SIMULATOR_PORT).write_text(url.rpartition(":")[2], encoding="utf-8")
    return url


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


def write_for_owner(path: Path, content: str) -> Path:
    """A file that only its owner can read."""
    path.touch(mode=0o600)
    path.write_text(content, encoding="ascii")
    return path


def has_data(data_dir: Path) -> bool:
    return (data_dir / "postgres" / "data").exists()


def has_sample(data_dir: Path) -> bool:
    return _sample(data_dir) == MADE


def was_cut_short(data_dir: Path) -> bool:
    """Whether the last run was stopped while it made the sample world: its data holds nothing else."""
    return _sample(data_dir) == BEGUN


def _sample(data_dir: Path) -> str:
    path = data_dir / SAMPLE
    return path.read_text(encoding="ascii") if path.exists() else ""


def _make_sample(plan: Plan, environment: Mapping[str, str], logs: Path, owned: list[Child]) -> None:
    """Raises StackError."""
    marker = plan.data_dir / SAMPLE
    marker.write_text(BEGUN, encoding="ascii")
    child = _start("sample", (f"{plan.time_scale:g}",), environment, logs, module="app.dev.sample.process")
    owned.append(child)
    try:
        code = child.process.wait(SAMPLE_SECONDS)
    except subprocess.TimeoutExpired:
        raise StackError(f"The sample world is not made after {SAMPLE_SECONDS} s. {SAMPLE_ADVICE}") from None
    if code != 0:
        raise StackError(f"The sample world could not be made. {SAMPLE_ADVICE} {child.log} says:\n{child.tail()}")
    owned.remove(child)
    marker.write_text(MADE, encoding="ascii")


def _keys(environment: Mapping[str, str], data_dir: Path, *, fresh: bool) -> dict[str, str]:
    if fresh:
        for name in ("secrets.key", "evidence.key"):
            (data_dir / name).unlink(missing_ok=True)
    made = {"SECRETS_KEYS": ("secrets.key", new_key), "EVIDENCE_KEYS": ("evidence.key", new_evidence_key)}
    return {
        f"HOLDFAST_{name}": environment.get(f"HOLDFAST_{name}") or _kept_key(data_dir / file, make)
        for name, (file, make) in made.items()
    }


def _kept_key(path: Path, make: Callable[[], str]) -> str:
    """A key that encrypts secrets or signs evidence: made at the first start, and kept beside the data."""
    if not path.exists():
        write_for_owner(path, make())
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
    module: str = "app.cli",
) -> Child:
    log = logs / f"{name.lower()}.log"
    command = [sys.executable, "-m", module, *arguments]
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
