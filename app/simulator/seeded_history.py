"""What is planted into a protected machine's past and pace: old recovery points, slow jobs, a job that runs twice."""

from dataclasses import replace

from app.simulator.progress import DAY, TICKS, Life, Task, instant_of, moment, parse_rfc3339
from app.simulator.recovery_points import add_point
from app.simulator.world import Item, Json, Vault, World

FASTEST, SLOWEST = 0.001, 1_000_000.0


def new_point(world: World, entry: Json) -> str:
    """A point of the machine as it is now: at "time", or "days_ago" days ago at "clock" (HH:MM, UTC)."""
    vault, item = _find(world, str(entry["vm_id"]))
    now = world.clock.now()
    at = parse_rfc3339(str(entry["time"])) if "time" in entry else _days_ago(now, entry)
    if at > now:
        raise ValueError("a point lies in the past")
    point = add_point(world, vault, item, at, at + int(entry.get("days_kept", 30)) * DAY * TICKS)
    point.name = str(entry.get("name", point.name))
    point.consistency = str(entry.get("consistency", point.consistency))
    item.state, item.last_backup_status = "Protected", "Completed"
    item.last_backup = max(at - 4 * TICKS, item.last_backup or 0)
    item.recovery_points.sort(key=lambda one: one.time)
    return point.name


def _days_ago(now: int, entry: Json) -> int:
    hour, _, minute = str(entry.get("clock", "02:00")).partition(":")
    on_that_day = moment(now - int(entry["days_ago"]) * DAY * TICKS)
    return instant_of(on_that_day.replace(hour=int(hour), minute=int(minute), second=31))


def set_pace(world: World, entry: Json) -> str:
    """How many times as long the next backups and restores of a machine take."""
    _, item = _find(world, str(entry["vm_id"]))
    item.slow = float(entry.get("times", 1.0))
    if not FASTEST <= item.slow <= SLOWEST:
        raise ValueError(f"times is {FASTEST}..{SLOWEST:g}")
    return item.vm.id


def at_pace(life: Life, item: Item) -> Life:
    """The life of a job of this machine."""
    if item.slow == 1.0:
        return life
    tasks = tuple(Task(one.name, one.begins * item.slow, one.ends * item.slow) for one in life.tasks)
    transfer = life.transfer * item.slow if life.transfer is not None else None
    return replace(life, seconds=life.seconds * item.slow, tasks=tasks, transfer=transfer)


def twin_of_job(world: World, entry: Json) -> str:
    """The newest job of a machine a second time, with the same request id: as if Azure had acted on it twice."""
    vault, item = _find(world, str(entry["vm_id"]))
    jobs = [job for job in vault.jobs.values() if job.container_name == item.vm.service_name]
    if not jobs:
        raise ValueError(f"{item.vm.name} has no job")
    twin = replace(max(jobs, key=lambda job: job.started), id=str(entry["job_id"]))
    vault.jobs[twin.id] = twin
    return twin.id


def _find(world: World, vm_id: str) -> tuple[Vault, Item]:
    for vault in world.vaults.values():
        for item in vault.items.values():
            if item.vm.id.lower() == vm_id.lower():
                return vault, item
    raise ValueError(f"{vm_id} is not protected")
