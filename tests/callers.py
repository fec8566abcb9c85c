"""Callers for tests that speak to services, not to the API."""

from app.identity.access.caller import Caller, MemberEntry, TenantMembership, rights
from app.identity.access.grants import EVERYTHING, Grant, Grants
from app.identity.access.permissions import ROLES
from app.identity.tokens.principal import Principal

EVERYTHING_GRANTED = Grants((Grant(EVERYTHING),))


def principal(object_id: str = "object", *, issuer: str = "issuer", directory: str = "directory") -> Principal:
    return Principal(issuer, directory, object_id, object_id, frozenset(), frozenset(), None)


def caller(
    tenant: str = "tenant",
    object_id: str = "object",
    *,
    roles: frozenset[str] = frozenset(ROLES),
    grants: Grants = EVERYTHING_GRANTED,
    approvals: frozenset[str] = frozenset(),
) -> Caller:
    """Somebody who has every role in this tenant, or these."""
    who = principal(object_id)
    membership = TenantMembership(
        tenant, f"the tenant {tenant}", (MemberEntry("m", "principal", roles),), grants=grants, approvals=approvals
    )
    return Caller(who, membership, rights(who, membership, may_rule=False))
