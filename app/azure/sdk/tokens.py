"""Where the bearer token comes from: azure-identity for Azure, the simulator's own identity provider for a simulator.

A real credential is never made, asked or sent in simulator mode: `simulator_tokens` knows nothing but an HTTP client.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol

import httpx

from app.azure.errors import AzureUnreachable

SIMULATOR_TENANT: Final = "11111111-1111-1111-1111-111111111111"
SIMULATOR_SCOPE: Final = "https://management.azure.com/.default"
EARLY_SECONDS: Final = 300.0
"""A token is renewed this long before its end, or at four fifths of a shorter life."""
COOL_DOWN_SECONDS: Final = 30.0
"""After a failed early renewal the token that still holds is used this long before the next try."""


@dataclass(frozen=True, slots=True)
class Token:
    value: str
    renew_at: float
    ends_at: float
    """Both in seconds of the wall clock: the issuer counts the end on it."""


class Credential(Protocol):
    """What we use of azure-core's AsyncTokenCredential."""

    async def get_token(self, *scopes: str) -> Any: ...


class Tokens:
    """One token for all requests: cached, renewed early, and fetched by one request at a time.

    `current` raises AzureUnreachable if no token can be fetched: without a token nothing is sent.
    """

    def __init__(self, fetch: Callable[[], Awaitable[Token]], now: Callable[[], float] = time.time) -> None:
        self._fetch = fetch
        self._now = now
        self._token: Token | None = None
        self._not_before = 0.0
        self._lock = asyncio.Lock()

    async def current(self) -> str:
        token = self._usable()
        if token is not None and (self._now() < self._renew_at(token) or self._lock.locked()):
            return token.value
        async with self._lock:
            token = self._usable()
            if token is not None and self._now() < self._renew_at(token):
                return token.value
            return (await self._renewed(token)).value

    def forget(self, value: str) -> None:
        """Azure did not accept this token: the next request fetches another one."""
        if self._token is not None and self._token.value == value:
            self._token = None

    async def _renewed(self, still_good: Token | None) -> Token:
        try:
            self._token = await self._fetch()
        except Exception as error:
            if still_good is None:
                raise AzureUnreachable(
                    f"No token for Azure could be fetched: {type(error).__name__}: {error}"
                ) from error
            self._not_before = self._now() + COOL_DOWN_SECONDS
            return still_good
        return self._token

    def _usable(self) -> Token | None:
        return self._token if self._token is not None and self._now() < self._token.ends_at else None

    def _renew_at(self, token: Token) -> float:
        return max(token.renew_at, self._not_before)


def simulator_tokens(client: httpx.AsyncClient, origin: str) -> Tokens:
    """Client credentials at the simulator's identity provider, which gives any client a token."""
    url = f"{origin}/{SIMULATOR_TENANT}/oauth2/v2.0/token"
    form = {
        "grant_type": "client_credentials",
        "client_id": "holdfast",
        "client_secret": "any",
        "scope": SIMULATOR_SCOPE,
    }

    async def fetch() -> Token:
        asked_at = time.time()
        answer = await client.send(httpx.Request("POST", url, data=form, extensions=_TIMEOUT), follow_redirects=False)
        if answer.status_code != httpx.codes.OK:
            raise ValueError(f"the simulator's identity provider answered {answer.status_code}")
        body = answer.json()
        life = float(body["expires_in"])
        return Token(str(body["access_token"]), asked_at + _renewal_age(life), asked_at + life)

    return Tokens(fetch)


def azure_tokens(credential: Credential, scope: str) -> Tokens:
    """Tokens of an azure-core asynchronous credential for one cloud's Resource Manager."""

    async def fetch() -> Token:
        asked_at = time.time()
        token = await credential.get_token(scope)
        ends_at = float(token.expires_on)
        return Token(token.token, asked_at + _renewal_age(ends_at - asked_at), ends_at)

    return Tokens(fetch)


_TIMEOUT: Final = {"timeout": {"connect": 10.0, "pool": 10.0, "read": 10.0, "write": 10.0}}


def _renewal_age(life: float) -> float:
    return max(life - EARLY_SECONDS, life * 0.8)
