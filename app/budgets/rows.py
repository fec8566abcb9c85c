"""Operations on the rows of `azure_budgets`: lease, account for, block. All times are the database's.

Each statement is a transaction of its own, on a connection that commits by itself: a replica that is frozen between an
UPDATE and its COMMIT would hold the row, and with it the requests of all replicas.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Row as Found
from sqlalchemy import Update, and_, case, func, null, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.azure.gate import Metered
from app.budgets.models import AzureBudget as Row
from app.budgets.rules import (
    BLOCK,
    GUESSED_TOKENS,
    HOUR,
    LEASE_SECONDS,
    SHARE,
    Learnt,
    Sample,
    is_time_to_learn,
    learn,
    learn_refusal,
)
from app.core.db.database import NOW

BUDGET_CHANNEL = "holdfast_budget"
"""Payload: what was blocked, as `str(Metered)`. Every listener discards its leased tokens of it."""


_SAID = (Row.spent, Row.remaining, Row.history, Row.rate, Row.fullest, Row.most_a_second)


@dataclass(frozen=True, slots=True)
class Account:
    """What a replica reports about its last lease."""

    used: int = 0
    """Requests that were answered (or broke) since its last account."""
    unused: int = 0
    """Leased, and given back."""
    remaining: int | None = None
    """The least that an answer to one of these said is left."""
    spent_seen: int | None = None
    """The row's `spent` at its last account: what others accounted for since may be missing in `remaining`."""


@dataclass(frozen=True, slots=True)
class Lease:
    tokens: int
    """To be used within LEASE_SECONDS; 0 = none available now."""
    wait: float
    """Seconds until the next token is available; 0 if there are tokens."""
    blocked: bool
    """Whether Azure itself said so."""
    spent: int


async def lease(connection: AsyncConnection, asked: Metered, account: Account, *, want: int = BLOCK) -> Lease:
    """Account for the last lease and take another, in one statement; once a minute also learn from the history."""
    row = await _change(connection, asked, _lease(asked, account, want))
    known, now = _known(row), Sample(float(row.at), row.spent, row.remaining)
    if is_time_to_learn(known, now):
        known = learn(known, now)
        await _write(connection, asked, row.history, known)
    blocked = float(row.blocked_for or 0.0)
    if row.granted:
        return Lease(row.granted, 0.0, blocked=False, spent=row.spent)
    wait = blocked if blocked > 0 else max(0.1, (1.0 - row.tokens) / known.rate)
    return Lease(0, wait, blocked=blocked > 0, spent=row.spent)


def _lease(asked: Metered, account: Account, want: int) -> Update:
    """One UPDATE ... RETURNING. Its clock is read once: two readings could disagree about the last token."""
    clock = select(NOW.label("now")).cte("clock").prefix_with("MATERIALIZED", dialect="postgresql")
    now = clock.c.now
    out = case((Row.lent_until < now, 0), else_=Row.lent)
    lent = func.greatest(out - account.used - account.unused, 0)
    tokens = _tokens(account, out, lent, now)
    blocked = and_(Row.blocked_until.is_not(None), Row.blocked_until > now)
    share = func.floor(func.least(want, tokens, func.greatest(tokens / SHARE, 1)))
    granted = case((blocked, 0), else_=share)
    return (
        update(Row)
        .where(*_is(asked), Row.filled_at.is_not(None) == clock.c.now.is_not(None))  # joined: one row to one row
        .values(
            tokens=tokens - granted,
            filled_at=func.greatest(Row.filled_at, now),  # nothing comes in while it is blocked
            granted=granted,
            lent=lent + granted,
            lent_until=case((granted > 0, now + timedelta(seconds=LEASE_SECONDS)), else_=Row.lent_until),
            spent=Row.spent + account.used,
            remaining=Row.remaining if account.remaining is None else account.remaining,
        )
        .returning(
            Row.tokens,
            Row.granted,
            *_SAID,
            func.extract("epoch", now).label("at"),
            func.extract("epoch", Row.blocked_until - now).label("blocked_for"),
            # A lease that a crash of Postgres forgets is given out again: no reason to wait for the disk.
            func.set_config("synchronous_commit", "off", True),  # noqa: FBT003
        )
    )


def _tokens(account: Account, out: Any, lent: Any, now: Any) -> Any:
    """The tokens that may be leased: Azure's figure if there is one, less the requests that it cannot include yet.

    `out` was lent before this account, `lent` still is after it.
    """
    if account.remaining is not None:
        others = 0 if account.spent_seen is None else func.greatest(Row.spent - account.spent_seen, 0)
        return func.greatest(account.remaining - lent - others, 0)
    since = func.greatest(func.extract("epoch", now - Row.filled_at), 0.0)
    full = func.greatest(Row.rate * HOUR, GUESSED_TOKENS, Row.tokens)
    # Unused tokens can be leased again, but no more than Azure last said were left.
    left = func.greatest(func.coalesce(Row.remaining - lent, full), Row.tokens)
    held = func.least(Row.tokens + func.least(account.unused, out), left)
    return func.least(held + Row.rate * since, full)


async def block(
    connection: AsyncConnection, asked: Metered, account: Account, seconds: float, *, is_full_again: bool = False
) -> Lease:
    """Azure sent Retry-After: no replica sends this class for `seconds`. Holders of a lease are notified.

    `is_full_again`: after a quota of seconds all is there again, and nothing is learnt about a rate.
    """
    row = await _change(connection, asked, _block(asked, account, seconds, is_full_again=is_full_again))
    if not is_full_again:
        learnt = learn_refusal(_known(row), Sample(float(row.at), row.spent, row.remaining), seconds)
        await _write(connection, asked, row.history, learnt)
    return Lease(0, float(row.blocked_for), blocked=True, spent=row.spent)


def _block(asked: Metered, account: Account, seconds: float, *, is_full_again: bool) -> Update:
    until = func.greatest(Row.blocked_until, NOW + timedelta(seconds=seconds))
    said = account.remaining
    return (
        update(Row)
        .where(*_is(asked))
        .values(
            blocked_until=until,
            # After the block, a request must find out what is left.
            filled_at=until,
            tokens=BLOCK if is_full_again else func.least(Row.tokens, BLOCK) if said is None else said,
            # Leased tokens are not used any more once their holder was notified.
            lent=0,
            lent_until=null(),
            spent=Row.spent + account.used,
            remaining=Row.remaining if said is None else said,
        )
        .returning(
            *_SAID,
            func.extract("epoch", NOW).label("at"),
            func.extract("epoch", Row.blocked_until - NOW).label("blocked_for"),
            func.pg_notify(BUDGET_CHANNEL, str(asked)),
        )
    )


async def _change(connection: AsyncConnection, asked: Metered, change: Update) -> Found[Any]:
    """The row after it. The first one who asks makes the row."""
    row = (await connection.execute(change)).first()
    if row is not None:
        return row
    await connection.execute(pg_insert(Row).values(**_key(asked), filled_at=NOW).on_conflict_do_nothing())
    return (await connection.execute(change)).one()


async def budgets_by_class(session: AsyncSession) -> dict[str, tuple[float, float]]:
    """For the metrics: (fewest requests left, longest block in seconds) of each class, over all subscriptions."""
    since = func.greatest(func.extract("epoch", NOW - Row.filled_at), 0.0)
    blocked = func.extract("epoch", func.greatest(Row.blocked_until - NOW, timedelta()))
    rows = await session.execute(
        select(
            Row.request_class, func.min(Row.tokens + Row.rate * since), func.coalesce(func.max(blocked), 0.0)
        ).group_by(Row.request_class)
    )
    return {name: (float(left), float(blocked)) for name, left, blocked in rows}


async def _write(connection: AsyncConnection, asked: Metered, before: Sequence[Any], learnt: Learnt) -> None:
    """Only over the history that it was learnt from: another replica may have been first, and is as right."""
    history = [[sample.at, sample.spent, sample.remaining] for sample in learnt.history]
    await connection.execute(
        update(Row)
        .where(*_is(asked), Row.history == before)
        .values(history=history, rate=learnt.rate, fullest=learnt.fullest, most_a_second=learnt.most_a_second)
    )


def _known(row: Found[Any]) -> Learnt:
    return Learnt([Sample(*entry) for entry in row.history], row.rate, row.fullest, row.most_a_second)


def _is(asked: Metered) -> list[Any]:
    return [getattr(Row, name) == value for name, value in _key(asked).items()]


def _key(asked: Metered) -> Mapping[str, str]:
    return {
        "subscription_id": asked.subscription_id,
        "principal": asked.principal,
        "request_class": asked.request_class.value,
    }
