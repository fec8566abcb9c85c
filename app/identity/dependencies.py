"""The one way a route learns who is calling: `caller: CurrentCaller`, on a router of `AuthenticatedRoute`s."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

import structlog
from fastapi import Depends, Request, Response
from fastapi.routing import APIRoute
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from fastapi.security.base import SecurityBase

from app.identity.caller import Caller
from app.identity.errors import TokenMissing
from app.identity.tokens import TokenVerifier

bearer = HTTPBearer(
    scheme_name="bearer",
    auto_error=False,
    bearerFormat="JWT",
    description="An access token of a trusted OpenID issuer.",
)


async def authenticate(request: Request) -> Caller:
    """Raises TokenMissing, TokenNotValid or IssuerAway."""
    credentials: HTTPAuthorizationCredentials | None = await bearer(request)
    if credentials is None:
        raise TokenMissing(
            "The request carries no bearer token.", remedy="Send Authorization: Bearer <token>; see README, First call."
        )
    verifier: TokenVerifier = request.app.state.verifier
    who = await verifier.verify(credentials.credentials)
    caller = Caller(who.issuer, who.directory, who.object_id, who.name, who.app_roles)
    structlog.contextvars.bind_contextvars(caller=caller.name)
    return caller


class AuthenticatedRoute(APIRoute):
    """Asks who is calling before it reads a byte of the body.

    A dependency would come too late: FastAPI parses the body first, and would tell a stranger what is wrong with it.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def known(request: Request) -> Response:
            request.state.caller = await authenticate(request)
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
