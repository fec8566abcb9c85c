"""The tenants of a principal, read from the database with one query."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import uuid_utils.compat as uuids
from sqlalchemy import CTE, ColumnElement, and_, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.identity.access.caller import MemberEntry, TenantMembership
from app.identity.access.grants import EVERYTHING, Grants
from app.identity.access.models import Member, Tenant
from app.identity.access.permissions import ROLES
from app.identity.errors import TenantGone
from app.identity.tokens.principal import Principal

DIRECTORY = "directory"


async def find_memberships(session: AsyncSession, principal: Principal, *, simulator: bool) -> list[TenantMembership]:
    """Every tenant of which the caller is a member, oldest first. A platform transaction: no tenant is known yet.

    Home tenants of directories, and tenants with the grant `*`, count in simulator mode only.
    """
    named = or_(
        and_(Member.kind == "principal", Member.object_id == principal.object_id),
        and_(Member.kind == "group", Member.object_id.in_(sorted(principal.groups))),
        Member.kind == DIRECTORY,
    )
    rows = await session.execute(
        select(Tenant, Member)
        .join(Member, Member.tenant == Tenant.id)
        .where(Member.issuer == principal.issuer, Member.directory == principal.directory, named)
        .order_by(Tenant.created_at, Tenant.id, Member.id)
    )
    found: dict[str, list[tuple[Tenant, Member]]] = {}
    for tenant, member in rows:
        if not simulator and _is_home(tenant, principal):
            continue
        found.setdefault(tenant.id, []).append((tenant, member))
    return [_membership(pairs[0][0], [member for _, member in pairs], principal) for pairs in found.values()]


@dataclass(frozen=True, slots=True)
class Home:
    """A directory's own tenant, and what of it was made just now: None = it was there."""

    tenant: str
    made: str | None
    """The tenant's name."""
    member_id: UUID | None


async def make_home(session: AsyncSession, principal: Principal) -> Home:
    """In simulator mode the first request of a directory creates a home tenant for it.

    It has all grants (everything is simulated), and the app roles of the directory's tokens apply in it.
    """
    tenant = home_of(principal.issuer, principal.directory)
    made = await session.scalar(
        insert(Tenant)
        .values(
            id=tenant,
            name=f"home of {principal.directory} at {principal.issuer}",
            grants=[{"subscription_id": EVERYTHING}],
        )
        .on_conflict_do_nothing()
        .returning(Tenant.name)
    )
    member_id = await session.scalar(
        insert(Member)
        .values(
            id=uuids.uuid7(),
            tenant=tenant,
            kind=DIRECTORY,
            issuer=principal.issuer,
            directory=principal.directory,
            roles=list(ROLES),
        )
        .on_conflict_do_nothing()
        .returning(Member.id)
    )
    return Home(tenant, made, member_id)


def held_tenant(tenant: ColumnElement[str]) -> CTE:
    """The tenant's row, locked against deletion, for a statement that creates something in the tenant.

    A deletion locks the row exclusively before it counts what the tenant has (`tenants.service.remove_tenant`).
    Whichever comes second waits. If that is the deletion, it counts what was created here. If it is this statement, it
    finds no row, because READ COMMITTED reads a row again after waiting for it. Statements that create something do not
    wait for each other, nor for a change of the tenant.
    """
    return select(Tenant.id).where(Tenant.id == tenant).with_for_update(read=True, key_share=True).cte("held")


async def check_tenant(session: AsyncSession, tenant: str) -> None:
    """Raises TenantGone if the tenant was deleted since the caller was looked up."""
    if await session.scalar(select(Tenant.id).where(Tenant.id == tenant)) is None:
        raise TenantGone(
            "The tenant was deleted while the request was on its way.", remedy="GET /v1/me lists your tenants."
        )


def home_of(issuer: str, directory: str) -> str:
    """The id of a directory's own tenant: the same wherever it is made."""
    return str(uuid5(NAMESPACE_URL, f"{issuer}|{directory}"))


def _is_home(tenant: Tenant, principal: Principal) -> bool:
    """Made in simulator mode: this directory's own, or another one's."""
    return tenant.id == home_of(principal.issuer, principal.directory) or Grants.read(tenant.grants).hold_everything


def choose(memberships: Sequence[TenantMembership], wanted: str | None) -> list[TenantMembership]:
    """Tenants the caller may mean: the one named; else those that name the caller or a group, else the directory's."""
    if wanted is not None:
        return [membership for membership in memberships if membership.tenant == wanted]
    named = [membership for membership in memberships if any(found.kind != DIRECTORY for found in membership.entries)]
    return named or list(memberships)


def _membership(tenant: Tenant, members: Sequence[Member], principal: Principal) -> TenantMembership:
    return TenantMembership(
        tenant=tenant.id,
        tenant_name=tenant.name,
        entries=tuple(_entry(row, principal) for row in members),
        grants=Grants.read(tenant.grants),
        quotas=dict(tenant.quotas),
        approvals=frozenset(tenant.approvals),
    )


def _entry(member: Member, principal: Principal) -> MemberEntry:
    roles: frozenset[Any] = frozenset(member.roles)
    return MemberEntry(str(member.id), member.kind, roles & principal.app_roles if member.kind == DIRECTORY else roles)
