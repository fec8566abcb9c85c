"""On-demand backups and the recovery points they leave (wire.md 11 and 12)."""

from app.simulator.arm import ITEM, Call, Reply, Route, accepted, filter_terms, filter_window, not_found, page, refused
from app.simulator.jobs import start_job
from app.simulator.progress import (
    BACKUP,
    DAY,
    OPERATION_OF_A_TRIGGER,
    RECOVERY_POINT_AFTER,
    TICKS,
    Job,
    micros,
    parse_rfc3339,
    stamp,
    status_of,
    us_date,
)
from app.simulator.protection import existing_item, item_path
from app.simulator.world import Disk, Item, Json, RecoveryPoint, Vault, World

TIERS = ("InstantRP", "HardenedRP")  # 1 and 2 in older versions
TIER_STATES = ("Invalid", "Valid", "Disabled", "Deleted", "Rehydrated")  # 0.. in older versions


def trigger_backup(call: Call) -> Reply:
    """Start a backup. A second one while the first runs is accepted: what Azure does then was not observed."""
    wanted, vault, item = call.properties(), call.vault(), existing_item(call)
    if wanted.get("objectType") != "IaasVMBackupRequest":
        raise refused("objectType must be IaasVMBackupRequest.")
    if item.state == "ProtectionStopped":
        raise refused(f"{item.vm.name} is not being protected.", "BMSUserErrorProtectionStopped")
    expires = _expiry(call, str(wanted.get("recoveryPointExpiryTimeInUTC") or ""))
    bag = {"Recovery Point Expiry Time in UTC": us_date(expires)}
    job = start_job(call, vault, item, "Backup", BACKUP, bag, cancellable=True)
    job.internal_bag = {"IsInstantRpJob": "True"}
    included, excluded = _chosen_disks(item)
    # Recorded: 19-22 GB for a Windows machine's first backup of 127 GB.
    job.final_bag = {"Backup Size": f"{sum(disk.gib for disk in included) * 167} MB"}
    if item.disk_exclusion is not None:
        job.final_bag |= {
            "Backed-up disk(s)": "; ".join(disk.name for disk in included),
            "Excluded disk(s)": "; ".join(disk.name for disk in excluded),
        }
    world = call.world
    world.on(world.clock.after(job.started, BACKUP.seconds), lambda: _complete(world, vault, item, job, expires))
    record_trigger(call, "backup", item, job)
    operation = world.begin_operation("trigger", OPERATION_OF_A_TRIGGER, job)
    path = item_path(call)
    return accepted(call, operation, f"{path}/operationResults", f"{path}/operationsStatus")


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


def _chosen_disks(item: Item) -> tuple[list[Disk], list[Disk]]:
    """(included, excluded): the OS disk is always included."""
    exclusion = item.disk_exclusion
    if not exclusion:
        return list(item.vm.disks), []
    luns = {int(lun) for lun in exclusion.get("diskLunList") or ()}
    inclusive = bool(exclusion.get("isInclusionList"))
    chosen = [disk for disk in item.vm.disks if disk.lun == -1 or (disk.lun in luns) == inclusive]
    return chosen, [disk for disk in item.vm.disks if disk not in chosen]


def _complete(world: World, vault: Vault, item: Item, job: Job, expires: int) -> None:
    """A backup's end. Whether Azure lists the point earlier, with its snapshot alone, was not recorded."""
    status, _ = status_of(job, world.clock, world.clock.now())
    if vault.items.get(item.vm.service_name) is not item:
        return
    if status == "Failed":
        item.last_backup, item.last_backup_status = job.started, "Failed"
    if status != "Completed":
        return
    at = world.clock.after(job.started, RECOVERY_POINT_AFTER)
    policy = vault.policies.get(item.policy_name.lower(), {"properties": {}})
    days = policy["properties"].get("instantRpRetentionRangeInDays", 2)
    included, excluded = _chosen_disks(item)
    item.recovery_points.append(
        RecoveryPoint(
            name=world.number_name(15),
            time=at,
            expires=expires,
            instant_until=at + days * DAY * TICKS,
            consistency="AppConsistent" if item.vm.os == "Windows" else "FileSystemConsistent",
            disks=included,
            excluded=excluded,
        )
    )
    item.last_backup, item.last_backup_status, item.last_recovery_point = job.started, "Completed", at
    if item.state == "IRPending":
        item.state = "Protected"


# -- recovery points ----------------------------------------------------------------------------------------------
def list_recovery_points(call: Call) -> Reply:
    terms = filter_terms(call, ("startDate", "endDate", "restorePointQueryType", "extendedInfo"))
    begin, end = filter_window(terms, "startdate", "enddate")
    points = sorted(living_points(call, existing_item(call)), key=lambda point: -point.time)
    points = [p for p in points if (begin is None or p.time >= begin) and (end is None or p.time <= end)]
    return page(call, points, lambda point: _body(call, point, single=False))


def get_recovery_point(call: Call) -> Reply:
    return Reply(200, _body(call, existing_point(call, existing_item(call)), single=True))


def living_points(call: Call, item: Item) -> list[RecoveryPoint]:
    now = call.world.clock.now()
    return [point for point in item.recovery_points if point.expires is None or point.expires > now]


def existing_point(call: Call, item: Item) -> RecoveryPoint:
    """The recovery point of the path, or the backup service's 404."""
    for point in living_points(call, item):
        if point.name == call.params["point"]:
            return point
    raise not_found(f"Recovery point {call.params['point']}")


def _body(call: Call, point: RecoveryPoint, *, single: bool) -> Json:
    item = existing_item(call)
    vm = item.vm
    holder = f"{call.vault_path}/backupFabrics/Azure/protectionContainers/IaasVMContainer;{vm.service_name}"
    disks: Json = {
        "numberOfDisksIncludedInBackup": len(point.disks),
        "numberOfDisksAttachedToVm": len(point.disks) + len(point.excluded),
    }
    if single:
        disks["includedDiskList"] = [{"lun": disk.lun, "name": disk.name} for disk in point.disks]
        disks["excludedDiskList"] = [{"lun": disk.lun, "name": disk.name} for disk in point.excluded]
    properties: Json = {
        "objectType": "IaasVMRecoveryPoint",
        "recoveryPointType": point.consistency,
        "recoveryPointTime": stamp(point.time),
        "recoveryPointAdditionalInfo": "",
        "sourceVMStorageType": "PremiumVMOnPremiumStorage",
        "isSourceVMEncrypted": False,
        "isInstantIlrSessionActive": False,
        "recoveryPointTierDetails": _tiers(call, point),
        "isManagedVirtualMachine": True,
        "virtualMachineSize": vm.size,
        "originalStorageAccountOption": False,
        "osType": vm.os,
        "recoveryPointDiskConfiguration": disks,
    }
    if call.year >= 2022:
        properties["zones"] = []
        properties["recoveryPointMoveReadinessInfo"] = {
            "ArchivedRP": {
                "isReadyForMove": False,
                "additionalInfo": "Recovery-Point type is not eligible for archive move.",
            }
        }
    return {
        "id": f"{holder}/protectedItems/VM;{vm.service_name}/recoveryPoints/{point.name}",
        "name": point.name,
        "type": "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems/recoveryPoints",
        "properties": properties,
    }


def _tiers(call: Call, point: RecoveryPoint) -> list[Json]:
    """Snapshot and vault tier; the snapshot is "Deleted" once the policy's instant-restore days are over."""
    states = ["Valid" if call.world.clock.now() < point.instant_until else "Deleted", "Valid"]
    if call.year >= 2022:
        return [{"type": tier, "status": state} for tier, state in zip(TIERS, states, strict=True)]
    return [{"type": number + 1, "status": TIER_STATES.index(state)} for number, state in enumerate(states)]


ROUTES: list[Route] = [
    ("POST", ITEM + "/backup", trigger_backup),
    ("GET", ITEM + "/recoveryPoints", list_recovery_points),
    ("GET", ITEM + "/recoveryPoints/{point}", get_recovery_point),
]
