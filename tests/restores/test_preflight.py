"""Preflight: of each planted fault exactly that check fails, the POST answers the same problem, nothing is written."""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from app.azure.check_values import Finding, Role, may
from app.azure.facts.actions import POINTS
from app.azure.values import RecoveryPoint, RecoveryPointTier
from app.core.clock import SystemClock
from app.core.errors import ServiceError
from app.restores import rules
from app.restores.checks import verdicts
from app.restores.rules import Choice
from app.simulator import seeding
from tests.restores.preflight_asks import ask
from tests.restores.restore_requests import NEW_VM, PAIRED_DISKS, REPLACE, SUBNET, asked, backed_up
from tests.whole import some_of
from tests.world import DISKS, RG, World, vm_id

Plant = Callable[[World], object]

GROUP = DISKS["resource_group_id"]
STORAGE = DISKS["staging_storage_account_id"]
NETWORK = SUBNET.rpartition("/subnets")[0]
EAST = "eastus"


def seed(**seeds: Any) -> Plant:
    return lambda world: seeding.plant(world.simulator.world, seeds)


def remove(*ids: str) -> Plant:
    return lambda world: seeding.remove(world.simulator.world, {"ids": list(ids)})


def denied(scope: str, action: str) -> Plant:
    return seed(permissions=[{"scope": scope, "not_actions": [action]}])


def locked(scope: str, level: str = "ReadOnly") -> Plant:
    return seed(locks=[{"scope": scope, "level": level, "name": "hands-off"}])


def account(name: str, **how: str) -> tuple[Plant, dict[str, Any]]:
    planted = seed(storage_accounts=[{"name": name, **how}])
    return planted, {"staging_storage_account_id": f"{RG}/providers/Microsoft.Storage/storageAccounts/{name}"}


def elsewhere_network(world: World) -> None:
    seeding.plant(world.simulator.world, {"networks": [{"name": "vnet-far", "location": EAST}]})


ZRS, IN_ZRS = account("stzones", sku="Standard_ZRS")
FAR, IN_FAR = account("stfar", location=EAST)
FAR_SUBNET = {"subnet_id": SUBNET.replace("vnet-demo", "vnet-far")}
VAULT_ID = f"{RG}/providers/Microsoft.RecoveryServices/vaults/vault-demo"
RESTORE = f"{POINTS}/restore/action"


def nothing(_: World) -> None:
    """The request itself is the fault."""


FAULTS: dict[str, tuple[Plant, Mapping[str, Any], dict[str, Any], str, str]] = {
    "no such point": (nothing, DISKS, {"id": "404404"}, "recovery_point", "recovery_point_not_found"),
    "no point so old": (
        nothing,
        DISKS,
        {"latest_before": "2001-01-01T00:00:00Z"},
        "recovery_point",
        "no_recovery_point_qualifies",
    ),
    "not copied across": (
        nothing,
        PAIRED_DISKS,
        {"latest": True, "region": "secondary"},
        "secondary_region",
        "cross_region_restore_not_enabled",
    ),
    "another VM confirmed": (
        nothing,
        REPLACE | {"confirm_vm_id": vm_id("vm-db-01")},
        {},
        "target",
        "confirmation_mismatch",
    ),
    "the VM is gone": (remove(vm_id("vm-web-01")), REPLACE, {}, "source_vm", "source_vm_gone"),
    "no such group": (remove(GROUP), DISKS, {}, "target_resource_group", "target_not_found"),
    "no such group for a VM": (remove(GROUP), NEW_VM, {}, "target_resource_group", "target_not_found"),
    "no such network": (remove(NETWORK), NEW_VM, {}, "network", "target_not_found"),
    "no such subnet": (
        nothing,
        NEW_VM | {"subnet_id": f"{NETWORK}/subnets/nowhere"},
        {},
        "network",
        "target_not_found",
    ),
    "the network is far away": (elsewhere_network, NEW_VM | FAR_SUBNET, {}, "network", "target_in_another_region"),
    "the name is taken": (
        seed(vms=[{"name": "vm-web-01r", "resource_group": "rg-restored"}]),
        NEW_VM,
        {},
        "name_free",
        "target_vm_exists",
    ),
    "no such account": (remove(STORAGE), DISKS, {}, "staging_account", "target_not_found"),
    "the account is far away": (FAR, DISKS | IN_FAR, {}, "staging_account", "target_in_another_region"),
    "the account is zone-redundant": (ZRS, DISKS | IN_ZRS, {}, "staging_account", "staging_account_not_usable"),
    "no such zone": (
        seed(zones=[{"location": "westus", "zones": ["1"]}]),
        DISKS | {"zone": "2"},
        {},
        "zone",
        "zone_not_available",
    ),
    "no zones at all": (
        seed(zones=[{"location": "westus", "zones": []}]),
        NEW_VM | {"zone": "1"},
        {},
        "zone",
        "zone_not_available",
    ),
    "no right to make disks": (
        denied(GROUP, "Microsoft.Compute/disks/*"),
        DISKS,
        {},
        "permissions",
        "permission_missing",
    ),
    "no right to make VMs": (
        denied(GROUP, "Microsoft.Compute/virtualMachines/write"),
        NEW_VM,
        {},
        "permissions",
        "permission_missing",
    ),
    "no right to join the subnet": (
        denied(NETWORK, "Microsoft.Network/virtualNetworks/subnets/join/action"),
        NEW_VM,
        {},
        "permissions",
        "permission_missing",
    ),
    "no right to restore": (denied(VAULT_ID, RESTORE), DISKS, {}, "permissions", "permission_missing"),
    "no right to change the VM": (
        denied(vm_id("vm-web-01"), "Microsoft.Compute/virtualMachines/write"),
        REPLACE,
        {},
        "permissions",
        "permission_missing",
    ),
    "no right to mount": (
        denied(VAULT_ID, f"{POINTS}/provisionInstantItemRecovery/action"),
        {"mode": "files"},
        {},
        "permissions",
        "permission_missing",
    ),
    "the group is locked": (locked(GROUP), DISKS, {}, "locks", "resource_locked"),
    "the account is locked": (locked(STORAGE), NEW_VM, {}, "locks", "resource_locked"),
    "the VM is locked": (locked(vm_id("vm-web-01")), REPLACE, {}, "locks", "resource_locked"),
    "the vault is locked": (locked(VAULT_ID), {"mode": "files"}, {}, "locks", "resource_locked"),
}


async def preflighted(
    world: World, item: Mapping[str, Any], target: Mapping[str, Any], point: Any = None
) -> dict[str, Any]:
    """The preflight, Azure's clock moved on while it waits for Azure's own validation."""
    asking = asyncio.create_task(ask(world, "/v1/restores/preflight", item, target, point))
    while not asking.done():
        if any(operation.findings is not None for operation in world.simulator.world.operations.values()):
            world.advance(30)
        await asyncio.sleep(0.005)
    answer = asking.result()
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def statuses(found: Mapping[str, Any]) -> dict[str, str]:
    return {check["name"]: check["status"] for check in found["checks"]}


def sent(world: World) -> tuple[int, int]:
    """Requests that Azure counted as writes and as triggers, acted on or not."""
    requests = world.simulator.world.truth.requests
    return requests.get("write", 0), requests.get("trigger", 0)


@pytest.mark.parametrize("fault", some_of(FAULTS, short=10))
async def test_exactly_the_planted_fault_is_found_and_the_post_answers_the_same(world: World, fault: str) -> None:
    plant, target, point, name, code = FAULTS[fault]
    item = await backed_up(world, crossing=False)
    plant(world)
    before = sent(world)

    found = await preflighted(world, item, target, point)

    failed = [check for check in found["checks"] if check["status"] == "failed"]
    assert [(check["name"], check["code"]) for check in failed] == [(name, code)], found
    assert (failed[0]["type"], bool(failed[0]["remedy"])) == (f"urn:holdfast:problem:{code}", True)
    assert found["ok"] is False
    answer = await ask(world, "/v1/restores", item, target, point)
    problem = answer.json()
    assert (problem["type"], problem["detail"]) == (failed[0]["type"], failed[0]["reason"])
    assert problem.get("pointer") == failed[0]["pointer"]
    assert sent(world) == before
    assert await world.rows("SELECT id FROM restores") == []


async def test_what_azure_itself_would_refuse_is_found_and_the_post_answers_the_same(world: World) -> None:
    item = await backed_up(world)
    world.simulator.clock.scale = 100.0
    said = {"code": "UserErrorQuota", "message": "Too many disks.", "recommendations": ["Raise the quota."]}
    world.simulator.world.options.change({"validation_errors": [said]})
    before = sent(world)
    found = await preflighted(world, item, DISKS)
    failed = [check for check in found["checks"] if check["status"] == "failed"]
    assert [(check["name"], check["azure_code"], check["remedy"]) for check in failed] == [
        ("azure_validation", "UserErrorQuota", "Raise the quota.")
    ]
    answer = await ask(world, "/v1/restores", item, DISKS, None)
    assert (answer.status_code, answer.json()["type"]) == (409, failed[0]["type"])
    assert sent(world) == before


@pytest.mark.parametrize("target", [DISKS, NEW_VM, REPLACE, {"mode": "files"}], ids=lambda target: target["mode"])
async def test_a_healthy_request_passes_every_check_and_writes_nothing(
    world: World, target: dict[str, Any], record_property: Callable[[str, object], None]
) -> None:
    item = await backed_up(world)
    before = sent(world)
    began = time.perf_counter()
    found = await preflighted(world, item, target)
    record_property("preflight_ms", round((time.perf_counter() - began) * 1000))
    assert found["ok"], found
    assert set(statuses(found).values()) == {"passed"}
    assert found["complete"]
    assert ("azure_validation" in statuses(found)) is (target["mode"] != "files")
    assert found["recovery_point"]["id"] == (await world.points(item))[0]["id"]
    assert sent(world) == before
    assert await world.rows("SELECT id FROM restores") == []


async def test_a_look_up_that_cannot_be_made_is_skipped_and_keeps_no_restore_from_being_accepted(world: World) -> None:
    item = await backed_up(world)
    world.fault("GET", "/locks$", "status_before", status=503, times=50)
    world.fault("GET", "/storageAccounts/[^/]+$", "status_before", status=403, times=50)
    found = await preflighted(world, item, DISKS)
    assert {name for name, status in statuses(found).items() if status == "skipped"} == {"locks", "staging_account"}
    assert (found["ok"], found["complete"]) == (True, False)
    reasons = {check["name"]: check["reason"] for check in found["checks"]}
    assert "may not look" in reasons["staging_account"]
    assert (await ask(world, "/v1/restores", item, DISKS, None)).status_code == 202


async def test_what_was_checked_is_kept_and_shown_beside_the_restore(world: World) -> None:
    item = await backed_up(world)
    job = await asked(world, item, "disks")
    restore = (await world.api.get(job["resource"])).json()
    kept = {check["name"]: check["status"] for check in restore["preflight"]}
    assert kept["staging_account"] == kept["locks"] == kept["recovery_point"] == "passed"


async def test_disks_are_not_replaced_while_another_restore_of_the_vm_runs(world: World) -> None:
    item = await backed_up(world)
    job = await asked(world, item, "disks")
    await world.run_due()
    found = await preflighted(world, item, REPLACE)
    (failed,) = [check for check in found["checks"] if check["status"] == "failed"]
    assert (failed["name"], failed["code"]) == ("no_other_restore", "another_restore_running")
    answer = await ask(world, "/v1/restores", item, REPLACE, None)
    assert (answer.status_code, answer.json()["code"], answer.json()["job"]) == (
        409,
        "another_restore_running",
        f"/v1/jobs/{job['id']}",
    )
    again = await ask(world, "/v1/restores", item, DISKS, None)
    assert again.status_code == 202, "what makes something new does not wait for others"


async def test_two_restores_do_not_make_one_vm(world: World) -> None:
    item = await backed_up(world)
    await asked(world, item, "a new VM")
    answer = await ask(world, "/v1/restores", item, NEW_VM, None)
    assert (answer.status_code, answer.json()["code"]) == (409, "target_vm_exists")


async def test_a_stranger_learns_nothing_by_preflight(world: World) -> None:
    item = await backed_up(world)
    body = {"protected_item_id": item["id"], "recovery_point": {"latest": True}, "target": DISKS}
    async with world.stranger() as stranger:
        assert (await stranger.post("/v1/restores/preflight", json=body)).status_code == 404


async def test_a_preflight_is_asked_for_by_post_alone(world: World) -> None:
    answer = await world.api.get("/v1/restores/preflight")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert "POST" in answer.headers["Allow"]


# --- verdicts alone --------------------------------------------------------------------------------------------------
def archived(**states: str) -> RecoveryPoint:
    tiers = tuple(RecoveryPointTier(tier, state) for tier, state in states.items())  # type: ignore[arg-type]
    return RecoveryPoint("42", SystemClock().now(), "application", tiers)


def test_a_point_of_the_archive_alone_wants_to_be_rehydrated_first() -> None:
    for point in (archived(snapshot="deleted", vault="deleted", archive="valid"), archived(archive="valid")):
        with pytest.raises(ServiceError) as refused:
            rules.check_point(point, Choice(id="42"))
        assert (refused.value.code, refused.value.pointer) == ("rehydration_needed", "#/recovery_point/id")
        with pytest.raises(ServiceError, match="No recovery point"):
            rules.choose([point], Choice())
    for point in (archived(archive="rehydrated"), archived(vault="valid", archive="valid")):
        rules.check_point(point, Choice(id="42"))
        assert rules.choose([point], Choice()) is point


def test_what_one_role_takes_away_another_may_give() -> None:
    reader = Role(("*/read",))
    owner_without_disks = Role(("*",), ("Microsoft.Compute/disks/*",))
    assert may([reader], "Microsoft.Compute/disks/READ")
    assert not may([owner_without_disks], "microsoft.compute/disks/write")
    assert may([owner_without_disks, Role(("Microsoft.Compute/disks/write",))], "Microsoft.Compute/disks/write")
    assert not may([], "Microsoft.Compute/disks/read")


def test_every_finding_of_azures_is_told() -> None:
    with pytest.raises(ServiceError) as refused:
        verdicts.judge_findings([Finding("One", "First."), Finding("Two", "Second.")])
    assert (refused.value.detail, refused.value.azure_code) == ("First. Second.", "One")
    assert [finding["azure_code"] for finding in refused.value.facts["findings"]] == ["One", "Two"]
