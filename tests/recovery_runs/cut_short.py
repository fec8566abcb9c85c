"""A look of a loop that ends at its n-th await, wherever that is: what was committed by then stays, and nothing else.

For a loop that writes nothing but transactions this is what a SIGKILL leaves, without a process for each death (those
are in `make soak PART=plans`).
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Generator
from typing import Any


class _Counted(Coroutine[Any, Any, Any]):
    """A coroutine whose every wait counts; at the n-th the whole look is cancelled."""

    def __init__(self, inner: Coroutine[Any, Any, Any], wait: Callable[[], None]) -> None:
        self._inner, self._wait = inner, wait

    def send(self, value: Any) -> Any:
        waited_for = self._inner.send(value)
        self._wait()
        return waited_for

    def throw(self, *error: Any) -> Any:
        return self._inner.throw(*error)

    def close(self) -> None:
        self._inner.close()

    def __await__(self) -> Generator[Any, Any, Any]:
        return self._inner.__await__()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


async def cut_short(look: Callable[[], Awaitable[Any]], at: int) -> bool:
    """Whether the look was cut short: it waited as often."""
    loop, waits = asyncio.get_running_loop(), 0
    root: asyncio.Task[Any] | None = None

    def wait() -> None:
        nonlocal waits
        waits += 1
        if waits == at and root is not None:
            loop.call_soon(root.cancel)

    def born(_: asyncio.AbstractEventLoop, work: Any, **more: Any) -> asyncio.Task[Any]:
        return asyncio.Task(_Counted(work, wait), loop=loop, **more)

    loop.set_task_factory(born)
    try:
        root = asyncio.ensure_future(_look(look))
        await asyncio.wait([root])
    finally:
        loop.set_task_factory(None)
    if root.cancelled():
        return True
    root.result()
    return False


async def _look(look: Callable[[], Awaitable[Any]]) -> None:
    await look()
