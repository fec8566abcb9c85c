"""Machines that a restore made: how they start, what they are made of, and how everything of them is deleted."""

from typing import Any

import pytest

from app.simulator.restored_machines import UP_BEFORE_END
from tests.simulator.machine_steps import COMPUTE, FLOWS, MADE, NETWORKS, look, names_of, over, restored, words
from tests.simulator.restore_steps import NETWORK, NEW_VM
from tests.simulator.story import RG, TARGET, Story, vm_id


async def test_the_agent_of_a_restored_machine_reports_later_than_the_restore(story: Story) -> None:
    told = await restored(story, agent_seconds=60)
    view = (await look(story))["properties"]["instanceView"]
    assert words(view) == ("PowerState/running", "Not Ready")
    assert "computerName" not in view, "only an agent that reports tells it"
    await story.advance(59 - UP_BEFORE_END)
    assert words((await look(story))["properties"]["instanceView"])[1] == "Not Ready"
    await story.advance(2)
    body = await look(story)
    view = body["properties"]["instanceView"]
    assert words(view) == ("PowerState/running", "Ready")
    assert view["vmAgent"]["statuses"][0]["time"] > told["ended"][:19]
    assert await story.get(f"{MADE}/instanceView", api=COMPUTE) == view
    recorded = FLOWS["run_command"].exchanges[0]["response"]["body"]["properties"]
    assert names_of(view) - names_of(recorded["instanceView"]) == {"bootDiagnostics"}
    assert names_of(body["properties"]["networkProfile"]) <= names_of(recorded["networkProfile"])


@pytest.mark.parametrize(
    ("plan", "wanted"),
    [
        ({"no_boot": True}, ("PowerState/stopped", "Not Ready")),
        ({"agent_never": True}, ("PowerState/running", "Not Ready")),
        ({"agent_seconds": 4000}, ("PowerState/running", "Not Ready")),
    ],
)
async def test_a_machine_that_does_not_come_up(story: Story, plan: dict[str, Any], wanted: tuple[str, str]) -> None:
    await restored(story, **plan)
    await story.advance(3900)
    assert words((await look(story))["properties"]["instanceView"]) == wanted
    await story.advance(200)
    slow = "agent_seconds" in plan
    assert words((await look(story))["properties"]["instanceView"])[1] == ("Ready" if slow else "Not Ready")


async def test_disks_are_as_the_point_has_them_unless_that_is_planted_otherwise(story: Story) -> None:
    await story.make_vault()
    item, point = await story.with_recovery_point("vm-db-01")
    await story.restore(item, point, "vm-db-01", **NEW_VM | {"targetVirtualMachineId": MADE})
    await story.advance(320)
    storage = (await look(story))["properties"]["storageProfile"]
    assert [(one["lun"], one["diskSizeGB"]) for one in storage["dataDisks"]] == [(0, 64), (1, 64)]
    assert storage["osDisk"]["diskSizeGB"] == 127
    assert {one["deleteOption"] for one in (storage["osDisk"], *storage["dataDisks"])} == {"Detach"}
    await story.control("plans", target="other$", missing_luns=[0], moved_luns={"1": 5}, sizes={"1": 32})
    await story.restore(item, point, "vm-db-01", **NEW_VM | {"targetVirtualMachineId": vm_id("other", "rg-restored")})
    await story.advance(320)
    storage = (await look(story, vm_id("other", "rg-restored")))["properties"]["storageProfile"]
    assert [(one["lun"], one["diskSizeGB"]) for one in storage["dataDisks"]] == [(5, 32)]


async def test_a_restore_without_quota_fails_and_leaves_its_disks(story: Story) -> None:
    told = await restored(story, quota=True)
    job = await story.newest_job()
    assert job["properties"]["status"] == "Failed"
    assert job["properties"]["errorDetails"][0]["errorTitle"] == "QuotaExceeded"
    assert (await story.send("GET", MADE, api=COMPUTE)).status_code == 404
    disks = (await story.get(f"{TARGET}/providers/Microsoft.Compute/disks"))["value"]
    assert [disk["id"] for disk in disks] == told["made"]
    assert {disk["tags"]["RSVaultBackup"] for disk in disks} == {told["job_id"]}


async def test_what_was_made_is_deleted_in_its_order_and_not_in_another(story: Story) -> None:
    await story.client.post("/_simulator/truth/inventory")
    told = await restored(story, public_ip=True)
    kinds = {one.split("/")[-2]: one for one in told["made"]}
    assert list(kinds) == ["disks", "virtualMachines", "publicIPAddresses", "networkInterfaces"]
    card = await story.get(kinds["networkInterfaces"], api=NETWORKS)
    config = card["properties"]["ipConfigurations"][0]["properties"]
    assert (config["subnet"]["id"], config["publicIPAddress"]["id"]) == (
        f"{NETWORK}/subnets/default",
        kinds["publicIPAddresses"],
    )
    recorded = FLOWS["run_command"].exchanges[1]["response"]["body"]
    assert names_of(card) <= names_of(recorded)
    address = await story.get(kinds["publicIPAddresses"], api=NETWORKS)
    assert names_of(address) <= names_of(FLOWS["run_command"].exchanges[2]["response"]["body"])
    versions = {"networkInterfaces": NETWORKS, "publicIPAddresses": NETWORKS}
    refused = {}
    for kind in ("disks", "networkInterfaces", "publicIPAddresses"):
        answer = await story.send("DELETE", kinds[kind], api=versions.get(kind, COMPUTE))
        refused[kind] = (answer.status_code, answer.json()["error"]["code"])
    assert refused == {
        "disks": (409, "OperationNotAllowed"),
        "networkInterfaces": (400, "NicInUse"),
        "publicIPAddresses": (400, "PublicIPAddressCannotBeDeleted"),
    }
    going = await story.send("DELETE", MADE, api=COMPUTE)
    assert (await look(story))["properties"]["provisioningState"] == "Deleting"
    assert (await story.send("DELETE", kinds["networkInterfaces"], api=NETWORKS)).status_code == 400, "not gone yet"
    await over(story, going)
    assert (await story.send("GET", MADE, api=COMPUTE)).status_code == 404
    disk = await story.get(told["made"][0], api=COMPUTE)
    assert (disk["properties"]["diskState"], "managedBy" in disk) == ("Unattached", False)
    for kind in ("networkInterfaces", "publicIPAddresses"):
        await over(story, await story.send("DELETE", kinds[kind], api=NETWORKS))
    for identity in told["made"]:
        if "/disks/" in identity:
            await over(story, await story.send("DELETE", identity, api=COMPUTE))
        assert (await story.send("DELETE", identity, api=COMPUTE)).status_code == 204
    seen = (await story.client.get("/_simulator/truth/inventory")).json()
    assert seen["gone"] == []
    assert [one.rpartition("/")[2] for one in seen["appeared"]] == ["vault-demo"]


async def test_what_has_the_option_delete_goes_with_its_machine(story: Story) -> None:
    told = await restored(story, public_ip=True, delete_option="Delete")
    body = await look(story)
    assert body["properties"]["networkProfile"]["networkInterfaces"][0]["properties"]["deleteOption"] == "Delete"
    await over(story, await story.send("DELETE", MADE, api=COMPUTE))
    for identity in told["made"]:
        assert (await story.send("GET", identity, api=COMPUTE)).status_code == 404


async def test_a_deletion_ends_no_machine_that_came_later_under_its_name(story: Story) -> None:
    await story.send("DELETE", vm_id("vm-web-01"), api=COMPUTE)
    await story.control("remove", ids=[vm_id("vm-web-01")])
    story.simulator.world.add_vm("vm-web-01", "rg-demo", "westus", "Linux")
    await story.advance(60)
    assert (await look(story, vm_id("vm-web-01")))["properties"]["provisioningState"] == "Succeeded"


async def test_a_lock_on_what_was_made_refuses_its_deletion(story: Story) -> None:
    told = await restored(story, locked=["disk"])
    await over(story, await story.send("DELETE", MADE, api=COMPUTE))
    answer = await story.send("DELETE", told["made"][0], api=COMPUTE)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "ScopeLocked")
    await story.control("remove", ids=[f"{told['made'][0]}/providers/Microsoft.Authorization/locks/planted"])
    await over(story, await story.send("DELETE", told["made"][0], api=COMPUTE))


async def test_a_deletion_that_is_only_acknowledged_deletes_nothing(story: Story) -> None:
    await restored(story)
    await story.control("faults", match={"method": "DELETE"}, effect="acknowledge")
    await over(story, await story.send("DELETE", MADE, api=COMPUTE))
    assert (await look(story))["properties"]["provisioningState"] == "Succeeded"


async def test_the_resources_of_a_group_with_tags_and_owners(story: Story) -> None:
    told = await restored(story)
    listed = (await story.get(f"{TARGET}/resources", api="2021-04-01"))["value"]
    assert {one["id"] for one in listed} == set(told["made"])
    by_kind = {one["type"]: one for one in listed}
    disk = by_kind["Microsoft.Compute/disks"]
    assert (disk["tags"], disk["managedBy"]) == ({"RSVaultBackup": told["job_id"]}, MADE)
    assert "tags" not in by_kind["Microsoft.Network/networkInterfaces"]
    await story.control("change", id=MADE, tags={"owner": "ann"})
    assert (await look(story))["tags"] == {"owner": "ann"}
    assert (await story.send("GET", f"{RG}x/resources", api="2021-04-01")).status_code == 404


async def test_a_machine_that_is_read_too_often_is_throttled(story: Story) -> None:
    await restored(story)
    await story.control("options", compute_limits=True)
    left = []
    for _ in range(36):
        answer = await story.send("GET", MADE, api=COMPUTE)
        left.append(answer.headers["x-ms-ratelimit-remaining-resource"].rpartition(";")[2])
    assert (left[0], left[-1], answer.status_code) == ("35", "0", 200)
    refused = await story.send("GET", MADE, api=COMPUTE)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "5")
    assert (await story.send("GET", vm_id("vm-web-01"), api=COMPUTE)).status_code == 200, "each is counted by itself"
    await story.advance(5)
    assert (await story.send("GET", MADE, api=COMPUTE)).status_code == 200


async def test_links_of_boot_diagnostics_come_where_they_are_on(story: Story) -> None:
    await restored(story, diagnostics=False)
    told = await story.send("POST", f"{vm_id('vm-web-01')}/retrieveBootDiagnosticsData", api=COMPUTE)
    assert (told.status_code, sorted(told.json())) == (200, ["consoleScreenshotBlobUri", "serialConsoleLogBlobUri"])
    assert (await story.send("POST", f"{MADE}/retrieveBootDiagnosticsData", api=COMPUTE)).status_code == 409


async def test_a_network_shows_its_ways_out(story: Story) -> None:
    group = f"{RG}/providers/Microsoft.Network/networkSecurityGroups/closed"
    rule = {"name": "no-way-out", "priority": 100, "direction": "Outbound", "access": "Deny"}
    subnets = [{"name": "tests", "security_group_id": group}, "open"]
    peering = {"name": "to-hub", "remote_network_id": NETWORK}
    network = {"name": "isolated", "subnets": subnets, "peerings": [peering], "gateway": "vpn"}
    await story.control("seed", security_groups=[{"name": "closed", "rules": [rule]}], networks=[network])
    path = f"{RG}/providers/Microsoft.Network/virtualNetworks/isolated"
    body = (await story.get(path, api=NETWORKS))["properties"]
    tests, is_open, gateway = body["subnets"]
    assert tests["properties"]["networkSecurityGroup"] == {"id": group}
    assert "networkSecurityGroup" not in is_open["properties"]
    assert (gateway["name"], "/virtualNetworkGateways/vpn/" in gateway["properties"]["ipConfigurations"][0]["id"]) == (
        "GatewaySubnet",
        True,
    )
    assert body["virtualNetworkPeerings"][0]["properties"]["remoteVirtualNetwork"] == {"id": NETWORK}
    assert (await story.get(f"{path}/virtualNetworkPeerings", api=NETWORKS))["value"] == body["virtualNetworkPeerings"]
    rules = (await story.get(group, api=NETWORKS))["properties"]
    assert [one["name"] for one in rules["securityRules"]] == ["no-way-out"]
    assert len(rules["defaultSecurityRules"]) == 6


@pytest.mark.parametrize(
    ("action", "asked"),
    [
        ("plans", {"no_boots": True}),
        ("plans", {"no_boot": "yes"}),
        ("plans", {"locked": ["vault"]}),
        ("plans", {"target": "("}),
        ("scripts", {"exit_code": "1"}),
        ("scripts", {"seconds": -1}),
        ("change", {"id": vm_id("nobody"), "tags": {}}),
    ],
)
async def test_what_cannot_be_planted_is_refused_with_its_reason(story: Story, action: str, asked: Any) -> None:
    answer = await story.client.post(f"/_simulator/{action}", json=asked)
    assert answer.status_code == 400
    assert answer.json()["error"]
