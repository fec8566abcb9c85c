"""The one way a route learns who is calling: `caller: CurrentCaller`."""

from typing import Annotated

import structlog
from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from app.identity.caller import Caller
from app.identity.errors import TokenMissing
from app.identity.tokens import TokenVerifier

bearer = HTTPBearer(auto_error=False, bearerFormat="JWT", description="An access token of a trusted OpenID issuer.")


async def current_caller(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]
) -> Caller:
    """Raises TokenMissing, TokenNotValid or IssuerAway."""
    if credentials is None:
        raise TokenMissing(
            "The request carries no bearer token.", remedy="Send Authorization: Bearer <token>; see README, First call."
        )
    verifier: TokenVerifier = request.app.state.verifier
    caller = await verifier.verify(credentials.credentials)
    structlog.contextvars.bind_contextvars(caller=caller.name)
    return caller


CurrentCaller = Annotated[Caller, Depends(current_caller)]
