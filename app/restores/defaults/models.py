"""The table of defaults of restores."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db.database import NOW, TZ, Base


class RestoreDefaults(Base):
    """Of one vault, or of the whole tenant (`vault_id` None). None = no default."""

    __tablename__ = "restore_defaults"

    id: Mapped[UUID] = mapped_column(PG_UUID, primary_key=True)
    tenant: Mapped[str] = mapped_column(Text)
    vault_id: Mapped[UUID | None] = mapped_column(PG_UUID, ForeignKey("vaults.id", ondelete="CASCADE"))
    resource_group_id: Mapped[str | None] = mapped_column(Text)
    subnet_id: Mapped[str | None] = mapped_column(Text)
    staging_storage_account_id: Mapped[str | None] = mapped_column(Text)
    updated_at: Mapped[datetime] = mapped_column(TZ, server_default=NOW)
    updated_by: Mapped[str] = mapped_column(Text)
    """The display name of the caller."""

    __table_args__ = (
        Index("uq_restore_defaults_tenant", "tenant", unique=True, postgresql_where=text("vault_id IS NULL")),
        Index("uq_restore_defaults_vault", "vault_id", unique=True, postgresql_where=text("vault_id IS NOT NULL")),
    )
