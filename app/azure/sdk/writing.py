"""Sends a write: once, with the attempt's id, before the deadline; and reads the operation from its answer."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any
from uuid import UUID

from azure.core.rest import AsyncHttpResponse

from app.azure import values as v
from app.azure.errors import AzureUnknown
from app.azure.sdk.formats import retry_after
from app.azure.sdk.refusals import azure_errors


async def write_once(
    call: Callable[..., Awaitable[Any]], *, doing: str, request_id: UUID, deadline: float | None, **arguments: Any
) -> v.Operation:
    """Runs one writing operation of the SDK and gives back the operation its answer started.

    `call` gets `polling=False` through `arguments` where it is a long-running one (docs/azure.md, The SDK): the
    answer's headers are taken by a hook, because the SDK's `cls=` callback does not run then.
    """
    answers: list[v.Operation] = []

    def take(response: Any) -> None:
        answers.append(operation_from(response.http_response))

    with azure_errors(doing):
        # retry_total states the intention; what prevents a second request is the list of policies (pipeline.py).
        await call(request_id=str(request_id), retry_total=0, deadline=deadline, raw_response_hook=take, **arguments)
        return answers[-1]


def operation_from(response: AsyncHttpResponse) -> v.Operation:
    """The link to poll: `Azure-AsyncOperation`, else `Location`, else none (docs/azure.md, Asynchronous writes).

    Raises AzureUnknown for a 202 without a link: Azure accepted the request, and only a look-up can tell what came of
    it.
    """
    status, headers = response.status_code, response.headers
    link = headers.get("Azure-AsyncOperation")
    if link is None and status in {HTTPStatus.CREATED, HTTPStatus.ACCEPTED}:
        link = headers.get("Location")
    wait = retry_after(headers)
    if link is None and status == HTTPStatus.ACCEPTED:
        raise AzureUnknown("Azure accepted the request but gave no link to follow.", status=status, retry_after=wait)
    return v.Operation(status_url=link, retry_after=wait)
