"""Workers that come up in a tenth of a second: forked from a process that has everything imported and nothing running.

A worker of its own needs two seconds of processor time to import what it needs, and four that are killed every two
seconds on a machine with two cores would do little else than come up. What runs is `holdfast worker` as it is, in a
process of its own, and what kills it is a real SIGKILL.
"""

import ctypes
import json
import os
import select
import signal
import subprocess
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from app.dev.parent_death import PR_SET_PDEATHSIG, dies_with_parent


class Forked:
    """A grandchild, with the part of Popen that a soak uses. Held by a pidfd: its number may be another's soon."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        try:
            self._fd: int | None = os.pidfd_open(pid)
        except ProcessLookupError:
            self._fd = None

    def send_signal(self, number: int) -> None:
        if self._fd is not None and self.poll() is None:
            signal.pidfd_send_signal(self._fd, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def poll(self) -> int | None:
        """None while it lives. Its exit code is known to its parent alone."""
        return 0 if self._has_ended(0) else None

    def wait(self, timeout: float | None = None) -> int:
        if not self._has_ended(timeout):
            raise subprocess.TimeoutExpired("worker", timeout or 0.0)
        return 0

    def __del__(self) -> None:
        if self._fd is not None:
            os.close(self._fd)

    def _has_ended(self, seconds: float | None) -> bool:
        watched = [] if self._fd is None else [self._fd]
        return not watched or bool(select.select(watched, [], [], seconds)[0])


class WorkerFork:
    """The process that forks, from outside."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def worker(self, environment: Mapping[str, str], log: Path) -> Forked:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"environment": dict(environment), "log": str(log)}) + "\n")
        self._process.stdin.flush()
        return Forked(int(self._process.stdout.readline()))


@contextmanager
def worker_fork(environment: Mapping[str, str]) -> Iterator[WorkerFork]:
    """Ready when the block begins; nothing of it is left after it."""
    command = dies_with_parent([sys.executable, "-m", "tests.soak.workers"], on_owner_death=signal.SIGKILL)
    process = subprocess.Popen(
        command, env=dict(environment), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    )
    try:
        assert process.stdout is not None
        if process.stdout.readline() != "ready\n":
            raise RuntimeError("the worker_fork did not come up")
        yield WorkerFork(process)
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def _serve() -> None:
    import uvicorn.loops.auto  # noqa: F401, PLC0415 - everything a worker will want, before the first one is born

    import app.azure.sdk.client  # noqa: PLC0415
    import app.worker  # noqa: F401, PLC0415

    library = ctypes.CDLL(None)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead are not waited for
    print("ready", flush=True)  # noqa: T201
    me = os.getpid()
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            library.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            _be_a_worker(order["environment"], order["log"], me)
        print(child, flush=True)  # noqa: T201


def _be_a_worker(environment: Mapping[str, str], log: str, parent: int) -> None:
    code = 1
    try:
        if os.getppid() == parent:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.environ.clear()
            os.environ.update(environment)
            written = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
            for number, file in ((0, os.open(os.devnull, os.O_RDONLY)), (1, written), (2, written)):
                os.dup2(file, number)
            from app.cli import cli  # noqa: PLC0415

            cli(["worker"], standalone_mode=False)
            code = 0
    except BaseException:  # noqa: BLE001 - whatever it is: this process must not go on in its parent's stead
        traceback.print_exc()
    finally:
        os._exit(code)


if __name__ == "__main__":
    _serve()
