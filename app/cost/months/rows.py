"""The months that are kept, and the labels of items."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from app.cost.models import CostMonth
from app.cost.months.charges import Charge
from app.cost.prices.meters import PriceList
from app.jobs.models import Job, JobLabel
from app.jobs.work import JobKind

RESTORING = (JobKind.RESTORE, JobKind.MOUNT_FILES, JobKind.UNMOUNT_FILES)
"""Their labels are about the restore, not about the item."""
SHOWN_MONTHS = 13
_AT_ONCE = 500
_SUMS = (
    func.count().label("items"),
    func.sum(CostMonth.monthly).label("sum"),
    func.count().filter(~CostMonth.is_complete).label("incomplete"),
)


@dataclass(frozen=True, slots=True)
class PastMonth:
    month: date
    items_count: int
    monthly: Decimal | None
    incomplete_count: int


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


async def write_month(
    session: AsyncSession,
    tenant: str,
    month: date,
    charges: Sequence[Charge],
    lists: Mapping[str, PriceList],
    labels: Mapping[UUID, Mapping[str, str]],
) -> None:
    """The month so far, in place of what was written of it before. An item that is gone keeps what was written."""
    ids = [charge.item.id for charge in charges]
    await session.execute(
        delete(CostMonth).where(CostMonth.tenant == tenant, CostMonth.month == month, CostMonth.item_id.in_(ids))
    )
    for start in range(0, len(charges), _AT_ONCE):
        session.add_all(
            _row(tenant, month, charge, lists[charge.item.location], labels.get(charge.item.id, {}))
            for charge in charges[start : start + _AT_ONCE]
        )
        await session.flush()


def _row(tenant: str, month: date, charge: Charge, prices: PriceList, labels: Mapping[str, str]) -> CostMonth:
    return CostMonth(
        tenant=tenant,
        month=month,
        item_id=charge.item.id,
        vault_id=charge.item.vault_id,
        vm_id=charge.item.vm.id,
        labels=dict(labels),
        currency=prices.currency,
        price_date=prices.as_of,
        price_source=prices.source.value,
        monthly=charge.monthly.expected if charge.monthly is not None else None,
        is_complete=charge.is_complete,
    )


async def past_months(
    session: AsyncSession, tenant: str, currency: str, *, label: str | None, by_vault: bool
) -> dict[str | None, list[PastMonth]]:
    """What was kept, by key and month, oldest first: at most the newest SHOWN_MONTHS of each. All of it: key None."""
    if label is not None:
        key = CostMonth.labels[label].astext
    else:
        key = func.cast(CostMonth.vault_id, CostMonth.vm_id.type) if by_vault else func.nullif(CostMonth.tenant, tenant)
    rows = await session.execute(
        select(key.label("key"), CostMonth.month, *_SUMS)
        .where(CostMonth.tenant == tenant, CostMonth.currency == currency)
        .where(CostMonth.month >= func.date_trunc("month", func.now() - func.make_interval(0, SHOWN_MONTHS - 1)))
        .group_by("key", CostMonth.month)
        .order_by(CostMonth.month)
    )
    found: dict[str | None, list[PastMonth]] = {}
    for row in rows:
        found.setdefault(row.key, []).append(PastMonth(row.month, row.items, row.sum, row.incomplete))
    return found
