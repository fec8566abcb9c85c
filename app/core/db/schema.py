"""Checks the database once at start: login, role and schema. Errors that waiting cannot fix stop the process.

Without this check, a login that is not a member of its process's role, or a schema older than the code, would look like
a database that is away: 503 for ever, without a reason. A database that really is away is waited for.
"""

from importlib.resources import files

import psycopg
from psycopg import sql

from app.core.db.database import CONNECT_SECONDS, libpq_url
from app.core.db.mode import READ, RECORDING, mode_of, other_mode


class DatabaseNotUsableError(Exception):
    """The message is one line for the operator who starts the process."""


def check_usable(url: str, role: str, *, simulator: bool) -> None:
    """Whether this login may take the role, the schema is as new as this code, and the database is of this mode.

    Synchronous. A database that cannot be reached raises nothing. Raises DatabaseNotUsableError.
    """
    try:
        with psycopg.connect(libpq_url(url), autocommit=True, connect_timeout=CONNECT_SECONDS) as connection:
            _check(connection, role)
            _check_mode(connection, mode_of(simulator=simulator))
    except psycopg.Error:
        return


def _check(connection: psycopg.Connection[tuple[str]], role: str) -> None:
    login = connection.info.user
    try:
        connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
        found = connection.execute("SELECT version_num FROM public.alembic_version").fetchone()
    except psycopg.errors.InvalidParameterValue:  # there is no such role: no migration has made it yet
        raise _not_migrated(None) from None
    except psycopg.errors.UndefinedTable:
        raise _not_migrated(None) from None
    except psycopg.errors.InsufficientPrivilege as error:
        if "alembic_version" in str(error):  # the role is known from another database of this cluster
            raise _not_migrated(None) from None
        raise DatabaseNotUsableError(
            f"HOLDFAST_DATABASE_URL logs in as {login!r}, which is not a member of {role}: GRANT {role} TO the login "
            "(see docs/operating.md, Database roles)."
        ) from None
    version = found[0] if found else None
    # A version this code has never heard of is a newer one, made by a newer process of a rolling upgrade.
    if version is None or (version in revisions() and version != revisions()[-1]):
        raise _not_migrated(version)


def _check_mode(connection: psycopg.Connection[tuple[str]], mode: str) -> None:
    found = connection.execute(READ).fetchone()
    if found is None:
        connection.execute(RECORDING[mode])
        found = connection.execute(READ).fetchone()
    if found is not None and found[0] != mode:
        raise DatabaseNotUsableError(other_mode(found[0]))


def _not_migrated(version: str | None) -> DatabaseNotUsableError:
    return DatabaseNotUsableError(
        f"The database of HOLDFAST_DATABASE_URL is not migrated: its schema is {version or 'empty'}, and this version "
        f"needs {revisions()[-1]}. Run `holdfast migrate` first."
    )


def revisions() -> list[str]:
    """Every revision of the schema, oldest first.

    Read from the names of the files, because importing Alembic takes 0.2 s.
    """
    found = [entry.name for entry in (files("migrations") / "versions").iterdir()]
    return sorted(name.partition("_")[0] for name in found if name[0].isdigit() and name.endswith(".py"))
