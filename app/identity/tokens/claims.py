"""Checks the claims of a token, more strictly than a general library does.

Two readers must not read one token differently: no member twice, no invalid number (RFC 7519 section 4).
"""

import json
import re
from base64 import urlsafe_b64decode
from typing import Any, NoReturn, TypeGuard

from app.identity.errors import TokenNotValid
from app.identity.tokens.principal import BETWEEN, Principal

Json = dict[str, Any]

ALGORITHM = "RS256"
MAX_TOKEN = 16 * 1024
MAX_NAME = 200
_SEGMENTS = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_TYPES = {"jwt", "at+jwt", "application/at+jwt"}
_OWN_KEYS = {"jku", "jwk", "x5u", "x5c"}
_NOT_UNDERSTOOD = {"crit", "b64", "enc", "zip", "cty"}
_TIMES = ("exp", "nbf", "iat")
_LAST_MOMENT = 253_402_300_799
"""The end of the year 9999, in seconds since 1970: what comes after is no time but a trick."""
_OF_AN_ID_TOKEN = {"nonce", "at_hash", "c_hash"}


def refuse(reason: str) -> NoReturn:
    """`reason` is one of our own sentences. It never quotes the token, because it may be written to a log."""
    raise TokenNotValid(
        f"The token was refused: {reason}.",
        remedy="Get a new token for this API's audience from a trusted issuer and send it as Authorization: Bearer.",
    )


def read_token(token: str) -> tuple[Json, Json]:
    """(header, claims); do not trust them before the signature was checked. Raises TokenNotValid."""
    if len(token) > MAX_TOKEN:
        refuse("it is too long")
    if not _SEGMENTS.fullmatch(token):
        refuse("it is not a signed JSON Web Token")
    header, claims, _ = token.split(".")
    return _read(header), _read(claims)


def _read(segment: str) -> Json:
    try:
        text = urlsafe_b64decode(segment + "=" * (-len(segment) % 4)).decode("utf-8")
        found = json.loads(text, object_pairs_hook=_each_once, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        refuse("it is not a JSON Web Token")
    if not isinstance(found, dict):
        refuse("it is not a JSON Web Token")
    return found


def _each_once(members: list[tuple[str, Any]]) -> Json:
    found = dict(members)
    if len(found) != len(members):
        raise ValueError("a member is there twice")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def key_id_of(header: Json) -> str:
    """The id of the key that the token names. Raises TokenNotValid for a header with unusual members."""
    if header.get("alg") != ALGORITHM:
        refuse("it is not signed with RS256")
    if _OWN_KEYS & header.keys():
        refuse("it contains or names a key of its own")
    if _NOT_UNDERSTOOD & header.keys():
        refuse("its header has critical members that are not supported")
    if "typ" in header and str(header["typ"]).lower() not in _TYPES:
        refuse("it is another type of token")
    key_id = header.get("kid")
    if not isinstance(key_id, str) or not _is_name(key_id):
        refuse("it names no key")
    return key_id


def check_claims(claims: Json) -> None:
    """What the library takes too easily: times written as text, an ID token in the place of an access token."""
    for claim in _TIMES:
        if claim not in claims:
            continue
        moment = claims[claim]
        if isinstance(moment, bool) or not isinstance(moment, int | float) or not 0 <= moment <= _LAST_MOMENT:
            refuse(f"its {claim} is not a time")
    # With Entra's v2 tokens the audience is the API's client id, and an ID token of the same registration has it too.
    # It carries what belongs to signing in, or neither scopes nor roles nor an application it was given to. (One with
    # app roles and without a nonce cannot be told apart: let people sign in at another registration than the API's.)
    if _OF_AN_ID_TOKEN & claims.keys():
        refuse("it is an ID token, which is not meant for an API")
    if not {"scp", "scope", "roles"} & claims.keys() and _client_of(claims) is None:
        refuse("it says neither what it allows (scp, roles) nor which application it was given to (azp)")


def principal_of(claims: Json) -> Principal:
    """Who it is. Raises TokenNotValid for what cannot be the name of anybody."""
    directory, subject = claims["tid"], claims["sub"]
    object_id = claims.get("oid", subject)
    if not _is_name(directory) or not _is_name(subject) or not _is_name(object_id):
        refuse(f"its tenant, subject or object id is not a name of up to {MAX_NAME} printable characters")
    # An object id may contain one (`auth0|5f7c`); the parts before it must not, or two callers could have the same key.
    if BETWEEN in directory:
        refuse(f"its tenant has a {BETWEEN} in its name")
    name = str(claims.get("preferred_username") or _client_of(claims) or object_id)
    shown = "".join(character for character in name if character.isprintable())
    return Principal(
        issuer=claims["iss"],
        directory=directory,
        object_id=object_id,
        name=shown[:MAX_NAME] or object_id,
        app_roles=_names(claims, "roles"),
        groups=_names(claims, "groups"),
        scopes=_scopes(claims),
    )


def lists_no_groups(claims: Json) -> bool:
    """Entra's overage: there are more groups than fit into a token, so it contains only a link to them."""
    elsewhere = claims.get("_claim_names")
    return bool(claims.get("hasgroups")) or (isinstance(elsewhere, dict) and "groups" in elsewhere)


def _client_of(claims: Json) -> str | None:
    """The application that requested the token: azp in Entra's v2 tokens, appid in v1, client_id in RFC 9068."""
    for claim in ("azp", "appid", "client_id"):
        if claim in claims:
            return str(claims[claim])
    return None


def _names(claims: Json, claim: str) -> frozenset[str]:
    """Odd names among them are left out: nothing here can be called that, and Postgres takes no NUL."""
    values = claims.get(claim, [])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        refuse(f"its {claim} are not a list of names")
    return frozenset(value for value in values if _is_name(value))


def _scopes(claims: Json) -> frozenset[str] | None:
    """Entra writes `scp`, RFC 9068 `scope`: one string with spaces. Without either it is an application's own token."""
    claim = next((claim for claim in ("scp", "scope") if claim in claims), None)
    if claim is None:
        return None
    given = claims[claim]
    if not isinstance(given, str):
        refuse("its scopes are not one string of names")
    return frozenset(name for name in given.split(" ") if _is_name(name))


def _is_name(value: object) -> TypeGuard[str]:
    """They become keys in the database: Postgres takes no NUL, and an index entry has an end."""
    return isinstance(value, str) and 0 < len(value) <= MAX_NAME and value.isprintable()
