"""Signing keys of the trusted issuers: found by OpenID discovery, kept, fetched again for an unknown key id.

A flood of unknown key ids fetches at most once in COOL_DOWN. Who names a known key never waits for a fetch: while an
issuer is slow or away its last keys stay good. Issuers do not wait for each other.
"""

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx
import structlog
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt import PyJWK, PyJWTError

from app.identity.errors import IssuerAway
from app.identity.tokens.claims import ALGORITHM

log = structlog.get_logger()

COOL_DOWN_SECONDS = 20.0
MAX_AGE_SECONDS = 3600.0
"""A key that its issuer withdraws is refused this long after at the latest, when the issuer answers."""
FETCH_SECONDS = 5.0
"""For both documents together, however slowly they trickle."""
MAX_DOCUMENT = 256 * 1024
MIN_KEY_BITS = 2048


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where an issuer signs people in and where it gives tokens, as its discovery says."""

    authorize: str
    token: str


@dataclass(slots=True)
class _Issuer:
    keys: dict[str, PyJWK] = field(default_factory=dict)
    endpoints: Endpoints | None = None
    fetched_at: float = float("-inf")
    tried_at: float = float("-inf")
    fetching: asyncio.Task[None] | None = None


class SigningKeys:
    """The keys of some issuers, by key id."""

    def __init__(self, issuers: tuple[str, ...], http: httpx.AsyncClient) -> None:
        self._issuers = {issuer: _Issuer() for issuer in issuers}
        self._http = http

    def trusts(self, issuer: str) -> bool:
        return issuer in self._issuers

    async def find(self, issuer: str, key_id: str) -> PyJWK | None:
        """The key, or None when the issuer has no such key. Raises IssuerAway when that cannot be known."""
        kept = self._issuers[issuer]
        known = kept.keys.get(key_id)
        if known is not None:
            if time.monotonic() - kept.fetched_at >= MAX_AGE_SECONDS:
                self._fetch_soon(issuer, kept)
            return known
        self._fetch_soon(issuer, kept)
        if kept.fetching is not None:
            await asyncio.wait((kept.fetching,))  # if this caller goes away, the fetch continues for the others
        if not kept.keys:
            raise IssuerAway(
                f"The keys of {issuer} could not be fetched.",
                retry_after=COOL_DOWN_SECONDS,
                remedy="Send the request again after Retry-After; if it lasts, check HOLDFAST_OIDC_ISSUERS.",
            )
        return kept.keys.get(key_id)

    async def endpoints(self, issuer: str) -> Endpoints | None:
        """Where the issuer gives tokens; None while that cannot be known, or when it names no address to trust."""
        kept = self._issuers[issuer]
        if kept.endpoints is None and not kept.keys:
            self._fetch_soon(issuer, kept)
            if kept.fetching is not None:
                await asyncio.wait((kept.fetching,))
        return kept.endpoints

    async def aclose(self) -> None:
        """Cancel the running fetch."""
        tasks = [kept.fetching for kept in self._issuers.values() if kept.fetching is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _fetch_soon(self, issuer: str, kept: _Issuer) -> None:
        """One fetch at a time, and none within COOL_DOWN of the one before."""
        if kept.fetching is not None or time.monotonic() - kept.tried_at < COOL_DOWN_SECONDS:
            return
        kept.tried_at = time.monotonic()
        kept.fetching = asyncio.create_task(self._fetch(issuer, kept), name=f"keys of {issuer}")

    async def _fetch(self, issuer: str, kept: _Issuer) -> None:
        try:
            async with asyncio.timeout(FETCH_SECONDS):
                discovered = await self._discovered(issuer)
                published = await self._published(issuer, discovered)
        except Exception as error:  # noqa: BLE001 - a document from outside can make a parser raise anything
            log.warning("identity.keys_not_fetched", issuer=issuer, error=f"{type(error).__name__}: {error}"[:500])
        else:
            # The same key again stays the same object: what it has proven stays proven.
            kept.keys = {
                key_id: old if (old := kept.keys.get(key_id)) and _same(old, key) else key
                for key_id, key in published.items()
            }
            kept.endpoints = _endpoints(issuer, discovered)
            kept.fetched_at = time.monotonic()
        finally:
            kept.fetching = None

    async def _discovered(self, issuer: str) -> dict[str, Any]:
        discovered = await self._document(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if discovered.get("issuer") != issuer:
            raise ValueError("discovery names another issuer")
        return discovered

    async def _published(self, issuer: str, discovered: dict[str, Any]) -> dict[str, PyJWK]:
        where = str(discovered["jwks_uri"])
        if not _proves_who_it_is(issuer, where):
            raise ValueError("the keys are to be fetched over an address that proves nothing")
        keys = usable_keys(await self._document(where))
        if not keys:
            raise ValueError("there is no usable key")
        return keys

    async def _document(self, url: str) -> dict[str, Any]:
        """A JSON object of bounded size, from this address and no other."""
        # Not compressed: a few bytes could unfold to a gigabyte before anybody counts them.
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        content = bytearray()
        async with self._http.stream("GET", url, headers=headers, follow_redirects=False) as answer:
            answer.raise_for_status()
            if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
                raise ValueError("the answer is compressed")
            async for part in answer.aiter_bytes():
                content += part
                if len(content) > MAX_DOCUMENT:
                    raise ValueError(f"the answer has more than {MAX_DOCUMENT} bytes")
        found = json.loads(bytes(content))
        if not isinstance(found, dict):
            raise ValueError("the answer is not a JSON object")  # noqa: TRY004 - one kind of bad answer
        return found


def _proves_who_it_is(issuer: str, address: str) -> bool:
    """https, or plain http where the issuer itself is spoken to so (a simulator)."""
    parts = urlsplit(address)
    schemes = {"https"} if urlsplit(issuer).scheme == "https" else {"https", "http"}
    return parts.scheme in schemes and bool(parts.netloc) and "@" not in parts.netloc


def _endpoints(issuer: str, discovered: dict[str, Any]) -> Endpoints | None:
    found = [discovered.get(name) for name in ("authorization_endpoint", "token_endpoint")]
    addresses = [one for one in found if isinstance(one, str) and _proves_who_it_is(issuer, one)]
    return Endpoints(*addresses) if len(addresses) == len(found) else None


def usable_keys(document: dict[str, Any]) -> dict[str, PyJWK]:
    """The keys of a JWK set (RFC 7517) that may check an RS256 signature, by key id.

    Left out: keys of another type, use or algorithm, under 2,048 bits, without an id, and two that claim one id.
    """
    found: dict[str, PyJWK] = {}
    ambiguous: set[str] = set()
    for entry in document["keys"]:
        key = _usable(entry)
        if key is None or key.key_id is None:
            continue
        if key.key_id in found and not _same(found[key.key_id], key):
            ambiguous.add(key.key_id)
        found[key.key_id] = key
    return {key_id: key for key_id, key in found.items() if key_id not in ambiguous}


def _usable(entry: Any) -> PyJWK | None:
    """One bad key does not spoil the others."""
    if not isinstance(entry, dict) or not isinstance(entry.get("kid"), str) or entry.get("kty") != "RSA":
        return None
    if entry.get("use", "sig") != "sig" or entry.get("alg", ALGORITHM) != ALGORITHM:
        return None
    operations = entry.get("key_ops", ["verify"])
    if not isinstance(operations, list) or "verify" not in operations:
        return None
    try:
        key = PyJWK(entry, algorithm=ALGORITHM)
    except (PyJWTError, ValueError, TypeError):
        return None
    is_public = isinstance(key.key, RSAPublicKey)
    return key if is_public and key.key.key_size >= MIN_KEY_BITS else None


def _same(one: PyJWK, other: PyJWK) -> bool:
    return bool(one.key.public_numbers() == other.key.public_numbers())
