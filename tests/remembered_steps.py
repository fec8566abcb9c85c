"""A step that many tests begin with (a vault, a protected VM, a backup) is done once in a process, then copied.

Half a second of processor time becomes twenty milliseconds. A step is copied only from a state that is known: the world
is as it was opened, or as the step before left it. Any row that was written since and any change of the simulated Azure
(its faults and limits, too) makes the state unknown, and the step is done as ever. So a test sees what it would see
without the copy, but for one thing: some minutes may have passed since, here and at Azure. What was due then is as far
from being due as it was.
"""

import io
import json
import os
import time
from collections.abc import Awaitable, Callable
from copy import deepcopy
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from psycopg import sql
from sqlalchemy import text

from app.core.db.database import Base, Database
from app.simulator.asgi import Simulator
from app.simulator.persistence import _Reading, _Writing
from app.wiring import ITEM_IDS  # noqa: F401 - with it every table is known

if TYPE_CHECKING:
    from tests.world import World

P = ParamSpec("P")
R = TypeVar("R")
Key = tuple[Any, ...]

MOVED = {"due_at", "blocked_until", "lent_until", "filled_at"}
"""Columns of what is due or used up: they move with the clock, so that it is as due as it was."""
EVERY_STEP = "HOLDFAST_TEST_EVERY_STEP"
"""Set where nothing is to be copied: every step is done."""
LIMIT = 200
"""Steps remembered at once in a process."""


@dataclass(frozen=True, slots=True)
class _State:
    """What a step left: the rows of every table as SQL and counted, Azure, and what the step answered."""

    rows: str
    counts: dict[str, int]
    azure: bytes
    offset: int
    taken_at: float
    answer: Any


_STATES: dict[Key, _State] = {}


class Steps:
    """Where one world is: in a state that is known, or not."""

    def __init__(self, database: Database, simulator: Simulator, settings: str) -> None:
        self._database, self._simulator = database, simulator
        self._key: Key | None = (settings,)
        self._azure = _azure_of(simulator)
        self._rows: Any = None

    async def take(self, name: str, arguments: Any, step: Callable[[], Awaitable[R]]) -> R:
        """What the step answers, done or copied."""
        if not await self._is_known():
            return await step()
        key = (*(self._key or ()), name, json.dumps(arguments, sort_keys=True))
        state = _STATES.get(key)
        if state is None:
            state = await self._state(await step())
            if len(_STATES) < LIMIT:
                _STATES[key] = state
            self._rows = await _mark(self._database)
        else:
            self._rows = await self._go_to(state)
        self._key, self._azure = key, _azure_of(self._simulator)
        answer: R = deepcopy(state.answer)
        return answer

    def forget_where(self) -> None:
        """Something was changed that cannot be seen: every further step is done."""
        self._key = None

    async def _is_known(self) -> bool:
        if self._key is not None and not os.environ.get(EVERY_STEP):
            if self._azure == _azure_of(self._simulator):
                mark = await _mark(self._database)
                if mark == self._rows or (self._rows is None and not any(count for _, count, _ in mark)):
                    self._rows = mark
                    return True
            self._key = None
        return False

    async def _state(self, answer: Any) -> _State:
        return _State(
            await _rows_as_sql(self._database),
            {name: count for name, count, _ in await _mark(self._database)},
            _world_of(self._simulator),
            self._simulator.clock.offset,
            time.time(),
            deepcopy(answer),
        )

    async def _go_to(self, state: _State) -> Any:
        """Make database and Azure what they were: the mark of the database then."""
        filled = [UNMARKED, *(name for name, count, _ in self._rows if count)]
        deletions = "".join(f"DELETE FROM {name};" for name in filled)  # noqa: S608
        script = _BEGIN + deletions + state.rows.replace("@passed@", f"{time.time() - state.taken_at:.6f}") + "COMMIT;"
        async with self._database.engine.connect() as connection:
            raw: Any = (await connection.get_raw_connection()).driver_connection
            answer = await raw.execute(script)
            while answer.description is None:
                answer.nextset()
            (written_by,) = await answer.fetchone()
        self._simulator.clock.resume(state.offset)
        world = _Reading(io.BytesIO(state.azure), self._simulator).load()
        vars(self._simulator.world).clear()
        vars(self._simulator.world).update(vars(world))
        return [(name, count, written_by if count else None) for name, count in state.counts.items()]


def remembered(
    step: Callable[Concatenate["World", P], Awaitable[R]],
) -> Callable[Concatenate["World", P], Awaitable[R]]:
    """For a method of World, or a function of one, whose arguments and answer are JSON.

    It changes nothing but the database and the simulated Azure, and depends on nothing but these and its arguments.
    """

    name = f"{step.__module__}.{step.__qualname__}"

    @wraps(step)
    async def copied(world: "World", /, *args: P.args, **kwargs: P.kwargs) -> R:
        return await world.steps.take(name, (args, kwargs), lambda: step(world, *args, **kwargs))

    return copied


def _world_of(simulator: Simulator) -> bytes:
    written = io.BytesIO()
    _Writing(written, simulator).dump(simulator.world)
    return written.getvalue()


def _azure_of(simulator: Simulator) -> tuple[bytes, int, bytes]:
    """All of it that a test may have changed."""
    written = io.BytesIO()
    planted = vars(simulator.faults), vars(simulator.limits), simulator.page_size
    _Writing(written, simulator).dump(planted)
    return _world_of(simulator), simulator.clock.offset, written.getvalue()


_BEGIN = (
    "BEGIN; SET LOCAL ROLE NONE; SET LOCAL session_replication_role = replica;"
    " SELECT mod(pg_current_xact_id()::text::bigint, 4294967296);"
)
UNMARKED = "installation"
"""Written when the API first looks."""
_MARK = text(
    " UNION ALL ".join(
        f"SELECT '{table.name}' AS name, count(*), max(xmin::text::bigint) FROM {table.name}"  # noqa: S608
        for table in Base.metadata.sorted_tables
        if table.name != UNMARKED
    )
)


async def _mark(database: Database) -> Any:
    """Of each table the number of its rows and the last transaction that wrote one."""
    async with database.begin() as session:
        return [tuple(row) for row in await session.execute(_MARK)]


async def _rows_as_sql(database: Database) -> str:
    """What fills the empty tables of an equal schema as they are here."""
    parts: list[sql.Composable] = []
    async with database.begin() as session:
        await session.execute(text("SET LOCAL ROLE NONE"))  # a worker sees no sequence
        for table in Base.metadata.sorted_tables:
            name = sql.Identifier(table.name)
            found = await session.scalar(text(f"SELECT json_agg(row)::text FROM {table.name} row"))  # noqa: S608
            if found is None:
                continue
            columns = [column for column in table.columns if column.computed is None]
            read = [
                sql.SQL("row.{} + make_interval(secs => @passed@)").format(sql.Identifier(column.name))
                if column.name in MOVED
                else sql.SQL("row.{}").format(sql.Identifier(column.name))
                for column in columns
            ]
            parts.append(
                sql.SQL(
                    "INSERT INTO {name} ({columns}) OVERRIDING SYSTEM VALUE "
                    "SELECT {read} FROM json_populate_recordset(NULL::{name}, {rows}) row;"
                ).format(
                    name=name,
                    columns=sql.SQL(", ").join(sql.Identifier(column.name) for column in columns),
                    read=sql.SQL(", ").join(read),
                    rows=sql.Literal(found),
                )
            )
        used = await session.execute(
            text("SELECT schemaname || '.' || sequencename, last_value FROM pg_sequences WHERE last_value IS NOT NULL")
        )
        parts += [sql.SQL("SELECT setval({}, {});").format(sql.Literal(n), sql.Literal(v)) for n, v in used]
    return sql.Composed(parts).as_string(None)
