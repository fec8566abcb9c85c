"""How a route learns who is calling and what he may: `caller: CurrentCaller`, on a router of `SecuredRoute`s."""

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer
from fastapi.security.base import SecurityBase

from app.core.db.database import Database, Transactions
from app.core.errors import Forbidden
from app.core.fair_queue import ask_as
from app.core.http.conventions import QueryNames, address_of
from app.core.http.strict_json import NO_BODY, StrictRequest, check_headers, check_no_body
from app.identity.access.admission import admit
from app.identity.access.caller import Caller, no_tenant
from app.identity.access.limits import AtOnce
from app.identity.access.membership_cache import Access, check
from app.identity.access.permissions import KEY, PLATFORM, Permission
from app.identity.errors import NoSuchTenant, NotGranted, TenantGone
from app.identity.tokens.principal import BETWEEN, Principal

TENANT_HEADER = "Holdfast-Tenant"

bearer = HTTPBearer(
    scheme_name="bearer",
    auto_error=False,
    bearerFormat="JWT",
    description="An access token of a trusted OpenID issuer.",
)


async def authorise(request: Request, principal: Principal, permission: Permission, operation: str) -> Caller:
    """Raises what `Access.caller` and `check` raise. Once he is known, the caller is in the request's state."""
    access: Access = request.app.state.access
    found = await access.caller(principal, request.headers.get(TENANT_HEADER), permission)
    request.state.caller = caller = _asking(request, found, operation)
    check(caller, permission)
    return caller


def _asking(request: Request, caller: Caller, operation: str) -> Caller:
    return replace(
        caller,
        operation=operation,
        request_id=request.scope.get("state", {}).get("request_id", ""),
        address=address_of(request),
    )


@dataclass(frozen=True, slots=True)
class Refusal:
    """Somebody asked for what he may not: who (in no tenant, where it is not known in which), what, on what, why."""

    caller: Caller
    permission: Permission
    path: str
    code: str
    """Of the problem he was answered."""


OnRefused = Callable[[Refusal], Awaitable[None]]
"""`app.state.on_refused`: told of every refusal of more than looking around. It must not raise."""


class SecuredRoute(APIRoute):
    """Asks who is calling, and whether he may, before it reads a byte of the body.

    A dependency would come too late: FastAPI parses the body first, and would tell a stranger what is wrong with it.
    Denies by default: a route of the document that declares no permission is a mistake that stops the start.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        declared = (self.openapi_extra or {}).get(KEY)
        if declared is None and self.include_in_schema:
            raise TypeError(f"{self.methods} {path} declares no permission (openapi_extra=requires(...))")
        self.permission = Permission(declared or Permission.ANY)
        self._query_names = QueryNames.of(self.dependant)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def known(request: Request) -> Response:
            principal = await admit(request)
            if not self.include_in_schema:
                return await handle(request)  # a path that only says which methods are not there
            at_once: AtOnce = request.app.state.at_once
            with at_once.place(principal) as request.state.place:
                ask_as(f"{principal.issuer}{BETWEEN}{principal.directory}", principal.key)
                return await admitted(request, principal)

        async def admitted(request: Request, principal: Principal) -> Response:
            try:
                check_headers(request.scope)
                request = StrictRequest(request.scope, request.receive)
                caller = await self._authorise(request, principal)
                database: Database = request.app.state.database
                rules = self.permission in PLATFORM
                request.state.transactions = database.of_platform() if rules else database.of_tenant(caller.tenant)
                self._query_names.check(request)
                if request.method in NO_BODY:
                    await check_no_body(request)
                try:
                    return await handle(request)
                except TenantGone:
                    await self._authorise_anew(request, principal)
                    raise
            except (Forbidden, NoSuchTenant, NotGranted) as error:
                if self.permission.is_privileged:
                    await self._tell(request, principal, error.code)
                raise

        return known

    async def _authorise(self, request: Request, principal: Principal) -> Caller:
        return await authorise(request, principal, self.permission, self.operation_id or self.name)

    async def _authorise_anew(self, request: Request, principal: Principal) -> None:
        """The caller's tenant was deleted while his request was on its way. Raises what he is told from now on.

        Nothing where he stands in another tenant as well: what he asked for was not meant for that one.
        """
        access: Access = request.app.state.access
        access.forget()
        del request.state.caller
        await self._authorise(request, principal)

    async def _tell(self, request: Request, principal: Principal, code: str) -> None:
        on_refused: OnRefused = request.app.state.on_refused
        nobody = _asking(request, Caller(principal, no_tenant(), frozenset()), self.operation_id or self.name)
        caller = getattr(request.state, "caller", nobody)
        await on_refused(Refusal(caller, self.permission, request.scope["path"], code))


class BehindBearer(SecurityBase):
    """A dependency that reads what the route has found of its caller already; the OpenAPI document names the scheme.

    One object for both: as a dependency on `bearer` it was two, and the header was taken apart twice (60 us).
    """

    model = bearer.model
    scheme_name = bearer.scheme_name


class _CallerOfTheRoute(BehindBearer):
    """The caller that the route has asked for already."""

    async def __call__(self, request: Request) -> Caller:
        caller: Caller = request.state.caller
        return caller


CurrentCaller = Annotated[Caller, Depends(_CallerOfTheRoute())]


async def transactions(request: Request) -> Transactions:
    # FastAPI runs a plain `def` dependency in a thread: 100 us of handing over, each, for reading one attribute.
    found: Transactions = request.state.transactions
    return found


DatabaseOf = Annotated[Transactions, Depends(transactions)]
"""Transactions of the caller's tenant: what they see and write is its rows only, whatever a query forgets to say."""
