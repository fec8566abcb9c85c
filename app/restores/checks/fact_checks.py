"""Checks the facts of point, vault and account against the target, by the table in matrix.py. Pure.

A fact is True, False, or None if it is not known: Azure could not be asked, or its answer does not contain it. Only
True refuses a restore. The preflight uses this, and so does the worker before it sends, because facts can change
meanwhile.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.azure.facts.regions import in_other_geography
from app.azure.point_values import RecoveryPoint
from app.azure.restore_values import AzurePlace, DisksTarget, NewVmTarget
from app.azure.values import AzureVault
from app.core.errors import ServiceError
from app.restores import errors
from app.restores.checks import matrix
from app.restores.checks.matrix import Cell
from app.restores.checks.verdicts import Check
from app.restores.targets import FilesTarget, Target

BLOBS_ONLY: Final = frozenset({"blobstorage", "blockblobstorage"})
FILES_ONLY: Final = frozenset({"filestorage"})
ERRORS: Final[dict[str, type[ServiceError]]] = {
    cls.code: cls
    for cls in (
        errors.PointEncrypted,
        errors.PartOfDisks,
        errors.DiskNotInPoint,
        errors.VmKindNotSupported,
        errors.ZoneNotPossible,
        errors.StagingNotUsable,
    )
}


@dataclass(frozen=True, slots=True)
class Known:
    """The facts that were found. None = not known."""

    target: Target
    vault_region: str | None
    region: str
    """Where the restore runs."""
    is_secondary: bool
    point: RecoveryPoint | None = None
    account: AzurePlace | None = None
    vault: AzureVault | None = None

    @property
    def wants_zone(self) -> bool:
        return isinstance(self.target, DisksTarget | NewVmTarget) and self.target.zone is not None


Fact = Callable[[Known], bool | None]


# --- the point -----------------------------------------------------------------------------------------------------
def _encrypted(known: Known) -> bool | None:
    return known.point.encrypted if known.point else None


def _encrypted_other_geography(known: Known) -> bool | None:
    if not known.is_secondary:
        return False
    if known.vault_region is None:
        return None
    return _encrypted(known) if in_other_geography(known.vault_region, known.region) else False


def _part_of_disks(known: Known) -> bool | None:
    point = known.point
    if point is None or point.disks_included is None or point.disks_attached is None:
        return None
    return point.disks_included < point.disks_attached


def missing_luns(known: Known) -> Sequence[int] | None:
    """The requested LUNs that the point does not contain; None if its LUNs are not known."""
    luns = known.target.luns if isinstance(known.target, DisksTarget) else None
    if not luns:
        return ()
    if known.point is None or known.point.included_luns is None:
        return None
    return [lun for lun in luns if lun not in known.point.included_luns]


def _lun_not_held(known: Known) -> bool | None:
    missing = missing_luns(known)
    return None if missing is None else bool(missing)


def _snapshot_only(known: Known) -> bool | None:
    """Whether the vault has no copy. A point that names no tier says nothing."""
    if known.point is None or not known.point.tiers:
        return None
    return all(tier.tier == "snapshot" for tier in known.point.tiers)


def _unmanaged(known: Known) -> bool | None:
    managed = known.point.then.managed if known.point else None
    return None if managed is None else not managed


def _confidential(known: Known) -> bool | None:
    kind = known.point.then.security_type if known.point else None
    return None if kind is None else kind == "confidentialvm"


def _confidential_paired_region(known: Known) -> bool | None:
    return _confidential(known) if known.is_secondary else False


# --- zones ---------------------------------------------------------------------------------------------------------
def _with_zone(fact: Fact) -> Fact:
    """The fact, where a zone is named."""
    return lambda known: fact(known) if known.wants_zone else False


def _vault_not_zone_redundant(known: Known) -> bool | None:
    if known.is_secondary:
        return False
    redundancy = known.vault.redundancy if known.vault else None
    return None if redundancy is None else redundancy != "zone"


def _point_not_pinned(known: Known) -> bool | None:
    if not known.is_secondary:
        return False
    zones = known.point.then.zones if known.point else None
    return None if zones is None else not zones


# --- the staging account -------------------------------------------------------------------------------------------
def _kind_among(kinds: frozenset[str]) -> Fact:
    def among(known: Known) -> bool | None:
        kind = known.account.kind if known.account else None
        return None if kind is None else kind.lower() in kinds

    return among


def _zone_redundant(known: Known) -> bool | None:
    sku = known.account.sku if known.account else None
    return None if sku is None else "ZRS" in sku.upper()


def _premium(known: Known) -> bool | None:
    sku = known.account.sku if known.account else None
    return None if sku is None else sku.lower().startswith("premium")


def _all(*facts: bool | None) -> bool | None:
    """Whether all hold. One that does not decides it, even if others are unknown."""
    if False in facts:
        return False
    return None if None in facts else True


def _premium_for_standard(known: Known) -> bool | None:
    premium = known.point.then.premium if known.point else None
    return _all(_premium(known), None if premium is None else not premium)


def _premium_restricted(known: Known) -> bool | None:
    restricted = known.account.restricts_network if known.account else None
    managed = known.point.then.managed if known.point else None
    return _all(_premium(known), restricted, managed)


FACTS: Final[dict[str, Fact]] = {
    "encrypted": _encrypted,
    "encrypted_other_geography": _encrypted_other_geography,
    "part_of_disks": _part_of_disks,
    "lun_not_held": _lun_not_held,
    "unmanaged": _unmanaged,
    "confidential": _confidential,
    "confidential_paired_region": _confidential_paired_region,
    "zone_vault_not_zone_redundant": _with_zone(_vault_not_zone_redundant),
    "zone_point_not_pinned": _with_zone(_point_not_pinned),
    "zone_snapshot_only": _with_zone(_snapshot_only),
    "zone_encrypted": _with_zone(_encrypted),
    "zone_unmanaged": _with_zone(_unmanaged),
    "account_zone_redundant": _zone_redundant,
    "account_blobs_only": _kind_among(BLOBS_ONLY),
    "account_files_only": _kind_among(FILES_ONLY),
    "account_premium_for_standard": _premium_for_standard,
    "account_premium_restricted": _premium_restricted,
}
"""The facts that are checked here; other facts of the table have a check with its own problem."""


def weighed(known: Known) -> Iterator[tuple[Cell, bool | None]]:
    """Every cell that could refuse this restore, with whether its fact holds."""
    for each in matrix.refusing(known.target.mode, FACTS):
        yield each, FACTS[each.fact](known)


def problem_of(refused: Cell, known: Known) -> ServiceError:
    """The problem for a cell of the table."""
    detail, facts = f"{matrix.SAYS[refused.fact]}: this is not restored as {_asked(known)}.", _facts(refused, known)
    if refused.fact == "lun_not_held":
        held = ", ".join(str(lun) for lun in facts["held"]) or "none"
        detail = f"The point does not hold the LUNs {list(missing_luns(known) or ())}; the data disks in it: {held}."
    elif refused.fact == "part_of_disks" and known.point is not None:
        held = f"{known.point.disks_included} of {known.point.disks_attached}"
        detail = f"The point holds {held} disks of the VM: only mode disks is possible."
    elif refused.check == "staging_account" and known.account is not None:
        name, sku, kind = known.account.id.rpartition("/")[2], known.account.sku, known.account.kind
        detail = f"{matrix.SAYS[refused.fact]}: {name} ({sku}, {kind}). A restore cannot stage there."
    return ERRORS[refused.code](detail, pointer=refused.pointer, remedy=refused.remedy, **facts)


def _asked(known: Known) -> str:
    what = "files" if isinstance(known.target, FilesTarget) else known.target.mode
    zone = (
        f" into zone {known.target.zone}"
        if isinstance(known.target, DisksTarget | NewVmTarget) and (known.target.zone is not None)
        else ""
    )
    return f"{what}{zone} in {known.region}"


def _facts(refused: Cell, known: Known) -> dict[str, Any]:
    if refused.fact != "lun_not_held" or known.point is None:
        return {}
    return {"held": sorted(known.point.included_luns or ())}


def check_known(known: Known) -> None:
    """Raises the problem of the first fact that is known to refuse this restore."""
    for each, holds in weighed(known):
        if holds:
            raise problem_of(each, known)


# --- as checks of a preflight ----------------------------------------------------------------------------------------
NEW_CHECKS: Final = {
    "encryption": "Encryption does not prevent the restore.",
    "disks_held": "The point contains the requested disks.",
    "vm_kind": "The kind of VM does not prevent the restore.",
}


def as_checks(known: Known, found: Sequence[Check]) -> list[Check]:
    """The checks together with those of the facts: new checks, and checks that passed but are refused by a fact.

    A check that failed keeps its own problem. An unknown fact makes a check skipped, never passed.
    """
    by_name: dict[str, list[tuple[Cell, bool | None]]] = {}
    for each, holds in weighed(known):
        by_name.setdefault(each.check, []).append((each, holds))
    merged = [_merged(check, by_name.get(check.name, ()), known) for check in found]
    at = next((n for n, check in enumerate(merged) if check.name == "rehydration"), -1) + 1
    fresh = [
        _merged(Check(name, "passed", said), by_name[name], known)  # type: ignore[arg-type]
        for name, said in NEW_CHECKS.items()
        if name in by_name
    ]
    return [*merged[:at], *fresh, *merged[at:]]


def _merged(check: Check, cells: Sequence[tuple[Cell, bool | None]], known: Known) -> Check:
    if check.status == "failed":
        return check
    for each, holds in cells:
        if holds:
            error = problem_of(each, known)
            return Check(check.name, "failed", error.detail, error)
    for each, holds in cells:
        if holds is None and check.status == "passed":
            says = matrix.SAYS[each.fact]
            return Check(check.name, "skipped", f"Not known: {says[0].lower()}{says[1:]}.")
    return check
