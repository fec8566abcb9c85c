"""The table Installation: facts about this database as a whole, such as its mode."""

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, SmallInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db.database import NOW, Base


class Installation(Base):
    """One row, or none yet. Belongs to no tenant. Both roles may read and add it; neither may change or delete it."""

    __tablename__ = "installation"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, server_default="1")
    mode: Mapped[str] = mapped_column(Text)
    """azure | simulator: the mode of the first API or worker that used this database (mode.py)."""
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=NOW)

    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        CheckConstraint("mode IN ('azure', 'simulator')", name="mode"),
    )
