"""A caller whose job waits for Azure's budget sees why, until when, and how many are before it; never a 429."""

from typing import Any
from uuid import UUID

from app.azure.gate import Answered, Metered, RequestClass
from tests.jobs.lost_attempts import ask_for_backup, look
from tests.world import World

TRIGGER = r"/backup$"


async def three_throttled(world: World) -> list[dict[str, Any]]:
    """Three backups whose first trigger Azure refused for five minutes."""
    vault = await world.vault()
    items = [await world.item(vm, vault) for vm in ("vm-web-01", "vm-db-01", "vm-batch-01")]
    world.fault("POST", TRIGGER, "status_before", status=429, retry_after="300", times=1)
    jobs = [await ask_for_backup(world, item) for item in items]
    await world.run_due()
    return jobs


async def attempts_of(world: World, job: dict[str, Any]) -> list[str]:
    rows = await world.rows("SELECT state FROM attempts WHERE job_id = :id", id=UUID(job["id"]))
    return [str(row["state"]) for row in rows]


async def test_a_trigger_that_the_gate_held_back_is_not_acted_and_keeps_its_place(world: World) -> None:
    jobs = await three_throttled(world)
    assert not [one for one in world.triggers if one["kind"] == "backup"]
    assert world.simulator.world.truth.requests["trigger"] == 1, "only the one that Azure itself refused was sent"
    seen = [await look(world, job) for job in jobs]
    assert {job["state"] for job in seen} == {"queued"}
    assert {job["waiting"]["reason"] for job in seen} == {"throttled"}
    assert all(job["waiting"]["until"] > job["waiting"]["since"] for job in seen)
    assert sorted(job["waiting"]["position"] for job in seen) == [0, 1, 2]
    assert [await attempts_of(world, job) for job in jobs] == [["not_acted"]] * 3
    await world.settle()
    assert {(await look(world, job))["state"] for job in jobs} == {"succeeded"}
    assert len([one for one in world.triggers if one["kind"] == "backup"]) == 3


async def test_a_place_in_the_queue_is_part_of_the_version_and_not_of_a_list(world: World) -> None:
    jobs = await three_throttled(world)
    last = max([await look(world, job) for job in jobs], key=lambda job: job["waiting"]["position"])
    etag = (await world.api.get(f"/v1/jobs/{last['id']}")).headers["ETag"]
    unchanged = await world.api.get(f"/v1/jobs/{last['id']}", headers={"If-None-Match": etag})
    assert unchanged.status_code == 304
    first = min([await look(world, job) for job in jobs], key=lambda job: job["waiting"]["position"])
    cancelled = await world.api.post(f"/v1/jobs/{first['id']}/cancel")
    assert cancelled.status_code == 202
    moved = await world.api.get(f"/v1/jobs/{last['id']}", headers={"If-None-Match": etag})
    assert moved.status_code == 200
    assert moved.json()["waiting"]["position"] == 1
    listed = (await world.api.get("/v1/jobs", params={"state": "queued"})).json()["items"]
    assert {job["waiting"]["position"] for job in listed} == {None}


async def test_other_subscriptions_do_not_stand_before_it(world: World) -> None:
    jobs = await three_throttled(world)
    await world.rows(
        "UPDATE vault_watches SET subscription_id = 'another' "
        "FROM jobs WHERE jobs.vault_id = vault_watches.vault_id RETURNING 1"
    )
    other = await world.rows(
        "INSERT INTO vault_watches (vault_id, subscription_id, resource_group, name) "
        "VALUES (gen_random_uuid(), 'mine', 'g', 'v') RETURNING vault_id"
    )
    mine = jobs[0]
    await world.rows(
        "UPDATE jobs SET vault_id = :vault, due_at = clock_timestamp() + interval '1 hour' WHERE id = :id RETURNING 1",
        vault=other[0]["vault_id"],
        id=UUID(mine["id"]),
    )
    assert (await look(world, mine))["waiting"]["position"] == 0


async def test_a_read_that_the_gate_held_back_is_503_with_the_time_to_come_back(world: World) -> None:
    item = await world.item()
    await world.back_up(item)
    path = f"/v1/protected-items/{item['id']}/recovery-points"
    gate = world.budgets
    # The API's gate is another one, as that of another process is.
    (key,) = await world.rows(
        "SELECT DISTINCT subscription_id, principal FROM azure_budgets WHERE request_class = 'write'"
    )
    asked = Metered(key["subscription_id"], key["principal"], RequestClass.OTHER_READ)
    await gate.admit(asked)
    await gate.learn(asked, Answered(429, 0, 120.0))
    reads = world.simulator.world.truth.requests["other_read"]
    while (answer := await world.api.get(path)).status_code == 200:  # until its listener has heard
        reads = world.simulator.world.truth.requests["other_read"]
    assert answer.status_code == 503
    assert 60 < int(answer.headers["Retry-After"]) <= 121
    assert answer.json()["code"] == "azure_away"
    assert world.simulator.world.truth.requests["other_read"] == reads


async def test_metrics_tell_what_is_left_and_what_is_blocked_by_class_and_by_no_id(world: World) -> None:
    await three_throttled(world)
    lines = (await world.api.get("/metrics")).text.splitlines()
    told = {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if "azure_" in line[:20])}
    assert 200 < told['holdfast_azure_blocked_seconds{request_class="trigger"}'] <= 300
    assert told['holdfast_azure_blocked_seconds{request_class="write"}'] == 0
    assert told['holdfast_azure_requests_left{request_class="other_read"}'] > 1000
    assert not [line for line in lines if "00000000-" in line]
