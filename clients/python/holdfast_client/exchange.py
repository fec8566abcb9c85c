"""From an operation to its value: the rules of retries and problems, without any input or output.

A flow is a generator. It yields what is to be done (`Send`, `Sleep`) and is given the answer; client.py and
async_client.py carry out the steps. So the rules stand here once, for both.
"""

from __future__ import annotations

import email.utils
import random
import time
from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import UTC
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

from .operation import Operation
from .problems import BY_STATUS, ApiProblem, NoConnection, NotUnderstood

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")
SAFE = {"GET", "HEAD", "OPTIONS"}
REPEATED = {429, 503}
KEY = "Idempotency-Key"


@dataclass(frozen=True)
class Send:
    """Send it and give back the response. NoConnection is thrown in where there is none."""

    operation: Operation[Any]


@dataclass(frozen=True)
class Sleep:
    seconds: float


Flow = Generator[Send | Sleep, "httpx.Response | None", T]


@dataclass(frozen=True)
class Patience:
    """How long a request is repeated that the server cannot take now."""

    seconds: float = 60.0
    """Of sleeping, over all attempts of one request. 0 = it is sent once."""
    attempts: int = 8
    first_pause: float = field(default=0.5, repr=False)
    """Where the server names no time; doubled each time."""


def keyed(key: str | None) -> str:
    """The Idempotency-Key of a write: the caller's, or a new one. All attempts of one call share it."""
    return key or str(uuid4())


def exchange(operation: Operation[T], patience: Patience) -> Flow[T]:
    """Raises ApiProblem (by status), NoConnection, NotUnderstood."""
    slept = 0.0
    for attempt in range(patience.attempts):
        failure: NoConnection | ApiProblem
        try:
            response = yield Send(operation)
        except NoConnection as error:
            failure, pause = error, _pause(None, attempt, patience) if _is_repeatable(operation) else None
            if operation.method not in SAFE:
                error.of_write(operation.headers.get(KEY))
        else:
            assert response is not None  # noqa: S101 - a Send is answered by a response
            if response.is_success or response.status_code == 304:
                return read(operation, response)
            failure = problem_of(response)
            pause = None
            if response.status_code in REPEATED and (failure.retry_after or _is_repeatable(operation)):
                pause = _pause(failure.retry_after, attempt, patience)
        if pause is None or attempt + 1 == patience.attempts or slept + pause > patience.seconds:
            raise failure
        slept += pause
        yield Sleep(pause)
    raise AssertionError("unreachable")


def read(operation: Operation[T], response: httpx.Response) -> T:
    """Raises NotUnderstood where the body is not what the document says."""
    try:
        return operation.read(response)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        named = f"{operation.method} {operation.path}: {type(error).__name__} {error}"
        raise NotUnderstood(named.splitlines()[0]) from error


def problem_of(response: httpx.Response) -> ApiProblem:
    """The answer's problem+json; what a proxy answered instead becomes one that says so."""
    try:
        body = response.json()
    except ValueError:
        body = {}
    kind = BY_STATUS.get(response.status_code, ApiProblem)
    return kind(response.status_code, body if isinstance(body, dict) else {}, response.headers)


def _is_repeatable(operation: Operation[Any]) -> bool:
    """Whether sending it again does no harm if it did arrive: it reads, or its key makes it one request."""
    return operation.method in SAFE or KEY in operation.headers


def _pause(retry_after: str | None, attempt: int, patience: Patience) -> float:
    """Seconds. Retry-After is seconds or a date (RFC 9110 section 10.2.3); anything else counts as not given."""
    if retry_after is not None:
        asked = _asked(retry_after)
        if asked is not None:
            return asked
    return patience.first_pause * 2.0**attempt * random.uniform(0.75, 1.25)  # noqa: S311 - spreads callers


def _asked(retry_after: str) -> float | None:
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        then = email.utils.parsedate_to_datetime(text)
        then = then if then.tzinfo else then.replace(tzinfo=UTC)
        return max(0.0, then.timestamp() - time.time())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
