"""Hears from the server that a transaction wrote events, and announces them after its commit.

The trigger of the outbox raises a NOTICE with the tenant, once in a transaction. It comes back with the answer to the
statement, of any statement of any module, and needs no further round trip. NOTIFY follows after the commit
(app/core/db/notifier.py says why not in it).
"""

from collections.abc import Callable

from psycopg import AsyncConnection
from psycopg.errors import Diagnostic

from app.core.db.notifier import Notification

EVENTS_CHANNEL = "holdfast_events"
"""Payload: the tenant that has new events."""
_PREFIX = "holdfast.events "


def listen(driver: AsyncConnection[object], announce: Callable[[Notification], None]) -> None:
    """Call `announce` with a notification for each tenant for which a transaction of this connection wrote events.

    The transaction may still be rolled back: send it after the commit.
    """

    def hear(notice: Diagnostic) -> None:
        message = notice.message_primary or ""
        if message.startswith(_PREFIX):
            announce((EVENTS_CHANNEL, message.removeprefix(_PREFIX)))

    driver.add_notice_handler(hear)
