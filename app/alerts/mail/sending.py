"""The loop that sends mails, at least once.

A worker that dies after the server took one sends it again, and its Message-ID says that it is the same.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog
import uuid_utils.compat as uuids
from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.alerts.mail import digest
from app.alerts.mail.limits import HOUR, MAX_TRIES, MailState, folded, is_over_limit, pause_after
from app.alerts.mail.message import compose
from app.alerts.mail.server import MailServer, Verdict
from app.alerts.models import AlertMail
from app.core.db.database import NOW, Database
from app.core.db.leases import claim, hold, seconds_until_due
from app.core.gather_isolated import gather_isolated

log = structlog.get_logger()

EVERY_SECONDS: Final = 30.0
LEASE = timedelta(minutes=3)
"""Longer than the whole dialogue with a server may take."""
AT_ONCE = 5
LOCK = 4851031
"""The class of the advisory locks under which mails to one address are decided."""
WAITED = timedelta(minutes=5)
"""A mail that was not tried for so long waits for room, or behind many: it is put into one with the others."""
UNSENDABLE = timedelta(hours=6)
"""How long a mail waits for a mail server to be set: about as long as one that is set is tried."""
_PENDING = AlertMail.state == MailState.PENDING
_WITHOUT_SERVER = (
    update(AlertMail)
    .where(_PENDING, AlertMail.created_at < NOW - UNSENDABLE)
    .values(state=MailState.FAILED, ended_at=NOW, error="No mail server is set.")
)


@dataclass(frozen=True, slots=True)
class Claimed:
    id: UUID
    fence: int
    tenant: str
    recipient: str
    subject: str
    body: str
    tries: int
    created_at: datetime
    once: str


class MailLoop:
    """`server` None: no mail server is set; mails are given up after `UNSENDABLE`."""

    def __init__(self, database: Database, *, server: MailServer | None, sender: str, time_zone: str) -> None:
        self._database = database
        self._server = server
        self._sender = sender
        self._time_zone = time_zone

    async def run_once(self) -> float | None:
        """Write the digests that are due, and send some mails. Returns 0 while there is more."""
        if self._server is None:
            async with self._database.begin() as session:
                await session.execute(_WITHOUT_SERVER)
            return None
        async with self._database.begin() as session:
            wrote = await digest.write_due(session, self._time_zone)
        async with self._database.begin() as session:
            mails = [Claimed(**row) for row in (await session.execute(_CLAIM)).mappings()]
        if mails:
            await gather_isolated([self._look_after(mail, self._server) for mail in mails])
        if mails or wrote:
            return 0.0
        async with self._database.begin() as session:
            return await seconds_until_due(session, AlertMail, _PENDING)

    async def _look_after(self, mail: Claimed, server: MailServer) -> None:
        async with self._database.begin() as session:
            if not mail.once.startswith("digest:") and await _put_off(session, mail):
                return
        verdict, said = await self._send(mail, server)
        changes = _after(verdict, said, mail.tries + 1)
        async with self._database.begin() as session:
            await hold(session, AlertMail, AlertMail.id == mail.id, mail.fence, **changes)
        if verdict is not Verdict.SENT:
            log.warning("mail.not_sent", mail_id=str(mail.id), verdict=verdict.value, tries=mail.tries + 1, said=said)

    async def _send(self, mail: Claimed, server: MailServer) -> tuple[Verdict, str]:
        try:
            message = compose(
                message_id=str(mail.id),
                sender=self._sender,
                recipient=mail.recipient,
                subject=mail.subject,
                text=mail.body,
                at=mail.created_at,
            )
        except Exception as error:
            log.exception("mail.not_composed", mail_id=str(mail.id))
            return Verdict.LATER, f"It could not be composed: {type(error).__name__}"
        return await _bounded(server, message, self._sender, mail.recipient)


async def _bounded(server: MailServer, message: Any, sender: str, recipient: str) -> tuple[Verdict, str]:
    try:
        async with asyncio.timeout(3 * server.seconds):
            return await server.send(message, sender, recipient)
    except TimeoutError:
        return Verdict.LATER, "The mail server took too long."


def _after(verdict: Verdict, said: str, tries: int) -> dict[str, Any]:
    changes: dict[str, Any] = {"tries": tries, "lease_until": None, "error": said or None}
    if verdict is Verdict.SENT:
        return changes | {"state": MailState.SENT, "ended_at": NOW}
    if verdict is Verdict.NEVER or tries >= MAX_TRIES:
        return changes | {"state": MailState.FAILED, "ended_at": NOW}
    return changes | {"due_at": NOW + pause_after(tries)}


async def _put_off(session: AsyncSession, mail: Claimed) -> bool:
    """Whether it is not sent now, because the address has got too many within the hour.

    It waits until there is room, and what has gathered by then is one mail. Mails to one address are decided one after
    another: one that was put into that mail meanwhile is not sent by itself.
    """
    await session.execute(select(func.pg_advisory_xact_lock(LOCK, func.hashtext(f"{mail.tenant} {mail.recipient}"))))
    if await session.scalar(select(AlertMail.fence).where(AlertMail.id == mail.id)) != mail.fence:
        return True
    mine = (AlertMail.tenant == mail.tenant, AlertMail.recipient == mail.recipient)
    is_sent = and_(AlertMail.state == MailState.SENT, AlertMail.ended_at > NOW - HOUR)
    is_on_its_way = and_(_PENDING, AlertMail.lease_until > NOW, AlertMail.id < mail.id)
    lately = select(func.count(), func.min(AlertMail.ended_at)).where(*mine, or_(is_sent, is_on_its_way))
    sent, oldest = (await session.execute(lately)).one()
    if is_over_limit(sent):
        free_at = oldest + HOUR if oldest is not None else NOW + timedelta(minutes=1)
        await hold(session, AlertMail, AlertMail.id == mail.id, mail.fence, lease_until=None, due_at=free_at)
        return True
    return False if mail.once.startswith("folded:") else await _fold(session, mail, mine)


async def _fold(session: AsyncSession, mail: Claimed, mine: tuple[Any, ...]) -> bool:
    """Where others of this address wait for room, put them all into one mail."""
    waiting = (
        select(AlertMail)
        .where(*mine, _PENDING, AlertMail.tries == 0, AlertMail.created_at < NOW - WAITED)
        .where(AlertMail.once.not_like("digest:%"), AlertMail.once.not_like("folded:%"))
        .order_by(AlertMail.created_at, AlertMail.id)
        .with_for_update(skip_locked=True)
    )
    rows = (await session.scalars(waiting)).all()
    if len(rows) < 2 or mail.id not in {row.id for row in rows}:
        return False
    subject, text = folded([row.subject for row in rows])
    session.add(
        AlertMail(
            id=uuids.uuid7(),
            tenant=mail.tenant,
            once=f"folded:{mail.id}",
            recipient=mail.recipient,
            subject=subject,
            body=text,
        )
    )
    ids = [row.id for row in rows]
    ended = {"state": MailState.FOLDED, "ended_at": NOW, "lease_until": None, "fence": AlertMail.fence + 1}
    await session.execute(update(AlertMail).where(AlertMail.id.in_(ids)).values(ended))
    return True


_CLAIM = claim(AlertMail, AlertMail.id, where=_PENDING, limit=AT_ONCE, lease=LEASE).returning(
    AlertMail.id,
    AlertMail.fence,
    AlertMail.tenant,
    AlertMail.recipient,
    AlertMail.subject,
    AlertMail.body,
    AlertMail.tries,
    AlertMail.created_at,
    AlertMail.once,
)
