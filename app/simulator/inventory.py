"""What a backup client reads beside the vaults: subscriptions, groups, machines, disks, storage, networks."""

import uuid

from app.simulator.arm import Call, Reply, Route, filter_terms, gateway_error, resource_not_found
from app.simulator.machine_parts import Boot, Parts
from app.simulator.progress import stamp
from app.simulator.world import PAIRED_REGIONS, REGIONS, TENANT, Disk, Json, VirtualMachine, group_key

GROUP = "/subscriptions/{subscription}/resourceGroups/{group}"
COMPUTE = "/providers/Microsoft.Compute"


def list_subscriptions(call: Call) -> Reply:
    shown = [_subscription(*entry) for entry in call.world.subscriptions.items()]
    return Reply(200, {"value": shown, "count": {"type": "Total", "value": len(shown)}})


def get_subscription(call: Call) -> Reply:
    return Reply(200, _subscription(call.subscription, call.world.subscriptions[call.subscription]))


def list_tenants(_call: Call) -> Reply:
    return Reply(200, {"value": [{"id": f"/tenants/{TENANT}", "tenantId": TENANT}]})


def _subscription(identity: str, name: str) -> Json:
    return {
        "id": f"/subscriptions/{identity}",
        "subscriptionId": identity,
        "tenantId": TENANT,
        "displayName": name,
        "state": "Enabled",
        "subscriptionPolicies": {"locationPlacementId": "Public_2014-09-01", "spendingLimit": "Off"},
        "authorizationSource": "RoleBased",
    }


def list_groups(call: Call) -> Reply:
    groups = call.world.resource_groups.items()
    here = [group for key, group in groups if key == group_key(group[0], call.subscription)]
    return Reply(200, {"value": [_group(call, *group) for group in here]})


def get_group(call: Call) -> Reply:
    return Reply(200, _group(call, *existing_group(call, call.params["group"])))


def existing_group(call: Call, name: str) -> tuple[str, str]:
    """(name, location) of a resource group, or ARM's 404."""
    found = call.world.resource_groups.get(group_key(name, call.subscription))
    if found is None:
        raise gateway_error(404, "ResourceGroupNotFound", f"Resource group '{name}' could not be found.")
    return found


def scope_before(call: Call, tail: str) -> str:
    """The scope of a path, which `tail` follows, as the caller wrote it. A group in it must exist."""
    if "group" in call.params:
        existing_group(call, call.params["group"])
    return call.path[: call.path.lower().rindex(tail.lower())]


def _group(call: Call, name: str, location: str) -> Json:
    return {
        "id": f"/subscriptions/{call.subscription}/resourceGroups/{name}",
        "name": name,
        "type": "Microsoft.Resources/resourceGroups",
        "location": location,
        "properties": {"provisioningState": "Succeeded"},
    }


def list_vms(call: Call) -> Reply:
    group = call.params.get("group", "").lower()
    if group:
        existing_group(call, group)
    vms = [vm for vm in call.world.vms.values() if vm.subscription == call.subscription]
    return Reply(
        200, {"value": [vm_body(vm, call.world.parts) for vm in vms if not group or vm.resource_group.lower() == group]}
    )


def vm_body(vm: VirtualMachine, parts: Parts) -> Json:
    os_disk, *data_disks = vm.disks
    is_made_here = os_disk.tags.get("RSVaultBackup") is None
    is_going = vm.id.lower() in parts.deleting
    return {
        "id": vm.id,
        "name": vm.name,
        "type": "Microsoft.Compute/virtualMachines",
        "location": vm.location,
        "tags": vm.tags,
        **({"zones": vm.zones} if vm.zones else {}),
        "properties": {
            "vmId": vm.unique_id,
            "provisioningState": "Deleting" if is_going else "Succeeded",
            "hardwareProfile": {"vmSize": vm.size},
            "storageProfile": {
                **({"imageReference": _image(vm)} if is_made_here and vm.image else {}),
                "osDisk": {
                    "osType": vm.os,
                    "createOption": "FromImage" if is_made_here else "Attach",
                    **_attached(vm, os_disk, parts),
                },
                "dataDisks": [
                    {"lun": disk.lun, "createOption": "Attach", **_attached(vm, disk, parts)} for disk in data_disks
                ],
            },
            "networkProfile": {"networkInterfaces": _cards(vm, parts)},
            "timeCreated": stamp(parts.boots.get(vm.id.lower(), Boot(0)).created).replace("Z", "+00:00"),
        },
    }


def _image(vm: VirtualMachine) -> Json:
    return vm.image if "id" in vm.image else vm.image | {"version": "latest", "exactVersion": "1.0.0"}


def _attached(vm: VirtualMachine, disk: Disk, parts: Parts) -> Json:
    return {
        "name": disk.name,
        "diskSizeGB": disk.gib,
        "managedDisk": {"id": disk.id, "storageAccountType": "Premium_LRS" if vm.nature.premium else "Standard_LRS"},
        "deleteOption": parts.delete_options.get(disk.id.lower(), "Detach"),
    }


def _cards(vm: VirtualMachine, parts: Parts) -> list[Json]:
    """Recorded without an option, where it is the usual one."""
    held = [one for one in parts.interfaces.values() if one["properties"].get("virtualMachine") == {"id": vm.id}]
    options = [parts.delete_options.get(one["id"].lower()) for one in held]
    return [
        {"id": one["id"]} | ({"properties": {"primary": True, "deleteOption": option}} if option else {})
        for one, option in zip(held, options, strict=True)
    ]


def list_disks(call: Call) -> Reply:
    group = call.params.get("group", "").lower()
    disks = [disk for disk in call.world.disks.values() if disk.subscription == call.subscription]
    return Reply(200, {"value": [_disk(disk) for disk in disks if not group or disk.resource_group.lower() == group]})


def get_disk(call: Call) -> Reply:
    disk = call.world.disks.get(call.path.lower())
    if disk is None:
        raise resource_not_found("Microsoft.Compute/disks", call.params["name"], call.params["group"])
    return Reply(200, _disk(disk))


def _disk(disk: Disk) -> Json:
    body: Json = {
        "id": disk.id,
        "name": disk.name,
        "type": "Microsoft.Compute/disks",
        "location": disk.location,
        "tags": disk.tags,
        **({"zones": disk.zones} if disk.zones else {}),
        "sku": {"name": "Premium_LRS", "tier": "Premium"},
        "properties": {
            "diskSizeGB": disk.gib,
            "diskState": "Attached" if disk.vm_id else "Unattached",
            "provisioningState": "Succeeded",
            "timeCreated": stamp(disk.created),
            "uniqueId": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{disk.id.lower()}/{disk.created}")),
            "creationData": {"createOption": "Empty" if disk.vm_id else "Restore"},
        },
    }
    if disk.os:
        body["properties"]["osType"] = disk.os
    if disk.vm_id:
        body["managedBy"] = disk.vm_id
    owned = disk.owned if disk.owned is not None or not disk.vm_id else disk.created
    if owned is not None:  # with a capital letter, as the specification has it
        body["properties"]["LastOwnershipUpdateTime"] = stamp(owned)
    return body


def list_locations(call: Call) -> Reply:
    """Regions with their pairs and zones; the published shape of api-version 2022-12-01, not traffic."""
    locations = sorted({*REGIONS, *call.world.zones})
    return Reply(200, {"value": [_location(call, name) for name in locations]})


def _location(call: Call, name: str) -> Json:
    zones = call.world.zones.get(name, [])
    metadata: Json = {"regionType": "Physical", "regionCategory": "Recommended"}
    if pair := PAIRED_REGIONS.get(name):
        metadata["pairedRegion"] = [{"name": pair, "id": f"/subscriptions/{call.subscription}/locations/{pair}"}]
    body: Json = {
        "id": f"/subscriptions/{call.subscription}/locations/{name}",
        "name": name,
        "type": "Region",
        "displayName": name,
        "metadata": metadata,
    }
    if zones:
        body["availabilityZoneMappings"] = [{"logicalZone": zone, "physicalZone": f"{name}-az{zone}"} for zone in zones]
    return body


def list_skus(call: Call) -> Reply:
    """What a region offers, and in which zones; the published shape of api-version 2021-07-01, not traffic."""
    wanted = filter_terms(call, ("location",)).get("location", "").lower()
    locations = [name for name in REGIONS if wanted in {"", name}]
    kinds = (("virtualMachines", "Standard_DS1_v2"), ("disks", "Premium_LRS"))
    return Reply(200, {"value": [_sku(call, *kind, location) for kind in kinds for location in locations]})


def _sku(call: Call, resource_type: str, name: str, location: str) -> Json:
    zones = call.world.zones.get(location, [])
    return {
        "resourceType": resource_type,
        "name": name,
        "tier": "Premium" if resource_type == "disks" else "Standard",
        "locations": [location],
        "locationInfo": [{"location": location, "zones": zones, "zoneDetails": []}],
        "restrictions": [],
    }


def list_storage_accounts(call: Call) -> Reply:
    return _shelf(call, call.world.storage_accounts)


def list_networks(call: Call) -> Reply:
    listed = _shelf(call, call.world.networks)
    return Reply(200, {"value": [_with_cards(call, one) for one in (listed.body or {})["value"]]})


def _with_cards(call: Call, network: Json) -> Json:
    """The network as Azure shows it: each subnet names the configurations of the cards in it (specification)."""
    used: dict[str, list[Json]] = {}
    for card in call.world.parts.interfaces.values():
        for config in card["properties"]["ipConfigurations"]:
            used.setdefault(config["properties"]["subnet"]["id"].lower(), []).append({"id": config["id"]})
    subnets = [_with_configs(one, used.get(one["id"].lower(), [])) for one in network["properties"]["subnets"]]
    return network | {"properties": network["properties"] | {"subnets": subnets}}


def _with_configs(subnet: Json, configs: list[Json]) -> Json:
    shown = [*subnet["properties"].get("ipConfigurations", ()), *configs]
    return subnet | {"properties": subnet["properties"] | ({"ipConfigurations": shown} if shown else {})}


def _shelf(call: Call, shelf: dict[str, Json]) -> Reply:
    start = call.path[: call.path.lower().index("/providers/")].lower() + "/"
    return Reply(200, {"value": [entry for key, entry in shelf.items() if key.startswith(start)]})


def get_storage_account(call: Call) -> Reply:
    return _registered(call, call.world.storage_accounts, "Microsoft.Storage/storageAccounts")


def get_network(call: Call) -> Reply:
    found = _registered(call, call.world.networks, "Microsoft.Network/virtualNetworks")
    return Reply(found.status, _with_cards(call, found.body or {}))


def get_subnet(call: Call) -> Reply:
    parent, _, name = call.path.rpartition("/subnets/")
    network = call.world.networks.get(parent.lower(), {"properties": {"subnets": []}})
    for subnet in network["properties"]["subnets"]:
        if subnet["name"].lower() == name.lower():
            return Reply(200, subnet)
    raise resource_not_found("Microsoft.Network/virtualNetworks/subnets", name, call.params["group"])


def get_classic_storage(call: Call) -> Reply:
    """Az probes the classic provider first and expects this 404 (all recordings)."""
    raise resource_not_found("Microsoft.ClassicStorage/storageAccounts", call.params["name"], call.params["group"])


def _registered(call: Call, shelf: dict[str, Json], resource_type: str) -> Reply:
    found = shelf.get(call.path.lower())
    if found is None:
        raise resource_not_found(resource_type, call.params["name"], call.params["group"])
    return Reply(200, found)


ROUTES: list[Route] = [
    ("GET", "/subscriptions", list_subscriptions),
    ("GET", "/tenants", list_tenants),
    ("GET", "/subscriptions/{subscription}", get_subscription),
    ("GET", "/subscriptions/{subscription}/resourceGroups", list_groups),
    ("GET", GROUP, get_group),
    ("GET", "/subscriptions/{subscription}" + COMPUTE + "/virtualMachines", list_vms),
    ("GET", GROUP + COMPUTE + "/virtualMachines", list_vms),
    ("GET", "/subscriptions/{subscription}" + COMPUTE + "/disks", list_disks),
    ("GET", GROUP + COMPUTE + "/disks", list_disks),
    ("GET", GROUP + COMPUTE + "/disks/{name}", get_disk),
    ("GET", "/subscriptions/{subscription}/locations", list_locations),
    ("GET", "/subscriptions/{subscription}" + COMPUTE + "/skus", list_skus),
    ("GET", "/subscriptions/{subscription}/providers/Microsoft.Storage/storageAccounts", list_storage_accounts),
    ("GET", GROUP + "/providers/Microsoft.Storage/storageAccounts", list_storage_accounts),
    ("GET", "/subscriptions/{subscription}/providers/Microsoft.Network/virtualNetworks", list_networks),
    ("GET", GROUP + "/providers/Microsoft.Network/virtualNetworks", list_networks),
    ("GET", GROUP + "/providers/Microsoft.Storage/storageAccounts/{name}", get_storage_account),
    ("GET", GROUP + "/providers/Microsoft.ClassicStorage/storageAccounts/{name}", get_classic_storage),
    ("GET", GROUP + "/providers/Microsoft.Network/virtualNetworks/{name}", get_network),
    ("GET", GROUP + "/providers/Microsoft.Network/virtualNetworks/{name}/subnets/{subnet}", get_subnet),
]
