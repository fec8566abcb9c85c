"""The tables AuditEntry (what happened), AuditSeal (its link in the chain) and AuditUnsealed (the sealer's queue).

The first two are insert-only: Holdfast's roles have no other right, and a trigger refuses everyone else, the owner
included.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Identity, Index, SmallInteger, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db.database import NOW, Base

TZ = DateTime(timezone=True)


class AuditEntry(Base):
    """One action of a principal, done or refused. Every column is covered by the entry's seal."""

    __tablename__ = "audit_entries"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    """In the order of writing, which is not the order of committing: the order that counts is the seals'."""
    tenant: Mapped[str] = mapped_column(Text)
    """Whose chain it belongs to; '' = the platform's."""
    at: Mapped[datetime] = mapped_column(TZ, server_default=NOW)
    actor_issuer: Mapped[str] = mapped_column(Text)
    actor_directory: Mapped[str] = mapped_column(Text)
    actor_object_id: Mapped[str] = mapped_column(Text)
    actor_name: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    """The operation id of the route (`create_restore`); `attempt`: a worker sent it to Azure; or what Holdfast did of
    itself (docs/audit.md lists it)."""
    target: Mapped[str] = mapped_column(Text)
    """The path of the resource."""
    outcome: Mapped[str] = mapped_column(Text)
    """accepted (a job will do it) | refused | done"""
    address: Mapped[str] = mapped_column(Text, server_default="")
    """Whence the request came; empty for a worker."""
    request_id: Mapped[str] = mapped_column(Text, server_default="")
    job_id: Mapped[UUID | None] = mapped_column(PG_UUID)
    approval_id: Mapped[UUID | None] = mapped_column(PG_UUID)
    attempt_id: Mapped[UUID | None] = mapped_column(PG_UUID)
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    """What was requested. Never a secret. Large values are replaced by SHA-256 and length, except those that must
    always be complete."""

    __table_args__ = (
        # Each filter of the list with the sort key behind it: a page is one range of an index.
        Index("ix_audit_entries_at", "tenant", "at", "id"),
        Index("ix_audit_entries_actor", "tenant", "actor_object_id", "at", "id"),
        Index("ix_audit_entries_action", "tenant", "action", "at", "id"),
        Index("ix_audit_entries_target", "tenant", "target", "at", "id"),
        Index("ix_audit_entries_job", "tenant", "job_id", "at", "id", postgresql_where=text("job_id IS NOT NULL")),
        Index("ix_audit_entries_refused", "tenant", "at", "id", postgresql_where=text("outcome = 'refused'")),
    )


class AuditSeal(Base):
    """A link of a tenant's chain: the hash of one entry together with the hash before it (canonical.py)."""

    __tablename__ = "audit_seals"

    tenant: Mapped[str] = mapped_column(Text, primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    """1, 2, 3, ... without a gap. The key is also what keeps two sealers from forking a chain."""
    entry_id: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(SmallInteger)
    """Of the canonical form that was hashed."""
    sealed_at: Mapped[datetime] = mapped_column(TZ)
    previous: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(Text)
    """SHA-256, 64 hexadecimal digits."""

    __table_args__ = (Index("uq_audit_seals_entry_id", "entry_id", unique=True),)


class AuditUnsealed(Base):
    """The sealer's queue. A trigger puts every new entry into it, from any writer; sealing takes it out.

    Ids are not committed in their order, so "all above the last one" would miss an entry for ever, and looking for
    entries without a seal costs more with every one that has one.
    """

    __tablename__ = "audit_unsealed"

    tenant: Mapped[str] = mapped_column(Text, primary_key=True)
    entry_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
