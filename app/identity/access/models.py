"""Tenant and Member: who shares this installation, and who may do what in which part of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db.database import NOW, Base


class Tenant(Base):
    """A party that sees its own vaults, items, restores and jobs, and no others."""

    __tablename__ = "tenants"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    """Opaque. Every row of data carries it as `tenant`."""
    name: Mapped[str] = mapped_column(Text)
    grants: Mapped[list[dict[str, str | None]]] = mapped_column(JSONB, server_default="[]")
    """[{subscription_id, resource_group | null}]: the part of Azure it may touch."""
    quotas: Mapped[dict[str, int]] = mapped_column(JSONB, server_default="{}")
    """Limits by name; a name that is missing is not limited."""
    approvals: Mapped[list[str]] = mapped_column(JSONB, server_default="[]")
    """Which operations need a second person."""
    time_zone: Mapped[str | None] = mapped_column(Text)
    """IANA name: the days of its reports. None = the installation's."""
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=NOW)
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=NOW)

    __table_args__ = (Index("uq_tenants_name", text("lower(name)"), unique=True),)


class Member(Base):
    """Who has which roles in a tenant.

    A principal or a group, by its id in its directory; or a whole directory (`object_id` empty): then the app roles of
    a token count, as far as `roles` lists them.
    """

    __tablename__ = "members"

    id: Mapped[UUID] = mapped_column(PG_UUID, primary_key=True)
    tenant: Mapped[str] = mapped_column(Text, ForeignKey("tenants.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(Text)
    """principal | group | directory"""
    issuer: Mapped[str] = mapped_column(Text)
    directory: Mapped[str] = mapped_column(Text)
    object_id: Mapped[str] = mapped_column(Text, server_default="")
    roles: Mapped[list[str]] = mapped_column(JSONB)
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    """What people should know of it: {display_name}."""
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=NOW)

    __table_args__ = (
        Index("uq_members_who", "tenant", "kind", "issuer", "directory", "object_id", unique=True),
        Index("ix_members_who", "issuer", "directory", "kind", "object_id"),
    )
