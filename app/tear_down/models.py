"""The table of tear-downs: what a job set out to delete, and how far it is. Written by workers only."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db.database import NOW, Base


class TearDownPlan(Base):
    """One for each job, made before its first deletion: later there is less to see of what belongs together."""

    __tablename__ = "tear_down_plans"

    job_id: Mapped[UUID] = mapped_column(PG_UUID, ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True)
    tenant: Mapped[str] = mapped_column(Text, index=True)
    resources: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """rules.Resource of everything, as it was before the first deletion."""
    notes: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    """steps.Note by folded id: what Azure answered."""
    planned_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=NOW)
