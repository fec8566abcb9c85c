"""Changing, adopting, discovering and deleting vaults, as callers see it: what is accepted, what is refused at once."""

import asyncio
from uuid import uuid4

import pytest
from sqlalchemy import text

from tests.vaults.vault_steps import (
    CONFIG_PATH,
    VAULT_PATH,
    ask_change,
    change,
    delete,
    delete_item_in_azure,
    etag_of,
    job_of,
    lose_the_database,
    read,
    seed,
    writes,
)
from tests.world import SUBSCRIPTION, VAULT, World, until, vm_id

NAMED = {name: VAULT[name] for name in ("subscription_id", "resource_group", "name")}


# --- PATCH -----------------------------------------------------------------------------------------------------------
async def test_two_patches_with_one_etag_are_one_job_and_one_412(world: World) -> None:
    vault = await world.vault()
    headers = {"If-Match": await etag_of(world, vault)}
    path = f"/v1/vaults/{vault['id']}"
    answers = await asyncio.gather(
        *(world.api.patch(path, json={"tags": {"n": str(n)}}, headers=headers) for n in range(2))
    )
    assert sorted(answer.status_code for answer in answers) == [202, 412]
    (refused,) = [answer for answer in answers if answer.status_code == 412]
    assert refused.json()["code"] == "precondition_failed"
    assert refused.json()["remedy"]
    await world.settle()
    (job,) = (await world.api.get("/v1/jobs", params={"kind": "update_vault"})).json()["items"]
    assert job["state"] == "succeeded"


async def test_a_patch_without_if_match_is_428_and_makes_no_job(world: World) -> None:
    vault = await world.vault()
    answer = await world.api.patch(f"/v1/vaults/{vault['id']}", json={"tags": {}})
    assert (answer.status_code, answer.json()["code"]) == (428, "precondition_required")
    assert (await world.api.get("/v1/jobs", params={"kind": "update_vault"})).json()["items"] == []


async def test_a_patch_repeated_with_its_key_is_one_job_although_its_etag_is_old_by_then(world: World) -> None:
    vault = await world.vault()
    headers = {"If-Match": await etag_of(world, vault), "Idempotency-Key": "k1"}
    path = f"/v1/vaults/{vault['id']}"
    first = await world.api.patch(path, json={"tags": {"a": "1"}}, headers=headers)
    again = await world.api.patch(path, json={"tags": {"a": "1"}}, headers=headers)
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json()["id"] == again.json()["id"]


@pytest.mark.parametrize(
    ("body", "status", "code", "pointer"),
    [
        ({}, 422, "vault_not_valid", "#"),
        ({"soft_delete": {"days": 13}}, 422, "vault_not_valid", "#/soft_delete/days"),
        ({"redundancy": "local", "cross_region_restore": True}, 422, "vault_not_valid", "#/cross_region_restore"),
        ({"immutability": "locked", "confirm": True}, 409, "immutability_step", "#/immutability"),
        ({"location": "eastus"}, 422, "invalid_request", "#/location"),
        ({"redundancy": "quantum"}, 422, "invalid_request", "#/redundancy"),
        ({"soft_delete": {"state": "maybe"}}, 422, "invalid_request", "#/soft_delete/state"),
    ],
)
async def test_what_no_vault_can_become_is_refused_before_azure_hears_of_it(
    world: World, body: dict[str, object], status: int, code: str, pointer: str
) -> None:
    vault = await world.vault()
    before = writes(world, "PATCH", VAULT_PATH), writes(world, "PATCH", CONFIG_PATH)
    headers = {"If-Match": await etag_of(world, vault)}
    answer = await world.api.patch(f"/v1/vaults/{vault['id']}", json=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert answer.json()["pointer"] == pointer
    assert answer.json()["remedy"]
    assert (writes(world, "PATCH", VAULT_PATH), writes(world, "PATCH", CONFIG_PATH)) == before


async def test_immutability_is_locked_in_two_steps_with_confirm_and_never_taken_back(world: World) -> None:
    vault = await world.vault()
    assert (await change(world, vault, immutability="unlocked"))["state"] == "succeeded"
    headers = {"If-Match": await etag_of(world, vault)}
    path = f"/v1/vaults/{vault['id']}"
    unsure = await world.api.patch(path, json={"immutability": "locked"}, headers=headers)
    assert (unsure.status_code, unsure.json()["pointer"]) == (422, "#/confirm")
    assert (await change(world, vault, immutability="locked", confirm=True))["state"] == "succeeded"
    assert (await read(world, vault))["immutability"] == "locked"
    headers = {"If-Match": await etag_of(world, vault)}
    back = await world.api.patch(path, json={"immutability": "disabled"}, headers=headers)
    assert (back.status_code, back.json()["code"]) == (409, "setting_is_final")


async def test_redundancy_is_refused_at_once_when_something_is_protected(world: World) -> None:
    vault = await world.vault()
    await world.item(vault=vault)
    headers = {"If-Match": await etag_of(world, vault)}
    answer = await world.api.patch(f"/v1/vaults/{vault['id']}", json={"redundancy": "local"}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "redundancy_locked")
    assert answer.json()["remedy"]
    assert writes(world, "PATCH", VAULT_PATH) == 0


async def test_the_etag_changes_with_what_is_shown_and_the_row_s_part_only_with_a_change(world: World) -> None:
    """A refresh that finds nothing shows another `as_of`; a write with the version from before is about the same."""
    vault = await world.vault()
    first = await etag_of(world, vault)
    await ask_change(world, vault, tags={"a": "1"})
    accepted = await etag_of(world, vault)
    assert accepted != first
    await world.settle()
    ended = await etag_of(world, vault)
    await world.done(f"/v1/vaults/{vault['id']}/refresh", {})
    refreshed = await world.api.get(f"/v1/vaults/{vault['id']}", headers={"If-None-Match": ended})
    assert (refreshed.status_code, refreshed.headers["ETag"] != ended) == (200, True)
    for tag, status in ((ended, 202), (refreshed.headers["ETag"], 412)):  # the first write is another version
        written = await world.api.patch(
            f"/v1/vaults/{vault['id']}", json={"tags": {"a": "2"}}, headers={"If-Match": tag}
        )
        assert written.status_code == status


# --- adopt and discover ----------------------------------------------------------------------------------------------
async def test_a_vault_that_azure_does_not_have_cannot_be_adopted(world: World) -> None:
    answer = await world.api.post("/v1/vaults", json=NAMED | {"adopt": True})
    assert (answer.status_code, answer.json()["code"]) == (422, "vault_not_in_azure")
    assert answer.json()["azure_code"] == "ResourceNotFound"
    world.fault("GET", "/vaults/", "status_before", status=404, code="ResourceGroupNotFound", message="No such group.")
    group = await world.api.post("/v1/vaults", json=NAMED | {"adopt": True})
    assert (group.status_code, group.json()["code"]) == (422, "resource_group_not_found")


async def test_a_vault_that_is_ours_already_cannot_be_adopted_again(world: World) -> None:
    vault = await world.vault()
    answer = await world.api.post("/v1/vaults", json=NAMED | {"name": "VAULT-DEMO", "adopt": True})
    assert (answer.status_code, answer.json()["code"]) == (409, "vault_exists")
    assert answer.json()["vault"] == f"/v1/vaults/{vault['id']}"
    async with world.stranger() as stranger:
        foreign = await stranger.post("/v1/vaults", json=NAMED | {"adopt": True})
    assert foreign.status_code == 409
    assert "vault" not in foreign.json()


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"redundancy": "local"}, "#/redundancy"),
        ({"soft_delete": {"state": "off"}}, "#/soft_delete"),
        ({"tags": {}}, "#/tags"),
        ({"location": "eastus"}, "#/location"),
    ],
)
async def test_what_adopting_reads_must_not_be_sent(world: World, more: dict[str, object], pointer: str) -> None:
    await world.vault()
    await lose_the_database(world)
    answer = await world.api.post("/v1/vaults", json=NAMED | {"adopt": True} | more)
    assert (answer.status_code, answer.json()["pointer"]) == (422, pointer)


async def test_creating_needs_a_location(world: World) -> None:
    answer = await world.api.post("/v1/vaults", json=NAMED)
    assert (answer.status_code, answer.json()["pointer"]) == (422, "#/location")


async def test_fifty_equal_adoptions_at_once_are_one_job(world: World) -> None:
    await world.vault()
    await lose_the_database(world)
    headers = {"Idempotency-Key": "k1"}
    answers = await asyncio.gather(
        *(world.api.post("/v1/vaults", json=NAMED | {"adopt": True}, headers=headers) for _ in range(50))
    )
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["id"] for answer in answers}) == 1


async def test_discover_lists_what_is_known_and_what_could_be_adopted(world: World) -> None:
    known = await world.vault()
    await world.vault(name="vault-other")
    rows = await world.rows("SELECT id FROM vaults WHERE name = 'vault-other'")
    async with world.database.begin() as session:
        await session.execute(text("DELETE FROM vaults WHERE name = 'vault-other'"))
    answer = await world.api.post("/v1/vaults/discover", json={"subscription_id": SUBSCRIPTION.upper()})
    assert answer.status_code == 200, answer.text
    listed = {vault["name"]: vault for vault in answer.json()["items"]}
    assert listed["vault-demo"]["known"] is True
    assert listed["vault-demo"]["vault"] == f"/v1/vaults/{known['id']}"
    assert (listed["vault-other"]["known"], listed["vault-other"]["vault"]) == (False, None)
    assert answer.json()["as_of"]
    assert rows
    assert (await world.api.get("/v1/jobs", params={"kind": "adopt_vault"})).json()["items"] == []


async def test_discover_shows_a_stranger_that_a_vault_is_taken_and_not_where(world: World) -> None:
    await world.vault()
    async with world.stranger() as stranger:
        body = {"subscription_id": SUBSCRIPTION, "adopt": True}
        (found,) = (await stranger.post("/v1/vaults/discover", json=body)).json()["items"]
    assert (found["known"], found["vault"], found["job"]) == (True, None, None)


async def test_a_discovery_repeated_with_its_key_finds_the_jobs_it_made(world: World) -> None:
    await world.vault()
    await lose_the_database(world)
    body, headers = {"subscription_id": SUBSCRIPTION, "adopt": True}, {"Idempotency-Key": "k1"}
    first = await world.api.post("/v1/vaults/discover", json=body, headers=headers)
    again = await world.api.post("/v1/vaults/discover", json=body, headers=headers)
    assert (first.status_code, again.status_code) == (202, 202)
    assert [vault["job"] for vault in first.json()["items"]] == [vault["job"] for vault in again.json()["items"]]


async def test_a_subscription_that_is_no_guid_points_at_its_field(world: World) -> None:
    answer = await world.api.post("/v1/vaults/discover", json={"subscription_id": "mine"})
    assert (answer.status_code, answer.json()["pointer"]) == (422, "#/subscription_id")


# --- DELETE ----------------------------------------------------------------------------------------------------------
async def test_a_delete_lists_every_blocker_with_the_call_that_clears_it(world: World) -> None:
    vault = await world.vault()
    kept = await world.item("vm-web-01", vault)
    deleted = await world.item("vm-db-01", vault)
    await delete_item_in_azure(world, vault, "vm-db-01")
    answer = await world.api.delete(f"/v1/vaults/{vault['id']}")
    assert (answer.status_code, answer.json()["code"]) == (409, "vault_not_empty"), answer.text
    blockers = {blocker["name"]: blocker for blocker in answer.json()["blockers"]}
    assert blockers["vm-web-01"]["kind"] == "protected_item"
    assert blockers["vm-web-01"]["call"] == f"DELETE /v1/protected-items/{kept['id']}"
    assert blockers["vm-db-01"]["kind"] == "soft_deleted_item"
    assert blockers["vm-db-01"]["call"] == f"POST /v1/protected-items/{deleted['id']}/undelete"
    assert blockers["vm-db-01"]["purge_at"]
    assert writes(world, "DELETE", VAULT_PATH) == 0
    assert (await read(world, vault))["state"] == "ready"


async def test_a_job_under_way_in_the_vault_is_a_blocker(world: World) -> None:
    vault = await world.vault()
    policy = {
        "name": "production",
        "time_zone": "UTC",
        "schedule": {"frequency": "daily", "time": "02:00"},
        "retention": {"daily": {"count": 30}},
    }
    asked = await world.api.post(f"/v1/vaults/{vault['id']}/policies", json=policy)
    assert asked.status_code == 202, asked.text
    answer = await world.api.delete(f"/v1/vaults/{vault['id']}")
    assert answer.status_code == 409
    (blocker,) = answer.json()["blockers"]
    assert (blocker["kind"], blocker["call"]) == ("job", f"GET /v1/jobs/{asked.json()['id']}")
    await world.settle()
    assert (await delete(world, vault))["state"] == "succeeded"


async def test_a_vault_that_is_being_deleted_takes_nothing_new(world: World) -> None:
    vault = await world.vault()
    path = f"/v1/vaults/{vault['id']}"
    headers = {"If-Match": await etag_of(world, vault)}
    first = await world.api.delete(path)
    assert first.status_code == 202
    assert (await read(world, vault))["state"] == "deleting"
    for refused in (
        await world.api.delete(path),
        await world.api.post(f"{path}/refresh"),
        await world.api.patch(path, json={"tags": {}}, headers=headers),
    ):
        assert (refused.status_code, refused.json()["code"]) == (409, "vault_not_ready")
    await world.settle()
    assert (await world.api.get(path)).status_code == 404
    assert (await world.api.delete(path)).status_code == 404
    assert (await job_of(world, first.json()))["state"] == "succeeded"


async def test_a_delete_repeated_with_its_key_is_one_job_also_when_the_vault_is_gone(world: World) -> None:
    vault = await world.vault()
    path, headers = f"/v1/vaults/{vault['id']}", {"Idempotency-Key": "k1"}
    first = await world.api.delete(path, headers=headers)
    await world.settle()
    again = await world.api.delete(path, headers=headers)
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json()["id"] == again.json()["id"]


async def test_a_delete_with_an_old_etag_is_412(world: World) -> None:
    vault = await world.vault()
    answer = await world.api.delete(f"/v1/vaults/{vault['id']}", headers={"If-Match": '"old"'})
    assert answer.status_code == 412


# --- other tenants ---------------------------------------------------------------------------------------------------
async def test_another_tenants_vault_is_404_for_every_verb(world: World) -> None:
    vault = await world.vault()
    path, headers = f"/v1/vaults/{vault['id']}", {"If-Match": "*"}
    async with world.stranger() as stranger:
        for answer in (
            await stranger.patch(path, json={"tags": {}}, headers=headers),
            await stranger.delete(path),
            await stranger.post(f"{path}/refresh"),
            await stranger.get(f"{path}/unprotected-vms"),
        ):
            assert (answer.status_code, answer.json()["code"]) == (404, "vault_not_found")
    assert (await world.api.get("/v1/jobs", params={"vault_id": vault["id"]})).json()["items"][0]["kind"] == (
        "create_vault"
    )


# --- unprotected VMs -------------------------------------------------------------------------------------------------
async def test_unprotected_vms_are_those_nobody_protects_page_by_page(world: World) -> None:
    vault = await world.vault()
    await world.item("vm-web-01", vault)
    path, found, cursor = f"/v1/vaults/{vault['id']}/unprotected-vms", [], None
    while True:
        params = {"limit": "1"} | ({"cursor": cursor} if cursor else {})
        page = (await world.api.get(path, params=params)).json()
        assert len(page["items"]) <= 1
        found += page["items"]
        cursor = page["next"]
        if cursor is None:
            break
    assert [vm["vm_id"] for vm in found] == [vm_id("vm-batch-01"), vm_id("vm-db-01")]
    assert all(vm["as_of"] for vm in found)


async def test_a_vm_made_since_the_last_look_is_found_by_a_refresh(world: World) -> None:
    vault = await world.vault()
    await seed(world, vms=[{"name": "vm-new-01", "resource_group": "rg-demo", "location": "westus"}])
    path = f"/v1/vaults/{vault['id']}/unprotected-vms"
    before = {vm["name"] for vm in (await world.api.get(path)).json()["items"]}
    asked = asyncio.create_task(world.api.get(path, params={"refresh": "true"}))
    await until(lambda: writes(world, "POST", "/refreshContainers") > 0)
    world.advance(30)
    after = {vm["name"] for vm in (await asked).json()["items"]}
    assert after - before == {"vm-new-01"}


async def test_unprotected_vms_of_an_unknown_vault_are_404(world: World) -> None:
    assert (await world.api.get(f"/v1/vaults/{uuid4()}/unprotected-vms")).status_code == 404
