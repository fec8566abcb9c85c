"""Reads of Azure that many members of a plan have in common: made once, and shared.

Forty members of one application usually share vault, resource group, network and staging account. Each is asked for
once, while the points and the VM of every member are read for it alone.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, cast

from app.azure.ports import Azure

SHARED = ("vaults", "places", "rights", "jobs")
"""Ports of which a member calls nothing but reads (app/restores/preflight.py)."""


class SharedReads:
    """Ports that answer an equal read with the same answer, or error, for as long as this object lives."""

    def __init__(self, azure: Azure) -> None:
        self._reading: dict[Any, asyncio.Task[Any]] = {}
        self.azure = replace(azure, **{name: _Port(getattr(azure, name), name, self._reading) for name in SHARED})

    async def aclose(self) -> None:
        """End what is still being read: members may have stopped waiting for it."""
        for one in self._reading.values():
            one.cancel()
        await asyncio.gather(*self._reading.values(), return_exceptions=True)


class _Port:
    def __init__(self, port: Any, name: str, reading: dict[Any, asyncio.Task[Any]]) -> None:
        self._port = port
        self._name = name
        self._reading = reading

    def __getattr__(self, method: str) -> Any:
        ask = cast("Callable[..., Awaitable[Any]]", getattr(self._port, method))

        async def shared(*args: Any, **named: Any) -> Any:
            key = (self._name, method, args, tuple(sorted(named.items())))
            if key not in self._reading:
                self._reading[key] = asyncio.ensure_future(ask(*args, **named))
            # A member that gives up must not take the answer away from the others.
            return await asyncio.shield(self._reading[key])

        return shared
