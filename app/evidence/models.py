"""The tables of evidence. Rows are only added: Postgres refuses to update or delete one."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, Integer, LargeBinary, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db.database import NOW, Base


class Evidence(Base):
    """A signed statement. It stays when its tenant, its run and its item are gone."""

    __tablename__ = "evidence"

    id: Mapped[UUID] = mapped_column(PG_UUID, primary_key=True)
    """The run that it is about."""
    tenant: Mapped[str] = mapped_column(Text)
    sequence: Mapped[int] = mapped_column(Integer)
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    """The canonical bytes of the statement."""
    hash: Mapped[str] = mapped_column(Text)
    previous: Mapped[str] = mapped_column(Text)
    key_id: Mapped[str] = mapped_column(Text)
    signature: Mapped[bytes] = mapped_column(LargeBinary)
    signed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=NOW)

    __table_args__ = (UniqueConstraint("tenant", "sequence"),)


class EvidenceKey(Base):
    """A public key that has signed evidence. It stays when it is taken out of the setting."""

    __tablename__ = "evidence_keys"

    key_id: Mapped[str] = mapped_column(Text, primary_key=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    first_used_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=NOW)
