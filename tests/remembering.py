"""Steps of a story that many tests begin with, taken once in each process and remembered.

A vault, a policy, a protected machine, its backup: hundreds of tests start from there, and going there through the
public API takes longer than what most of them look at. So a step marked `remembered` is really taken the first time,
and what it made (every row, and the whole simulated Azure) is put into the next world that takes the same step from the
same place. A world is at a known place only as long as nothing else has happened to it: no row is another one, and
nothing in its Azure is. Then steps are taken as if nobody had ever taken them before.

What a process knows by itself is not remembered (but for how far Azure's clock is ahead of ours): its caches are as
cold as after a restart and one request. And time has gone by.
"""

import copy
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from types import CellType, FunctionType
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import psycopg
from psycopg import sql

from app.core.loop import Loop
from app.jobs.looking import Looking
from app.simulator.asgi import Simulator
from app.simulator.world import World as AzureWorld

if TYPE_CHECKING:
    from tests.world import World

P = ParamSpec("P")
T = TypeVar("T")
Step = Callable[Concatenate["World", P], Coroutine[Any, Any, T]]
Trail = tuple[str, ...]
Connection = psycopg.Connection[tuple[Any, ...]]

AGREES_SECONDS = 30
"""A database whose clock differs more from ours is one whose time a test moves: nothing of it is for others."""


@dataclass(frozen=True, slots=True)
class Place:
    """What there is after a step. `rows`: of each table that has any, as COPY writes them."""

    answer: Any
    rows: Mapping[str, bytes]
    sequences: list[tuple[Any, ...]]
    azure: AzureWorld
    offset: int
    ahead: timedelta
    seen_at: float


_PLACES: dict[Trail, Place] = {}
_MOMENTS = """
SELECT attname::text FROM pg_attribute
WHERE attrelid = 'public.vault_watches'::regclass AND atttypid = 'timestamptz'::regtype
"""


def remembered(step: Step[P, T]) -> Step[P, T]:
    """A step whose outcome depends on nothing but the place it is taken from and its arguments."""

    @wraps(step)
    async def taken(world: "World", /, *args: P.args, **more: P.kwargs) -> T:
        from_here = world.whereabouts.trail()
        if from_here is None:
            return await step(world, *args, **more)
        there = (*from_here, f"{step.__qualname__} {args!r} {sorted(more.items())!r}")
        if there not in _PLACES:
            answer = await step(world, *args, **more)
            _PLACES[there] = world.whereabouts.describe(answer)
        else:
            world.whereabouts.move_to(_PLACES[there])
            world.app.state.access.forget()
            await world.api.get("/v1/me")  # whoever was there has asked before: his issuer's keys are known
        world.whereabouts.is_at(there)
        found: T = copy.deepcopy(_PLACES[there].answer)
        return found

    return taken


class Whereabouts:
    """Where one world is in the story, if that can be said."""

    def __init__(self, url: str, simulator: Simulator, loops: Mapping[str, Loop], kind: str) -> None:
        """`kind`: what worlds must have in common to be at the same place."""
        self._looking: Looking = loops["observing"]._start.__self__._looking  # type: ignore[attr-defined]
        self._url, self._simulator = url, simulator
        self._trail: Trail | None = (kind,)
        self._left_as: str | None = None
        self._furnished = _azure(simulator)

    def trail(self) -> Trail | None:
        """The steps that led here; None = not these alone."""
        if self._trail is not None:
            with self._connected() as connection:
                is_known = self._rows(connection) == self._left_as if self._left_as else self._is_new(connection)
                is_known &= _azure(self._simulator) == self._furnished and _clocks_agree(connection)
            if not is_known:
                self._trail = None
        return self._trail

    def is_at(self, trail: Trail) -> None:
        self._trail, self._furnished = trail, _azure(self._simulator)
        with self._connected() as connection:
            self._left_as = self._rows(connection)

    def describe(self, answer: Any) -> Place:
        """What there is here."""
        rows = {}
        with self._connected() as connection:
            for table in _tables(connection):
                with connection.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))) as copying:
                    text = b"".join(bytes(part) for part in copying)
                if text:
                    rows[table] = text
            sequences = connection.execute(
                "SELECT quote_ident(sequencename), last_value FROM pg_sequences WHERE last_value IS NOT NULL"
            ).fetchall()
        azure = AzureWorld.__new__(AzureWorld)
        _put(self._simulator.world, azure)
        offset = self._simulator.clock._offset
        return Place(copy.deepcopy(answer), rows, sequences, azure, offset, self._looking.ahead, time.time())

    def move_to(self, place: Place) -> None:
        """Have what there is there, and nothing else."""
        passed = time.time() - place.seen_at
        with self._connected() as connection, connection.transaction():
            connection.execute("SET LOCAL session_replication_role = replica")
            for table in _tables(connection):
                connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
            for table, text in place.rows.items():
                with connection.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))) as copying:
                    copying.write(text)
            for sequence, value in place.sequences:
                connection.execute("SELECT setval(%s::regclass, %s)", [sequence, value])
            # Whoever took the steps had just looked: what he looked for, and the next look, are as far away as then.
            for column in connection.execute(_MOMENTS).fetchall():
                later = "UPDATE vault_watches SET {0} = {0} + make_interval(secs => %s)"
                connection.execute(sql.SQL(later).format(sql.Identifier(column[0])), [passed])
        _put(place.azure, self._simulator.world)
        self._simulator.clock._offset = place.offset
        self._looking.ahead = place.ahead

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        with psycopg.connect(self._url, autocommit=True) as connection:
            yield connection

    def _is_new(self, connection: Connection) -> bool:
        tables = [sql.SQL("EXISTS (SELECT FROM {})").format(sql.Identifier(name)) for name in _tables(connection)]
        return connection.execute(sql.SQL("SELECT {}").format(sql.SQL(" OR ").join(tables))).fetchone() == (False,)

    def _rows(self, connection: Connection) -> str:
        """Which version of which row there is: another one is another text."""
        version = "SELECT string_agg(xmin || ' ' || ctid::text, ',' ORDER BY ctid) FROM {}"
        tables = [sql.SQL(f"({version})").format(sql.Identifier(name)) for name in _tables(connection)]
        return str(connection.execute(sql.SQL("SELECT {}").format(sql.SQL(", ").join(tables))).fetchone())


def _tables(connection: Connection) -> list[str]:
    found = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' ORDER BY 1"
    )
    return [row[0] for row in found]


def _clocks_agree(connection: Connection) -> bool:
    row = connection.execute("SELECT extract(epoch FROM clock_timestamp())::float8").fetchone()
    return row is not None and abs(row[0] - time.time()) < AGREES_SECONDS


def _azure(simulator: Simulator) -> str:
    """Everything in a simulated Azure, its troubles and its time."""
    world = {name: value for name, value in vars(simulator.world).items() if name not in {"clock", "_agenda"}}
    agenda = [(at, number) for at, number, _ in simulator.world._agenda]
    trouble = (simulator.faults.waiting, simulator.limits._rules, simulator.page_size, simulator.clock.scale)
    state = world.pop("_random").getstate()
    return repr((world, agenda, hash(state), trouble, simulator.clock._offset))


def _put(source: AzureWorld, target: AzureWorld) -> None:
    """Make `target` what `source` is, with objects of its own; its clock stays."""
    clock = vars(target).get("clock", source.clock)
    memo: dict[int, Any] = {id(source): target, id(source.clock): clock}
    functions = copy._deepcopy_dispatch  # type: ignore[attr-defined]
    usual = functions[FunctionType]
    functions[FunctionType] = _function  # what is on the agenda holds on to what it is about
    try:
        made = {name: copy.deepcopy(value, memo) for name, value in vars(source).items()}
    finally:
        functions[FunctionType] = usual
    vars(target).clear()
    vars(target).update(made)


def _function(function: FunctionType, memo: dict[int, Any]) -> FunctionType:
    if function.__closure__ is None:
        return function
    cells = tuple(CellType() for _ in function.__closure__)
    made = FunctionType(function.__code__, function.__globals__, function.__name__, function.__defaults__, cells)
    made.__kwdefaults__ = function.__kwdefaults__
    memo[id(function)] = made
    for cell, held in zip(cells, function.__closure__, strict=True):
        cell.cell_contents = copy.deepcopy(held.cell_contents, memo)
    return made
