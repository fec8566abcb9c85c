"""Sends what is due: one worker at a time for each webhook, several deliveries at once for each worker.

A receiver that hangs takes up its own places only: each webhook is a piece of work of its own, of one webhook several
lanes are under way, and a tenant whose receivers all hang has its share of the worker's places. A worker that dies
leaves a lease; when it ends, another worker sends the same events again, under the same ids.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from math import inf
from typing import Any, TypeVar
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, Row, and_

from app.core.clock import monotonic_boottime
from app.core.db.database import NOT_NOW, Database, reads_only
from app.core.db.lease_renewal import run_with_lease
from app.core.db.leases import renew, seconds_until_due
from app.core.events.models import Event
from app.core.gather_isolated import gather_isolated
from app.core.loop import Piece
from app.core.secret_box import SecretBox, SecretUnreadable
from app.webhooks.models import Webhook
from app.webhooks.outgoing import Connections, Outgoing
from app.webhooks.rules import Answer, Pace, WebhookState
from app.webhooks.sending.delivery_rows import Due, Sent, claim, give_back, heads, held, record
from app.webhooks.shares import Shares
from app.webhooks.signing import secrets_of, signed_headers

log = structlog.get_logger()

WEBHOOKS_AT_ONCE = 128
"""That one worker serves at once."""
CLAIMED_AT_ONCE = 16
"""Of these in one claim, so that the workers share what becomes due together."""
TOGETHER_SECONDS = 0.02
"""After one has ended, until all have: those that end then are written in one transaction."""
LOOK_SECONDS = 1.0
"""While a delivery is under way, how often it is looked whether another one became due."""
LONGEST_TURN = timedelta(minutes=1)
"""Then it is another webhook's turn, where others may wait: nothing more is begun, and what is under way ends."""
STANDSTILL = timedelta(minutes=4)
"""A turn that has not looked for so long does not keep its lease. What it waits for all has an end of its own."""
UNREADABLE_PAUSE = timedelta(minutes=1)
"""Until a webhook whose secret no key reads is tried again."""
RETRY_SECONDS, LONGEST_RETRY_SECONDS = 0.05, 1.0
"""Until what the database did not take is tried again: longer each time."""
NOT_MADE = "Holdfast could not make the request"

T = TypeVar("T")
BodyOf = Callable[[Event, Collection[str]], str]
"""The JSON of an event, as it is signed and sent to a webhook of these types."""
_ACTIVE = Webhook.state == WebhookState.ACTIVE


@lru_cache(maxsize=64)
def _claimable(full: frozenset[str]) -> ColumnElement[bool]:
    """Active, and not of these tenants. The same object for the same tenants, because `seconds_until_due` keeps it."""
    return and_(_ACTIVE, Webhook.tenant.not_in(sorted(full))) if full else _ACTIVE


@dataclass(frozen=True, slots=True)
class Sending:
    """What a turn needs of its process."""

    database: Database
    outgoing: Outgoing
    box: SecretBox
    body_of: BodyOf
    pace: Pace = field(default_factory=Pace)


class DeliverLoop:
    """`at_once`: webhooks that are served at once. `is_stopping` is asked before more is begun."""

    def __init__(
        self, sending: Sending, *, at_once: int = WEBHOOKS_AT_ONCE, is_stopping: Callable[[], bool] = lambda: False
    ) -> None:
        self._sending = sending
        self._shares = Shares(at_once)
        self.is_stopping = is_stopping

    async def start(self, limit: int) -> tuple[Sequence[Piece], float | None]:
        """Claim some webhooks, `limit` at most. Returns their turns, and the seconds until the next one is due.

        A tenant that has its share of the places gets no more until one of its turns ends; the pump looks then.
        """
        limit, shares = min(limit, CLAIMED_AT_ONCE), self._shares
        if shares.free <= 0:
            return [], None
        left = {tenant: shares.left_for(tenant) for tenant in shares.holders}
        async with self._sending.database.begin() as session:
            lease = timedelta(seconds=self._sending.pace.lease)
            rows = await claim(session, limit, lease, left, shares.left_for(""))
            full = frozenset(shares.full_with(row.tenant for row in rows))
            due_in = 0.0 if len(rows) == limit else await seconds_until_due(session, Webhook, _claimable(full))
        # Only now: of a claim that was not committed there are no turns, which would give the places back.
        for row in rows:
            shares.hold(row.tenant)
        return [self._turn(row) for row in rows], due_in

    async def run_once(self) -> float | None:
        """One turn of each webhook that has something due."""
        pieces, due_in = await self.start(WEBHOOKS_AT_ONCE)
        await gather_isolated(pieces)
        return due_in

    async def _turn(self, row: Row[UUID, str, int]) -> None:
        tenant = row.tenant
        try:
            async with self._sending.outgoing.connections() as connections:
                turn = Turn(self._sending, row.id, row.fence, connections, lambda: self._ends(tenant))
                await run_with_lease(turn.run(), turn.renew, leased_for=self._sending.pace.lease, longest=inf)
        finally:
            self._shares.give_back(tenant)

    def _ends(self, tenant: str) -> float:
        """How long a turn of this tenant may go on, in seconds from its start: others may wait for its place."""
        if self.is_stopping():
            return 0.0
        return inf if self._shares.left_for(tenant) else LONGEST_TURN.total_seconds()


@dataclass(frozen=True, slots=True)
class _Receiver:
    """Whom to send to, as its row says now."""

    url: str
    tenant: str
    types: Sequence[str]
    secrets: Sequence[str] = field(repr=False)
    read_at: datetime
    """By the database's clock."""
    ticks: float
    """The same moment, by the clock of this process that is never set."""


class Turn:
    """All that is due of one webhook, until nothing is any more."""

    def __init__(
        self,
        sending: Sending,
        webhook_id: UUID,
        fence: int,
        connections: Connections,
        longest: Callable[[], float],
    ) -> None:
        """`longest`: how many seconds it may go on, asked again and again."""
        self._sending = sending
        self._id = webhook_id
        self._fence = fence
        self._connections = connections
        self._longest = longest
        self._began = self._looked_at = monotonic_boottime()
        self._leased_until = self._began + sending.pace.lease
        self._soonest = timedelta()

    async def renew(self) -> float | None:
        if monotonic_boottime() > self._looked_at + STANDSTILL.total_seconds():
            return None
        lease = timedelta(seconds=self._sending.pace.lease)
        async with self._sending.database.begin() as session:
            left = await renew(session, Webhook, Webhook.id == self._id, self._fence, lease=lease)
        if left is not None:
            self._leased_until = monotonic_boottime() + left
        return left

    async def run(self) -> None:
        under_way: dict[asyncio.Task[Sent | None], Due] = {}
        sent: list[Sent] = []
        try:
            while True:
                self._looked_at = monotonic_boottime()
                to, dues = await self._settle(sent, [due.id for due in under_way.values()])
                if to is not None:
                    for due in dues:
                        under_way[asyncio.create_task(self._send(to, due), name="delivery")] = due
                if not under_way:
                    break
                await asyncio.wait(under_way, timeout=LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
                await asyncio.wait(under_way, timeout=TOGETHER_SECONDS)
                done = [task for task in under_way if task.done()]
                sent = [one for one in (task.result() for task in done) if one is not None]
                for task in done:
                    del under_way[task]
        finally:
            for task in under_way:
                task.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)
        await self._persist(self._give_back)

    async def _give_back(self) -> None:
        async with self._sending.database.begin() as session:
            await give_back(session, self._id, self._fence, soonest=self._soonest)

    async def _settle(self, sent: Sequence[Sent], under_way: Sequence[UUID]) -> tuple[_Receiver | None, Sequence[Due]]:
        """Write what became of some, and read what is sent next."""
        return await self._persist(lambda: self._settle_once(sent, under_way))

    async def _persist(self, work: Callable[[], Awaitable[T]]) -> T:
        """Repeated while the database is away or busy and the lease lasts: what was sent is known here only."""
        pause = RETRY_SECONDS
        while True:
            try:
                return await work()
            except Exception as error:
                is_passing = isinstance(error, NOT_NOW) or reads_only(error)
                if not is_passing or monotonic_boottime() > self._leased_until:
                    raise
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_RETRY_SECONDS)

    async def _settle_once(
        self, sent: Sequence[Sent], under_way: Sequence[UUID]
    ) -> tuple[_Receiver | None, Sequence[Due]]:
        pace = self._sending.pace
        async with self._sending.database.begin() as session:
            if sent:
                await record(session, self._id, self._fence, sent, pace, random.random())  # noqa: S311
            hook = await held(session, self._id, self._fence)
            if hook is None or monotonic_boottime() >= self._began + self._longest():
                return None, ()
            secrets = self._secrets(hook)
            places = 1 if hook.failures >= pace.failures_to_open else pace.at_once
            free = places - len(under_way)
            if not secrets or free <= 0:
                return None, ()
            dues = await heads(session, self._id, free, under_way)
        return _Receiver(hook.url, hook.tenant, hook.types, secrets, hook.now, monotonic_boottime()), dues

    def _secrets(self, hook: Any) -> list[str]:
        """Empty where no key reads them: nothing is sent, and nothing is counted as tried."""
        try:
            return secrets_of(hook, self._sending.box, hook.now)
        except SecretUnreadable:
            self._soonest = UNREADABLE_PAUSE
            log.exception("webhook.secret_unreadable", webhook_id=str(self._id))
            return []

    async def _send(self, to: _Receiver, due: Due) -> Sent | None:
        """None: nothing was sent, because this process was frozen and another one may be sending it by now."""
        at = to.read_at + timedelta(seconds=monotonic_boottime() - to.ticks)
        try:
            answer = await self._answer(to, due, at)
        except Exception:
            # One event that cannot be made into a request must not take the others' results with it.
            log.exception("webhook.request_not_made", webhook_id=str(self._id), delivery_id=str(due.id))
            answer = Answer(None, error=NOT_MADE, is_receivers=False)
        return None if answer is None else Sent(due, answer, at)

    async def _answer(self, to: _Receiver, due: Due, at: datetime) -> Answer | None:
        if due.event is None:
            return Answer(None, error="the event is not kept any more", is_receivers=False)
        body = self._sending.body_of(due.event, to.types)
        headers = signed_headers(to.secrets, str(due.event.id), at, body)
        if monotonic_boottime() > self._leased_until:
            return None
        return await self._sending.outgoing.send(self._connections, to.url, to.tenant, headers, body)
