"""The worker's side of vaults, against the simulator: adopting, changing, refreshing, deleting."""

import sys
import time
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.azure.values import (
    DailyRetention,
    DailySchedule,
    PolicyDefinition,
    PolicyOrder,
    PolicyRef,
    Retention,
    VaultChange,
)
from tests.vaults.vault_steps import (
    CONFIG_PATH,
    REF,
    VAULT_PATH,
    ask_change,
    change,
    delete,
    delete_item_in_azure,
    job_of,
    keep_soft_delete_in_config,
    lose_the_database,
    read,
    remove,
    seed,
    set_soft_delete_outside,
    writes,
)
from tests.world import SUBSCRIPTION, VAULT, World, vm_id

NAMED = {name: VAULT[name] for name in ("subscription_id", "resource_group", "name")}
OWN = {"id", "created_at", "updated_at", "as_of", "vault_id", "policy_id", "origin", "revision"}
"""What a row that is taken in anew says of itself, not of Azure."""


async def every(world: World, path: str) -> list[dict[str, Any]]:
    """All pages of a list."""
    found: list[dict[str, Any]] = []
    cursor = None
    while True:
        page = (await world.api.get(path, params={"limit": 200} | ({"cursor": cursor} if cursor else {}))).json()
        found += page["items"]
        cursor = page["next"]
        if cursor is None:
            return found


async def shape_of(world: World) -> dict[str, Any]:
    """Everything Holdfast says of Azure, without our own ids and times."""
    shape: dict[str, Any] = {}
    for vault in await every(world, "/v1/vaults"):
        policies = await every(world, f"/v1/vaults/{vault['id']}/policies")
        names = {policy["id"]: policy["name"] for policy in policies}
        items = await every(world, f"/v1/protected-items?vault_id={vault['id']}")
        shape[vault["name"]] = {
            "vault": {name: value for name, value in vault.items() if name not in OWN},
            "policies": {
                each["name"]: (each["definition"] if "definition" in each else each["schedule"]) for each in policies
            },
            "items": {
                item["vm_id"].lower(): {name: value for name, value in item.items() if name not in OWN}
                | {"policy": names.get(item["policy_id"])}
                for item in items
            },
        }
    return shape


# --- adopting --------------------------------------------------------------------------------------------------------
async def test_an_adopted_vault_brings_its_settings_policies_and_items(world: World) -> None:
    vault = await world.vault(redundancy="local", tags={"team": "payments"}, soft_delete={"state": "on", "days": 30})
    await world.policy(vault)
    await world.item(vault=vault)
    before = await shape_of(world)
    await lose_the_database(world)

    names = {"resource_group": "RG-Demo", "name": "Vault-DEMO"}
    job = await world.done("/v1/vaults", NAMED | names | {"adopt": True, "location": "West US"})
    assert job["kind"] == "adopt_vault"
    assert job["result"]["found"]["protected_items"]["new"]["count"] == 1
    assert job["result"]["found"]["policies"]["new"]["count"] == 3
    assert job["result"]["found"]["settings"] == []
    assert await shape_of(world) == before
    assert writes(world, "PUT", VAULT_PATH) == 1  # only the one that created it


async def test_a_lost_database_is_rebuilt_from_azure(world: World) -> None:
    vault = await world.vault()
    policy = await world.policy(vault)
    for vm in ("vm-web-01", "vm-db-01"):
        await world.item(vm, vault)
    await world.vault(name="vault-second", redundancy="local", tags={"n": "2"})
    before = await shape_of(world)
    assert policy["name"] in before["vault-demo"]["policies"]
    await lose_the_database(world)
    assert await shape_of(world) == {}

    answer = await world.api.post("/v1/vaults/discover", json={"subscription_id": SUBSCRIPTION, "adopt": True})
    assert answer.status_code == 202
    assert [vault["name"] for vault in answer.json()["items"]] == ["vault-demo", "vault-second"]
    await world.settle()
    for found in answer.json()["items"]:
        assert (await world.api.get(found["job"])).json()["state"] == "succeeded"
    assert await shape_of(world) == before
    watched = await world.rows("SELECT vault_id FROM vault_watches")
    assert len(watched) == 2
    item = (await world.api.get("/v1/protected-items")).json()["items"][0]
    assert (await world.back_up(item))["state"] == "succeeded"


async def test_a_vault_that_vanishes_before_it_is_taken_over_leaves_nothing_behind(world: World) -> None:
    await world.vault()
    await lose_the_database(world)
    answer = await world.api.post("/v1/vaults", json=NAMED | {"adopt": True})
    await world.azure.vaults.delete(REF, request_id=uuid4())
    await world.settle()
    job = await job_of(world, answer.json())
    assert (job["state"], job["error"]["azure_code"]) == ("failed", "ResourceNotFound")
    assert (await world.api.get("/v1/vaults")).json()["items"] == []


async def test_two_thousand_items_are_adopted_within_twenty_seconds(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    await world.vault()
    vault_id = next(iter(world.simulator.world.vaults.values())).id
    await seed(
        world, protected=[{"vault_id": vault_id, "policy": "DefaultPolicy", "count": 2000, "prefix": "vm-many-"}]
    )
    await lose_the_database(world)
    began = time.perf_counter()
    job = await world.done("/v1/vaults", NAMED | {"adopt": True})
    took = time.perf_counter() - began
    with capsys.disabled():
        sys.stdout.write(f"\n2,000 items adopted in {took:.2f} s\n")
    assert job["result"]["found"]["protected_items"]["in_azure"] == 2000
    assert len(job["result"]["found"]["protected_items"]["new"]["names"]) == 100
    assert (await world.rows("SELECT count(*) AS n FROM protected_items"))[0]["n"] == 2000


# --- changing --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("is_old", [False, True])
async def test_all_settings_go_to_the_vault_and_only_an_old_ones_soft_delete_to_its_config_object(
    world: World, *, is_old: bool
) -> None:
    vault = await world.vault(redundancy="local")
    if is_old:
        keep_soft_delete_in_config(world)
    job = await change(
        world, vault, redundancy="geo", cross_region_restore=True, tags={"a": "1"}, soft_delete={"days": 30}
    )
    assert job["state"] == "succeeded", job
    now = await read(world, vault)
    assert (now["redundancy"], now["cross_region_restore"], now["tags"]) == ("geo", True, {"a": "1"})
    assert now["soft_delete"] == {"state": "on", "days": 30}
    assert (writes(world, "PATCH", VAULT_PATH), writes(world, "PATCH", CONFIG_PATH)) == (1, int(is_old))
    live = await world.azure.vaults.get(REF)
    assert (live.redundancy, live.cross_region_restore) == ("geo", True)
    assert (await world.azure.vaults.get_soft_delete(REF)).days == 30


async def test_what_the_config_object_refuses_for_ever_is_sent_to_the_vault_in_the_same_attempt(world: World) -> None:
    """Soft delete was set on the vault once, but the vault does not show it."""
    vault = await world.vault()
    (azure,) = world.simulator.world.vaults.values()
    azure.shows_soft_delete = False
    job = await change(world, vault, soft_delete={"days": 30}, tags={"a": "1"})
    assert job["state"] == "succeeded", job
    assert (writes(world, "PATCH", CONFIG_PATH), writes(world, "PATCH", VAULT_PATH)) == (1, 1)
    assert (await world.azure.vaults.get_soft_delete(REF)).days == 30
    assert len(await world.rows("SELECT id FROM attempts WHERE job_id = :id", id=UUID(job["id"]))) == 1


@pytest.mark.parametrize("is_old", [False, True])
async def test_soft_delete_goes_off_and_on_and_stays_always_on(world: World, *, is_old: bool) -> None:
    vault = await world.vault()
    if is_old:
        keep_soft_delete_in_config(world)
    for state in ("off", "on", "always_on"):
        assert (await change(world, vault, soft_delete={"state": state}))["state"] == "succeeded"
        soft_delete = (await read(world, vault))["soft_delete"]
        assert soft_delete["state"] == state
    assert (await world.azure.vaults.get_soft_delete(REF)).state == "always_on"


async def test_a_change_to_what_is_so_already_succeeds_and_sends_nothing(world: World) -> None:
    vault = await world.vault(tags={"a": "1"})
    job = await change(world, vault, tags={"a": "1"}, soft_delete={"days": 14})
    assert job["state"] == "succeeded"
    assert (writes(world, "PATCH", VAULT_PATH), writes(world, "PATCH", CONFIG_PATH)) == (0, 0)


async def test_a_setting_that_was_changed_outside_is_not_overwritten(world: World) -> None:
    vault = await world.vault()
    await set_soft_delete_outside(world, 90)
    job = await change(world, vault, soft_delete={"days": 30}, tags={"a": "1"})
    assert (job["state"], job["error"]["code"]) == ("failed", "changed_outside")
    assert "soft_delete_days was 14, is 90" in job["error"]["detail"]
    assert (await world.azure.vaults.get_soft_delete(REF)).days == 90
    assert writes(world, "PATCH", VAULT_PATH) == 1, "theirs"

    refreshed = await world.done(f"/v1/vaults/{vault['id']}/refresh", {})
    assert refreshed["result"]["found"]["settings"] == [{"field": "soft_delete_days", "before": 14, "now": 90}]
    assert (await change(world, vault, soft_delete={"days": 30}, tags={"a": "1"}))["state"] == "succeeded"


async def test_a_change_outside_that_this_one_does_not_touch_is_left_alone(world: World) -> None:
    vault = await world.vault()
    await world.azure.vaults.update(VaultChange(REF, tags={"theirs": "1"}), request_id=uuid4())
    assert (await change(world, vault, soft_delete={"days": 30}))["state"] == "succeeded"
    assert (await read(world, vault))["tags"] == {"theirs": "1"}


async def test_changes_asked_one_after_the_other_are_made_in_that_order(world: World) -> None:
    vault = await world.vault()
    jobs = [await ask_change(world, vault, soft_delete={"days": days}) for days in (30, 60, 90)]
    assert (await job_of(world, jobs[1]))["waiting"]["reason"] == "blocked"
    await world.settle()
    assert [(await job_of(world, job))["state"] for job in jobs] == ["succeeded"] * 3
    assert (await read(world, vault))["soft_delete"]["days"] == 90


async def test_what_azure_refuses_fails_with_azures_code_and_our_remedy(world: World) -> None:
    vault = await world.vault()
    world.fault(
        "PATCH", "vaults/vault-demo$", "status_before", status=400, code="StorageModelModifyError", message="No."
    )
    keep_soft_delete_in_config(world)
    job = await change(world, vault, redundancy="local", soft_delete={"days": 30})
    assert (job["state"], job["error"]["azure_code"]) == ("failed", "StorageModelModifyError")
    assert "Soft delete was changed" in job["error"]["detail"]
    assert job["error"]["remedy"]
    assert (await read(world, vault))["redundancy"] == "geo"


async def test_something_protected_since_the_request_still_stops_another_redundancy(world: World) -> None:
    vault = await world.vault()
    world.fault("GET", "/backupProtectedItems", "status_before", status=503)  # nobody could look when it was asked
    job = await ask_change(world, vault, redundancy="local")
    vault_id = next(iter(world.simulator.world.vaults.values())).id
    await seed(world, protected=[{"vault_id": vault_id, "policy": "DefaultPolicy", "count": 1}])
    await world.settle()
    ended = await job_of(world, job)
    assert (ended["state"], ended["error"]["code"]) == ("failed", "redundancy_locked")
    assert writes(world, "PATCH", VAULT_PATH) == 0


@pytest.mark.parametrize("acted", [True, False])
@pytest.mark.parametrize("path", ["vaults/vault-demo$", "vaultconfig$"])
async def test_a_young_vaults_404_is_re_read_and_not_believed(world: World, path: str, *, acted: bool) -> None:
    vault = await world.vault()
    if "config" in path:
        keep_soft_delete_in_config(world)
    world.fault(
        "PATCH",
        path,
        "status_after" if acted else "status_before",
        status=404,
        code="ResourceNotFound",
        message="Could not perform the operation as VM no longer exists.",
    )
    job = await change(world, vault, tags={"a": "1"}, soft_delete={"days": 30})
    assert job["state"] == "succeeded", job
    now = await read(world, vault)
    assert (now["tags"], now["soft_delete"]["days"]) == ({"a": "1"}, 30)


async def test_a_vault_that_is_gone_fails_its_change_and_its_refresh(world: World) -> None:
    vault = await world.vault()
    await world.azure.vaults.delete(REF, request_id=uuid4())
    changed = await change(world, vault, tags={"a": "1"})
    assert (changed["state"], changed["error"]["azure_code"]) == ("failed", "ResourceNotFound")
    asked = await world.api.post(f"/v1/vaults/{vault['id']}/refresh")
    await world.settle()
    assert (await job_of(world, asked.json()))["error"]["azure_code"] == "ResourceNotFound"
    assert (await read(world, vault))["state"] == "ready"


# --- refreshing ------------------------------------------------------------------------------------------------------
async def test_a_refresh_takes_in_policies_and_items_that_came_and_went(world: World) -> None:
    vault = await world.vault()
    policy = await world.policy(vault)
    item = await world.item("vm-web-01", vault)
    await world.back_up(item)
    definition = PolicyDefinition("UTC", DailySchedule(at=_at(3)), Retention(daily=DailyRetention(10)), 2)
    await world.azure.policies.put(PolicyOrder(PolicyRef(REF, "Theirs"), definition), request_id=uuid4())
    await world.azure.policies.put(PolicyOrder(PolicyRef(REF, policy["name"]), definition), request_id=uuid4())
    await delete_item_in_azure(world, vault)

    found = (await world.done(f"/v1/vaults/{vault['id']}/refresh", {}))["result"]["found"]
    assert found["policies"]["new"]["names"] == ["Theirs"]
    assert found["policies"]["changed"]["names"] == [policy["name"]]
    assert found["protected_items"]["changed"]["names"] == [vm_id("vm-web-01")]
    now = (await world.api.get(f"/v1/protected-items/{item['id']}")).json()
    assert (now["state"], bool(now["purge_at"])) == ("soft_deleted", True)

    await world.azure.policies.delete(PolicyRef(REF, "Theirs"), request_id=uuid4())
    found = (await world.done(f"/v1/vaults/{vault['id']}/refresh", {}))["result"]["found"]
    assert found["policies"]["gone"]["names"] == ["Theirs"]
    names = {each["name"] for each in await every(world, f"/v1/vaults/{vault['id']}/policies")}
    assert "Theirs" not in names
    assert policy["name"] in names


def _at(hour: int) -> Any:
    from datetime import time as clock_time  # noqa: PLC0415 - `time` is the stopwatch here

    return clock_time(hour)


async def test_a_vm_deleted_outside_is_shown_missing_until_it_is_back(world: World) -> None:
    vault = await world.vault()
    item = await world.item("vm-web-01", vault)
    await remove(world, vm_id("vm-web-01"))
    found = (await world.done(f"/v1/vaults/{vault['id']}/refresh", {}))["result"]["found"]
    assert found["vms_missing"] == [vm_id("vm-web-01")]
    path = f"/v1/protected-items/{item['id']}"
    assert (await world.api.get(path)).json()["vm_missing"] is True
    await seed(world, vms=[{"name": "vm-web-01", "resource_group": "rg-demo", "location": "westus"}])
    assert (await world.done(f"/v1/vaults/{vault['id']}/refresh", {}))["result"]["found"]["vms_missing"] == []
    assert (await world.api.get(path)).json()["vm_missing"] is False


async def test_nobody_is_called_missing_where_vms_may_not_be_listed(world: World) -> None:
    vault = await world.vault()
    item = await world.item("vm-web-01", vault)
    world.fault("GET", "/Microsoft.Compute/virtualMachines$", "status_before", status=403)
    found = (await world.done(f"/v1/vaults/{vault['id']}/refresh", {}))["result"]["found"]
    assert found["vms_missing"] is None
    assert (await world.api.get(f"/v1/protected-items/{item['id']}")).json()["vm_missing"] is False


async def test_a_refresh_sends_no_write(world: World) -> None:
    vault = await world.vault()
    before = len(world.simulator.world.truth.writes)
    await world.done(f"/v1/vaults/{vault['id']}/refresh", {})
    assert len(world.simulator.world.truth.writes) == before


# --- deleting --------------------------------------------------------------------------------------------------------
async def test_a_vault_is_deleted_once_its_blockers_are_cleared(world: World) -> None:
    vault = await world.vault(soft_delete={"state": "off"})
    await world.policy(vault)
    await world.item("vm-web-01", vault)
    blocked = await world.api.delete(f"/v1/vaults/{vault['id']}")
    assert blocked.status_code == 409
    await delete_item_in_azure(world, vault)

    job = await delete(world, vault)
    assert (job["state"], job["kind"]) == ("succeeded", "delete_vault"), job
    assert (await world.api.get(f"/v1/vaults/{vault['id']}")).status_code == 404
    for table in ("vaults", "policies", "protected_items", "vault_watches"):
        assert await world.rows(f"SELECT 1 AS one FROM {table}") == []  # noqa: S608
    assert world.simulator.world.vaults == {}
    assert (await world.vault())["id"] != vault["id"]


async def test_something_protected_since_the_request_still_stops_the_delete(world: World) -> None:
    vault = await world.vault()
    asked = await world.api.delete(f"/v1/vaults/{vault['id']}")
    assert asked.status_code == 202
    vault_id = next(iter(world.simulator.world.vaults.values())).id
    await seed(world, protected=[{"vault_id": vault_id, "policy": "DefaultPolicy", "count": 2}])
    await world.settle()
    job = await job_of(world, asked.json())
    assert (job["state"], job["error"]["code"]) == ("failed", "vault_not_empty")
    assert writes(world, "DELETE", VAULT_PATH) == 0
    assert (await read(world, vault))["state"] == "ready"


async def test_what_azure_alone_knows_to_be_in_the_vault_fails_the_job_and_keeps_the_vault(world: World) -> None:
    vault = await world.vault()
    code = "ServiceResourceNotEmptyWithBackendMessage"
    said = "Recovery Services vault cannot be deleted as there are existing resources within the vault."
    world.fault("DELETE", "vaults/vault-demo$", "status_before", status=400, code=code, message=said)
    job = await delete(world, vault)
    assert (job["state"], job["error"]["azure_code"]) == ("failed", "ServiceResourceNotEmptyWithBackendMessage")
    assert job["error"]["remedy"]
    assert (await read(world, vault))["state"] == "ready"


async def test_a_vault_that_somebody_else_deleted_is_deleted_here_too(world: World) -> None:
    vault = await world.vault()
    await world.azure.vaults.delete(REF, request_id=uuid4())
    assert (await delete(world, vault))["state"] == "succeeded"
    assert (await world.api.get(f"/v1/vaults/{vault['id']}")).status_code == 404


async def test_a_delete_is_accepted_while_azure_is_away_and_the_worker_looks_before_it_sends(world: World) -> None:
    vault = await world.vault()
    world.fault("GET", "/backupProtectedItems", "status_before", status=503)
    assert (await delete(world, vault))["state"] == "succeeded"
