"""The tables of price lists, of the months that are kept and of what vaults store; the due row of the loop."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, Date, Integer, Numeric, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db.database import NOW, TZ, Base
from app.core.db.leases import Leased


class PriceListRow(Base):
    """The prices of a region in a currency, as Azure's public list had them. Belongs to no tenant."""

    __tablename__ = "price_lists"

    region: Mapped[str] = mapped_column(Text, primary_key=True)
    currency: Mapped[str] = mapped_column(Text, primary_key=True)
    fetched_at: Mapped[datetime] = mapped_column(TZ)
    prices: Mapped[dict[str, str]] = mapped_column(JSONB)
    """By `PriceKey`, a decimal as text each."""


class AccruedMonth(Base):
    """What one item cost in one month so far: a share for each day. Stays when the item is gone."""

    __tablename__ = "cost_accruals"

    tenant: Mapped[str] = mapped_column(Text, primary_key=True)
    month: Mapped[date] = mapped_column(Date, primary_key=True)
    """Its first day, by UTC."""
    item_id: Mapped[UUID] = mapped_column(PG_UUID, primary_key=True)
    vault_id: Mapped[UUID] = mapped_column(PG_UUID)
    vm_id: Mapped[str] = mapped_column(Text)
    labels: Mapped[dict[str, str]] = mapped_column(JSONB, server_default="{}")
    """Of the item when its newest share was added, by name."""
    currency: Mapped[str] = mapped_column(Text)
    price_date: Mapped[date] = mapped_column(Date)
    """Of the list of the newest share."""
    price_source: Mapped[str] = mapped_column(Text)
    """A `PriceSource`, of the newest share."""
    amount: Mapped[Decimal | None] = mapped_column(Numeric)
    """The sum of the shares that were known; None = none was."""
    is_complete: Mapped[bool]
    """Whether every charge of every day was known."""
    days: Mapped[int] = mapped_column(Integer)
    """The days that are in it, a bit each: the lowest is the first of the month. No day is added twice."""
    written_at: Mapped[datetime] = mapped_column(TZ, server_default=NOW)


class CostMonth(Base):
    """What one item cost in one month, whole, as Holdfast computed it before it kept days. Nothing writes it now."""

    __tablename__ = "cost_months"

    tenant: Mapped[str] = mapped_column(Text, primary_key=True)
    month: Mapped[date] = mapped_column(Date, primary_key=True)
    """Its first day."""
    item_id: Mapped[UUID] = mapped_column(PG_UUID, primary_key=True)
    vault_id: Mapped[UUID] = mapped_column(PG_UUID)
    vm_id: Mapped[str] = mapped_column(Text)
    labels: Mapped[dict[str, str]] = mapped_column(JSONB, server_default="{}")
    """Of the item in that month, by name."""
    currency: Mapped[str] = mapped_column(Text)
    price_date: Mapped[date] = mapped_column(Date)
    price_source: Mapped[str] = mapped_column(Text)
    """A `PriceSource`."""
    monthly: Mapped[Decimal | None] = mapped_column(Numeric)
    """The sum of the charges that were known; None = none was."""
    is_complete: Mapped[bool]
    written_at: Mapped[datetime] = mapped_column(TZ, server_default=NOW)


class CostSchedule(Leased, Base):
    """When a tenant's days are charged next: the due row of the loop."""

    __tablename__ = "cost_schedules"

    tenant: Mapped[str] = mapped_column(Text, primary_key=True)
    accrued_through: Mapped[date | None] = mapped_column(Date)
    """The newest day (UTC) whose shares are in `cost_accruals`, with all before it; None = none yet."""


class VaultStored(Base):
    """What Azure said last of how much a vault stores."""

    __tablename__ = "cost_stored"

    vault_id: Mapped[UUID] = mapped_column(PG_UUID, primary_key=True)
    tenant: Mapped[str] = mapped_column(Text)
    local_bytes: Mapped[int | None] = mapped_column(BigInteger)
    geo_bytes: Mapped[int | None] = mapped_column(BigInteger)
    items: Mapped[int | None] = mapped_column(BigInteger)
    """Of every kind, in the whole vault."""
    as_of: Mapped[datetime | None] = mapped_column(TZ)
    """When Azure said so; None = it never did."""
    asked_at: Mapped[datetime] = mapped_column(TZ, server_default=NOW)
    is_denied: Mapped[bool]
    """Whether Holdfast's identity was not allowed to read it when it asked last."""
