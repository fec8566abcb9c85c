"""Azure's public price list over HTTP: no token, no right, no subscription (docs/azure.md, Sizes and prices).

The answers come from outside and are held to what was asked: a link to a further page is followed only on the same
host, pages and bytes have an end, a 200 without a list is no empty list, and rows are read by `meters.prices_in`.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import httpx

from app.cost.prices.meters import prices_in
from app.cost.rules import PriceKey

PATH = "/api/retail/prices"
API_VERSION = "2023-01-01-preview"
MAX_PAGES = 20
"""A region's backup meters fit on one page of 1,000; this is an end, not a plan."""
MAX_PAGE_BYTES = 8 * 1024 * 1024
FETCH_SECONDS = 3.0
"""For one list, all pages of it: a caller waits."""
_PORTS = {"https": 443, "http": 80}


class PricesAway(Exception):
    """The price list could not be read; the message says why, in one sentence."""


class RetailPrices:
    """`http`: whose connections lead out; None = a client is made for each fetch (one a day for each region)."""

    def __init__(self, origin: str, http: httpx.AsyncClient | None = None) -> None:
        self.origin = origin
        self._http = http

    async def fetch(self, region: str, currency: str) -> dict[PriceKey, Decimal]:
        """The prices of VM backup in a region; empty: the list has none. Raises PricesAway.

        The caller bounds the time (FETCH_SECONDS).
        """
        async with self._client() as http:
            rows: list[Any] = []
            for condition in (
                "serviceName eq 'Backup'",
                "serviceName eq 'Storage' and contains(meterName, 'Snapshots')",
            ):
                rows += await self._rows(http, f"{condition} and armRegionName eq '{region}'", currency)
        return prices_in(rows, region, currency)

    @asynccontextmanager
    async def _client(self) -> AsyncIterator[httpx.AsyncClient]:
        if self._http is not None:
            yield self._http
        else:
            async with httpx.AsyncClient() as made:
                yield made

    async def _rows(self, http: httpx.AsyncClient, condition: str, currency: str) -> list[Any]:
        asked = {
            "api-version": API_VERSION,
            "currencyCode": f"'{currency}'",
            "$filter": f"{condition} and priceType eq 'Consumption'",
        }
        url: str | None = f"{self.origin}{PATH}?{urlencode(asked)}"
        rows: list[Any] = []
        seen: set[str] = set()
        while url is not None:
            if url in seen or len(seen) == MAX_PAGES:
                raise PricesAway(f"its pages have no end: more than {len(seen)}")
            seen.add(url)
            page = await _page(http, url)
            rows += page["Items"]
            url = self._next(page.get("NextPageLink"), url)
        return rows

    def _next(self, link: Any, here: str) -> str | None:
        """The address of the next page. Raises PricesAway for one on another host: what is there is no price list."""
        if link is None or link == "":
            return None
        if not isinstance(link, str):
            raise PricesAway("its link to the next page is no text")
        try:
            there = urljoin(here, link)
            is_same = _place(there) == _place(self.origin)
        except ValueError:
            raise PricesAway("its link to the next page cannot be read") from None
        if not is_same:
            raise PricesAway("its link to the next page leads to another host")
        return there


def _place(url: str) -> tuple[str, str | None, int | None]:
    """(scheme, host, port): a link that writes the usual port out leads to the same place."""
    parts = urlsplit(url)
    if parts.username is not None:
        raise ValueError("a link with a user name")
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)


async def _page(http: httpx.AsyncClient, url: str) -> dict[str, Any]:
    try:
        async with http.stream("GET", url, headers={"Accept": "application/json"}, follow_redirects=False) as answer:
            if answer.status_code != 200:
                raise PricesAway(f"it answered {answer.status_code}")
            text = bytearray()
            async for part in answer.aiter_bytes():
                text += part
                if len(text) > MAX_PAGE_BYTES:
                    raise PricesAway("a page of it is too large")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise PricesAway(f"it cannot be reached ({type(error).__name__})") from error
    try:
        page = json.loads(bytes(text), parse_float=Decimal)
    except (ValueError, RecursionError):
        raise PricesAway("its answer is no JSON") from None
    if not isinstance(page, dict) or not isinstance(page.get("Items"), list):
        raise PricesAway("its answer has no list of prices")
    return page
