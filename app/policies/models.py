"""The policies we know."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base
from app.core.leases import NOW


class Policy(Base):
    __tablename__ = "policies"

    id: Mapped[UUID] = mapped_column(PG_UUID, primary_key=True)
    tenant: Mapped[str] = mapped_column(Text)
    vault_id: Mapped[UUID] = mapped_column(PG_UUID, ForeignKey("vaults.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = mapped_column(Text)
    """The name in lower case: Azure's names know no case."""
    state: Mapped[str] = mapped_column(Text)
    """creating | ready"""
    definition: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """A PolicyDefinition; None when Azure's policy cannot be said in our words."""
    raw: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """Azure's own JSON, kept for what we cannot say."""
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=NOW)
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=NOW)
    as_of: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (Index("uq_policies_vault_name", "vault_id", "name_key", unique=True),)
