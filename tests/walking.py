"""Counts the way of one request through the files of `app/`, and the structure of its folders (docs/walks.md).

`make walks` prints both. The same command before and after a rebuild gives figures that can be compared.
"""

import ast
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from inspect import CO_COROUTINE
from pathlib import Path
from types import FrameType
from typing import Any

from tests.folder_order import APP, ORDER, ROOTS

GROUND = ("core", "identity", "audit", "azure")
"""What every feature stands on. Its files are counted, but a step into it is no stay: it would drown the rest."""
BUDGET = ("budgets/",)
"""Asked by every request to Azure from behind the port, and more or less often: of the ground too."""
NOT_WALKED = ("simulator", "dev")

_walk: ContextVar["Walk | None"] = ContextVar("walk", default=None)


@dataclass
class Walk:
    """One way: `starts_at` = (file, function) whose first call begins it; None = it begins at once."""

    starts_at: tuple[str, str] | None = None
    path: list[str] = field(default_factory=list)
    """The files in which it stays, in order; no two neighbours are the same."""
    acting: list[str] = field(default_factory=list)
    """The same for coroutines alone: what waits for Postgres or Azure, without the pure functions that it asks."""
    climbs: list[tuple[str, str]] = field(default_factory=list)
    """(caller, called): a call into a folder that stands to the right of the caller's."""
    ground: set[str] = field(default_factory=set)
    calls: int = 0
    _seen: dict[int, FrameType] = field(default_factory=dict)
    _has_begun: bool = False

    @property
    def files(self) -> int:
        return len(set(self.path))

    @property
    def returns(self) -> int:
        """Stays in a file that was left before."""
        return len(self.path) - self.files

    def enter(self, frame: FrameType) -> None:
        """A function of `app/` is entered. A coroutine that goes on after waiting is not entered again."""
        if id(frame) in self._seen:
            return
        self._seen[id(frame)] = frame  # kept, so that no other frame gets its id
        where = file_of(frame)
        assert where is not None
        self._has_begun = self._has_begun or self.starts_at in (None, (where, frame.f_code.co_name))
        if not self._has_begun:
            return
        if is_ground(where):
            self.ground.add(where)
            return
        self.calls += 1
        if frame.f_code.co_flags & CO_COROUTINE and self.acting[-1:] != [where]:
            self.acting.append(where)
        if not self.path or self.path[-1] != where:
            self.path.append(where)
            caller = _caller(frame)
            if caller is not None and _climbs(caller, where):
                self.climbs.append((caller, where))


def file_of(frame: FrameType) -> str | None:
    """`jobs/store.py` for a frame of `app/`, None for any other and for what is not walked."""
    name = frame.f_code.co_filename
    if not name.startswith(_ROOT) or frame.f_code.co_name in _NO_CALLS:
        return None
    where = name[len(_ROOT) :]
    return None if room_of(where) in NOT_WALKED else where


_ROOT = f"{APP}/"
_NO_CALLS = {"<module>", "<genexpr>", "<listcomp>", "<setcomp>", "<dictcomp>"}


def room_of(where: str) -> str:
    return Path(where).parts[0].removesuffix(".py")


def is_ground(where: str) -> bool:
    return room_of(where) in GROUND or where.startswith(BUDGET)


def _caller(frame: FrameType) -> str | None:
    """The next file outwards that is walked and is not of the ground."""
    back = frame.f_back
    while back is not None:
        where = file_of(back)
        if where is not None and not is_ground(where):
            return where
        back = back.f_back
    return None


def _climbs(caller: str, called: str) -> bool:
    mine, other = room_of(caller), room_of(called)
    if mine == other or mine in ROOTS:
        return False
    return other in ROOTS or ORDER.index(other) > ORDER.index(mine)


@contextmanager
def walked(walk: Walk) -> Iterator[None]:
    """Follow what this task calls meanwhile, and the tasks that it starts."""
    token = _walk.set(walk)
    before = sys.getprofile()
    sys.setprofile(_note)
    try:
        yield
    finally:
        sys.setprofile(before)
        _walk.reset(token)
        walk._seen.clear()


def _note(frame: FrameType, event: str, _: Any) -> None:
    if event == "call" and (walk := _walk.get()) is not None and file_of(frame) is not None:
        walk.enter(frame)


# --- the structure ------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Room:
    """One folder: its modules, and the imports between them."""

    name: str
    modules: int
    lines: int
    arrows: int


def imported(path: Path) -> set[str]:
    """The files of `app/` that a file imports, as `jobs/store.py`."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("app"):
            names = [f"{node.module}.{alias.name}" for alias in node.names] + [node.module]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names if alias.name.startswith("app.")]
        else:
            continue
        files = (APP.parent / f"{name.replace('.', '/')}.py" for name in names)
        found |= {file.relative_to(APP).as_posix() for file in files if file.is_file()}
    return found


@cache
def arrows() -> dict[str, set[str]]:
    """Who imports whom, file by file. An `__init__` is the face of its folder and no file of its own."""
    files = (path for path in sorted(APP.rglob("*.py")) if path.name != "__init__.py")
    return {path.relative_to(APP).as_posix(): imported(path) for path in files}


def rooms() -> list[Room]:
    imports, found = arrows(), []
    for folder in sorted({str(Path(where).parent) for where in imports} - {"."}):
        inside = {where for where in imports if str(Path(where).parent) == folder}
        lines = sum(len((APP / where).read_text(encoding="utf-8").splitlines()) for where in inside)
        found.append(Room(folder, len(inside), lines, sum(len(imports[where] & inside) for where in inside)))
    return found


def between_rooms() -> dict[tuple[str, str], int]:
    """How many imports lead from one folder of `app/` to another; files of the top folder are rooms of their own."""
    found: dict[tuple[str, str], int] = {}
    for where, others in arrows().items():
        for other in others:
            pair = (room_of(where), room_of(other))
            if pair[0] != pair[1]:
                found[pair] = found.get(pair, 0) + 1
    return found


def upwards() -> list[tuple[str, str]]:
    """Imports to the right of their own folder. The entry points stand right of everything."""
    return [
        (where, other)
        for where, others in arrows().items()
        for other in sorted(others)
        if room_of(where) not in (*ROOTS, *NOT_WALKED) and _climbs(where, other)
    ]


def circles() -> list[set[str]]:
    """Files that import each other in a loop."""
    imports = arrows()
    reach = {where: _reached(where, imports) for where in imports}
    loops = {frozenset({where} | {o for o in reach[where] if where in reach[o]}) for where in imports}
    return sorted((set(loop) for loop in loops if len(loop) > 1), key=sorted)


def _reached(start: str, imports: dict[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    left = [start]
    while left:
        for other in imports.get(left.pop(), set()) - reached:
            reached.add(other)
            left.append(other)
    return reached
