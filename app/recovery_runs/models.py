"""The tables of recovery runs and their members. Plan, points and targets are in the run's job (`orders.py`)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import DOUBLE_PRECISION, JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db.database import NOW, TZ, Base
from app.core.db.leases import Leased


class RecoveryRun(Leased, Base):
    """One run: the due row of the loop `recovering` until it has ended."""

    __tablename__ = "recovery_runs"

    id: Mapped[UUID] = mapped_column(PG_UUID, primary_key=True)
    tenant: Mapped[str] = mapped_column(Text)
    plan_id: Mapped[UUID] = mapped_column(PG_UUID)
    """The plan may have been changed or deleted since."""
    job_id: Mapped[UUID] = mapped_column(PG_UUID)
    mode: Mapped[str] = mapped_column(Text)
    plan_hash: Mapped[str] = mapped_column(Text)
    promised_rto_seconds: Mapped[int | None] = mapped_column(Integer)
    point_spread_seconds: Mapped[float | None] = mapped_column(DOUBLE_PRECISION)
    waves: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """The waves as they are now (`rules.Wave`)."""
    gate: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """The last gate that was waited at: {wave, kind, state: waiting | open | closed, since, until, decision}. Each
    change of it is an event."""
    stopped: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """{code, detail}: why nothing more begins (`rules.Stop`); None = it goes on."""
    started_at: Mapped[datetime | None] = mapped_column(TZ)
    """When its first wave could begin: recovery times count from here."""
    ends_by: Mapped[datetime | None] = mapped_column(TZ)
    """Then it ends in any case."""
    ended_at: Mapped[datetime | None] = mapped_column(TZ)
    rto_seconds: Mapped[float | None] = mapped_column(DOUBLE_PRECISION)
    """From `started_at` to the end of the last restore; None unless every member that may not fail came back."""
    created_at: Mapped[datetime] = mapped_column(TZ, server_default=NOW)
    updated_at: Mapped[datetime] = mapped_column(TZ, server_default=NOW)
    """Of what callers see."""

    __table_args__ = (
        Index("ix_recovery_runs_tenant_id", "tenant", "id"),
        Index("ix_recovery_runs_tenant_plan_id", "tenant", "plan_id", "id"),
        Index("uq_recovery_runs_job", "job_id", unique=True),
        Index("ix_recovery_runs_due", "due_at", postgresql_where=text("ended_at IS NULL")),
        Index("ix_recovery_runs_ended_at", "ended_at", postgresql_where=text("ended_at IS NOT NULL")),
    )


class RecoveryMember(Base):
    """One VM of a run."""

    __tablename__ = "recovery_members"

    run_id: Mapped[UUID] = mapped_column(PG_UUID, primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    """Its place in the order of the run (`orders.Order.members`)."""
    tenant: Mapped[str] = mapped_column(Text)
    protected_item_id: Mapped[UUID] = mapped_column(PG_UUID)
    vm_id: Mapped[str | None] = mapped_column(Text)
    """None: the item was gone when the run was asked for."""
    wave: Mapped[int] = mapped_column(Integer)
    may_fail: Mapped[bool] = mapped_column(Boolean)
    state: Mapped[str] = mapped_column(Text)
    recovery_point_at: Mapped[datetime | None] = mapped_column(TZ)
    restore_id: Mapped[UUID | None] = mapped_column(PG_UUID)
    job_id: Mapped[UUID | None] = mapped_column(PG_UUID)
    """The job of its restore."""
    error: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """Why it failed, as a job's error."""
    finished_at: Mapped[datetime | None] = mapped_column(TZ)
    rto_seconds: Mapped[float | None] = mapped_column(DOUBLE_PRECISION)
    """From the beginning of the run to the end of its restore, if that ended well."""

    __table_args__ = (Index("ix_recovery_members_restoring", "run_id", postgresql_where=text("state = 'restoring'")),)
