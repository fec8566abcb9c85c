"""The SDK's pipeline policies, without retries, redirects and challenges (docs/azure.md, The SDK).

The SDK's own list re-sends a write by itself: its retry policy on 408, 429, 5xx and on anything with Retry-After, its
registration policy on 409 MissingSubscriptionRegistration (with a new request id), its challenge policy on a 401 with
claims, its redirect policy on 3xx. Here nothing does: one call is one request, and the calling code decides what next.
"""

import math
from http import HTTPStatus
from typing import Any, Final

from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import (
    AsyncHTTPPolicy,
    CustomHookPolicy,
    HeadersPolicy,
    RequestIdPolicy,
    SansIOHTTPPolicy,
    UserAgentPolicy,
)
from azure.core.rest import AsyncHttpResponse, HttpRequest

from app.azure.sdk.formats import retry_after
from app.azure.sdk.tokens import Tokens

USER_AGENT: Final = "holdfast"


def arm_policies(tokens: Tokens) -> list[Any]:
    """A fresh list for one client: azure-core links the policies of a list to each other, so a list is not shared."""
    return [
        RequestIdPolicy(),
        HeadersPolicy(),
        UserAgentPolicy(base_user_agent=USER_AGENT),
        BearerTokenPolicy(tokens),
        WholeSecondsPolicy(),
        CustomHookPolicy(),
    ]


class BearerTokenPolicy(AsyncHTTPPolicy[HttpRequest, AsyncHttpResponse]):
    """Adds the token. A 401, with or without a challenge, is the answer: the next call asks for a new token."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self._tokens = tokens

    async def send(self, request: PipelineRequest[HttpRequest]) -> PipelineResponse[HttpRequest, AsyncHttpResponse]:
        token = await self._tokens.current()
        request.http_request.headers["Authorization"] = f"Bearer {token}"
        response = await self.next.send(request)
        if response.http_response.status_code == HTTPStatus.UNAUTHORIZED:
            self._tokens.forget(token)
        return response


class WholeSecondsPolicy(SansIOHTTPPolicy[HttpRequest, AsyncHttpResponse]):
    """Rewrites `Retry-After` to whole seconds before the SDK sees it.

    The SDK parses it as an integer when it reads a 202's headers, and a date or a fraction (both are sent: RFC 9110,
    and a simulator with a time scale) would raise *after* Azure accepted the request. Our own hook, below this policy,
    reads the original header.
    """

    def on_response(
        self,
        request: PipelineRequest[HttpRequest],  # noqa: ARG002
        response: PipelineResponse[HttpRequest, AsyncHttpResponse],
    ) -> None:
        headers = response.http_response.headers
        if "Retry-After" in headers:
            seconds = retry_after(headers)
            if seconds is None:
                del headers["Retry-After"]
            else:
                headers["Retry-After"] = str(math.ceil(seconds))
