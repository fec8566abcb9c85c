"""Reads what the report of a quarter is made of: a handful of statements, however many items there are."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.http.pages import first_id_of
from app.reports.service import name_of_tenant
from app.restore_tests.quarter.facts import EvidenceFacts, ItemFacts, PlanRunFacts, QuarterFacts, RunFacts
from app.restore_tests.quarter.period import Quarter

LONGEST: Final = timedelta(days=40)
"""From the making of a run to its end, at most: a window of a week, a machine kept for a week, and all clocks."""

# The newest row before the end of the quarter says what an item was then; one without a state says that it was gone.
_ITEMS = text("""
WITH was AS (
    SELECT DISTINCT ON (protected_item_id) protected_item_id, vm_id, state, at FROM item_history
    WHERE tenant = :tenant AND at < :ends ORDER BY protected_item_id, at DESC, id DESC
)
SELECT protected_item_id AS id, vm_id, state FROM was WHERE state IS NOT NULL OR at >= :begins
UNION ALL
SELECT items.id, items.vm_id, items.state FROM protected_items AS items
WHERE items.tenant = :tenant AND items.created_at < :ends
    AND NOT EXISTS (SELECT FROM was WHERE was.protected_item_id = items.id)
""")
_RUNS = text("""
SELECT runs.id, runs.restore_test_id, runs.protected_item_id, runs.vm_id, runs.ended_at, runs.outcome,
    runs.failed_level, runs.detail, kept.levels, runs.measured, runs."left",
    runs.recovery_point ->> 'time' AS point_time, evidence.sequence, evidence.hash, evidence.key_id
FROM restore_test_runs AS runs LEFT JOIN evidence ON evidence.id = runs.id AND evidence.tenant = runs.tenant
CROSS JOIN LATERAL (
    -- Not what went in and came out: scripts and outputs of every run are many megabytes.
    SELECT coalesce(jsonb_agg(jsonb_build_object('level', one -> 'level', 'outcome', one -> 'outcome',
        'azure_code', one -> 'azure_code', 'remedy', one -> 'remedy') ORDER BY number), '[]') AS levels
    FROM jsonb_array_elements(runs.levels) WITH ORDINALITY AS listed (one, number)
) AS kept
WHERE runs.tenant = :tenant AND runs.id >= :first_id AND runs.state = 'ended' AND runs.outcome IS NOT NULL
    AND runs.ended_at >= :begins AND runs.ended_at < :ends
ORDER BY runs.ended_at, runs.id
""")
_PLAN_RUNS = text("""
SELECT runs.id, runs.plan_id, plans.name, runs.mode, runs.ended_at, runs.rto_seconds, runs.promised_rto_seconds,
    (SELECT count(*) FROM recovery_members WHERE run_id = runs.id) AS members,
    (SELECT count(*) FROM recovery_members WHERE run_id = runs.id AND state = 'succeeded') AS came_back
FROM recovery_runs AS runs LEFT JOIN recovery_plans AS plans ON plans.id = runs.plan_id
WHERE runs.tenant = :tenant AND runs.ended_at >= :begins AND runs.ended_at < :ends AND runs.started_at IS NOT NULL
ORDER BY runs.ended_at, runs.id
""")


async def read_facts(session: AsyncSession, tenant: str, quarter: Quarter) -> QuarterFacts:
    """All of the tenant that the report needs. Runs first: their items are there, also if they went meanwhile."""
    values = {"tenant": tenant, "begins": quarter.begins, "ends": quarter.ends}
    first_id = first_id_of(quarter.begins, earlier=LONGEST)
    runs = [_run(row) for row in await session.execute(_RUNS, values | {"first_id": first_id})]
    items = {str(row.id): ItemFacts(str(row.id), row.vm_id, row.state) for row in await session.execute(_ITEMS, values)}
    for run in runs:
        items.setdefault(run.item_id, ItemFacts(run.item_id, run.vm_id, None))
    plan_runs = [_plan_run(row) for row in await session.execute(_PLAN_RUNS, values)]
    return QuarterFacts(tenant, await name_of_tenant(session, tenant), _sorted(items), runs, plan_runs)


def _sorted(items: dict[str, ItemFacts]) -> Sequence[ItemFacts]:
    return [items[key] for key in sorted(items)]


def _run(row: Any) -> RunFacts:
    return RunFacts(
        id=str(row.id),
        restore_test_id=str(row.restore_test_id),
        item_id=str(row.protected_item_id),
        vm_id=row.vm_id,
        ended_at=row.ended_at,
        outcome=row.outcome,
        failed_level=row.failed_level,
        detail=row.detail,
        levels=row.levels,
        measured=row.measured,
        left=row.left,
        recovery_point_time=row.point_time,
        evidence=EvidenceFacts(row.sequence, row.hash, row.key_id) if row.sequence is not None else None,
    )


def _plan_run(row: Any) -> PlanRunFacts:
    return PlanRunFacts(
        id=str(row.id),
        plan_id=str(row.plan_id),
        plan_name=row.name,
        mode=row.mode,
        ended_at=row.ended_at,
        members=row.members,
        came_back=row.came_back,
        rto_seconds=row.rto_seconds,
        promised_rto_seconds=row.promised_rto_seconds,
    )
