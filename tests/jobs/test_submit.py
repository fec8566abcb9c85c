"""What each answer to a trigger makes of the job: the closed list, on the real SDK against the simulator."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.jobs.lost_attempts import ask_for_backup, look
from tests.jobs.recording_transport import SpyingTransport
from tests.whole import some_of
from tests.world import World, vm_id

BACKUP = ("POST", r"/backup$")

REFUSED = [400, 401, 403, 404, 409, 412]
UNKNOWN = [408, 500, 502, 503, 504]


async def submit(world: World) -> None:
    await world.loops["submitting"].run_once()


async def attempts(world: World, job: dict[str, Any]) -> list[str]:
    rows = await world.rows("SELECT state FROM attempts WHERE job_id = :id ORDER BY opened_at", id=UUID(job["id"]))
    return [row["state"] for row in rows]


@pytest.mark.parametrize("status", REFUSED)
async def test_any_other_4xx_is_a_refusal_that_says_what_to_do(world: World, status: int) -> None:
    job = await ask_for_backup(world, await world.item())
    world.fault(*BACKUP, "status_before", status=status, retry_after="1", code="SomeCode", message="Because.")
    await submit(world)
    failed = await look(world, job)
    assert failed["state"] == "failed"
    assert failed["error"]["azure_code"] == "SomeCode"
    assert failed["error"]["detail"] == "Because."
    assert failed["error"]["remedy"]
    assert await attempts(world, job) == ["refused"]
    assert world.triggers == []


@pytest.mark.parametrize("status", some_of(UNKNOWN, short=2))
@pytest.mark.parametrize("effect", ["status_before", "status_after"])
async def test_a_5xx_is_unknown_and_is_looked_up_never_sent_again(world: World, status: int, effect: str) -> None:
    job = await ask_for_backup(world, await world.item())
    world.fault(*BACKUP, effect, status=status, retry_after="0")
    await submit(world)
    lost = await look(world, job)
    assert (lost["state"], lost["waiting"]["reason"]) == ("submitting", "outcome_unknown")
    assert await attempts(world, job) == ["open"]
    await world.run("resolving")
    found = await look(world, job)
    if effect == "status_after":
        assert (found["state"], await attempts(world, job)) == ("running", ["found"])
        await world.settle()
        assert (await look(world, job))["state"] == "succeeded"
    else:
        assert (found["state"], found["waiting"]["reason"]) == ("submitting", "outcome_unknown")
    assert len(world.triggers) == (effect == "status_after")


async def test_a_connection_cut_after_acting_is_adopted(world: World) -> None:
    job = await ask_for_backup(world, await world.item())
    world.fault(*BACKUP, "drop_after")
    await submit(world)
    await world.settle()
    assert (await look(world, job))["state"] == "succeeded"
    assert len(world.triggers) == 1


async def test_a_throttled_trigger_waits_as_long_as_azure_says_and_is_sent_once(world: World) -> None:
    job = await ask_for_backup(world, await world.item())
    world.fault(*BACKUP, "status_before", status=429, retry_after="77")
    await submit(world)
    waiting = await look(world, job)
    assert (waiting["state"], waiting["waiting"]["reason"]) == ("queued", "throttled")
    (row,) = await world.rows(
        "SELECT extract(epoch FROM due_at - clock_timestamp()) AS seconds FROM jobs WHERE id = :id", id=UUID(job["id"])
    )
    assert 70 < float(row["seconds"]) <= 77
    await submit(world)
    assert await attempts(world, job) == ["not_acted"], "not before Retry-After has passed"
    await world.settle()
    done = await look(world, job)
    assert (done["state"], done["waiting"]) == ("succeeded", None)
    assert await attempts(world, job) == ["not_acted", "accepted"]
    assert len(world.triggers) == 1


async def test_an_azure_that_cannot_be_reached_lets_jobs_wait_and_none_fails(world: World) -> None:
    item = await world.item()
    jobs = [await ask_for_backup(world, item) for _ in range(3)]
    transport, world.http._transport = world.http._transport, DeadTransport()
    for _ in range(4):
        await world.make_due()
        await submit(world)
    for job in jobs:
        waiting = await look(world, job)
        assert (waiting["state"], waiting["waiting"]["reason"]) == ("queued", "azure_unreachable")
    world.http._transport = transport
    await world.settle()
    assert [(await look(world, job))["state"] for job in jobs] == ["succeeded"] * 3
    assert len(world.triggers) == 3


async def test_an_internal_error_is_reported_retried_with_back_off_and_then_needs_a_person(world: World) -> None:
    job = await ask_for_backup(world, await world.item())
    await world.rows("UPDATE jobs SET ask = '{}' WHERE id = :id RETURNING id", id=UUID(job["id"]))
    waits = []
    for _ in range(7):
        await world.make_due()
        await submit(world)
        (row,) = await world.rows(
            "SELECT extract(epoch FROM waiting_until - updated_at) AS seconds FROM jobs WHERE id = :id",
            id=UUID(job["id"]),
        )
        waits.append(float(row["seconds"]))
    waiting = await look(world, job)
    assert (waiting["state"], waiting["waiting"]["reason"]) == ("queued", "internal_error")
    assert waits[6] > waits[5] * 1.9 > waits[4] * 3.6, "not every POLL_SECONDS"
    await world.rows(
        "UPDATE jobs SET waiting_since = waiting_since - interval '2 hours' WHERE id = :id RETURNING id",
        id=UUID(job["id"]),
    )
    await world.make_due()
    await submit(world)
    put_off = await look(world, job)
    assert (put_off["state"], world.triggers) == ("needs_attention", [])
    events = (await world.api.get(f"/v1/jobs/{job['id']}/events")).json()["items"]
    assert "logged as submit.not_prepared. Nothing was sent." in events[-1]["detail"]


async def test_the_attempt_is_on_record_before_the_request_leaves(world: World) -> None:
    """What Azure gets as x-ms-client-request-id stands in the database at that moment, committed."""
    job = await ask_for_backup(world, await world.item())
    seen: list[list[str]] = []
    spy = SpyingTransport(world.http._transport, "/backup?", lambda: attempts(world, job), seen)
    world.http._transport = spy
    await submit(world)
    assert seen == [["open"]]
    rows = await world.rows("SELECT id FROM attempts WHERE job_id = :id", id=UUID(job["id"]))
    assert [trigger["client_request_id"] for trigger in world.triggers] == [str(row["id"]) for row in rows]


async def test_no_connection_is_held_while_azure_thinks(world: World) -> None:
    await ask_for_backup(world, await world.item())
    held: list[list[str]] = []

    async def in_use() -> list[str]:
        return [world.database.engine.pool.status()]

    world.http._transport = SpyingTransport(world.http._transport, "/backup?", in_use, held)
    await submit(world)
    ((status,),) = held
    assert "Current Checked out connections: 0" in status


async def test_a_job_that_failed_lets_its_vm_be_asked_for_again(world: World) -> None:
    vault = await world.vault()
    policy = await world.default_policy(vault)
    body = {"vm_id": vm_id("vm-db-01"), "vault_id": vault["id"], "policy_id": policy["id"]}
    world.fault("PUT", "/protectedItems/", "status_before", status=400, code="Nope", message="No.")
    first = (await world.api.post("/v1/protected-items", json=body)).json()
    await world.settle()
    assert (await look(world, first))["state"] == "failed"
    assert (await world.api.get(first["resource"])).status_code == 404
    assert (await world.done("/v1/protected-items", body))["state"] == "succeeded"


class DeadTransport(httpx.AsyncBaseTransport):
    """No connection can be made."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)
