"""Translates restore orders into Azure's JSON, and reads what a restore created (docs/azure.md, Restores). Pure.

The bodies are those that az 2.91 sends (docs/azure.md, The az client). Requests of all three kinds were recorded too
(docs/azure.md, Restores).
"""

from collections.abc import Mapping
from typing import Any

from app.azure import names
from app.azure import values as v
from app.azure.restore_values import AzureDisk, AzurePlace, CrossRegionAccess, DisksTarget, NewVmTarget, RestoreOrder
from app.azure.sdk import members
from app.azure.sdk.translate import Json, mapping


def restore_body(order: RestoreOrder) -> dict[str, Any]:
    """The body of POST .../restore."""
    return {"properties": restore_request(order)}


def restore_request(order: RestoreOrder) -> dict[str, Any]:
    """An IaasVMRestoreRequest. Raises ValueError for an invalid id."""
    target = order.target
    request: dict[str, Any] = {
        "objectType": "IaasVMRestoreRequest",
        "recoveryPointId": order.recovery_point_id,
        "recoveryType": "OriginalLocation",
        "sourceResourceId": order.item.vm.id,
        "storageAccountId": names.parse_storage_account_id(target.staging_storage_account_id).id,
        "region": order.region,
        "createNewCloudService": False,
        "originalStorageAccountOption": False,
    }
    match target:
        case DisksTarget():
            request |= {"recoveryType": "RestoreDisks", "targetResourceGroupId": _group(target.resource_group_id)}
            if target.luns is not None:
                request["restoreDiskLunList"] = list(target.luns)
        case NewVmTarget():
            group = names.parse_resource_group_id(target.resource_group_id)
            subnet = names.parse_subnet_id(target.subnet_id)
            request |= {
                "recoveryType": "AlternateLocation",
                "targetResourceGroupId": group.id,
                "targetVirtualMachineId": v.VmRef(group.subscription_id, group.name, target.name).id,
                "virtualNetworkId": subnet.virtual_network_id,
                "subnetId": subnet.id,
            }
    if isinstance(target, DisksTarget | NewVmTarget) and target.zone is not None:
        request["zones"] = [target.zone]
    return request


def _group(text: str) -> str:
    return names.parse_resource_group_id(text).id


# --- across regions ------------------------------------------------------------------------------------------------
def aad_properties(body: Json) -> dict[str, Any]:
    """Azure's whole object, which is sent back to get an access token."""
    return {"properties": dict(body["properties"])}


def access(body: Json) -> CrossRegionAccess:
    """Raises KeyError for an answer without a token."""
    details = dict(body["properties"])
    details["accessTokenString"]
    return CrossRegionAccess({"objectType": "CrrAccessToken"} | details)


def cross_region_body(order: RestoreOrder, granted: CrossRegionAccess) -> dict[str, Any]:
    """Not wrapped in `properties`; the token's properties go back verbatim (docs/azure.md, Cross-region restore)."""
    return {"crossRegionRestoreAccessDetails": dict(granted.details), "restoreRequest": restore_request(order)}


# --- what is there afterwards --------------------------------------------------------------------------------------
def disk(body: Json) -> AzureDisk:
    written = mapping(body, "tags")
    tags: Mapping[str, str] = {members.cleaned(str(key)): members.written(written, key) for key in written}
    restored_by = next((value for key, value in tags.items() if key.lower() == "rsvaultbackup"), "")
    properties = mapping(body, "properties")
    return AzureDisk(
        id=members.text(body, "id"),
        name=members.text(body, "name"),
        restored_by=restored_by.lower() or None,
        attached_to=members.text_or_none(body, "managedBy"),
        unique_id=members.text_or_none(properties, "uniqueId"),
        tags=tags,
        size_gib=members.count_or_none(properties, "diskSizeGB"),
        ownership_at=members.moment_or_none(properties, "LastOwnershipUpdateTime"),
    )


def place(body: Json) -> AzurePlace:
    properties = mapping(body, "properties")
    subnets = properties.get("subnets") or ()
    default = str(mapping(properties, "networkAcls").get("defaultAction", "")).lower()
    return AzurePlace(
        id=body["id"],
        location=str(body["location"]).replace(" ", "").lower(),
        sku=mapping(body, "sku").get("name"),
        kind=body.get("kind"),
        restricts_network={"deny": True, "allow": False}.get(default),
        subnets=tuple(subnet["id"] for subnet in subnets),
    )


def zones_of_region(body: Json) -> tuple[str, tuple[str, ...]]:
    """Of a list of locations: a region, and its logical zones; one without any has no mappings."""
    mappings = members.objects(body, "availabilityZoneMappings")
    return members.text(body, "name").lower(), tuple(members.written(zone, "logicalZone") for zone in mappings)
