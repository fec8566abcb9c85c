"""What is odd in an answer of Compute or Network is unknown, or unreadable: never "none"."""

from collections.abc import Callable
from typing import Any

import pytest

from app.azure import errors as e
from app.azure.compute import values as cv

from .compute_steps import DISK, GROUP, NETWORK, VM, answering, odd_machine
from .conftest import AzureOver

Json = dict[str, Any]


@pytest.mark.parametrize("disk", [{"managedDisk": "odd"}, {"managedDisk": {"id": 7}}, {"deleteOption": "Shred"}, "odd"])
async def test_a_disk_or_card_of_which_a_part_is_odd_is_unknown(azure_over: AzureOver, disk: Any) -> None:
    whole = {"lun": 0, "name": "d", "managedDisk": {"id": DISK}}
    odd = whole | disk if isinstance(disk, dict) else disk
    cards = [{"id": "a"}, {"id": "b", "properties": {"deleteOption": "Shred"}}]
    profiles = {"storageProfile": {"osDisk": odd, "dataDisks": [whole, odd]}}
    profiles |= {"networkProfile": {"networkInterfaces": cards}}
    seen = await azure_over(answering(odd_machine(**profiles))).machines.look(VM)
    assert (seen.os_disk, seen.data_disks, seen.interfaces) == (None, None, None)


NO_PROPERTIES: tuple[Any, ...] = (None, [], "none")
PARTS: dict[str, tuple[Callable[[Any], Any], Json]] = {
    "networkInterfaces": (lambda azure: azure.machines.get_interface, {"ipConfigurations": []}),
    "publicIPAddresses": (lambda azure: azure.machines.get_public_ip, {}),
    "disks": (lambda azure: azure.machines.get_disk, {}),
    "snapshots": (lambda azure: azure.machines.get_snapshot, {}),
}


def part_id(kind: str) -> str:
    provider = "Compute" if kind in {"disks", "snapshots"} else "Network"
    return f"{GROUP}/providers/Microsoft.{provider}/{kind}/x"


@pytest.mark.parametrize("kind", PARTS)
async def test_a_part_of_which_azure_names_no_holder_has_none(azure_over: AzureOver, kind: str) -> None:
    call, enough = PARTS[kind]
    seen = await call(azure_over(answering({"id": part_id(kind), "properties": enough})))(part_id(kind))
    assert isinstance(seen, cv.Part)
    assert (seen.id, seen.location, seen.tags, seen.unique_id, seen.provisioning) == (part_id(kind), None, {}, None, "")


@pytest.mark.parametrize(
    ("kind", "odd"),
    [
        *((kind, {"properties": properties}) for kind in PARTS for properties in NO_PROPERTIES),
        ("networkInterfaces", {"virtualMachine": "odd"}),
        ("networkInterfaces", {"virtualMachine": {}}),
        ("networkInterfaces", {"privateEndpoint": {"id": 7}}),
        ("networkInterfaces", {"networkSecurityGroup": []}),
        ("networkInterfaces", {"ipConfigurations": None}),
        ("networkInterfaces", {"ipConfigurations": "none"}),
        ("networkInterfaces", {"ipConfigurations": [None]}),
        ("networkInterfaces", {"ipConfigurations": [{}]}),
        ("networkInterfaces", {"ipConfigurations": [{"properties": {"subnet": "odd"}}]}),
        ("networkInterfaces", {"ipConfigurations": [{"properties": {"publicIPAddress": {}}}]}),
        ("publicIPAddresses", {"ipConfiguration": "odd"}),
        ("publicIPAddresses", {"natGateway": {"id": ""}}),
        ("disks", {"managedBy": {"id": VM.id}}),
        ("disks", {"managedByExtended": {}}),
        ("disks", {"managedByExtended": [None]}),
        ("snapshots", {"creationData": "odd"}),
        ("snapshots", {"creationData": {"sourceResourceId": 7}}),
    ],
)
async def test_a_part_whose_holder_cannot_be_read_is_not_free(azure_over: AzureOver, kind: str, odd: Json) -> None:
    """What has no holder may be deleted: so what is odd must not read as none."""
    call, enough = PARTS[kind]
    body = {"id": part_id(kind), "properties": enough | odd} | odd
    with pytest.raises(e.AzureUnreadable):
        await call(azure_over(answering(body)))(part_id(kind))


ODD_SUBNETS: tuple[Json, ...] = (
    {"ipConfigurations": [{}]},
    {"ipConfigurations": [None]},
    {"ipConfigurations": "none"},
    {"addressPrefixes": [7]},
    {"networkSecurityGroup": "none"},
    {"routeTable": {}},
    {"natGateway": {"id": None}},
)
ODD_PEERING = {"remoteVirtualNetwork": "other", "peeringState": "Connected"}


@pytest.mark.parametrize(
    ("properties", "subnets", "peerings"),
    [
        ({}, None, ()),
        ({"subnets": [{"id": "x"}]}, None, ()),
        ({"subnets": [{"id": "x", "name": "x"}]}, None, ()),
        *(({"subnets": [{"id": "x", "name": "x", "properties": odd}]}, None, ()) for odd in ODD_SUBNETS),
        ({"subnets": [], "virtualNetworkPeerings": [{"id": "p"}]}, (), None),
        ({"subnets": [], "virtualNetworkPeerings": [{"id": "p", "properties": ODD_PEERING}]}, (), None),
        ({"subnets": [], "virtualNetworkPeerings": None}, (), None),
        ({"subnets": [], "virtualNetworkPeerings": [{"name": "without an id"}]}, (), None),
    ],
)
async def test_what_a_network_reaches_is_unknown_where_one_entry_is_odd(
    azure_over: AzureOver, properties: Json, subnets: Any, peerings: Any
) -> None:
    seen = await azure_over(answering({"id": NETWORK, "properties": properties})).networks.get(NETWORK)
    assert (seen.subnets, seen.peerings) == (subnets, peerings)
    assert seen.gateway_ids == subnets


@pytest.mark.parametrize(
    "odd",
    [
        {"properties": None},
        {"properties": {"addressSpace": "all"}},
        {"properties": {"addressSpace": {"addressPrefixes": [None]}}},
        {"properties": {"dhcpOptions": {"dnsServers": {}}}},
    ],
)
async def test_a_network_whose_addresses_are_odd_is_unreadable(azure_over: AzureOver, odd: Json) -> None:
    with pytest.raises(e.AzureUnreadable):
        await azure_over(answering({"id": NETWORK} | odd)).networks.get(NETWORK)


RULE = {"priority": 100, "direction": "Outbound", "access": "Allow", "protocol": "*", "destinationPortRange": "*"}
RULE |= {"sourceAddressPrefix": "*", "destinationAddressPrefix": "Internet"}


@pytest.mark.parametrize(
    "odd",
    [
        {"priority": "first"},
        {"direction": "Sideways"},
        {"access": None},
        {"sourceAddressPrefix": None},
        {"destinationAddressPrefix": ""},
        {"destinationAddressPrefixes": [{}]},
        {"destinationPortRange": None},
        {"destinationPortRanges": 443},
        {"sourceApplicationSecurityGroups": [{}]},
        {"destinationApplicationSecurityGroups": "none"},
    ],
)
async def test_a_rule_that_is_not_understood_leaves_the_rules_unknown(azure_over: AzureOver, odd: Json) -> None:
    group = f"{GROUP}/providers/Microsoft.Network/networkSecurityGroups/n"

    async def rules_with(rule: Json) -> Any:
        rules = {"securityRules": [{"name": "r", "properties": rule}], "defaultSecurityRules": []}
        return (
            await azure_over(answering({"id": group, "properties": rules})).networks.get_security_group(group)
        ).rules

    assert len(await rules_with(RULE)) == 1
    assert await rules_with(RULE | odd) is None
