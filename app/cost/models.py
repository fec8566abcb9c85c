"""The table of price lists."""

from datetime import datetime

from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db.database import TZ, Base


class PriceListRow(Base):
    """The prices of a region in a currency, as Azure's public list had them. Belongs to no tenant."""

    __tablename__ = "price_lists"

    region: Mapped[str] = mapped_column(Text, primary_key=True)
    currency: Mapped[str] = mapped_column(Text, primary_key=True)
    fetched_at: Mapped[datetime] = mapped_column(TZ)
    prices: Mapped[dict[str, str]] = mapped_column(JSONB)
    """By `PriceKey`, a decimal as text each."""
