"""The two configuration objects of a vault: views of its settings, and older ways to change them.

Source: docs/azure.md, Redundancy.
"""

from functools import partial

from app.simulator.arm import VAULT, ArmError, Call, Reply, Route
from app.simulator.progress import YOUNG_VAULT
from app.simulator.vault_settings import change_settings, changed_settings
from app.simulator.world import Json, Vault

SOFT_DELETE_NAMES = {
    "softDeleteFeatureState": "softDeleteState",
    "enhancedSecurityState": "enhancedSecurityState",
    "softDeleteRetentionPeriodInDays": "softDeleteRetentionPeriodInDays",
}


def get_config(call: Call) -> Reply:
    soft_delete = call.vault().settings["securitySettings"]["softDeleteSettings"]
    properties: Json = {
        "enhancedSecurityState": soft_delete["enhancedSecurityState"],
        "softDeleteFeatureState": soft_delete["softDeleteState"],
    }
    if call.year >= 2022:
        properties["softDeleteRetentionPeriodInDays"] = soft_delete["softDeleteRetentionPeriodInDays"]
    properties["isSoftDeleteFeatureStateEditable"] = soft_delete["softDeleteState"] != "AlwaysON"
    return Reply(200, _body(call, properties))


def set_config(call: Call) -> Reply:
    """PATCH and PUT: synchronous, 200 with the whole object. It is the vault's own softDeleteSettings.

    Refused for good once those were set by the vault API: the code is from a public report of 2026-08
    (Azure/bicep-registry-modules 7292), its words are a guess.
    """
    wanted = call.properties()
    if call.vault().soft_delete_by_vault:
        message = "The soft delete settings of this vault are managed by the vault API and can be changed there only."
        raise ArmError(400, "BMSUserErrorSoftDeleteUseVaultApi", message, backend=True)
    soft_delete = {kept: wanted.get(sent) for sent, kept in SOFT_DELETE_NAMES.items()}
    change_settings(call.vault(), {"securitySettings": {"softDeleteSettings": soft_delete}}, call.arrived)
    return get_config(call)


def get_storage_config(call: Call) -> Reply:
    vault = call.vault()
    redundancy = vault.settings["redundancySettings"]
    kind = redundancy["standardTierStorageRedundancy"]
    properties = {
        "storageModelType": kind,
        "storageType": kind,
        "dedupState": "Disabled",
        "xcoolState": "Disabled",
        "storageTypeState": "Locked" if vault.items else "Unlocked",  # Locked: an SDK enum, not observed
        "crossRegionRestoreFlag": redundancy["crossRegionRestore"] == "Enabled",
    }
    return Reply(200, _body(call, properties))


def put_storage_config(call: Call) -> Reply:
    _change_storage(call)
    return get_storage_config(call)


def patch_storage_config(call: Call) -> Reply:
    _change_storage(call)
    return Reply(204)


def _change_storage(call: Call) -> None:
    wanted, vault = call.properties(), call.vault()
    flag = wanted.get("crossRegionRestoreFlag")
    redundancy: Json = {
        "standardTierStorageRedundancy": wanted.get("storageModelType") or wanted.get("storageType"),
        "crossRegionRestore": ("Enabled" if flag else "Disabled") if isinstance(flag, bool) else None,
    }
    if vault.redundancy_by_vault:
        # Seen by others (bicep-registry-modules 5156, text only): from then on only the vault's own API may do it.
        message = "The redundancy of this vault was set by the vault API and can be changed there only."
        raise ArmError(400, "InvalidRestApiParameter", message, backend=True)
    if isinstance(flag, bool):
        _mislead_about_a_young_vault(call, vault, {"redundancySettings": redundancy})
    change_settings(vault, {"redundancySettings": redundancy}, call.arrived)


def _mislead_about_a_young_vault(call: Call, vault: Vault, wanted: Json) -> None:
    """A vault of some seconds answers 404 about a VM, and yet the flag was true 28 s later (2021 record)."""
    world, settled = call.world, call.world.clock.after(vault.created, YOUNG_VAULT)
    if world.clock.now() >= settled:
        return
    changed_settings(vault.settings, wanted, in_use=bool(vault.items))  # refused now rather than silently later
    world.on(settled, partial(change_settings, vault, wanted, settled))
    raise ArmError(
        404,
        "ResourceNotFound",
        "Could not perform the operation as VM no longer exists.\r\nStop protecting virtual machine without deleting "
        "backup data. More details at http://go.microsoft.com/fwlink/?LinkId=808124 ",
        backend=True,
    )


def _body(call: Call, properties: Json) -> Json:
    """These two answer `/subscriptions/...` in lower case, for any spelling of the request (recorded 2019)."""
    kind, name = call.path.split("/")[-2:]
    path = "/subscriptions" + call.path[len("/subscriptions") :]
    return {"id": path, "name": name, "type": f"Microsoft.RecoveryServices/vaults/{kind}", "properties": properties}


CONFIG, STORAGE = VAULT + "/backupconfig/vaultconfig", VAULT + "/backupstorageconfig/vaultstorageconfig"
ROUTES: list[Route] = [
    ("GET", CONFIG, get_config),
    ("PATCH", CONFIG, set_config),
    ("PUT", CONFIG, set_config),
    ("GET", STORAGE, get_storage_config),
    ("PUT", STORAGE, put_storage_config),
    ("PATCH", STORAGE, patch_storage_config),
]
