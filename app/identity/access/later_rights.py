"""Whether a person still has a right, for what acts in their name after their request: rules, bulk requests.

Groups and app roles of a directory are in tokens only. So of a person who came through one it is known whether that
membership still gives the right, and not whether they are still in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, or_, select
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.ext.asyncio import AsyncSession

from app.identity.access.caller import Caller
from app.identity.access.models import Member
from app.identity.access.permissions import Permission, permissions_of, roles_with


@dataclass(frozen=True, slots=True)
class Person:
    """In whose name something acts."""

    issuer: str
    directory: str
    object_id: str
    memberships: Sequence[str] | None
    """Ids of those that gave the right at the request; None = not recorded, by an older version."""


def memberships_with(caller: Caller, permission: Permission) -> list[str]:
    """Ids of the caller's memberships that give it."""
    return [one.id for one in caller.membership.entries if permission in permissions_of(one.roles)]


async def still_has(session: AsyncSession, tenant: str, person: Person, permission: Permission) -> bool:
    """By a membership that names the person, or by one through which they came. It stays so until the transaction ends.

    A membership that is taken away later ends what begins after this transaction.
    """
    came_by = Member.kind != "principal"
    if person.memberships is not None:
        came_by = and_(came_by, Member.id.in_(list(person.memberships)))
    found = select(Member.id).where(
        Member.tenant == tenant,
        Member.issuer == person.issuer,
        Member.directory == person.directory,
        Member.roles.has_any(array(roles_with(permission))),
        or_(and_(Member.kind == "principal", Member.object_id == person.object_id), came_by),
    )
    return await session.scalar(found.order_by(Member.id).limit(1).with_for_update(read=True)) is not None
