"""What Holdfast's Azure identity lacks is named, and the exported role is enough for the very calls Holdfast makes."""

from collections.abc import Awaitable, Callable
from typing import Any, get_args

import pytest

from app.azure.facts.actions import RESTORES, RESTORING, TABLE, TESTING, Operation, Restoring, needs_of
from app.azure.restore_values import DisksTarget, NewVmTarget, ReplaceDisksTarget
from app.azure.values import ItemRef, VaultRef, VmRef
from app.restores.checks.verdicts import actions_needed
from app.restores.targets import FilesTarget, Target
from app.simulator import seeding
from tests.restores.restore_requests import NEW_VM, PAIRED_DISKS, REPLACE, STORAGE, SUBNET
from tests.tenants.foreign_places import FOREIGN, FOREIGN_ACCOUNT, FOREIGN_SUBNET, FOREIGN_VM, asked_of_azure
from tests.tenants.tenant_steps import client_of, make, member
from tests.world import DISKS, KEEP, POLICY, SUBSCRIPTION, VAULT, World, vm_id

SCOPE = f"/subscriptions/{SUBSCRIPTION}"
RESTORE = (
    "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems/recoveryPoints/restore/action"
)


def hold(world: World, *actions: str, scope: str = SCOPE) -> None:
    """From now on Holdfast's identity holds exactly these actions, there."""
    world.simulator.world.permissions.clear()
    seeding.plant(world.simulator.world, {"permissions": [{"scope": scope, "actions": list(actions)}]})


async def role(world: World, *operations: str) -> dict[str, Any]:
    query = {"operation": list(operations), "subscription_id": [SUBSCRIPTION]}
    answer = await world.api.get("/v1/permissions/role", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


# --- the table -------------------------------------------------------------------------------------------------------
def test_every_operation_is_in_the_table_and_needs_something() -> None:
    for operation in get_args(Operation):
        needs = needs_of(operation)
        assert needs, operation
        assert all(need.actions for need in needs), operation
    assert set(TABLE) | RESTORING | TESTING == set(get_args(Operation))


def test_actions_are_spelt_as_azure_spells_them() -> None:
    every = [need for operation in get_args(Operation) for need in needs_of(operation)]
    every += [*needs_of("create_restore", is_secondary=True)]
    for action in {action for need in every for action in need.actions}:
        provider, *kinds, verb = action.split("/")
        assert provider.startswith("Microsoft."), action
        assert kinds, action
        assert verb in {"read", "write", "delete", "action"}, action
        assert "*" not in action, action


@pytest.mark.parametrize("is_secondary", [False, True])
def test_what_a_preflight_asks_for_is_in_the_table(*, is_secondary: bool) -> None:
    item = ItemRef(VaultRef(SUBSCRIPTION, "rg-demo", "v"), VmRef(SUBSCRIPTION, "rg-demo", "vm"))
    targets: dict[Restoring, Target] = {
        "disks": DisksTarget("disks", DISKS["resource_group_id"], STORAGE),
        "new_vm": NewVmTarget("new_vm", "n", DISKS["resource_group_id"], SUBNET, STORAGE),
        "replace_disks": ReplaceDisksTarget("replace_disks", item.vm.id, STORAGE),
        "files": FilesTarget(),
    }
    assert set(targets) == set(RESTORES)
    for mode, target in targets.items():
        table = {
            action for need in needs_of("create_restore", mode, is_secondary=is_secondary) for action in need.actions
        }
        asked = {
            action for actions in actions_needed(target, item, is_secondary=is_secondary).values() for action in actions
        }
        assert asked <= table, (mode, asked - table)


# --- the role is enough ----------------------------------------------------------------------------------------------
@pytest.mark.usefixtures("hurried")
async def test_the_exported_role_of_each_operation_is_enough_for_it(world: World) -> None:
    """The simulator refuses, as Azure does, whatever no role allows; each step runs under the role of that step."""
    kept: dict[str, Any] = {}

    async def write(method: str, path: str, body: Any = None) -> dict[str, Any]:
        answer = await world.api.request(method, path, json=body, headers={"If-Match": "*"})
        assert answer.status_code == 202, (path, answer.text)
        await world.settle()
        job: dict[str, Any] = (await world.api.get(answer.headers["Location"])).json()
        assert job["state"] == "succeeded", job
        return job

    async def make_vault() -> None:
        kept["vault"] = (await write("POST", "/v1/vaults", VAULT | {"cross_region_restore": True}))["vault_id"]

    async def make_policy() -> None:
        kept["policy"] = (await write("POST", f"/v1/vaults/{kept['vault']}/policies", POLICY))["resource"]

    async def protect() -> None:
        body = {"vm_id": vm_id("vm-web-01"), "policy_id": kept["policy"].rpartition("/")[2], "vault_id": kept["vault"]}
        kept["item"] = (await write("POST", "/v1/protected-items", body))["resource"]

    async def restore(target: dict[str, Any], region: str = "primary") -> str:
        body = {
            "protected_item_id": kept["item"].rpartition("/")[2],
            "target": target,
            "recovery_point": {"latest": True, "region": region},
        }
        return str((await write("POST", "/v1/restores", body))["resource"])

    async def read(path: str) -> None:
        answer = await world.api.get(path)
        assert answer.status_code == 200, answer.text

    async def restores() -> None:
        await restore(DISKS)
        await restore(NEW_VM)
        await restore(REPLACE)
        await restore(PAIRED_DISKS, "secondary")
        mounted = await restore({"mode": "files"})
        await read(f"{mounted}/mount-script")
        await write("POST", f"{mounted}/unmount")

    steps: list[tuple[str, Callable[[], Awaitable[Any]]]] = [
        ("create_vault", make_vault),
        ("update_vault", lambda: write("PATCH", f"/v1/vaults/{kept['vault']}", {"soft_delete": {"days": 20}})),
        ("create_policy", make_policy),
        ("list_unprotected_vms", lambda: read(f"/v1/vaults/{kept['vault']}/unprotected-vms?refresh=true")),
        ("create_protected_item", protect),
        ("create_backup", lambda: write("POST", f"{kept['item']}/backups", {"retain_until": KEEP})),
        ("list_recovery_points", lambda: read(f"{kept['item']}/recovery-points")),
        ("list_recovery_points", lambda: read(f"{kept['item']}/recovery-points?region=secondary")),
        ("create_restore", restores),
        ("refresh_vault", lambda: write("POST", f"/v1/vaults/{kept['vault']}/refresh")),
        ("put_policy", lambda: write("PUT", kept["policy"], POLICY | {"retention": {"daily": {"count": 40}}})),
        ("change_protected_item", lambda: write("PATCH", kept["item"], {"action": "pause"})),
        ("delete_policy", lambda: write("DELETE", kept["policy"])),
        ("delete_protected_item", lambda: write("DELETE", kept["item"])),
        ("undelete_protected_item", lambda: write("POST", f"{kept['item']}/undelete")),
    ]
    for operation, step in steps:
        hold(world, *(await role(world, operation))["Actions"])
        await step()


async def test_without_one_action_of_it_the_operation_fails(world: World) -> None:
    """So that the test above can fail."""
    item = await world.item()
    actions = [one for one in (await role(world, "create_backup"))["Actions"] if not one.endswith("backup/action")]
    hold(world, *actions)
    answer = await world.api.post(f"/v1/protected-items/{item['id']}/backups", json={"retain_until": KEEP})
    await world.settle()
    job = (await world.api.get(answer.headers["Location"])).json()
    assert (job["state"], job["error"]["azure_code"]) == ("failed", "AuthorizationFailed")


# --- what is missing -------------------------------------------------------------------------------------------------
async def test_what_is_missing_is_named_place_by_place(world: World) -> None:
    vault = await world.vault()
    hold(world, "*")
    query = {
        "operation": "create_restore",
        "mode": "new_vm",
        "vault_id": vault["id"],
        "subnet_id": SUBNET,
        "target_resource_group_id": DISKS["resource_group_id"],
        "staging_storage_account_id": STORAGE,
    }
    held = (await world.api.get("/v1/permissions/check", params=query)).json()
    assert (held["allowed"], {scope["status"] for scope in held["scopes"]}) == (True, {"held"})

    world.simulator.world.permissions.clear()
    seeding.plant(
        world.simulator.world, {"permissions": [{"scope": SCOPE, "actions": ["*"], "not_actions": [RESTORE.upper()]}]}
    )
    lacking = (await world.api.get("/v1/permissions/check", params=query)).json()
    assert lacking["allowed"] is False
    assert {scope["place"]: scope["missing"] for scope in lacking["scopes"] if scope["missing"]} == {"vault": [RESTORE]}
    assert lacking["scopes"][0]["scope"].endswith("/vaults/vault-demo")
    assert RESTORE in lacking["role"]["Actions"]
    assert lacking["role"]["AssignableScopes"] == [SCOPE]


async def test_a_place_that_is_not_named_is_not_said_to_be_held(world: World) -> None:
    vault = await world.vault()
    query = {"operation": "create_restore", "mode": "disks", "vault_id": vault["id"]}
    found = (await world.api.get("/v1/permissions/check", params=query)).json()
    assert found["allowed"] is None
    named = {scope["place"]: scope["status"] for scope in found["scopes"]}
    assert named == {"vault": "held", "storage_account": "not_named", "target_resource_group": "not_named"}
    assert all(scope["needed"] for scope in found["scopes"])


async def test_what_azure_does_not_tell_is_unknown(world: World) -> None:
    vault = await world.vault()
    world.fault("GET", "/permissions$", "status_before", status=403, times=50)
    query = {"operation": "cancel_job", "vault_id": vault["id"]}
    found = (await world.api.get("/v1/permissions/check", params=query)).json()
    assert (found["allowed"], found["scopes"][0]["status"], found["scopes"][0]["missing"]) == (None, "unknown", [])


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"vm_id": FOREIGN_VM}, "query:vm_id"),
        ({"subscription_id": FOREIGN.split("/")[2]}, "query:subscription_id"),
        ({"subscription_id": SUBSCRIPTION, "resource_group": "rg-other"}, "query:resource_group"),
        ({"target_resource_group_id": FOREIGN}, "query:target_resource_group_id"),
        ({"subnet_id": FOREIGN_SUBNET}, "query:subnet_id"),
        ({"staging_storage_account_id": FOREIGN_ACCOUNT}, "query:staging_storage_account_id"),
    ],
)
async def test_only_granted_places_may_be_named(world: World, query: dict[str, str], pointer: str) -> None:
    granted = [{"subscription_id": SUBSCRIPTION, "resource_group": "rg-demo"}]
    await make(world, grants=granted, members=[member("dana", "reader")])
    async with client_of(world, "dana") as dana:
        before = asked_of_azure(world)
        answer = await dana.get("/v1/permissions/check", params={"operation": "create_restore"} | query)
        assert (answer.status_code, answer.json()["code"], answer.json()["pointer"]) == (404, "not_granted", pointer)
        assert asked_of_azure(world) == before
        exported = await dana.get("/v1/permissions/role", params={"operation": "cancel_job"})
        assert exported.json()["AssignableScopes"] == [f"{SCOPE}/resourceGroups/rg-demo"]


async def test_an_id_that_is_none_is_pointed_at(world: World) -> None:
    for query, pointer in (
        ({"vm_id": "vm"}, "query:vm_id"),
        ({"resource_group": "rg"}, "query:subscription_id"),
        ({"subscription_id": "x"}, "query:subscription_id"),
    ):
        answer = await world.api.get("/v1/permissions/check", params={"operation": "create_vault"} | query)
        assert (answer.status_code, answer.json()["code"], answer.json()["pointer"]) == (
            422,
            "place_not_valid",
            pointer,
        )
    unknown = await world.api.get("/v1/permissions/check", params={"operation": "everything"})
    assert unknown.status_code == 422
    async with world.stranger() as stranger:
        vault = await world.vault()
        query = {"operation": "cancel_job", "vault_id": vault["id"]}
        assert (await stranger.get("/v1/permissions/check", params=query)).json()["code"] == "vault_not_found"
