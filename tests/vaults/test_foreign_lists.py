"""Lists of Azure's that are odd, for the whole of Holdfast: what is served, what is kept, and what is sent."""

from typing import Any

import pytest

from tests.jobs.lost_attempts import end_leases
from tests.jobs.untracked_steps import slow_sweep
from tests.restores.restore_requests import WAYS, asked, backed_up, look, restores
from tests.vaults.foreign_lists import ITEM, ITEMS, POINTS, POLICIES, answers, arm, ids, recovers, refreshed
from tests.whole import some_of
from tests.world import World

NO_LISTS: tuple[Any, ...] = ({}, {"error": {"code": "X", "message": "m"}}, {"value": None})


async def test_an_item_that_cannot_be_read_is_named_and_no_row_is_forgotten_for_it(world: World) -> None:
    item = await world.item()
    before = await ids(world)
    vault = (await world.api.get(f"/v1/vaults/{item['vault_id']}")).json()
    page = (await arm(world, "GET", f"{vault['arm_id']}/backupProtectedItems")).json()
    (odd,) = page["value"]
    del odd["properties"]["protectionState"]
    answers(world, ITEMS, {"value": [odd]})
    job = await refreshed(world, item["vault_id"])
    assert job["state"] == "succeeded", job
    (named,) = job["result"]["unreadable"]
    assert (named["kind"], named["name"]) == ("protected_item", odd["name"])
    assert "protectionState" in named["reason"]
    assert await ids(world) == before


@pytest.mark.parametrize("path", [ITEMS, POLICIES])
@pytest.mark.parametrize("body", some_of(NO_LISTS, short=1))
async def test_a_refresh_that_gets_no_list_forgets_nothing_and_ends_when_there_is_one(
    world: World, path: str, body: Any
) -> None:
    item = await world.item()
    before = await ids(world)
    answers(world, path, body)
    job = await refreshed(world, item["vault_id"])
    assert (job["state"], job["waiting"]["reason"]) == ("running", "azure_unreachable")
    recovers(world)
    await world.settle()
    assert (await world.api.get(f"/v1/jobs/{job['id']}")).json()["state"] == "succeeded"
    assert await ids(world) == before


@pytest.mark.parametrize("body", some_of(NO_LISTS, short=1))
async def test_a_lost_restore_is_sent_once_though_no_list_is_one_for_longer_than_settle(
    world: World, body: Any
) -> None:
    job = await asked(world, await backed_up(world), next(iter(WAYS)))
    world.fault("POST", r"/restore$", "drop_after")
    answers(world, r"/backupJobs$", body)
    for _ in range(4):
        await world.make_due()
        await world.run_due()
        await end_leases(world, age=world.settings.settle_restore_seconds)
    assert (await look(world, job))["state"] == "submitting"
    assert len(restores(world)) == 1
    recovers(world)
    await world.settle()
    assert (await look(world, job))["state"] == "succeeded"
    assert len(restores(world)) == 1


async def test_points_of_a_backup_made_by_others_are_listed_and_an_odd_one_is_named(world: World) -> None:
    item = await world.item()
    vault = (await world.api.get(f"/v1/vaults/{item['vault_id']}")).json()
    body = {"properties": {"objectType": "IaasVMBackupRequest", "recoveryPointExpiryTimeInUTC": "2036-04-22T00:00:00Z"}}
    assert (await arm(world, "POST", f"{vault['arm_id']}/{ITEM}/backup", body)).status_code == 202
    world.advance(60)
    await slow_sweep(world)
    world.advance(20_000)
    await slow_sweep(world)
    jobs = (await world.api.get("/v1/jobs", params={"origin": "azure", "kind": "backup"})).json()["items"]
    assert [job["state"] for job in jobs] == ["succeeded"]
    (point,) = await world.points(item)
    assert point["expiry_by"] in {"policy", "azure", None}
    listed = (await arm(world, "GET", f"{vault['arm_id']}/{ITEM}/recoveryPoints")).json()
    odd = {**listed["value"][0], "name": "odd", "properties": {}}
    answers(world, POINTS, {"value": [odd, *listed["value"]]})
    page = (await world.api.get(f"/v1/protected-items/{item['id']}/recovery-points")).json()
    assert [one["id"] for one in page["items"]] == [point["id"]]
    assert [one["name"] for one in page["unreadable"]] == ["odd"]


async def test_a_look_for_new_machines_that_failed_does_not_answer_as_a_fresh_one(world: World) -> None:
    vault = await world.vault()
    path = f"/v1/vaults/{vault['id']}/unprotected-vms"
    assert (await world.api.get(path, params={"refresh": "false"})).status_code == 200
    world.fault("POST", "refreshContainers$", "status_before", status=503)
    answer = await world.api.get(path, params={"refresh": "true"})
    assert (answer.status_code, answer.json()["code"]) == (503, "azure_away")
    assert int(answer.headers["Retry-After"]) >= 1
    assert answer.json()["remedy"]


async def test_a_list_that_is_none_is_said_to_be_unreadable_and_not_that_azure_is_away(world: World) -> None:
    item = await world.item()
    answers(world, POINTS, {})
    answer = await world.api.get(f"/v1/protected-items/{item['id']}/recovery-points")
    assert (answer.status_code, answer.json()["code"]) == (503, "azure_unreadable")
    assert "cannot be reached" not in answer.text
