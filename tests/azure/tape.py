"""Recorded traffic of Azure, played to the adapter in Azure's place (fixtures/recordings/README.md says what it is).

A flow is a list of exchanges {request, response, count, ...}. `HOLDFAST_RECORDINGS=folder` adds the flows of a folder,
one JSON file each, so that recordings that are not in the repository can be tried too.
"""

import gzip
import json
import os
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx

from app.azure.sdk.client import OpenAzure

from .conftest import AzureOver

Exchange = dict[str, Any]
FOLDER = Path(__file__).parent / "fixtures" / "recordings"


@dataclass(frozen=True)
class Flow:
    name: str
    exchanges: list[Exchange]

    def __str__(self) -> str:
        return self.name


@dataclass
class Play:
    """One exchange: the port over its answer, and everything that the port sent for it."""

    azure_over: AzureOver
    exchange: Exchange
    match: re.Match[str]
    flow: Flow
    sent: list[httpx.Request] = field(default_factory=list)
    shown: list[Any] = field(default_factory=list)
    """The bodies that were answered: of a list with several pages, each of them."""

    @property
    def azure(self) -> OpenAzure:
        return self.azure_over(self._answer)

    @property
    def request(self) -> Any:
        return self.exchange["request"]

    @property
    def response(self) -> Any:
        return self.exchange["response"]

    @property
    def body(self) -> Any:
        return self.response["body"]

    @property
    def entries(self) -> list[Any]:
        """Of all pages that were shown."""
        return [entry for page in self.shown for entry in page["value"]]

    def aside(self, answers: Callable[[httpx.Request], httpx.Response]) -> OpenAzure:
        """The port over something else; what it sends is not this exchange's."""
        return self.azure_over(answers)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        response = self.response if not self.sent else self._other(str(request.url))
        self.sent.append(request)
        self.shown.append(response["body"])
        return httpx.Response(response["status"], headers=_headers(response), content=_bytes(response["body"]))

    def _other(self, url: str) -> Any:
        """A further page is one that was recorded, else the last."""
        found = (x["response"] for x in self.flow.exchanges if _same_url(x["request"]["url"], url))
        return next(found, {"status": 200, "headers": {}, "body": {"value": []}})


class NotOurs(Exception):
    """By its body the exchange is of another workload."""


Check = Callable[[Play], Awaitable[None]]


def _headers(response: Any) -> list[tuple[str, str]]:
    """A header that came more than once was recorded as a list."""
    pairs = ((name, said) for name, said in response["headers"].items())
    return [(name, one) for name, said in pairs for one in (said if isinstance(said, list) else [said])]


def _bytes(body: Any) -> bytes:
    return b"" if body is None else json.dumps(body).encode()


def _same_url(one: str, other: str) -> bool:
    return unquote(one).lower() == unquote(other).lower()


def stored(prefix: str) -> list[Flow]:
    """The flows of the repository whose file begins so."""
    flows: dict[str, Flow] = {}
    for path in sorted(FOLDER.glob(f"{prefix}*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                exchange = json.loads(line)
                name = f"{path.name.partition('-')[0]}/{exchange['flow']}"
                flows.setdefault(name, Flow(name, [])).exchanges.append(exchange)
    return list(flows.values())


def brought() -> list[Flow]:
    """The flows of the folder that HOLDFAST_RECORDINGS names."""
    folder = os.environ.get("HOLDFAST_RECORDINGS")
    if not folder:
        return []
    flows = [Flow(path.stem, json.loads(path.read_text())) for path in sorted(Path(folder).glob("*.json"))]
    assert flows, f"no recordings in {folder}"
    return flows


def path_of(url: str) -> str:
    return unquote(urlsplit(url).path)


def line_of(exchange: Exchange) -> str:
    return f"{exchange['request']['method']} {path_of(exchange['request']['url'])}"


def match_of(patterns: dict[str, Any], exchange: Exchange) -> tuple[str, re.Match[str]] | None:
    line = line_of(exchange)
    found = [(pattern, match) for pattern in patterns if (match := re.fullmatch(pattern, line, re.IGNORECASE))]
    assert len(found) <= 1, (line, found)
    return found[0] if found else None
