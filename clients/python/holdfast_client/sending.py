"""What both clients need of httpx: addresses, headers, time limits, and what a lost connection is called."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from .operation import Operation
from .problems import NoConnection
from .version import VERSION

if TYPE_CHECKING:
    import httpx

Token = str | Callable[[], str]
TIMEOUT_SECONDS = 30.0
_WAIT = re.compile(r"wait=(\d+)")


def base_of(url: str) -> str:
    """The address without a path `/v1`: operations bring theirs. Both spellings are taken."""
    return url.strip().rstrip("/").removesuffix("/v1")


def headers_of(token: str, tenant: str | None) -> dict[str, str]:
    named = {"Holdfast-Tenant": tenant} if tenant else {}
    return {"Authorization": f"Bearer {token}", "User-Agent": f"holdfast-client/{VERSION}", **named}


def request_of(operation: Operation[Any], headers: Mapping[str, str], timeout: httpx.Timeout) -> dict[str, Any]:
    """Arguments for httpx. A request that asks the server to wait may take that much longer."""
    asked: dict[str, Any] = {
        "method": operation.method,
        "url": operation.path,
        "params": dict(operation.params),
        "headers": {**headers, **operation.headers},
    }
    if operation.json is not None:
        asked["json"] = operation.json
    wait = _WAIT.search(next((value for name, value in operation.headers.items() if name.lower() == "prefer"), ""))
    if wait and timeout.read is not None:
        asked["timeout"] = timeout.read + float(wait[1])
    return asked


def sees_lost() -> type[Exception]:
    import httpx

    return httpx.RequestError  # also a body that ends too soon or cannot be unpacked


def is_lost(base_url: object, error: Exception) -> NoConnection:
    reason = (str(error) or type(error).__name__).splitlines()[0]
    return NoConnection(f"No answer from {base_url}: {reason}")
