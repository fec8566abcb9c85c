"""Fleets drawn by seed and planted in the simulator, and what the simulator makes of them day by day: the truth.

The oracle reads the simulator's own points and disks, with prices typed here, and imports nothing of `app/cost`.
A fleet is a vault whose machines were protected long before Holdfast knew it: daily, weekly, hourly and layered
policies, machines of many sizes, some points in the archive tier. The machines of a vault use a similar share of their
disks (within 15 %): of those that were found with backups Azure says no more than what the vault stores.
"""

from dataclasses import dataclass
from random import Random
from typing import Any

from app.simulator.asgi import Simulator
from app.simulator.progress import DAY
from app.simulator.seeding import plant
from app.simulator.world import Item, RecoveryPoint, Vault

AHEAD, MONTH = 90, 30
INSTANCE, ARCHIVE_LRS = 10.0, 0.0024
STORED = {"local": 0.0224, "geo": 0.044799}
SNAPSHOTS_STANDARD, SNAPSHOTS_ENHANCED = 0.12, 0.05
"""USD, as the simulator's price list has them."""
SUNDAYS = {"days": ["sunday"]}
HOURLY = {"frequency": "hourly", "start": "00:00", "every_hours": 4, "window_hours": 20}


@dataclass(frozen=True, slots=True)
class Group:
    """Machines that were protected on the same day, `age` days ago."""

    policy: dict[str, Any]
    age: int
    seed: dict[str, Any]
    archived: int
    """So many of the oldest points of its first machine are in the archive tier."""


@dataclass(frozen=True, slots=True)
class Fleet:
    redundancy: str
    groups: list[Group]


def draw(seed: int) -> Fleet:
    random = Random(seed)  # noqa: S311 - no secret
    kinds = [_daily, _weekly, _hourly, _layered]
    random.shuffle(kinds)
    rate = random.randint(290, 780)  # of 1,024: a quarter of the disks is used, or nearly all
    groups = [_group(random, number, kind(random), rate) for number, kind in enumerate(kinds[: random.randint(2, 4)])]
    return Fleet(random.choice(("local", "geo")), sorted(groups, key=lambda group: -group.age))


def _group(random: Random, number: int, policy: dict[str, Any], rate: int) -> Group:
    first = round(rate * random.uniform(0.85, 1.15))
    runs = 6 if policy["schedule"]["frequency"] == "hourly" else 1
    percent = random.uniform(0.5, 3.0)  # of the used data, a day
    days = 7 if policy["schedule"]["frequency"] == "weekly" else 1
    seed = {
        "count": random.randint(1, 4),
        "prefix": f"fleet-{number}-",
        "policy": f"policy-{number}",
        "recovery_points": 1,
        "data_disks": random.choice((0, 1, 2, 4, 8, 16)),
        "first_mb_a_gib": first,
        "later_mb_a_gib": max(1, round(first * percent / 100 * days / runs)),
    }
    policy = {"name": f"policy-{number}", "time_zone": "UTC", **policy}
    return Group(policy, random.randint(60, 300), seed, random.choice((0, 0, 3)))


def _daily(random: Random) -> dict[str, Any]:
    retention = {"daily": {"count": random.randint(7, 120)}}
    return {"schedule": {"frequency": "daily", "time": "02:00"}, "retention": retention}


def _weekly(random: Random) -> dict[str, Any]:
    retention = {"weekly": {"count": random.randint(4, 30), **SUNDAYS}}
    return {"schedule": {"frequency": "weekly", "time": "02:00", **SUNDAYS}, "retention": retention}


def _hourly(random: Random) -> dict[str, Any]:
    return {"enhanced": True, "schedule": HOURLY, "retention": {"daily": {"count": random.randint(7, 40)}}}


def _layered(random: Random) -> dict[str, Any]:
    retention = {
        "daily": {"count": random.randint(7, 30)},
        "weekly": {"count": random.randint(4, 12), **SUNDAYS},
        "monthly": {"count": random.randint(6, 24), "weeks": ["first"], "days": ["sunday"]},
    }
    return {"schedule": {"frequency": "daily", "time": "02:00"}, "retention": retention}


# --- in the simulator ------------------------------------------------------------------------------------------------
def grow(simulator: Simulator, vault_id: str, fleet: Fleet) -> None:
    """Let the past happen: the simulator's clock goes back, and comes to where it was with the machines' points."""
    age = max(group.age for group in fleet.groups)
    simulator.clock.advance(-float(age * DAY))
    for group in fleet.groups:
        simulator.advance((age - group.age) * DAY, run_policies=True)
        plant(simulator.world, {"protected": [{"vault_id": vault_id, **group.seed}]})
        age = group.age
    simulator.advance(age * DAY, run_policies=True)
    (vault,) = [vault for vault in simulator.world.vaults.values() if vault.id.lower() == vault_id.lower()]
    for group in fleet.groups:
        if group.archived:
            item = next(one for one in vault.items.values() if one.vm.name == f"{group.seed['prefix']}1")
            for point in sorted(item.recovery_points, key=lambda point: point.time)[1 : 1 + group.archived]:
                point.archived, point.vaulted, point.instant_until = True, False, 0


def month_in_90_days(simulator: Simulator, vault: Vault, redundancy: str) -> float:
    """What the month that ends in 90 days costs: its days are lived through, and each is charged for what is there."""
    simulator.advance((AHEAD - MONTH) * DAY, run_policies=True)
    total = 0.0
    for _ in range(MONTH):
        simulator.advance(DAY, run_policies=True)
        total += sum(cost(item, simulator.clock.now(), redundancy) for item in vault.items.values())
    return total / MONTH


def cost(item: Item, now: int, redundancy: str) -> float:
    """Dollars a month of an item as it is now."""
    gib = sum(disk.gib for disk in item.vm.disks)
    used, moved = gib * item.vm.first_mb_a_gib / 1024, gib * item.vm.later_mb_a_gib / 1024
    there = [point for point in item.recovery_points if point.expires is None or point.expires > now]
    vaulted = [point for point in there if point.vaulted and not point.archived]
    archived = [point for point in there if point.archived]
    shots = [point for point in there if not point.archived and now < point.instant_until]
    return (
        INSTANCE * instances(used)
        + STORED[redundancy] * copies(vaulted, used, moved)
        + ARCHIVE_LRS * moved * len(archived)
        + snapshots(shots, used, moved, is_enhanced=item.policy_type == "V2")
    )


def instances(used: float) -> float:
    return 0.5 if used <= 50 else max(1, -int(-used // 500))


def copies(points: list[RecoveryPoint], used: float, moved: float) -> float:
    return used + (len(points) - 1) * moved if points else 0.0


def snapshots(points: list[RecoveryPoint], used: float, moved: float, *, is_enhanced: bool) -> float:
    changed = max(0, len(points) - 1) * moved
    return SNAPSHOTS_ENHANCED * ((used if points else 0) + changed) if is_enhanced else SNAPSHOTS_STANDARD * changed
