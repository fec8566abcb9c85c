"""The one claim helper: leases due rows to a worker.

Everything in the background is a due row with three columns, `due_at`, `lease_until`, `fence`. Claiming is one
statement: the due rows are picked `FOR UPDATE SKIP LOCKED` inside a MATERIALIZED CTE (without it the planner may run
the LIMIT subquery once per joined row and lock more than it returns), the lease is stamped by the **database's** clock
(a process clock may be minutes off), and the fence goes up by one. A verdict is written later `WHERE fence
= <the claimed fence>`: a worker that was frozen past its lease finds its fence gone and writes nothing.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import CTE, ColumnElement, DateTime, Double, Select, Update, and_, cast, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import BigInteger

from app.core.db.database import NOW


class Leased:
    """Mixin: the three columns of a due row."""

    due_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=NOW)
    """When the row wants to be looked at next."""
    lease_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """Until when a worker holds it; None or past = free."""
    fence: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """Goes up with every claim; a verdict counts only while it is unchanged."""


def is_free(row: type[Leased]) -> ColumnElement[bool]:
    """No worker holds the row now."""
    return or_(row.lease_until.is_(None), row.lease_until <= NOW)


def claim(
    row: type[Leased],
    key: Any,
    *,
    where: ColumnElement[bool],
    limit: int,
    lease: timedelta,
    values: Mapping[str, Any] | None = None,
) -> Update:
    """The statement that leases up to `limit` due rows, longest due first; add `.returning(...)` for what is wanted.

    `key` is the row's primary key column; `where` selects the rows of this loop; `values` are set in the same statement
    (a transition that must happen together with the claim).
    """
    return lease_of(row, key, due_rows(row, key, where=where, limit=limit), lease=lease, values=values)


def due_rows(row: type[Leased], key: Any, *, where: ColumnElement[bool], limit: int) -> CTE:
    """The first half of a claim: up to `limit` due rows, locked, as a CTE of their keys."""
    return (
        select(key)
        .where(and_(where, row.due_at <= NOW, is_free(row)))
        .order_by(row.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True, of=row)
        .cte("due")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )


def lease_of(
    row: type[Leased],
    key: Any,
    due: CTE,
    *,
    lease: timedelta | ColumnElement[timedelta],
    values: Mapping[str, Any] | None = None,
) -> Update:
    """The second half of a claim: the lease on the rows that the first half locked.

    They are looked up as an array. Postgres makes a plan for any limit after a while, expects a tenth of the table, and
    would read all of it to join them (measured: 100,000 queued, a claim of 32 three times as long).
    """
    changes: dict[str, Any] = {"lease_until": NOW + lease, "fence": row.fence + 1, **(values or {})}
    found = func.array(select(due.c[key.key]).scalar_subquery())
    return update(row).where(key == func.any(found)).values(changes)


async def hold(
    session: AsyncSession, row: type[Leased], which: ColumnElement[bool], fence: int, **changes: Any
) -> bool:
    """Change a leased row; whether it was still ours to change."""
    held = await session.execute(update(row).where(which, row.fence == fence).values(changes).returning(row.fence))
    return held.first() is not None


async def renew(
    session: AsyncSession,
    row: type[Leased],
    which: ColumnElement[bool],
    fence: int,
    *,
    lease: timedelta,
    **changes: Any,
) -> float | None:
    """Renew the lease of the row. Returns its seconds, or None if another worker has taken the row over.

    None as well if it was given back a moment ago: renewed then, it would be leased without an owner.
    """
    renewed = await session.execute(
        update(row)
        .where(which, row.fence == fence, row.lease_until.is_not(None))
        .values({"lease_until": NOW + lease, **changes})
        .returning(left_of(row))
    )
    seconds: float | None = renewed.scalar_one_or_none()
    return seconds


def left_of(row: type[Leased]) -> ColumnElement[float]:
    """How many seconds the lease lasts, by the database's clock."""
    return cast(func.extract("epoch", row.lease_until - NOW), Double)


async def seconds_until_due(session: AsyncSession, row: type[Leased], where: ColumnElement[bool]) -> float | None:
    """Seconds until the next of these rows is due or its lease ends; None if there is no row."""
    table: Any = row  # mypy takes a class of a protocol for one that cannot be hashed
    seconds = await session.scalar(_until_due(table, where))
    return None if seconds is None else max(0.0, float(seconds))


@lru_cache(maxsize=256)
def _until_due(row: Any, where: ColumnElement[bool]) -> Select[Any]:
    """Composed once for each loop, whose rows are always the same object: every look at the queue asks it."""
    soonest = func.min(func.greatest(row.due_at, func.coalesce(row.lease_until, row.due_at)))
    return select(func.extract("epoch", soonest - NOW)).where(where)
