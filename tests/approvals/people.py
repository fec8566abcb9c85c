"""A tenant with three people in it, for tests that speak to services: one asks, two others may decide."""

import json
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.identity.access.caller import Caller, MemberEntry, TenantMembership, rights
from app.identity.access.permissions import ROLES
from tests.callers import EVERYTHING_GRANTED, principal

TENANT = "tenant-of-three"


def membership_id(who: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"{TENANT}|{who}")


def person(who: str) -> Caller:
    """As the last look-up found them: with every role, whatever the database says by now."""
    one = principal(who)
    entry = MemberEntry(str(membership_id(who)), "principal", frozenset(ROLES))
    membership = TenantMembership(
        TENANT, "Three", (entry,), grants=EVERYTHING_GRANTED, approvals=frozenset({"restore"})
    )
    return Caller(one, membership, rights(one, membership, may_rule=False))


PEOPLE = {who: person(who) for who in ("own", "a", "b")}


async def add_people(session: AsyncSession) -> None:
    await session.execute(text("INSERT INTO tenants (id, name) VALUES (:id, 'Three')"), {"id": TENANT})
    for who, caller in PEOPLE.items():
        await session.execute(
            text(
                "INSERT INTO members (id, tenant, kind, issuer, directory, object_id, roles) "
                "VALUES (:id, :tenant, 'principal', :issuer, :directory, :object_id, CAST(:roles AS jsonb))"
            ),
            {
                "id": membership_id(who),
                "tenant": TENANT,
                "issuer": caller.principal.issuer,
                "directory": caller.principal.directory,
                "object_id": caller.object_id,
                "roles": json.dumps(list(ROLES)),
            },
        )


async def put_role(session: AsyncSession, who: str, *, is_approver: bool) -> None:
    """Demote or promote."""
    roles = [role for role in ROLES if role != "approver" or is_approver]
    await session.execute(
        text("UPDATE members SET roles = CAST(:roles AS jsonb) WHERE id = :id"),
        {"roles": json.dumps(roles), "id": membership_id(who)},
    )
