"""Reads lists as the API does, and asks Postgres how it read them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.db.database import API_ROLE, Database


def ago(**span: float) -> datetime:
    return datetime.now(UTC) - timedelta(**span)


Sent = list[tuple[str, Any]]


class Reader:
    """Reads lists as the API does for a caller, and remembers the statements."""

    def __init__(self, url: str) -> None:
        self.database = Database(url, role=API_ROLE)
        self.sent: Sent = []
        event.listen(
            self.database.engine.sync_engine,
            "before_cursor_execute",
            lambda _c, _cursor, statement, parameters, _context, _many: self.sent.append((statement, parameters)),
        )

    @asynccontextmanager
    async def asking(self, tenant: str, *, without: str | None = None) -> AsyncIterator[AsyncSession]:
        """A transaction as the API begins it; rolled back, for it may begin `without` one of the indexes."""
        async with self.database.of_tenant(tenant).begin() as session:
            if without is not None:
                for statement in ("SET LOCAL ROLE NONE", f"DROP INDEX {without}", f"SET LOCAL ROLE {API_ROLE}"):
                    await session.execute(text(statement))
            self.sent.clear()
            yield session
            await session.rollback()

    async def plans(self, session: AsyncSession) -> list[dict[str, Any]]:
        """How Postgres runs what was sent; it does run it, so that the figures are real."""
        connection = await session.connection()
        found = []
        for statement, parameters in list(self.sent):
            rows = await connection.exec_driver_sql(
                f"EXPLAIN (ANALYZE, TIMING off, FORMAT JSON) {statement}", parameters
            )
            found.append(rows.scalar_one()[0]["Plan"])
        return found
