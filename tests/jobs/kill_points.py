"""A worker that is killed at its n-th await: a real process, a real SIGKILL.

    async with doomed_workers(database_url, arm_url, poll_seconds=..., settle_seconds=...) as doomed:
        end = await doomed.live("submitting", dies_at=7)      # one look of that loop, dead at its seventh await

A process that has everything imported and no event loop yet forks one worker for each life. That worker builds its
engine, its Azure client and its loops as `holdfast worker` does, has one connection to each, and lets the named loop
look once. Every coroutine of the look runs through `Mortal`, which counts each time one of them gives way to wait (for
Postgres, for Azure, for a lock, for another task) and sends the process SIGKILL at the chosen one. What had left by
then has left, and nothing else happens any more: no `finally`, no rollback, no goodbye to a socket.
"""

import asyncio
import os
import signal
import sys
import traceback
from collections.abc import AsyncIterator, Coroutine, Generator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import text

from app.azure.sdk.client import build_azure
from app.core.db.database import Database
from app.core.settings import Settings
from app.worker import loops_of

ROOT = Path(__file__).resolve().parents[2]
NEVER = 0


@dataclass(frozen=True, slots=True)
class End:
    """`steps`: how often it waited, when it lived to the end of its look; None = it was killed."""

    steps: int | None

    @property
    def was_killed(self) -> bool:
        return self.steps is None


@dataclass(slots=True)
class Life:
    dies_at: int
    steps: int = 0

    def wait(self) -> None:
        self.steps += 1
        if self.steps == self.dies_at:
            os.kill(os.getpid(), signal.SIGKILL)


class Mortal(Coroutine[Any, Any, Any]):
    """A coroutine whose every wait is a step of its life."""

    def __init__(self, inner: Coroutine[Any, Any, Any], life: Life) -> None:
        self._inner, self._life = inner, life

    def send(self, value: Any) -> Any:
        waited_for = self._inner.send(value)
        self._life.wait()
        return waited_for

    def throw(self, *error: Any) -> Any:
        waited_for = self._inner.throw(*error)
        self._life.wait()
        return waited_for

    def close(self) -> None:
        self._inner.close()

    def __await__(self) -> Generator[Any, Any, Any]:
        return self._inner.__await__()

    def __getattr__(self, name: str) -> Any:
        """`cr_running` and its kin: libraries ask a task's coroutine whether it has begun."""
        return getattr(self._inner, name)


async def _live(settings: Settings, loop_name: str, dies_at: int) -> int:
    """One look. Answers how many steps it took."""
    database = Database(settings.database_dsn, application_name="holdfast-doomed")
    azure = build_azure(settings.arm_url, simulator=settings.simulator)
    look = loops_of(settings, database, azure)[loop_name].run_once
    async with database.begin() as session:  # a worker that has just come up is not what dies here
        await session.execute(text("SELECT 1"))
    life = Life(dies_at)
    loop = asyncio.get_running_loop()

    def born(_: asyncio.AbstractEventLoop, work: Any, **more: Any) -> asyncio.Task[Any]:
        return asyncio.Task(Mortal(work, life), loop=loop, **more)

    loop.set_task_factory(born)
    await loop.create_task(look())  # type: ignore[arg-type]
    loop.set_task_factory(None)
    await azure.aclose()
    await database.aclose()
    return life.steps


def _fork(settings: Settings, loop_name: str, dies_at: int) -> None:
    """One life, and one line about it on stdout."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            print("lived", asyncio.run(_live(settings, loop_name, dies_at)), flush=True)  # noqa: T201
            code = 0
        except BaseException:  # noqa: BLE001 - whatever it is: this process must not go on in its parent's stead
            traceback.print_exc()
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        print("killed", flush=True)  # noqa: T201
    elif status != 0:
        print("failed", flush=True)  # noqa: T201


def _serve(database_url: str, arm_url: str, poll_seconds: str, settle_seconds: str) -> None:
    """Lives until stdin ends: each line is `<loop> <step>`."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    settle = float(settle_seconds)
    settings = Settings(
        database_url=database_url,
        simulator=True,
        arm_url=arm_url,
        poll_seconds=float(poll_seconds),
        settle_restore_seconds=settle,
        settle_backup_seconds=settle,
    )
    print("ready", flush=True)  # noqa: T201
    for line in sys.stdin:
        loop_name, dies_at = line.split()
        _fork(settings, loop_name, int(dies_at))


# --- from outside ----------------------------------------------------------------------------------------------------
class Doomed:
    """The process that forks, from outside."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def live(self, loop_name: str, *, dies_at: int = NEVER) -> End:
        """Raises RuntimeError where the look ended with an exception: it must not, killed or not."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{loop_name} {dies_at}\n".encode())
        await self._process.stdin.drain()
        match (await self._line()).split():
            case ["killed"]:
                return End(None)
            case ["lived", steps]:
                return End(int(steps))
            case said:
                raise RuntimeError(f"the {loop_name} loop ended by itself: {said}")

    async def _line(self) -> str:
        assert self._process.stdout is not None
        async with asyncio.timeout(60):
            return (await self._process.stdout.readline()).decode()


@asynccontextmanager
async def doomed_workers(
    database_url: str, arm_url: str, *, poll_seconds: float, settle_seconds: float
) -> AsyncIterator[Doomed]:
    """Ready to be born, and to die. Nothing of them is left after the block."""
    arguments = [database_url, arm_url, str(poll_seconds), str(settle_seconds)]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.jobs.kill_points",
        *arguments,
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    doomed = Doomed(process)
    try:
        if (said := await doomed._line()) != "ready\n":
            raise RuntimeError(f"no worker can be born: {said!r}")
        yield doomed
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()


if __name__ == "__main__":
    _serve(*sys.argv[1:])
