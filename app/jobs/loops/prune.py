"""Deletes old rows: events, history and attempts of ended jobs, ended misses, keys, unused budgets, recovery runs.

Jobs themselves are kept: they answer "what happened to this VM in March?", and a list of a million of them is as quick
as one of a thousand. Rows of a job that has not ended are kept too, however old; so is an attempt with an orphan, which
is the only proof that something was done twice.

Each table has a due row, leased like everything in the background, so one replica at a time prunes it. It deletes in
batches, and rests after each. Each batch is a short transaction that first checks that the lease is
still held; if a worker dies in between, the next one continues. Every batch is a range of an index, read from its
oldest entry; only the budgets (a row for each subscription, principal and class of requests) are so few that they need
no index.
"""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import ARRAY, Text, bindparam, text, true
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.sql.elements import TextClause

from app.core.db.database import NOW, Database
from app.core.db.leases import claim, hold, renew, seconds_until_due
from app.jobs.lifecycle import TERMINAL, AttemptState
from app.jobs.models import Pruning

log = structlog.get_logger()

KEYS_DAYS = 7.0
"""Retention of an Idempotency-Key in days, as the API promises."""
RUNS_DAYS = 400.0
"""Retention of a recovery run that has ended: a year and a month, for those who compare it with the last one."""
EVERY = timedelta(hours=1)
LEASE = timedelta(minutes=2)
BATCH = 1000
"""Rows that one transaction reads."""
BATCHES = 50
"""Batches under one lease. Then it is given back, due at once, so that a worker that must stop is not held up."""

REST = 4.0
"""After each batch, by how long it took: most of the time is for others. Calculated, not measured: where a batch takes
12 ms, 10,000,000 rows take 10 minutes."""
LONGEST_REST_SECONDS = 5.0

# Each statement looks at the next rows after `after`, oldest first, and answers one row: how many it looked at, how
# many of them are old enough, how many are gone, and the `after` of the next batch. It says now(), because no index can
# be searched by clock_timestamp().

# Events are numbered in the order they came, so the oldest are at the left end of the primary key: no index of their
# own. Those of a job that has not ended are stepped over, once an hour.
_EVENTS = text("""
WITH looked AS (
    SELECT id, job_id, at FROM job_events WHERE id > coalesce(CAST(:after AS bigint), 0) ORDER BY id LIMIT :batch
), old AS (
    SELECT id, job_id FROM looked WHERE at < now() - make_interval(secs => :keep)
), gone AS (
    DELETE FROM job_events USING old, jobs
    WHERE job_events.id = old.id AND jobs.id = old.job_id AND jobs.state = ANY(:ended)
    RETURNING 1
)
SELECT (SELECT count(*) FROM looked) AS looked, (SELECT count(*) FROM old) AS old,
       (SELECT count(*) FROM gone) AS gone, (SELECT max(id)::text FROM looked) AS after
""").bindparams(bindparam("ended", type_=ARRAY(Text)))

# Numbered in the order they were recorded, like the events of jobs. The one that an item is still missed by is kept.
_MISSES = text("""
WITH looked AS (
    SELECT id, protected_item_id, due_at, recorded_at FROM item_health_events
    WHERE id > coalesce(CAST(:after AS bigint), 0) ORDER BY id LIMIT :batch
), old AS (
    SELECT id, protected_item_id, due_at FROM looked WHERE recorded_at < now() - make_interval(secs => :keep)
), gone AS (
    DELETE FROM item_health_events USING old
    WHERE item_health_events.id = old.id AND NOT EXISTS (
        SELECT FROM item_health AS open WHERE open.protected_item_id = old.protected_item_id
        AND open.due_at = old.due_at AND open.missed_since IS NOT NULL)
    RETURNING 1
)
SELECT (SELECT count(*) FROM looked) AS looked, (SELECT count(*) FROM old) AS old,
       (SELECT count(*) FROM gone) AS gone, (SELECT max(id)::text FROM looked) AS after
""")

# The log has positions in the order of the commits. What goes is noted for each tenant, in the same transaction: a
# reader who stands before it is told that events are missing (app/events/reads.py).
_PUBLISHED = text("""
WITH looked AS (
    SELECT position, at FROM events WHERE position > coalesce(CAST(:after AS bigint), 0) ORDER BY position LIMIT :batch
), old AS (
    SELECT position FROM looked WHERE at < now() - make_interval(secs => :keep)
), gone AS (
    DELETE FROM events USING old WHERE events.position = old.position RETURNING events.tenant, events.position
), noted AS (
    INSERT INTO event_horizons (tenant, pruned_to) SELECT tenant, max(position) FROM gone GROUP BY tenant
    ON CONFLICT (tenant) DO UPDATE SET pruned_to = greatest(event_horizons.pruned_to, excluded.pruned_to)
)
SELECT (SELECT count(*) FROM looked) AS looked, (SELECT count(*) FROM old) AS old,
       (SELECT count(*) FROM gone) AS gone, (SELECT max(position)::text FROM looked) AS after
""")

_ATTEMPTS = text("""
WITH old AS (
    SELECT id, job_id, state, closed_at FROM attempts
    WHERE closed_at IS NOT NULL AND closed_at >= coalesce(CAST(:after AS timestamptz), '-infinity')
      AND closed_at < now() - make_interval(secs => :keep)
    ORDER BY closed_at LIMIT :batch
), gone AS (
    DELETE FROM attempts USING old, jobs
    WHERE attempts.id = old.id AND jobs.id = old.job_id AND jobs.state = ANY(:ended) AND old.state <> :orphaned
    RETURNING 1
)
SELECT (SELECT count(*) FROM old) AS looked, (SELECT count(*) FROM old) AS old, (SELECT count(*) FROM gone) AS gone,
       (SELECT max(closed_at)::text FROM old) AS after
""").bindparams(bindparam("ended", type_=ARRAY(Text)), bindparam("orphaned", AttemptState.ORPHANED.value))

_KEYS = text("""
WITH old AS (
    SELECT id, created_at FROM jobs
    WHERE idempotency_key IS NOT NULL AND created_at >= coalesce(CAST(:after AS timestamptz), '-infinity')
      AND created_at < now() - make_interval(secs => :keep)
    ORDER BY created_at LIMIT :batch FOR UPDATE SKIP LOCKED
), gone AS (
    UPDATE jobs SET idempotency_key = NULL, request_hash = NULL FROM old WHERE jobs.id = old.id RETURNING 1
)
SELECT (SELECT count(*) FROM old) AS looked, (SELECT count(*) FROM old) AS old, (SELECT count(*) FROM gone) AS gone,
       (SELECT max(created_at)::text FROM old) AS after
""")

# Every request to Azure leases, and that moves `filled_at`, as a block does, into the future: if it has not moved
# for so long, no request was made. A row that is being changed at this moment is stepped over, for it is in use again;
# a lease that comes a moment later finds none, makes a new one, and begins with guesses.
_BUDGETS = text("""
WITH old AS (
    SELECT subscription_id, principal, request_class, filled_at FROM azure_budgets
    WHERE filled_at >= coalesce(CAST(:after AS timestamptz), '-infinity')
      AND filled_at < now() - make_interval(secs => :keep)
    ORDER BY filled_at LIMIT :batch FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM azure_budgets USING old
    WHERE azure_budgets.subscription_id = old.subscription_id AND azure_budgets.principal = old.principal
      AND azure_budgets.request_class = old.request_class
    RETURNING 1
)
SELECT (SELECT count(*) FROM old) AS looked, (SELECT count(*) FROM old) AS old, (SELECT count(*) FROM gone) AS gone,
       (SELECT max(filled_at)::text FROM old) AS after
""")
# Of a run its job is kept, with what came back. Its plan is a caller's, and goes when they delete it. A run has up to a
# hundred members, so fewer of them make a batch; one that is full counts as a whole one.
_RUNS = text("""
WITH old AS (
    SELECT id, ended_at FROM recovery_runs
    WHERE ended_at >= coalesce(CAST(:after AS timestamptz), '-infinity')
      AND ended_at < now() - make_interval(secs => :keep)
    ORDER BY ended_at LIMIT greatest(CAST(:batch AS int) / 20, 1)
), members AS (
    DELETE FROM recovery_members USING old WHERE recovery_members.run_id = old.id
), gone AS (
    DELETE FROM recovery_runs USING old WHERE recovery_runs.id = old.id RETURNING 1
)
SELECT CASE WHEN (SELECT count(*) FROM old) = greatest(CAST(:batch AS int) / 20, 1) THEN :batch ELSE 0 END AS looked,
       (SELECT count(*) FROM old) AS old, (SELECT count(*) FROM gone) AS gone,
       (SELECT max(ended_at)::text FROM old) AS after
""")
# A batch that a crash of the server undoes is pruned again. So it does not wait for the disk, nor do others behind it.
_UNHURRIED = text("SET LOCAL synchronous_commit = off")
_ENDED = {"ended": sorted(state.value for state in TERMINAL)}


@dataclass(frozen=True, slots=True)
class Rule:
    """What is deleted, and after how many days."""

    statement: TextClause
    days: float
    more: Mapping[str, Any]


class PruneLoop:
    """The prune loop. Days are counted by the database's clock."""

    def __init__(self, database: Database, *, events_days: float, attempts_days: float, batch: int = BATCH) -> None:
        self._database = database
        self._batch = batch
        self._left_off: dict[str, str | None] = {}
        """Where an unfinished run continues: the rows that are kept at the old end of a table may be more than one run
        reads."""
        self._rules = {
            "events": Rule(_EVENTS, events_days, _ENDED),
            "log": Rule(_PUBLISHED, events_days, {}),
            "misses": Rule(_MISSES, events_days, {}),
            "attempts": Rule(_ATTEMPTS, attempts_days, _ENDED),
            "keys": Rule(_KEYS, KEYS_DAYS, {}),
            # Budgets go with the attempts whose requests they were learnt from.
            "budgets": Rule(_BUDGETS, attempts_days, {}),
            "recovery_runs": Rule(_RUNS, RUNS_DAYS, {}),
        }

    async def run_once(self) -> float | None:
        """Prune one table. Returns the seconds until the next one is due."""
        async with self._database.begin() as session:
            row = (await session.execute(_CLAIM)).first()
            if row is None:
                rows = [{"name": name, "due_at": NOW + EVERY} for name in self._rules]
                await session.execute(pg_insert(Pruning).values(rows).on_conflict_do_nothing())
                return await seconds_until_due(session, Pruning, true())
        rule = self._rules.get(row.name)
        gone, is_done = await self._clear(row.name, row.fence, rule) if rule is not None else (0, True)
        async with self._database.begin() as session:
            due_at = NOW + EVERY if is_done else NOW
            await hold(session, Pruning, Pruning.name == row.name, row.fence, lease_until=None, due_at=due_at)
        if gone:
            log.info("prune.gone", table=row.name, rows=gone)
        return 0.0

    async def _clear(self, name: str, fence: int, rule: Rule) -> tuple[int, bool]:
        """How many rows are gone, and whether nothing old is left."""
        after = self._left_off.pop(name, None)
        total = 0
        for number in range(BATCHES):
            began = time.perf_counter()
            async with self._database.begin() as session:
                await session.execute(_UNHURRIED)
                if await renew(session, Pruning, Pruning.name == name, fence, lease=LEASE) is None:
                    return total, False  # another worker has taken it over, and continues
                values = {"after": after, "batch": self._batch, "keep": rule.days * 86400.0, **rule.more}
                looked, old, gone, following = (await session.execute(rule.statement, values)).one()
            total += gone
            if looked < self._batch or old == 0 or (gone == 0 and following == after):
                return total, True
            after = following
            if number < BATCHES - 1:
                await asyncio.sleep(min(REST * (time.perf_counter() - began), LONGEST_REST_SECONDS))
        self._left_off[name] = after
        return total, False


_CLAIM = claim(Pruning, Pruning.name, where=true(), limit=1, lease=LEASE).returning(Pruning.name, Pruning.fence)
