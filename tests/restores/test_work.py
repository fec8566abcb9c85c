"""Lost answers, dead workers, and a world that changes between asking and sending: in each mode, in both regions."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.jobs.lost_attempts import claim_and_die, end_leases, send
from tests.restores.restore_requests import (
    PAIRED_STORAGE,
    REPLACE,
    STORAGE,
    WAYS,
    ask,
    asked,
    backed_up,
    look,
    restores,
)
from tests.whole import some_of
from tests.world import World, vm_id

TRIGGER = ("POST", r"/restore$|/backupCrossRegionRestore$")
SECONDARY = [way for way, (_, region) in WAYS.items() if region == "secondary"]


@pytest.mark.parametrize("way", some_of(WAYS, short=2))
async def test_a_lost_answer_is_looked_up_and_never_sent_again(world: World, way: str) -> None:
    item = await backed_up(world)
    job = await asked(world, item, way)
    world.fault(*TRIGGER, "drop_after")
    await world.settle()
    ended = await look(world, job)
    assert ended["state"] == "succeeded", ended
    (trigger,) = restores(world)
    assert trigger["client_request_id"] == ended["azure"]["activity_id"]
    assert trigger["job_id"] == ended["azure"]["job_id"]


@pytest.mark.parametrize("way", SECONDARY)
async def test_a_worker_that_died_after_sending_leaves_one_restore(world: World, way: str) -> None:
    item = await backed_up(world)
    job = await asked(world, item, way)
    ticket, attempt_id = await claim_and_die(world)
    await send(world, ticket, attempt_id)
    await end_leases(world)
    world.fault("GET", "/backupJobs", "status_before", status=503, times=10_000)  # found where it runs, not in its copy
    await world.settle()
    ended = await look(world, job)
    assert (ended["state"], ended["azure"]["activity_id"]) == ("succeeded", str(attempt_id))
    assert [trigger["client_request_id"] for trigger in restores(world)] == [str(attempt_id)]


@pytest.mark.parametrize("way", SECONDARY)
async def test_a_worker_that_died_before_sending_restores_once_after_settle(world: World, way: str) -> None:
    item = await backed_up(world)
    job = await asked(world, item, way)
    _, attempt_id = await claim_and_die(world)
    await end_leases(world)
    await world.step(0)
    waiting = await look(world, job)
    assert (waiting["state"], waiting["waiting"]["reason"]) == ("submitting", "outcome_unknown")
    assert restores(world) == []
    await end_leases(world, age=world.settings.settle_restore_seconds)
    await world.settle()
    assert (await look(world, job))["state"] == "succeeded"
    (trigger,) = restores(world)
    assert trigger["client_request_id"] != str(attempt_id)


async def test_absence_is_not_believed_while_the_secondary_region_cannot_be_asked(world: World) -> None:
    item = await backed_up(world)
    job = await asked(world, item, SECONDARY[0])
    ticket, attempt_id = await claim_and_die(world)
    await send(world, ticket, attempt_id)
    await end_leases(world, age=10 * world.settings.settle_restore_seconds)
    world.fault("POST", "/backupCrrJobs", "status_before", status=503, times=2)
    await world.step(0)
    assert (await look(world, job))["state"] == "submitting"
    await world.settle()
    assert (await look(world, job))["state"] == "succeeded"
    assert len(restores(world)) == 1


async def test_azure_away_when_asked_the_worker_chooses_and_says_which(world: World) -> None:
    item = await backed_up(world)
    (point,) = await world.points(item)
    world.fault("GET", "/recoveryPoints", "status_before", status=503, times=1)
    job = await asked(world, item, SECONDARY[0])
    assert job["recovery_point"] is None
    await world.settle()
    ended = await look(world, job)
    assert ended["state"] == "succeeded"
    shown = await world.resource_of(ended)
    assert (shown["recovery_point"]["id"], shown["recovery_point"]["region"]) == (point["id"], "secondary")


@pytest.mark.parametrize("way", ["disks", SECONDARY[0]])
async def test_a_point_that_expires_before_it_is_sent_is_a_failed_job_that_says_so(world: World, way: str) -> None:
    item = await backed_up(world)
    job = await asked(world, item, way)
    for vault in world.simulator.world.vaults.values():
        for there in vault.items.values():
            there.recovery_points.clear()
    await world.settle()
    error = (await look(world, job))["error"]
    assert "recovery" in error["detail"].lower()
    assert error["remedy"]
    if way == "disks":
        assert error["code"] == "no_recovery_point_qualifies"
    assert restores(world) == []


@pytest.mark.parametrize("way", some_of(WAYS, short=2))
async def test_a_staging_account_deleted_midway_fails_the_job_with_a_remedy(world: World, way: str) -> None:
    item = await backed_up(world)
    job = await asked(world, item, way)
    await world.run_due()
    assert (await look(world, job))["state"] == "running"
    account = PAIRED_STORAGE if way in SECONDARY else STORAGE
    world.simulator.world.storage_accounts.pop(account.lower())
    await world.settle()
    failed = await look(world, job)
    assert failed["state"] == "failed"
    if WAYS[way][0] is REPLACE:  # what became of the VM is told at any end
        assert (failed["result"]["replaced"], failed["result"]["resources"]) == (False, [])
    else:
        assert failed["result"] is None
    assert failed["error"]["azure_code"] == "UserErrorStorageAccountNotFound"
    assert failed["error"]["remedy"]


async def replaced_vm(world: World) -> Mapping[str, Any]:
    """Somebody deletes the VM and makes another one of the same name."""
    vms = world.simulator.world.vms
    old = vms.pop(vm_id("vm-web-01").lower())
    new = world.simulator.world.add_vm("vm-web-01", "rg-demo", "westus", "Linux", 1)
    new.unique_id = "another-vm"
    return {"old": old, "new": new}


async def test_a_vm_made_anew_between_asking_and_sending_is_not_overwritten(world: World) -> None:
    item = await backed_up(world)
    answer = await ask(world, item, REPLACE)
    made = await replaced_vm(world)
    disks = list(made["new"].disks)
    await world.settle()
    failed = await look(world, answer.json())
    assert (failed["state"], failed["error"]["code"]) == ("failed", "source_vm_gone")
    assert restores(world) == []
    assert made["new"].disks == disks


async def test_a_vm_deleted_between_asking_and_sending_fails_the_job(world: World) -> None:
    item = await backed_up(world)
    answer = await ask(world, item, REPLACE)
    world.simulator.world.vms.pop(vm_id("vm-web-01").lower())
    await world.settle()
    failed = await look(world, answer.json())
    assert (failed["state"], failed["error"]["code"]) == ("failed", "source_vm_gone")
    assert failed["error"]["remedy"]
    assert restores(world) == []


async def test_what_azure_does_not_let_us_look_up_is_named_and_does_not_keep_the_restore_from_ending(
    world: World,
) -> None:
    item = await backed_up(world)
    job = await asked(world, item, "a new VM")
    world.fault("GET", "/disks", "status_before", status=403, times=100, code="AuthorizationFailed", message="No.")
    await world.settle()
    ended = await look(world, job)
    assert ended["state"] == "succeeded"
    assert [each["what"] for each in ended["result"]["not_looked_up"]] == ["disks"]
    made = {one["kind"] for one in ended["result"]["resources"]}
    assert made == {"vm", "network_interface", "template_blob", "config_blob"}


async def test_a_granted_token_is_nowhere_but_in_the_request(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """A canary: what the token says of itself must not be found in any row or log line."""
    item = await backed_up(world)
    job = await asked(world, item, SECONDARY[0])
    world.fault(*TRIGGER, "status_before", status=403, times=1, code="SomeCode", message="No.")
    await world.settle()
    assert (await look(world, job))["state"] == "failed"
    token_head = "eyJhbGciOiAiSFMyNTYi"  # base64 of the simulator's own {"alg": "HS256"
    for table in ("jobs", "attempts", "job_events", "restores"):
        rows = await world.rows(f"SELECT to_jsonb(t)::text AS row FROM {table} t")  # noqa: S608
        assert rows
        assert not any(token_head in row["row"] for row in rows), table
    assert token_head not in caplog.text
    assert "accessTokenString" not in caplog.text


async def test_one_region_that_is_down_does_not_stop_the_other_from_being_followed(world: World) -> None:
    item = await backed_up(world)
    here, there = await asked(world, item, "disks"), await asked(world, item, SECONDARY[0])
    await world.run_due()
    world.fault("GET", r"/backupJobs(/|\?|$)", "status_before", status=503, times=10_000)
    for _ in range(6):
        await world.step()
    assert (await look(world, there))["state"] == "succeeded"
    waiting = await look(world, here)
    assert (waiting["state"], waiting["waiting"]["reason"]) == ("running", "azure_unreachable")
    world.simulator.faults.waiting.clear()
    await world.settle()
    assert (await look(world, here))["state"] == "succeeded"
