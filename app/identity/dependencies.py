"""How a route learns who is calling and what he may: `caller: CurrentCaller`, on a router of `SecuredRoute`s."""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer
from fastapi.security.base import SecurityBase

from app.core.database import Database, Transactions
from app.identity.access import Access
from app.identity.admission import admit
from app.identity.caller import Caller
from app.identity.permissions import KEY, PLATFORM, Permission
from app.identity.principal import Principal

TENANT_HEADER = "Holdfast-Tenant"

bearer = HTTPBearer(
    scheme_name="bearer",
    auto_error=False,
    bearerFormat="JWT",
    description="An access token of a trusted OpenID issuer.",
)


async def authorise(request: Request, principal: Principal, permission: Permission, operation: str) -> Caller:
    """Raises what `Access.caller` raises."""
    access: Access = request.app.state.access
    caller = await access.caller(principal, request.headers.get(TENANT_HEADER), permission)
    return replace(
        caller,
        operation=operation,
        request_id=request.scope.get("state", {}).get("request_id", ""),
        address=request.client.host if request.client else "",
    )


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

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def known(request: Request) -> Response:
            principal = await admit(request)
            caller = await authorise(request, principal, self.permission, self.operation_id or self.name)
            request.state.caller = caller
            database: Database = request.app.state.database
            rules = self.permission in PLATFORM
            request.state.transactions = database.of_platform() if rules else database.of_tenant(caller.tenant)
            return await handle(request)

        return known


class _CallerOfTheRoute(SecurityBase):
    """The caller that the route has asked for already, and what the OpenAPI document says of that.

    One object for both: as a dependency on `bearer` it was two, and the header was taken apart twice (60 us).
    """

    model = bearer.model
    scheme_name = bearer.scheme_name

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
