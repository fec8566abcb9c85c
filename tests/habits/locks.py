"""Which locks a migration holds on tables that were there before it, and which of them it writes anew."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import as_file, files
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text

from app.core.db.database import driver_url

HARMLESS = {"AccessShareLock", "RowShareLock"}
"""Readers and writers of rows go on beside these."""
STRENGTH = (
    "RowExclusiveLock",
    "ShareUpdateExclusiveLock",
    "ShareLock",
    "ShareRowExclusiveLock",
    "ExclusiveLock",
    "AccessExclusiveLock",
)
TABLES = "SELECT relname, relfilenode FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
HELD = """
    SELECT relname, mode FROM pg_locks JOIN pg_class ON pg_class.oid = relation
    WHERE pid = pg_backend_pid() AND locktype = 'relation' AND granted
      AND relkind = 'r' AND relnamespace = 'public'::regnamespace
"""


@dataclass(frozen=True, slots=True)
class Held:
    """What one migration does to tables that were there: table -> strongest lock, and the tables written anew."""

    revision: str
    locks: dict[str, str]
    rewritten: frozenset[str]


def measure(url: str) -> Iterator[Held]:
    """Migrate the empty database at `url` step by step, and tell of each step before it commits."""
    engine = create_engine(driver_url(url))
    with as_file(files("migrations")) as location:
        config = Config()
        config.set_main_option("script_location", str(location))
        config.attributes["url"] = driver_url(url)
        steps = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
        for revision in reversed(steps):
            with engine.connect() as connection:
                before = _tables(connection)
            found: list[Held] = []

            def look(*, ctx: Any, revision: str = revision, **_: Any) -> None:
                found.append(_held(ctx.connection, revision, before))  # noqa: B023 - called within this round

            config.attributes["on_version_apply"] = (look,)
            command.upgrade(config, revision)
            yield from found
    engine.dispose()


def _tables(connection: Connection) -> dict[str, int]:
    return {str(row[0]): int(row[1]) for row in connection.execute(text(TABLES))}


def _held(connection: Connection, revision: str, before: dict[str, int]) -> Held:
    locks: dict[str, str] = {}
    for table, mode in connection.execute(text(HELD)):
        if table in before and table != "alembic_version" and mode not in HARMLESS:
            locks[table] = max(mode, locks.get(table, mode), key=STRENGTH.index)
    after = _tables(connection)
    rewritten = {table for table in before if table in after and after[table] != before[table]}
    return Held(revision, dict(sorted(locks.items())), frozenset(rewritten))
