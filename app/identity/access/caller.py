"""The caller of a request: who they are, in which tenant they act, and their rights there."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.identity.access.grants import NOTHING, Grants
from app.identity.access.permissions import PLATFORM, PLATFORM_ADMIN, Permission, permissions_of
from app.identity.access.second_person import APPROVAL_HOURS
from app.identity.tokens.principal import Principal

NO_TENANT = ""
"""The tenant of a request that is not made inside one: no row has it."""


@dataclass(frozen=True, slots=True)
class MemberEntry:
    """How a principal came into a tenant: by name, through a group, or through the directory's app roles."""

    id: str
    kind: str
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class TenantMembership:
    """What a principal is in one tenant."""

    tenant: str
    tenant_name: str
    entries: tuple[MemberEntry, ...]
    """Each gives roles."""
    grants: Grants = NOTHING
    quotas: Mapping[str, int] = field(default_factory=dict)
    """Limit by the quota's name; a quota that is not named is not limited, or as the settings say (live reads)."""
    approvals: frozenset[str] = frozenset()
    """Which operations need a second person in this tenant."""
    approval_hours: float = APPROVAL_HOURS
    """Hours that such a request waits for an approval; the approval is valid for the same time."""

    @property
    def roles(self) -> frozenset[str]:
        return frozenset().union(*(entry.roles for entry in self.entries))


@dataclass(frozen=True, slots=True)
class Caller:
    """A principal, their membership in the tenant they act in, and the request they make."""

    principal: Principal
    membership: TenantMembership
    permissions: frozenset[Permission]
    """What the caller's roles here allow; narrower for a token whose scopes are narrower."""
    operation: str = ""
    """The operation id of the route: `create_restore`."""
    request_id: str = ""
    address: str = ""
    """Whence the request came, as the server saw it."""

    @property
    def tenant(self) -> str:
        return self.membership.tenant

    @property
    def name(self) -> str:
        """For people."""
        return self.principal.name

    @property
    def key(self) -> str:
        """One string that identifies this principal."""
        return self.principal.key

    @property
    def object_id(self) -> str:
        return self.principal.object_id

    @property
    def issuer(self) -> str:
        return self.principal.issuer


def no_tenant() -> TenantMembership:
    """The membership of a principal who acts in no tenant."""
    return TenantMembership(NO_TENANT, "", ())


def rights(principal: Principal, membership: TenantMembership, *, may_rule: bool) -> frozenset[Permission]:
    """The principal's rights there. `may_rule`: whether the token's issuer may name platform admins."""
    allowed = permissions_of(membership.roles)
    if may_rule and PLATFORM_ADMIN in principal.app_roles:
        allowed |= PLATFORM
    return allowed
