"""Policies in the worker: written, changed with items, deleted; and what lost answers and refusals leave behind."""

from typing import Any

import pytest

from tests.policies.policy_steps import (
    POLICY_PATH,
    SEVEN,
    SIXTY,
    THIRTY,
    azure_has,
    azure_keeps,
    azure_policy,
    ended,
    kept_for,
    protect,
    put,
    read,
    tiered,
)
from tests.whole import some_of
from tests.world import World

LOST: list[tuple[str, dict[str, Any]]] = [
    ("drop_after", {}),
    ("status_after", {"status": 503}),
    ("status_after", {"status": 500}),
    ("status_before", {"status": 503}),
]
"""Answers that leave open whether Azure acted: it did in all but the last."""


def writes(world: World) -> list[Any]:
    """Azure's jobs that configure items."""
    vault = next(iter(world.simulator.world.vaults.values()))
    return [job for job in vault.jobs.values() if job.operation == "ConfigureBackup"]


async def revisions(world: World, policy: dict[str, Any]) -> list[dict[str, Any]]:
    answer = await world.api.get(f"/v1/policies/{policy['id']}/revisions")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


# --- changed -------------------------------------------------------------------------------------------------------
async def test_a_change_is_written_and_every_revision_stays(world: World) -> None:
    policy = await world.policy(await world.vault())
    job = await ended(world, await put(world, policy, SEVEN | {"reference": "CHG-7"}))
    assert (job["state"], job["kind"], job["reference"], job["resource"]) == (
        "succeeded",
        "put_policy",
        "CHG-7",
        f"/v1/policies/{policy['id']}",
    )
    await ended(world, await put(world, policy, SIXTY))
    shown, _ = await read(world, policy)
    assert (shown["definition"]["retention"]["daily"], shown["revision"], shown["pending"]) == ({"count": 60}, 3, None)
    assert shown["definition"]["time_zone"] == "America/New_York"
    assert azure_keeps(world) == 60
    told = await revisions(world, policy)
    assert [(one["number"], one["definition"]["retention"]["daily"]["count"]) for one in told] == [
        (3, 60),
        (2, 7),
        (1, 30),
    ]
    assert {one["origin"] for one in told} == {"holdfast"}
    assert told[1]["job"] == f"/v1/jobs/{job['id']}"
    assert all(one["requested_by"] for one in told)
    page = (await world.api.get(f"/v1/policies/{policy['id']}/revisions?limit=2")).json()
    rest = (await world.api.get(f"/v1/policies/{policy['id']}/revisions?limit=2&cursor={page['next']}")).json()
    assert [one["number"] for one in page["items"] + rest["items"]] == [3, 2, 1]
    assert rest["next"] is None


async def test_azures_own_policies_have_a_first_revision_of_azures(world: World) -> None:
    default = await world.default_policy(await world.vault())
    assert [(one["number"], one["origin"], one["job"]) for one in await revisions(world, default)] == [
        (1, "azure", None)
    ]
    assert (await ended(world, await put(world, default, SIXTY)))["state"] == "succeeded"
    assert azure_keeps(world, "DefaultPolicy") == 60


async def test_a_change_of_nothing_is_done_without_a_write(world: World) -> None:
    policy = await world.policy(await world.vault())
    world.fault("PUT", POLICY_PATH, "status_before", status=400, code="NotAsked", message="Nobody asked.")
    assert (await ended(world, await put(world, policy, THIRTY)))["state"] == "succeeded"
    assert len(await revisions(world, policy)) == 1


@pytest.mark.parametrize("count", some_of([1, 3], short=1))
async def test_a_policy_with_items_has_changed_when_all_of_azures_jobs_have_ended(world: World, count: int) -> None:
    vault = await world.vault()
    policy = await world.policy(vault)
    await protect(world, vault, policy, *("vm-web-01", "vm-db-01", "vm-batch-01")[:count])
    before = len(writes(world))
    answer = await put(world, policy, SEVEN)
    await world.run_due()
    assert len(writes(world)) == before + count
    running = (await world.api.get(answer.headers["Location"])).json()
    assert running["state"] == "running"
    assert (await read(world, policy))[0]["definition"]["retention"]["daily"] == {"count": 30}
    job = await ended(world, answer)
    assert job["state"] == "succeeded"
    assert (await read(world, policy))[0]["definition"]["retention"]["daily"] == {"count": 7}
    assert azure_keeps(world) == 7


async def test_changes_of_one_policy_run_one_after_the_other(world: World) -> None:
    vault = await world.vault()
    policy = await world.policy(vault)
    await protect(world, vault, policy, "vm-web-01")
    first = await put(world, policy, SEVEN)
    second = await put(world, policy, SIXTY)
    assert second.json()["waiting"]["reason"] == "blocked"
    assert second.json()["waiting"]["job"] == first.headers["Location"]
    await world.settle()
    states = [(await world.api.get(answer.headers["Location"])).json()["state"] for answer in (first, second)]
    assert states == ["succeeded", "succeeded"]
    assert azure_keeps(world) == 60
    assert [one["definition"]["retention"]["daily"]["count"] for one in await revisions(world, policy)] == [60, 7, 30]


async def test_a_change_that_azure_refuses_fails_with_azures_code_and_leaves_the_old_policy(world: World) -> None:
    policy = await world.policy(await world.vault())
    _, etag = await read(world, policy)
    world.fault("PUT", POLICY_PATH, "status_before", status=400, code="BMSUserErrorInvalidPolicyInput", message="No.")
    job = await ended(world, await put(world, policy, SEVEN))
    assert (job["state"], job["error"]["azure_code"], job["error"]["detail"]) == (
        "failed",
        "BMSUserErrorInvalidPolicyInput",
        "No.",
    )
    assert job["error"]["remedy"]
    shown, newest = await read(world, policy)
    assert (shown["definition"]["retention"]["daily"], shown["revision"], shown["pending"]) == ({"count": 30}, 1, None)
    assert (azure_keeps(world), newest == etag) == (30, False)
    assert (await ended(world, await put(world, policy, SEVEN)))["state"] == "succeeded"


@pytest.mark.parametrize("count", [1, 2])
async def test_a_change_whose_azure_jobs_fail_leaves_the_old_policy(world: World, count: int) -> None:
    vault = await world.vault()
    policy = await world.policy(vault)
    await protect(world, vault, policy, *("vm-web-01", "vm-db-01")[:count])
    world.fault("PUT", POLICY_PATH, "fail_job", code="UserErrorGuestAgentStatusUnavailable", message="Not now.")
    job = await ended(world, await put(world, policy, SEVEN))
    assert job["state"] == "failed"
    assert "Not now." in job["error"]["detail"]
    assert (job["error"]["azure_code"], bool(job["error"]["remedy"])) == ("UserErrorGuestAgentStatusUnavailable", True)
    shown, _ = await read(world, policy)
    assert (shown["definition"]["retention"]["daily"], shown["pending"], azure_keeps(world)) == (
        {"count": 30},
        None,
        30,
    )
    assert len(await revisions(world, policy)) == 1


async def test_when_one_items_job_fails_the_change_has_failed_and_the_next_one_learns_what_azure_says(
    world: World,
) -> None:
    vault = await world.vault()
    policy = await world.policy(vault)
    await protect(world, vault, policy, "vm-web-01", "vm-db-01")
    earlier = {job.id for job in writes(world)}
    _, before = await read(world, policy)
    answer = await put(world, policy, SEVEN, etag=before)
    await world.run_due()
    first = next(job for job in writes(world) if job.id not in earlier)
    first.failure = {"errorCode": 1, "errorTitle": "OneOfTwo", "errorString": "No.", "recommendations": ["Wait."]}
    job = await ended(world, answer)
    assert (job["state"], job["error"]["azure_code"]) == ("failed", "OneOfTwo")
    assert azure_keeps(world) == 7
    # The sweep that saw the failure has read the vault's policies: nobody has to ask to see what is there.
    shown = (await world.api.get(f"/v1/policies/{policy['id']}")).json()
    assert shown["definition"]["retention"]["daily"] == {"count": 7}
    assert (await put(world, policy, SIXTY, etag=before)).status_code == 412
    assert (await ended(world, await put(world, policy, SIXTY)))["state"] == "succeeded"
    assert azure_keeps(world) == 60


@pytest.mark.parametrize(("effect", "more"), some_of(LOST, short=2), ids=str)
async def test_a_change_whose_answer_is_lost_is_made(world: World, effect: str, more: dict[str, Any]) -> None:
    policy = await world.policy(await world.vault())
    world.fault("PUT", POLICY_PATH, effect, **more)
    assert (await ended(world, await put(world, policy, SEVEN)))["state"] == "succeeded"
    assert azure_keeps(world) == 7
    assert [one["number"] for one in await revisions(world, policy)] == [2, 1]


@pytest.mark.parametrize(("effect", "more"), some_of(LOST, short=2), ids=str)
async def test_with_items_too(world: World, effect: str, more: dict[str, Any]) -> None:
    vault = await world.vault()
    policy = await world.policy(vault)
    await protect(world, vault, policy, "vm-web-01", "vm-db-01")
    world.fault("PUT", POLICY_PATH, effect, **more)
    assert (await ended(world, await put(world, policy, SEVEN)))["state"] == "succeeded"
    assert azure_keeps(world) == 7
    assert (await read(world, policy))[0]["definition"]["retention"]["daily"] == {"count": 7}


async def test_a_new_policy_whose_answer_is_lost_is_made_once(world: World) -> None:
    vault = await world.vault()
    for number, (effect, more) in enumerate(LOST):
        name = f"lost-{number}"
        world.fault("PUT", f"/backupPolicies/{name}", effect, **more)
        policy = await world.policy(vault, name=name)
        assert (policy["state"], policy["revision"], azure_has(world, name)) == ("ready", 1, True)


async def test_what_somebody_changes_between_asking_and_sending_is_not_overwritten(world: World) -> None:
    policy = await world.policy(await world.vault())
    answer = await put(world, policy, SIXTY)
    kept_for(world, 14)
    job = await ended(world, answer)
    assert (job["state"], job["error"]["code"]) == ("failed", "policy_changed_in_azure")
    assert "#/retention/daily/count: 30 -> 14" in job["error"]["detail"]
    assert job["error"]["remedy"]
    assert azure_keeps(world) == 14
    told = await put(world, policy, SIXTY)
    assert (told.status_code, told.json()["code"]) == (412, "policy_changed_in_azure")
    assert [one["origin"] for one in await revisions(world, policy)] == ["azure", "holdfast"]
    assert (await ended(world, await put(world, policy, SIXTY)))["state"] == "succeeded"


async def test_what_has_no_words_by_then_is_not_overwritten_either(world: World) -> None:
    policy = await world.policy(await world.vault())
    answer = await put(world, policy, SIXTY)
    tiered(world)
    job = await ended(world, answer)
    assert (job["state"], job["error"]["code"]) == ("failed", "policy_changed_in_azure")
    assert "tieringPolicy" in azure_policy(world)
    assert azure_keeps(world) == 30


async def test_a_policy_that_is_gone_by_then_is_not_made_anew(world: World) -> None:
    policy = await world.policy(await world.vault())
    answer = await put(world, policy, SIXTY)
    next(iter(world.simulator.world.vaults.values())).policies.pop("production")
    job = await ended(world, answer)
    assert (job["state"], job["error"]["code"]) == ("failed", "policy_gone")
    assert not azure_has(world)


# --- deleted -------------------------------------------------------------------------------------------------------
async def test_a_policy_is_deleted_in_azure_and_here(world: World) -> None:
    vault = await world.vault()
    policy = await world.policy(vault)
    answer = await world.api.request("DELETE", f"/v1/policies/{policy['id']}", json={"reference": "CHG-9"})
    shown, _ = await read(world, policy)
    assert (shown["state"], shown["pending"]) == ("deleting", answer.headers["Location"])
    again = await world.api.delete(f"/v1/policies/{policy['id']}")
    assert (again.status_code, again.json()["code"]) == (409, "policy_not_ready")
    job = await ended(world, answer)
    assert (job["state"], job["kind"], job["reference"]) == ("succeeded", "delete_policy", "CHG-9")
    assert job["result"]["deleted"].endswith("/backupPolicies/production")
    assert not azure_has(world)
    assert (await world.api.get(f"/v1/policies/{policy['id']}")).status_code == 404
    assert await world.rows("SELECT number FROM policy_revisions WHERE job_id IS NOT NULL") == []
    assert (await world.policy(vault))["revision"] == 1


@pytest.mark.parametrize("name", ["DefaultPolicy", "EnhancedPolicy"])
async def test_azures_own_policies_are_deleted_as_azure_lets_us(world: World, name: str) -> None:
    vault = await world.vault()
    page = (await world.api.get(f"/v1/vaults/{vault['id']}/policies")).json()
    policy = next(one for one in page["items"] if one["name"] == name)
    assert (await ended(world, await world.api.delete(f"/v1/policies/{policy['id']}")))["state"] == "succeeded"
    assert not azure_has(world, name)


@pytest.mark.parametrize(("effect", "more"), some_of(LOST, short=2), ids=str)
async def test_a_deletion_whose_answer_is_lost_is_done(world: World, effect: str, more: dict[str, Any]) -> None:
    policy = await world.policy(await world.vault())
    world.fault("DELETE", POLICY_PATH, effect, **more)
    assert (await ended(world, await world.api.delete(f"/v1/policies/{policy['id']}")))["state"] == "succeeded"
    assert not azure_has(world)


async def test_a_policy_that_azure_has_no_more_is_deleted_here(world: World) -> None:
    policy = await world.policy(await world.vault())
    vault = next(iter(world.simulator.world.vaults.values()))
    vault.policies.pop("production")
    assert (await ended(world, await world.api.delete(f"/v1/policies/{policy['id']}")))["state"] == "succeeded"
    assert (await world.api.get(f"/v1/policies/{policy['id']}")).status_code == 404


async def test_a_404_to_the_deletion_itself_is_its_end(world: World) -> None:
    policy = await world.policy(await world.vault())
    world.fault("DELETE", POLICY_PATH, "status_after", status=404, code="ResourceNotFound", message="Gone.")
    assert (await ended(world, await world.api.delete(f"/v1/policies/{policy['id']}")))["state"] == "succeeded"


async def test_a_policy_that_is_followed_by_the_time_of_its_deletion_stays(world: World) -> None:
    vault = await world.vault()
    policy = await world.policy(vault)
    (item,) = await protect(world, vault, policy, "vm-web-01")
    hidden = await world.rows("DELETE FROM protected_items RETURNING id")
    assert hidden[0]["id"] is not None
    world.fault("GET", "/backupProtectedItems", "status_before", status=503)
    answer = await world.api.delete(f"/v1/policies/{policy['id']}")
    job = await ended(world, answer)
    assert (job["state"], job["error"]["code"]) == ("failed", "policy_in_use")
    assert item["vm_id"].rsplit("/", 1)[-1] in job["error"]["detail"]
    shown, _ = await read(world, policy)
    assert (shown["state"], shown["pending"]) == ("ready", None)


async def test_a_paused_item_follows_no_policy_and_survives_the_deletion_of_its_old_one(world: World) -> None:
    vault = await world.vault()
    policy = await world.policy(vault)
    await protect(world, vault, policy, "vm-web-01")
    await world.rows("UPDATE protected_items SET state = 'paused' RETURNING id")
    azure_item = next(iter(next(iter(world.simulator.world.vaults.values())).items.values()))
    azure_item.state, azure_item.policy_id, azure_item.policy_name = "ProtectionStopped", "", ""
    assert (await read(world, policy))[0]["items_count"] == 0
    assert (await ended(world, await world.api.delete(f"/v1/policies/{policy['id']}")))["state"] == "succeeded"
    assert await world.rows("SELECT state, policy_id FROM protected_items") == [{"state": "paused", "policy_id": None}]
