"""A night in which three of 27 machines could not be backed up: who is red, and for how long."""

from typing import Any

from app.simulator.progress import TICKS
from tests.jobs.untracked_steps import slow_sweep
from tests.vaults.vault_steps import ref_of
from tests.world import World, vm_id

DAY = 86_400
BAD = ("night-3", "night-14", "night-27")


async def a_house_of_27(world: World) -> dict[str, Any]:
    """A vault with 27 machines, as it is after it was taken over: all green. At noon: a night is one run."""
    world.advance(DAY - (world.simulator.clock.now() // TICKS - DAY // 2) % DAY)
    vault = await world.vault()
    seed = {"protected": [{"vault_id": ref_of(vault).id, "count": 27, "prefix": "night-"}]}
    answer = await world.http.post("http://simulator.test/_simulator/seed", json=seed)
    assert answer.is_success, answer.text
    await world.done(f"/v1/vaults/{vault['id']}/refresh", {})
    return vault


async def red(world: World, vault: dict[str, Any]) -> list[str]:
    """Who looks unwell, by health and by the last backup alike."""
    page = (await world.api.get(f"/v1/protected-items?vault_id={vault['id']}&limit=100")).json()["items"]
    assert len(page) == 27
    unwell = [item for item in page if item["health"] != "Passed"]
    assert unwell == [item for item in page if item["last_backup_status"] != "Completed"]
    return sorted(item["vm_id"].rpartition("/")[2] for item in unwell)


async def a_night(world: World) -> None:
    """Azure's own schedule runs; then the vault is swept once, as it is every quarter of an hour."""
    world.simulator.advance(DAY + 6000, run_policies=True)
    world.advance(6000)
    await slow_sweep(world)


async def test_exactly_the_three_that_failed_are_red_one_sweep_later_and_green_after_the_next_night(
    world: World,
) -> None:
    vault = await a_house_of_27(world)
    refreshes = await world.rows("SELECT count(*) AS jobs FROM jobs WHERE kind = 'refresh_vault'")
    assert await red(world, vault) == []
    faults = [{"vm_id": vm_id(name)} for name in BAD]
    await world.http.post("http://simulator.test/_simulator/seed", json={"backup_faults": faults})

    await a_night(world)
    assert await red(world, vault) == sorted(BAD)
    failed = (await world.api.get("/v1/jobs?origin=azure&kind=backup&state=failed")).json()["items"]
    assert len(failed) == 3
    assert {job["error"]["azure_code"] for job in failed} == {"UserErrorGuestAgentStatusUnavailable"}
    item = (await world.api.get(f"/v1/protected-items?vm_id={vm_id(BAD[0])}")).json()["items"][0]
    assert item["health_details"][0]["title"] == "UserErrorGuestAgentStatusUnavailable"

    await a_night(world)
    assert await red(world, vault) == []
    assert await world.rows("SELECT count(*) AS jobs FROM jobs WHERE kind = 'refresh_vault'") == refreshes
