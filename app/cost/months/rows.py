"""The months that are kept, and the labels of items."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.cost.models import AccruedMonth, CostMonth
from app.cost.months.shares import Share
from app.cost.prices.meters import PriceList
from app.jobs.kinds import JobKind
from app.jobs.models import Job, JobLabel

RESTORING = (JobKind.RESTORE, JobKind.MOUNT_FILES, JobKind.UNMOUNT_FILES)
"""Their labels are about the restore, not about the item."""
SHOWN_MONTHS = 13
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class PastMonth:
    month: date
    items_count: int
    monthly: Decimal | None
    incomplete_count: int
    days_count: int | None
    """How many of its days are in it; None: it was computed whole, before days were kept."""


async def labels_of_items(session: AsyncSession, tenant: str, name: str | None = None) -> dict[UUID, dict[str, str]]:
    """The labels of each item by name: of each, the one of the newest job about the item that has it."""
    found = (
        select(Job.protected_item_id, JobLabel.name, JobLabel.value)
        .ext(distinct_on(Job.protected_item_id, JobLabel.name))
        .join(Job, Job.id == JobLabel.job_id)
        .where(JobLabel.tenant == tenant, Job.tenant == tenant, Job.protected_item_id.is_not(None))
        .where(Job.kind.not_in(RESTORING))
        .order_by(Job.protected_item_id, JobLabel.name, Job.id.desc())
    )
    if name is not None:
        found = found.where(JobLabel.name == name)
    labels: dict[UUID, dict[str, str]] = {}
    for item_id, label, value in await session.execute(found):
        if item_id is not None:
            labels.setdefault(item_id, {})[label] = value
    return labels


async def add_shares(
    session: AsyncSession,
    tenant: str,
    day: date,
    shares: Sequence[Share],
    lists: Mapping[str, PriceList],
    labels: Mapping[UUID, Mapping[str, str]],
) -> None:
    """Add what the items cost on a day to their months. A day that is in a month already is not added again."""
    for start in range(0, len(shares), _AT_ONCE):
        rows = [
            _row(tenant, day, share, lists[share.item.location], labels.get(share.item.id, {}))
            for share in shares[start : start + _AT_ONCE]
        ]
        adding = pg_insert(AccruedMonth).values(rows)
        new, ours = adding.excluded, AccruedMonth
        changes = {name: new[name] for name in ("labels", "price_date", "price_source", "written_at")} | {
            "amount": func.coalesce(ours.amount + new.amount, ours.amount, new.amount),
            "is_complete": and_(ours.is_complete, new.is_complete),
            "days": ours.days.bitwise_or(new.days),
        }
        key = [ours.tenant, ours.month, ours.item_id]
        is_new = ours.days.bitwise_and(new.days) == 0
        await session.execute(adding.on_conflict_do_update(index_elements=key, set_=changes, where=is_new))


def _row(tenant: str, day: date, share: Share, prices: PriceList, labels: Mapping[str, str]) -> dict[str, Any]:
    return {
        "tenant": tenant,
        "month": day.replace(day=1),
        "item_id": share.item.id,
        "vault_id": share.item.vault_id,
        "vm_id": share.item.vm.id,
        "labels": dict(labels),
        "currency": prices.currency,
        "price_date": prices.as_of,
        "price_source": prices.source.value,
        "amount": share.amount,
        "is_complete": share.is_complete,
        "days": 1 << (day.day - 1),
    }


async def past_months(
    session: AsyncSession, tenant: str, currency: str, *, label: str | None, by_vault: bool
) -> dict[str | None, list[PastMonth]]:
    """What was kept, by key and month, oldest first: at most the newest SHOWN_MONTHS of each. All of it: key None.

    Months that were computed whole come first: from the month of the tenant's first kept day on, days count.
    """
    found: dict[str | None, list[PastMonth]] = {}
    first_kept = select(func.min(AccruedMonth.month)).where(AccruedMonth.tenant == tenant).scalar_subquery()
    whole = _months(CostMonth, tenant, currency, _key(CostMonth, tenant, label, by_vault=by_vault)).where(
        func.coalesce(CostMonth.month < first_kept, True)
    )
    for row in await session.execute(whole.add_columns(func.sum(CostMonth.monthly).label("sum"))):
        found.setdefault(row.key, []).append(PastMonth(row.month, row.items, row.sum, row.incomplete, None))
    days = func.bit_or(AccruedMonth.days).label("days")
    accrued = _months(AccruedMonth, tenant, currency, _key(AccruedMonth, tenant, label, by_vault=by_vault))
    for row in await session.execute(accrued.add_columns(func.sum(AccruedMonth.amount).label("sum"), days)):
        month = PastMonth(row.month, row.items, row.sum, row.incomplete, row.days.bit_count())
        found.setdefault(row.key, []).append(month)
    return found


Kept = type[AccruedMonth] | type[CostMonth]


def _key(kept: Kept, tenant: str, label: str | None, *, by_vault: bool) -> ColumnElement[Any]:
    if label is not None:
        named: ColumnElement[Any] = kept.labels[label].astext
        return named
    return func.cast(kept.vault_id, kept.vm_id.type) if by_vault else func.nullif(kept.tenant, tenant)


def _months(kept: Kept, tenant: str, currency: str, key: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    """(key, month, items, incomplete) of the newest SHOWN_MONTHS, oldest first."""
    return (
        select(
            key.label("key"),
            kept.month,
            func.count().label("items"),
            func.count().filter(~kept.is_complete).label("incomplete"),
        )
        .where(kept.tenant == tenant, kept.currency == currency)
        .where(kept.month >= func.date_trunc("month", func.now() - func.make_interval(0, SHOWN_MONTHS - 1)))
        .group_by("key", kept.month)
        .order_by(kept.month)
    )
