"""A transport that records what is sent."""

from collections.abc import Awaitable, Callable

import httpx


class SpyingTransport(httpx.AsyncBaseTransport):
    """Asks a question at the moment a request passes."""

    def __init__(
        self,
        inner: httpx.AsyncBaseTransport,
        path: str,
        question: Callable[[], Awaitable[list[str]]],
        answers: list[list[str]],
    ) -> None:
        self._inner, self._path, self._question, self._answers = inner, path, question, answers

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self._path in str(request.url):
            self._answers.append(await self._question())
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()
