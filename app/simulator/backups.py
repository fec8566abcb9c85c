"""On-demand backups (docs/azure.md, Jobs), and how any backup ends."""

from collections.abc import Sequence
from functools import partial

from app.simulator.arm import ITEM, Call, Reply, Route, accepted, refused
from app.simulator.items import existing_item
from app.simulator.jobs import start_job
from app.simulator.progress import (
    BACKUP,
    DAY,
    OPERATION_OF_A_TRIGGER,
    RECOVERY_POINT_AFTER,
    TICKS,
    Job,
    has_completed,
    micros,
    parse_rfc3339,
    status_of,
    us_date,
)
from app.simulator.protection import item_path
from app.simulator.recovery_points import add_point, chosen_disks
from app.simulator.seeded_history import at_pace
from app.simulator.world import Disk, Item, Json, Vault, World


def trigger_backup(call: Call) -> Reply:
    """Start a backup. What Azure does while another runs was not observed: `second_backup` of the options says."""
    wanted, vault, item = call.properties(), call.vault(), existing_item(call)
    if wanted.get("objectType") != "IaasVMBackupRequest":
        raise refused("objectType must be IaasVMBackupRequest.")
    if item.state == "ProtectionStopped":
        raise refused(f"{item.vm.name} is not being protected.", "BMSUserErrorProtectionStopped")
    expires = _expiry(call, str(wanted.get("recoveryPointExpiryTimeInUTC") or ""))
    in_progress = _second_backup(call, vault, item)
    bag = {"Recovery Point Expiry Time in UTC": us_date(expires)}
    job = start_job(call, vault, item, "Backup", at_pace(BACKUP, item), bag, cancellable=True)
    job.failure = in_progress or planted_fault(item)
    job.internal_bag = {"IsInstantRpJob": "True"}
    included, excluded = chosen_disks(item)
    job.final_bag = {"Backup Size": moved(item, included)}
    if item.disk_exclusion is not None:
        job.final_bag |= {
            "Backed-up disk(s)": "; ".join(disk.name for disk in included),
            "Excluded disk(s)": "; ".join(disk.name for disk in excluded),
        }
    world = call.world
    effect = partial(complete_backup, world, vault, item, job, expires)
    world.on(world.clock.after(job.started, job.life.seconds), effect)
    record_trigger(call, "backup", item, job)
    operation = world.begin_operation("trigger", OPERATION_OF_A_TRIGGER, job)
    path = item_path(call)
    return accepted(call, operation, f"{path}/operationResults", f"{path}/operationsStatus")


def moved(item: Item, included: Sequence[Disk]) -> str:
    """What a backup moves. Recorded: 19-22 GB for a Windows machine's first backup of 127 GB: 167 MB a GiB.

    A later one moves what changed; how much was not recorded: 4 MB a GiB is a guess. A seed may say otherwise.
    """
    rate = item.vm.later_mb_a_gib if item.recovery_points else item.vm.first_mb_a_gib
    return f"{sum(disk.gib for disk in included) * rate} MB"


def _second_backup(call: Call, vault: Vault, item: Item) -> Json | None:
    """None, a refusal, or the error the job will end with: as the options say, when a backup is running."""
    wanted = call.world.options.second_backup
    clock, name = call.world.clock, item.vm.service_name
    now, title = clock.now(), "UserErrorBackupOperationInProgress"
    running = wanted != "accept" and any(
        job.operation == "Backup" and job.container_name == name and status_of(job, clock, now)[1] is None
        for job in vault.jobs.values()
    )
    if not running:
        return None
    message = "The operation cannot start because another backup of this virtual machine is in progress."
    if wanted == "refuse":
        raise refused(message, title, 409)
    recommendation = "Wait for the running backup to end, then try again."
    return {"errorCode": 400000, "errorTitle": title, "errorString": message, "recommendations": [recommendation]}


def record_trigger(call: Call, kind: str, item: Item, job: Job) -> None:
    """For /_simulator/truth: a backup or restore that really began."""
    call.world.truth.triggers.append(
        {
            "kind": kind,
            "vm_id": item.vm.id,
            "client_request_id": call.client_request_id,
            "job_id": job.id,
            "at": micros(call.arrived),
        }
    )


def _expiry(call: Call, text: str) -> int:
    now = call.world.clock.now()
    if not text:
        return now + 30 * DAY * TICKS
    try:
        expires = parse_rfc3339(text)
    except ValueError:
        raise refused(f"recoveryPointExpiryTimeInUTC is not a time: {text}") from None
    if expires <= now:
        raise refused("recoveryPointExpiryTimeInUTC must lie in the future.")
    return expires


def complete_backup(world: World, vault: Vault, item: Item, job: Job, expires: int, *, run: int | None = None) -> None:
    """A backup's end. Whether Azure lists the point earlier, with its snapshot alone, was not recorded."""
    if vault.items.get(item.vm.service_name) is not item:
        return
    job.failure = job.failure or backup_failure(world, item)
    status, _ = status_of(job, world.clock, world.clock.now())
    if status == "Failed":
        item.last_backup, item.last_backup_status, item.last_failure = job.started, "Failed", job.failure
    if not has_completed(job, status):
        return
    add_point(world, vault, item, world.clock.after(job.started, RECOVERY_POINT_AFTER), expires, run=run)
    item.last_backup, item.last_backup_status, item.last_failure = job.started, "Completed", None
    if item.state == "IRPending":
        item.state = "Protected"


def planted_fault(item: Item) -> Json | None:
    """The next planted fault of this item: the backup that begins now ends with it. Each counts once."""
    return item.faults.pop(0) if item.faults else None


def backup_failure(world: World, item: Item) -> Json | None:
    """Why every backup of this item fails now: its machine is gone, or a test has planted bad health."""
    if item.vm.id.lower() not in world.vms:
        return {  # the text is the recorded one of the storage configuration; the code is in public lists of errors
            "errorCode": 400085,
            "errorTitle": "UserErrorVmNotFoundV2",
            "errorString": "Could not perform the operation as VM no longer exists.",
            "recommendations": ["Stop protecting virtual machine without deleting backup data."],
        }
    if item.health is not None and item.health["state"] == "ProtectionError":
        return {
            "errorCode": item.health["code"],
            "errorTitle": item.health["title"],
            "errorString": item.health["message"],
            "recommendations": item.health["recommendations"],
        }
    return None


ROUTES: list[Route] = [
    ("POST", ITEM + "/backup", trigger_backup),
]
