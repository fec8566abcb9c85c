"""Problems of authentication and authorisation."""

from app.core.errors import Forbidden, NotFound, ServiceError, TooManyRequests, Unauthenticated, Unavailable


class TokenMissing(Unauthenticated):
    """A bearer token is required."""

    code = "token_missing"


class TokenNotValid(Unauthenticated):
    """The bearer token is not valid."""

    code = "token_invalid"


class IssuerAway(Unavailable):
    """The issuer of the token cannot be asked for its keys."""

    code = "issuer_away"


class RateLimited(TooManyRequests):
    """You have sent too many requests."""

    code = "rate_limited"


class TooManyAtOnce(TooManyRequests):
    """Too many of your requests are being worked on."""

    code = "too_many_at_once"


class TooManyBadTokens(TooManyRequests):
    """Too many requests without a valid token came from this address."""

    code = "too_many_bad_tokens"


class TenantNotNamed(ServiceError):
    """You are a member of several tenants: name one."""

    status = 400
    code = "tenant_not_named"


class NoSuchTenant(NotFound):
    """There is no such tenant."""

    code = "tenant_not_found"


class TenantGone(NoSuchTenant):
    """There is no such tenant."""

    # Deleted while a request in it was on its way: the route answers what the next request is answered.


class NotGranted(NotFound):
    """Your tenant has no grant for this part of Azure."""

    code = "not_granted"


class NotAMember(Forbidden):
    """You are not a member of any tenant."""

    code = "not_a_member"


class RoleMissing(Forbidden):
    """Your roles do not allow this."""

    code = "role_missing"


class ScopeMissing(Forbidden):
    """The token's scopes do not allow this."""

    code = "scope_missing"
