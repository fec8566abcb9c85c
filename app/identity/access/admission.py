"""The door of every authenticated route: one bearer token, proven, and not too often."""

import structlog
from fastapi import Request
from starlette.datastructures import Headers

from app.core.http.conventions import address_of
from app.identity.access.services import access_services_of
from app.identity.errors import TokenMissing, TokenNotValid
from app.identity.tokens.claims import refuse
from app.identity.tokens.principal import Principal


async def admit(request: Request) -> Principal:
    """Find the principal, before a byte of the body is read.

    Raises TokenMissing, TokenNotValid, IssuerAway, RateLimited or TooManyBadTokens. The headers with the caller's rate
    limit are stored in the request's state as `answer_headers`; RequestContextMiddleware adds them to every answer.
    """
    services = access_services_of(request)
    verifier, limits = services.verifier, services.request_limits
    address = address_of(request)
    try:
        token = read_bearer(request.headers)
        # Callers whom this process knows already are admitted: others behind the same address must not block them.
        if not verifier.has_proven(token) and limits.is_shut_out(address):
            raise limits.shut_out(address)
        principal = await verifier.verify(token)
    except (TokenMissing, TokenNotValid) as error:
        if limits.is_shut_out(address):
            raise limits.shut_out(address) from error
        limits.count_bad_token(address)
        raise
    structlog.contextvars.bind_contextvars(caller=principal.name)
    limits.count(principal, request.scope["state"].setdefault("answer_headers", []))
    return principal


def read_bearer(headers: Headers) -> str:
    """The token of the one Authorization header (RFC 6750 section 2.1); a query or a body is never looked at."""
    given = headers.getlist("authorization")
    if len(given) > 1:
        refuse("there are several Authorization headers")
    scheme, _, token = (given[0] if given else "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip(" "):
        raise TokenMissing(
            "The request carries no bearer token.",
            remedy="Send Authorization: Bearer <token>; see docs/identity.md, What a token must be.",
        )
    return token.strip(" ")
