"""The table of how far the log of events was pruned. The events themselves are in app/core/events."""

from sqlalchemy import BigInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db.database import Base


class EventHorizon(Base):
    """How far the events of a tenant are pruned: a reader who stands before it has missed some."""

    __tablename__ = "event_horizons"

    tenant: Mapped[str] = mapped_column(Text, primary_key=True)
    pruned_to: Mapped[int] = mapped_column(BigInteger)
    """The position of the newest event that is gone."""
