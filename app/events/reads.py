"""Reads the log of a tenant from where a reader stands: in order, without a gap, and never much in one transaction."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.db.database import Transactions
from app.core.events import store
from app.core.events.models import Event
from app.events.cursors import TAG_LENGTH, Stand
from app.events.errors import CursorExpired
from app.events.filters import EventFilter
from app.events.models import EventHorizon

SCANNED_AT_ONCE = 5000
"""Events that one page with a filter looks at. A rarer filter gets an empty page, and a cursor that went on."""


@dataclass(frozen=True, slots=True)
class Part:
    """What was read of the log."""

    events: Sequence[Event]
    end: Stand
    """Everything up to it was looked at."""
    has_more: bool
    """There are events behind it already."""


async def publish(db: Transactions) -> None:
    """Bring what was committed until now into the log."""
    more = True
    while more:
        async with db.begin() as session:
            more = await store.publish(session)


async def oldest(session: AsyncSession, tenant: str) -> Stand:
    """Before the oldest event that is kept."""
    return Stand(await _pruned_to(session, tenant), "")


async def newest(session: AsyncSession, tenant: str) -> Stand:
    """At the newest event of the tenant."""
    query = select(Event.position, Event.id).where(Event.tenant == tenant)
    row = (await session.execute(query.order_by(Event.position.desc()).limit(1))).first()
    return Stand(row.position, str(row.id)[:TAG_LENGTH]) if row else await oldest(session, tenant)


async def check_stand(session: AsyncSession, tenant: str, stand: Stand) -> None:
    """Raises CursorExpired if the event where the reader stands is not in the log any more."""
    pruned_to = await _pruned_to(session, tenant)
    if stand.position == pruned_to or (stand.position == 0 and pruned_to == 0):
        return  # what is gone was seen
    if stand.position < pruned_to:
        raise _expired("Events after this cursor were pruned: their retention has ended.")
    found = await session.scalar(select(Event.id).where(Event.tenant == tenant, Event.position == stand.position))
    if found is None or not str(found).startswith(stand.tag):
        raise _expired("The log has no such event. The database was set back to an earlier state.")


async def _pruned_to(session: AsyncSession, tenant: str) -> int:
    return await session.scalar(select(EventHorizon.pruned_to).where(EventHorizon.tenant == tenant)) or 0


def _expired(detail: str) -> CursorExpired:
    return CursorExpired(
        detail,
        pointer="query:cursor",
        remedy="Read the lists you keep a copy of again, and go on without a cursor: start=oldest for all events that "
        "are kept, start=now for new ones.",
    )


async def read_part(session: AsyncSession, tenant: str, stand: Stand, wanted: EventFilter, limit: int) -> Part:
    """The first `limit` wanted events behind the stand. Raises CursorExpired."""
    await check_stand(session, tenant, stand)
    mine = (Event.tenant == tenant, Event.position > stand.position)
    if wanted.takes_all:
        rows = await store.read_after(session, stand.position, limit + 1, Event.tenant == tenant)
        return _part(rows, limit, stand, scanned_all=True)
    if wanted.subject is not None and wanted.subject.id is not None:
        end, scanned_all = await newest(session, tenant), True  # an index has them: the others are not looked at
    else:
        ahead = select(Event.position, Event.id).where(*mine).order_by(Event.position).limit(SCANNED_AT_ONCE)
        scanned = (await session.execute(ahead)).all()
        end = Stand(scanned[-1].position, str(scanned[-1].id)[:TAG_LENGTH]) if scanned else stand
        scanned_all = len(scanned) < SCANNED_AT_ONCE
    rows = await store.read_after(
        session, stand.position, limit + 1, Event.tenant == tenant, Event.position <= end.position, *conditions(wanted)
    )
    return _part(rows, limit, end, scanned_all=scanned_all)


def _part(rows: Sequence[Event], limit: int, end: Stand, *, scanned_all: bool) -> Part:
    """`end`: where the reader stands when there are no more rows than fit."""
    events = rows[:limit]
    if len(rows) > limit:
        return Part(events, stand_at(events[-1]), has_more=True)
    if events and events[-1].position > end.position:
        end = stand_at(events[-1])
    return Part(events, end, has_more=not scanned_all)


def stand_at(event: Event) -> Stand:
    return Stand(event.position, str(event.id)[:TAG_LENGTH])


def conditions(wanted: EventFilter) -> Iterator[ColumnElement[bool]]:
    """As `EventFilter.takes`."""
    if wanted.types:
        exact = [one for one in wanted.types if not one.endswith("*")]
        below = [Event.type.startswith(one[:-1], autoescape=True) for one in wanted.types if one.endswith("*")]
        yield or_(Event.type.in_(exact), *below)
    if wanted.subject is not None:
        yield Event.resource_kind == wanted.subject.kind.value
        if wanted.subject.id is not None:
            yield Event.resource_id == wanted.subject.id
    if wanted.label is not None:
        name, value = wanted.label
        yield and_(Event.labels.is_not(None), Event.labels[name].astext == value)
    if wanted.vault_id is not None:
        yield Event.vault_id == wanted.vault_id
