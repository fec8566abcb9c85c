"""The 90-day forecast of charge-back against what its fleets then cost in the simulator, through all of Holdfast.

One fleet here; `make soak PART=forecast` takes 50. Each is grown in the simulator, taken in by Holdfast, and lived
through for 90 days after the forecast was read.
"""

from dataclasses import dataclass
from uuid import UUID

import psycopg
import pytest
from psycopg.types.json import Jsonb

from app.simulator.world import Vault
from tests.cost.simulated_fleets import Fleet, cost, draw, grow, month_in_90_days
from tests.cost.test_months import cost as charge_back
from tests.cost.test_months import write
from tests.estate.estate_steps import read
from tests.whole import of_walk
from tests.world import World

OFF = {
    14: "14 % too low: three adopted VMs of 61 GB, just above the first step of the instance fee, are taken for smaller"
}
"""What no list of Azure tells: how big an adopted VM is by itself."""
SEEDS = [
    pytest.param(seed, marks=pytest.mark.xfail(reason=OFF[seed], strict=True)) if seed in OFF else seed
    for seed in range(of_walk(short=1, whole=50))
]
A_WEEK_AGO = (
    "UPDATE vault_watches SET seen_until = clock_timestamp() - interval '7 days', taken_in_at = NULL RETURNING 1"
)
SINCE = """
UPDATE protected_items SET origin = 'holdfast', created_at = clock_timestamp() - %(age)s * interval '1 day'
WHERE vm_key = %(vm)s
"""
FIRST_BACKUP = """
INSERT INTO jobs (id, tenant, caller, requested_by, kind, state, origin, vault_id, protected_item_id, ask, result)
SELECT %(id)s, tenant, 'azure', 'azure', 'backup', 'succeeded', 'azure', vault_id, id, '{}',
       jsonb_build_object('backup_size', %(moved)s::text)
FROM protected_items WHERE vm_key = %(vm)s
"""


@dataclass(frozen=True, slots=True)
class Found:
    now: float
    later: float
    low: float
    high: float


async def taken_in(world: World, fleet: Fleet) -> Vault:
    """The fleet in the simulator, and known to Holdfast; one VM more was protected by Holdfast just now."""
    vault = await world.vault(redundancy=fleet.redundancy)
    azure = next(iter(world.simulator.world.vaults.values()))
    for group in fleet.groups:
        await world.policy(vault, **group.policy)
    grow(world.simulator, azure.id, fleet)
    await world.back_up(await world.item(vault=vault))
    await world.done(f"/v1/vaults/{vault['id']}/refresh", {})
    await world.rows(A_WEEK_AGO)
    await world.make_due()
    await world.run_due()
    sizes_read(world, azure)
    followed(world, fleet, azure)
    await read(world)  # the estate: how big the disks are
    await write(world)  # what the vault stores
    return azure


def sizes_read(world: World, vault: Vault) -> None:
    """What each backup of the week moved: a sweep reads a few jobs, and in a week of sweeps all are read."""
    said = [(Jsonb({"backup_size": job.final_bag.get("Backup Size")}), job.id) for job in vault.jobs.values()]
    with psycopg.connect(world.settings.database_dsn, autocommit=True) as owner, owner.cursor() as cursor:
        cursor.executemany(
            "UPDATE jobs SET result = coalesce(result, '{}') || %s WHERE azure_job_id = %s AND kind = 'backup'", said
        )


def followed(world: World, fleet: Fleet, vault: Vault) -> None:
    """All but the oldest group were protected by Holdfast, which saw their first backup; that group was found."""
    with psycopg.connect(world.settings.database_dsn, autocommit=True) as owner:
        for number, item in enumerate(vault.items.values(), 1):
            group = next((one for one in fleet.groups[1:] if item.vm.name.startswith(one.seed["prefix"])), None)
            if group is not None:
                moved = f"{sum(disk.gib for disk in item.vm.disks) * item.vm.first_mb_a_gib} MB"
                said = {"vm": item.vm.id.lower(), "age": group.age, "id": UUID(int=number), "moved": moved}
                owner.execute(SINCE, said)
                owner.execute(FIRST_BACKUP, said)


async def forecast(world: World) -> Found:
    total = (await charge_back(world, "vault"))["total"]
    assert total["storage"]["basis"] == "measured"
    later = total["forecast"]["monthly"]
    return Found(*map(float, (total["monthly"]["expected"], later["expected"], later["low"], later["high"])))


@pytest.mark.parametrize("seed", SEEDS)
async def test_the_forecast_is_within_ten_per_cent_of_what_the_fleet_then_costs(world: World, seed: int) -> None:
    fleet = draw(seed)
    azure = await taken_in(world, fleet)
    found = await forecast(world)
    today = sum(cost(item, world.simulator.clock.now(), fleet.redundancy) for item in azure.items.values())
    truth = month_in_90_days(world.simulator, azure, fleet.redundancy)
    assert len(azure.items) > 1
    assert abs(found.now - today) <= today / 10, (found, today)
    assert abs(found.later - truth) <= truth / 10, (found, truth)
    assert found.low <= truth <= found.high, (found, truth)
