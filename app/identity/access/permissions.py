"""What there is to be allowed, and which role allows it. Pure; deny by default.

A route declares one permission (`requires`); the OpenAPI document shows it as `x-permission`.
"""

from enum import StrEnum
from typing import Any

KEY = "x-permission"


class Permission(StrEnum):
    """`noun:verb`. Permissions that end in `:read` change nothing; a delegated token of scope `read` has only these."""

    ANY = "any"
    """Every caller with a valid token, a member of a tenant or not."""
    VAULTS_READ = "vaults:read"
    VAULTS_WRITE = "vaults:write"
    VAULTS_DELETE = "vaults:delete"
    POLICIES_READ = "policies:read"
    POLICIES_WRITE = "policies:write"
    ITEMS_READ = "items:read"
    ITEMS_PROTECT = "items:protect"
    """Protect, change policy or disks, pause, resume."""
    ITEMS_DELETE = "items:delete"
    """Delete backup data, and bring it back."""
    BACKUPS_CREATE = "backups:create"
    RESTORES_READ = "restores:read"
    RESTORES_CREATE = "restores:create"
    """Restore, mount files, fetch the script that mounts them, and try out whether one could."""
    RESTORES_TEAR_DOWN = "restores:tear_down"
    """Delete again what a restore made."""
    RESTORE_DEFAULTS_WRITE = "restore_defaults:write"
    """Set where restores go that do not say it."""
    PLANS_READ = "plans:read"
    """See recovery plans and their runs."""
    PLANS_WRITE = "plans:write"
    PLANS_RUN = "plans:run"
    """Carry out a recovery plan, rehearse it, and try out whether one could."""
    GATES_DECIDE = "gates:decide"
    """Say at a gate of a recovery run whether it goes on."""
    RESTORE_TESTS_WRITE = "restore_tests:write"
    """Define restore tests, with their schedule and script."""
    RESTORE_TESTS_RUN = "restore_tests:run"
    """Have a restore test made now."""
    RESTORE_TESTS_JUDGE = "restore_tests:judge"
    """See the token of a restore test's check in its event: with it a verdict is given."""
    ESTATE_READ = "estate:read"
    """See every granted VM, how it is backed up, and what changed outside Holdfast."""
    ESTATE_REFRESH = "estate:refresh"
    """Have the estate read again now."""
    RULES_READ = "rules:read"
    """See protection rules, and what they would do."""
    RULES_WRITE = "rules:write"
    """Write protection rules, stop and start them."""
    JOBS_READ = "jobs:read"
    JOBS_CANCEL = "jobs:cancel"
    JOBS_RESOLVE = "jobs:resolve"
    """Decide what became of a request whose outcome is unknown."""
    APPROVALS_READ = "approvals:read"
    APPROVALS_DECIDE = "approvals:decide"
    COST_READ = "cost:read"
    EVENTS_READ = "events:read"
    WEBHOOKS_READ = "webhooks:read"
    WEBHOOKS_WRITE = "webhooks:write"
    """Have events sent to a URL, and see its secret once."""
    ALERTS_READ = "alerts:read"
    ALERTS_ACKNOWLEDGE = "alerts:acknowledge"
    """Say that a person has an alert in hand."""
    ALERTS_WRITE = "alerts:write"
    """Set the rules of alerts, and silence them."""
    AUDIT_READ = "audit:read"
    REPORTS_READ = "reports:read"
    REPORTS_LINK = "reports:link"
    """Make a link by which a browser sees a report without a token, for some minutes."""
    TENANTS_READ = "tenants:read"
    TENANTS_WRITE = "tenants:write"
    PLATFORM_AUDIT_READ = "platform_audit:read"
    """The audit trail of the platform: changes of the platform, and refusals outside any tenant."""

    @property
    def is_read(self) -> bool:
        return self is Permission.ANY or self.endswith(":read")

    @property
    def is_privileged(self) -> bool:
        """Whether this permission is more than a right to read: its refusals are written to the audit trail."""
        return self is not Permission.ANY and self not in _READ


P = Permission

_READ = frozenset(
    {
        P.VAULTS_READ,
        P.POLICIES_READ,
        P.ITEMS_READ,
        P.RESTORES_READ,
        P.PLANS_READ,
        P.ESTATE_READ,
        P.RULES_READ,
        P.JOBS_READ,
        P.APPROVALS_READ,
        P.REPORTS_READ,
        P.COST_READ,
        P.EVENTS_READ,
        P.WEBHOOKS_READ,
        P.ALERTS_READ,
    }
)
_READER = _READ | {P.REPORTS_LINK}
_OPERATE = _READER | {P.ITEMS_PROTECT, P.BACKUPS_CREATE, P.JOBS_CANCEL, P.ESTATE_REFRESH, P.ALERTS_ACKNOWLEDGE}
_RESTORE = _READER | {
    P.RESTORES_CREATE,
    P.RESTORES_TEAR_DOWN,
    P.PLANS_RUN,
    P.RESTORE_TESTS_RUN,
    P.RESTORE_TESTS_JUDGE,
    P.JOBS_CANCEL,
}

ROLES: dict[str, frozenset[Permission]] = {
    "reader": _READER,
    "operator": _OPERATE,
    "restorer": _RESTORE,
    "approver": _READER | {P.APPROVALS_DECIDE, P.GATES_DECIDE},
    "admin": _OPERATE
    | _RESTORE
    | {P.VAULTS_WRITE, P.VAULTS_DELETE, P.POLICIES_WRITE, P.ITEMS_DELETE}
    | {
        P.JOBS_RESOLVE,
        P.AUDIT_READ,
        P.WEBHOOKS_WRITE,
        P.ALERTS_WRITE,
        P.PLANS_WRITE,
        P.RESTORE_TESTS_WRITE,
        P.RULES_WRITE,
        P.RESTORE_DEFAULTS_WRITE,
    },
}
"""What a role may in its tenant. An admin is no approver: a second person is another one, and says so."""

PLATFORM_ADMIN = "platform_admin"
"""The app role of those who make tenants. Inside a tenant it allows nothing."""
PLATFORM: frozenset[Permission] = frozenset({P.TENANTS_READ, P.TENANTS_WRITE, P.PLATFORM_AUDIT_READ})
"""Permissions that apply outside tenants."""


def permissions_of(roles: frozenset[str]) -> frozenset[Permission]:
    """What these roles allow together; a name that is no role allows nothing."""
    return frozenset().union(*(ROLES.get(role, frozenset()) for role in roles))


def roles_with(permission: Permission) -> list[str]:
    """The roles that allow it, least powerful first: what a caller who lacks it should ask for."""
    if permission in PLATFORM:
        return [PLATFORM_ADMIN]
    return [role for role, allowed in ROLES.items() if permission in allowed]


def requires(permission: Permission) -> dict[str, Any]:
    """For a route's `openapi_extra`: what the caller must be allowed. Enforced and documented from this one word."""
    return {KEY: permission.value}
