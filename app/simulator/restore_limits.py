"""What Azure does not restore: a point of this kind, in this way (docs/restores.md, The table).

That each of these is not supported is documented; with which code Azure refuses it was not observed: status 400 and
the codes are guesses. Shares nothing with the product's own table of the same facts.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.simulator.arm import refused
from app.simulator.recovery_points import has_snapshot
from app.simulator.world import RecoveryPoint, World

if TYPE_CHECKING:
    from app.simulator.restore_orders import Request

BLOB_ONLY, FILES_ONLY = ("BlobStorage", "BlockBlobStorage"), ("FileStorage",)
OTHER_GEOGRAPHY = ("brazilsouth", "southcentralus")


def _check_tiers(request: "Request") -> None:
    point, world = request.point, request.world
    if point.archived:
        raise refused(
            f"Recovery point {point.name} is in the archive tier: it must be rehydrated.",
            "UserErrorRecoveryPointNotRehydrated",
        )
    if not point.vaulted and not has_snapshot(world, point):
        raise refused(f"Recovery point {point.name} is in no tier any more.", "UserErrorRecoveryPointTierNotValid")
    if not point.vaulted and request.is_secondary:
        raise refused("A snapshot is not in the secondary region.", "UserErrorSnapshotNotInSecondaryRegion")


def _check_encryption(request: "Request") -> None:
    if not request.point.nature.encrypted:
        return
    if request.kind != "RestoreDisks":
        raise refused("Encrypted machines are restored as disks only.", "UserErrorEncryptedVmRestoreNotSupported")
    if request.is_secondary and (request.vault.location, request.region) == OTHER_GEOGRAPHY:
        raise refused(
            "Encrypted machines are not restored in another geography.", "UserErrorEncryptedVmCrossGeoNotSupported"
        )


def _check_disks(request: "Request") -> None:
    if request.point.excluded and request.kind != "RestoreDisks":
        raise refused(
            "A recovery point with some of the disks is restored as disks only.",
            "UserErrorSelectiveDiskRestoreNotSupported",
        )


def _check_nature(request: "Request") -> None:
    nature = request.point.nature
    if request.kind == "OriginalLocation" and not nature.managed:
        raise refused("Unmanaged disks cannot be replaced.", "UserErrorUnmanagedVmReplaceNotSupported")
    if request.is_secondary and nature.security == "ConfidentialVM":
        raise refused(
            "Confidential machines are not restored across regions.", "UserErrorConfidentialVmCrossRegionNotSupported"
        )


def _check_across_zones(request: "Request") -> None:
    """Vault tier; a zone-redundant vault, or the paired region for a pinned point; managed, not encrypted."""
    if not request.zones:
        return
    point = request.point
    redundancy = request.vault.settings["redundancySettings"]["standardTierStorageRedundancy"]
    obstacles = {
        "the disks of the machine are replaced": request.kind == "OriginalLocation",
        "the recovery point is a snapshot only": not point.vaulted,
        "the machine is encrypted": point.nature.encrypted,
        "its disks are unmanaged": not point.nature.managed,
        "the vault is not zone-redundant": not request.is_secondary and redundancy != "ZoneRedundant",
        "the recovery point is not pinned to a zone": request.is_secondary and point.zones == [],
    }
    for obstacle, is_there in obstacles.items():
        if is_there:
            raise refused(f"No restore into a zone: {obstacle}.", "UserErrorCrossZonalRestoreNotSupported")


def _check_kind_of_account(request: "Request") -> None:
    account = request.world.storage_accounts.get(request.text("storageAccountId").lower())
    if account is None:
        return
    kind, sku, nature = account["kind"], account["sku"]["name"], request.point.nature
    if kind in BLOB_ONLY or kind in FILES_ONLY:
        raise refused(f"A restore cannot stage in a {kind} account.", "UserErrorStorageAccountKindNotSupported")
    if not sku.startswith("Premium"):
        return
    if not nature.premium:
        raise refused(
            "A premium account stages machines with premium disks only.", "UserErrorPremiumStorageAccountNotSupported"
        )
    if nature.managed and account["properties"]["networkAcls"]["defaultAction"] == "Deny":
        raise refused(
            "A premium account with network rules cannot stage.", "UserErrorStorageAccountNetworkRulesNotSupported"
        )


LIMITS: tuple[Callable[["Request"], None], ...] = (
    _check_tiers,
    _check_encryption,
    _check_disks,
    _check_nature,
    _check_across_zones,
    _check_kind_of_account,
)


def check_mount(world: World, point: RecoveryPoint) -> None:
    """Of single files: encrypted and confidential machines are not supported, and a tier must be there."""
    if point.archived or (not point.vaulted and not has_snapshot(world, point)):
        raise refused(f"Recovery point {point.name} is in no tier that can be mounted.", "UserErrorTierNotMountable")
    if point.nature.encrypted:
        raise refused(
            "Files of encrypted machines cannot be recovered.", "UserErrorEncryptedVmFileRecoveryNotSupported"
        )
    if point.nature.security == "ConfidentialVM":
        raise refused(
            "Files of confidential machines cannot be recovered.", "UserErrorConfidentialVmFileRecoveryNotSupported"
        )
