"""The trail at size: every filter of the list reads a range of an index, under row-level security too."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import event

from app.audit.queries import AuditFilter, list_entries
from app.audit.sealing import seal_batch
from app.core.db.database import API_ROLE, WORKER_ROLE, Database
from tests.database import cloned

ENTRIES = 30_000
PAGE = 50
JOB = UUID(int=7)
FILL = f"""
INSERT INTO audit_entries (tenant, at, actor_issuer, actor_directory, actor_object_id, actor_name, action, target,
                           outcome, job_id, details)
SELECT 't' || n % 3, now() - n * interval '1 minute', 'i', 'd', 'object-' || n % 400, 'n', 'action_' || n % 200,
       '/v1/things/' || n % 5000, CASE WHEN n % 500 = 0 THEN 'refused' ELSE 'accepted' END,
       lpad(to_hex(n % 2000), 32, '0')::uuid, '{{}}'
FROM generate_series(1, {ENTRIES}) AS n
"""  # noqa: S608 - its own number
SEALS = """
INSERT INTO audit_seals SELECT tenant, row_number() OVER (PARTITION BY tenant ORDER BY id), id, 1, now(), '', ''
FROM audit_entries
"""


@pytest.fixture(scope="module")
def filled(template_database_url: str) -> Iterator[str]:
    with cloned(template_database_url) as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(FILL.encode())
            connection.execute(SEALS)
            connection.execute("VACUUM ANALYZE audit_entries, audit_seals")
        yield url


LATELY = datetime.now(UTC) - timedelta(days=2)
ASKED: list[Mapping[str, Any]] = [
    {},
    {"actor": "object-7"},
    {"action": "action_7"},
    {"target": "/v1/things/7"},
    {"job_id": JOB},
    {"outcome": "refused"},
    {"since": LATELY},
    {"until": LATELY},
    {"action": "action_7", "until": LATELY},
    {"actor": "object-7", "since": LATELY},
]


@pytest.mark.parametrize("wanted", ASKED, ids=lambda wanted: " and ".join(wanted) or "nothing")
async def test_a_page_of_the_trail_is_one_range_of_an_index(filled: str, wanted: Mapping[str, Any]) -> None:
    database = Database(filled, role=API_ROLE)
    sent: list[tuple[str, Any]] = []
    event.listen(
        database.engine.sync_engine,
        "before_cursor_execute",
        lambda _c, _cursor, statement, parameters, _context, _many: sent.append((statement, parameters)),
    )
    try:
        async with database.of_tenant("t1").begin() as session:
            rows, _ = await list_entries(session, "t1", AuditFilter(**wanted), limit=PAGE, cursor=None)
            ((statement, parameters),) = [one for one in sent if "audit_entries" in one[0]]
            connection = await session.connection()
            plan = (
                await connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters)
            ).scalar_one()
    finally:
        await database.aclose()
    nodes = list(_nodes(plan[0]["Plan"]))
    assert rows
    read = [node for node in nodes if node.get("Relation Name") == "audit_entries"]
    assert {node["Node Type"] for node in read} <= {"Index Scan", "Bitmap Heap Scan"}, nodes
    touched = sum((node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"] for node in read)
    assert touched <= 3 * PAGE, (touched, nodes)


async def test_a_batch_to_seal_is_looked_up_whatever_the_statistics_say(filled: str) -> None:
    """Taken while the queue was long, they had Postgres read every entry there is for each batch."""
    sent: list[tuple[str, Any]] = []
    with cloned(filled) as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("ANALYZE audit_unsealed")
            connection.execute("DELETE FROM audit_unsealed")
            connection.execute(FILL.replace(str(ENTRIES), "30").encode())
        database = Database(url, role=WORKER_ROLE)
        event.listen(
            database.engine.sync_engine,
            "before_cursor_execute",
            lambda _c, _cursor, statement, parameters, _context, _many: sent.append((statement, parameters)),
        )
        try:
            async with database.begin() as session:
                assert await seal_batch(session, "t1") == 10
                ((statement, parameters),) = [one for one in sent if "audit_entries" in one[0]]
                made = await session.connection()
                plan = (await made.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters)).scalar_one()
        finally:
            await database.aclose()
    read = {(node["Relation Name"], node["Node Type"]) for node in _nodes(plan[0]["Plan"]) if "Relation Name" in node}
    assert {name for name, _ in read} == {"audit_entries", "audit_seals", "audit_unsealed"}
    assert {kind for name, kind in read if name != "audit_unsealed"} <= {"Index Scan", "Index Only Scan"}, read


def _nodes(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield node
    for inner in node.get("Plans", []):
        yield from _nodes(inner)
