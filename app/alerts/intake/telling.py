"""Opens alerts whose grace has ended, and announces them: by an event, and mails. Silenced ones wait.

A trigger writes the event. Each alert is one row that is due, also when it became worse since it was announced. The
event and the mails are written in the transaction that marks the alert as told. Alerts of a kind that is off are kept,
not shown, and looked at again when the kind is switched on (service.py).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Update, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.alerts.kinds import AlertKind, AlertState
from app.alerts.mail.writing import What, write_mails
from app.alerts.models import UNTOLD, Alert, AlertMember, AlertSilence, path_of
from app.alerts.rule_rows import rules_of
from app.alerts.rules import Effective, Silence, effective, silence_of
from app.core.db.database import NOW
from app.events.quiet_changes import tell_change

TOLD_AT_ONCE = 200
HELD = timedelta(days=30)
"""How long an alert of a kind that is off is not looked at."""


async def tell_due(session: AsyncSession) -> bool:
    """Whether there was anything."""
    due = select(Alert).where(*UNTOLD, Alert.due_at <= NOW).order_by(Alert.due_at).limit(TOLD_AT_ONCE)
    alerts = (await session.scalars(due.with_for_update(skip_locked=True))).all()
    if not alerts:
        return False
    now: datetime = (await session.scalars(select(NOW))).one()
    tenants = sorted({alert.tenant for alert in alerts})
    rules = await rules_of(session, tenants)
    silences = await silences_of(session, tenants)
    told: dict[What, list[tuple[Alert, Sequence[str]]]] = {"opened": [], "worse": []}
    for alert in alerts:
        rule = effective(AlertKind(alert.kind), rules.get((alert.tenant, alert.kind)))
        if await _decide(session, alert, rule, silences.get(alert.tenant, ()), now):
            told["opened" if alert.told_at is None else "worse"].append((alert, rule.mail))
    for what, mails in told.items():
        await write_mails(session, what, mails)
    return True


async def _decide(
    session: AsyncSession, alert: Alert, rule: Effective, silences: Sequence[Silence], now: datetime
) -> bool:
    """Tell it, or hold it back: until its silence ends, or its kind is on. Whether it is told now."""
    mine = _without_loading(alert.id)
    if not rule.enabled:
        await session.execute(mine.values(due_at=now + HELD, silenced_by=None))
        return False
    silence = silence_of(
        silences,
        kind=alert.kind,
        subject=alert.subject,
        vm_id=alert.vm_id,
        vault_id=alert.vault_id,
        labels=alert.labels,
        at=now,
    )
    tell_change(session, alert.tenant, path_of(alert.id))
    opened = {"opened_at": func.coalesce(Alert.opened_at, now), "updated_at": now}
    if silence is not None:
        held: dict[str, Any] = {"silenced_by": silence.id, "due_at": silence.until_at}
        await session.execute(mine.values(opened | held))
        return False
    ids = [str(one) for one in rule.webhook_ids]
    sent: dict[str, Any] = {"told_at": now, "told_size": 1, "silenced_by": None, "webhook_ids": ids}
    if alert.is_storm:
        size = select(func.count()).where(AlertMember.alert_id == alert.id)
        sent["told_size"] = size.scalar_subquery()
    if alert.is_worse:  # who had it in hand had less in hand
        sent |= {"is_worse": False, "state": AlertState.OPEN} | dict.fromkeys(_ACKNOWLEDGED)
    await session.execute(mine.values(opened | sent))
    return True


_ACKNOWLEDGED = ("acknowledged_at", "acknowledged_by", "acknowledged_reason")


def _without_loading(alert_id: UUID) -> Update:
    """The objects in the session stay as they were read."""
    return update(Alert).where(Alert.id == alert_id).execution_options(synchronize_session=False)


async def silences_of(session: AsyncSession, tenants: Sequence[str]) -> Mapping[str, list[Silence]]:
    """Those that hold now, by tenant."""
    rows = await session.scalars(
        select(AlertSilence).where(
            AlertSilence.tenant.in_(tenants), AlertSilence.from_at <= NOW, AlertSilence.until_at > NOW
        )
    )
    found: dict[str, list[Silence]] = {}
    for row in rows:
        one = Silence(row.id, row.kind, row.subject, row.vault_id, row.label, row.from_at, row.until_at)
        found.setdefault(row.tenant, []).append(one)
    return found


async def tell_resolved(session: AsyncSession, tenant: str, ids: Sequence[UUID]) -> None:
    """Mails that these are over, where mails announced them. A storm announces those that it took in."""
    if not ids:
        return
    ended = select(Alert).where(Alert.id.in_(ids), Alert.told_at.is_not(None), Alert.folded_into.is_(None))
    rules = await rules_of(session, [tenant])
    alerts = (await session.scalars(ended.execution_options(populate_existing=True))).all()
    mail = [(one, effective(AlertKind(one.kind), rules.get((tenant, one.kind))).mail) for one in alerts]
    await write_mails(session, "resolved", mail)


async def seconds_until_due(session: AsyncSession) -> float | None:
    """Until the next grace or silence ends; None = none is waited for."""
    left = await session.scalar(select(func.extract("epoch", func.min(Alert.due_at) - NOW)).where(*UNTOLD))
    return None if left is None else max(0.0, float(left))
