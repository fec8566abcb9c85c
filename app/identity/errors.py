"""Why a token is not accepted."""

from app.core.errors import Unauthenticated, Unavailable


class TokenMissing(Unauthenticated):
    """A bearer token is required."""

    code = "token_missing"


class TokenNotValid(Unauthenticated):
    """The bearer token is not valid."""

    code = "token_invalid"


class IssuerAway(Unavailable):
    """The issuer of the token cannot be asked for its keys."""

    code = "issuer_away"
