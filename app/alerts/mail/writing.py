"""Writes mails that announce alerts: one row for each address, once for each alert and what became of it."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import uuid_utils.compat as uuids
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.alerts.models import Alert, AlertMail
from app.core.db.notify import wake
from app.jobs.work import LoopName

What = Literal["opened", "worse", "resolved"]
_OUTCOMES: Mapping[What, str] = {
    "opened": "What to do: {remedy}",
    "worse": "It was announced before: now there is more of it, or it is another change. What to do: {remedy}",
    "resolved": "It is over: it healed by itself.",
}
_SUBJECTS: Mapping[What, str] = {"opened": "{severity}", "worse": "{severity}, again", "resolved": "resolved"}
SUBJECT_LENGTH = 200


async def write_mails(session: AsyncSession, what: What, alerts: Sequence[tuple[Alert, Sequence[str]]]) -> None:
    """`alerts`: each with the addresses that its rule names. A mail that was written before is not written again."""
    rows = [
        {
            "id": uuids.uuid7(),
            "tenant": alert.tenant,
            "once": f"{what}:{alert.id}" if what != "worse" else f"worse:{alert.id}:{alert.count}",
            "recipient": address,
            "subject": subject_of(what, alert.severity, alert.title),
            "body": text_of(what, alert),
        }
        for alert, addresses in alerts
        for address in dict.fromkeys(addresses)
    ]
    await keep(session, rows)


async def keep(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        await session.execute(pg_insert(AlertMail).on_conflict_do_nothing(), list(rows))
        wake(session, LoopName.MAILING)


def subject_of(what: What, severity: str, title: str) -> str:
    said = f"[Holdfast] {_SUBJECTS[what].format(severity=severity)}: {title}"
    return " ".join(said.split())[:SUBJECT_LENGTH]


def text_of(what: What, alert: Alert) -> str:
    """Plain text; the HTML is made of it."""
    lines = [
        alert.title,
        "",
        f"Severity: {alert.severity}",
        f"Kind: {alert.kind}",
        f"Subject: {alert.subject}",
        *([f"VM: {alert.vm_id}"] if alert.vm_id else []),
        f"Since: {alert.first_at.isoformat(timespec='seconds')}",
        *([f"Times: {alert.count}"] if alert.count > 1 else []),
        "",
        _OUTCOMES[what].replace("{remedy}", alert.remedy),
        "",
        f"Alert: /v1/alerts/{alert.id}",
    ]
    return "\n".join(lines)
