"""The row of a table from what an event kept of it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Date, DateTime, Uuid

from app.core.db.database import Base

Row = TypeVar("Row", bound=Base)


def restored(model: type[Row], data: Mapping[str, Any]) -> Row:
    """An object of this model with the columns that `data` names, in their types; it belongs to no session.

    Names that this version's table does not have are left out: an older or newer process may have written the event.
    """
    columns = model.__table__.columns
    return model(**{name: _typed(columns[name].type, value) for name, value in data.items() if name in columns})


def _typed(kind: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if isinstance(kind, DateTime):
        return datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    return UUID(value) if isinstance(kind, Uuid) else value
