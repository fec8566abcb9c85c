"""What a request leaves to Holdfast, and what it names that is not there: the vault, and the disks."""

from collections.abc import Mapping
from typing import Any

import pytest

from app.azure.sdk.translate import virtual_machine
from tests.world import World, vm_id

DB = vm_id("vm-db-01")


async def test_the_policy_names_the_vault_where_a_region_has_several(world: World) -> None:
    await world.vault(name="vault-other")
    vault = await world.vault()
    policy = await world.default_policy(vault)
    job = await world.done("/v1/protected-items", {"vm_id": DB, "policy_id": policy["id"]})
    assert (await world.resource_of(job))["vault_id"] == vault["id"]


async def test_a_policy_of_a_vault_elsewhere_is_refused_at_the_policy(world: World) -> None:
    vault = await world.vault(name="vault-east", location="eastus")
    policy = await world.default_policy(vault)
    answer = await world.api.post("/v1/protected-items", json={"vm_id": DB, "policy_id": policy["id"]})
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["pointer"]) == (409, "region_mismatch", "#/policy_id")
    assert "westus" in problem["remedy"]


async def test_a_vault_and_a_policy_of_another_are_refused_at_the_policy(world: World) -> None:
    other, vault = await world.vault(name="vault-other"), await world.vault()
    policy = await world.default_policy(other)
    body = {"vm_id": DB, "vault_id": vault["id"], "policy_id": policy["id"]}
    answer = await world.api.post("/v1/protected-items", json=body)
    assert (answer.json()["code"], answer.json()["pointer"]) == ("policy_of_another_vault", "#/policy_id")


async def test_the_vault_is_known_by_its_policy_also_while_azure_is_away(world: World) -> None:
    policy = await world.default_policy(await world.vault())
    world.fault("GET", "/virtualMachines/", "status_before", status=503, times=5)
    answer = await world.api.post("/v1/protected-items", json={"vm_id": DB, "policy_id": policy["id"]})
    assert answer.status_code == 202, answer.text


# --- disks ------------------------------------------------------------------------------------------------------------
MISSING = [
    ({"include_luns": [7]}, "#/disks/include_luns"),
    ({"exclude_luns": [7]}, "#/disks/exclude_luns"),
    ({"include_luns": [0, 1, 2]}, "#/disks/include_luns"),
    ({"exclude_luns": [63, 0]}, "#/disks/exclude_luns"),
]
TWICE = [({"include_luns": [0, 0]}, "#/disks/include_luns"), ({"exclude_luns": [1, 0, 1]}, "#/disks/exclude_luns")]


@pytest.mark.parametrize(("disks", "pointer"), [*MISSING, *TWICE])
async def test_a_disk_that_is_not_there_or_named_twice_is_refused(
    world: World, disks: Mapping[str, Any], pointer: str
) -> None:
    item = await world.item("vm-db-01")
    policy = item["policy_id"]
    change = await world.api.patch(f"/v1/protected-items/{item['id']}", json={"disks": disks})
    await world.api.delete(f"/v1/protected-items/{item['id']}")
    protect = await world.api.post(
        "/v1/protected-items", json={"vm_id": vm_id("vm-web-01"), "policy_id": policy, "disks": disks}
    )
    for answer in (change, protect):
        assert (answer.status_code, answer.json()["pointer"]) == (422, pointer), answer.text
    if (disks, pointer) in MISSING:
        assert (change.json()["code"], change.json()["luns"]) == ("disk_not_there", [0, 1])
        assert "0, 1" in change.json()["detail"]
        assert (protect.json()["code"], protect.json()["luns"]) == ("disk_not_there", [0])


async def test_disks_named_while_azure_is_away_are_looked_for_by_the_worker(world: World) -> None:
    item = await world.item("vm-db-01")
    path = f"/v1/protected-items/{item['id']}"
    world.fault("GET", "/virtualMachines/", "status_before", status=503, times=1)
    wrong = await world.api.patch(path, json={"disks": {"include_luns": [7]}})
    await world.settle()
    world.fault("GET", "/virtualMachines/", "status_before", status=503, times=1)
    right = await world.api.patch(path, json={"disks": {"include_luns": [1]}})
    assert (wrong.status_code, right.status_code) == (202, 202), wrong.text + right.text
    await world.settle()
    error = (await world.api.get(wrong.headers["Location"])).json()["error"]
    assert (error["code"], "0, 1" in error["detail"], bool(error["remedy"])) == ("disk_not_there", True, True)
    assert (await world.api.get(right.headers["Location"])).json()["state"] == "succeeded"
    assert (await world.api.get(path)).json()["disks"] == {"include_luns": [1], "exclude_luns": None}


async def test_null_takes_every_disk_in_again_alone_with_a_policy_and_on_resuming(world: World) -> None:
    vault = await world.vault()
    item, policy = await world.item("vm-db-01", vault), await world.policy(vault)
    path = f"/v1/protected-items/{item['id']}"
    resume = {"action": "resume", "policy_id": policy["id"]}
    for body in ({"disks": None}, {"policy_id": policy["id"], "disks": None}, resume | {"disks": None}):
        os_disk_only: dict[str, Any] = {"disks": {"include_luns": []}}
        changes: list[dict[str, Any]] = [os_disk_only, *([{"action": "pause"}] if "action" in body else []), body]
        for change in changes:
            answer = await world.api.patch(path, json=change)
            assert answer.status_code == 202, (change, answer.text)
            await world.settle()
            job = (await world.api.get(answer.headers["Location"])).json()
            assert job["state"] == "succeeded", (change, job)
            if change is os_disk_only:
                assert (await world.api.get(path)).json()["disks"] == {"include_luns": [], "exclude_luns": None}
        assert (await world.api.get(path)).json()["disks"] is None, body
    assert (await world.api.get(path)).json()["policy_id"] == policy["id"]


async def test_null_with_a_policy_and_the_policy_alone_are_two_requests(world: World) -> None:
    vault = await world.vault()
    item, policy = await world.item("vm-db-01", vault), await world.policy(vault)
    path, key = f"/v1/protected-items/{item['id']}", {"Idempotency-Key": "one"}
    assert (await world.api.patch(path, json={"policy_id": policy["id"]}, headers=key)).status_code == 202
    other = await world.api.patch(path, json={"policy_id": policy["id"], "disks": None}, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


VM = {"id": DB, "location": "westus"}
PROFILES: list[tuple[Any, tuple[int, ...] | None]] = [
    ({"dataDisks": [{"lun": 3}, {"lun": 0}]}, (0, 3)),
    ({"dataDisks": []}, ()),
    ({"dataDisks": None}, None),
    ({}, None),
    (None, None),
    ({"dataDisks": [{"lun": 0}, {"name": "x"}]}, None),
    ({"dataDisks": [{"lun": "0"}]}, None),
    ({"dataDisks": [None]}, None),
    ({"dataDisks": [{"lun": True}]}, None),
]


@pytest.mark.parametrize(("profile", "luns"), PROFILES)
def test_luns_are_known_only_where_all_of_them_are_told(profile: Any, luns: tuple[int, ...] | None) -> None:
    body = VM | {"properties": {} if profile is None else {"storageProfile": profile}}
    assert virtual_machine(body).luns == luns
