"""One request to the API, and how its answer is read. What is sent, and when it is sent again, is in exchange.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .generated.types import Unset
from .problems import NotUnderstood

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")


@dataclass(frozen=True)
class Operation(Generic[T]):
    """What is sent, and what its answer becomes. `read` is called with a good answer only, status 200 to 299."""

    method: str
    path: str
    read: Callable[[httpx.Response], T]
    params: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    json: Any = None

    def having(self, **headers: str | None) -> Operation[T]:
        """The same with these headers (`If_None_Match` is `If-None-Match`); None changes nothing."""
        more = {name.replace("_", "-"): value for name, value in headers.items() if value is not None}
        return replace(self, headers={**self.headers, **more})


def plain(*parameters: tuple[str, Any]) -> dict[str, Any]:
    """Query parameters or headers as they are written; what is None or was not given is left out."""
    return {name: _written(value) for name, value in parameters if value is not None and not isinstance(value, Unset)}


def _written(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return [_written(one) for one in value]
    return str(value)


def as_json(response: httpx.Response) -> Any:
    return response.json()


def unread(response: httpx.Response) -> NotUnderstood:
    """A good answer that the document does not have: the server is of another version, or it is another server."""
    return NotUnderstood(f"{response.request.method} {response.request.url.path} answered {response.status_code}")
