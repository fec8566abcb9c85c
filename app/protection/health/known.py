"""Until when it is known what happened in Azure, and the state of items in SQL: as in Python, for lists.

A vault's jobs are followed (`vault_watches.seen_until`): a backup that ended before was seen, and the item was read
after it. While a list of items is still owed (`items_owed_at`: of the last such backup; there may be earlier ones), it
counts when the item itself was read (`as_of`).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, false, func, literal, null, or_, select

from app.core.db.database import TZ
from app.jobs.kinds import JobKind
from app.jobs.lifecycle import FOLLOWED
from app.jobs.models import Job, VaultWatch
from app.protection.health.models import ItemHealth
from app.protection.health.rpo import LOOK_COMES_WITHIN, RpoState
from app.protection.models import ProtectedItem


def known_until(as_of: datetime | None, seen_until: datetime | None, items_owed_at: datetime | None) -> datetime | None:
    by_jobs = seen_until if items_owed_at is None else None
    return max((at for at in (as_of, by_jobs) if at is not None), default=None)


KNOWN_UNTIL: ColumnElement[Any] = func.greatest(
    ProtectedItem.as_of, case((VaultWatch.items_owed_at.is_(None), VaultWatch.seen_until), else_=null())
)
"""As `known_until`, of the rows joined: greatest leaves out what is null."""

IS_RUNNING: ColumnElement[bool] = (
    select(Job.id)
    .where(
        Job.tenant == ProtectedItem.tenant,
        Job.vault_id == ProtectedItem.vault_id,
        Job.state.in_(sorted(FOLLOWED)),
        Job.vm_key == ProtectedItem.vm_key,
        Job.kind == JobKind.BACKUP,
        Job.started_at.between(ItemHealth.due_at, ItemHealth.late_at),
    )
    .correlate(ProtectedItem, ItemHealth)
    .exists()
)
"""Whether a backup that began within the grace has not ended. The index of the jobs that are followed is short, and
each of these comes to an end within bounds (jobs/bounds.py)."""


def is_running_at(now: ColumnElement[Any]) -> ColumnElement[bool]:
    """`IS_RUNNING`, asked only where it decides something: of what is late, and not on record as missed."""
    asked = and_(ItemHealth.missed_since.is_(None), ItemHealth.late_at <= now)
    return case((asked, IS_RUNNING), else_=false())


def state_in_sql(now: ColumnElement[Any]) -> ColumnElement[str]:
    """As `rpo.state_at`, of the rows joined."""
    return case(
        (ItemHealth.due_at.is_(None), RpoState.UNKNOWN.value),
        (now < ItemHealth.due_at, RpoState.MET.value),
        (now < ItemHealth.late_at, RpoState.DUE.value),
        (ItemHealth.missed_since.is_not(None), RpoState.MISSED.value),
        (IS_RUNNING, RpoState.DUE.value),
        (ItemHealth.late_at <= KNOWN_UNTIL, RpoState.MISSED.value),
        (now < ItemHealth.late_at + timedelta(seconds=LOOK_COMES_WITHIN.total_seconds()), RpoState.DUE.value),
        else_=RpoState.UNKNOWN.value,
    )


# --- the filter `rpo` ------------------------------------------------------------------------------------------------
def with_health(items: Select[ProtectedItem], tenant: str, after: UUID | None) -> Select[ProtectedItem]:
    """These items of a tenant, after this one, with what `in_rpo_state` compares."""
    joined = (
        items.join(ItemHealth, ItemHealth.protected_item_id == ProtectedItem.id)
        .outerjoin(VaultWatch, VaultWatch.vault_id == ProtectedItem.vault_id)
        .where(ItemHealth.tenant == tenant)
    )
    return joined if after is None else joined.where(ItemHealth.protected_item_id > after)


def in_rpo_state(state: str, now: datetime) -> Sequence[ColumnElement[bool]]:
    """Two parts: rows whose state is settled, by an index in the order of items; and the few that time may change.

    `now` is a value, not `clock_timestamp()`: with that one no index can be searched, and no plan be estimated.
    """
    moment = literal(now, TZ)
    return (
        and_(ItemHealth.state == state, or_(ItemHealth.look_at.is_(None), ItemHealth.look_at > moment)),
        and_(ItemHealth.look_at <= moment, state_in_sql(moment) == state),
    )
