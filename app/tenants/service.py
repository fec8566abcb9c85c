"""Reads and writes tenants and members for platform admins. Every write notifies the replicas of changed rights.

These functions run in transactions of the platform, which see tenants and members and nothing that belongs to one.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import uuid_utils.compat as uuids
from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.trail import record_own
from app.core.db.database import NOW
from app.core.http.counts import UNCOUNTED, RowCounter
from app.core.http.pages import cut, decode_cursor, encode_cursor, text_key, uuid_key
from app.identity.access import memberships
from app.identity.access.caller import NO_TENANT
from app.identity.access.grants import EVERYTHING
from app.identity.access.membership_cache import ACCESS_CHANNEL
from app.identity.access.models import Member, Tenant
from app.identity.access.permissions import ROLES
from app.identity.errors import NoSuchTenant
from app.identity.tokens.principal import Principal
from app.tenants.errors import MemberExists, MemberNotFound, TenantInUse, TenantNameTaken
from app.tenants.rules import MemberAsk


async def make_tenant(
    session: AsyncSession, values: Mapping[str, Any], members: Sequence[MemberAsk]
) -> tuple[Tenant, list[Member]]:
    """`values`: by column name. Raises TenantNameTaken or MemberExists; uniqueness decides the race."""
    tenant = Tenant(id=str(uuids.uuid7()), **values)
    session.add(tenant)
    await _flush_name(session, str(values["name"]))
    made = [
        await _add(session, tenant.id, member, pointer=f"#/members/{number}") for number, member in enumerate(members)
    ]
    await _announce(session, tenant.id)
    await session.refresh(tenant)
    return tenant, made


async def make_home(session: AsyncSession, principal: Principal) -> None:
    """Create the home of a directory (simulator mode), recorded on the trail as made by Holdfast.

    A deleted member of it is added again at the next request, and recorded again. No process needs a notification:
    those that found nothing before read again within seconds.
    """
    home = await memberships.make_home(session, principal)
    path = f"/v1/tenants/{home.tenant}"
    for_whom = {"issuer": principal.issuer, "directory": principal.directory, "seen_first": principal.object_id}
    if home.made is not None:
        said = {"name": home.made, "grants": [{"subscription_id": EVERYTHING}], "roles": list(ROLES)}
        await record_own(session, NO_TENANT, action="create_tenant", target=path, details=for_whom, always=said)
    elif home.member_id is not None:
        path += f"/members/{home.member_id}"
        said = {"kind": memberships.DIRECTORY, "roles": list(ROLES)}
        await record_own(session, NO_TENANT, action="create_member", target=path, details=for_whom, always=said)


async def change_tenant(session: AsyncSession, tenant: Tenant, values: Mapping[str, Any]) -> Tenant:
    """Of a tenant that is held. Raises TenantNameTaken."""
    now = (await session.scalars(select(NOW))).one()
    for name, value in (dict(values) | {"updated_at": now}).items():
        setattr(tenant, name, value)
    await _flush_name(session, str(values.get("name", "")))
    await _announce(session, tenant.id)
    return tenant


async def remove_tenant(session: AsyncSession, tenant: Tenant) -> Sequence[Member]:
    """Its members go with it, and are answered; what ended in it stays in the database without a tenant.

    Raises TenantInUse.

    A transaction that creates a job locks the tenant until its end (`memberships.held_tenant`). So this waits for
    requests that are being accepted, and counts their jobs; those that come later find no tenant.
    """
    await session.execute(select(Tenant.id).where(Tenant.id == tenant.id).with_for_update())
    held = (await session.execute(text("SELECT * FROM holdfast_tenant_holds(:of)"), {"of": tenant.id})).one()
    if held.vaults or held.jobs:
        raise TenantInUse(
            f"The tenant {tenant.name} has {held.vaults} vaults and {held.jobs} jobs that have not ended.",
            remedy="Delete its vaults and wait for its jobs; to shut it out now, delete its members.",
            vaults=held.vaults,
            jobs=held.jobs,
        )
    gone = await session.scalars(delete(Member).where(Member.tenant == tenant.id).returning(Member))
    members = sorted(gone, key=lambda member: member.id)
    await session.delete(tenant)
    await session.flush()
    await _announce(session, tenant.id)
    return members


async def get_tenant(session: AsyncSession, tenant_id: str) -> Tenant:
    """Raises NoSuchTenant."""
    return _found(await session.get(Tenant, tenant_id), tenant_id)


async def hold_tenant(session: AsyncSession, tenant_id: str) -> Tenant:
    """The tenant, locked until this transaction ends. Raises NoSuchTenant.

    Requests in the tenant do not wait for this lock; only its deletion (`remove_tenant`) conflicts with new jobs.
    """
    return _found(await session.get(Tenant, tenant_id, with_for_update={"key_share": True}), tenant_id)


def _found(tenant: Tenant | None, tenant_id: str) -> Tenant:
    if tenant is None:
        raise NoSuchTenant(f"There is no tenant {tenant_id}.", remedy="Take the id from GET /v1/tenants.")
    return tenant


async def list_tenants(
    session: AsyncSession, *, limit: int, cursor: str | None, counter: RowCounter = UNCOUNTED
) -> tuple[list[Tenant], str | None]:
    """By id, which is by age but for those that simulator mode made."""
    query = select(Tenant).order_by(Tenant.id).limit(limit + 1)
    await counter.count(session, query)
    keys = decode_cursor(cursor, "tenants", 1)
    if keys is not None:
        query = query.where(Tenant.id > text_key(keys[0]))
    page, last = cut((await session.scalars(query)).all(), limit)
    return page, encode_cursor("tenants", last.id) if last else None


# --- members ---------------------------------------------------------------------------------------------------------
async def add_member(session: AsyncSession, tenant: Tenant, asked: MemberAsk) -> Member:
    """Raises MemberExists."""
    member = await _add(session, tenant.id, asked)
    await _announce(session, tenant.id)
    await session.refresh(member)
    return member


async def _add(session: AsyncSession, tenant: str, asked: MemberAsk, *, pointer: str = "#/id") -> Member:
    member = Member(
        id=uuids.uuid7(),
        tenant=tenant,
        kind=asked.kind,
        issuer=asked.issuer,
        directory=asked.directory,
        object_id=asked.object_id,
        roles=list(asked.roles),
        details={"display_name": asked.display_name} if asked.display_name else {},
    )
    session.add(member)
    try:
        await session.flush()
    except IntegrityError:
        raise MemberExists(
            f"This {asked.kind} is a member already.",
            pointer=pointer,
            remedy="Change its roles: PATCH /v1/tenants/{id}/members/{member_id}.",
        ) from None
    return member


async def change_member(
    session: AsyncSession, member: Member, *, roles: Sequence[str] | None, name: str | None
) -> None:
    """A value that is None is not changed."""
    if roles is not None:
        member.roles = sorted(set(roles))
    if name is not None:
        member.details = dict(member.details) | {"display_name": name}
    await session.flush()
    await _announce(session, member.tenant)


async def remove_member(session: AsyncSession, member: Member) -> None:
    await session.delete(member)
    await session.flush()
    await _announce(session, member.tenant)


async def hold_member(session: AsyncSession, tenant_id: str, member_id: UUID) -> Member:
    """Raises NoSuchTenant or MemberNotFound."""
    await get_tenant(session, tenant_id)
    member = await session.scalar(
        select(Member).where(Member.id == member_id, Member.tenant == tenant_id).with_for_update()
    )
    if member is None:
        raise MemberNotFound(
            f"The tenant has no member {member_id}.", remedy="Take the id from GET /v1/tenants/{id}/members."
        )
    return member


async def list_members(
    session: AsyncSession, tenant_id: str, *, limit: int, cursor: str | None, counter: RowCounter = UNCOUNTED
) -> tuple[list[Member], str | None]:
    """Oldest first. Raises NoSuchTenant."""
    await get_tenant(session, tenant_id)
    query = select(Member).where(Member.tenant == tenant_id).order_by(Member.id).limit(limit + 1)
    await counter.count(session, query)
    keys = decode_cursor(cursor, "members", 1)
    if keys is not None:
        query = query.where(Member.id > uuid_key(keys[0]))
    page, last = cut((await session.scalars(query)).all(), limit)
    return page, encode_cursor("members", str(last.id)) if last else None


async def _flush_name(session: AsyncSession, name: str) -> None:
    try:
        await session.flush()
    except IntegrityError:
        raise TenantNameTaken(
            f"There is a tenant named {name}, in this or another letter case.",
            pointer="#/name",
            remedy="Choose another name, or change that tenant: GET /v1/tenants lists them.",
        ) from None


async def _announce(session: AsyncSession, tenant: str) -> None:
    await session.execute(select(func.pg_notify(ACCESS_CHANNEL, tenant)))
