"""Network cards, public addresses, security groups, peerings, gateways (docs/azure.md, Compute and Network).

Cards and addresses as recorded 2023-2024; networks, peerings, gateways and rules as specified. What the provider of
backups calls the cards of a restored machine, and whether it tags them, was not recorded: here they have no tag.
"""

import uuid

from app.simulator.arm import Call, Reply, Route, resource_not_found
from app.simulator.inventory import GROUP, existing_group
from app.simulator.world import Json, VirtualMachine, World, resource_id

NETWORK = "/providers/Microsoft.Network"
CARDS, ADDRESSES = NETWORK + "/networkInterfaces", NETWORK + "/publicIPAddresses"
RULES = (  # name, priority, direction, access, source, destination: the ones that every group has
    ("AllowVnetInBound", 65000, "Inbound", "Allow", "VirtualNetwork", "VirtualNetwork"),
    ("AllowAzureLoadBalancerInBound", 65001, "Inbound", "Allow", "AzureLoadBalancer", "*"),
    ("DenyAllInBound", 65500, "Inbound", "Deny", "*", "*"),
    ("AllowVnetOutBound", 65000, "Outbound", "Allow", "VirtualNetwork", "VirtualNetwork"),
    ("AllowInternetOutBound", 65001, "Outbound", "Allow", "*", "Internet"),
    ("DenyAllOutBound", 65500, "Outbound", "Deny", "*", "*"),
)


# -- making -------------------------------------------------------------------------------------------------------
def _etag() -> str:
    return f'W/"{uuid.uuid4()}"'


def add_card(world: World, vm: VirtualMachine, name: str, subnet_id: str, address_id: str | None = None) -> str:
    """A network card of a machine in a subnet, in the machine's own group."""
    identity, etag = (
        resource_id(vm.resource_group, "Microsoft.Network/networkInterfaces", name, vm.subscription),
        _etag(),
    )
    config_id = f"{identity}/ipConfigurations/ipconfig1"
    config: Json = {
        "provisioningState": "Succeeded",
        "privateIPAddress": _free_address(world, subnet_id),
        "privateIPAllocationMethod": "Dynamic",
        "subnet": {"id": subnet_id},
        "primary": True,
        "privateIPAddressVersion": "IPv4",
    }
    if address_id is not None:
        config["publicIPAddress"] = {"id": address_id}
        world.parts.addresses[address_id.lower()]["properties"]["ipConfiguration"] = {"id": config_id}
    shown: Json = {
        "name": "ipconfig1",
        "id": config_id,
        "etag": etag,
        "type": "Microsoft.Network/networkInterfaces/ipConfigurations",
        "properties": config,
    }
    properties: Json = {
        "provisioningState": "Succeeded",
        "resourceGuid": str(uuid.uuid4()),
        "ipConfigurations": [shown],
        "dnsSettings": {"dnsServers": [], "appliedDnsServers": []},
        "enableIPForwarding": False,
        "primary": True,
        "virtualMachine": {"id": vm.id},
        "nicType": "Standard",
    }
    card = {"name": name, "id": identity, "etag": etag, "tags": {}, "properties": properties}
    kind = {"type": "Microsoft.Network/networkInterfaces", "location": vm.location, "kind": "Regular"}
    world.parts.interfaces[identity.lower()] = card | kind
    world.parts.created[identity.lower()] = world.clock.now()
    return identity


def _free_address(world: World, subnet_id: str) -> str:
    cards = _in(world, subnet_id)
    used = {card["properties"]["ipConfigurations"][0]["properties"]["privateIPAddress"] for card in cards}
    numbers = (f"10.0.{number // 250}.{number % 250}" for number in range(4, 60_000))
    return next(address for address in numbers if address not in used)


def _in(world: World, subnet_id: str) -> list[Json]:
    wanted = subnet_id.lower()
    return [one for one in world.parts.interfaces.values() if wanted == _subnet_of(one).lower()]


def _subnet_of(card: Json) -> str:
    return str(card["properties"]["ipConfigurations"][0]["properties"]["subnet"]["id"])


def add_address(world: World, vm: VirtualMachine, name: str) -> str:
    """A public address in the machine's own group, not used yet."""
    identity = resource_id(vm.resource_group, "Microsoft.Network/publicIPAddresses", name, vm.subscription)
    number = len(world.parts.addresses)
    world.parts.created[identity.lower()] = world.clock.now()
    world.parts.addresses[identity.lower()] = {
        "name": name,
        "id": identity,
        "etag": _etag(),
        "location": vm.location,
        "tags": {},
        "properties": {
            "provisioningState": "Succeeded",
            "resourceGuid": str(uuid.uuid4()),
            "ipAddress": f"203.0.113.{number % 250 + 1}",
            "publicIPAddressVersion": "IPv4",
            "publicIPAllocationMethod": "Static",
            "idleTimeoutInMinutes": 4,
            "ipTags": [],
        },
        "type": "Microsoft.Network/publicIPAddresses",
        "sku": {"name": "Standard", "tier": "Regional"},
    }
    return identity


def add_security_group(world: World, name: str, group: str, location: str, rules: list[Json]) -> str:
    """`rules`: each with a name beside what are its properties in Azure."""
    identity = resource_id(group, "Microsoft.Network/networkSecurityGroups", name)
    world.parts.security_groups[identity.lower()] = {
        "name": name,
        "id": identity,
        "etag": _etag(),
        "type": "Microsoft.Network/networkSecurityGroups",
        "location": location,
        "properties": {
            "provisioningState": "Succeeded",
            "resourceGuid": str(uuid.uuid4()),
            "securityRules": [_rule(identity, "securityRules", dict(rule)) for rule in rules],
            "defaultSecurityRules": [
                _rule(
                    identity,
                    "defaultSecurityRules",
                    {
                        "name": called,
                        "priority": priority,
                        "direction": direction,
                        "access": access,
                        "sourceAddressPrefix": source,
                        "destinationAddressPrefix": target,
                    },
                )
                for called, priority, direction, access, source, target in RULES
            ],
        },
    }
    return identity


def add_route_table(world: World, name: str, group: str, location: str, routes: list[Json]) -> str:
    """`routes`: each with a name beside what are its properties in Azure."""
    identity = resource_id(group, "Microsoft.Network/routeTables", name)
    shown: list[Json] = []
    for route in routes:
        told = {key: value for key, value in route.items() if key != "name"}
        named = {"name": str(route["name"]), "id": f"{identity}/routes/{route['name']}"}
        shown.append({**named, "properties": {"provisioningState": "Succeeded", "hasBgpOverride": False, **told}})
    world.parts.route_tables[identity.lower()] = {
        "name": name,
        "id": identity,
        "etag": _etag(),
        "type": "Microsoft.Network/routeTables",
        "location": location,
        "properties": {"provisioningState": "Succeeded", "disableBgpRoutePropagation": False, "routes": shown},
    }
    return identity


def _rule(group_id: str, kind: str, rule: Json) -> Json:
    name = str(rule.pop("name"))
    usual = {
        "provisioningState": "Succeeded",
        "protocol": "*",
        "sourcePortRange": "*",
        "destinationPortRange": "*",
        "sourceAddressPrefix": "*",
        "destinationAddressPrefix": "*",
        "sourceAddressPrefixes": [],
        "destinationAddressPrefixes": [],
    }
    return {"name": name, "id": f"{group_id}/{kind}/{name}", "properties": usual | rule}


def add_peering(network: Json, entry: Json) -> None:
    name, remote = str(entry.get("name", "peering")), str(entry["remote_network_id"])
    peerings = network["properties"].setdefault("virtualNetworkPeerings", [])
    peerings.append(
        {
            "id": f"{network['id']}/virtualNetworkPeerings/{name}",
            "name": name,
            "type": "Microsoft.Network/virtualNetworks/virtualNetworkPeerings",
            "properties": {
                "provisioningState": "Succeeded",
                "peeringState": str(entry.get("state", "Connected")),
                "remoteVirtualNetwork": {"id": remote},
                "allowVirtualNetworkAccess": bool(entry.get("allow_access", True)),
                "allowForwardedTraffic": False,
                "allowGatewayTransit": False,
                "useRemoteGateways": bool(entry.get("use_remote_gateways", False)),
            },
        }
    )


def add_gateway(world: World, network: Json, name: str) -> str:
    """A gateway is in a subnet of this very name; the network shows it there, as a configuration of an address."""
    group = network["id"].split("/")[4]
    identity = resource_id(group, "Microsoft.Network/virtualNetworkGateways", name)
    config = {"id": f"{identity}/ipConfigurations/default"}
    subnet = {
        "id": f"{network['id']}/subnets/GatewaySubnet",
        "name": "GatewaySubnet",
        "properties": {
            "provisioningState": "Succeeded",
            "addressPrefix": "10.0.255.0/27",
            "ipConfigurations": [config],
        },
    }
    network["properties"]["subnets"].append(subnet)
    world.parts.gateways[identity.lower()] = {
        "id": identity,
        "name": name,
        "type": "Microsoft.Network/virtualNetworkGateways",
        "location": network["location"],
        "properties": {
            "provisioningState": "Succeeded",
            "gatewayType": "Vpn",
            "ipConfigurations": [{"id": config["id"], "properties": {"subnet": {"id": subnet["id"]}}}],
        },
    }
    return identity


# -- seeds --------------------------------------------------------------------------------------------------------
MEMBERS = {"security_group_id": "networkSecurityGroup", "route_table_id": "routeTable", "nat_gateway_id": "natGateway"}


def dress_network(world: World, network_id: str, entry: Json) -> None:
    """What a seed tells about a network beside its subnets' names (control.py)."""
    network = world.networks[network_id.lower()]
    for subnet, told in zip(network["properties"]["subnets"], entry.get("subnets", ()), strict=False):
        if isinstance(told, dict):
            named = {MEMBERS[name]: {"id": str(told[name])} for name in MEMBERS if told.get(name)}
            subnet["properties"] |= named
    for peering in entry.get("peerings", ()):
        add_peering(network, peering)
    if entry.get("gateway"):
        add_gateway(world, network, str(entry["gateway"]))


def dress_machine(world: World, vm: VirtualMachine, entry: Json) -> None:
    if not entry.get("subnet_id"):
        return
    address = add_address(world, vm, f"{vm.name}PublicIP") if entry.get("public_ip") else None
    add_card(world, vm, f"{vm.name}VMNic", str(entry["subnet_id"]), address)


# -- answers ------------------------------------------------------------------------------------------------------
def get_card(call: Call) -> Reply:
    return _one(call, call.world.parts.interfaces, "networkInterfaces")


def get_address(call: Call) -> Reply:
    return _one(call, call.world.parts.addresses, "publicIPAddresses")


def get_security_group(call: Call) -> Reply:
    return _one(call, call.world.parts.security_groups, "networkSecurityGroups")


def get_route_table(call: Call) -> Reply:
    return _one(call, call.world.parts.route_tables, "routeTables")


def get_gateway(call: Call) -> Reply:
    return _one(call, call.world.parts.gateways, "virtualNetworkGateways")


def _one(call: Call, shelf: dict[str, Json], kind: str) -> Reply:
    found = shelf.get(call.path.lower())
    if found is None:
        raise resource_not_found(f"Microsoft.Network/{kind}", call.params["name"], call.params["group"])
    shown = _shown(call.world, found)
    return Reply(200, shown, {"etag": shown["etag"]} if "etag" in shown else {})


def _shown(world: World, found: Json) -> Json:
    if found["id"].lower() in world.parts.deleting:
        return found | {"properties": found["properties"] | {"provisioningState": "Deleting"}}
    return found


def _list(call: Call, shelf: dict[str, Json]) -> Reply:
    if "group" in call.params:
        existing_group(call, call.params["group"])
    start = call.path.lower().partition("/providers/")[0] + "/"
    return Reply(200, {"value": [_shown(call.world, one) for key, one in shelf.items() if key.startswith(start)]})


def list_cards(call: Call) -> Reply:
    return _list(call, call.world.parts.interfaces)


def list_addresses(call: Call) -> Reply:
    return _list(call, call.world.parts.addresses)


def list_security_groups(call: Call) -> Reply:
    return _list(call, call.world.parts.security_groups)


def list_gateways(call: Call) -> Reply:
    return _list(call, call.world.parts.gateways)


def list_peerings(call: Call) -> Reply:
    network = call.world.networks.get(call.path.lower().rpartition("/")[0])
    if network is None:
        raise resource_not_found("Microsoft.Network/virtualNetworks", call.params["name"], call.params["group"])
    return Reply(200, {"value": network["properties"].get("virtualNetworkPeerings", [])})


SUB = "/subscriptions/{subscription}"
ROUTES: list[Route] = [
    ("GET", GROUP + CARDS + "/{name}", get_card),
    ("GET", GROUP + CARDS, list_cards),
    ("GET", SUB + CARDS, list_cards),
    ("GET", GROUP + ADDRESSES + "/{name}", get_address),
    ("GET", GROUP + ADDRESSES, list_addresses),
    ("GET", SUB + ADDRESSES, list_addresses),
    ("GET", GROUP + NETWORK + "/networkSecurityGroups/{name}", get_security_group),
    ("GET", GROUP + NETWORK + "/networkSecurityGroups", list_security_groups),
    ("GET", GROUP + NETWORK + "/routeTables/{name}", get_route_table),
    ("GET", GROUP + NETWORK + "/virtualNetworkGateways/{name}", get_gateway),
    ("GET", GROUP + NETWORK + "/virtualNetworkGateways", list_gateways),
    ("GET", GROUP + NETWORK + "/virtualNetworks/{name}/virtualNetworkPeerings", list_peerings),
]
