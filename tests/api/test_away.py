"""What callers see while the database or Azure is away, and that both come back by themselves."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.cable import Cable, cable
from tests.world import DISKS, KEEP, VAULT, World, open_world, until, vm_id


@pytest.fixture
async def cord(database_url: str) -> AsyncIterator[Cable]:
    async with cable(database_url) as laid:
        yield laid


@pytest.fixture
async def tethered(cord: Cable, signing_key: rsa.RSAPrivateKey) -> AsyncIterator[World]:
    """A world whose database can be cut off."""
    async with open_world(cord.url, signing_key) as world:
        yield world


def goes_away(world: World) -> None:
    """Every connection to Azure is refused from now on, and so is every one to the issuer of tokens."""

    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    world.http._transport = httpx.MockTransport(refuse)


def comes_back(world: World) -> None:
    world.http._transport = httpx.ASGITransport(world.simulator)


async def test_without_a_database_callers_are_told_when_to_come_back(tethered: World, cord: Cable) -> None:
    await tethered.api.get("/v1/jobs")
    await cord.cut()
    for method, path in (("GET", "/v1/jobs"), ("POST", "/v1/vaults"), ("GET", "/readyz")):
        answer = await tethered.api.request(method, path, json=VAULT if method == "POST" else None)
        assert answer.status_code == 503
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert int(answer.headers["Retry-After"]) >= 1
        assert (answer.json()["code"], answer.json()["retryable"]) == ("database_away", True)
    assert (await tethered.api.get("/healthz")).status_code == 200
    metrics = (await tethered.api.get("/metrics")).text
    assert "holdfast_database_up 0.0" in metrics
    await cord.mend()


async def test_everything_goes_on_by_itself_when_the_database_is_back(tethered: World, cord: Cable) -> None:
    answer = await tethered.api.post("/v1/vaults", json=VAULT)
    await cord.cut()
    pauses = [await loop.look() for loop in tethered.loops.values()]
    assert all(0 < pause <= 5 for pause in pauses), "a loop survives, and looks again soon"
    await cord.mend()
    # The pool's connections are dead, and each end learns of that by using one: then all of them are thrown away.
    await tethered.api.get("/readyz")
    pauses = [await loop.look() for loop in tethered.loops.values()]
    assert (await tethered.api.get("/readyz")).status_code == 200
    await tethered.settle()
    assert (await tethered.api.get(answer.headers["Location"])).json()["state"] == "succeeded"


async def test_a_job_that_is_committed_stays_accepted_when_the_database_goes_while_its_caller_waits(
    tethered: World, cord: Cable
) -> None:
    answer = await tethered.api.post("/v1/vaults", json=VAULT)
    reading = asyncio.create_task(
        tethered.api.post("/v1/vaults", json=VAULT | {"name": "another-vault"}, headers={"Prefer": "wait=1"})
    )
    ends = tethered.services.job_ends
    await until(lambda: bool(ends._waiters))
    await cord.cut()
    ends.wake_all()
    waited = await reading
    assert (answer.status_code, waited.status_code) == (202, 202)
    await cord.mend()


async def test_without_azure_a_vault_is_accepted_waits_and_says_so(world: World) -> None:
    await world.api.get("/v1/jobs")  # the issuer's keys are fetched here
    goes_away(world)
    answer = await world.api.post("/v1/vaults", json=VAULT)
    assert answer.status_code == 202
    await world.run_due()
    job = (await world.api.get(answer.headers["Location"])).json()
    assert (job["state"], job["waiting"]["reason"]) == ("queued", "azure_unreachable")
    assert job["waiting"]["since"] <= job["waiting"]["until"]
    assert job["error"] is None
    comes_back(world)
    await world.settle()
    assert (await world.api.get(answer.headers["Location"])).json()["state"] == "succeeded"


async def test_without_azure_backups_and_restores_are_accepted_and_done_once_it_is_back(world: World) -> None:
    item = await world.item()
    await world.back_up(item)
    await world.api.get("/v1/me")  # the issuer's keys are known: it is away, too
    goes_away(world)
    asked = [
        await world.api.post(f"/v1/protected-items/{item['id']}/backups", json={"retain_until": KEEP}),
        await world.api.post(
            "/v1/restores",
            json={"protected_item_id": item["id"], "recovery_point": {"latest": True}, "target": DISKS},
        ),
    ]
    assert [answer.status_code for answer in asked] == [202, 202]
    restore = (await world.api.get(asked[1].json()["resource"])).json()
    assert restore["recovery_point"] is None, "it is chosen by the worker, before it sends"
    await world.run_due()
    assert {waiting for _, _, waiting in await world.in_flight()} == {"azure_unreachable"}
    comes_back(world)
    await world.settle()
    assert [trigger["kind"] for trigger in world.triggers] in (
        ["backup", "backup", "restore"],
        ["backup", "restore", "backup"],
    )
    restore = (await world.api.get(asked[1].json()["resource"])).json()
    assert restore["state"] == "succeeded"
    assert restore["recovery_point"]["id"]


async def test_what_can_only_be_read_from_azure_is_503_while_it_is_away(world: World) -> None:
    item = await world.item()
    await world.api.get("/v1/me")  # the issuer's keys are known: it is away, too
    goes_away(world)
    answer = await world.api.get(f"/v1/protected-items/{item['id']}/recovery-points")
    assert (answer.status_code, answer.json()["code"]) == (503, "azure_away")
    assert int(answer.headers["Retry-After"]) >= 1
    body = {"vm_id": vm_id("vm-db-01"), "policy_id": item["policy_id"]}
    answer = await world.api.post("/v1/protected-items", json=body)
    assert answer.status_code == 202  # the policy names the vault: nothing has to be read for it


@pytest.mark.parametrize("status", [401, 403])
async def test_azure_refusing_a_read_is_said_in_its_own_words_and_nothing_is_recorded(
    world: World, status: int
) -> None:
    vault = await world.vault()
    policy = await world.default_policy(vault)
    world.fault("GET", ".*", "status_before", times=50, status=status)
    jobs = await world.rows("SELECT id FROM jobs")
    for path, body in (
        ("/v1/vaults", VAULT | {"name": "another-vault"}),
        ("/v1/protected-items", {"vm_id": vm_id("vm-web-01"), "vault_id": vault["id"], "policy_id": policy["id"]}),
    ):
        answer = await world.api.post(path, json=body)
        assert (answer.status_code, answer.json()["code"]) == (409, "azure_refused"), answer.text
        assert answer.json()["azure_code"]
        assert answer.json()["remedy"]
    assert await world.rows("SELECT id FROM jobs") == jobs
