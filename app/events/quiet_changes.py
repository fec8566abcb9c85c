"""Changes that are no events, such as those of settings: only callers who wait for one resource hear of them.

As with every notification, a lost one is made up for: the feed wakes all who wait every LOOK_SECONDS (feed.py).
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.db.database import tell_after_commit

CHANGES_CHANNEL = "holdfast_changes"
"""Payload: the tenant, a space, and the path of the resource that was changed."""


def tell_change(session: AsyncSession, tenant: str, path: str) -> None:
    """Wake those who wait for a change of this resource, once the transaction has committed."""
    tell_after_commit(session, CHANGES_CHANNEL, f"{tenant} {path}")


class QuietChanges:
    """Who waits for a change of which resource."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = defaultdict(set)

    @contextmanager
    def heard(self, tenant: str, path: str) -> Iterator[asyncio.Event]:
        """Set with each change of the resource during the block."""
        payload, changed = f"{tenant} {path}", asyncio.Event()
        self._waiting[payload].add(changed)
        try:
            yield changed
        finally:
            self._waiting[payload].discard(changed)
            if not self._waiting[payload]:
                del self._waiting[payload]

    def wake(self, payload: str) -> None:
        """This resource was changed."""
        for changed in self._waiting.get(payload, ()):
            changed.set()

    def wake_all(self) -> None:
        """Any resource may have been changed."""
        for payload in self._waiting:
            self.wake(payload)
