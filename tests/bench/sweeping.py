"""One round of looks at every vault, with ten and a hundred thousand jobs of ours in flight.

The loop, its SQL and Postgres are real. Azure is not asked: its lists lie ready, so that what is measured is our own
part: reading the rows, matching them with the entries, settling a vault's page in one statement. First nothing has
changed, then everything has ended. `python -m tests.bench.sweeping` prints it alone.
"""

import logging
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

import psycopg
import structlog
import uvloop

from app.azure.lists import Listed as ListOfAzure
from app.azure.ports import AzureJobs, ProtectedItems
from app.azure.values import AzureJob, AzureJobDetails, JobListing, JobOutcome, VaultRef
from app.backups.work import Backup
from app.core.db.database import Database, migrate
from app.jobs.sweep.apply_items import ItemUpdates
from app.jobs.sweep.sweep import SweepLoop
from app.wiring import ITEM_IDS
from tests.bench.report import Figure, show
from tests.bench.stack import Bench, bench
from tests.database import with_database

VAULTS = 100
POLL_SECONDS = 30.0
SCALING_BAR = 1.2

_JOBS = """
INSERT INTO jobs (id, tenant, caller, requested_by, kind, state, resource, resource_id, vault_id, ask, azure_job_id,
                  azure_status, activity_id, started_at, due_at)
SELECT md5('job' || n)::uuid, 'bench', 'bench', 'bench', 'backup', 'running', '/v1/protected-items/x',
       md5('item' || n)::uuid, lpad(to_hex(1 + n %% %(vaults)s), 32, '0')::uuid, %(ask)s, 'azure-' || n, 'InProgress',
       md5('attempt' || n)::uuid, clock_timestamp(), clock_timestamp()
FROM generate_series(1, %(jobs)s) AS n
"""
_ATTEMPTS = """
INSERT INTO attempts (id, job_id, tenant, state, closed_at)
SELECT activity_id, id, tenant, 'accepted', clock_timestamp() FROM jobs
"""
_WATCHES = """
INSERT INTO vault_watches (vault_id, subscription_id, resource_group, name, tenant, taken_in_at, seen_until, swept_at)
SELECT lpad(to_hex(n), 32, '0')::uuid, 'subscription-' || n %% 5, 'group', 'vault-' || n, 'bench', clock_timestamp(),
       clock_timestamp(), clock_timestamp()
FROM generate_series(1, %(vaults)s) AS n
"""
_ASK = '{"azure": "iaasvmcontainerv2;group;vm"}'


@dataclass(slots=True)
class Listed:
    """What Azure would list, by vault: all of it, as soon as it is asked for."""

    entries: dict[str, list[AzureJob]] = field(default_factory=dict)
    lists: int = 0

    def end_all(self) -> None:
        for name, entries in self.entries.items():
            self.entries[name] = [_entry(one.job_id, one.activity_id, ended=True) for one in entries]

    async def list_in_progress(self, vault: VaultRef, *, region: str | None = None) -> JobListing:
        del region
        return self._listing([one for one in self.entries[vault.name] if one.outcome is JobOutcome.RUNNING])

    async def list_window(
        self, vault: VaultRef, start: datetime, end: datetime, *, region: str | None = None
    ) -> JobListing:
        del start, end, region
        return self._listing(self.entries[vault.name])

    async def get(self, vault: VaultRef, job_id: str, *, region: str | None = None) -> AzureJob:
        """The few that a sweep may afford to ask for."""
        del region
        entry = next(one for one in self.entries[vault.name] if one.job_id == job_id)
        return replace(entry, details=AzureJobDetails(properties={"Backup Size": "1 GB"}))

    def _listing(self, entries: Sequence[AzureJob]) -> JobListing:
        self.lists += 1
        return JobListing(tuple(entries), began_at=datetime.now(UTC))


class NoItems:
    """A vault without items: the result of a backup is told later."""

    async def list(self, vault: VaultRef) -> ListOfAzure[Any]:
        del vault
        return ListOfAzure()


def _entry(job_id: str, activity_id: str, *, ended: bool) -> AzureJob:
    outcome, status = (JobOutcome.SUCCEEDED, "Completed") if ended else (JobOutcome.RUNNING, "InProgress")
    now = datetime.now(UTC)
    return AzureJob(job_id, activity_id, "Backup", status, outcome, "iaasvmcontainerv2;group;vm", now, now)


@dataclass(frozen=True, slots=True)
class Rounds:
    """Seconds for one round over all vaults."""

    jobs: int
    nothing_new: float
    all_ended: float


async def measure_rounds(made: Bench, jobs: int, vaults: int) -> Rounds:
    url = _filled(made, jobs, vaults)
    database = Database(url)
    azure = Listed(_entries(url, vaults))
    jobs_port, items = cast("AzureJobs", azure), cast("ProtectedItems", NoItems())
    works = {"backup": Backup(cast("Any", None), items)}
    updates = ItemUpdates(database, items, cast("Any", None), cast("Any", None), ITEM_IDS)
    observing = SweepLoop(database, works, jobs_port, items, ITEM_IDS, updates, poll_seconds=POLL_SECONDS)
    try:
        nothing_new = await _round(observing, url)
        azure.end_all()
        all_ended = await _round(observing, url)
    finally:
        await database.aclose()
    with psycopg.connect(url) as connection:
        left = connection.execute("SELECT count(*) FROM jobs WHERE state <> 'succeeded'").fetchone()
    if left != (0,):
        raise RuntimeError(f"{left} of {jobs} jobs were not seen to end")
    return Rounds(jobs, nothing_new, all_ended)


async def _round(observing: SweepLoop, url: str) -> float:
    """Every vault is due; how long until every one was looked at."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("UPDATE vault_watches SET due_at = clock_timestamp()")
        connection.execute("VACUUM (ANALYZE) jobs")
    began = time.perf_counter()
    while await observing.run_once() == 0.0:
        pass
    return time.perf_counter() - began


def _filled(made: Bench, jobs: int, vaults: int) -> str:
    name = f"sweep_{jobs}"
    with psycopg.connect(made.database_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    url = with_database(made.database_url, name)
    migrate(url)
    with psycopg.connect(url) as connection:
        connection.execute(_JOBS, {"jobs": jobs, "vaults": vaults, "ask": _ASK})
        connection.execute(_ATTEMPTS)
        connection.execute(_WATCHES, {"vaults": vaults})
    return url


def _entries(url: str, vaults: int) -> dict[str, list[AzureJob]]:
    found: dict[str, list[AzureJob]] = {f"vault-{number}": [] for number in range(1, vaults + 1)}
    with psycopg.connect(url) as connection:
        for vault, job_id, activity in connection.execute("SELECT vault_id, azure_job_id, activity_id FROM jobs"):
            found[f"vault-{cast('UUID', vault).int}"].append(_entry(job_id, str(activity), ended=False))
    return found


async def sweeping_figures(
    made: Bench, *, few: int = 10_000, many: int = 100_000, vaults: int = VAULTS
) -> list[Figure]:
    """A round of ten thousand must fit into POLL_SECONDS, and ten times as many take no more than ten times as long."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    small, big = [await measure_rounds(made, jobs, vaults) for jobs in (few, many)]
    figures = []
    for rounds in (small, big):
        bar = (POLL_SECONDS, False) if rounds is small else None
        each = f"{{:.0f}} us a job, {vaults} vaults".format
        name, text = f"sweep_{rounds.jobs}", f"sweep of {rounds.jobs:,} in flight"
        figures += [
            Figure(
                f"{name}_seconds",
                f"{text}, nothing new",
                rounds.nothing_new,
                "s",
                bar,
                each(rounds.nothing_new / rounds.jobs * 1e6),
            ),
            Figure(
                f"{name}_ended_seconds",
                "  all of them ended",
                rounds.all_ended,
                "s",
                bar,
                each(rounds.all_ended / rounds.jobs * 1e6),
            ),
        ]
    scaling = (big.nothing_new + big.all_ended) / (small.nothing_new + small.all_ended) * few / many
    return [*figures, Figure("sweep_scaling", "  a job's share, many / few", scaling, "", (SCALING_BAR, False))]


def main() -> int:
    few, many = map(int, sys.argv[1:3]) if sys.argv[2:] else (10_000, 100_000)
    with bench() as made:
        figures = uvloop.run(sweeping_figures(made, few=few, many=many))
    show(figures)
    return 0 if all(figure.met is not False for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
