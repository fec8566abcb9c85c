"""What the audit trail costs: accepting with it and without, in rounds that alternate; and a million sealed entries.

An entry is written within the statement that makes the job; its seal comes seconds later, from the worker, and costs
the request nothing. What may grow with the trail is finding what has no seal yet: that is measured, too.
"""

import statistics
import time
from collections.abc import Mapping, Sequence

import psycopg

from app.audit.sealing import BATCH, SealLoop
from app.core.db.database import WORKER_ROLE, Database
from tests.bench.accepting import Contenders, Round, ratio, take_turns
from tests.bench.report import Figure
from tests.bench.stack import Api, Bench, Process

ENTRIES = """
INSERT INTO audit_entries (tenant, at, actor_issuer, actor_directory, actor_object_id, actor_name, action, target,
                           outcome, job_id, details)
SELECT 'trail', now() - interval '30 days' + n * interval '1 second', 'https://issuer.example/v2.0', 'directory',
       'object-' || mod(n, 50), 'somebody', 'create_backup', '/v1/protected-items/' || gen_random_uuid(), 'accepted',
       gen_random_uuid(), '{"kind": "backup", "asked": {"retain_until": "2036-01-31T00:00:00Z"}}'
FROM generate_series(1, %s) AS n
"""
SEALS = """
INSERT INTO audit_seals (tenant, seq, entry_id, version, sealed_at, previous, hash)
SELECT tenant, row_number() OVER (ORDER BY id), id, 1, now(), repeat('0', 64), repeat('f', 64)
FROM audit_entries WHERE tenant = 'trail'
"""


async def measure_trail(
    made: Bench, process: Process, api: Api, items: Sequence[str], *, rounds: int, seconds: float
) -> dict[str, list[Round]]:
    """Both processes serve the same database; only what their statement writes differs."""
    async with made.untrailed() as without:
        contenders = {
            "accept_trailed": Contenders(made, process, process, api, items).all()["accept"],
            "accept_untrailed": Contenders(made, without, without, api, items).all()["accept"],
        }
        return await take_turns(contenders, rounds=rounds, seconds=seconds)


def trail_figures(rounds: Mapping[str, Sequence[Round]]) -> list[Figure]:
    accept = ratio(rounds["accept_trailed"], rounds["accept_untrailed"])
    return [Figure("trail_accept_ratio", "accepted POSTs with the audit trail / without", accept, "", (0.85, True))]


async def sealing_figures(database_url: str, *, many: int) -> list[Figure]:
    """How long a look takes that finds nothing to seal, and how fast entries are sealed, behind `many` sealed ones."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")  # these are sealed already: no queue
        connection.execute(ENTRIES, (many,))
        connection.execute(SEALS)
        connection.execute("VACUUM ANALYZE audit_entries, audit_seals")
    database = Database(database_url, role=WORKER_ROLE)
    sealing = SealLoop(database)
    try:
        while await sealing.run_once() == 0.0:
            pass
        looks = [await _took(sealing) for _ in range(20)]
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute(ENTRIES, (BATCH,))
        batch = await _took(sealing)
    finally:
        await database.aclose()
    return [
        Figure(
            "seal_look_ms",
            f"a look for entries to seal, behind {many:,} sealed",
            statistics.median(looks),
            "ms",
            (50, False),
        ),
        Figure("seal_rate", "  and entries sealed a second by one sealer", BATCH / batch * 1000, "/s", (1000, True)),
    ]


async def _took(sealing: SealLoop) -> float:
    began = time.perf_counter()
    await sealing.run_once()
    return (time.perf_counter() - began) * 1000
