"""How long an on-demand backup may be kept, when a point expires, and where a vault's other region is. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from app.azure.facts.regions import paired_region
from app.azure.values import BackupOrder, HourlySchedule, ItemRef, PolicyDefinition, RecoveryPoint
from app.backups.errors import CrossRegionNotEnabled, NoSecondaryRegion, RetentionNotValid
from app.policies.preview import Run, instant_of, months_later, runs_between

LONGEST_YEARS = 99
"""Azure keeps a point for at most 99 years (Azure Backup support matrix): calendar years, as a person counts them."""

KEPT_BY_DEFAULT = timedelta(days=30)
"""How long a backup is kept for which no time is named."""


def kept_by_default(now: datetime) -> datetime:
    return now + KEPT_BY_DEFAULT


def check_order(item: ItemRef, retain_until: datetime, now: datetime) -> BackupOrder:
    """The order to back up now. Raises RetentionNotValid."""
    check_retention(retain_until, now)
    return BackupOrder(item, retain_until)


def check_retention(retain_until: datetime, now: datetime, *, pointer: str = "#/retain_until") -> None:
    """Raises RetentionNotValid."""
    if retain_until <= now:
        raise RetentionNotValid(
            f"{retain_until.isoformat()} is in the past.", pointer=pointer, remedy="Name a time in the future."
        )
    if retain_until > _latest(now):
        raise RetentionNotValid(
            "Azure keeps a recovery point for at most 99 years.", pointer=pointer, remedy="Name an earlier time."
        )


def _latest(now: datetime) -> datetime:
    """The same moment 99 years later; for a 29th of February the 28th, if that year has no 29th."""
    return datetime.combine(months_later(now.date(), 12 * LONGEST_YEARS), now.timetz())


# --- expiry --------------------------------------------------------------------------------------------------------
MAY_BEGIN_LATE = timedelta(hours=3)
"""A scheduled backup begins within two hours of its time (Azure Backup, VM backup FAQ); one more for the snapshot."""


@dataclass(frozen=True, slots=True)
class Expiry:
    """When a point expires, and the source of that time. Azure deletes it some time later."""

    at: datetime
    by: Literal["azure", "retain_until", "policy", "purge"]


@dataclass(frozen=True, slots=True)
class Keeping:
    """What is known about how long an item's points are kept."""

    policy: PolicyDefinition | None = None
    """The policy it follows now: a changed retention also holds for the points that are there."""
    asked: Mapping[datetime, datetime] | None = None
    """Time of the point -> retain_until, of the backups that were requested through Holdfast."""
    keeps_last: bool = False
    """The last point stays for ever: backups are suspended (docs/azure.md, The states of an item)."""
    for_ever: bool = False
    """Protection is paused: no point expires, even if it had an expiry before."""
    purge_at: datetime | None = None
    """Of a soft-deleted item: then all of its points go."""

    def stays(self, *, is_last: bool) -> bool:
        """Whether a point does not go while the item is as it is. `is_last`: it is the item's last one."""
        return self.for_ever or (is_last and self.keeps_last)


def expiry_of(point: RecoveryPoint, keeping: Keeping, *, is_last: bool = False) -> Expiry | None:
    """When the point expires; None if that is not known, or if it does not expire. `is_last`: of its item.

    Sources, in this order: Azure's own value (only in the newest api-versions); the request, for a backup requested
    here; the policy, if one of its runs can have made the point. The expiry of a backup that another tool requested is
    shown nowhere: if it was made shortly after a run of the policy, it is treated as that run's, otherwise as unknown.
    """
    if keeping.purge_at is not None:
        return Expiry(keeping.purge_at, "purge")
    if point.expires_at is not None:
        return Expiry(point.expires_at, "azure")
    if keeping.stays(is_last=is_last):
        return None
    if keeping.asked and point.time in keeping.asked:
        return Expiry(keeping.asked[point.time], "retain_until")
    run = _run_of(point, keeping.policy) if keeping.policy is not None else None
    if run is None or keeping.policy is None or not run.kept:
        return None
    ends = datetime.combine(run.kept_until, run.wall_clock.time())
    return Expiry(instant_of(ends, ZoneInfo(keeping.policy.time_zone))[0], "policy")


def _run_of(point: RecoveryPoint, policy: PolicyDefinition) -> Run | None:
    """The planned run that the point comes from: the last one before it, if it is that near."""
    in_vault = any(tier.tier in {"vault", "archive"} for tier in point.tiers)
    if point.tiers and not in_vault and not isinstance(policy.schedule, HourlySchedule):
        return None  # a snapshot alone: on its way into the vault, or taken before disks were replaced
    day = point.time.astimezone(ZoneInfo(policy.time_zone)).date()
    before = [run for run in runs_between(policy, day - timedelta(days=1), day) if run.at <= point.time]
    return before[-1] if before and point.time - before[-1].at <= MAY_BEGIN_LATE else None


# --- the region ----------------------------------------------------------------------------------------------------
def secondary_region(location: str) -> str:
    """Where a vault of that region is restored when its own is down. Raises NoSecondaryRegion."""
    paired = paired_region(location)
    if paired is None:
        raise NoSecondaryRegion(
            f"No paired region is known of {location}.",
            pointer="#/recovery_point/region",
            remedy="Restore in the primary region.",
        )
    return paired


def cross_region_not_enabled(vault_name: str) -> CrossRegionNotEnabled:
    return CrossRegionNotEnabled(
        f"The vault {vault_name} does not have cross-region restore enabled.",
        pointer="#/recovery_point/region",
        remedy='Turn it on with PATCH /v1/vaults/{id} {"cross_region_restore": true} (geo-redundant vaults only); '
        "Azure then needs hours to copy the points. Or restore in the primary region.",
    )
