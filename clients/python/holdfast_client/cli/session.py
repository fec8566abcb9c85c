"""The requests of a command: paths and JSON, over the client's rules of retries, keys and problems.

JSON and not the generated models: a command prints what the server says, also what this version does not know.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from holdfast_client.cli import settings
from holdfast_client.cli.options import Stop, chosen
from holdfast_client.cli.output import say
from holdfast_client.exchange import KEY, keyed
from holdfast_client.operation import Operation, as_json, plain
from holdfast_client.problems import HoldfastError, NoConnection

if TYPE_CHECKING:
    import httpx

    from holdfast_client.client import Holdfast

Json = dict[str, Any]
PAGE = 200
LOOK_FIRST = "It may have arrived. Look before you repeat it: holdfastctl jobs --since 1h"
_used: list[Session] = []


class Session:
    """One server, as one caller."""

    def __init__(self) -> None:
        choices = chosen()
        self.url = settings.address(choices)
        self.tenant = settings.tenant(choices, self.url)
        self._has_told = False
        self.asked = 0
        """How many GETs were sent."""
        _used.append(self)

    @cached_property
    def client(self) -> Holdfast:
        without_its_command()
        import httpx

        from holdfast_client.client import Holdfast

        settings.token(self.url)  # before anything is sent: a login that has ended is no matter of the network
        try:
            client = Holdfast(self.url, lambda: settings.token(self.url), tenant=self.tenant)
        except (httpx.InvalidURL, ValueError) as error:
            raise Stop(f"{self.url} is not an address: {error}.", code=2, remedy="It begins with https://") from error
        client._sleep = self._pause  # noqa: SLF001 - its own package
        return client

    def _pause(self, seconds: float) -> None:
        """Before a request is sent again. A person who waits is told so, once."""
        if not self._has_told:
            say(f"{self.url} does not answer, or is busy: asking again, for a minute at most. Ctrl-C ends it.")
            self._has_told = True
        time.sleep(seconds)

    def get(self, path: str, **params: Any) -> Any:
        self.asked += 1
        return self.client.send(Operation("GET", path, read=as_json, params=plain(*params.items())))

    def answer(self, path: str, headers: dict[str, str] | None = None, **params: Any) -> httpx.Response:
        """The whole response, for its headers, or where it is not JSON."""
        self.asked += 1
        asked = Operation("GET", path, read=lambda found: found, params=plain(*params.items()), headers=headers or {})
        return self.client.send(asked)

    def every(
        self, path: str, *, most: int | None = None, on_page: Callable[[Json], None] | None = None, **params: Any
    ) -> Iterator[Json]:
        """What is in a list, page by page, `most` at most. `on_page` sees what a page says beside it."""
        left, cursor = most, None
        while True:
            limit = PAGE if left is None else min(PAGE, left)
            page = self.get(path, **params, limit=limit, cursor=cursor)
            if on_page is not None:
                on_page(page)
            yield from page["items"]
            cursor = page.get("next")
            left = None if left is None else left - len(page["items"])
            if not cursor or left == 0:
                return

    def check(self, path: str, body: Any, **params: Any) -> Any:
        """A POST that changes nothing: a preflight, a dry run."""
        return self.client.send(self._post(path, body, params))

    def post(self, path: str, body: Any = None, **params: Any) -> Any:
        """A POST with a key of its own, so that all attempts are one request. The next command has another key."""
        client, operation = self.client, self._post(path, body, params)
        try:
            return client.send(operation)
        except NoConnection as error:
            error.remedy = LOOK_FIRST
            raise
        except KeyboardInterrupt:
            raise Stop("Interrupted while it was sent.", code=130, remedy=LOOK_FIRST) from None

    def _post(self, path: str, body: Any, params: Json) -> Operation[Any]:
        headers = {KEY: keyed(None)}
        return Operation("POST", path, read=as_json, params=plain(*params.items()), headers=headers, json=body)


def version_of_last_server() -> str | None:
    """As the server says itself; None where it does not."""
    try:
        return str(_used[-1].get("/v1/me")["server_version"]) if _used else None
    except (HoldfastError, Stop, KeyError, TypeError):
        return None


def without_its_command() -> None:
    """Keep httpx from importing its own command, and click and rich for it: 60 ms for nothing."""
    sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
