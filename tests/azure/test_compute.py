"""Machines, their parts, scripts, networks: recorded answers are read, odd ones not believed, ids are checked."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from app.azure import errors as e
from app.azure.compute import values as cv
from app.azure.names import read_vm_id
from app.azure.values import OperationState

from .compute_steps import DISK, GROUP, NETWORK, VM, answering, odd_machine
from .conftest import SUBSCRIPTION, AzureOver
from .tape import Exchange, path_of, stored

Json = dict[str, Any]
ID = UUID(int=7)
FLOWS = {flow.name.rpartition("/")[2]: flow.exchanges for flow in stored("compute-")}
SCRIPT = FLOWS["run_command"]


def taken(kind: str, method: str = "GET") -> list[Exchange]:
    """Recorded requests for a thing of a kind, in every flow."""
    every = [exchange for flow in FLOWS.values() for exchange in flow if exchange["request"]["method"] == method]
    return [x for x in every if path_of(x["request"]["url"]).split("/")[-2].lower() == kind.lower()]


# --- recorded reads ------------------------------------------------------------------------------------------------
async def test_recorded_machines_are_read(azure_over: AzureOver) -> None:
    exchanges = taken("virtualMachines")
    assert len(exchanges) == 2
    for exchange in exchanges:
        raw, sent = exchange["response"]["body"], list[httpx.Request]()
        seen = await azure_over(answering(exchange, sent=sent)).machines.look(read_vm_id(raw["id"]))
        view = raw["properties"]["instanceView"]
        told = view["vmAgent"]["statuses"][0]
        assert (seen.vm.id.lower(), seen.unique_id) == (raw["id"].lower(), raw["properties"]["vmId"])
        assert (seen.power, seen.provisioning, seen.computer_name) == ("running", "Succeeded", view["computerName"])
        assert seen.agent == cv.Agent(True, told["code"], told["message"], datetime.fromisoformat(told["time"]))  # noqa: FBT003
        disk = raw["properties"]["storageProfile"]["osDisk"]
        assert seen.os_disk == cv.AttachedDisk(disk["managedDisk"]["id"], disk["name"], None, 30, "detach")
        assert (seen.data_disks, seen.etag, seen.tags) == ((), raw["etag"], {})
        cards = raw["properties"]["networkProfile"]["networkInterfaces"]
        assert seen.interfaces == tuple(cv.AttachedInterface(one["id"], None) for one in cards)
        assert seen.created_at is not None
        assert seen.is_up_since(seen.created_at)
        assert not seen.is_up_since(seen.created_at + timedelta(minutes=5))
        asked = httpx.URL(exchange["request"]["url"]).params
        assert dict(sent[0].url.params) == dict(asked)


async def test_recorded_cards_and_addresses_are_read(azure_over: AzureOver) -> None:
    for exchange in taken("networkInterfaces"):
        raw = exchange["response"]["body"]
        seen = await azure_over(answering(exchange)).machines.get_interface(raw["id"])
        config = raw["properties"]["ipConfigurations"][0]["properties"]
        assert (seen.vm_id, seen.public_ip_ids) == (
            raw["properties"]["virtualMachine"]["id"],
            (config["publicIPAddress"]["id"],),
        )
        assert (seen.subnet_ids, seen.unique_id) == ((config["subnet"]["id"],), raw["properties"]["resourceGuid"])
        assert seen.security_group_id == raw["properties"]["networkSecurityGroup"]["id"]
    used = []
    for exchange in taken("publicIPAddresses"):
        raw = exchange["response"]["body"]
        address = await azure_over(answering(exchange)).machines.get_public_ip(raw["id"])
        assert (address.address, address.etag) == (raw["properties"].get("ipAddress"), raw["etag"])
        used.append(address.used_by is not None)
    assert (len(used), sum(used)) == (8, 2)


async def test_recorded_disks_are_read(azure_over: AzureOver) -> None:
    for exchange in taken("disks"):
        raw = exchange["response"]["body"]
        seen = await azure_over(answering(exchange)).machines.get_disk(raw["id"])
        assert (seen.size_gib, seen.state, seen.held_by) == (10, "Unattached", ())
        assert seen.unique_id == raw["properties"]["uniqueId"]


async def test_recorded_deletions_are_followed_to_their_end(azure_over: AzureOver) -> None:
    """As Azure gave the link it goes back; a disk's and an address's answer are both read."""
    for kind, flow in (("disks", "disk_access"), ("publicIPAddresses", "public_ip")):
        (deleted,) = taken(kind, "DELETE")
        link = deleted["response"]["headers"]["azure-asyncoperation"]
        polls = [x for x in FLOWS[flow] if link.split("?")[0] in x["request"]["url"]]
        assert polls
        sent: list[httpx.Request] = []
        azure = azure_over(answering(deleted, *polls, sent=sent))
        operation = await azure.machines.delete(path_of(deleted["request"]["url"]), request_id=ID)
        assert operation.status_url == link
        states = [(await azure.operations.status(link)).state for _ in polls]
        assert states[-1] is OperationState.SUCCEEDED
        assert set(states[:-1]) <= {OperationState.IN_PROGRESS}
        assert sent[0].headers["x-ms-client-request-id"] == str(ID)
        assert sent[0].url.params["api-version"] == httpx.URL(deleted["request"]["url"]).params["api-version"]


# --- recorded scripts ----------------------------------------------------------------------------------------------
async def test_a_recorded_script_is_started_read_and_deleted(azure_over: AzureOver) -> None:
    put = next(x for x in SCRIPT if x["request"]["method"] == "PUT")
    vm = read_vm_id(path_of(put["request"]["url"]).partition("/runCommands")[0])
    name = path_of(put["request"]["url"]).rpartition("/")[2]
    sent: list[httpx.Request] = []
    azure = azure_over(answering(put, sent=sent))
    order = cv.ScriptOrder(vm, name, "westus", put["request"]["body"]["properties"]["source"]["script"], 60)
    operation = await azure.run_commands.put(order, request_id=ID)
    assert operation.status_url == put["response"]["headers"]["azure-asyncoperation"]
    body = json.loads(sent[0].content)
    assert body["properties"].pop("treatFailureAsDeploymentFailure") is False
    assert body["properties"].pop("timeoutInSeconds") == 60
    assert body == put["request"]["body"]
    viewed = next(x for x in SCRIPT if f"runCommands/{name}?$expand=instanceView" in x["request"]["url"])
    run = await azure_over(answering(viewed)).run_commands.get(vm, name)
    raw = viewed["response"]["body"]["properties"]["instanceView"]
    assert (run.provisioning, run.state, run.exit_code) == ("Succeeded", cv.ScriptState.FAILED, 127)
    assert (run.has_ended, run.is_good, run.error) == (True, False, raw["error"])
    deleted = next(x for x in SCRIPT if x["request"]["method"] == "DELETE")
    gone = await azure_over(answering(deleted)).run_commands.delete(vm, name, request_id=ID)
    assert gone.status_url == deleted["response"]["headers"]["azure-asyncoperation"]


async def test_secrets_of_a_script_are_sent_as_secrets_and_shown_in_no_text(azure_over: AzureOver) -> None:
    sent: list[httpx.Request] = []
    order = cv.ScriptOrder(VM, "c", "westus", "echo", 60, {"user": "u"}, {"password": "hush-hush"}, {"a": "b"})
    await azure_over(answering({"properties": {}}, sent=sent)).run_commands.put(order, request_id=ID)
    said = json.loads(sent[0].content)
    assert said["properties"]["parameters"] == [{"name": "user", "value": "u"}]
    assert said["properties"]["protectedParameters"] == [{"name": "password", "value": "hush-hush"}]
    assert said["tags"] == {"a": "b"}
    assert "hush-hush" not in repr(order)


@pytest.mark.parametrize(
    ("view", "state", "code", "is_good"),
    [
        (None, cv.ScriptState.UNKNOWN, None, False),
        ({}, cv.ScriptState.UNKNOWN, None, False),
        ({"executionState": "Pending"}, cv.ScriptState.PENDING, None, False),
        ({"executionState": "Running", "exitCode": 0}, cv.ScriptState.RUNNING, 0, False),
        ({"executionState": "Succeeded", "exitCode": 0}, cv.ScriptState.SUCCEEDED, 0, True),
        ({"executionState": "succeeded", "exitCode": "0"}, cv.ScriptState.SUCCEEDED, 0, True),
        ({"executionState": "Succeeded"}, cv.ScriptState.SUCCEEDED, None, False),
        ({"executionState": "Succeeded", "exitCode": 1}, cv.ScriptState.SUCCEEDED, 1, False),
        ({"executionState": "Succeeded", "exitCode": None}, cv.ScriptState.SUCCEEDED, None, False),
        ({"executionState": "TimedOut", "exitCode": 0}, cv.ScriptState.TIMED_OUT, 0, False),
        ({"executionState": "Canceled", "exitCode": 0}, cv.ScriptState.CANCELLED, 0, False),
        ({"executionState": "Exploded", "exitCode": 0}, cv.ScriptState.UNKNOWN, 0, False),
        ({"executionState": "Failed", "exitCode": -1073741510}, cv.ScriptState.FAILED, -1073741510, False),
        ({"executionState": "Failed", "exitCode": 1e300}, cv.ScriptState.FAILED, None, False),
    ],
)
async def test_only_an_end_with_exit_code_0_is_good(
    azure_over: AzureOver, view: Any, state: cv.ScriptState, code: int | None, *, is_good: bool
) -> None:
    body = {"name": "c", "properties": {"provisioningState": "Succeeded", "instanceView": view}}
    run = await azure_over(answering(body)).run_commands.get(VM, "c")
    assert (run.state, run.exit_code, run.is_good) == (state, code, is_good)


async def test_of_a_huge_output_the_end_is_kept_and_what_no_row_can_hold_is_replaced(azure_over: AzureOver) -> None:
    view = {"executionState": "Failed", "output": "x" * 100_000 + "\x00end", "error": ["odd"]}
    run = await azure_over(answering({"name": "c", "properties": {"instanceView": view}})).run_commands.get(VM, "c")
    assert (len(run.output), run.output[-4:], run.error) == (cv.LONGEST_OUTPUT, "\N{REPLACEMENT CHARACTER}end", "")


# --- odd answers ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("statuses", "is_ready"),
    [
        ([{"displayStatus": "Ready", "time": "2026-01-01T00:00:09Z"}], True),
        ([{"displayStatus": "Not Ready", "time": "2026-01-01T00:00:09Z"}], False),
        ([{"displayStatus": "Ready", "time": "2026-01-01T00:00:01Z"}], False),
        ([{"displayStatus": "Ready", "time": "soon"}], False),
        ([{"displayStatus": "Ready"}], False),
        ([{"displayStatus": "Ready", "time": "2026-01-01T00:00:09Z"}, {"displayStatus": "Not Ready"}], False),
        ([{"displayStatus": 7}], False),
        ([{"displayStatus": "Ready", "time": "2026-01-01T00:00:09Z"}, "Not Ready"], False),
        ("Ready", False),
        ([], False),
        (None, False),
    ],
)
async def test_a_machine_is_up_once_its_agent_reported_after_the_restore(
    azure_over: AzureOver, statuses: Any, *, is_ready: bool
) -> None:
    view = {"statuses": [{"code": "PowerState/running"}], "vmAgent": {"statuses": statuses}}
    seen = await azure_over(answering(odd_machine(instanceView=view))).machines.look(VM)
    assert seen.is_up_since(datetime(2026, 1, 1, 0, 0, 5, tzinfo=UTC)) is is_ready


@pytest.mark.parametrize("power", [None, "PowerState/stopped", "PowerState/deallocated", "PowerState/", "running"])
async def test_a_machine_that_does_not_run_is_not_up(azure_over: AzureOver, power: str | None) -> None:
    agent = {"statuses": [{"displayStatus": "Ready", "time": "2026-01-01T00:00:09Z"}]}
    view = {"statuses": [{"code": power}], "vmAgent": agent}
    seen = await azure_over(answering(odd_machine(instanceView=view))).machines.look(VM)
    assert not seen.is_up_since(datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize("disks", [None, "none", [{"name": "d"}], [{"lun": "x"}], [{"lun": 0}, None]])
async def test_disks_that_cannot_be_read_are_unknown_and_not_missing(azure_over: AzureOver, disks: Any) -> None:
    storage = {"dataDisks": disks, "osDisk": {"name": "os"}}
    seen = await azure_over(answering(odd_machine(storageProfile=storage))).machines.look(VM)
    assert (seen.data_disks, seen.interfaces) == (None, None)
    assert seen.os_disk == cv.AttachedDisk(None, "os", None, None, None)


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"id": VM.id},
        {"id": VM.id, "location": "x"},
        {"id": VM.id, "location": "x", "properties": []},
        {"id": DISK, "location": "x", "properties": {}},
        {"id": 5, "location": "x", "properties": {}},
    ],
)
async def test_what_is_no_machine_is_unreadable(azure_over: AzureOver, body: Any) -> None:
    with pytest.raises(e.AzureUnreadable):
        await azure_over(answering(body)).machines.look(VM)


async def test_every_entry_of_a_group_is_listed_or_named_as_unreadable(azure_over: AzureOver) -> None:
    entries = [
        {"id": DISK, "type": "Microsoft.Compute/disks", "tags": {"RSVaultBackup": "j"}, "managedBy": VM.id},
        {"id": f"{DISK}2", "type": "Microsoft.Compute/disks", "tags": None},
        {"name": "no id"},
        {"id": f"{DISK}3", "type": "Microsoft.Compute/disks", "managedBy": {}},
        None,
    ]
    sent: list[httpx.Request] = []
    pages = (
        {"value": entries[:2], "nextLink": f"https://management.azure.com{GROUP}/resources?p=2"},
        {"value": entries[2:]},
    )
    listed = await azure_over(answering(*pages, sent=sent)).machines.list_group(GROUP)
    assert [(one.kind, one.name, dict(one.tags), one.held_by) for one in listed] == [
        ("microsoft.compute/disks", "d", {"RSVaultBackup": "j"}, VM.id),
        ("microsoft.compute/disks", "d2", {}, None),
    ]
    assert (len(listed.unreadable), sent[0].url.path) == (3, f"{GROUP}/resources")


# --- networks ------------------------------------------------------------------------------------------------------
async def test_the_ways_out_of_a_network_are_read(azure_over: AzureOver) -> None:
    gateway = f"{GROUP}/providers/Microsoft.Network/virtualNetworkGateways/g"
    subnet = {"addressPrefix": "10.0.0.0/24", "networkSecurityGroup": {"id": "nsg"}, "routeTable": None}
    peering = {"remoteVirtualNetwork": {"id": "other"}, "peeringState": "Connected", "allowVirtualNetworkAccess": True}
    body = {
        "id": NETWORK,
        "properties": {
            "subnets": [
                {"id": f"{NETWORK}/subnets/a", "name": "a", "properties": subnet},
                {
                    "id": f"{NETWORK}/subnets/GatewaySubnet",
                    "name": "GatewaySubnet",
                    "properties": {"ipConfigurations": [{"id": f"{gateway}/ipConfigurations/x"}]},
                },
            ],
            "virtualNetworkPeerings": [
                {"id": f"{NETWORK}/virtualNetworkPeerings/p", "name": "p", "properties": peering}
            ],
        },
    }
    seen = await azure_over(answering(body)).networks.get(NETWORK)
    found = seen.subnet(f"{NETWORK}/SUBNETS/A/")
    assert found is not None
    assert (found.prefixes, found.security_group_id, found.route_table_id) == (("10.0.0.0/24",), "nsg", None)
    assert seen.gateway_ids == (gateway,)
    assert seen.peerings is not None
    assert (seen.peerings[0].remote_network_id, seen.peerings[0].allows_access) == ("other", True)
    assert seen.peerings[0].uses_remote_gateways is None


async def test_rules_of_a_security_group_come_by_priority(azure_over: AzureOver) -> None:
    group = f"{GROUP}/providers/Microsoft.Network/networkSecurityGroups/n"
    own_rule = {"priority": 200, "direction": "Outbound", "access": "Deny", "protocol": "*", "sourceAddressPrefix": "*"}
    own_rule |= {
        "sourcePortRange": "*",
        "destinationAddressPrefixes": ["10.1.0.0/16", "10.2.0.0/16"],
        "destinationPortRange": "443",
    }
    default = {
        "priority": 65000,
        "direction": "Outbound",
        "access": "Allow",
        "sourceAddressPrefix": "VirtualNetwork",
        "destinationAddressPrefix": "VirtualNetwork",
        "destinationPortRange": "*",
    }
    body = {
        "id": group,
        "properties": {
            "defaultSecurityRules": [{"name": "AllowVnetOutBound", "properties": default}],
            "securityRules": [{"name": "closed", "properties": own_rule}],
        },
    }
    seen = await azure_over(answering(body)).networks.get_security_group(group)
    assert seen.rules is not None
    assert [(one.name, one.allows, one.destinations, one.is_default) for one in seen.rules] == [
        ("closed", False, ("10.1.0.0/16", "10.2.0.0/16"), False),
        ("AllowVnetOutBound", True, ("VirtualNetwork",), True),
    ]
    assert seen.rules[0].destination_ports == ("443",)
    missing = {"id": group, "properties": {"securityRules": []}}
    assert (await azure_over(answering(missing)).networks.get_security_group(group)).rules is None


# --- what is sent --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "other",
    [
        "",
        GROUP,
        NETWORK,
        f"{GROUP}/providers/Microsoft.RecoveryServices/vaults/v",
        f"{GROUP}/providers/Microsoft.Compute/virtualMachines",
        f"{VM.id}/runCommands/c",
        f"{GROUP}/providers/Microsoft.Compute/disks/..",
        f"https://elsewhere.example{DISK}",
        DISK.replace(SUBSCRIPTION, "mine"),
    ],
)
async def test_nothing_else_is_deleted(azure_over: AzureOver, other: str) -> None:
    sent: list[httpx.Request] = []
    with pytest.raises(e.AzureRejected, match="Cannot be asked"):
        await azure_over(answering({}, sent=sent)).machines.delete(other, request_id=ID)
    assert not sent


@pytest.mark.parametrize("name", ["", "..", "a/b"])
async def test_a_run_commands_name_leads_nowhere_else(azure_over: AzureOver, name: str) -> None:
    with pytest.raises(e.AzureRejected, match="Cannot be asked"):
        await azure_over(answering()).run_commands.delete(VM, name, request_id=ID)


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (204, None, None),
        (404, "ResourceNotFound", None),
        (404, "ResourceGroupNotFound", e.AzureNotFound),
        (404, None, e.AzureNotFound),
        (400, "NicInUse", e.AzureRejected),
        (409, "ScopeLocked", e.AzureConflict),
        (429, "OperationNotAllowed", e.AzureThrottled),
        (503, "ServerTimeout", e.AzureUnknown),
        (202, None, e.AzureUnknown),
    ],
)
async def test_what_an_answer_to_a_deletion_means(
    azure_over: AzureOver, status: int, code: str | None, expected: type[e.AzureError] | None
) -> None:
    content = json.dumps({"error": {"code": code, "message": "m"}}).encode() if code else b""
    azure = azure_over(lambda _: httpx.Response(status, content=content))
    if expected is None:
        assert (await azure.machines.delete(DISK, request_id=ID)).is_done
        return
    with pytest.raises(expected) as raised:
        await azure.machines.delete(DISK, request_id=ID)
    if isinstance(raised.value, e.AzureRejected) and code:
        assert raised.value.code == code
