"""The client: `Holdfast(url, token)`. Its resources are generated (generated/sync_api.py); sending is here."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from .exchange import Flow, Patience, Send, exchange
from .generated.sync_api import SyncApi
from .operation import Operation
from .problems import HoldfastError, NotUnderstood
from .sending import TIMEOUT_SECONDS, Token, base_of, headers_of, is_lost, request_of, sees_lost
from .waiting import until_ended

if TYPE_CHECKING:
    import httpx

    from .generated.models import JobRead

T = TypeVar("T")


class Holdfast(SyncApi):
    """The API of one server, as one caller.

    `token`: an access token, or a function that returns one (called for each request, so that it can be renewed).
    `tenant`: the id of the tenant to act in; needed by callers who are in several.
    """

    def __init__(
        self,
        url: str,
        token: Token,
        *,
        tenant: str | None = None,
        patience: Patience | None = None,
        timeout: float = TIMEOUT_SECONDS,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        import httpx

        super().__init__(self)
        self.patience = patience or Patience()
        self._token, self._tenant = token, tenant
        self._http = httpx.Client(base_url=base_of(url), timeout=timeout, transport=transport)
        self._sleep: Callable[[float], None] = time.sleep

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def send(self, operation: Operation[T]) -> T:
        """The value of any operation (holdfast_client.generated.api). Raises HoldfastError."""
        return self.run(exchange(operation, self.patience))

    def run(self, flow: Flow[T]) -> T:
        """Carry out the steps of a flow."""
        try:
            step = next(flow)
            while True:
                if isinstance(step, Send):
                    try:
                        response = self._send(step.operation)
                    except HoldfastError as error:
                        step = flow.throw(error)
                    else:
                        step = flow.send(response)
                else:
                    self._sleep(step.seconds)
                    step = flow.send(None)
        except StopIteration as ended:
            value: T = ended.value
            return value

    def _send(self, operation: Operation[Any]) -> httpx.Response:
        token = self._token if isinstance(self._token, str) else self._token()
        try:
            return self._http.request(**request_of(operation, headers_of(token, self._tenant), self._http.timeout))
        except sees_lost() as error:
            raise is_lost(self._http.base_url, error) from error

    def start(self, operation: Operation[T]) -> PendingJob[T]:
        """Send a write that is answered by a job."""
        return self.pending(self.send(operation))

    def pending(self, accepted: T) -> PendingJob[T]:
        return PendingJob(self, accepted)

    def pages(self, ask: Callable[[str | None], Operation[Any]]) -> Iterator[Any]:
        """Everything in a list, page by page as it is read."""
        cursor: str | None = None
        while True:
            page = self.send(ask(cursor))
            if cursor is not None and page.next_ == cursor:
                raise NotUnderstood("a page that names itself as the next")
            yield from page.items
            cursor = page.next_
            if not cursor:
                return


class PendingJob(Generic[T]):
    """A job that was accepted: it is committed, and will be carried out once."""

    def __init__(self, client: Holdfast, accepted: T) -> None:
        self._client = client
        self.accepted = accepted
        """The server's answer: the job, of a restore also the chosen point."""
        self.id = str(getattr(accepted, "id", accepted))

    def __repr__(self) -> str:
        return f"PendingJob({self.id!r})"

    def wait(self, timeout: float | None = None, on_progress: Callable[[JobRead], object] | None = None) -> JobRead:
        """The job as it ended well. Raises JobFailed, PersonNeeded, or NotEndedInTime after `timeout` seconds."""
        return self._client.run(until_ended(self.id, timeout, on_progress, self._client.patience))
