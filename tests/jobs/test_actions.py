"""Cancel and resolve: what a person may do to a job, and what is written of it."""

from uuid import UUID

import pytest

from tests.jobs.action_steps import ambiguous_backup, cancel, events, resolve, running_restore
from tests.jobs.lost_attempts import ask_for_backup, claim_and_die, end_leases, look, send
from tests.world import VAULT, World


# --- cancel ----------------------------------------------------------------------------------------------------------
async def test_a_job_that_was_never_sent_is_cancelled_at_once_and_never_sent(world: World) -> None:
    job = await ask_for_backup(world, await world.item())
    answer = await cancel(world, job)
    assert (answer.status_code, answer.json()["state"], answer.json()["cancel"]["state"]) == (202, "cancelled", "done")
    await world.settle()
    assert world.triggers == []
    last = (await events(world, job))[-1]
    assert (last["observation"], last["state"], last["actor"]) == ("cancelled_unsent", "cancelled", "tests")
    assert (await cancel(world, job)).json()["state"] == "cancelled", "asking twice is asking once"


async def test_cancelling_an_unsent_job_has_its_consequences(world: World) -> None:
    job = (await world.api.post("/v1/vaults", json=VAULT)).json()
    assert (await cancel(world, job)).json()["state"] == "cancelled"
    assert (await world.api.get(job["resource"])).status_code == 404
    assert (await world.vault())["state"] == "ready", "the name is free again"


async def test_a_running_restore_is_cancelled_by_azure_and_followed_to_azures_word(world: World) -> None:
    job = await running_restore(world)
    answer = await cancel(world, job)
    assert (answer.status_code, answer.json()["cancel"]["state"]) == (202, "requested")
    await world.run_due()
    sent = await look(world, job)
    assert (sent["state"], sent["cancel"]["state"]) == ("cancelling", "sent")
    await world.settle(seconds=5)
    ended = await look(world, job)
    assert (ended["state"], ended["cancel"]["state"]) == ("cancelled", "done")
    seen = [event["observation"] for event in await events(world, job)]
    assert [one for one in seen if "cancel" in one] == [
        "cancel_asked",
        "cancel_accepted",
        "cancelling_seen",
        "ended_cancelled",
    ]


async def test_a_cancel_that_comes_too_late_for_azure_is_said_as_it_is(world: World) -> None:
    job = await running_restore(world)
    world.fault("POST", r"/cancel$", "status_before", status=400, code="BMSUserErrorJobNotCancellable", message="No.")
    await cancel(world, job)
    await world.run_due()
    refused = await look(world, job)
    assert (refused["state"], refused["cancel"]["state"]) == ("running", "refused")
    assert "BMSUserErrorJobNotCancellable" in refused["cancel"]["detail"]
    await world.settle()
    ended = await look(world, job)
    assert (ended["state"], ended["cancel"]["state"]) == ("succeeded", "too_late")
    late = await cancel(world, job)
    assert (late.status_code, late.json()["code"]) == (409, "job_ended")


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_cancel_that_azure_does_not_answer_is_asked_again(world: World, status: int) -> None:
    job = await running_restore(world)
    world.fault("POST", r"/cancel$", "status_before", status=status, times=2)
    await cancel(world, job)
    for _ in range(3):
        await world.rows("UPDATE cancellations SET due_at = clock_timestamp() RETURNING id")
        await world.loops["cancelling"].run_once()
    assert (await look(world, job))["cancel"]["state"] == "sent"


async def test_a_cancel_before_the_outcome_is_known_keeps_it_from_being_sent_again(world: World) -> None:
    job = await ask_for_backup(world, await world.item())
    await claim_and_die(world)
    assert (await cancel(world, job)).json()["cancel"]["state"] == "requested"
    await end_leases(world, age=world.settings.settle_backup_seconds + 1)
    for _ in range(4):
        await world.rows("UPDATE cancellations SET due_at = clock_timestamp() RETURNING id")
        await world.step(0)
    ended = await look(world, job)
    assert (ended["state"], ended["cancel"]["state"]) == ("cancelled", "done")
    assert world.triggers == []


async def test_a_configuration_write_that_was_sent_cannot_be_cancelled(world: World) -> None:
    job = (await world.api.post("/v1/vaults", json=VAULT)).json()
    await world.run_due()
    answer = await cancel(world, job)
    assert (answer.status_code, answer.json()["code"]) == (409, "job_not_cancellable")
    assert answer.json()["remedy"]


async def test_nobody_cancels_or_resolves_another_tenants_job(world: World) -> None:
    job = await ask_for_backup(world, await world.item())
    async with world.stranger() as stranger:
        assert (await stranger.post(f"/v1/jobs/{job['id']}/cancel")).status_code == 404
        body = {"action": "retry", "reason": "x"}
        assert (await stranger.post(f"/v1/jobs/{job['id']}/resolve", json=body)).status_code == 404
    assert (await look(world, job))["state"] == "queued"


# --- resolve ---------------------------------------------------------------------------------------------------------
async def test_retry_sends_anew_and_is_recorded_with_who_and_why(world: World) -> None:
    job = await ambiguous_backup(world)
    answer = await resolve(world, job, action="retry")
    assert (answer.status_code, answer.json()["state"]) == (202, "queued")
    await world.settle()
    assert (await look(world, job))["state"] == "succeeded"
    assert len(world.triggers) == 3
    decided = next(e for e in await events(world, job) if e["observation"] == "retry_decided")
    assert (decided["actor"], decided["detail"]) == ("tests", "retry: seen in the portal")


async def test_adopt_takes_the_named_azure_job(world: World) -> None:
    job = await ambiguous_backup(world)
    ours = world.triggers[1]["job_id"]
    answer = await resolve(world, job, action="adopt", azure_job_id=ours)
    assert (answer.status_code, answer.json()["state"], answer.json()["azure"]["job_id"]) == (202, "running", ours)
    await world.settle()
    assert (await look(world, job))["state"] == "succeeded"
    assert len(world.triggers) == 2


async def test_abandon_ends_the_job_as_failed_with_the_reason(world: World) -> None:
    job = await ambiguous_backup(world)
    ended = (await resolve(world, job, action="abandon")).json()
    assert (ended["state"], ended["error"]["code"], ended["error"]["detail"]) == (
        "failed",
        "abandoned",
        "seen in the portal",
    )
    again = await resolve(world, job, action="abandon")
    assert (again.status_code, again.json()["code"]) == (409, "nothing_to_resolve")


@pytest.mark.parametrize("azure_job_id", [None, "7bca2295-47b8-417e-8783-754dfedbd2c5"])
async def test_an_azure_job_that_is_not_there_cannot_be_adopted(world: World, azure_job_id: str | None) -> None:
    job = await ambiguous_backup(world)
    named = {"azure_job_id": azure_job_id} if azure_job_id else {}
    answer = await resolve(world, job, action="adopt", **named)
    assert (answer.status_code, answer.json()["pointer"]) == (422, "/azure_job_id")
    assert (await look(world, job))["state"] == "needs_attention"


async def test_an_azure_job_of_another_kind_or_of_another_job_cannot_be_adopted(world: World) -> None:
    job = await ambiguous_backup(world)
    vault = next(iter(world.simulator.world.vaults.values()))
    configured = next(entry.id for entry in vault.jobs.values() if entry.operation == "ConfigureBackup")
    answer = await resolve(world, job, action="adopt", azure_job_id=configured)
    assert (answer.status_code, answer.json()["code"]) == (422, "azure_job_not_adoptable")
    await world.rows(
        "UPDATE jobs SET azure_job_id = :other WHERE kind = 'protect' RETURNING id", other=world.triggers[0]["job_id"]
    )
    answer = await resolve(world, job, action="adopt", azure_job_id=world.triggers[0]["job_id"])
    assert (answer.status_code, answer.json()["code"]) == (422, "azure_job_not_adoptable")


async def test_an_azure_job_that_another_job_has_sent_and_not_found_yet_cannot_be_adopted(world: World) -> None:
    item = await world.item()
    lost, other = await ask_for_backup(world, item), await ask_for_backup(world, item)
    claimed = [await claim_and_die(world) for _ in range(2)]
    ours = next(one for one in claimed if str(one[0].id) == lost["id"])
    await send(world, *ours)
    await end_leases(world)
    answer = await resolve(world, other, action="adopt", azure_job_id=world.triggers[0]["job_id"])
    assert (answer.status_code, answer.json()["code"]) == (422, "azure_job_not_adoptable")
    assert answer.json()["job"] == f"/v1/jobs/{lost['id']}"
    adopted = await resolve(world, lost, action="adopt", azure_job_id=world.triggers[0]["job_id"])
    assert (adopted.status_code, adopted.json()["state"]) == (202, "running")


async def test_a_retry_is_sent_though_somebody_had_asked_to_cancel_what_was_lost(world: World) -> None:
    job = await ask_for_backup(world, await world.item())
    await claim_and_die(world)
    assert (await cancel(world, job)).json()["cancel"]["state"] == "requested"
    await end_leases(world)
    assert (await resolve(world, job, action="retry")).json()["state"] == "queued"
    await world.rows("UPDATE cancellations SET due_at = clock_timestamp() RETURNING id")
    await world.loops["cancelling"].run_once()
    await world.settle()
    ended = await look(world, job)
    assert (ended["state"], ended["cancel"], len(world.triggers)) == ("succeeded", None, 1)


async def test_a_person_may_decide_about_a_lost_outcome_but_not_under_a_workers_hands(world: World) -> None:
    job = await ask_for_backup(world, await world.item())
    ticket, attempt_id = await claim_and_die(world)
    held = await resolve(world, job, action="retry")
    assert (held.status_code, held.json()["code"], held.json()["retryable"]) == (409, "job_being_looked_at", True)
    await end_leases(world)
    assert (await resolve(world, job, action="retry")).json()["state"] == "queued"
    await world.settle()
    (trigger,) = world.triggers
    assert trigger["client_request_id"] != str(attempt_id)
    rows = await world.rows("SELECT state FROM attempts WHERE job_id = :id ORDER BY opened_at", id=UUID(job["id"]))
    assert [row["state"] for row in rows] == ["retired", "accepted"]
    assert ticket.fence < (await world.rows("SELECT fence FROM jobs WHERE id = :id", id=UUID(job["id"])))[0]["fence"]


async def test_a_job_that_is_known_has_nothing_to_resolve(world: World) -> None:
    job = await ask_for_backup(world, await world.item())
    answer = await resolve(world, job, action="retry")
    assert (answer.status_code, answer.json()["code"]) == (409, "nothing_to_resolve")
