"""A change of a policy that many items follow: one Azure job an item, followed by lists, ended when all have ended."""

from typing import Any

import pytest

from app.simulator.progress import Job, Life
from app.simulator.seeding import plant
from tests.jobs.untracked_steps import an_hour_passes
from tests.policies.policy_steps import SEVEN, SIXTY, azure_keeps, ended, protect, put, read
from tests.whole import some_of
from tests.world import World

ITEMS = 300
PAGE = 100
VMS = ("vm-web-01", "vm-db-01", "vm-batch-01")
LONG = Life(4000)


def azure_jobs(world: World) -> list[Job]:
    """Those that configure items, oldest first."""
    (vault,) = world.simulator.world.vaults.values()
    return [job for job in vault.jobs.values() if job.operation == "ConfigureBackup"]


async def state_of(world: World, answer: Any) -> str:
    return str((await world.api.get(answer.headers["Location"])).json()["state"])


async def followed_policy(world: World) -> dict[str, Any]:
    """One of our own, which three items follow."""
    vault = await world.vault()
    policy = await world.policy(vault)
    await protect(world, vault, policy, *VMS)
    return policy


async def changed_with_followers(world: World) -> Any:
    """DefaultPolicy, which hundreds of items follow, is being changed: Azure's operation has named their jobs."""
    vault = await world.vault()
    await world.run("observing")  # the new vault is taken in
    (azure_vault,) = world.simulator.world.vaults.values()
    plant(world.simulator.world, {"protected": [{"vault_id": azure_vault.id, "count": ITEMS}]})
    world.simulator.world.options.page_size = PAGE
    answer = await put(world, await world.default_policy(vault), SIXTY)
    await world.run("submitting")
    assert len(azure_jobs(world)) == ITEMS
    for job in azure_jobs(world):
        job.life = LONG
    world.advance(30)
    await world.run("operations")
    return answer


async def test_hundreds_of_azure_jobs_cost_pages_of_one_list_a_look_and_one_get_at_the_end(world: World) -> None:
    answer = await changed_with_followers(world)
    for job in azure_jobs(world)[: ITEMS // 2]:
        job.life = Life(20)
    for _ in range(3):
        spent = await world.run("observing", "operations")
        assert (spent["list_jobs"], spent["get_job"]) == (2, 0), "the pages of what is in progress"
        assert await state_of(world, answer) == "running"
    world.advance(5000)
    spent = await world.run("observing", "operations")
    pages = 1 + ITEMS // PAGE
    assert (spent["list_jobs"], spent["get_job"]) == (pages, 1), "in progress, then the window; the one that says how"
    assert await state_of(world, answer) == "succeeded"
    assert azure_keeps(world, "DefaultPolicy") == 60


async def test_its_history_names_some_of_hundreds_and_counts_the_rest(world: World) -> None:
    answer = await changed_with_followers(world)
    job_id = answer.json()["id"]
    events = (await world.api.get(f"/v1/jobs/{job_id}/events")).json()["items"]
    detail = next(event["detail"] for event in events if event["observation"] == "still_running")
    assert detail.endswith(f"and {ITEMS - 20} more")
    assert len(detail) < 1000


@pytest.mark.parametrize("which", some_of(range(3), short=1))
async def test_whichever_items_job_fails_the_change_has_failed(world: World, which: int) -> None:
    """Not only the one that a list happens to show last."""
    policy = await followed_policy(world)
    answer = await put(world, policy, SEVEN)
    await world.run("submitting")
    azure_jobs(world)[-3:][which].failure = {
        "errorCode": 1,
        "errorTitle": "OneOfThree",
        "errorString": "No.",
        "recommendations": ["Wait."],
    }
    job = await ended(world, answer)
    assert (job["state"], (job["error"] or {}).get("azure_code")) == ("failed", "OneOfThree")
    assert job["error"]["remedy"]


@pytest.mark.parametrize("which", some_of(range(3), short=1))
async def test_as_long_as_one_of_them_goes_on_so_does_the_change(world: World, which: int) -> None:
    policy = await followed_policy(world)
    answer = await put(world, policy, SEVEN)
    await world.run("submitting")
    azure_jobs(world)[-3:][which].life = LONG
    for _ in range(3):
        await world.step(60)
        running = (await world.api.get(answer.headers["Location"])).json()
        assert (running["state"], running["progress_percent"]) == ("running", None)
        assert running["azure"]["job_id"] is None, "none of them stands for all"
    assert (await ended(world, answer))["state"] == "succeeded"


async def test_one_that_no_list_shows_is_not_known_yet(world: World) -> None:
    policy = await followed_policy(world)
    answer = await put(world, policy, SEVEN)
    await world.run_due()
    world.advance(30)
    await world.run("operations")
    (azure_vault,) = world.simulator.world.vaults.values()
    hidden = azure_jobs(world)[-1]
    del azure_vault.jobs[hidden.id]
    await world.step()
    assert await state_of(world, answer) == "running"
    azure_vault.jobs[hidden.id] = hidden
    assert (await ended(world, answer))["state"] == "succeeded"


async def test_an_operation_that_cannot_be_read_is_done_without(world: World) -> None:
    """Its jobs carry the activity id of the request."""
    policy = await followed_policy(world)
    world.fault("GET", r"/backupPolicies/production/operations/", "status_before", status=404, times=1000)
    answer = await put(world, policy, SEVEN)
    await world.run("submitting")
    azure_jobs(world)[-2].life = LONG
    for _ in range(3):
        await world.step(60)
        assert await state_of(world, answer) == "running"
    assert (await ended(world, answer))["state"] == "succeeded"
    assert (await read(world, policy))[0]["definition"]["retention"]["daily"] == {"count": 7}


async def test_none_of_them_is_taken_for_another_tools(world: World) -> None:
    answer = await changed_with_followers(world)
    await an_hour_passes(world)
    await world.run("observing")
    page = (await world.api.get("/v1/jobs", params={"origin": "azure"})).json()
    assert page["items"] == []
    assert await state_of(world, answer) == "running"
