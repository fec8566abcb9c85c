"""Proofs that lapse, schedules of restore tests that were missed, and restore tests that judge nothing.

An item that was never proven is no alert, or each installation without tests would have one for each VM: the daily
report and the coverage count those.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.alerts.event_rules import finding
from app.alerts.findings import Finding
from app.alerts.intake.board import Told
from app.alerts.kinds import AlertKind
from app.evidence.proofs import CONCLUSIVE, PROVEN_FOR
from app.jobs.lifecycle import TERMINAL

LAPSED, MISSED, EMPTY = "lapsed", "missed", "empty"
KEYS: Final = (f"%/{LAPSED}", f"%/{MISSED}", f"%/{EMPTY}")
"""The keys of these alerts. Others of their kind come from events, and heal by events."""

_LAPSED = text("""
SELECT item.tenant, item.id, item.vm_id, item.vault_id, vault.location, item.last_proven_at, item.proven_level,
    item.last_proven_at + CAST(:proven_for AS interval) AS at
FROM protected_items AS item JOIN vaults AS vault ON vault.id = item.vault_id
WHERE item.last_proven_at < clock_timestamp() - CAST(:proven_for AS interval) AND item.state <> 'soft_deleted'
""")
_MISSED = text("""
SELECT test.tenant, test.id, test.name, CAST(test.missed ->> 'at' AS timestamptz) AS at,
    test.missed ->> 'reason' AS reason
FROM restore_tests AS test JOIN tenants ON tenants.id = test.tenant
WHERE test.missed IS NOT NULL AND jsonb_typeof(test.definition -> 'schedule') = 'object'
    AND (test.last_round_at IS NULL OR test.last_round_at < CAST(test.missed ->> 'at' AS timestamptz))
""")
# Of its newest rounds that a person did not cancel.
_EMPTY = text("""
SELECT test.tenant, test.id, test.name, newest.at, (
    SELECT run.detail FROM restore_test_runs AS run WHERE run.job_id = newest.job_id ORDER BY run.position LIMIT 1
) AS reason
FROM restore_tests AS test JOIN tenants ON tenants.id = test.tenant
CROSS JOIN LATERAL (
    SELECT count(*) AS rounds, max(job.finished_at) AS at, (array_agg(job.id ORDER BY job.id DESC))[1] AS job_id,
        coalesce(bool_or(EXISTS (SELECT FROM restore_test_runs AS run
            WHERE run.job_id = job.id AND run.outcome = ANY(:conclusive))), false) AS has_judged
    FROM (
        SELECT id, finished_at FROM jobs
        WHERE tenant = test.tenant AND kind = 'restore_test_run' AND resource_id = test.id AND state = ANY(:ended)
            AND cancel IS NULL
        ORDER BY id DESC LIMIT :rounds
    ) AS job
) AS newest
WHERE newest.rounds = :rounds AND NOT newest.has_judged
""")
EMPTY_ROUNDS: Final = 2
"""Rounds in a row without any VM that was judged: one may meet a bad day of Azure's."""


async def lapses(session: AsyncSession, now: datetime) -> Sequence[tuple[str, Told]]:
    """What has lapsed, by tenant."""
    lapsed = (await session.execute(_LAPSED, {"proven_for": PROVEN_FOR})).mappings()
    found = [
        (row["tenant"], Told(_of_item(row), now, vault_id=row["vault_id"], place=row["location"])) for row in lapsed
    ]
    missed = (await session.execute(_MISSED)).mappings()
    asked = {"conclusive": list(CONCLUSIVE), "ended": sorted(TERMINAL), "rounds": EMPTY_ROUNDS}
    empty = (await session.execute(_EMPTY, asked)).mappings()
    found += [(row["tenant"], Told(_of_test(row), now)) for row in missed]
    return [*found, *((row["tenant"], Told(_of_empty_test(row), now)) for row in empty)]


def _of_item(row: RowMapping) -> Finding:
    name, since = row["vm_id"].rpartition("/")[2], row["last_proven_at"].isoformat(timespec="seconds")
    return finding(
        AlertKind.RESTORE_TEST_FAILED,
        f"{row['id']}/{LAPSED}",
        f"/v1/protected-items/{row['id']}",
        row["at"],
        vm_id=row["vm_id"],
        title=f"No restore test has proven {name} in {PROVEN_FOR.days} days: the last one did on {since}",
        remedy="Have it tested again: GET /v1/restore-test-runs?protected_item_id="
        f"{row['id']} shows what came of the last runs; POST /v1/restore-tests/{{id}}/runs tests now.",
        details={"last_proven_at": since, "proven_level": row["proven_level"]},
        cause=LAPSED,
        place=str(row["vault_id"]),
    )


def _of_test(row: RowMapping) -> Finding:
    was_due = row["at"].isoformat(timespec="seconds")
    return finding(
        AlertKind.RESTORE_TEST_FAILED,
        f"{row['id']}/{MISSED}",
        f"/v1/restore-tests/{row['id']}",
        row["at"],
        title=f"The restore test {row['name']} did not run when it was due, on {was_due}",
        remedy=f"{row['reason']} Mend that, then test now: POST /v1/restore-tests/{row['id']}/runs.",
        details={"was_due_at": was_due, "reason": row["reason"]},
    )


def _of_empty_test(row: RowMapping) -> Finding:
    return finding(
        AlertKind.RESTORE_TEST_FAILED,
        f"{row['id']}/{EMPTY}",
        f"/v1/restore-tests/{row['id']}",
        row["at"],
        title=f"The restore test {row['name']} has judged no VM in its last {EMPTY_ROUNDS} rounds: nothing is proven",
        remedy=f"{row['reason'] or 'No run says why.'} Mend that, then test now: POST "
        f"/v1/restore-tests/{row['id']}/runs.",
        details={"rounds": EMPTY_ROUNDS, "reason": row["reason"]},
    )
