"""The client for asyncio: `AsyncHoldfast(url, token)`. As client.py, with awaits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from .exchange import Flow, Patience, Send, exchange
from .generated.async_api import AsyncApi
from .operation import Operation
from .problems import HoldfastError, NotUnderstood
from .sending import TIMEOUT_SECONDS, Token, base_of, headers_of, is_lost, request_of, sees_lost
from .waiting import until_ended

if TYPE_CHECKING:
    import httpx

    from .generated.models import JobRead

T = TypeVar("T")


class AsyncHoldfast(AsyncApi):
    """The API of one server, as one caller. Arguments as of Holdfast (client.py)."""

    def __init__(
        self,
        url: str,
        token: Token,
        *,
        tenant: str | None = None,
        patience: Patience | None = None,
        timeout: float = TIMEOUT_SECONDS,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        import httpx

        super().__init__(self)
        self.patience = patience or Patience()
        self._token, self._tenant = token, tenant
        self._http = httpx.AsyncClient(base_url=base_of(url), timeout=timeout, transport=transport)
        self._sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        await self._http.aclose()

    async def send(self, operation: Operation[T]) -> T:
        """The value of any operation (holdfast_client.generated.api). Raises HoldfastError."""
        return await self.run(exchange(operation, self.patience))

    async def run(self, flow: Flow[T]) -> T:
        """Carry out the steps of a flow."""
        try:
            step = next(flow)
            while True:
                if isinstance(step, Send):
                    try:
                        response = await self._send(step.operation)
                    except HoldfastError as error:
                        step = flow.throw(error)
                    else:
                        step = flow.send(response)
                else:
                    await self._sleep(step.seconds)
                    step = flow.send(None)
        except StopIteration as ended:
            value: T = ended.value
            return value

    async def _send(self, operation: Operation[Any]) -> httpx.Response:
        token = self._token if isinstance(self._token, str) else self._token()
        asked = request_of(operation, headers_of(token, self._tenant), self._http.timeout)
        try:
            return await self._http.request(**asked)
        except sees_lost() as error:
            raise is_lost(self._http.base_url, error) from error

    async def start(self, operation: Operation[T]) -> AsyncPendingJob[T]:
        """Send a write that is answered by a job."""
        return self.pending(await self.send(operation))

    def pending(self, accepted: T) -> AsyncPendingJob[T]:
        return AsyncPendingJob(self, accepted)

    async def pages(self, ask: Callable[[str | None], Operation[Any]]) -> AsyncIterator[Any]:
        """Everything in a list, page by page as it is read."""
        cursor: str | None = None
        while True:
            page = await self.send(ask(cursor))
            if cursor is not None and page.next_ == cursor:
                raise NotUnderstood("a page that names itself as the next")
            for item in page.items:
                yield item
            cursor = page.next_
            if not cursor:
                return


class AsyncPendingJob(Generic[T]):
    """A job that was accepted: it is committed, and will be carried out once."""

    def __init__(self, client: AsyncHoldfast, accepted: T) -> None:
        self._client = client
        self.accepted = accepted
        """The server's answer: the job, of a restore also the chosen point."""
        self.id = str(getattr(accepted, "id", accepted))

    def __repr__(self) -> str:
        return f"AsyncPendingJob({self.id!r})"

    async def wait(  # the same words as PendingJob.wait
        self,
        timeout: float | None = None,  # noqa: ASYNC109
        on_progress: Callable[[JobRead], object] | None = None,
    ) -> JobRead:
        """The job as it ended well. Raises JobFailed, PersonNeeded, or NotEndedInTime after `timeout` seconds."""
        return await self._client.run(until_ended(self.id, timeout, on_progress, self._client.patience))
