"""Restore defaults: set by version, on the trail; they fill what a restore leaves out, and nothing else."""

import asyncio
from dataclasses import asdict
from typing import Any

import httpx
import pytest

from app.restores.defaults.filling import filled
from app.restores.defaults.service import Defaults
from app.restores.errors import RestoreNotValid
from app.restores.schemas import read_target
from app.restores.targets import Draft
from tests.approvals.decisions import approval_of, require
from tests.restores.restore_requests import NEW_VM, REPLACE, STORAGE, SUBNET
from tests.simulator.story import SUB
from tests.tenants.test_grants import only
from tests.world import DISKS, SUBSCRIPTION, World, vm_id

GROUP = DISKS["resource_group_id"]
OTHER_GROUP = f"{SUB}/resourceGroups/rg-demo"
OTHER = "/subscriptions/00000000-0000-0000-0000-000000000009"
NOTHING = dict.fromkeys(
    ("resource_group_id", "subnet_id", "staging_storage_account_id", "updated_at", "updated_by"),
)
VAULT, TENANT = Defaults(OTHER_GROUP), Defaults(GROUP, SUBNET, STORAGE)


@pytest.mark.parametrize(
    ("given", "sources"),
    [
        ({"mode": "disks"}, {"resource_group_id": "vault", "staging_storage_account_id": "tenant"}),
        (
            {"mode": "disks", "resource_group_id": GROUP, "luns": [], "zone": "1"},
            {"resource_group_id": "request", "staging_storage_account_id": "tenant"},
        ),
        (
            {"mode": "new_vm", "name": "vm-r"},
            {"resource_group_id": "vault", "subnet_id": "tenant", "staging_storage_account_id": "tenant"},
        ),
        ({"mode": "replace_disks", "confirm_vm_id": vm_id("vm-web-01")}, {"staging_storage_account_id": "tenant"}),
    ],
)
def test_the_request_comes_first_then_the_vault_then_the_tenant(given: dict[str, Any], sources: dict[str, str]) -> None:
    draft = read_target(given, "primary")
    assert isinstance(draft, Draft)
    found = filled(draft, {"vault": VAULT, "tenant": TENANT})
    assert found.sources == sources
    for name, source in sources.items():
        said = given if source == "request" else asdict(VAULT if source == "vault" else TENANT)
        assert getattr(found.target, name) == said[name]
    for name, value in given.items():
        assert getattr(found.target, name) == (tuple(value) if name == "luns" else value)


@pytest.mark.parametrize("region", ["primary", "secondary"])
def test_what_is_nowhere_is_named_and_the_remedy_says_where_to_set_it(region: Any) -> None:
    draft = Draft({"mode": "new_vm", "name": "vm-r", "resource_group_id": GROUP}, region)
    with pytest.raises(RestoreNotValid) as no:
        filled(draft, {"vault": Defaults(), "tenant": Defaults(GROUP, None, STORAGE)})
    assert no.value.pointer == "#/target/subnet_id"
    assert ("restore-defaults" in no.value.remedy) == (region == "primary")
    with pytest.raises(RestoreNotValid, match=r"^subnet_id and staging_storage_account_id are missing"):
        filled(draft, {"vault": Defaults(), "tenant": Defaults(GROUP)})


def test_a_whole_target_is_not_filled() -> None:
    for whole in (DISKS, NEW_VM, REPLACE, {"mode": "files"}):
        assert not isinstance(read_target(whole, "primary"), Draft)


async def put(api: httpx.AsyncClient, path: str, body: dict[str, Any], if_match: str | None = "*") -> httpx.Response:
    return await api.put(path, json=body, headers={"If-Match": if_match} if if_match else {})


async def test_defaults_are_set_by_version_and_only_with_what_the_tenant_may_touch(world: World) -> None:
    vault = (await world.vault())["id"]
    await only(world, {"subscription_id": SUBSCRIPTION})
    own, all_ = f"/v1/vaults/{vault}/restore-defaults", "/v1/restore-defaults"
    group = {"resource_group_id": GROUP}
    for path in (own, all_):
        unset = await world.api.get(path)
        assert (unset.json(), unset.headers["ETag"]) == (NOTHING, '"0"')
        assert (await put(world.api, path, group, None)).status_code == 428
        assert (await put(world.api, path, group, '"1"')).status_code == 412
        for name, value, status in (
            ("subnet_id", GROUP, 422),
            ("resource_group_id", "rg", 422),
            ("staging_storage_account_id", STORAGE.replace(SUB, OTHER), 404),
            ("source", "x", 422),
        ):
            no = await put(world.api, path, {name: value})
            assert (no.status_code, no.json()["pointer"]) == (status, f"#/{name}"), no.text
        apart = await put(world.api, path, group | {"subnet_id": SUBNET.replace(SUB, OTHER)})
        assert (apart.status_code, apart.json()["pointer"]) == (422, "#/subnet_id")
        made = await put(world.api, path, {"resource_group_id": GROUP.upper().replace(SUB.upper(), SUB)}, '"0"')
        assert made.status_code == 200, made.text
        again = await put(world.api, path, group | {"subnet_id": SUBNET}, made.headers["ETag"])
        assert (again.status_code, again.json()["subnet_id"]) == (200, SUBNET)
        assert again.json()["updated_by"]
        assert (await put(world.api, path, {}, made.headers["ETag"])).status_code == 412
    async with world.client(roles=["restorer"]) as restorer:
        assert (await restorer.get(own)).status_code in {200, 403}
        assert (await put(restorer, own, group)).status_code == 403
    for path in (own, own, all_):
        assert (await world.api.delete(path, headers={"If-Match": "*"})).status_code == 204
        assert (await world.api.get(path)).json() == NOTHING
    said = await world.rows("SELECT details FROM audit_entries WHERE target LIKE '%/restore-defaults' ORDER BY id")
    changes = [row["details"] for row in said if "before" in (row["details"] or {})]
    assert [(one["before"]["subnet_id"], one["after"]["subnet_id"]) for one in changes] == (
        [(None, None), (None, SUBNET)] * 2 + [(SUBNET, None)] * 2
    )


async def test_a_restore_needs_a_vm_and_a_time_and_a_replay_answers_the_same(world: World) -> None:
    item = await world.item()
    await world.back_up(item)
    await require(world, "restore")
    own, all_ = f"/v1/vaults/{item['vault_id']}/restore-defaults", "/v1/restore-defaults"
    assert (await put(world.api, all_, TENANT_BODY)).status_code == 200
    body = {"vm_id": item["vm_id"], "recovery_point": {"latest_before": "2036-01-01T00:00:00Z"}}
    seen = (await world.api.post("/v1/restores/preflight", json=body)).json()
    assert seen["target"]["resource_group_id"] == GROUP
    assert seen["target_sources"]["resource_group_id"] == "tenant"

    key = {"Idempotency-Key": "by-default"}
    first = await world.api.post("/v1/restores", json=body, headers=key)
    assert first.status_code == 202, first.text
    made = first.json()
    assert made["target"] == {**DISKS, "luns": None, "zone": None}
    assert made["target_sources"] == {
        "resource_group_id": "tenant",
        "subnet_id": None,
        "staging_storage_account_id": "tenant",
    }
    approval = await approval_of(world, made)
    assert GROUP.rpartition("/")[2] in approval["summary"]

    # Defaults that change meanwhile change nothing of it; the vault's own then count for the next one.
    assert (await put(world.api, own, {"resource_group_id": OTHER_GROUP})).status_code == 200
    again = await world.api.post("/v1/restores", json=body, headers=key)
    assert (again.json()["id"], again.json()["target"]) == (made["id"], made["target"])
    assert again.json()["target_sources"] == made["target_sources"]
    read = (await world.api.get(made["resource"])).json()
    assert (read["target"], read["target_sources"]) == (made["target"], made["target_sources"])
    following = await world.api.post("/v1/restores", json=body)
    assert (following.status_code, following.json()["target_sources"]["resource_group_id"]) == (202, "vault")
    assert following.json()["target"]["resource_group_id"] == OTHER_GROUP
    whole = await world.api.post("/v1/restores/preflight", json=body | {"target": DISKS})
    assert whole.json()["target_sources"] is None

    # A default that is not granted any more is refused at its field.
    await only(world, {"subscription_id": SUBSCRIPTION})
    row = "UPDATE restore_defaults SET resource_group_id = :id WHERE vault_id IS NOT NULL RETURNING id"
    await world.rows(row, id=f"{OTHER}/resourceGroups/rg")
    no = await world.api.post("/v1/restores", json=body)
    assert (no.status_code, no.json()["pointer"]) == (404, "#/target/resource_group_id")


async def test_each_mode_is_filled_and_null_is_no_value(world: World) -> None:
    item = await world.item()
    await world.back_up(item)
    own = f"/v1/vaults/{item['vault_id']}/restore-defaults"
    body = {"vm_id": item["vm_id"], "recovery_point": {"latest": True}}
    targets: list[tuple[dict[str, Any], str]] = [
        ({"mode": "new_vm", "name": "vm-r"}, "resource_group_id and subnet_id and staging_storage_account_id are"),
        ({"mode": "replace_disks", "confirm_vm_id": item["vm_id"]}, "staging_storage_account_id is"),
        ({"mode": "disks", "resource_group_id": None}, "resource_group_id and staging_storage_account_id are"),
    ]
    for target, missing in targets:
        no = await world.api.post("/v1/restores", json=body | {"target": target})
        assert (no.status_code, no.json()["detail"].partition(" missing")[0]) == (422, missing), no.text
    first = await asyncio.gather(*(put(world.api, own, TENANT_BODY, '"0"') for _ in range(4)))
    assert sorted(one.status_code for one in first) == [200, 412, 412, 412]
    for target, _ in targets:
        seen = await world.api.post("/v1/restores/preflight", json=body | {"target": target})
        assert seen.status_code == 200, seen.text
        said = {name: seen.json()["target"].get(name) for name in ("subnet_id", "staging_storage_account_id")}
        assert said == {"subnet_id": SUBNET if target["mode"] == "new_vm" else None} | {
            "staging_storage_account_id": STORAGE
        }
    nulled = TENANT_BODY | {"staging_storage_account_id": None}
    assert (await put(world.api, own, nulled)).json()["staging_storage_account_id"] is None
    no = await world.api.post("/v1/restores", json=body | {"target": targets[1][0]})
    assert (no.status_code, no.json()["pointer"]) == (422, "#/target/staging_storage_account_id")


async def test_the_defaults_of_a_vault_go_with_it(world: World) -> None:
    vault = (await world.vault())["id"]
    own = f"/v1/vaults/{vault}/restore-defaults"
    assert (await put(world.api, own, TENANT_BODY)).status_code == 200
    assert await world.rows("DELETE FROM vaults WHERE id = :id RETURNING id", id=vault)
    assert await world.rows("SELECT id FROM restore_defaults") == []
    assert (await world.api.get(own)).status_code == 404


TENANT_BODY = {"resource_group_id": GROUP, "subnet_id": SUBNET, "staging_storage_account_id": STORAGE}
