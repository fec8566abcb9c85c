"""How many entries a list has: counted only for a caller who asks (`?count=true`), and never beyond a bound.

Counting reads rows that are on no page. So a list says "more than 10,000" instead of counting a million.
"""

from typing import Any, Final

from sqlalchemy import Select, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.http.pages import ListCount

MOST: Final = 10_000


class RowCounter:
    """What a list found, if its caller asked."""

    def __init__(self, *, is_asked: bool = False) -> None:
        self._is_asked = is_asked
        self._found: int | None = None

    async def count(self, session: AsyncSession, query: Select[*tuple[Any, ...]]) -> None:
        """Add the rows of a query. Its order and limit do not matter; it must not begin at a cursor."""
        if not self._is_asked or (self._found or 0) > MOST:
            return
        rows = query.with_only_columns(literal(1).label("one"), maintain_column_froms=True)
        some = rows.order_by(None).limit(MOST + 1).subquery()
        self.add(await session.scalar(select(func.count()).select_from(some)) or 0)

    def add(self, number: int) -> None:
        """Of a list that is read whole."""
        if self._is_asked:
            self._found = (self._found or 0) + number

    @property
    def found(self) -> ListCount | None:
        """None: it was not asked for."""
        return ListCount(value=min(self._found, MOST), exact=self._found <= MOST) if self._found is not None else None


UNCOUNTED: Final = RowCounter()
"""For callers that want no number."""
