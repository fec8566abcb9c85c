"""Turns a proven principal into a caller: which tenant, which rights. Remembered for a few seconds.

A change of tenants or members is announced (NOTIFY), and every process then forgets everything; one that was missed in
a reconnect is forgotten with time. So a right that was taken away is gone everywhere within FRESH_SECONDS, usually at
once. What must not hang on that (an approval) asks the database in its own transaction.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.db.database import Database
from app.core.db.mode import Mode
from app.identity.access.caller import Caller, TenantMembership, no_tenant, rights
from app.identity.access.memberships import choose, find_memberships
from app.identity.access.permissions import PLATFORM, Permission, roles_with
from app.identity.access.second_person import APPROVAL_HOURS
from app.identity.errors import NoSuchTenant, NotAMember, RoleMissing, ScopeMissing, TenantNotNamed
from app.identity.tokens.principal import Principal
from app.identity.tokens.scopes import scope_allows

ACCESS_CHANNEL = "holdfast_access"
"""Notified with a tenant's id when the tenant or its members change."""
FRESH_SECONDS = 5.0
LIMIT = 10_000
"""Principals remembered at once."""


MakeHome = Callable[[AsyncSession, Principal], Awaitable[None]]
"""Makes the tenant of a directory that has none, in a transaction of the platform."""


@dataclass(frozen=True, slots=True)
class _Known:
    memberships: Sequence[TenantMembership]
    until: float


@dataclass(frozen=True, slots=True)
class _Query:
    """One that requests share, as long as its answer is fresh enough for them."""

    task: asyncio.Task[Sequence[TenantMembership]]
    until: float


class Access:
    """Who may what here, looked up and remembered."""

    def __init__(
        self,
        database: Database,
        *,
        ruling_issuer: str | None,
        mode: Mode,
        make_home: MakeHome,
        approval_hours: float = APPROVAL_HOURS,
    ) -> None:
        """`ruling_issuer`: the one whose tokens may name platform admins. `make_home`: asked in simulator mode only."""
        self._database = database
        self._ruling_issuer = ruling_issuer
        self.mode = mode
        self._make_home = make_home
        self._approval_hours = approval_hours
        self._known: dict[Principal, _Known] = {}
        self._callers: dict[tuple[Principal, str | None], tuple[Sequence[TenantMembership], Caller]] = {}
        self._queries: dict[tuple[Principal, int], _Query] = {}
        """Under way, by principal and the number of changes before it began."""
        self._changes = 0
        """How often something has changed, or may have."""

    def forget(self) -> None:
        """Something changed, or may have."""
        self._changes += 1
        self._clear()

    def _clear(self) -> None:
        self._known.clear()
        self._callers.clear()

    async def memberships_of(self, principal: Principal) -> Sequence[TenantMembership]:
        """The principal's membership, at most FRESH_SECONDS old.

        Concurrent requests of one principal share one query. Without that, 48 connections of one caller made 48 equal
        queries every five seconds: 3 % of an accepted write.
        """
        known = self._known.get(principal)
        if known is not None and time.monotonic() < known.until:
            return known.memberships
        key = (
            principal,
            self._changes,
        )  # a membership that was read before a change must not be used for a request that came after it
        query = self._queries.get(key)
        if query is None or time.monotonic() >= query.until:
            task = asyncio.create_task(self._look_up_and_keep(principal))
            query = self._queries[key] = _Query(task, time.monotonic() + FRESH_SECONDS)
            task.add_done_callback(lambda _: self._ended(key, query))
        return await asyncio.shield(query.task)  # one caller that hangs up must not end the query of the others

    def _ended(self, key: tuple[Principal, int], query: "_Query") -> None:
        if self._queries.get(key) is query:
            del self._queries[key]
        if not query.task.cancelled():
            query.task.exception()  # read here, for when every caller has hung up

    async def _look_up_and_keep(self, principal: Principal) -> Sequence[TenantMembership]:
        asked_at, changes = time.monotonic(), self._changes
        memberships = await self._look_up(principal)
        # A membership that was read before a change may still be used for requests that came before the change.
        if changes == self._changes:
            if len(self._known) >= LIMIT:
                self._clear()
            self._known[principal] = _Known(memberships, asked_at + FRESH_SECONDS)
        return memberships

    async def _look_up(self, principal: Principal) -> Sequence[TenantMembership]:
        await self.mode.check(self._database)
        async with self._database.of_platform().begin() as session:
            simulator = self.mode.simulator
            memberships = await find_memberships(session, principal, simulator=simulator)
            if not memberships and simulator:
                await self._make_home(session, principal)
                memberships = await find_memberships(session, principal, simulator=simulator)
        hours = self._approval_hours
        return [replace(membership, approval_hours=hours) for membership in memberships if membership.roles]

    async def caller(self, principal: Principal, wanted: str | None, permission: Permission) -> Caller:
        """The principal's membership in the tenant that the request means. `check` decides about the permission.

        Raises NoSuchTenant, NotAMember or TenantNotNamed (which tenant?).
        """
        memberships = await self.memberships_of(principal)
        key = (principal, wanted)
        remembered = self._callers.get(key)
        if remembered is not None and remembered[0] is memberships:
            caller = remembered[1]
        else:
            caller = self._choose(principal, memberships, wanted, permission)
            known = self._known.get(principal)
            if caller.tenant and known is not None and known.memberships is memberships:
                self._callers[key] = (memberships, caller)
        return caller

    def _choose(
        self, principal: Principal, memberships: Sequence[TenantMembership], wanted: str | None, permission: Permission
    ) -> Caller:
        may_rule = principal.issuer == self._ruling_issuer
        meant = choose(memberships, wanted)
        if len(meant) == 1:
            return Caller(principal, meant[0], rights(principal, meant[0], may_rule=may_rule))
        if wanted is None and (permission is Permission.ANY or permission in PLATFORM):
            return Caller(principal, no_tenant(), rights(principal, no_tenant(), may_rule=may_rule))
        raise _not_one(meant, wanted)


def check(caller: Caller, permission: Permission) -> None:
    """Raises ScopeMissing or RoleMissing where the caller may not."""
    if not scope_allows(caller.principal.scopes, is_read=permission.is_read):
        raise ScopeMissing(
            "The application that uses your token may not do this on your behalf.",
            remedy="Let it request the scope `access` (or `read` for reading only).",
            permission=permission.value,
        )
    if permission is not Permission.ANY and permission not in caller.permissions:
        raise RoleMissing(
            f"This needs the permission {permission.value}, and your roles here do not have it.",
            remedy=f"Ask for one of these roles: {', '.join(roles_with(permission))}. GET /v1/me says what you have.",
            permission=permission.value,
            roles=sorted(caller.membership.roles),
        )


def _not_one(meant: Sequence[TenantMembership], wanted: str | None) -> NoSuchTenant | NotAMember | TenantNotNamed:
    if meant:
        return TenantNotNamed(
            "You are a member of several tenants.",
            remedy="Name one with the header Holdfast-Tenant.",
            tenants=[{"id": membership.tenant, "name": membership.tenant_name} for membership in meant],
        )
    if wanted is not None:
        return NoSuchTenant(
            "There is no such tenant, or you are not a member of it.", remedy="GET /v1/me lists your tenants."
        )
    return NotAMember(
        "You are not a member of any tenant here.",
        remedy="Ask the platform's administrator to add you, or your group, to a tenant, or to give you an app role.",
    )
