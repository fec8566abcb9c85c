"""Reads the rules that tenants have set."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.alerts.kinds import Severity
from app.alerts.models import AlertRule
from app.alerts.rules import Wanted


async def rules_of(session: AsyncSession, tenants: Collection[str]) -> Mapping[tuple[str, str], Wanted]:
    """The rules that these tenants have set, by tenant and kind."""
    rows = await session.scalars(select(AlertRule).where(AlertRule.tenant.in_(tenants)))
    return {(row.tenant, row.kind): wanted_of(row) for row in rows}


def wanted_of(row: AlertRule) -> Wanted:
    return Wanted(
        row.enabled,
        Severity(row.severity) if row.severity is not None else None,
        row.grace_seconds,
        tuple(UUID(one) for one in row.webhook_ids),
        tuple(row.mail),
    )
