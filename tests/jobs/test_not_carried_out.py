"""Azure says yes and does nothing: a person is asked within the bound, and later writes go on."""

from typing import Any

import pytest

from app.jobs import bounds
from tests.jobs.action_steps import events, resolve
from tests.jobs.aged_rows import grow_old, live
from tests.jobs.lost_attempts import ask_for_backup, look
from tests.jobs.not_carried_out_steps import VAULT_WRITE, acknowledged_change, is_asked_about, past, patch
from tests.restores.restore_requests import backed_up
from tests.vaults.vault_steps import ask_change, read
from tests.whole import some_of
from tests.world import POLICY, VAULT, World, vm_id


async def test_a_change_that_azure_took_and_did_not_make_waits_for_its_bound_and_then_asks_a_person(
    world: World,
) -> None:
    vault = await world.vault()
    world.fault("PATCH", VAULT_WRITE, "acknowledge")
    job = await ask_change(world, vault, soft_delete={"days": 30})
    await live(world)
    waits = await look(world, job)
    assert (waits["state"], waits["waiting"]["reason"]) == ("running", "outcome_unknown")
    assert (await resolve(world, job, action="abandon")).status_code == 409, "it may show yet"
    await grow_old(world, past(world) - 60)
    await live(world)
    assert (await look(world, job))["state"] == "running"
    await grow_old(world, 60)
    await live(world)
    assert (await look(world, job))["state"] == "needs_attention"
    said = (await events(world, job))[-1]["detail"]
    assert "not carried out" in said
    assert "soft_delete_days was asked to be 30, and is 14" in said
    (entry,) = await world.rows("SELECT details FROM audit_entries WHERE action = 'ask_for_attention'")
    assert "soft_delete_days" in entry["details"]["why"]


async def test_a_change_that_shows_late_ends_well(world: World) -> None:
    vault = await world.vault()
    world.fault("PATCH", VAULT_WRITE, "acknowledge")
    job = await ask_change(world, vault, tags={"team": "a"})
    await live(world)
    next(iter(world.simulator.world.vaults.values())).tags = {"team": "a"}
    await world.settle()
    assert (await look(world, job))["state"] == "succeeded"


async def test_later_writes_to_the_vault_go_on_and_overtake_it(world: World) -> None:
    vault, job = await acknowledged_change(world)
    later = await ask_change(world, vault, tags={"team": "b"})
    assert later["waiting"] is None
    await world.settle()
    assert (await look(world, later))["state"] == "succeeded"
    refused = await resolve(world, job, action="retry")
    assert (refused.status_code, refused.json()["code"]) == (409, "overtaken")
    assert refused.json()["job"] == f"/v1/jobs/{later['id']}"
    assert (await resolve(world, job, action="abandon")).json()["state"] == "failed"
    assert (await read(world, vault))["tags"] == {"team": "b"}


async def test_a_write_that_waited_behind_it_is_sent_once_the_bound_is_over(world: World) -> None:
    vault = await world.vault()
    world.fault("PATCH", VAULT_WRITE, "acknowledge")
    first = await ask_change(world, vault, tags={"team": "a"})
    second = await ask_change(world, vault, soft_delete={"days": 30})
    assert second["waiting"]["reason"] == "blocked"
    await live(world)
    await grow_old(world, past(world))
    await live(world)
    await world.settle()
    assert [(await look(world, job))["state"] for job in (first, second)] == ["needs_attention", "succeeded"]


async def test_it_can_be_sent_anew_before_anything_overtook_it_and_keeps_its_place_in_the_series(world: World) -> None:
    vault, job = await acknowledged_change(world)
    again = (await resolve(world, job, action="retry")).json()
    assert again["state"] == "queued"
    later = await ask_change(world, vault, tags={"team": "b"})
    assert later["waiting"] == {**later["waiting"], "reason": "blocked", "job": f"/v1/jobs/{job['id']}"}
    await world.settle()
    assert [(await look(world, one))["state"] for one in (job, later)] == ["succeeded"] * 2
    assert (await read(world, vault))["tags"] == {"team": "b"}, "the later one was sent last"


async def test_what_is_there_can_be_taken_as_it_is(world: World) -> None:
    vault, job = await acknowledged_change(world)
    assert (await resolve(world, job, action="adopt")).json()["state"] == "running"
    await world.settle()
    assert (await look(world, job))["state"] == "succeeded"
    assert (await read(world, vault))["tags"] == {}


# --- every kind of configuration write ---------------------------------------------------------------------------
async def test_a_vault_that_was_never_made_is_put_before_a_person(world: World) -> None:
    world.fault("PUT", VAULT_WRITE, "acknowledge")
    job = (await world.api.post("/v1/vaults", json=VAULT)).json()
    await is_asked_about(world, job, "Azure has none of that name")


async def test_a_vault_that_was_never_deleted_is_put_before_a_person(world: World) -> None:
    vault = await world.vault()
    world.fault("DELETE", VAULT_WRITE, "acknowledge")
    job = (await world.api.delete(f"/v1/vaults/{vault['id']}")).json()
    await is_asked_about(world, job, "it is there")


async def test_a_policy_that_was_never_made_changed_or_deleted_is_put_before_a_person(world: World) -> None:
    vault = await world.vault()
    path = f"/v1/vaults/{vault['id']}/policies"
    world.fault("PUT", "/backupPolicies/", "acknowledge")
    await is_asked_about(world, (await world.api.post(path, json=POLICY | {"name": "never"})).json(), "none of that")
    policy = await world.policy(vault)
    read_policy = await world.api.get(f"/v1/policies/{policy['id']}")
    world.fault("PUT", "/backupPolicies/", "acknowledge")
    body = {key: value for key, value in POLICY.items() if key != "name"} | {"retention": {"daily": {"count": 60}}}
    changed = await world.api.put(
        f"/v1/policies/{policy['id']}", json=body, headers={"If-Match": read_policy.headers["ETag"]}
    )
    assert changed.status_code == 202, changed.text
    await is_asked_about(world, changed.json(), "60")
    await resolve(world, changed.json(), action="abandon")
    world.fault("DELETE", "/backupPolicies/", "acknowledge")
    deleted = await world.api.delete(f"/v1/policies/{policy['id']}")
    assert deleted.status_code == 202, deleted.text
    await is_asked_about(world, deleted.json(), "it is there")


async def test_a_vm_that_was_never_protected_is_put_before_a_person(world: World) -> None:
    vault = await world.vault()
    body = {"vm_id": vm_id("vm-web-01"), "vault_id": vault["id"]}
    body["policy_id"] = (await world.default_policy(vault))["id"]
    world.fault("PUT", "/protectedItems/", "acknowledge")
    job = (await world.api.post("/v1/protected-items", json=body)).json()
    await is_asked_about(world, job, "does not protect it")


@pytest.mark.parametrize(
    ("first", "asked"),
    some_of(
        [
            ((), {"action": "pause"}),
            ((), "policy"),
            ((), {"disks": {"exclude_luns": [0]}}),
            ((), "suspend"),
            (({"action": "pause"},), "resume"),
        ],
        short=2,
    ),
    ids=str,
)
async def test_an_item_that_was_never_changed_is_put_before_a_person(
    world: World, first: tuple[Any, ...], asked: Any
) -> None:
    item = await world.item()
    if asked == "suspend":  # Azure refuses it where a vault is not immutable
        vault = {"id": item["vault_id"]}
        await ask_change(world, vault, immutability="unlocked")
        await world.settle()
        asked = {"action": "suspend"}
    if isinstance(asked, str):
        policy = await world.policy({"id": item["vault_id"]})
        asked = {"policy_id": policy["id"]} | ({"action": "resume"} if asked == "resume" else {})
    for body in first:
        await patch(world, item, body)
        await world.settle()
    world.fault("PUT", "/protectedItems/", "acknowledge")
    await is_asked_about(world, await patch(world, item, asked), "asked to")


async def test_data_that_was_never_deleted_or_undeleted_is_put_before_a_person(world: World) -> None:
    item = await world.item()
    path = f"/v1/protected-items/{item['id']}"
    world.fault("DELETE", "/protectedItems/", "acknowledge")
    kept = (await world.api.delete(path)).json()
    await is_asked_about(world, kept, "asked to have its backup data deleted")
    await resolve(world, kept, action="retry")
    await world.settle()
    assert (await look(world, kept))["state"] == "succeeded"
    world.fault("PUT", "/protectedItems/", "acknowledge")
    await is_asked_about(world, (await world.api.post(f"{path}/undelete")).json(), "asked to be undeleted")


async def test_files_that_were_never_mounted_or_unmounted_are_put_before_a_person(world: World) -> None:
    item = await backed_up(world)
    world.fault("POST", "/provisionInstantItemRecovery$", "acknowledge")
    body = {"protected_item_id": item["id"], "recovery_point": {"latest": True}, "target": {"mode": "files"}}
    never = (await world.api.post("/v1/restores", json=body)).json()
    await is_asked_about(world, never, "nothing is mounted")
    mounted = (await world.api.post("/v1/restores", json=body)).json()
    await world.settle(seconds=60)
    assert (await look(world, mounted))["state"] == "succeeded", "what comes after it goes on"
    assert (await resolve(world, never, action="retry")).json()["code"] == "overtaken"
    world.fault("POST", "/revokeInstantItemRecovery$", "acknowledge")
    kept = (await world.api.post(f"{mounted['resource']}/unmount")).json()
    await is_asked_about(world, kept, "it is mounted")


async def test_a_backup_whose_job_is_nowhere_is_put_before_a_person_and_never_counted_as_done(world: World) -> None:
    item = await world.item()
    world.fault("POST", "/backup$", "acknowledge")
    job = await ask_for_backup(world, item)
    for _ in range(2):
        world.advance(60)
        await live(world)
    assert (await look(world, job))["state"] == "running"
    await grow_old(world, bounds.unseen(world.settings.poll_seconds).total_seconds() + 60)
    await live(world)
    assert (await look(world, job))["state"] == "needs_attention"
    assert world.triggers == []


async def test_a_backup_whose_operation_ended_well_and_names_no_job_is_not_taken_for_done(world: World) -> None:
    item = await world.item()
    world.fault("POST", "/backup$", "acknowledge")
    body = '{"status": "Succeeded", "properties": null}'
    world.fault("GET", "/operationsStatus/", "status_before", status=200, body=body, times=1000)
    job = await ask_for_backup(world, item)
    await live(world)
    assert (await look(world, job))["state"] == "running"
    await grow_old(world, bounds.no_end(world.settings.poll_seconds).total_seconds() + 1)
    await live(world)
    assert (await look(world, job))["state"] == "needs_attention"
