"""Chooses the recovery point, and builds the request to Azure. Pure; targets are in targets.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.azure.restore_values import NewVmTarget, Region, ReplaceDisksTarget, RestoreOrder
from app.azure.values import Consistency, ItemRef, RecoveryPoint, RecoveryPointTier, Tier
from app.identity.access.second_person import Sensitive
from app.restores.errors import (
    NoPointQualifies,
    RehydrationNeeded,
    RestoreNotValid,
    SecondaryRegionEmpty,
)
from app.restores.targets import FilesTarget, Target, restored

RANK: dict[Consistency | None, int] = {"application": 3, "file_system": 2, "crash": 1, None: 0}
USABLE_TIER_STATES = frozenset({"valid", "rehydrated"})


@dataclass(frozen=True, slots=True)
class Choice:
    """Which point is wanted: one by id, or the newest, or the newest before a time; with what it must at least be."""

    id: str | None = None
    before: datetime | None = None
    consistency: Consistency | None = None
    tier: Tier | None = None
    region: Region = "primary"
    after: datetime | None = None
    """It must not be older."""


@dataclass(frozen=True, slots=True)
class RestoreAsk:
    """The order of a restore, as stored in `jobs.ask`.

    `region` is where the restore runs, by Azure's short name; `choice.region` says which of the vault's two regions
    that is. `point_id` None = Azure was away, and the worker chooses the point before it sends.
    """

    item: ItemRef
    region: str
    choice: Choice
    point_id: str | None
    target: Target

    @property
    def is_secondary(self) -> bool:
        return self.choice.region == "secondary"


@dataclass(frozen=True, slots=True)
class Decided:
    """The result of the checks before a restore is recorded."""

    region: str
    """Where it runs, by Azure's short name."""
    choice: Choice
    point: RecoveryPoint | None
    target: Target

    def ask(self, item: ItemRef) -> RestoreAsk:
        return RestoreAsk(item, self.region, self.choice, self.point.id if self.point else self.choice.id, self.target)


@dataclass(frozen=True, slots=True)
class MountAsk:
    """The order of a mount, its renewal or its end, as stored in `jobs.ask`."""

    item: ItemRef
    choice: Choice
    point_id: str | None
    """None = Azure was away, the worker chooses before it mounts."""
    renew: bool = False


def secondary_region_empty(vm_name: str, region: str) -> SecondaryRegionEmpty:
    return SecondaryRegionEmpty(
        f"Azure has not copied any recovery point of {vm_name} to {region} yet.",
        pointer="#/recovery_point/region",
        remedy="Restore in the primary region, or ask again later: points arrive there hours after they were made "
        "(up to 36 by Azure's documentation).",
    )


def sensitive(ask: RestoreAsk, chosen: RecoveryPoint | None) -> Sensitive:
    """What a second person is asked about it; any restore may want one. `chosen` None: the point is not known now.

    The facts: the point, and of a VM whose disks are replaced which VM it is. A point or a VM that is not known cannot
    be decided about.
    """
    vm, target, time = ask.item.vm.name, ask.target, chosen.time if chosen is not None else None
    facts = _facts(target, chosen)
    point = f"the recovery point {ask.point_id}" if ask.point_id else "the newest recovery point that is as asked"
    of = f"{point} of {time.isoformat()}" if time is not None else point
    if isinstance(target, ReplaceDisksTarget):
        return Sensitive(("replace_disks", "restore"), f"Overwrite the disks of {vm} with {of}.", facts)
    if isinstance(target, FilesTarget):
        return Sensitive(("restore",), f"Mount {of} of {vm}: its script gives access to every file of it.", facts)
    what = f"as the new VM {target.name}" if isinstance(target, NewVmTarget) else "as disks"
    group = target.resource_group_id.rsplit("/", 1)[-1]
    return Sensitive(("restore",), f"Restore {vm} from {of} {what} into {group} ({ask.region}).", facts)


def sensitive_renewal(vm_name: str, point: Mapping[str, Any] | None) -> Sensitive:
    """Twelve more hours in which files can be read are a restore of their own. `point`: as it is shown."""
    point_id = point["id"] if point else None
    facts = {"point": {name: point.get(name) for name in ("id", "time", "consistency")}} if point else None
    words = f"Keep the recovery point {point_id} of {vm_name} mounted for 12 more hours."
    return Sensitive(("restore",), words, facts)


def _facts(target: Target, chosen: RecoveryPoint | None) -> dict[str, Any] | None:
    if chosen is None:
        return None
    if not isinstance(target, ReplaceDisksTarget):
        return {"point": point_fact(chosen)}
    if target.source is None or target.source.unique_id is None:
        return None
    return {"point": point_fact(chosen), "vm": target.source.unique_id}


def point_fact(point: RecoveryPoint) -> dict[str, Any]:
    """What of a point does not change with time: its tiers do."""
    return {"id": point.id, "time": point.time.isoformat(), "consistency": point.consistency}


# --- the point -----------------------------------------------------------------------------------------------------
def usable_tiers(point: RecoveryPoint) -> tuple[RecoveryPointTier, ...]:
    """The tiers it can be restored from now.

    In the secondary region there are no snapshots (docs/azure.md, Cross-region restore); an archived point must be
    rehydrated first.
    """
    return tuple(
        tier
        for tier in point.tiers
        if tier.state in USABLE_TIER_STATES
        and not (point.region == "secondary" and tier.tier == "snapshot")
        and not (tier.tier == "archive" and tier.state != "rehydrated")
    )


def needs_rehydration(point: RecoveryPoint) -> bool:
    """Whether the archive has it, and nothing else."""
    return not is_usable(point) and any(tier.tier == "archive" and tier.state == "valid" for tier in point.tiers)


def is_usable(point: RecoveryPoint) -> bool:
    """Whether it can be restored from now. A point that names no tier is given the benefit of the doubt."""
    return not point.tiers or bool(usable_tiers(point))


def qualifies(point: RecoveryPoint, choice: Choice) -> bool:
    """Whether a point is as asked: in time, at least that consistent, in that tier, usable."""
    return (
        (choice.before is None or point.time <= choice.before)
        and (choice.after is None or point.time >= choice.after)
        and RANK[point.consistency] >= RANK[choice.consistency]
        and (choice.tier is None or any(tier.tier == choice.tier for tier in usable_tiers(point)))
        and is_usable(point)
    )


def choose(points: Sequence[RecoveryPoint], choice: Choice) -> RecoveryPoint:
    """The newest point that is as asked. Raises NoPointQualifies, which names the nearest one."""
    fitting = [point for point in points if qualifies(point, choice)]
    if fitting:
        return max(fitting, key=lambda point: point.time)
    nearest = nearest_to(points, choice)
    if nearest is None and points:
        raise _none_usable(max(points, key=lambda point: point.time))
    raise NoPointQualifies(
        "No recovery point meets the conditions."
        + (f" The nearest is {nearest.id} of {nearest.time.isoformat()}." if nearest else " The item has none yet."),
        pointer="#/recovery_point",
        **_naming(nearest),
        remedy="Ask for the nearest one by its id, or relax the conditions."
        if nearest
        else "Back it up first: POST .../backups.",
    )


def _none_usable(newest: RecoveryPoint) -> NoPointQualifies:
    """There are points, and none can be restored from now."""
    is_archived = needs_rehydration(newest)
    return NoPointQualifies(
        f"No recovery point can be restored from now. The newest is {newest.id} of {newest.time.isoformat()} "
        f"({_tiers_of(newest)}).",
        pointer="#/recovery_point",
        nearest=None,
        remedy="Rehydrate it in Azure first (it takes hours), or back the VM up."
        if is_archived
        else "Back the VM up, then restore the new point.",
    )


def choose_in_secondary(points: Sequence[RecoveryPoint], choice: Choice, region: str) -> RecoveryPoint:
    """As `choose` and `check_point`, of the points that have arrived there.

    Raises NoPointQualifies, also for an id that is not among them: it may still be on its way.
    """
    if choice.id is None:
        return choose(points, choice)
    named = next((point for point in points if point.id == choice.id), None)
    if named is None:
        nearest = nearest_to(points, choice)
        raise NoPointQualifies(
            f"The recovery point {choice.id} is not in {region} (yet)."
            + (f" The nearest there is {nearest.id} of {nearest.time.isoformat()}." if nearest else ""),
            pointer="#/recovery_point/id",
            **_naming(nearest),
            remedy="Take an id from GET .../recovery-points?region=secondary, or restore in the primary region.",
        )
    check_point(named, choice)
    return named


def _naming(nearest: RecoveryPoint | None) -> dict[str, Any]:
    """The members of a problem about the nearest point: its id, and the point itself."""
    return {"nearest": nearest.id, "nearest_point": shown(nearest)} if nearest else {"nearest": None}


def nearest_to(points: Sequence[RecoveryPoint], choice: Choice) -> RecoveryPoint | None:
    """The usable point nearest to the request: by time, then by consistency."""
    usable = [point for point in points if is_usable(point)]
    if not usable:
        return None
    if choice.before is None:
        return max(usable, key=lambda point: point.time)
    before = choice.before
    return min(usable, key=lambda point: (abs((point.time - before).total_seconds()), -RANK[point.consistency]))


def check_point(point: RecoveryPoint, choice: Choice) -> None:
    """A point named by its id must fulfil the request's conditions. Raises RehydrationNeeded or RestoreNotValid."""
    check_usable(point)
    tiers = _tiers_of(point)
    if RANK[point.consistency] < RANK[choice.consistency]:
        raise RestoreNotValid(
            f"The recovery point {point.id} is {point.consistency or 'of unknown consistency'}, not as requested.",
            pointer="#/recovery_point/consistency",
            remedy="Ask for less, or choose another point.",
        )
    if not qualifies(point, choice):
        raise RestoreNotValid(
            f"The recovery point {point.id} is not usable in the {choice.tier} tier ({tiers or 'no tier is named'}).",
            pointer="#/recovery_point/tier",
            remedy="Leave the tier out, or choose another point.",
        )


def check_usable(point: RecoveryPoint) -> None:
    """Whether it can be restored from now. Raises RehydrationNeeded or RestoreNotValid."""
    if needs_rehydration(point):
        raise RehydrationNeeded(
            f"The recovery point {point.id} is in the archive tier only.",
            pointer="#/recovery_point/id",
            remedy="Rehydrate it in Azure first (it takes hours), or choose another point.",
        )
    if not is_usable(point):
        raise RestoreNotValid(
            f"The recovery point {point.id} cannot be restored from now ({_tiers_of(point)}).",
            pointer="#/recovery_point/id",
            remedy="Choose another point, or rehydrate this one in Azure first.",
        )


def _tiers_of(point: RecoveryPoint) -> str:
    return ", ".join(f"{tier.tier}: {tier.state}" for tier in point.tiers)


def shown(point: RecoveryPoint) -> dict[str, Any]:
    """A chosen point, as stored in `restores.recovery_point` and shown to callers."""
    return {
        "id": point.id,
        "time": point.time.isoformat(),
        "consistency": point.consistency,
        "tiers": [{"tier": tier.tier, "state": tier.state} for tier in point.tiers],
        "region": point.region,
    }


def point_at(points: Sequence[RecoveryPoint], shown: str) -> RecoveryPoint | None:
    """The point that Azure's job names by its time, written `M/D/YYYY h:mm:ss AM` in UTC (docs/azure.md, Formats)."""
    try:
        at = datetime.strptime(shown.strip(), "%m/%d/%Y %I:%M:%S %p").replace(tzinfo=UTC)
    except ValueError:
        return None
    return next((point for point in points if point.time.replace(microsecond=0) == at), None)


def order_of(ask: RestoreAsk, point_id: str) -> RestoreOrder:
    """The order for the Azure port."""
    return RestoreOrder(item=ask.item, recovery_point_id=point_id, region=ask.region, target=restored(ask.target))
