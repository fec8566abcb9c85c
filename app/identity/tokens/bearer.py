"""A bearer token -> the Principal it proves (RS256 only; iss, aud, exp, nbf, sub and a tenant required)."""

import time
from typing import Any

import jwt
import structlog

from app.identity.tokens.claims import (
    ALGORITHM,
    check_claims,
    key_id_of,
    lists_no_groups,
    principal_of,
    read_token,
    refuse,
)
from app.identity.tokens.keys import SigningKeys
from app.identity.tokens.principal import Principal
from app.identity.tokens.token_cache import Proof, ProvenTokens

log = structlog.get_logger()

REQUIRED = ["iss", "aud", "exp", "nbf", "sub", "tid"]
LEEWAY_SECONDS = 30
REASONS: dict[type[Exception], str] = {
    jwt.ExpiredSignatureError: "it has expired",
    jwt.ImmatureSignatureError: "it is not valid yet",
    jwt.InvalidAudienceError: "it is meant for another audience",
    jwt.InvalidSignatureError: "its signature is wrong",
}
"""In our words: the library's own may quote the token."""


class TokenVerifier:
    def __init__(self, keys: SigningKeys, *, audience: str) -> None:
        self._keys = keys
        self._audience = audience
        self._proven = ProvenTokens()

    async def verify(self, token: str) -> Principal:
        """Raises TokenNotValid with the reason, or IssuerAway."""
        proof = self._proven.find(token, time.time())
        # A key that its issuer has withdrawn takes along what it signed.
        if proof is None or await self._keys.find(proof.issuer, proof.key_id) is not proof.key:
            proof = await self._prove(token)
            self._proven.remember(token, proof)
        return proof.principal

    def has_proven(self, token: str) -> bool:
        """Whether this very token is known to be good: nothing is computed, and no issuer is asked."""
        return self._proven.find(token, time.time()) is not None

    async def _prove(self, token: str) -> Proof:
        header, unproven = read_token(token)
        key_id, issuer = key_id_of(header), unproven.get("iss")
        if not isinstance(issuer, str) or not self._keys.trusts(issuer):
            refuse("its issuer is not trusted here")
        key = await self._keys.find(issuer, key_id)
        if key is None:
            refuse("it is signed with a key its issuer does not publish")
        claims = self._checked(token, key, issuer)
        principal = principal_of(claims)
        if lists_no_groups(claims):
            log.info("identity.groups_not_listed", principal=principal.name)
        return Proof(principal, issuer, key_id, key, ends_at=claims["exp"] + LEEWAY_SECONDS)

    def _checked(self, token: str, key: jwt.PyJWK, issuer: str) -> dict[str, Any]:
        """The claims, once signature, audience and times have been checked."""
        try:
            claims = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                audience=self._audience,
                issuer=issuer,
                leeway=LEEWAY_SECONDS,
                options={"require": REQUIRED},
            )
        except jwt.MissingRequiredClaimError as error:
            refuse(f"it has no {error.claim}")
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError) as error:
            refuse(REASONS.get(type(error), "its claims are not valid"))
        check_claims(claims)
        return claims
