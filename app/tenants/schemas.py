"""Request and response bodies of tenants, their members, and the caller's own rights."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictInt, StringConstraints
from pydantic.config import JsonDict

from app.core.time_zones import LONGEST_NAME, is_zone
from app.core.version import VERSION
from app.identity.access.caller import Caller, TenantMembership
from app.identity.access.models import Member, Tenant
from app.identity.access.permissions import PLATFORM, Permission, permissions_of
from app.identity.access.second_person import Operation
from app.identity.tokens.scopes import scope_allows
from app.tenants.rules import MemberAsk, MemberKind, RoleName, check_member

SHOWABLE = r"^[^\x00-\x1f\x7f]*$"
Word = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=SHOWABLE)]
Limit = Annotated[StrictInt | None, Field(ge=0, le=1_000_000, description="null = not limited")]
RolesOf = Annotated[list[RoleName], Field(min_length=1, max_length=5)]

SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
GROUP = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
ISSUER = "https://login.microsoftonline.com/11111111-1111-1111-1111-111111111111/v2.0"
TENANT_ID = "01890000-0000-7000-8000-0000000000a1"
READ_EXAMPLE: JsonDict = {
    "id": TENANT_ID,
    "name": "Payments",
    "grants": [{"subscription_id": SUBSCRIPTION, "resource_group": "rg-demo"}],
    "quotas": {
        "concurrent_restores": 3,
        "backups_per_vm_and_day": 10,
        "protected_items": 200,
        "live_reads_per_minute": None,
        "webhooks": None,
        "recovery_plans": None,
        "restore_tests": None,
        "concurrent_tear_downs": None,
        "open_bulk_requests": None,
        "protection_rules": None,
    },
    "approvals": ["delete_data", "replace_disks"],
    "time_zone": "Europe/Berlin",
    "created_at": "2026-01-31T09:00:00Z",
    "updated_at": "2026-01-31T09:00:00Z",
}
MEMBER_READ_EXAMPLE: JsonDict = {
    "id": "01890000-0000-7000-8000-0000000000a2",
    "kind": "group",
    "issuer": ISSUER,
    "directory": "11111111-1111-1111-1111-111111111111",
    "object_id": GROUP,
    "roles": ["operator", "restorer"],
    "display_name": "Night shift",
    "created_at": "2026-01-31T09:00:00Z",
}
ME_EXAMPLE: JsonDict = {
    "issuer": ISSUER,
    "directory": "11111111-1111-1111-1111-111111111111",
    "object_id": "8d1b9d0e-7c2f-4b55-9f0a-2a1f3c4d5e6f",
    "name": "dana@example.com",
    "kind": "delegated",
    "scopes": ["access"],
    "platform_admin": False,
    "acting_in": TENANT_ID,
    "tenants": [
        {
            "id": TENANT_ID,
            "name": "Payments",
            "roles": ["operator"],
            "permissions": ["backups:create", "items:read"],
            "grants": [{"subscription_id": SUBSCRIPTION, "resource_group": "rg-demo"}],
        }
    ],
    "platform_permissions": [],
    "server_version": VERSION,
}


def _known_zone(value: str) -> str:
    if not is_zone(value):
        raise ValueError("it must be an IANA time zone such as Europe/Berlin")
    return value


Zone = Annotated[
    str,
    StringConstraints(max_length=LONGEST_NAME),
    AfterValidator(_known_zone),
    Field(description="IANA name: the days of the tenant's reports. Default: HOLDFAST_REPORT_TIME_ZONE."),
]


class GrantBody(BaseModel):
    """A whole subscription, or one resource group of it."""

    model_config = ConfigDict(extra="forbid")

    subscription_id: Word
    resource_group: Word | None = None


class Quotas(BaseModel):
    """Limits of a tenant; a quota that is left out is not limited.

    If `live_reads_per_minute` is left out, the setting of each process applies.
    """

    model_config = ConfigDict(extra="forbid")

    concurrent_restores: Limit = None
    backups_per_vm_and_day: Limit = None
    protected_items: Limit = None
    live_reads_per_minute: Limit = None
    webhooks: Limit = None
    recovery_plans: Limit = None
    restore_tests: Limit = None
    concurrent_tear_downs: Limit = None
    open_bulk_requests: Limit = None
    protection_rules: Limit = None


class MemberCreate(BaseModel):
    """A member and its roles. `directory` members are all callers whose token has an app role listed in `roles`."""

    model_config = ConfigDict(extra="forbid")

    kind: MemberKind
    id: Word | None = Field(
        default=None, description="Object id of the principal, or the group's; not for a directory."
    )
    issuer: Word | None = Field(default=None, description="Default: the first of the deployment's issuers.")
    directory: Word | None = Field(default=None, description="The `tid` of the member's tokens. Default: your own.")
    roles: RolesOf
    display_name: Word | None = None

    def to_member(self, issuers: Sequence[str], caller: Caller, pointer: str = "#") -> MemberAsk:
        """Raises MemberNotValid."""
        return check_member(
            kind=self.kind,
            issuer=self.issuer,
            directory=self.directory,
            object_id=self.id,
            roles=self.roles,
            display_name=self.display_name,
            issuers=issuers,
            own_directory=caller.principal.directory,
            pointer=pointer,
        )


class MemberUpdate(BaseModel):
    """What to change; the identity of the member cannot be changed."""

    model_config = ConfigDict(extra="forbid")

    roles: RolesOf | None = None
    display_name: Word | None = None


class TenantCreate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Word = Field(description="Its name: unique in this installation, letter case ignored.")
    grants: list[GrantBody] = Field(default_factory=list, max_length=100)
    quotas: Quotas = Field(default_factory=Quotas)
    approvals: list[Operation] = Field(
        default_factory=list, max_length=20, description="Operations that need a second person in this tenant."
    )
    time_zone: Zone | None = None
    members: list[MemberCreate] = Field(default_factory=list, max_length=100)


class TenantUpdate(BaseModel):
    """What to change.

    A field that is left out (or null) is not changed; a field that is sent replaces the whole value.
    """

    model_config = ConfigDict(extra="forbid")

    name: Word | None = None
    grants: list[GrantBody] | None = Field(default=None, max_length=100)
    quotas: Quotas | None = None
    approvals: list[Operation] | None = Field(default=None, max_length=20)
    time_zone: Zone | None = None


class GrantRead(BaseModel):
    subscription_id: str = Field(description="`*`: everything; only the tenants that simulator mode makes by itself.")
    resource_group: str | None = Field(description="null: the whole subscription.")


class TenantRead(BaseModel):
    """One tenant. It sees its own resources and no others."""

    model_config = ConfigDict(json_schema_extra={"examples": [READ_EXAMPLE]})

    id: str
    name: str
    grants: list[GrantRead]
    quotas: Quotas
    approvals: list[str]
    time_zone: str | None = Field(description="Of its reports; null: the installation's.")
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, tenant: Tenant) -> "TenantRead":
        return cls(
            id=tenant.id,
            name=tenant.name,
            grants=[_grant(row) for row in tenant.grants],
            quotas=Quotas.model_validate(tenant.quotas),
            approvals=sorted(tenant.approvals),
            time_zone=tenant.time_zone,
            created_at=tenant.created_at,
            updated_at=tenant.updated_at,
        )


def _grant(row: dict[str, Any]) -> GrantRead:
    return GrantRead(subscription_id=row["subscription_id"], resource_group=row.get("resource_group"))


class MemberRead(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [MEMBER_READ_EXAMPLE]})

    id: UUID
    kind: MemberKind
    issuer: str
    directory: str
    object_id: str | None = Field(description="The object id of the principal or group; null: a directory.")
    roles: list[str]
    display_name: str | None
    created_at: datetime

    @classmethod
    def of(cls, member: Member) -> "MemberRead":
        return cls(
            id=member.id,
            kind=MEMBER_KINDS[member.kind],
            issuer=member.issuer,
            directory=member.directory,
            object_id=member.object_id or None,
            roles=sorted(member.roles),
            display_name=member.details.get("display_name"),
            created_at=member.created_at,
        )


MEMBER_KINDS: dict[str, MemberKind] = {"principal": "principal", "group": "group", "directory": "directory"}


class MyTenant(BaseModel):
    id: str
    name: str
    roles: list[str]
    permissions: list[str] = Field(description="What your roles there allow, limited by the token's scopes.")
    grants: list[GrantRead]


class MeRead(BaseModel):
    """Who you are, and what you may do."""

    model_config = ConfigDict(json_schema_extra={"examples": [ME_EXAMPLE]})

    issuer: str
    directory: str
    object_id: str
    name: str
    kind: str = Field(description="application: acts for itself; delegated: acts on behalf of a person.")
    scopes: list[str] | None = Field(description="null: an application's own token.")
    platform_admin: bool
    platform_permissions: list[str]
    acting_in: str | None = Field(description="The tenant of this request; null: none, or not named among several.")
    tenants: list[MyTenant]
    server_version: str = Field(description="The version of Holdfast, for clients that must agree with it.")

    @classmethod
    def of(cls, caller: Caller, memberships: Sequence[TenantMembership]) -> "MeRead":
        who = caller.principal
        platform = caller.permissions & PLATFORM
        return cls(
            issuer=who.issuer,
            directory=who.directory,
            object_id=who.object_id,
            name=who.name,
            kind="application" if who.scopes is None else "delegated",
            scopes=None if who.scopes is None else sorted(who.scopes),
            platform_admin=bool(platform),
            platform_permissions=_allowed(caller, platform),
            acting_in=caller.tenant or None,
            tenants=[_mine(caller, membership) for membership in memberships],
            server_version=VERSION,
        )


def _mine(caller: Caller, membership: TenantMembership) -> MyTenant:
    grants = [
        GrantRead(subscription_id=grant.subscription_id, resource_group=grant.resource_group)
        for grant in membership.grants.of
    ]
    return MyTenant(
        id=membership.tenant,
        name=membership.tenant_name,
        roles=sorted(membership.roles),
        grants=grants,
        permissions=_allowed(caller, permissions_of(membership.roles)),
    )


def _allowed(caller: Caller, permissions: frozenset[Permission]) -> list[str]:
    scopes = caller.principal.scopes
    return sorted(one.value for one in permissions if scope_allows(scopes, is_read=one.is_read))
