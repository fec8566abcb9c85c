"""One adapter call for each kind of recorded write: what we send says what was said, and its answer is understood.

An order is made of the recorded request. Where the recorded client said something that the port does not, SAID_ONLY
names it with the reason; everything else has to be in what we send.
"""

import json
import re
from datetime import datetime, time
from typing import Any
from uuid import UUID

import httpx

from app.azure import restore_values as r
from app.azure import values as v
from app.azure.mount_values import MountOrder

from .oracle import KEPT, REDUNDANCY, Raw, lower, same_operation, same_vault
from .policy_oracle import is_vm_policy, same_policy, same_written
from .recorded import ITEM, LOCATION, POINT, VAULT, item_of, policy_of, vault_of, writes_back
from .tape import Check, NotOurs, Play

ID = UUID(int=7)
PLAIN = v.PolicyDefinition("UTC", v.DailySchedule(time(21)), v.Retention(daily=v.DailyRetention(30)), 2)
SAID_ONLY = {
    "createNewCloudService": "of classic VMs; true in 2019, false today",
    "originalStorageAccountOption": "of unmanaged disks",
    "identityInfo": "the vault's identity for managed restores is not asked for",
    "identityBasedRestoreDetails": "the staging account is used with the vault's own rights",
    "encryptionDetails": "of VMs encrypted before 2019",
    "diskEncryptionSetId": "the port names no encryption set",
    "restoreWithManagedDisks": "the port restores managed disks only",
    "affinityGroup": "of classic VMs",
    "targetDomainNameId": "of classic VMs",
    "virtualMachineId": "a second name of sourceResourceId",
    "extendedProperties": "compared by test_orders.py, which names the disks",
    "resourceGuardOperationRequests": "Resource Guard is not spoken",
    "protectedItemsCount": "Azure counts",
    "securedVMDetails": "confidential VMs are not restored with a key of their own",
    "targetDiskNetworkAccessSettings": "restored disks get Azure's default access",
    "targetExtendedLocation": "edge zones are not named",
    "extendedLocation": "edge zones are not named",
    "originalSubscriptionId": "the port names full ids",
    "restoreSettings": "restores into other subscriptions are neither allowed nor forbidden",
    "isRehydrate": "compared where the item is undeleted",
}


def says(sent: Any, said: Any, *, but: tuple[str, ...] = (), at: str = "") -> None:
    """What the recorded client said is in what we send, in any letter case; we may say more."""
    if isinstance(said, dict):
        for key, value in said.items():
            if key in SAID_ONLY or key in but or value is None or value == {}:
                continue
            assert key in sent, f"{at}/{key}"
            says(sent[key], value, but=but, at=f"{at}/{key}")
    else:
        assert lower(sent) == lower(said), at


def sent_of(play: Play) -> Any:
    return json.loads(play.sent[-1].content)


# --- vaults --------------------------------------------------------------------------------------------------------
async def put_vault(play: Play) -> None:
    said = play.request["body"]
    settings = said.get("properties") or {}
    security = settings.get("securitySettings") or {}
    kept = lower((security.get("softDeleteSettings") or {}).get("softDeleteState")) or "enabled"
    order = v.VaultOrder(
        vault_of(play.match),
        said["location"],
        "geo",
        cross_region_restore=False,
        soft_delete_state=KEPT[kept],  # type: ignore[arg-type]
        soft_delete_days=14,
        immutability=lower((security.get("immutabilitySettings") or {}).get("state")) or "disabled",  # type: ignore[arg-type]
        tags=said.get("tags") or {},
    )
    same_operation(await play.azure.vaults.create(order, request_id=ID), play.response)
    closed = lower(settings.get("publicNetworkAccess")) == "disabled"  # the port always asks for "Enabled"
    says(sent_of(play), said, but=("publicNetworkAccess",) if closed else ())
    if play.body:
        await _shown(play)


async def _shown(play: Play) -> None:
    """The vault that the answer shows reads as one that was asked for."""
    azure = play.aside(lambda _: httpx.Response(200, json=play.body))
    same_vault(await azure.vaults.get(vault_of(play.match)), play.body)


async def patch_vault(play: Play) -> None:
    """What was said is in what we send. Changes in which nothing is ours are in not_spoken.py, CHANGES."""
    said = play.request["body"]
    change = _change(play, said, said.get("properties") or {})
    same_operation(await play.azure.vaults.update(change, request_id=ID), play.response)
    says(sent_of(play), said)
    if play.response["status"] == 200 and play.body:
        await _shown(play)


def _change(play: Play, said: Raw, settings: Raw) -> v.VaultChange:
    redundancy, security = settings.get("redundancySettings") or {}, settings.get("securitySettings") or {}
    kept = security.get("softDeleteSettings") or {}
    return v.VaultChange(
        vault_of(play.match),
        redundancy=REDUNDANCY.get(lower(redundancy.get("standardTierStorageRedundancy"))),  # type: ignore[arg-type]
        cross_region_restore={"enabled": True, "disabled": False}.get(lower(redundancy.get("crossRegionRestore"))),
        immutability=lower((security.get("immutabilitySettings") or {}).get("state")) or None,  # type: ignore[arg-type]
        tags=said.get("tags"),
        soft_delete=v.SoftDelete(
            KEPT[lower(kept["softDeleteState"])],  # type: ignore[arg-type]
            kept.get("softDeleteRetentionPeriodInDays"),
        )
        if "softDeleteState" in kept
        else None,
    )


async def delete_vault(play: Play) -> None:
    same_operation(await play.azure.vaults.delete(vault_of(play.match), request_id=ID), play.response)


async def patch_soft_delete(play: Play) -> None:
    said = play.request["body"]["properties"]
    state = lower(said.get("softDeleteFeatureState")) or "enabled"
    wanted = v.SoftDelete(KEPT[state], said.get("softDeleteRetentionPeriodInDays"))  # type: ignore[arg-type]
    operation = await play.azure.vaults.set_soft_delete(vault_of(play.match), wanted, request_id=ID)
    same_operation(operation, play.response)
    # The days of a vault that keeps nothing say nothing; the security of other workloads is not the port's.
    off = ("softDeleteRetentionPeriodInDays",) if wanted.state == "off" else ()
    says(sent_of(play)["properties"], said, but=(*off, "enhancedSecurityState", "isSoftDeleteFeatureStateEditable"))


# --- policies ------------------------------------------------------------------------------------------------------
async def put_policy(play: Play) -> None:
    """The policy that was asked for is read as Azure would show it, and asked for again in our words."""
    asked = {"name": play.match["p"], "properties": play.request["body"]["properties"]}
    if not is_vm_policy(asked):
        raise NotOurs
    read = await play.aside(lambda _: httpx.Response(200, json=asked)).policies.get(policy_of(play.match))
    same_policy(read, asked)
    if play.body:
        shown = await play.aside(lambda _: httpx.Response(200, json=play.body)).policies.get(policy_of(play.match))
        same_policy(shown, play.body)
        await writes_back(play, shown, play.body)
    if read.definition is None:
        order = v.PolicyOrder(policy_of(play.match), PLAIN)
        same_operation(await play.azure.policies.put(order, request_id=ID), play.response)
        return
    order = v.PolicyOrder(policy_of(play.match), read.definition)
    same_operation(await play.azure.policies.put(order, request_id=ID), play.response)
    same_written(sent_of(play), asked["properties"])


async def delete_policy(play: Play) -> None:
    same_operation(await play.azure.policies.delete(policy_of(play.match), request_id=ID), play.response)


# --- items ---------------------------------------------------------------------------------------------------------
async def put_item(play: Play) -> None:
    """Enable, change, resume; stop; undelete: told apart by what was said."""
    said = play.request["body"]["properties"]
    item, items = item_of(play.match), play.azure.protected_items
    if lower(said.get("isRehydrate")) == "true":
        operation = await items.undelete(item, request_id=ID)
    elif lower(said.get("protectionState")) == "protectionstopped":
        operation = await items.stop(item, request_id=ID)
    else:
        vault, _, name = said["policyId"].rpartition("/backupPolicies/")
        assert lower(vault) == lower(item.vault.id)
        operation = await items.protect(v.ProtectOrder(item, v.PolicyRef(item.vault, name)), request_id=ID)
    same_operation(operation, play.response)
    says(sent_of(play)["properties"], said, but=("protectionState", "friendlyName", "policyName"))


async def delete_item(play: Play) -> None:
    same_operation(await play.azure.protected_items.delete(item_of(play.match), request_id=ID), play.response)


async def post_backup(play: Play) -> None:
    said = play.request["body"]["properties"]
    until = datetime.fromisoformat(said["recoveryPointExpiryTimeInUTC"])
    order = v.BackupOrder(item_of(play.match), until)
    same_operation(await play.azure.backups.trigger(order, request_id=ID), play.response)
    says(sent_of(play)["properties"], said)


# --- restores ------------------------------------------------------------------------------------------------------
def target_of(said: Raw) -> r.AzureTarget:
    account = said["storageAccountId"]
    group = said.get("targetResourceGroupId") or _group_of(account)
    match lower(said["recoveryType"]):
        case "originallocation":
            return r.ReplaceDisksTarget("replace_disks", said["sourceResourceId"], account)
        case "alternatelocation":
            name = said["targetVirtualMachineId"].rpartition("/")[2]
            return r.NewVmTarget("new_vm", name, group, said["subnetId"], account, _zone(said))
        case _:
            disks = said.get("restoreDiskLunList")
            return r.DisksTarget("disks", group, account, None if disks is None else tuple(disks), _zone(said))


def _group_of(account: str) -> str:
    return account.partition("/providers/")[0]


def _zone(said: Raw) -> str | None:
    zones: list[str] = said.get("zones") or []
    return zones[0] if zones else None


async def post_restore(play: Play) -> None:
    said = play.request["body"]["properties"]
    order = r.RestoreOrder(item_of(play.match), play.match["rp"], said["region"], target_of(said))
    same_operation(await play.azure.restores.trigger(order, request_id=ID), play.response)
    says(sent_of(play)["properties"], said)


async def post_cross_region_restore(play: Play) -> None:
    said, details = play.request["body"]["restoreRequest"], play.request["body"]["crossRegionRestoreAccessDetails"]
    if not lower(said.get("objectType")).startswith("iaasvm"):
        raise NotOurs
    source = said["sourceResourceId"].split("/")
    vault = v.VaultRef(play.match["s"], details["resourceGroupName"], details["resourceName"])
    item = v.ItemRef(vault, v.VmRef(source[2], source[4], source[-1]))
    order = r.RestoreOrder(item, said["recoveryPointId"], play.match["l"], target_of(said))
    operation = await play.azure.cross_region.trigger(order, r.CrossRegionAccess(details), request_id=ID)
    same_operation(operation, play.response)
    assert sent_of(play)["crossRegionRestoreAccessDetails"] == details
    says(sent_of(play)["restoreRequest"], said)


async def post_validation(play: Play) -> None:
    said = play.request["body"]["properties"]["restoreRequest"]
    point = re.fullmatch(POINT, play.request["body"]["id"], re.IGNORECASE)
    assert point is not None
    order = r.RestoreOrder(item_of(point), point["rp"], said["region"], target_of(said))
    same_operation(await play.azure.validations.begin(order, request_id=ID), play.response)
    says(sent_of(play)["properties"]["restoreRequest"], said)


async def provision(play: Play) -> None:
    said = play.request["body"]["properties"]
    renew = bool(said.get("renewExistingRegistration"))
    order = MountOrder(item_of(play.match), play.match["rp"], renew=renew)
    same_operation(await play.azure.file_recovery.provision(order, request_id=ID), play.response)
    says(sent_of(play)["properties"], said, but=("initiatorName", "virtualMachineId"))


async def revoke(play: Play) -> None:
    operation = await play.azure.file_recovery.revoke(item_of(play.match), play.match["rp"], request_id=ID)
    same_operation(operation, play.response)


# --- the rest ------------------------------------------------------------------------------------------------------
async def cancel_job(play: Play) -> None:
    operation = await play.azure.jobs.cancel(vault_of(play.match), play.match["j"], request_id=ID)
    same_operation(operation, play.response)


async def refresh(play: Play) -> None:
    same_operation(await play.azure.discovery.refresh(vault_of(play.match), request_id=ID), play.response)


WRITTEN: dict[str, Check] = {
    rf"PUT {VAULT}": put_vault,
    rf"PATCH {VAULT}": patch_vault,
    rf"DELETE {VAULT}": delete_vault,
    rf"(PATCH|PUT) {VAULT}/backupconfig/vaultconfig": patch_soft_delete,
    rf"PUT {VAULT}/backupPolicies/(?P<p>[^/]+)": put_policy,
    rf"DELETE {VAULT}/backupPolicies/(?P<p>[^/]+)": delete_policy,
    rf"PUT {ITEM}": put_item,
    rf"DELETE {ITEM}": delete_item,
    rf"POST {ITEM}/backup": post_backup,
    rf"POST {POINT}/restore": post_restore,
    rf"POST {LOCATION}/backupCrossRegionRestore": post_cross_region_restore,
    rf"POST {VAULT}/backupTriggerValidateOperation": post_validation,
    rf"POST {POINT}/provisionInstantItemRecovery": provision,
    rf"POST {POINT}/revokeInstantItemRecovery": revoke,
    rf"POST {VAULT}/backupJobs/(?P<j>[^/]+)/cancel": cancel_job,
    rf"POST {VAULT}/backupFabrics/Azure/refreshContainers": refresh,
}
