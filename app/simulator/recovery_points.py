"""Recovery points: how they come to be, how long they live, and how they are shown (docs/azure.md, Recovery points)."""

from app.simulator.arm import ITEM, Call, Reply, Route, filter_terms, filter_window, not_found, page
from app.simulator.items import existing_item
from app.simulator.progress import DAY, TICKS, stamp
from app.simulator.schedules import kept_until
from app.simulator.world import Disk, Item, Json, RecoveryPoint, Vault, World

TIERS = ("InstantRP", "HardenedRP", "ArchivedRP")  # 1, 2 and 3 in older versions
TIER_STATES = ("Invalid", "Valid", "Disabled", "Deleted", "Rehydrated")  # 0.. in older versions


# -- life ---------------------------------------------------------------------------------------------------------
def add_point(
    world: World, vault: Vault, item: Item, at: int, expires: int, *, run: int | None = None, vaulted: bool = True
) -> RecoveryPoint:
    """A new point of the machine as it is now. `run` marks a scheduled one."""
    policy = vault.policies.get(item.policy_name.lower(), {"properties": {}})
    days = policy["properties"].get("instantRpRetentionRangeInDays", 2)
    included, excluded = chosen_disks(item)
    point = RecoveryPoint(
        name=world.number_name(15),
        time=at,
        expires=expires,
        instant_until=at + days * DAY * TICKS,
        consistency="AppConsistent" if item.vm.os == "Windows" else "FileSystemConsistent",
        disks=included,
        excluded=excluded,
        run=run,
        vaulted=vaulted,
        zones=list(item.vm.zones),
        nature=item.vm.nature,
    )
    item.recovery_points.append(point)
    item.last_recovery_point = max(at, item.last_recovery_point or at)
    return point


def chosen_disks(item: Item) -> tuple[list[Disk], list[Disk]]:
    """(included, excluded): the OS disk is always included."""
    exclusion = item.disk_exclusion
    if not exclusion:
        return list(item.vm.disks), []
    luns = {int(lun) for lun in exclusion.get("diskLunList") or ()}
    inclusive = bool(exclusion.get("isInclusionList"))
    chosen = [disk for disk in item.vm.disks if disk.lun == -1 or (disk.lun in luns) == inclusive]
    return chosen, [disk for disk in item.vm.disks if disk not in chosen]


def follow_policy(item: Item, properties: Json) -> None:
    """Scheduled points follow the policy the item has now; on-demand ones keep what was asked for them.

    A longer retention does not reach suspended items (documented: Azure Backup, immutable vault).
    """
    for point in item.recovery_points:
        if point.run is not None:
            ends = kept_until(properties, point.run)
            point.expires = min(ends, point.expires or ends) if item.state == "BackupsSuspended" else ends


def forget_expired(item: Item, now: int) -> None:
    item.recovery_points = _not_expired(item, now)


def _not_expired(item: Item, now: int) -> list[RecoveryPoint]:
    """Of suspended backups the last point stays for ever (documented: Azure Backup, immutable vault)."""
    last = max((p.time for p in item.recovery_points), default=0) if item.state == "BackupsSuspended" else None
    return [p for p in item.recovery_points if p.expires is None or p.expires > now or p.time == last]


def living_points(call: Call, item: Item) -> list[RecoveryPoint]:
    """What is left at this moment. A stopped item keeps all it had when it was stopped (documented)."""
    if item.state == "ProtectionStopped":
        return list(item.recovery_points)
    return _not_expired(item, call.world.clock.now())


def has_snapshot(world: World, point: RecoveryPoint) -> bool:
    return not point.archived and world.clock.now() < point.instant_until


# -- view ---------------------------------------------------------------------------------------------------------
def list_recovery_points(call: Call) -> Reply:
    terms = filter_terms(call, ("startDate", "endDate", "restorePointQueryType", "extendedInfo"))
    begin, end = filter_window(terms, "startdate", "enddate")
    points = sorted(living_points(call, existing_item(call)), key=lambda point: -point.time)
    points = [p for p in points if (begin is None or p.time >= begin) and (end is None or p.time <= end)]
    return page(call, points, lambda point: point_body(call, point, single=False))


def get_recovery_point(call: Call) -> Reply:
    return Reply(200, point_body(call, existing_point(call, existing_item(call)), single=True))


def existing_point(call: Call, item: Item) -> RecoveryPoint:
    """The recovery point of the path, or the backup service's 404."""
    return point_named(call, item, call.params["point"])


def point_named(call: Call, item: Item, name: str) -> RecoveryPoint:
    for point in living_points(call, item):
        if point.name == name:
            return point
    raise not_found(f"Recovery point {name}")


def point_body(call: Call, point: RecoveryPoint, *, single: bool) -> Json:
    item = existing_item(call)
    vm, nature = item.vm, point.nature
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
        "sourceVMStorageType": "PremiumVMOnPremiumStorage" if nature.premium else "NormalStorage",
        "isSourceVMEncrypted": nature.encrypted,
        "isInstantIlrSessionActive": call.world.mount_of(item, point) is not None,
        "recoveryPointTierDetails": _tiers(call, point),
        "isManagedVirtualMachine": nature.managed,
        "virtualMachineSize": vm.size,
        "originalStorageAccountOption": False,
        "osType": vm.os,
        "recoveryPointDiskConfiguration": disks,
    }
    properties |= _newer_facts(call, point)
    return {
        "id": f"{holder}/protectedItems/VM;{vm.service_name}/recoveryPoints/{point.name}",
        "name": point.name,
        "type": "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems/recoveryPoints",
        "properties": properties,
    }


def _newer_facts(call: Call, point: RecoveryPoint) -> Json:
    properties: Json = {}
    if call.year >= 2022:
        # Recorded up to 2024-04-01: no member where there are no zones. Later versions were not recorded.
        if point.zones or (point.zones is not None and call.year >= 2025):
            properties["zones"] = point.zones
        properties["recoveryPointMoveReadinessInfo"] = {
            "ArchivedRP": {
                "isReadyForMove": False,
                "additionalInfo": "Recovery-Point type is not eligible for archive move.",
            }
        }
    if call.year >= 2024:
        properties["securityType"] = point.nature.security
        properties |= created_facts(call)
    return properties


def created_facts(call: Call) -> Json:
    """Of the policy's type when the point was made no change is known, so it is the item's."""
    return {
        "createdWithPolicyType": existing_item(call).policy_type,
        "isPrivateAccessEnabledOnAnyDisk": False,
    }


def _tiers(call: Call, point: RecoveryPoint) -> list[Json]:
    """Snapshot and vault tier; the snapshot is "Deleted" once the policy's instant-restore days are over.

    An archived point names all three: the shape is not observed, the words are the SDK's.
    """
    states = ["Valid" if has_snapshot(call.world, point) else "Deleted", "Valid"]
    if point.archived:
        states = ["Deleted", "Deleted", "Valid"]
    elif not point.vaulted:
        states.pop()
    if call.year >= 2022:
        return [{"type": tier, "status": state} for tier, state in zip(TIERS, states, strict=False)]
    return [{"type": number + 1, "status": TIER_STATES.index(state)} for number, state in enumerate(states)]


ROUTES: list[Route] = [
    ("GET", ITEM + "/recoveryPoints", list_recovery_points),
    ("GET", ITEM + "/recoveryPoints/{point}", get_recovery_point),
]
