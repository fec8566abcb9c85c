"""Fleets drawn by seed, and what each will cost on a later day: simulated day by day. Imports nothing of app.

Each VM has a first full backup and a delta a day (or a week); the deltas vary, the VM's data grows or shrinks a little.
A point that expires takes its delta with it. The bill of a day is charged for what is stored on that day. What a client
of Azure would know (the sizes that the backups moved so far) is all that the forecast is given.
"""

from dataclasses import dataclass
from random import Random

INSTANCE, PER_GB = 8.775779, {"local": 0.019658, "zone": 0.024572, "geo": 0.039315}
AHEAD, MONTH = 90, 30


@dataclass(frozen=True, slots=True)
class PlantedVm:
    redundancy: str
    every_days: int
    """1: a point each day; 7: a point each week."""
    keep: int
    """Points that are kept."""
    age: int
    """Days since its first backup; today is the last of them."""
    first_backup_gb: float
    later_backups_gb: list[float]
    truth: float
    """What the month that ends in 90 days will cost."""


def draw_fleet(seed: int) -> list[PlantedVm]:
    random = Random(seed)  # noqa: S311 - no secret
    return [draw_vm(random) for _ in range(random.randint(4, 14))]


def draw_vm(random: Random) -> PlantedVm:
    every = random.choice((1, 1, 1, 7))
    keep = random.randint(7, 200) if every == 1 else random.randint(4, 30)
    age = random.randint(30, 500)
    used, churn = random.choice((20, 60, 120, 300, 800, 2500)) * random.uniform(0.8, 1.2), random.uniform(0.002, 0.03)
    drift = random.uniform(-0.01, 0.01)  # of the VM's data, a month
    redundancy = random.choice(tuple(PER_GB))
    deltas: list[float] = []
    bills: list[float] = []
    for day in range(age + AHEAD + 1):
        now = used * (1 + drift * day / MONTH)
        if day % every == 0:
            deltas.append(now if not deltas else min(now, now * churn * every * random.uniform(0.6, 1.4)))
        kept = deltas[-keep:]
        stored = now + sum(kept[1:])
        bills.append(instances(now) * INSTANCE + stored * PER_GB[redundancy])
    seen = deltas[1 : age // every + 1]
    return PlantedVm(redundancy, every, keep, age, used, seen, sum(bills[-MONTH:]) / MONTH)


def instances(gb: float) -> float:
    if gb <= 50:
        return 0.5
    return max(1, -int(-gb // 500))
