"""A tenant touches what it is granted: whatever names a place in Azure, in path, query or body, is asked that first."""

from typing import Any

import pytest

from app.azure.grants import check_id_granted
from app.identity.access.grants import EVERYTHING, Grant, Grants
from app.identity.errors import NotGranted
from app.simulator import seeding
from tests.restores.restore_requests import SUBNET
from tests.tenants.foreign_places import ELSEWHERE, FOREIGN, FOREIGN_ACCOUNT, FOREIGN_SUBNET, FOREIGN_VM, asked_of_azure
from tests.tenants.tenant_steps import client_of, make, member
from tests.world import DISKS, HOME, KEEP, POLICY, SUBSCRIPTION, VAULT, World, vm_id

NEW_VM = {**DISKS, "mode": "new_vm", "name": "vm-new", "subnet_id": SUBNET}


async def only(world: World, *grants: dict[str, Any]) -> None:
    """From now on the usual caller's tenant has these grants."""
    answer = await world.api.patch(f"/v1/tenants/{HOME}", json={"grants": list(grants)}, headers={"If-Match": "*"})
    assert answer.status_code == 200, answer.text
    world.services.access.forget()


@pytest.mark.parametrize(
    ("grant", "place", "covered"),
    [
        (Grant("s"), ("s", "g"), True),
        (Grant("s"), ("S", "G"), True),
        (Grant("s"), ("t", "g"), False),
        (Grant("s", "g"), ("s", "G"), True),
        (Grant("s", "g"), ("s", "h"), False),
        (Grant("s", "g"), ("t", "g"), False),
        (Grant("s", "g"), ("s", "gg"), False),
        (Grant(EVERYTHING), ("t", "h"), True),
    ],
)
def test_a_grant_covers_its_subscription_or_its_group(grant: Grant, place: tuple[str, str], covered: bool) -> None:  # noqa: FBT001
    grants, arm_id = Grants((grant,)), f"/subscriptions/{place[0]}/resourceGroups/{place[1]}/providers/P/t/n"
    assert grants.cover(*place) is covered
    if covered:
        check_id_granted(grants, arm_id)
    else:
        with pytest.raises(NotGranted) as refused:
            check_id_granted(grants, arm_id, "#/here")
        assert refused.value.pointer == "#/here"


def test_no_grant_covers_nothing_and_a_group_is_no_subscription() -> None:
    assert not Grants().cover("s", "g")
    assert not Grants((Grant("s", "g"),)).cover("s", None)
    assert Grants((Grant("s", "g"),)).touch("S")
    assert not Grants((Grant("s", "g"),)).touch("t")


@pytest.fixture
async def scene(world: World) -> dict[str, str]:
    """A vault with an item, a point, a policy and a mounted session; the ids in a path each."""
    item = await world.item()
    vault = {"id": item["vault_id"]}
    await world.back_up(item)
    policy = await world.policy(vault)
    mount = await world.done(
        "/v1/restores",
        {"protected_item_id": item["id"], "recovery_point": {"latest": True}, "target": {"mode": "files"}},
    )
    job = (await world.api.post(f"/v1/vaults/{vault['id']}/refresh")).json()
    return {
        "vault": vault["id"],
        "item": item["id"],
        "policy": policy["id"],
        "restore": mount["resource"],
        "job": job["id"],
    }


ITEM = "/v1/protected-items/{item}"
ON_WHAT_IS_THERE: list[tuple[str, str, Any]] = [
    ("PATCH", "/v1/vaults/{vault}", {"tags": {"a": "b"}}),
    ("POST", "/v1/vaults/{vault}/refresh", None),
    ("DELETE", "/v1/vaults/{vault}", None),
    ("GET", "/v1/vaults/{vault}/unprotected-vms", None),
    ("POST", "/v1/vaults/{vault}/policies", POLICY | {"name": "another"}),
    ("PUT", "/v1/policies/{policy}", POLICY),
    ("PUT", "/v1/policies/{policy}?dry_run=true", POLICY),
    ("DELETE", "/v1/policies/{policy}", None),
    ("PATCH", ITEM, {"action": "pause"}),
    ("DELETE", ITEM, None),
    ("POST", ITEM + "/undelete", None),
    ("POST", ITEM + "/backups", {"retain_until": KEEP}),
    ("GET", ITEM + "/recovery-points", None),
    ("GET", "{restore}/mount-script", None),
    ("POST", "{restore}/renew", None),
    ("GET", "/v1/protected-items?vm_id=" + vm_id("vm-web-01"), None),
]
READABLE = (
    "/v1/vaults/{vault}",
    "/v1/policies/{policy}",
    ITEM,
    "{restore}",
    "/v1/vaults",
    "/v1/jobs",
    "/v1/vaults/{vault}/policies",
    "/v1/protected-items?vault_id={vault}",
)


def filled(template: str, scene: dict[str, str]) -> str:
    for name, value in scene.items():
        template = template.replace("{" + name + "}", value)
    return template


async def test_what_lost_its_grant_is_read_but_not_used(world: World, scene: dict[str, str]) -> None:
    await only(world, {"subscription_id": SUBSCRIPTION, "resource_group": "rg-restored"})
    before = asked_of_azure(world), len(await world.rows("SELECT id FROM jobs"))
    for method, path, body in ON_WHAT_IS_THERE:
        answer = await world.api.request(method, filled(path, scene), json=body, headers={"If-Match": "*"})
        assert (answer.status_code, answer.json()["code"]) == (404, "not_granted"), (method, path, answer.text)
        assert "grant" in answer.json()["remedy"]
    assert (asked_of_azure(world), len(await world.rows("SELECT id FROM jobs"))) == before
    for path in READABLE:
        assert (await world.api.get(filled(path, scene))).status_code == 200, path


async def test_what_ends_something_stays_possible(world: World, scene: dict[str, str]) -> None:
    await only(world)
    assert (await world.api.post(f"/v1/jobs/{scene['job']}/cancel")).status_code == 202
    assert (await world.api.post(f"{scene['restore']}/unmount")).status_code == 202
    await world.settle()


async def test_a_body_that_names_a_foreign_place_is_pointed_at_before_azure_is_asked(
    world: World, scene: dict[str, str]
) -> None:
    await only(world, {"subscription_id": SUBSCRIPTION})
    restore = {"protected_item_id": scene["item"], "recovery_point": {"latest": True}}
    replace = {
        "mode": "replace_disks",
        "confirm_vm_id": FOREIGN_VM,
        "staging_storage_account_id": DISKS["staging_storage_account_id"],
    }
    named: list[tuple[str, dict[str, Any], str]] = [
        ("/v1/vaults", VAULT | {"subscription_id": ELSEWHERE}, "#/subscription_id"),
        ("/v1/vaults/discover", {"subscription_id": ELSEWHERE}, "#/subscription_id"),
        ("/v1/protected-items", {"vm_id": FOREIGN_VM, "policy_id": scene["policy"]}, "#/vm_id"),
        *(
            (path, restore | {"target": target}, f"#/target/{field}")
            for path in ("/v1/restores", "/v1/restores/preflight")
            for target, field in (
                (DISKS | {"resource_group_id": FOREIGN}, "resource_group_id"),
                (DISKS | {"staging_storage_account_id": FOREIGN_ACCOUNT}, "staging_storage_account_id"),
                (NEW_VM | {"subnet_id": FOREIGN_SUBNET, "resource_group_id": FOREIGN}, "resource_group_id"),
                (replace, "confirm_vm_id"),
            )
        ),
        ("/v1/restores", restore | {"vm_id": FOREIGN_VM, "target": DISKS}, "#/vm_id"),
    ]
    named[-1][1].pop("protected_item_id")
    before = asked_of_azure(world), len(await world.rows("SELECT id FROM jobs"))
    for path, body, pointer in named:
        answer = await world.api.post(path, json=body)
        found = answer.json()
        assert (answer.status_code, found["code"], found.get("pointer")) == (404, "not_granted", pointer), (path, found)
    assert (asked_of_azure(world), len(await world.rows("SELECT id FROM jobs"))) == before


@pytest.mark.usefixtures("hurried")
async def test_a_network_in_another_group_than_the_granted_one_is_refused(world: World, scene: dict[str, str]) -> None:
    await only(
        world,
        {"subscription_id": SUBSCRIPTION, "resource_group": "RG-Demo"},
        {"subscription_id": SUBSCRIPTION, "resource_group": "rg-restored"},
    )
    restore = {"protected_item_id": scene["item"], "recovery_point": {"latest": True}}
    allowed = await world.api.post("/v1/restores/preflight", json=restore | {"target": NEW_VM})
    assert allowed.status_code == 200, allowed.text
    other = NEW_VM | {"subnet_id": SUBNET.replace("rg-demo", "rg-network")}
    refused = await world.api.post("/v1/restores/preflight", json=restore | {"target": other})
    assert (refused.status_code, refused.json()["pointer"]) == (404, "#/target/subnet_id")


async def test_a_group_that_is_not_granted_is_pointed_at(world: World) -> None:
    await make(
        world,
        grants=[{"subscription_id": SUBSCRIPTION, "resource_group": "rg-restored"}],
        members=[member("dana", "admin")],
    )
    async with client_of(world, "dana") as dana:
        for adopt in ({}, {"adopt": True}):
            body = {name: VAULT[name] for name in ("subscription_id", "resource_group", "name")} | adopt
            refused = await dana.post("/v1/vaults", json=body | ({} if adopt else {"location": "westus"}))
            assert (refused.status_code, refused.json()["pointer"]) == (404, "#/resource_group")
        assert (await dana.post("/v1/vaults", json=VAULT | {"resource_group": "RG-Restored"})).status_code == 202


@pytest.mark.usefixtures("hurried")
async def test_discover_and_the_list_of_vms_show_what_is_granted(world: World) -> None:
    vault = await world.vault()
    await world.vault(name="vault-two", resource_group="rg-restored")
    everything = (await world.api.post("/v1/vaults/discover", json={"subscription_id": SUBSCRIPTION})).json()["items"]
    assert len(everything) == 2
    seeding.plant(
        world.simulator.world, {"vms": [{"name": "vm-far", "resource_group": "rg-far", "location": "westus"}]}
    )
    listed = (await world.api.get(f"/v1/vaults/{vault['id']}/unprotected-vms?refresh=true")).json()["items"]
    assert "rg-far" in {vm["resource_group"].lower() for vm in listed}
    await only(world, {"subscription_id": SUBSCRIPTION, "resource_group": "RG-DEMO"})
    found = (await world.api.post("/v1/vaults/discover", json={"subscription_id": SUBSCRIPTION})).json()["items"]
    assert [one["name"] for one in found] == ["vault-demo"]
    listed = (await world.api.get(f"/v1/vaults/{vault['id']}/unprotected-vms?refresh=true")).json()["items"]
    assert {vm["resource_group"].lower() for vm in listed} == {"rg-demo"}


async def test_a_replay_is_answered_although_the_grant_is_gone(world: World) -> None:
    key = {"Idempotency-Key": "k-1"}
    first = await world.api.post("/v1/vaults", json=VAULT, headers=key)
    await only(world)
    again = await world.api.post("/v1/vaults", json=VAULT, headers=key)
    assert (again.status_code, again.json()["id"]) == (202, first.json()["id"])
