"""Migrations: what each locks is known and written down, and none waits for a lock without end."""

import re
from pathlib import Path

from app.dev.embedded import embedded_postgres
from tests.database import server_place
from tests.habits.locks import Held, measure

ROOT = Path(__file__).resolve().parents[1]


def written_down() -> list[tuple[str, dict[str, str], set[str]]]:
    """(migration, tables it locks and how, tables it writes anew) of each row of migrations/LOCKS.md."""
    rows = []
    for line in (ROOT / "migrations" / "LOCKS.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) > 4 and cells[1].isdecimal():
            locked, anew = ({name for name in cell.split(", ") if name} for cell in cells[2:4])
            rows.append((cells[1], dict(mode_of(name) for name in locked), anew))
    return rows


def mode_of(cell: str) -> tuple[str, str]:
    """`jobs`, or `jobs (ShareLock)` where it is another lock than the heading says."""
    table, _, mode = cell.partition(" (")
    return table, mode.rstrip(")") or "AccessExclusiveLock"


def test_what_each_migration_locks_and_writes_anew_is_written_down() -> None:
    with server_place("locks") as place, embedded_postgres(place / "data", durable=False) as url:
        found: list[Held] = list(measure(url))
    assert [(held.revision, held.locks, set(held.rewritten)) for held in found] == written_down()


def test_every_migration_gives_up_waiting_for_a_lock() -> None:
    for path in sorted((ROOT / "migrations" / "versions").glob("0*.py")):
        assert re.search(r"SET LOCAL lock_timeout = '\d+s'", path.read_text(encoding="utf-8")), path.name
