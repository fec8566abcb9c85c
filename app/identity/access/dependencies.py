"""How a route learns who is calling and with which rights: `caller: CurrentCaller`, on a router of `SecuredRoute`s."""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer
from fastapi.security.base import SecurityBase

from app.core.db.database import Transactions
from app.core.errors import Forbidden
from app.core.fair_queue import ask_as
from app.core.http.conventions import QueryNames, address_of
from app.core.http.strict_json import NO_BODY, StrictRequest, check_headers, check_no_body
from app.identity.access.admission import admit, read_bearer
from app.identity.access.caller import Caller, no_tenant
from app.identity.access.membership_cache import check
from app.identity.access.permissions import KEY, PLATFORM, Permission
from app.identity.access.services import Admitted, Refusal, access_services_of, admitted_of
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
    """Raises what `Access.caller` and `check` raise. Once known, the caller is in the request's state."""
    access = access_services_of(request).access
    found = await access.caller(principal, request.headers.get(TENANT_HEADER), permission)
    admitted_of(request).caller = caller = _asking(request, found, operation)
    check(caller, permission)
    return caller


def _asking(request: Request, caller: Caller, operation: str) -> Caller:
    return replace(
        caller,
        operation=operation,
        request_id=request.scope.get("state", {}).get("request_id", ""),
        address=address_of(request),
    )


class SecuredRoute(APIRoute):
    """Checks who is calling, and the permission, before it reads a byte of the body.

    A dependency would run too late: FastAPI parses the body first, and would report errors of the body to callers
    without a token. Denies by default: the API does not start if a documented route declares no permission.
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
            with access_services_of(request).at_once.place(principal) as place:
                request.state.admitted = Admitted(place)
                ask_as(f"{principal.issuer}{BETWEEN}{principal.directory}", principal.key)
                return await admitted(request, principal)

        async def admitted(request: Request, principal: Principal) -> Response:
            try:
                check_headers(request.scope)
                request = StrictRequest(request.scope, request.receive)
                caller = await self._authorise(request, principal)
                admitted_of(request).transactions = self._transactions(request, caller)
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

    def _transactions(self, request: Request, caller: Caller) -> Transactions:
        database = access_services_of(request).database
        return database.of_platform() if self.permission in PLATFORM else database.of_tenant(caller.tenant)

    async def _authorise(self, request: Request, principal: Principal) -> Caller:
        return await authorise(request, principal, self.permission, self.operation_id or self.name)

    async def _authorise_anew(self, request: Request, principal: Principal) -> None:
        """The caller's tenant was deleted while the request was on its way. Raises what later requests will get.

        Nothing if the caller is in another tenant as well: the request was not meant for that one.
        """
        access_services_of(request).access.forget()
        del admitted_of(request).caller
        await self._authorise(request, principal)

    async def _tell(self, request: Request, principal: Principal, code: str) -> None:
        in_no_tenant = _asking(request, Caller(principal, no_tenant(), frozenset()), self.operation_id or self.name)
        caller = getattr(admitted_of(request), "caller", in_no_tenant)
        await access_services_of(request).on_refused(Refusal(caller, self.permission, request.scope["path"], code))


class BehindBearer(SecurityBase):
    """A dependency that reads what the route has found of its caller already; the OpenAPI document names the scheme.

    One object for both: as a dependency on `bearer` it was two, and the header was taken apart twice (60 us).
    """

    model = bearer.model
    scheme_name = bearer.scheme_name


class _CallerOfTheRoute(BehindBearer):
    """The caller that the route's dependency has found already."""

    async def __call__(self, request: Request) -> Caller:
        return admitted_of(request).caller


CurrentCaller = Annotated[Caller, Depends(_CallerOfTheRoute())]


def still_admitted(request: Request, caller: Caller, permission: Permission) -> Callable[[], Coroutine[Any, Any, None]]:
    """For an answer that goes on for long: a check whether its caller would still be let in, to the same tenant.

    It raises what a new request would be answered. It counts as no request, and reads at most the membership.
    """
    services, token = access_services_of(request), read_bearer(request.headers)

    async def check_again() -> None:
        principal = await services.verifier.verify(token)
        check(await services.access.caller(principal, caller.tenant or None, permission), permission)

    return check_again


async def transactions(request: Request) -> Transactions:
    # FastAPI runs a plain `def` dependency in a thread: 100 us of handing over, each, for reading one attribute.
    return admitted_of(request).transactions


DatabaseOf = Annotated[Transactions, Depends(transactions)]
"""Transactions of the caller's tenant: they see and write only its rows, even if a query lacks its filter."""
