"""What callers do with alerts: list, acknowledge, set rules, and silence."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import uuid_utils.compat as uuids
from sqlalchemy import case, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.alerts.errors import AlertNotFound, AlertResolved, SilenceNotFound, SilenceNotValid, TooManySilences
from app.alerts.kinds import AlertKind, AlertState
from app.alerts.models import UNTOLD, Alert, AlertRule, AlertSilence, path_of
from app.alerts.rule_rows import wanted_of
from app.alerts.rules import Effective, Wanted, effective
from app.audit import trail
from app.core.db.database import NOW
from app.core.db.notify import wake
from app.core.errors import PreconditionFailed
from app.core.http.conventions import check_if_match, etag_of
from app.core.http.counts import UNCOUNTED, RowCounter
from app.core.http.pages import cut, decode_cursor, encode_cursor, uuid_key
from app.events.quiet_changes import tell_change
from app.identity.access.caller import Caller
from app.jobs.work import LoopName
from app.vaults.service import get_vault

UNSET = '"0"'
"""The ETag of a rule that the tenant has not set."""
LONGEST_SILENCE = timedelta(days=366)
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
"""Of a silence. A time beside the first or last year cannot be reckoned with, and some are stored and never read."""
MOST_SILENCES = 200
"""Of one tenant: each is compared with each alert."""


async def list_alerts(
    session: AsyncSession,
    tenant: str,
    *,
    states: Sequence[str],
    kinds: Sequence[str],
    limit: int,
    cursor: str | None,
    counter: RowCounter = UNCOUNTED,
) -> tuple[Sequence[Alert], str | None]:
    """Newest first, and the cursor of the next page. Those whose grace has not ended are not there."""
    query = select(Alert).where(Alert.tenant == tenant, Alert.opened_at.is_not(None))
    if states:
        query = query.where(Alert.state.in_(states))
    if kinds:
        query = query.where(Alert.kind.in_(kinds))
    await counter.count(session, query)
    keys = decode_cursor(cursor, "alerts", 1)
    if keys is not None:
        query = query.where(Alert.id < uuid_key(keys[0]))
    page, last = cut((await session.scalars(query.order_by(Alert.id.desc()).limit(limit + 1))).all(), limit)
    return page, encode_cursor("alerts", str(last.id)) if last else None


async def get_alert(session: AsyncSession, tenant: str, alert_id: UUID, *, for_update: bool = False) -> Alert:
    """Raises AlertNotFound, also for another tenant's, and for one whose grace has not ended."""
    query = select(Alert).where(Alert.id == alert_id, Alert.tenant == tenant, Alert.opened_at.is_not(None))
    alert = await session.scalar(query.with_for_update() if for_update else query)
    if alert is None:
        raise AlertNotFound(f"There is no alert {alert_id}.", remedy="Take the id from GET /v1/alerts.")
    return alert


async def acknowledge(session: AsyncSession, caller: Caller, alert_id: UUID, reason: str) -> Alert:
    """A person has it in hand. Again does nothing. Raises AlertNotFound and AlertResolved."""
    alert = await get_alert(session, caller.tenant, alert_id, for_update=True)
    if alert.state == AlertState.RESOLVED:
        raise AlertResolved("The alert is over: there is nothing to take in hand.", remedy="None is needed.")
    if alert.state == AlertState.OPEN:
        said: dict[str, Any] = {
            "state": AlertState.ACKNOWLEDGED,
            "acknowledged_at": NOW,
            "acknowledged_by": caller.principal.name,
            "acknowledged_reason": reason,
            "updated_at": NOW,
        }
        await session.execute(update(Alert).where(Alert.id == alert_id).values(said))
        await session.refresh(alert)
        tell_change(session, caller.tenant, path_of(alert_id))  # no event: only its end is one
    await trail.record(session, caller, target=f"/v1/alerts/{alert_id}", details={"reason": reason, "kind": alert.kind})
    return alert


# --- rules -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Ruled:
    """A rule as it is set, and its version."""

    kind: AlertKind
    wanted: Wanted
    updated_at: datetime | None

    @property
    def version(self) -> str:
        return etag_of(self.updated_at) if self.updated_at is not None else UNSET


async def list_rules(session: AsyncSession, tenant: str) -> list[Ruled]:
    """One for each kind, set or not."""
    rows = {row.kind: row for row in await session.scalars(select(AlertRule).where(AlertRule.tenant == tenant))}
    return [_ruled(kind, rows.get(kind)) for kind in AlertKind]


def _ruled(kind: AlertKind, row: AlertRule | None) -> Ruled:
    return Ruled(kind, Wanted(), None) if row is None else Ruled(kind, wanted_of(row), row.updated_at)


async def put_rule(
    session: AsyncSession, caller: Caller, kind: AlertKind, wanted: Wanted, if_match: str | None
) -> Ruled:
    """Set the rule of a kind. Raises PreconditionRequired and PreconditionFailed."""
    mine = (AlertRule.tenant == caller.tenant, AlertRule.kind == kind)
    row = await session.scalar(select(AlertRule).where(*mine).with_for_update())
    before = _ruled(kind, row)
    check_if_match(if_match, before.version)
    values = _values(wanted) | {"updated_at": NOW}
    if row is None:
        made = pg_insert(AlertRule).values(tenant=caller.tenant, kind=kind, **values).on_conflict_do_nothing()
        if (await session.execute(made.returning(AlertRule.kind))).first() is None:
            raise PreconditionFailed(
                "Another caller has just set this rule.", remedy="Read it again, and send its ETag as If-Match."
            )
    else:
        await session.execute(update(AlertRule).where(*mine).values(values))
        session.expire(row)
    said = {"before": _json(before.wanted), "after": _json(wanted)}
    await trail.record(session, caller, target=f"/v1/alert-rules/{kind}", details=said)
    tell_change(session, caller.tenant, f"/v1/alert-rules/{kind}")
    await _apply(session, caller.tenant, kind, effective(kind, wanted))
    return _ruled(kind, await session.scalar(select(AlertRule).where(*mine)))


async def _apply(session: AsyncSession, tenant: str, kind: AlertKind, rule: Effective) -> None:
    """To what is not announced yet, too: its grace begins now, if it would not end before that anyway."""
    if not rule.enabled:
        return
    waiting = update(Alert).where(Alert.tenant == tenant, Alert.kind == kind, *UNTOLD, Alert.silenced_by.is_(None))
    grace = case((Alert.opened_at.is_(None), rule.grace), else_=timedelta())
    await session.execute(waiting.values(due_at=func.least(Alert.due_at, NOW + grace)))
    wake(session, LoopName.ALERTS)


def _values(wanted: Wanted) -> dict[str, Any]:
    ids = [str(one) for one in wanted.webhook_ids]
    return asdict(wanted) | {"webhook_ids": ids, "mail": list(wanted.mail)}


def _json(wanted: Wanted) -> Mapping[str, Any]:
    return _values(wanted)


# --- silences --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class AskedSilence:
    kind: str | None
    subject: str | None
    vault_id: UUID | None
    label: str | None
    from_at: datetime
    until_at: datetime
    reason: str

    def as_json(self) -> dict[str, Any]:
        return {
            name: value if value is None or isinstance(value, str) else str(value)
            for name, value in asdict(self).items()
        }


async def _check(session: AsyncSession, tenant: str, asked: AskedSilence, of: UUID | None = None) -> None:
    """Raises SilenceNotValid, VaultNotFound and TooManySilences."""
    for name, at in (("from", asked.from_at), ("until", asked.until_at)):
        if not EARLIEST <= at <= LATEST:
            raise SilenceNotValid(
                f"{at.isoformat()} lies outside the years {EARLIEST.year} to {LATEST.year}.",
                pointer=f"#/{name}",
                remedy="Name a time near the present.",
            )
    if not asked.from_at < asked.until_at <= asked.from_at + LONGEST_SILENCE:
        raise SilenceNotValid(
            "A silence ends after it begins, and lasts at most 366 days.",
            pointer="#/until",
            remedy="Give another `until`. To switch a kind off for good: PUT /v1/alert-rules/{kind}.",
        )
    if asked.vault_id is not None:
        await get_vault(session, tenant, asked.vault_id)
    # Two requests at once count one after the other.
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"holdfast silences|{tenant}", 0))))
    others = select(func.count()).where(
        AlertSilence.tenant == tenant, AlertSilence.until_at > NOW, AlertSilence.id.is_distinct_from(of)
    )
    if (await session.scalar(others) or 0) >= MOST_SILENCES:
        raise TooManySilences(
            f"Your tenant has {MOST_SILENCES} silences that have not ended, and may have no more.",
            remedy="Delete some (GET /v1/alert-silences), or make one that covers more.",
        )


async def create_silence(session: AsyncSession, caller: Caller, asked: AskedSilence) -> AlertSilence:
    """Raises SilenceNotValid, VaultNotFound and TooManySilences."""
    await _check(session, caller.tenant, asked)
    row = AlertSilence(id=uuids.uuid7(), tenant=caller.tenant, created_by=caller.principal.name, **asdict(asked))
    session.add(row)
    await session.flush()
    await session.refresh(row)
    await trail.record(session, caller, target=f"/v1/alert-silences/{row.id}", details=asked.as_json())
    return row


async def list_silences(
    session: AsyncSession, tenant: str, *, limit: int, cursor: str | None, counter: RowCounter = UNCOUNTED
) -> tuple[Sequence[AlertSilence], str | None]:
    """Newest first, also those that have ended."""
    query = select(AlertSilence).where(AlertSilence.tenant == tenant)
    await counter.count(session, query)
    keys = decode_cursor(cursor, "alert_silences", 1)
    if keys is not None:
        query = query.where(AlertSilence.id < uuid_key(keys[0]))
    rows = (await session.scalars(query.order_by(AlertSilence.id.desc()).limit(limit + 1))).all()
    page, last = cut(rows, limit)
    return page, encode_cursor("alert_silences", str(last.id)) if last else None


async def get_silence(
    session: AsyncSession, tenant: str, silence_id: UUID, *, for_update: bool = False
) -> AlertSilence:
    """Raises SilenceNotFound, also for another tenant's."""
    query = select(AlertSilence).where(AlertSilence.id == silence_id, AlertSilence.tenant == tenant)
    row = await session.scalar(query.with_for_update() if for_update else query)
    if row is None:
        raise SilenceNotFound(f"There is no silence {silence_id}.", remedy="Take the id from GET /v1/alert-silences.")
    return row


async def change_silence(
    session: AsyncSession, caller: Caller, silence_id: UUID, changes: Mapping[str, Any], if_match: str | None
) -> AlertSilence:
    """Raises SilenceNotFound, SilenceNotValid, VaultNotFound, PreconditionRequired and PreconditionFailed."""
    row = await get_silence(session, caller.tenant, silence_id, for_update=True)
    check_if_match(if_match, etag_of(row.updated_at))
    before = _asked(row)
    asked = AskedSilence(**(asdict(before) | dict(changes)))
    await _check(session, caller.tenant, asked, of=silence_id)
    changed = update(AlertSilence).where(AlertSilence.id == silence_id)
    await session.execute(changed.values(**asdict(asked), updated_at=NOW))
    await session.refresh(row)
    said = {"before": before.as_json(), "after": asked.as_json()}
    await trail.record(session, caller, target=f"/v1/alert-silences/{silence_id}", details=said)
    tell_change(session, caller.tenant, f"/v1/alert-silences/{silence_id}")
    await _look_again(session, caller.tenant)
    return row


async def delete_silence(session: AsyncSession, caller: Caller, silence_id: UUID, if_match: str | None) -> None:
    """What it held back is told now, if it is still so. Raises SilenceNotFound and PreconditionFailed."""
    row = await get_silence(session, caller.tenant, silence_id, for_update=True)
    check_if_match(if_match, etag_of(row.updated_at), needed=False)
    said = _asked(row).as_json()
    await session.execute(delete(AlertSilence).where(AlertSilence.id == silence_id))
    await trail.record(session, caller, target=f"/v1/alert-silences/{silence_id}", details=said)
    tell_change(session, caller.tenant, f"/v1/alert-silences/{silence_id}")
    await _look_again(session, caller.tenant)


def _asked(row: AlertSilence) -> AskedSilence:
    return AskedSilence(row.kind, row.subject, row.vault_id, row.label, row.from_at, row.until_at, row.reason)


async def _look_again(session: AsyncSession, tenant: str) -> None:
    """What is silenced is looked at now: it may not be any more."""
    held = (Alert.tenant == tenant, *UNTOLD, Alert.silenced_by.is_not(None))
    await session.execute(update(Alert).where(*held).values(due_at=NOW))
    wake(session, LoopName.ALERTS)
