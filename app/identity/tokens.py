"""A bearer token -> the Principal it proves (RS256 only; iss, aud, exp, nbf, sub and a tenant required)."""

import time
from typing import Any, NoReturn

import jwt

from app.identity.errors import TokenNotValid
from app.identity.keys import SigningKeys
from app.identity.principal import Principal
from app.identity.proven import Proof, ProvenTokens

ALGORITHMS = ["RS256"]
REQUIRED = ["iss", "aud", "exp", "nbf", "sub", "tid"]
LEEWAY_SECONDS = 30
MAX_TOKEN = 16 * 1024
MAX_ID = 200


class TokenVerifier:
    def __init__(self, keys: SigningKeys, *, audience: str) -> None:
        self._keys = keys
        self._audience = audience
        self._proven = ProvenTokens()

    async def verify(self, token: str) -> Principal:
        """Raises TokenNotValid with the reason, or IssuerAway."""
        proof = self._proven.find(token, time.time())
        # A key that its issuer has withdrawn takes along what it signed; a refresh brings new key objects.
        if proof is None or await self._keys.find(proof.issuer, proof.key_id) is not proof.key:
            proof = await self._prove(token)
            self._proven.remember(token, proof)
        return proof.principal

    async def _prove(self, token: str) -> Proof:
        issuer, key_id = self._read_unverified(token)
        key = await self._keys.find(issuer, key_id)
        if key is None:
            refuse("it is signed with a key its issuer does not publish")
        try:
            claims = jwt.decode(
                token, key, algorithms=ALGORITHMS, audience=self._audience, issuer=issuer, leeway=LEEWAY_SECONDS,
                options={"require": REQUIRED},
            )  # fmt: skip
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError) as error:
            refuse(str(error) or type(error).__name__)
        return Proof(_principal(claims), issuer, key_id, key, ends_at=int(claims["exp"]) + LEEWAY_SECONDS)

    def _read_unverified(self, token: str) -> tuple[str, str]:
        """Only to choose the key: nothing of it is believed before the signature is checked."""
        if len(token) > MAX_TOKEN:
            refuse("it is too long")
        try:
            unverified = jwt.decode_complete(token, options={"verify_signature": False})
        except (jwt.PyJWTError, ValueError, RecursionError):
            refuse("it is not a JSON Web Token")
        header, claims = unverified["header"], unverified["payload"]
        issuer, key_id = claims.get("iss"), header.get("kid")
        if header.get("alg") not in ALGORITHMS:
            refuse("it is not signed with RS256")
        if not isinstance(issuer, str) or not self._keys.trusts(issuer):
            refuse("its issuer is not trusted here")
        if not isinstance(key_id, str):
            refuse("it names no key")
        return issuer, key_id


def refuse(reason: str) -> NoReturn:
    raise TokenNotValid(
        f"The token was refused: {reason}.".replace('"', "'"),
        remedy="Get a new token for this API's audience from a trusted issuer and send it as Authorization: Bearer.",
    )


def _principal(claims: dict[str, Any]) -> Principal:
    directory, subject = claims["tid"], claims["sub"]
    object_id = claims.get("oid") or subject
    for what, value in (("tenant", directory), ("subject", subject), ("object id", object_id)):
        # They become keys in the database: Postgres takes no NUL, and an index entry has an end.
        if not isinstance(value, str) or not 0 < len(value) <= MAX_ID or not value.isprintable():
            refuse(f"its {what} is not a name of up to {MAX_ID} printable characters")
    name = str(claims.get("preferred_username") or claims.get("azp") or claims.get("appid") or object_id)
    shown = "".join(character for character in name if character.isprintable())
    return Principal(
        issuer=claims["iss"],
        directory=directory,
        object_id=object_id,
        name=shown[:200] or object_id,
        app_roles=_names(claims, "roles"),
        groups=_names(claims, "groups"),
        scopes=_scopes(claims),
    )


def _names(claims: dict[str, Any], claim: str) -> frozenset[str]:
    values = claims.get(claim, [])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        refuse(f"its {claim} are not a list of names")
    return frozenset(values)


def _scopes(claims: dict[str, Any]) -> frozenset[str] | None:
    """Entra writes `scp`, one string with spaces; a token without it is an application's own."""
    if "scp" not in claims:
        return None
    if not isinstance(claims["scp"], str):
        refuse("its scopes (scp) are not one string of names")
    return frozenset(claims["scp"].split(" ")) - {""}
