"""Which point, which target: what a restore may be. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from app.azure import names
from app.azure.values import Consistency, ItemRef, RecoveryPoint, RestoreOrder, Tier
from app.restores.errors import NoPointQualifies, RestoreNotValid

RANK: dict[Consistency | None, int] = {"application": 3, "file_system": 2, "crash": 1, None: 0}
USABLE_TIER_STATES = frozenset({"valid", "rehydrated"})


@dataclass(frozen=True, slots=True)
class Choice:
    """Which point is wanted: one by id, or the newest, or the newest before a time; with what it must at least be."""

    id: str | None = None
    before: datetime | None = None
    consistency: Consistency | None = None
    tier: Tier | None = None


@dataclass(frozen=True, slots=True)
class DisksTarget:
    """Bring the disks back as managed disks. `luns` None = all of them, empty = the OS disk only."""

    mode: Literal["disks"]
    resource_group_id: str
    staging_storage_account_id: str
    luns: tuple[int, ...] | None = None
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class RestoreAsk:
    """What was asked, as it lies in `jobs.ask`.

    `point_id` None = Azure was away, the worker chooses before it sends.
    """

    item: ItemRef
    region: str
    choice: Choice
    point_id: str | None
    target: DisksTarget


def check_target(
    *,
    resource_group_id: str,
    staging_storage_account_id: str,
    luns: Sequence[int] | None,
    zone: str | None,
) -> DisksTarget:
    """The target, its ids in their usual spelling. Raises RestoreNotValid with a pointer to the wrong one."""
    try:
        group = names.parse_resource_group_id(resource_group_id)
    except ValueError as error:
        raise RestoreNotValid(
            str(error), pointer="#/target/resource_group_id", remedy="Copy the resource group's id."
        ) from None
    try:
        account = names.parse_storage_account_id(staging_storage_account_id)
    except ValueError as error:
        raise RestoreNotValid(
            str(error), pointer="#/target/staging_storage_account_id", remedy="Copy the storage account's id."
        ) from None
    if luns is not None and len(set(luns)) != len(luns):
        raise RestoreNotValid("A LUN is named twice.", pointer="#/target/luns", remedy="Name each LUN once.")
    return DisksTarget("disks", group.id, account.id, tuple(luns) if luns is not None else None, zone)


def is_usable(point: RecoveryPoint) -> bool:
    """Whether one of its tiers can be restored from now.

    A point that names no tier is given the benefit of the doubt.
    """
    return not point.tiers or any(tier.state in USABLE_TIER_STATES for tier in point.tiers)


def qualifies(point: RecoveryPoint, choice: Choice) -> bool:
    """Whether a point is as asked: in time, at least that consistent, in that tier, usable."""
    return (
        (choice.before is None or point.time <= choice.before)
        and RANK[point.consistency] >= RANK[choice.consistency]
        and (choice.tier is None or any(t.tier == choice.tier and t.state in USABLE_TIER_STATES for t in point.tiers))
        and is_usable(point)
    )


def choose(points: Sequence[RecoveryPoint], choice: Choice) -> RecoveryPoint:
    """The newest point that is as asked. Raises NoPointQualifies, which names the nearest one."""
    fitting = [point for point in points if qualifies(point, choice)]
    if fitting:
        return max(fitting, key=lambda point: point.time)
    nearest = _nearest(points, choice)
    raise NoPointQualifies(
        "No recovery point is as asked."
        + (f" The nearest is {nearest.id} of {nearest.time.isoformat()}." if nearest else " The item has none yet."),
        pointer="#/recovery_point", nearest=nearest.id if nearest else None,
        remedy="Ask for the nearest one by its id, or ask for less."
        if nearest
        else "Back it up first: POST .../backups.",
    )  # fmt: skip


def _nearest(points: Sequence[RecoveryPoint], choice: Choice) -> RecoveryPoint | None:
    usable = [point for point in points if is_usable(point)]
    if not usable:
        return None
    if choice.before is None:
        return max(usable, key=lambda point: point.time)
    before = choice.before
    return min(usable, key=lambda point: abs((point.time - before).total_seconds()))


def check_point(point: RecoveryPoint, choice: Choice) -> None:
    """A point named by its id must still be what was asked of it. Raises RestoreNotValid."""
    if not is_usable(point):
        tiers = ", ".join(f"{tier.tier}: {tier.state}" for tier in point.tiers)
        raise RestoreNotValid(
            f"The recovery point {point.id} cannot be restored from now ({tiers}).",
            pointer="#/recovery_point/id", remedy="Choose another point, or rehydrate this one in Azure first.",
        )  # fmt: skip
    if not qualifies(point, choice):
        raise RestoreNotValid(
            f"The recovery point {point.id} is {point.consistency or 'of unknown consistency'}, not as asked.",
            pointer="#/recovery_point", remedy="Ask for less, or choose another point.",
        )  # fmt: skip


def point_at(points: Sequence[RecoveryPoint], shown: str) -> RecoveryPoint | None:
    """The point that Azure's job names by its time, written `M/D/YYYY h:mm:ss AM` in UTC (wire.md section 1.3)."""
    try:
        at = datetime.strptime(shown.strip(), "%m/%d/%Y %I:%M:%S %p").replace(tzinfo=UTC)
    except ValueError:
        return None
    return next((point for point in points if point.time.replace(microsecond=0) == at), None)


def order_of(ask: RestoreAsk, point_id: str) -> RestoreOrder:
    """What Azure is asked for."""
    return RestoreOrder(
        item=ask.item,
        recovery_point_id=point_id,
        region=ask.region,
        target_resource_group_id=ask.target.resource_group_id,
        staging_storage_account_id=ask.target.staging_storage_account_id,
        luns=ask.target.luns,
        zone=ask.target.zone,
    )
