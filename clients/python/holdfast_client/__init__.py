"""Holdfast's client: `Holdfast(url, token)` and, for asyncio, `AsyncHoldfast`. README.md shows how to use it.

client.py        the client, and a job that was accepted
async_client.py  the same for asyncio
exchange.py      retries, keys and problems: the rules of one request
waiting.py       following a job to its end
operation.py     one request, and how its answer is read
sending.py       what both clients need of httpx
problems.py      what can go wrong, as exceptions
version.py       the version of this package
generated        models, operations and resources, made by `make clients`
cli              the command `holdfastctl` (extra `cli`)
"""

from __future__ import annotations

from .async_client import AsyncHoldfast, AsyncPendingJob
from .client import Holdfast, PendingJob
from .exchange import Patience
from .operation import Operation
from .problems import (
    ApiProblem,
    Conflict,
    Forbidden,
    HoldfastError,
    Invalid,
    JobFailed,
    NoConnection,
    NotEndedInTime,
    NotFound,
    NotUnderstood,
    PersonNeeded,
    Stale,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
)
from .version import VERSION

__version__ = VERSION
__all__ = [
    "ApiProblem",
    "AsyncHoldfast",
    "AsyncPendingJob",
    "Conflict",
    "Forbidden",
    "Holdfast",
    "HoldfastError",
    "Invalid",
    "JobFailed",
    "NoConnection",
    "NotEndedInTime",
    "NotFound",
    "NotUnderstood",
    "Operation",
    "Patience",
    "PendingJob",
    "PersonNeeded",
    "Stale",
    "TooManyRequests",
    "Unauthenticated",
    "Unavailable",
]
