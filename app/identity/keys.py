"""Signing keys of the trusted issuers: found by OpenID discovery, cached, refreshed on an unknown key id.

A flood of unknown key ids fetches at most once in COOL_DOWN; while an issuer is away its last keys stay good.
"""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

import httpx
import structlog
from jwt import PyJWK, PyJWKSet, PyJWTError

from app.identity.errors import IssuerAway

log = structlog.get_logger()

COOL_DOWN_SECONDS = 20.0
MAX_AGE_SECONDS = 24 * 3600.0
FETCH_SECONDS = 5.0


@dataclass(slots=True)
class _Issuer:
    keys: dict[str, PyJWK] = field(default_factory=dict)
    fetched_at: float = float("-inf")
    tried_at: float = float("-inf")
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class SigningKeys:
    """The keys of some issuers, by key id."""

    def __init__(self, issuers: tuple[str, ...], http: httpx.AsyncClient) -> None:
        self._issuers = {issuer: _Issuer() for issuer in issuers}
        self._http = http

    def trusts(self, issuer: str) -> bool:
        return issuer in self._issuers

    async def find(self, issuer: str, key_id: str) -> PyJWK | None:
        """The key, or None when the issuer has no such key. Raises IssuerAway when that cannot be known."""
        cached = self._issuers[issuer]
        fresh = time.monotonic() - cached.fetched_at < MAX_AGE_SECONDS
        if key_id in cached.keys and fresh:
            return cached.keys[key_id]
        async with cached.lock:
            if time.monotonic() - cached.tried_at >= COOL_DOWN_SECONDS:
                cached.tried_at = time.monotonic()
                await self._refresh(issuer, cached)
        if not cached.keys:
            raise IssuerAway(
                f"The keys of {issuer} could not be fetched.", retry_after=COOL_DOWN_SECONDS,
                remedy="Send the request again after Retry-After; if it lasts, check HOLDFAST_OIDC_ISSUERS.",
            )  # fmt: skip
        return cached.keys.get(key_id)

    async def _refresh(self, issuer: str, cached: _Issuer) -> None:
        try:
            discovered = await self._json(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
            if discovered.get("issuer") != issuer:
                raise ValueError(f"discovery names the issuer {discovered.get('issuer')!r}")
            keys = PyJWKSet.from_dict(await self._json(str(discovered["jwks_uri"]))).keys
        except (
            httpx.HTTPError,
            httpx.InvalidURL,
            PyJWTError,
            LookupError,
            ValueError,
            TypeError,
            AttributeError,
        ) as error:
            log.warning("identity.keys_not_fetched", issuer=issuer, error=f"{type(error).__name__}: {error}")
            return
        cached.keys = {key.key_id: key for key in keys if key.key_id and key.key_type == "RSA"}
        cached.fetched_at = time.monotonic()

    async def _json(self, url: str) -> dict[str, Any]:
        answer = await self._http.get(url, timeout=FETCH_SECONDS, follow_redirects=False)
        answer.raise_for_status()
        body = answer.json()
        if not isinstance(body, dict):
            raise ValueError(f"{url} did not answer a JSON object")  # noqa: TRY004 - caught as one kind of bad answer
        return body
