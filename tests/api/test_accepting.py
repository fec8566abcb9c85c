"""202: Idempotency-Key, Prefer: wait, reference and labels."""

import asyncio

from sqlalchemy.pool import QueuePool

from tests.world import KEEP, POLICY, VAULT, World, until


async def test_an_accepted_write_says_where_to_look_and_when(world: World) -> None:
    answer = await world.api.post("/v1/vaults", json=VAULT | {"reference": "CHG-1", "labels": {"team": "payments"}})
    job = answer.json()
    assert answer.status_code == 202
    assert answer.headers["Location"] == f"/v1/jobs/{job['id']}"
    assert int(answer.headers["Retry-After"]) >= 1
    assert answer.headers["ETag"]
    assert (job["state"], job["kind"], job["origin"]) == ("queued", "create_vault", "holdfast")
    assert (job["reference"], job["labels"], job["requested_by"]) == ("CHG-1", {"team": "payments"}, "tests")
    read = (await world.api.get(answer.headers["Location"])).json()
    assert read == job


async def test_without_a_key_nothing_is_de_duplicated(world: World) -> None:
    item = await world.item()
    path, body = f"/v1/protected-items/{item['id']}/backups", {"retain_until": KEEP}
    first, second = await world.api.post(path, json=body), await world.api.post(path, json=body)
    assert first.json()["id"] != second.json()["id"]


async def test_one_key_and_one_request_are_one_job_also_after_a_restart(world: World) -> None:
    key = {"Idempotency-Key": "k-1"}
    first = await world.api.post("/v1/vaults", json=VAULT, headers=key)
    again = await world.api.post("/v1/vaults", json=VAULT, headers=key)
    async with world.serving():
        after = await world.api.post("/v1/vaults", json=VAULT, headers=key)
    assert [a.status_code for a in (first, again, after)] == [202, 202, 202]
    assert first.json() == again.json() == after.json()
    assert len(await world.rows("SELECT id FROM jobs")) == len(await world.rows("SELECT id FROM vaults")) == 1


async def test_defaults_said_or_left_out_are_the_same_request(world: World) -> None:
    key = {"Idempotency-Key": "k-1"}
    first = await world.api.post("/v1/vaults", json=VAULT, headers=key)
    said = await world.api.post("/v1/vaults", json={"redundancy": "geo", "tags": {}} | VAULT, headers=key)
    assert said.json()["id"] == first.json()["id"]


async def test_one_key_for_another_request_is_refused_and_names_the_first_job(world: World) -> None:
    key = {"Idempotency-Key": "k-1"}
    first = await world.api.post("/v1/vaults", json=VAULT, headers=key)
    other_body = await world.api.post("/v1/vaults", json=VAULT | {"location": "eastus"}, headers=key)
    assert (other_body.status_code, other_body.json()["code"]) == (422, "idempotency_key_reused")
    assert other_body.json()["job"] == first.headers["Location"]
    await world.settle()
    vault = (await world.api.get("/v1/vaults")).json()["items"][0]
    other_path = await world.api.post(f"/v1/vaults/{vault['id']}/policies", json=POLICY, headers=key)
    assert (other_path.status_code, other_path.json()["code"]) == (422, "idempotency_key_reused")


async def test_a_key_belongs_to_its_caller(world: World) -> None:
    item = await world.item()
    path, body, key = f"/v1/protected-items/{item['id']}/backups", {"retain_until": KEEP}, {"Idempotency-Key": "k"}
    first = await world.api.post(path, json=body, headers=key)
    async with world.client(oid="colleague", sub="colleague") as colleague:
        second = await colleague.post(path, json=body, headers=key)
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json()["id"] != second.json()["id"]


async def test_fifty_equal_requests_at_once_are_one_job_and_fifty_equal_answers(world: World) -> None:
    await world.api.get("/v1/vaults")
    key = {"Idempotency-Key": "at-once"}
    answers = await asyncio.gather(*(world.api.post("/v1/vaults", json=VAULT, headers=key) for _ in range(50)))
    assert {answer.status_code for answer in answers} == {202}, {a.text for a in answers if a.status_code != 202}
    assert len({answer.text for answer in answers}) == 1
    assert len(await world.rows("SELECT id FROM jobs")) == len(await world.rows("SELECT id FROM vaults")) == 1


async def test_fifty_equal_requests_at_once_right_after_a_restart_are_the_job_from_before_it(world: World) -> None:
    key = {"Idempotency-Key": "at-once"}
    first = await world.api.post("/v1/vaults", json=VAULT, headers=key)
    async with world.serving():
        answers = await asyncio.gather(*(world.api.post("/v1/vaults", json=VAULT, headers=key) for _ in range(50)))
        other = await world.api.post("/v1/vaults", json=VAULT | {"location": "eastus"}, headers=key)
    assert {(answer.status_code, answer.text) for answer in answers} == {(202, first.text)}
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert len(await world.rows("SELECT id FROM jobs")) == len(await world.rows("SELECT id FROM vaults")) == 1


async def test_fifty_equal_requests_that_two_replicas_take_at_once_are_one_job(world: World) -> None:
    """Both have just come up: nothing is warm, and neither knows of the other."""
    item = await world.item()
    path, body = f"/v1/protected-items/{item['id']}/backups", {"retain_until": KEEP}
    key = {"Idempotency-Key": "at-once"}
    async with world.serving():
        one = world.api
        async with world.serving():
            apis = [one, world.api] * 25
            answers = await asyncio.gather(*(api.post(path, json=body, headers=key) for api in apis))
    assert {answer.status_code for answer in answers} == {202}, {a.text for a in answers if a.status_code != 202}
    assert len({answer.text for answer in answers}) == 1
    assert len(await world.rows("SELECT id FROM jobs WHERE kind = 'backup'")) == 1
    await world.run_due()
    assert len(world.triggers) == 1


async def test_fifty_equal_requests_while_the_work_is_done_are_one_vault(world: World) -> None:
    """The worker creates the vault in Azure while equal requests are still asking whether the name is free there."""
    await world.api.get("/v1/vaults")
    key = {"Idempotency-Key": "at-once"}
    working = asyncio.create_task(world.settle())
    answers = await asyncio.gather(*(world.api.post("/v1/vaults", json=VAULT, headers=key) for _ in range(50)))
    await working
    late = await world.api.post("/v1/vaults", json=VAULT, headers=key)
    assert {answer.status_code for answer in (*answers, late)} == {202}
    assert len({answer.json()["id"] for answer in (*answers, late)}) == 1


async def test_fifty_equal_policies_at_once_are_one(world: World) -> None:
    vault = await world.vault()
    path, key = f"/v1/vaults/{vault['id']}/policies", {"Idempotency-Key": "at-once"}
    answers = await asyncio.gather(*(world.api.post(path, json=POLICY, headers=key) for _ in range(50)))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.text for answer in answers}) == 1


async def test_a_replay_finds_its_job_when_the_vault_is_gone_again(world: World) -> None:
    world.fault("PUT", "/vaults/", "status_before", status=400)
    key = {"Idempotency-Key": "k-1"}
    first = await world.api.post("/v1/vaults", json=VAULT, headers=key)
    await world.settle()
    again = await world.api.post("/v1/vaults", json=VAULT, headers=key)
    assert (await world.api.get("/v1/vaults")).json()["items"] == []
    assert (again.status_code, again.json()["id"], again.json()["state"]) == (202, first.json()["id"], "failed")


async def test_waiting_for_a_job_that_ends_in_time_is_200(world: World) -> None:
    await world.api.get("/v1/vaults")
    waiting = asyncio.create_task(world.api.post("/v1/vaults", json=VAULT, headers={"Prefer": "wait=20"}))
    await until(lambda: bool(world.services.job_ends._waiters))
    await world.settle()
    answer = await waiting
    assert (answer.status_code, answer.headers["Preference-Applied"]) == (200, "wait=20")
    assert answer.json()["state"] == "succeeded"
    assert answer.headers["Location"] == f"/v1/jobs/{answer.json()['id']}"


async def test_a_job_that_does_not_end_in_time_is_202(world: World) -> None:
    answer = await world.api.post("/v1/vaults", json=VAULT, headers={"Prefer": "respond-async, wait=1"})
    assert answer.status_code == 202
    assert "Preference-Applied" not in answer.headers
    assert answer.json()["state"] == "queued"


async def test_those_who_wait_hold_no_database_connection(world: World) -> None:
    await world.api.get("/v1/vaults")
    posts = [
        asyncio.create_task(
            world.api.post("/v1/vaults", json=VAULT | {"name": f"vault-{number}"}, headers={"Prefer": "wait=30"})
        )
        for number in range(25)
    ]
    ends = world.services.job_ends
    pool = world.services.database.engine.pool
    assert isinstance(pool, QueuePool)
    await until(lambda: len(ends._waiters) == 25 and not pool.checkedout())
    assert pool.checkedout() == 0, "25 callers wait, more than the pool has connections"
    assert (await world.api.get("/v1/vaults")).status_code == 200
    ends.drain()
    answers = await asyncio.gather(*posts)
    assert {answer.status_code for answer in answers} == {202}, "a process that ends answers everybody now"


async def test_a_preference_that_cannot_be_understood_is_ignored(world: World) -> None:
    for number, prefer in enumerate(("wait=soon", "wait", "wait=-1", "waiting=5", "wait=99999999999999")):
        body = VAULT | {"name": f"vault-{number}"}
        assert (await world.api.post("/v1/vaults", json=body, headers={"Prefer": prefer})).status_code == 202


async def test_looking_at_a_job_can_wait_for_its_end_too(world: World) -> None:
    location = (await world.api.post("/v1/vaults", json=VAULT)).headers["Location"]
    looking = asyncio.create_task(world.api.get(location, headers={"Prefer": "wait=20"}))
    await until(lambda: bool(world.services.job_ends._waiters))
    await world.settle()
    answer = await looking
    assert (answer.status_code, answer.json()["state"]) == (200, "succeeded")
    assert answer.headers["Preference-Applied"] == "wait=20"
