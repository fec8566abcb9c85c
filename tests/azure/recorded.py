"""One adapter call for each kind of recorded read, its answer held against the raw body (oracle.py).

Writes are in recorded_writes.py; what is not spoken is named, with its reason, at the end of this file.
"""

import json
import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx

from app.azure import values as v
from app.azure.check_values import Validation

from .oracle import (
    is_vm_item,
    is_vm_job,
    lower,
    same_item,
    same_job,
    same_place,
    same_point,
    same_soft_delete,
    same_status,
    same_vault,
)
from .policy_oracle import is_vm_policy, same_policy, same_written
from .tape import Check, Play

SUBSCRIPTION = r"/subscriptions/(?P<s>[^/]+)"
GROUP = SUBSCRIPTION + r"/resourceGroups/(?P<g>[^/]+)"
VAULT = GROUP + r"/providers/Microsoft\.RecoveryServices/vaults/(?P<v>[^/]+)"
CONTAINER = VAULT + r"/backupFabrics/Azure/protectionContainers/(?:IaasVMContainer;)?iaasvmcontainerv2;[^/;]+;[^/;]+"
ITEM = CONTAINER + r"/protectedItems/(?:VM;)?iaasvmcontainerv2;(?P<vg>[^/;]+);(?P<vm>[^/;]+)"
LOCATION = SUBSCRIPTION + r"/providers/Microsoft\.RecoveryServices/locations/(?P<l>[^/]+)"
POINT = ITEM + r"/recoveryPoints/(?P<rp>[^/]+)"
_NOBODY = UUID(int=0)


def vault_of(match: re.Match[str]) -> v.VaultRef:
    return v.VaultRef(match["s"].lower(), match["g"], match["v"])


def item_of(match: re.Match[str]) -> v.ItemRef:
    return v.ItemRef(vault_of(match), v.VmRef(match["s"].lower(), match["vg"], match["vm"]))


def policy_of(match: re.Match[str]) -> v.PolicyRef:
    return v.PolicyRef(vault_of(match), match["p"])


# --- vaults --------------------------------------------------------------------------------------------------------
async def get_vault(play: Play) -> None:
    same_vault(await play.azure.vaults.get(vault_of(play.match)), play.body)


async def list_vaults(play: Play) -> None:
    """Also of one resource group: the same list, though the port asks for a subscription's."""
    read = await play.azure.vaults.list(play.match["s"])
    for one, other in zip(read, play.entries, strict=True):
        same_vault(one, other)


async def get_soft_delete(play: Play) -> None:
    same_soft_delete(await play.azure.vaults.get_soft_delete(vault_of(play.match)), play.body)


# --- policies ------------------------------------------------------------------------------------------------------
async def list_policies(play: Play) -> None:
    read = await play.azure.policies.list(vault_of(play.match))
    for one, other in zip(read, filter(is_vm_policy, play.entries), strict=True):
        same_policy(one, other)


async def get_policy(play: Play) -> None:
    """Read, and written back: what we would send is what Azure has."""
    read = await play.azure.policies.get(policy_of(play.match))
    if not is_vm_policy(play.body):
        assert read.definition is None
        return
    same_policy(read, play.body)
    await writes_back(play, read, play.body)


async def writes_back(play: Play, read: v.AzurePolicy, raw: Any) -> None:
    if read.definition is None:
        return
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200, json=raw)

    order = v.PolicyOrder(policy_of(play.match), read.definition)
    await play.aside(answer).policies.put(order, request_id=_NOBODY)
    same_written(json.loads(sent[0].content), raw["properties"])


# --- items, points -------------------------------------------------------------------------------------------------
async def list_items(play: Play) -> None:
    """Of a vault, of one policy, and of the secondary region."""
    named = re.search(r"policyName eq '([^']+)'", str(httpx.URL(play.request["url"]).params.get("$filter", "")))
    vault, azure = vault_of(play.match), play.azure
    if play.request["url"].partition("?")[0].endswith("/"):
        read = await azure.cross_region.list_items(vault)
    elif named:
        read = await azure.policies.list_items(v.PolicyRef(vault, named[1]))
    else:
        read = await azure.protected_items.list(vault)
    for one, other in zip(read, filter(is_vm_item, play.entries), strict=True):
        same_item(one, other)


async def get_item(play: Play) -> None:
    same_item(await play.azure.protected_items.get(item_of(play.match)), play.body)


async def list_points(play: Play) -> None:
    azure, is_secondary = play.azure, play.request["url"].partition("?")[0].endswith("/")
    read = await (azure.secondary_points if is_secondary else azure.recovery_points).list(item_of(play.match))
    raw = sorted(play.entries, key=lambda point: point["properties"]["recoveryPointTime"], reverse=True)
    for one, other in zip(read, raw, strict=True):
        same_point(one, other)
        assert one.region == ("secondary" if is_secondary else "primary")


async def get_point(play: Play) -> None:
    same_point(await play.azure.recovery_points.get(item_of(play.match), play.match["rp"]), play.body)


async def list_protectable(play: Play) -> None:
    read = await play.azure.discovery.list_unprotected(vault_of(play.match))
    raw = [str(entry["properties"].get("virtualMachineId", "")) for entry in play.entries]
    wanted = [vm_id.lower() for vm_id in raw if "/microsoft.compute/virtualmachines/" in vm_id.lower()]
    assert [vm.id.lower() for vm in read] == wanted


# --- jobs, operations ----------------------------------------------------------------------------------------------
async def list_jobs(play: Play) -> None:
    vault, azure = vault_of(play.match), play.azure
    asked = str(httpx.URL(play.request["url"]).params.get("$filter", ""))
    if "startTime" in asked:
        day = datetime(2019, 7, 3, tzinfo=UTC)
        listing = await azure.jobs.list_window(vault, day, day)
    else:
        listing = await azure.jobs.list_in_progress(vault)
    assert listing.complete
    for one, other in zip(listing.jobs, filter(is_vm_job, play.entries), strict=True):
        same_job(one, other)


async def get_job(play: Play) -> None:
    same_job(await play.azure.jobs.get(vault_of(play.match), play.match["j"]), play.body)


async def get_cross_region_job(play: Play) -> None:
    asked = play.request["body"]
    read = await play.azure.jobs.get(_named(asked["resourceId"]), asked["jobName"], region=play.match["l"])
    same_job(read, play.body)
    assert json.loads(play.sent[0].content) == asked


async def list_cross_region_jobs(play: Play) -> None:
    vault = _named(play.request["body"]["resourceId"])
    listing = await play.azure.jobs.list_in_progress(vault, region=play.match["l"])
    for one, other in zip(listing.jobs, filter(is_vm_job, play.entries), strict=True):
        same_job(one, other)


def _named(vault_id: str) -> v.VaultRef:
    _, _, subscription, _, group, *_, name = vault_id.split("/")
    return v.VaultRef(subscription, group, name)


async def poll(play: Play) -> None:
    """The link goes back as Azure gave it, signed ones too."""
    same_status(await play.azure.operations.status(play.request["url"]), play.response)
    assert str(play.sent[0].url).partition("?")[2] == httpx.URL(play.request["url"]).query.decode()


async def get_validation(play: Play) -> None:
    read: Validation = await play.azure.validations.status(play.request["url"])
    assert read.has_ended == (lower(play.body["status"]) != "inprogress")


# --- what else the port reads --------------------------------------------------------------------------------------
async def get_vm(play: Play) -> None:
    read = await play.azure.virtual_machines.get(v.VmRef(play.match["s"], play.match["g"], play.match["vm"]))
    assert read.vm.id.lower() == play.body["id"].lower()
    assert (read.location, read.unique_id) == (play.body["location"], play.body["properties"].get("vmId"))


async def get_account(play: Play) -> None:
    same_place(await play.azure.places.storage_account(play.body["id"]), play.body)


async def get_network(play: Play) -> None:
    same_place(await play.azure.places.virtual_network(f"{play.body['id']}/subnets/any"), play.body)


async def get_group(play: Play) -> None:
    same_place(await play.azure.places.resource_group(play.body["id"]), play.body)


async def find_vault_of(play: Play) -> None:
    asked = play.request["body"]["resourceId"].split("/")
    read = await play.azure.protected_items.find_vault_of(v.VmRef(asked[2], asked[4], asked[-1]), play.match["l"])
    assert lower(read.id if read else "") == lower(play.body.get("vaultId"))


async def grant_access(play: Play) -> None:
    """The token that is asked for with whom to ask for: two requests, of which this exchange is the second."""

    def answer(request: httpx.Request) -> httpx.Response:
        identity = {"properties": (play.request["body"] or {}).get("properties") or {"tenantId": "t"}}
        return httpx.Response(200, json=identity if request.method == "GET" else play.body)

    granted = await play.aside(answer).cross_region.grant_access(item_of(play.match), play.match["rp"], "eastus")
    assert {**granted.details} == {"objectType": "CrrAccessToken", **play.body["properties"]}


async def get_aad_properties(play: Play) -> None:
    """What Azure says here goes back whole with the request for the token."""
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        granted = {"properties": {"accessTokenString": "t"}}
        return httpx.Response(200, json=play.body if request.method == "GET" else granted)

    item = v.ItemRef(v.VaultRef(play.match["s"], "g", "v"), v.VmRef(play.match["s"], "g", "vm"))
    await play.aside(answer).cross_region.grant_access(item, "1", play.match["l"])
    assert json.loads(sent[1].content) == {"properties": play.body["properties"]}


READ: dict[str, Check] = {
    rf"GET {SUBSCRIPTION}/providers/Microsoft\.RecoveryServices/vaults": list_vaults,
    rf"GET {GROUP}/providers/Microsoft\.RecoveryServices/vaults": list_vaults,
    rf"GET {VAULT}": get_vault,
    rf"GET {VAULT}/backupconfig/vaultconfig": get_soft_delete,
    rf"GET {VAULT}/backupPolicies/?": list_policies,
    rf"GET {VAULT}/backupPolicies/(?P<p>[^/]+)": get_policy,
    rf"GET {VAULT}/backupProtectedItems/?": list_items,
    rf"GET {ITEM}": get_item,
    rf"GET {ITEM}/recoveryPoints/?": list_points,
    rf"GET {POINT}": get_point,
    rf"GET {VAULT}/backupProtectableItems": list_protectable,
    rf"GET {VAULT}/backupJobs": list_jobs,
    rf"GET {VAULT}/backupJobs/(?P<j>[^/]+)": get_job,
    rf"POST {LOCATION}/backupCrrJob": get_cross_region_job,
    rf"POST {LOCATION}/backupCrrJobs": list_cross_region_jobs,
    rf"GET {VAULT}/(backupOperations|backupOperationResults|operationStatus|operationResults)/[^/]+": poll,
    rf"GET {VAULT}/backupPolicies/[^/]+/(operations|operationResults)/[^/]+": poll,
    rf"GET {VAULT}/backupFabrics/Azure/operationResults/[^/]+": poll,
    rf"GET {VAULT}/backupJobs/[^/]+/operationResults/[^/]+": poll,
    rf"GET {ITEM}(/recoveryPoints/[^/]+)?/operation(Results|sStatus)/[^/]+": poll,
    rf"GET {LOCATION}/backupCrrOperation(sStatus|Results)/[^/]+": poll,
    rf"GET {LOCATION}/backupAadProperties": get_aad_properties,
    rf"POST {POINT}/accessToken": grant_access,
    rf"POST {LOCATION}/backupStatus": find_vault_of,
    rf"GET {VAULT}/backupValidateOperationsStatuses/[^/]+": get_validation,
    rf"GET {GROUP}/providers/Microsoft\.Compute/virtualMachines/(?P<vm>[^/]+)": get_vm,
    rf"GET {GROUP}/providers/Microsoft\.Storage/storageAccounts/[^/]+": get_account,
    rf"GET {GROUP}/providers/Microsoft\.Network/virtualNetworks/[^/]+": get_network,
    rf"GET {GROUP}": get_group,
}
