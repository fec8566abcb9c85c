"""Every way from a test's target to production is found, named, and a reason to refuse it."""

import asyncio
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, Literal
from uuid import UUID

import pytest

from app.azure.compute.values import Network, Peering, Route, RouteTable, SecurityGroup, SecurityRule, Subnet
from app.azure.errors import AzureUnreachable
from app.restores.checks.isolation import Around, KnownMachines, KnownNow, in_group, ways_out
from app.restores.checks.isolation_rules import routes_lead, rules_let
from app.restores.checks.target_looks import READ_AT_ONCE, RecentLooks, find_ways_out

Direction = Literal["inbound", "outbound"]


def rule(
    priority: int,
    to: str,
    *,
    allows: bool = True,
    direction: Direction = "outbound",
    other: str = "*",
    protocol: str = "*",
    ports: tuple[str, ...] = ("*",),
) -> SecurityRule:
    ends = ((other,), (to,)) if direction == "outbound" else ((to,), (other,))
    return SecurityRule(
        f"r{priority}", priority, direction, allows, protocol, *ends, ports, is_default=priority >= 65000
    )


DEFAULT = (
    rule(65000, "VirtualNetwork", direction="inbound", other="VirtualNetwork"),
    rule(65001, "AzureLoadBalancer", direction="inbound"),
    rule(65500, "*", direction="inbound", allows=False),
    rule(65000, "VirtualNetwork", other="VirtualNetwork"),
    rule(65001, "Internet"),
    rule(65500, "*", allows=False),
)
"""Those that Azure gives each security group."""
SHUT = rule(4000, "Internet", allows=False)
NET = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet-tests"
NSG = SecurityGroup("/x/nsg", "westus", (SHUT, *DEFAULT))
OPEN = replace(NSG, rules=DEFAULT)
SUBNET = Subnet(f"{NET}/subnets/a", "a", ("10.0.0.0/24",), "/x/nsg", None, None, ())
ISOLATED = Network(NET, "westus", {}, ("10.0.0.0/16",), (), (SUBNET,), (), ())
ROUTED = replace(ISOLATED, subnets=(replace(SUBNET, route_table_id="/x/rt"),))
PEERING = Peering(f"{NET}/p", "to-hub", "/x/vnet-hub", "Connected", allows_access=True, uses_remote_gateways=False)
WEB = f"/subscriptions/{UUID(int=1)}/resourceGroups/rg-shop/providers/Microsoft.Compute/virtualMachines/VM-web"
OURS = "/x/virtualMachines/HFT-1"
KNOWN = KnownMachines({WEB.lower()}, {OURS.lower()})
OUT = Route("out", "0.0.0.0/0", "VirtualAppliance", "10.9.0.4")
DROPPED = Route("drop", "0.0.0.0/0", "None", None)


@pytest.mark.parametrize(
    ("network", "around", "ways"),
    [
        (ISOLATED, Around(NSG), []),
        (ISOLATED, Around(NSG, None, ["/other/vm"]), ["in_use"]),  # whose backup is not known here
        (ISOLATED, Around(NSG, None, [OURS]), []),
        (ISOLATED, Around(NSG, None, [OURS], ["/x/privateEndpoints/sql"]), ["in_use"]),
        (ISOLATED, Around(NSG, None, [OURS], cards=201, unread=1), ["not_known"]),
        (ISOLATED, Around(NSG, None, [WEB]), ["production_vm"]),
        (replace(ISOLATED, peerings=(PEERING,)), Around(NSG), ["peering"]),
        (replace(ISOLATED, peerings=(replace(PEERING, state="Initiated"),)), Around(NSG), ["peering"]),
        (replace(ISOLATED, peerings=(replace(PEERING, state="Disconnected"),)), Around(NSG), []),
        (replace(ISOLATED, peerings=None), Around(NSG), ["not_known"]),
        (replace(ISOLATED, gateway_ids=("/gw/vpn",)), Around(NSG), ["gateway"]),
        (replace(ISOLATED, subnets=None, gateway_ids=None), Around(), ["not_known", "subnet_missing"]),
        (replace(ISOLATED, subnets=(replace(SUBNET, security_group_id=None),)), Around(), ["no_security_group"]),
        (ISOLATED, Around(), ["no_security_group"]),
        (ISOLATED, Around(replace(NSG, rules=None)), ["not_known"]),
        (ISOLATED, Around(OPEN), ["internet"]),
        (ROUTED, Around(NSG), ["not_known"]),
        (ROUTED, Around(NSG, RouteTable("/x/rt", None)), ["not_known"]),
        (ROUTED, Around(NSG, RouteTable("/x/rt", (DROPPED,))), []),
        (ROUTED, Around(NSG, RouteTable("/x/rt", (DROPPED, OUT))), ["route"]),
        (replace(ISOLATED, subnets=()), Around(), ["subnet_missing"]),
        (
            replace(ROUTED, peerings=(PEERING,), gateway_ids=("/gw/vpn",)),
            Around(None, RouteTable("/x/rt", (OUT,)), [WEB]),
            ["peering", "gateway", "no_security_group", "route", "production_vm"],
        ),
    ],
)
def test_every_way_to_production_is_named(network: Network, around: Around, ways: list[str]) -> None:
    found = ways_out(network, SUBNET.id.upper(), around, KNOWN)
    assert [one.way for one in found] == ways
    assert all(one.id and one.detail for one in found)
    allowed = ways_out(network, SUBNET.id, around, KNOWN, allow_internet=True)
    assert [one.way for one in allowed] == [way for way in ways if way != "internet"]


ALL_BUT = rule(100, "*", allows=False)


@pytest.mark.parametrize(
    ("rules", "let"),
    [
        ((), ["r65001 Internet"]),
        ((SHUT,), []),
        ((ALL_BUT,), []),
        ((rule(100, "0.0.0.0/0", allows=False),), []),
        ((rule(4000, "Internet", allows=False, protocol="Tcp"),), ["r65001 Internet"]),  # not each protocol
        ((rule(4000, "Internet", allows=False, ports=("443",)),), ["r65001 Internet"]),  # not each port
        ((rule(4000, "Internet", allows=False, other="10.0.0.9"),), ["r65001 Internet"]),  # not from each address
        ((rule(200, "10.1.0.0/16"), SHUT), ["r200 10.1.0.0/16"]),  # production's addresses
        ((rule(200, "10.0.3.0/24"), SHUT), []),  # the network's own
        ((rule(200, "10.1.0.0/16"), rule(150, "10.0.0.0/8", allows=False), SHUT), []),
        ((rule(100, "10.1.0.0/16"), rule(150, "10.0.0.0/8", allows=False), SHUT), ["r100 10.1.0.0/16"]),
        ((rule(200, "Sql.WestUS"), SHUT), ["r200 Sql.WestUS"]),
        ((SHUT, rule(4050, "Sql.WestUS")), []),  # denied before
        ((rule(200, "*"), SHUT), ["r200 *"]),
        ((rule(200, "52.1.2.3"), SHUT), ["r200 52.1.2.3"]),
        ((rule(200, "168.63.129.16"), ALL_BUT), []),  # Azure's own, for the agent
        ((rule(200, "fd00::/8"), SHUT), ["r200 fd00::/8"]),
        ((rule(200, "10.1.0.0/16", direction="inbound"), SHUT), []),  # is not on the way out
    ],
)
def test_what_rules_let_out(rules: tuple[SecurityRule, ...], let: list[str]) -> None:
    found = rules_let((*DEFAULT, *rules), "outbound", ["10.0.0.0/16"])
    assert [f"{one.name} {one.to}" for one in found] == let


def test_what_rules_let_in() -> None:
    def let(*rules: SecurityRule) -> list[str]:
        return [one.to for one in rules_let((*DEFAULT, *rules), "inbound", ["10.0.0.0/16"])]

    assert let() == []
    assert let(rule(200, "Internet", direction="inbound", ports=("22",))) == ["Internet"]
    assert let(rule(200, "10.1.0.0/16", direction="inbound")) == ["10.1.0.0/16"]
    assert let(rule(200, "10.0.0.0/24", direction="inbound")) == []


def test_where_routes_lead() -> None:
    hops = {"None": 0, "VnetLocal": 0, "Internet": 0, "VirtualAppliance": 1, "VirtualNetworkGateway": 1, "Odd": 1}
    for hop, count in hops.items():
        assert len(list(routes_lead([Route("r", "10.1.0.0/16", hop, None)]))) == count, hop


def test_a_group_with_vms_that_are_backed_up_is_none_for_tests() -> None:
    group = WEB.partition("/providers/")[0]
    assert [one.way for one in in_group(group.upper(), {WEB.lower()})] == ["production_group"]
    assert in_group(group[:-1], {WEB.lower()}) == [], "another group, whose name is the beginning of this one's"
    assert in_group(group, set()) == []


class OneNetwork:
    """Azure with one network, in which each card is of a VM of its own; with what else has an address in it."""

    def __init__(self, cards: int, *others: str) -> None:
        provider = NET.partition("/virtualNetworks")[0]
        ids = [*(f"networkInterfaces/{number}" for number in range(cards)), *others]
        used = tuple(f"{provider}/{one}/ipConfigurations/a" for one in ids)
        self.network = replace(ISOLATED, subnets=(replace(SUBNET, used_by=used),))
        self.asked, self.fails_at = 0, 0
        self.reading, self.most_at_once = 0, 0
        self.held: dict[str, Any] = {}

    async def get(self, _: str) -> Network:
        self.asked += 1
        if self.asked == self.fails_at:
            raise AzureUnreachable("no answer")
        return self.network

    async def get_security_group(self, _: str) -> SecurityGroup:
        return NSG

    async def get_route_table(self, _: str) -> RouteTable:
        raise AssertionError("the subnet has none")

    async def get_interface(self, card_id: str) -> Any:
        number = card_id.rpartition("/")[2]
        self.reading += 1
        self.most_at_once = max(self.most_at_once, self.reading)
        await asyncio.sleep(0)
        self.reading -= 1
        return SimpleNamespace(**({"vm_id": f"/vm/{number}", "holder_id": None} | self.held.get(number, {})))


def rows(known: KnownMachines) -> KnownNow:
    async def read() -> KnownMachines:
        return known

    return read


PRACTICE = rows(KnownMachines(practice={f"/vm/{number}" for number in range(300)}))


@pytest.mark.parametrize(("cards", "ways"), [(0, []), (200, []), (201, ["not_known"])])
async def test_a_network_with_cards_that_were_not_looked_at_is_not_isolated(cards: int, ways: list[str]) -> None:
    azure: Any = OneNetwork(cards)
    assert [one.way for one in await find_ways_out(azure, azure, SUBNET.id, PRACTICE)] == ways
    assert azure.most_at_once == min(cards, READ_AT_ONCE)


async def test_a_machine_that_another_worker_began_during_the_look_is_known() -> None:
    azure: Any = OneNetwork(1)

    async def read() -> KnownMachines:
        return KnownMachines(practice={"/vm/0"} if azure.asked else set())  # on record before it was made

    assert await find_ways_out(azure, azure, SUBNET.id, read) == []
    assert await RecentLooks().find_ways_out(azure, azure, SUBNET.id, read) == []


async def test_each_user_of_the_network_that_no_test_made_is_named() -> None:
    azure: Any = OneNetwork(4, "loadBalancers/front", "bastionHosts/b", "virtualNetworkGateways/g")
    scale_set = f"{NET.partition('/Microsoft.Network')[0]}/Microsoft.Compute/virtualMachineScaleSets/shop"
    card = f"{scale_set}/virtualMachines/0/networkInterfaces/n/ipConfigurations/a"
    (subnet,) = azure.network.subnets
    azure.network = replace(ISOLATED, subnets=(replace(subnet, used_by=(*subnet.used_by, card)),))
    azure.held = {"1": {"vm_id": None}, "2": {"vm_id": None, "holder_id": "/x/privateEndpoints/sql"}}
    found = await find_ways_out(azure, azure, SUBNET.id, rows(KnownMachines(practice={"/vm/0"})))
    named = {one.id.rpartition("/")[2] for one in found}
    assert named == {"3", "sql", "front", "shop"}, "a card on nothing reaches nothing; gateways are named otherwise"
    assert {one.way for one in found} == {"in_use"}


async def test_runs_that_begin_together_share_one_look_and_no_error() -> None:
    azure: Any = OneNetwork(1)
    recent = RecentLooks()
    looks = [recent.find_ways_out(azure, azure, SUBNET.id, PRACTICE) for _ in range(20)]
    assert await asyncio.gather(*looks) == [[]] * 20
    assert azure.asked == 1
    assert await asyncio.gather(*(recent.location_of(azure, SUBNET.id) for _ in range(20))) == ["westus"] * 20
    assert azure.asked == 2
    theirs = rows(KnownMachines(backed_up={"/vm/0"}))
    found = await recent.find_ways_out(azure, azure, SUBNET.id, theirs)
    assert [one.way for one in found] == ["production_vm"], "another tenant judges by its own rows"
    azure.fails_at = azure.asked + 1
    recent = RecentLooks()
    with pytest.raises(AzureUnreachable):
        await recent.find_ways_out(azure, azure, SUBNET.id, PRACTICE)
    assert await recent.find_ways_out(azure, azure, SUBNET.id, PRACTICE) == []
