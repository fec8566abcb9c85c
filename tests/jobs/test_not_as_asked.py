"""Azure made what was asked for, and not as it was asked: seen for what is created too, and judged by nothing else."""

import copy
from typing import Any

from app.jobs import bounds
from tests.jobs.action_steps import events, resolve
from tests.jobs.aged_rows import grow_old, live
from tests.jobs.lost_attempts import look
from tests.jobs.not_carried_out_steps import is_asked_about, past
from tests.restores.restore_requests import backed_up
from tests.vaults.vault_steps import ask_change, read
from tests.world import POLICY, VAULT, World, vm_id

FILES = {"mode": "files"}


async def made(world: World, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """The job, sent and taken by Azure; its end has not been looked at."""
    answer = await world.api.post(path, json=body)
    assert answer.status_code == 202, answer.text
    await world.run("submitting")
    job: dict[str, Any] = answer.json()
    return job


async def test_a_vault_that_azure_made_without_what_was_asked_is_put_before_a_person(world: World) -> None:
    wanted = VAULT | {"soft_delete": {"days": 30}, "immutability": "unlocked"}
    job = await made(world, "/v1/vaults", wanted)
    (vault,) = world.simulator.world.vaults.values()
    security = vault.settings["securitySettings"]
    security["softDeleteSettings"]["softDeleteRetentionPeriodInDays"] = 14
    security.pop("immutabilitySettings", None)
    security["immutabilitySettings"] = {"state": "Disabled"}
    await is_asked_about(world, job, "soft_delete_days was asked to be 30, and is 14")
    assert "immutability was asked to be unlocked" in (await events(world, job))[-1]["detail"]
    await resolve(world, job, action="adopt")
    await world.settle()
    assert (await look(world, job))["state"] == "succeeded"
    taken = await read(world, {"id": job["resource"].rpartition("/")[2]})
    assert (taken["state"], taken["soft_delete"]["days"]) == ("ready", 14)


async def test_a_policy_that_azure_made_otherwise_is_put_before_a_person(world: World) -> None:
    vault = await world.vault()
    job = await made(world, f"/v1/vaults/{vault['id']}/policies", POLICY)
    (there,) = world.simulator.world.vaults.values()
    one = there.policies["production"] = copy.deepcopy(there.policies["production"])
    one["properties"]["retentionPolicy"]["dailySchedule"]["retentionDuration"]["count"] = 7
    await is_asked_about(world, job, "Not as asked")
    await resolve(world, job, action="adopt")
    await world.settle()
    assert (await look(world, job))["state"] == "succeeded"
    assert (await world.resource_of(await look(world, job)))["definition"]["retention"]["daily"]["count"] == 7


async def test_a_vm_that_azure_protects_with_other_disks_is_put_before_a_person(world: World) -> None:
    vault = await world.vault()
    body = {"vm_id": vm_id("vm-web-01"), "vault_id": vault["id"], "disks": {"exclude_luns": [0]}}
    body["policy_id"] = (await world.default_policy(vault))["id"]
    job = await made(world, "/v1/protected-items", body)
    (there,) = world.simulator.world.vaults.values()
    world.advance(600)
    world.simulator.world.settle()
    (item,) = there.items.values()
    item.disk_exclusion = None
    await is_asked_about(world, job, "all but LUN 0")


async def test_a_session_of_others_is_not_the_one_that_was_asked_for(world: World) -> None:
    item = await backed_up(world)
    await world.back_up(item)
    newest, older = (point["id"] for point in await world.points(item))
    body = {"protected_item_id": item["id"], "target": FILES}
    theirs = (await world.api.post("/v1/restores", json=body | {"recovery_point": {"id": older}})).json()
    await world.settle(seconds=60)
    assert (await look(world, theirs))["state"] == "succeeded"
    # Azure was away, so a worker chose the point, and what it mounted is not there.
    world.fault("GET", "/recoveryPoints", "status_before", status=503, times=1)
    world.fault("POST", "/provisionInstantItemRecovery$", "acknowledge")
    answer = await world.api.post("/v1/restores", json=body | {"recovery_point": {"latest": True}})
    assert answer.json()["recovery_point"] is None
    assert newest != older
    await is_asked_about(world, answer.json(), "nothing is mounted")


async def test_a_write_that_was_throttled_for_hours_has_its_time_once_it_is_found(world: World) -> None:
    vault = await world.vault()
    world.fault("PATCH", "vaults/vault-demo$", "status_before", status=429, retry_after="1")
    job = await ask_change(world, vault, tags={"team": "a"})
    await world.run("submitting")
    await grow_old(world, bounds.no_end(world.settings.poll_seconds).total_seconds() + 60)
    (there,) = world.simulator.world.vaults.values()
    there.tags = {"team": "a"}
    await world.run("submitting")  # found as asked: nothing is sent, and it carries no name
    assert (await look(world, job))["state"] == "running"
    there.tags = None  # the replica that is asked next does not show it yet
    await live(world, 1)
    waits = await look(world, job)
    assert (waits["state"], waits["waiting"]["reason"]) == ("running", "outcome_unknown")
    await grow_old(world, past(world))
    await live(world, 1)
    assert (await look(world, job))["state"] == "needs_attention"
