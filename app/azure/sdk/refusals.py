"""Turns every error of a request to Azure into one of `azure.errors`. Only this module does so."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, Final

from azure.core.exceptions import HttpResponseError, ServiceRequestError
from azure.core.rest import AsyncHttpResponse

from app.azure.errors import AzureError, AzureRejected, AzureUnknown, AzureUnreachable, AzureUnreadable, classify
from app.azure.sdk.formats import retry_after, said_wait

MESSAGE_LIMIT: Final = 2000
UNREADABLE: Final = (LookupError, ValueError, TypeError, AttributeError, ArithmeticError, RecursionError)
"""The exceptions that an answer of an unexpected shape causes when it is read; a broken connection raises others."""


@contextmanager
def azure_errors(doing: str) -> Iterator[None]:
    """Wraps one request and the reading of its answer; `doing` completes "while ...".

    A request that was certainly not sent is AzureUnreachable; an answer of Azure is classified; everything else (a
    broken connection, an answer that cannot be read) is AzureUnknown. Then the outcome of a trigger is unknown, and a
    read is repeated. Cancellation passes through.
    """
    try:
        yield
    except AzureError:
        raise
    except ServiceRequestError as error:
        raise AzureUnreachable(f"No connection to Azure while {doing}: {error.message}") from error
    except HttpResponseError as error:
        raise _of(error, doing) from error
    except UNREADABLE as error:
        missing = f"{error} is missing" if isinstance(error, KeyError) else f"{type(error).__name__}: {error}"
        raise AzureUnreadable(f"Azure's answer cannot be read while {doing}: {missing}"[:MESSAGE_LIMIT]) from error
    except Exception as error:
        raise AzureUnknown(f"No readable answer from Azure while {doing}: {type(error).__name__}: {error}") from error


@contextmanager
def before_sending(doing: str) -> Iterator[None]:
    """Wraps the making of a request: what cannot be said to Azure is refused as Azure would have refused it.

    A ValueError here is about the order (an unknown time zone, a malformed id), so sending again would not help.
    """
    try:
        yield
    except ValueError as error:
        raise AzureRejected(400, "NotSayable", f"Cannot be asked of Azure while {doing}: {error}") from error


def raise_for_status(response: AsyncHttpResponse) -> None:
    """For raw requests: an answer >= 300 is raised as the error it is."""
    if response.status_code >= 300:
        raise _from_response(response)


def error_words(body: Any) -> tuple[str | None, str | None]:
    """(code, message) of an error body, in any of the three envelopes (docs/azure.md, Errors)."""
    if not isinstance(body, Mapping):
        return None, None
    inner = body.get("error")
    told = inner if isinstance(inner, Mapping) else body
    code, message = told.get("code") or told.get("ErrorCode"), told.get("message") or told.get("Message")
    if isinstance(message, Mapping):
        message = message.get("Value") or message.get("value")
    return (str(code) if code else None), (str(message)[:MESSAGE_LIMIT] if message else None)


def said_in(text: str) -> tuple[str | None, str | None]:
    """(code, message) of an error's body; a text that is no JSON is the message."""
    try:
        return error_words(json.loads(text))
    except ValueError:
        return None, text[:MESSAGE_LIMIT].strip() or None


def _of(error: HttpResponseError, doing: str) -> AzureError:
    response = error.response
    if isinstance(response, AsyncHttpResponse):
        return _from_response(response)
    return AzureUnknown(f"No readable answer from Azure while {doing}: {error.message}")


def _from_response(response: AsyncHttpResponse) -> AzureError:
    code, message = said_in(response.text())
    return classify(response.status_code, code, message, asked_wait(response, message))


def asked_wait(response: AsyncHttpResponse, message: str | None) -> float | None:
    """Seconds until Azure wants to be asked again: its header, else what a refusal of a busy Azure says in words."""
    wait = retry_after(response.headers)
    is_busy = response.status_code in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
    return said_wait(message) if wait is None and is_busy else wait
