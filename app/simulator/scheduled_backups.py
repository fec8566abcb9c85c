"""What policies did while the clock was advanced: their backups, computed afterwards and in bulk.

Nothing runs by itself. The call that advances the clock says from where, and every protected item then gets the jobs
and recovery points its policy would have made since. Old jobs, and points whose retention is over by now, are not even
created: a year of a thousand machines is a matter of seconds.
"""

import uuid
import zlib
from functools import partial

from app.simulator.backups import backup_failure, complete_backup, moved, planted_fault
from app.simulator.progress import BACKUP, DAY, TICKS, Job, us_date
from app.simulator.recovery_points import add_point, chosen_disks, forget_expired
from app.simulator.schedules import runs
from app.simulator.world import Item, Vault, World

JOB_HISTORY_DAYS = 45  # Azure keeps its jobs for a while too; how long was not observed
SPREAD_SECONDS = 120  # a run of 07:00:00 began at 07:00:31 (2024 record)

Runs = list[tuple[int, int]]


def run_policies(world: World, since: int) -> None:
    """Every scheduled backup that began in (since, now]."""
    now = world.clock.now()
    for vault in world.vaults.values():
        planned: dict[str, Runs] = {}  # by policy: machines share the arithmetic
        begun: list[Job] = []
        for item in vault.items.values():
            if item.policy_id:
                begun += _run_item(world, vault, item, _runs(vault, item, planned, since, now), since)
        for job in sorted(begun, key=lambda job: job.started):
            vault.jobs[job.id] = job


def _runs(vault: Vault, item: Item, planned: dict[str, Runs], since: int, now: int) -> Runs:
    name = item.policy_name.lower()
    if name not in planned:
        planned[name] = runs(vault.policies[name]["properties"], since - SPREAD_SECONDS * TICKS, now)
    return planned[name]


def _run_item(world: World, vault: Vault, item: Item, planned: Runs, since: int) -> list[Job]:
    now = world.clock.now()
    delay = zlib.crc32(item.data_id.encode()) % (SPREAD_SECONDS * TICKS)
    since = max(since, item.scheduled_from)
    begun = []
    for run, expires in planned if item.state != "BackupsSuspended" else ():
        started = run + delay
        if not since < started <= now:
            continue
        ends = world.clock.after(started, BACKUP.seconds)
        if started > now - JOB_HISTORY_DAYS * DAY * TICKS or ends > now:
            begun.append(_start(world, vault, item, started, run, expires))
        elif planted_fault(item) is None and expires > now and backup_failure(world, item) is None:
            add_point(world, vault, item, started, expires, run=run)
            item.state = "Protected"
    forget_expired(item, now)
    return begun


def _start(world: World, vault: Vault, item: Item, started: int, run: int, expires: int) -> Job:
    """A job as Azure's own schedule makes it: its activity id is a random GUID of the server.

    Source: docs/azure.md, Request ids.
    """
    included, _ = chosen_disks(item)
    job = Job(
        str(uuid.uuid4()),
        "Backup",
        BACKUP,
        started,
        str(uuid.uuid4()),
        item.vm.service_name,
        item.vm.name,
        {"VM Name": item.vm.name, "Recovery Point Expiry Time in UTC": us_date(expires)},
        internal_bag={"IsInstantRpJob": "True"},
        cancellable=True,
        final_bag={"Backup Size": moved(item, included)},
        size_gib=float(sum(disk.gib for disk in item.vm.disks)),
        user_triggered=False,
        failure=planted_fault(item),
    )
    ends = world.clock.after(started, BACKUP.seconds)
    if ends <= world.clock.now():
        complete_backup(world, vault, item, job, expires, run=run)
    else:
        world.on(ends, partial(complete_backup, world, vault, item, job, expires, run=run))
    return job
