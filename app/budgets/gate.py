"""The rate limiter of a replica: leases tokens from rows that all replicas share, and waits for Retry-After.

    admit ── a token of the lease at hand? ──yes──> sent
               │ no: one coroutine leases again, for all of this process
               ├── some ──> sent
               ├── none, or Azure said Retry-After ──> AzureThrottled, with the seconds to wait; nothing was sent
               └── Postgres is away ──> a write is sent, a read is not

Why a write is sent without Postgres: its attempt is committed already, and an attempt that Azure acted on is found
sooner than an unsent one is given up. Why a read is not: its result could not be written anyway. Even then nothing is
sent before the end of a Retry-After that this replica knows of.

No database connection is held while Azure answers, and none is taken inside a transaction. The connections of this
engine commit every statement by itself, as rows.py requires.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.azure.errors import AzureThrottled, AzureUnreachable
from app.azure.gate import Answered, Metered, RequestClass
from app.budgets import rows as budget_rows
from app.budgets.rows import Account, Lease
from app.budgets.rules import BLOCK, LEASE_SECONDS
from app.core.db.database import Database, DatabaseBusy

log = structlog.get_logger()

REFUSALS = frozenset({429, 503})
"""Their Retry-After holds for the whole class. Without one they say nothing about other requests."""
ON_RECORD = frozenset({RequestClass.TRIGGER, RequestClass.WRITE})
LAST_OF_QUOTA = 2
"""Of 15 in 5 s: reserved for requests of other replicas that are under way."""
MOMENT = 0.5
"""Seconds by which two Retry-Afters may differ and still be the same: eight requests refused at once block once."""


@dataclass(slots=True)
class _Purse:
    """What this process knows about one row. Times are of its own monotonic clock."""

    tokens: int = 0
    good_until: float = 0.0
    closed_until: float = 0.0
    """No token is available before this time."""
    is_blocked: bool = False
    """Closed by Azure's Retry-After, not by an empty row."""
    untold_until: float = 0.0
    """The end of a Retry-After that could not be written into the row."""
    is_scarce: bool = False
    """The row gave less than a block: it is near its end."""
    used: int = 0
    unused: int = 0
    remaining: int | None = None
    spent_seen: int | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def drop(self) -> None:
        """Discard the leased tokens."""
        self.unused += self.tokens
        self.tokens = 0

    def account(self) -> Account:
        return Account(self.used, self.unused, self.remaining, self.spent_seen)

    def told(self, said: Account, got: Lease) -> None:
        """The row has heard `said`; what happened since then is for the next time."""
        self.used -= said.used
        self.unused -= said.unused
        if self.remaining == said.remaining:
            self.remaining = None
        self.spent_seen = got.spent

    def leased(self, said: Account, got: Lease, now: float) -> None:
        self.told(said, got)
        self.is_scarce = 0 < got.tokens < BLOCK
        self.tokens, self.good_until = got.tokens, now + LEASE_SECONDS
        self.closed_until = now + got.wait
        self.is_blocked = got.blocked


class SharedBudgets:
    """`azure.gate.Gate` of one process. `monotonic`: seconds of a clock that only goes forward."""

    def __init__(self, database: Database, *, monotonic: Callable[[], float] | None = None) -> None:
        self._database = database
        self._monotonic = monotonic or (lambda: asyncio.get_running_loop().time())
        self._purses: dict[str, _Purse] = {}

    async def admit(self, asked: Metered) -> None:
        purse = self._purses.setdefault(str(asked), _Purse())
        if not purse.untold_until and self._take(asked, purse):
            return
        async with purse.lock:
            await self._tell(asked, purse)
            if self._take(asked, purse):  # another coroutine's lease is enough for this one, too
                return
            await self._lease(asked, purse)
            if not self._take(asked, purse):
                raise _throttled(asked, purse, LEASE_SECONDS)

    async def learn(self, asked: Metered, answer: Answered) -> None:
        purse = self._purses[str(asked)]
        purse.used += 1
        if answer.resets_after is not None:
            await self._heed_short_quota(asked, purse, answer)
            return
        if answer.remaining is not None and answer.status not in REFUSALS:  # what refuses may count something else
            purse.remaining = min(answer.remaining, answer.remaining if purse.remaining is None else purse.remaining)
        if answer.status in REFUSALS and answer.retry_after:
            await self._block(asked, purse, answer.retry_after)
        elif purse.is_scarce:
            await self._account(asked, purse)

    async def _heed_short_quota(self, asked: Metered, purse: _Purse, answer: Answered) -> None:
        """Stop until a quota of seconds is full again, shortly before it is used up: other replicas ask, too."""
        refused = answer.status in REFUSALS
        wait = max((answer.retry_after or 0.0) if refused else 0.0, answer.resets_after or 0.0)
        if refused or (answer.remaining is not None and answer.remaining <= LAST_OF_QUOTA):
            await self._block(asked, purse, wait)

    def ask_again(self, key: str | None = None) -> None:
        """Another replica changed this row (`str(Metered)`; None: unknown which): discard its leased tokens."""
        for purse in self._purses.values() if key is None else filter(None, [self._purses.get(key)]):
            purse.drop()
            purse.closed_until = 0.0

    def _take(self, asked: Metered, purse: _Purse) -> bool:
        """Whether a leased token was left. Raises AzureThrottled while none is available."""
        now = self._monotonic()
        if now < max(purse.closed_until, purse.untold_until):
            raise _throttled(asked, purse, max(purse.closed_until, purse.untold_until) - now)
        if now >= purse.good_until:
            purse.drop()
        if purse.tokens == 0:
            return False
        purse.tokens -= 1
        return True

    async def _lease(self, asked: Metered, purse: _Purse) -> None:
        said = purse.account()
        try:
            async with self._database.connect() as connection:
                got = await budget_rows.lease(connection, asked, said)
        except (SQLAlchemyError, DatabaseBusy) as error:
            log.warning("budget.away", request_class=asked.request_class, error=type(error).__name__)
            if asked.request_class not in ON_RECORD:
                raise AzureUnreachable("The shared budget cannot be read; nothing was sent.") from error
            purse.tokens, purse.good_until = 1, self._monotonic() + LEASE_SECONDS
            return
        purse.leased(said, got, self._monotonic())

    async def _account(self, asked: Metered, purse: _Purse) -> None:
        """Near the end of the budget every request is written at once, because other replicas lease by the row."""
        async with purse.lock:
            said = purse.account()
            try:
                async with self._database.connect() as connection:
                    purse.told(said, await budget_rows.lease(connection, asked, said, want=0))
            except (SQLAlchemyError, DatabaseBusy) as error:
                log.warning("budget.away", request_class=asked.request_class, error=type(error).__name__)

    async def _block(self, asked: Metered, purse: _Purse, seconds: float) -> None:
        """Block the class: in this process at once, then in all replicas."""
        until = self._monotonic() + seconds
        purse.drop()
        if purse.is_blocked and until <= max(purse.closed_until, purse.untold_until) + MOMENT:
            return
        purse.is_blocked, purse.untold_until = True, max(until, purse.untold_until)
        log.warning("budget.blocked", request_class=asked.request_class, seconds=seconds)
        async with purse.lock:
            await self._tell(asked, purse)

    async def _tell(self, asked: Metered, purse: _Purse) -> None:
        """Write a Retry-After that the row has not heard of. While Postgres is away, it is tried at every request."""
        said, left = purse.account(), purse.untold_until - self._monotonic()
        if left > 0:
            try:
                async with self._database.connect() as connection:
                    got = await budget_rows.block(connection, asked, said, left, is_full_again=asked.has_short_quota)
            except (SQLAlchemyError, DatabaseBusy) as error:
                log.warning("budget.away", request_class=asked.request_class, error=type(error).__name__)
                return
            purse.leased(said, got, self._monotonic())
        purse.untold_until = 0.0


def _throttled(asked: Metered, purse: _Purse, seconds: float) -> AzureThrottled:
    what = asked.request_class.replace("_", " ")
    why = (
        "Azure asked to be sent"
        if purse.is_blocked
        else "By the number of requests that Azure says are left, there can be"
    )
    return AzureThrottled(f"{why} no {what} request for {seconds:.1f} s; nothing was sent.", retry_after=seconds)
