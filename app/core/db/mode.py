"""Simulator mode: logged at start; a database that was used in one mode refuses the other.

Simulated data in a database (home tenants of directories, vaults that do not exist) must not be treated as real, and
one wrong setting must not move a real installation to a simulator. So the first API or worker that reaches a database
without a recorded mode records its own; every later one compares.

`schema.py` compares at start. If the database is away then, `Mode.check` compares later: until it has found the same
mode, an API admits no caller and a worker starts no loop.
"""

import asyncio
from contextlib import suppress
from typing import LiteralString

import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from app.core.db.database import Database
from app.core.errors import Unavailable
from app.core.settings import PREFIX, Settings

log = structlog.get_logger()

READ: LiteralString = "SELECT mode FROM public.installation"
# Of two that start at once the second waits here for the commit of the first, and then reads what that one recorded.
RECORD: LiteralString = "INSERT INTO public.installation (mode) VALUES ('{mode}') ON CONFLICT DO NOTHING"
AZURE, SIMULATOR = "azure", "simulator"
RECORDING: dict[str, LiteralString] = {
    AZURE: RECORD.replace("{mode}", AZURE),
    SIMULATOR: RECORD.replace("{mode}", SIMULATOR),
}
RETRY_SECONDS = 1.0


class DatabaseOfOtherMode(Unavailable):
    """The database belongs to the other mode."""

    code = "database_of_other_mode"
    retryable = False

    def __init__(self, recorded: str) -> None:
        """`recorded`: the mode it was used in."""
        super().__init__(
            "This service and its database were set up for different modes; nothing is done.",
            remedy="Tell the operators: docs/operating.md, Simulator mode, says what to do.",
        )
        self.line = other_mode(recorded)


def log_mode(settings: Settings, process: str) -> None:
    """Which Azure this process speaks to, in one line of the log, before anything else is done."""
    if settings.simulator:
        log.warning("mode.simulator", process=process, arm_url=settings.arm_url)
    else:
        log.info("mode.azure", process=process, arm_url=settings.arm_url)


def mode_of(*, simulator: bool) -> str:
    return SIMULATOR if simulator else AZURE


def other_mode(recorded: str) -> str:
    """One line for the operator: this database was used in `recorded`, and the process has the other one."""
    wanted = f"set {PREFIX}SIMULATOR=true" if recorded == SIMULATOR else f"leave {PREFIX}SIMULATOR out"
    return (
        f"The database of {PREFIX}DATABASE_URL was used in {recorded} mode, and {PREFIX}SIMULATOR says otherwise: "
        f"{wanted}, or name another database."
    )


class Mode:
    """The mode of this process, and whether its database is known to have the same."""

    def __init__(self, *, simulator: bool) -> None:
        self.simulator = simulator
        self._is_known = False

    async def check(self, database: Database) -> None:
        """Compare with the database, or record it there. Asks nothing any more once they were found the same.

        Raises DatabaseOfOtherMode, or what a database that is away raises.
        """
        if self._is_known:
            return
        mode = mode_of(simulator=self.simulator)
        async with database.begin() as session:
            recorded = await session.scalar(text(READ))
            if recorded is None:
                await session.execute(text(RECORDING[mode]))
                recorded = await session.scalar(text(READ))
        if recorded != mode:
            error = DatabaseOfOtherMode(str(recorded))
            log.error("database.of_other_mode", says=error.line)
            raise error
        self._is_known = True


async def wait_for_mode(database: Database, *, simulator: bool, stopping: asyncio.Event) -> None:
    """Return once the database is there and has this mode, or when `stopping` is set. Raises DatabaseOfOtherMode."""
    mode = Mode(simulator=simulator)
    while not stopping.is_set():
        try:
            await mode.check(database)
        except (DBAPIError, PoolTimeoutError) as error:
            log.warning("worker.database_away", error=type(error).__name__)
        else:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(RETRY_SECONDS):
                await stopping.wait()
