"""The loop `health`: assesses items whose facts have changed or whose time has come. It asks nothing of Azure.

Any number of these may run: each takes rows that no other one has locked, in one short transaction, and an event is
written once (its key forbids a second one).
"""

from typing import Final

from app.core.db.database import Database
from app.protection.health.store import BATCH, adopt_items, assess_due, seconds_until_look

EVERY_SECONDS: Final = 15.0
"""How often changed items are looked for. One query reads every item's row beside its health: 10,000 take 30 ms."""


class HealthLoop:
    def __init__(self, database: Database, *, batch: int = BATCH) -> None:
        self._database = database
        self._batch = batch

    async def run_once(self) -> float | None:
        """Assess a batch. Returns 0 while there is more."""
        async with self._database.begin() as session:
            await adopt_items(session)
            looked = await assess_due(session, limit=self._batch)
            return 0.0 if looked == self._batch else await seconds_until_look(session)
