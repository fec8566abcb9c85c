"""The table of facts and restore modes: allowed, refused or unknown, with sources. Pure.

`docs/restores.md` shows the same table; a test compares the two, another walks every cell on the simulator. A cell
without a source is `unknown`: it refuses nothing. fact_checks.py, or the check that needs it (verdicts.py, targets.py,
rules.py), says how a fact is found.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

Mode = Literal["disks", "new_vm", "replace_disks", "files"]
Verdict = Literal["refused", "allowed", "unknown", "not_asked"]
"""`not_asked`: the fact does not matter in this mode."""
MODES: Final[tuple[Mode, ...]] = ("disks", "new_vm", "replace_disks", "files")

RESTORE: Final = "Microsoft, Restore VMs by using the Azure portal"
ENCRYPTED: Final = "Microsoft, Restore encrypted Azure VMs"
SELECTIVE: Final = "Microsoft, Selective disk backup and restore"
SUPPORT: Final = "Microsoft, Support matrix for Azure VM backup"
CONFIDENTIAL: Final = "Microsoft, Support matrix for Azure VM backup; Backup of confidential VMs with CMK"
STORAGE: Final = "Microsoft, Storage account overview"
ZONES: Final = "Azure/azure-cli pull request 24126; Microsoft, Restore VMs by using the Azure portal"
ARCHIVE: Final = "azure-cli, validate_archive_restore: a point in the archive needs rehydration"
TIERS: Final = "azure-mgmt-recoveryservicesbackup, RecoveryPointTierStatus"
LOCATIONS: Final = "Azure's list of locations (availabilityZoneMappings)"
OWN: Final = "A limit of Holdfast"


@dataclass(frozen=True, slots=True)
class Cell:
    """One fact in one mode. `check`, `code`, `pointer`, `remedy`: how it is refused."""

    fact: str
    mode: Mode
    verdict: Verdict
    source: str | None
    check: str = ""
    code: str = ""
    pointer: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class How:
    """How a fact is refused: by which check of a preflight, with which problem."""

    check: str
    code: str
    pointer: str
    remedy: str


SAYS: Final[dict[str, str]] = {}
"""Fact -> what it says, as the documents and the problems' details begin with it."""


def _row(
    fact: str,
    says: str,
    how: How | None = None,
    *,
    refused: Iterable[Mode] = (),
    allowed: Iterable[Mode] = (),
    unknown: Iterable[Mode] = (),
    source: str | None = None,
    allowed_by: str | None = None,
) -> tuple[Cell, ...]:
    """The cells of one fact; a mode that is not named is `not_asked`."""
    SAYS[fact] = says
    verdicts: dict[Mode, Verdict] = {}
    verdicts.update((mode, "refused") for mode in refused)
    verdicts.update((mode, "allowed") for mode in allowed)
    verdicts.update((mode, "unknown") for mode in unknown)
    cells = []
    for mode in MODES:
        verdict = verdicts.get(mode, "not_asked")
        if verdict == "refused" and how is not None:
            cells.append(Cell(fact, mode, verdict, source, how.check, how.code, how.pointer, how.remedy))
        else:
            cells.append(Cell(fact, mode, verdict, (allowed_by or source) if verdict == "allowed" else None))
    return tuple(cells)


AS_DISKS: Final = "Use mode disks, and make the VM of the disks that are restored."
ZONE, MODE, ACCOUNT = "#/target/zone", "#/target/mode", "#/target/staging_storage_account_id"
REGION, POINT = "#/recovery_point/region", "#/recovery_point/id"
OTHER_ACCOUNT: Final = "Name a standard account of kind StorageV2 with local or geo redundancy, in the same region."
NO_ZONE: Final = "zone_not_possible"

POINT_CELLS: Final = (
    *_row(
        "encrypted", "The VM of the point is encrypted (Azure Disk Encryption)",
        How("encryption", "point_encrypted", MODE, AS_DISKS),
        refused=("new_vm", "replace_disks", "files"), allowed=("disks",), source=ENCRYPTED,
    ),
    *_row(
        "encrypted_other_geography", "It is encrypted, and the paired region is in another geography",
        How("encryption", "point_encrypted", REGION, "Restore in the primary region."),
        refused=("disks", "new_vm"), source=ENCRYPTED,
    ),
    *_row(
        "part_of_disks", "The point holds a part of the VM's disks",
        How("disks_held", "point_holds_part_of_disks", MODE, AS_DISKS),
        refused=("new_vm", "replace_disks"), allowed=("disks",), unknown=("files",), source=SELECTIVE,
    ),
    *_row(
        "lun_not_held", "A LUN is named that the point does not hold",
        How("disks_held", "disk_not_in_point", "#/target/luns", "Name LUNs of the point, or leave luns out for all."),
        refused=("disks",), source=SELECTIVE,
    ),
    *_row(
        "archived", "The point is in the archive tier only",
        How("rehydration", "rehydration_needed", POINT, "Rehydrate it in Azure first, or choose another point."),
        refused=MODES, source=ARCHIVE,
    ),
    *_row(
        "no_tier", "No tier of the point is valid any more",
        How("recovery_point", "restore_not_valid", POINT, "Choose another point."),
        refused=MODES, source=TIERS,
    ),
    *_row(
        "snapshot_only", "The point is in the snapshot tier only",
        allowed=("disks", "new_vm"), unknown=("replace_disks", "files"), allowed_by=RESTORE,
    ),
    *_row(
        "snapshot_only_paired_region", "It is in the snapshot tier only, and restored in the paired region",
        How("recovery_point", "no_recovery_point_qualifies", POINT, "Restore it in the primary region."),
        refused=("disks", "new_vm"), source=RESTORE,
    ),
    *_row(
        "unmanaged", "The VM of the point had unmanaged disks",
        How("vm_kind", "vm_kind_not_supported", MODE, "Use another mode."),
        refused=("replace_disks",), unknown=("disks", "new_vm", "files"), source=RESTORE,
    ),
    *_row(
        "confidential", "The VM of the point is a confidential VM",
        How("vm_kind", "vm_kind_not_supported", MODE, "Use another mode, and copy the files from the disks."),
        refused=("files",), allowed=("disks", "new_vm", "replace_disks"), source=CONFIDENTIAL,
    ),
    *_row(
        "confidential_paired_region", "It is a confidential VM, and restored in the paired region",
        How("vm_kind", "vm_kind_not_supported", REGION, "Restore in the primary region."),
        refused=("disks", "new_vm"), source=CONFIDENTIAL,
    ),
    *_row("trusted_launch", "The VM of the point is a trusted launch VM (the documents disagree)", unknown=MODES),
)  # fmt: skip

ZONE_CELLS: Final = (
    *_row(
        "zone_unknown", "The region does not have the zone",
        How("zone", "zone_not_available", ZONE, "Leave the zone out, or choose another."),
        refused=("disks", "new_vm"), source=LOCATIONS,
    ),
    *_row(
        "zone_vault_not_zone_redundant", "A zone is named, and the vault is not zone-redundant",
        How("zone", NO_ZONE, ZONE, "Leave the zone out: only a zone-redundant vault restores into a zone of its own "
            "region."),
        refused=("disks", "new_vm"), source=ZONES,
    ),
    *_row(
        "zone_point_not_pinned", "A zone of the paired region is named, and the VM was pinned to none",
        How("zone", NO_ZONE, ZONE, "Leave the zone out."),
        refused=("disks", "new_vm"), source=ZONES,
    ),
    *_row(
        "zone_snapshot_only", "A zone is named, and the point is in the snapshot tier only",
        How("zone", NO_ZONE, ZONE, 'Ask for a point with "tier": "vault", or leave the zone out.'),
        refused=("disks", "new_vm"), source=ZONES,
    ),
    *_row(
        "zone_encrypted", "A zone is named, and the VM is encrypted",
        How("zone", NO_ZONE, ZONE, "Leave the zone out."),
        refused=("disks", "new_vm"), source=RESTORE,
    ),
    *_row(
        "zone_unmanaged", "A zone is named, and the VM had unmanaged disks",
        How("zone", NO_ZONE, ZONE, "Leave the zone out."),
        refused=("disks", "new_vm"), source=RESTORE,
    ),
    *_row(
        "zone_of_zone_redundant_vault", "A zone is named, the vault is zone-redundant, the VM pinned or not",
        allowed=("disks", "new_vm"), allowed_by=ZONES,
    ),
    *_row(
        "zone_pinned_paired_region", "A zone of the paired region is named, and the VM was pinned to one",
        allowed=("disks", "new_vm"), allowed_by=ZONES,
    ),
)  # fmt: skip

WITH_STAGING: Final[tuple[Mode, ...]] = ("disks", "new_vm", "replace_disks")
_STAGING: Final = How("staging_account", "staging_account_not_usable", ACCOUNT, OTHER_ACCOUNT)
ACCOUNT_CELLS: Final = (
    *_row(
        "account_elsewhere", "The staging account is in another region than the restore",
        How("staging_account", "target_in_another_region", ACCOUNT, "Name one in the region of the restore."),
        refused=WITH_STAGING, source=RESTORE,
    ),
    *_row(
        "account_zone_redundant", "The staging account is zone-redundant", _STAGING,
        refused=WITH_STAGING, source=RESTORE,
    ),
    *_row(
        "account_blobs_only", "The staging account holds blobs only", _STAGING,
        refused=WITH_STAGING, source=RESTORE,
    ),
    *_row(
        "account_files_only", "The staging account holds files only", _STAGING,
        refused=WITH_STAGING, source=STORAGE,
    ),
    *_row(
        "account_premium_for_standard", "The staging account is premium, and no disk of the VM was", _STAGING,
        refused=WITH_STAGING, source=RESTORE,
    ),
    *_row(
        "account_premium_restricted", "The staging account is premium with network rules, the VM's disks are managed",
        _STAGING, refused=WITH_STAGING, source=RESTORE,
    ),
    *_row(
        "account_premium_for_premium", "The staging account is premium, and so was a disk of the VM",
        allowed=WITH_STAGING, allowed_by=RESTORE,
    ),
    *_row(
        "account_of_another_group", "The staging account is in another resource group than the vault",
        allowed=WITH_STAGING, allowed_by="Azure/azure-cli issue 23655",
    ),
)  # fmt: skip

TARGET_CELLS: Final = (
    *_row(
        "vm_gone", "The VM is not there any more",
        How("source_vm", "source_vm_gone", "#/target/confirm_vm_id", "Restore with mode new_vm or disks instead."),
        refused=("replace_disks",), allowed=("disks", "new_vm"), unknown=("files",), source=RESTORE,
        allowed_by=SUPPORT,
    ),
    *_row(
        "vm_elsewhere", "A VM of that id is in another region than the vault",
        How("source_vm", "target_in_another_region", "#/target/confirm_vm_id",
            "It is another VM than the one backed up: restore with mode new_vm or disks instead."),
        refused=("replace_disks",), allowed=("disks", "new_vm"), unknown=("files",), source=SUPPORT,
        allowed_by=SUPPORT,
    ),
    *_row(
        "name_taken", "A VM of the new VM's name is in the resource group",
        How("name_free", "target_vm_exists", "#/target/name", "Choose another name, or another resource group."),
        refused=("new_vm",), source=RESTORE,
    ),
    *_row(
        "network_elsewhere", "The network is in another region than the restore",
        How("network", "target_in_another_region", "#/target/subnet_id", "Name one in the region of the restore."),
        refused=("new_vm",), source=RESTORE,
    ),
    *_row(
        "paired_region", "The restore is in the paired region",
        How("target", "restore_not_valid", REGION, "Use mode disks or new_vm in the secondary region."),
        refused=("replace_disks", "files"), allowed=("disks", "new_vm"), source=RESTORE,
    ),
    *_row(
        "vault_not_crossing", "The paired region is asked for, and the vault does not restore across regions",
        How("secondary_region", "cross_region_restore_not_enabled", REGION, "Turn it on, or restore in the primary."),
        refused=("disks", "new_vm"), source=RESTORE,
    ),
    *_row(
        "other_subscription", "The target is in another subscription than vault and VM",
        How("target", "target_subscription_not_allowed", "#/target/staging_storage_account_id",
            "Restore into the vault's own subscription, and move or copy the result from there."),
        refused=WITH_STAGING, source=OWN,
    ),
)  # fmt: skip

MATRIX: Final[tuple[Cell, ...]] = (*POINT_CELLS, *ZONE_CELLS, *ACCOUNT_CELLS, *TARGET_CELLS)
_BY_PLACE: Final = {(cell.fact, cell.mode): cell for cell in MATRIX}


def cell(fact: str, mode: Mode) -> Cell:
    return _BY_PLACE[fact, mode]


def refusing(mode: Mode, facts: Iterable[str]) -> Iterator[Cell]:
    """The cells that refuse these facts in this mode, in the order of the table."""
    wanted = set(facts)
    return (each for each in MATRIX if each.mode == mode and each.fact in wanted and each.verdict == "refused")
