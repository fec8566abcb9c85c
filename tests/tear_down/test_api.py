"""Requests for a tear-down that cannot be, or are made twice."""

import asyncio
from uuid import uuid4

from tests.restores.restore_requests import ask
from tests.tear_down.tear_down_steps import TARGET, path_of, restored, tear_down
from tests.tenants.quota_steps import limit, refused
from tests.world import DISKS, World


async def test_what_has_no_resources_is_told_apart(world: World) -> None:
    item = await world.item()
    await world.back_up(item)
    unknown = f"/v1/restores/{uuid4()}/resources"
    running = path_of((await ask(world, item, DISKS)).json())
    for path, status, code in ((unknown, 404, "restore_not_found"), (running, 409, "restore_not_ended")):
        answer = await world.api.delete(path)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    shown = await world.api.get(running)
    assert (shown.status_code, shown.json()["items"]) == (200, []), "nothing was sent yet"
    await world.settle()
    mounted = (await ask(world, item, {"mode": "files"})).json()
    await world.settle()
    for answer in (await world.api.get(path_of(mounted)), await world.api.delete(path_of(mounted))):
        assert (answer.status_code, answer.json()["code"]) == (409, "nothing_restored")
    world.fault("POST", "/restore$", "status_before", status=400, code="UserErrorNo")
    refused = (await ask(world, item, DISKS)).json()
    await world.settle()
    assert (await world.api.get(path_of(refused))).json()["items"] == [], "it failed before anything"
    ended = await tear_down(world, refused)
    nothing = {"kind": "tear_down", "resources": [], "deleted": [], "gone": [], "left": [], "remarks": []}
    assert (ended["state"], ended["result"]) == ("succeeded", nothing)


async def test_while_azure_is_away_nothing_is_listed_and_the_worker_looks_later(world: World) -> None:
    job = await restored(world, DISKS)
    world.fault("GET", TARGET, "status_before", status=404, code="ResourceGroupNotFound", times=None)
    shown = (await world.api.get(path_of(job))).json()["items"]
    assert {one["state"] for one in shown} == {"unknown"}, "a group that is gone proves nothing"
    world.simulator.faults.waiting.clear()
    world.fault("GET", "Microsoft.Compute|/resources", "status_before", status=503, times=None)
    answer = await world.api.get(path_of(job))
    assert (answer.status_code, "Retry-After" in answer.headers) == (503, True)
    asked = await world.api.delete(path_of(job), headers={"Idempotency-Key": "k"})
    assert asked.status_code == 202
    world.simulator.faults.waiting.clear()
    await world.settle()
    ended = (await world.api.delete(path_of(job), headers={"Idempotency-Key": "k"})).json()
    assert (ended["id"], ended["state"], len(ended["result"]["deleted"])) == (asked.json()["id"], "succeeded", 2)
    other = await world.api.delete(path_of(job) + "?include=kept_disk", headers={"Idempotency-Key": "k"})
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert (await world.api.delete(path_of(job) + "?include=vm")).status_code == 422


async def test_of_tear_downs_at_once_as_many_as_the_quota_allows_are_accepted(world: World) -> None:
    job = await restored(world, DISKS)
    await limit(world, concurrent_tear_downs=1, restore_tests=0)
    answers = await asyncio.gather(*(world.api.delete(path_of(job)) for _ in range(6)))
    assert sorted(one.status_code for one in answers) == [202] + [429] * 5
    over = {refused(one) for one in answers if one.status_code == 429}
    assert over == {(429, "quota_exceeded", "concurrent_tear_downs", 1, 1)}
    assert (await world.api.delete(path_of(job) + "?dry_run=true")).status_code == 200
    await world.settle()
    again = await world.api.delete(path_of(job), headers={"Idempotency-Key": "once"})
    assert again.status_code == 202
    replayed = await world.api.delete(path_of(job), headers={"Idempotency-Key": "once"})
    assert (replayed.status_code, replayed.json()["id"]) == (202, again.json()["id"])
    assert len(await world.rows("SELECT 1 FROM jobs WHERE kind = 'tear_down'")) == 2
