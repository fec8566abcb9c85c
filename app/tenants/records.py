"""Audit details of tenants and members: always complete, at any size."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.trail import record
from app.identity.access.caller import Caller
from app.identity.access.models import Member, Tenant


def member_path(member: Member) -> str:
    return f"/v1/tenants/{member.tenant}/members/{member.id}"


def who(member: Member) -> dict[str, Any]:
    """Who is let in, and as what."""
    return {
        "kind": member.kind,
        "issuer": member.issuer,
        "directory": member.directory,
        "object_id": member.object_id,
        "roles": sorted(member.roles),
        "display_name": member.details.get("display_name"),
    }


def held_by(tenant: Tenant) -> dict[str, Any]:
    """All that decides what may be done in the tenant, but its members."""
    return {name: getattr(tenant, name) for name in ("name", "grants", "quotas", "approvals", "time_zone")}


async def record_members(session: AsyncSession, caller: Caller, action: str, members: Sequence[Member]) -> None:
    """One entry for each, as if it had been requested alone, so that none is shortened."""
    for member in members:
        await record(session, caller, action=action, target=member_path(member), always=who(member))
