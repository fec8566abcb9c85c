"""The table of recovery plans."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db.database import NOW, TZ, Base


class RecoveryPlan(Base):
    __tablename__ = "recovery_plans"

    id: Mapped[UUID] = mapped_column(PG_UUID, primary_key=True)
    tenant: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = mapped_column(Text)
    """The name, folded: no two plans of a tenant have the same."""
    definition: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """The plan but for its name (`rules.Plan`)."""
    created_at: Mapped[datetime] = mapped_column(TZ, server_default=NOW)
    updated_at: Mapped[datetime] = mapped_column(TZ, server_default=NOW)

    __table_args__ = (
        Index("ix_recovery_plans_tenant_id", "tenant", "id"),
        Index("uq_recovery_plans_name", "tenant", "name_key", unique=True),
    )
