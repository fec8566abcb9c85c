"""What could be or is protected: refresh, protectable items, containers, a VM's backup status.

Source: docs/azure.md, Discovery.
"""

from functools import partial

from app.simulator.arm import VAULT, Call, Reply, Route, accepted, filter_terms, not_found, page, refused, same
from app.simulator.progress import REFRESH
from app.simulator.world import Item, Json, Vault, VirtualMachine, World

LOCATION = "/subscriptions/{subscription}/providers/Microsoft.RecoveryServices/locations/{location}"
VM_TYPE = "Microsoft.Compute/virtualMachines"


def refresh_containers(call: Call) -> Reply:
    """Search for machines again: one created since the last search is protectable only when this ends."""
    vault, world = call.vault(), call.world
    filter_terms(call, ("backupManagementType",))
    operation = world.begin_operation("refresh", REFRESH)
    world.on(operation.ends, partial(_discover, world, vault.location))
    path = f"{call.vault_path}/backupFabrics/Azure"
    return accepted(
        call,
        operation,
        f"{path}/operationResults",
        f"{path}/operationsStatus",
        status_version="2019-05-13-preview",
    )


def _discover(world: World, location: str) -> None:
    world.discovered.update(key for key, vm in world.vms.items() if same(vm.location, location))


def _is_near(vault: Vault, vm: VirtualMachine) -> bool:
    return vm.subscription == vault.subscription and same(vm.location, vault.location)


def list_protectable(call: Call) -> Reply:
    """Unprotected machines of the vault's region, in the whole subscription."""
    vault, world = call.vault(), call.world
    terms = filter_terms(call, ("backupManagementType", "workloadType", "friendlyName"))
    vms = [
        vm
        for key, vm in world.vms.items()
        if key in world.discovered and key not in world.registered and _is_near(vault, vm)
    ]
    if not same(terms.get("backupmanagementtype") or "AzureIaasVM", "AzureIaasVM"):
        vms = []
    if name := terms.get("friendlyname"):
        vms = [vm for vm in vms if same(vm.name, name)]
    return page(call, vms, lambda vm: _protectable(call, vm))


def _protectable(call: Call, vm: VirtualMachine) -> Json:
    container = f"{call.vault_path}/backupFabrics/Azure/protectionContainers/IaasVMContainer;{vm.service_name}"
    return {
        "id": f"{container}/protectableItems/vm;{vm.service_name}",
        "name": vm.service_name,
        "type": "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectableItems",
        "properties": {
            "virtualMachineId": vm.id,
            "virtualMachineVersion": "Compute",
            "resourceGroup": vm.resource_group,
            "backupManagementType": "AzureIaasVM",
            "protectableItemType": VM_TYPE,
            "friendlyName": vm.name,
            "protectionState": "NotProtected",
        },
    }


def list_containers(call: Call) -> Reply:
    terms = filter_terms(call, ("backupManagementType", "friendlyName", "status", "containerName", "healthStatus"))
    items = list(call.vault().items.values())
    if not same(terms.get("backupmanagementtype", ""), "AzureIaasVM"):
        items = []
    if not same(terms.get("status") or "Registered", "Registered"):
        items = []
    if name := terms.get("friendlyname"):
        items = [item for item in items if same(item.vm.name, name)]
    return page(call, items, lambda item: _container(call, item))


def _container(call: Call, item: Item) -> Json:
    vm = item.vm
    name = f"IaasVMContainer;{vm.service_name}"
    return {
        "id": f"{call.vault_path}/backupFabrics/Azure/protectionContainers/{name}",
        "name": name,
        "type": "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers",
        "properties": {
            "virtualMachineId": vm.id,
            "virtualMachineVersion": "Compute",
            "resourceGroup": vm.resource_group,
            "friendlyName": vm.name,
            "backupManagementType": "AzureIaasVM",
            "registrationStatus": "Registered",
            "healthStatus": "Healthy",
            "containerType": VM_TYPE,
            "protectableObjectType": VM_TYPE,
        },
    }


def backup_status(call: Call) -> Reply:
    """Which vault protects a machine (az's `protection check-vm`). Field names from the SDK's model."""
    wanted = str((call.body or {}).get("resourceId", "")) if isinstance(call.body, dict) else ""
    vm = call.world.vms.get(wanted.lower())
    if vm is None:
        raise refused(f"The resource {wanted} was not found.", "ResourceNotFound", 404)
    key = call.world.registered.get(vm.id.lower())
    vault = call.world.vaults.get(key) if key else None
    item = vault.items.get(vm.service_name) if vault else None
    if vault is None or item is None:
        return Reply(200, {"protectionStatus": "NotProtected", "vaultId": "", "registrationStatus": "NotRegistered"})
    return Reply(
        200,
        {
            "protectionStatus": "Protected",
            "vaultId": vault.id,
            "fabricName": "Azure",
            "containerName": f"IaasVMContainer;{vm.service_name}",
            "protectedItemName": f"VM;{vm.service_name}",
            "policyName": item.policy_name,
            "registrationStatus": "Registered",
        },
    )


def get_encryption(call: Call) -> Reply:
    call.vault()
    return Reply(
        200,
        {
            "id": call.path,
            "name": "backupResourceEncryptionConfig",
            "type": "Microsoft.RecoveryServices/vaults/backupEncryptionConfigs",
            "properties": {
                "encryptionAtRestType": "MicrosoftManaged",
                "lastUpdateStatus": "NotEnabled",
                "infrastructureEncryptionState": "Disabled",
            },
        },
    )


GUARD_PROXY = "VaultProxy"
"""The only name of a proxy: az and the SDK's samples use it (docs/azure.md, Operations that Azure guards)."""


def list_guards(call: Call) -> Reply:
    vault = call.vault()
    return Reply(200, {"value": [_proxy(call, vault)] if vault.guarded else []})


def get_guard(call: Call) -> Reply:
    vault = call.vault()
    if not vault.guarded or not same(call.params["proxy"], GUARD_PROXY):
        raise not_found(f"Resource guard proxy {call.params['proxy']}")
    return Reply(200, _proxy(call, vault))


def put_guard(call: Call) -> Reply:
    vault, wanted = call.vault(), str(call.properties().get("resourceGuardResourceId") or "")
    if not same(call.params["proxy"], GUARD_PROXY) or "/resourceguards/" not in wanted.lower():
        raise refused("A vault is linked to one resource guard, by its id, as VaultProxy.")
    vault.guarded, vault.guard_id = True, wanted
    return Reply(200, _proxy(call, vault))


def delete_guard(call: Call) -> Reply:
    """200, and 204 where there is none (the SDK's model; what a guard refuses is not simulated)."""
    vault = call.vault()
    was, vault.guarded = vault.guarded, False
    return Reply(200) if was else Reply(204)


def _proxy(call: Call, vault: Vault) -> Json:
    return {
        "id": f"{call.vault_path}/backupResourceGuardProxies/{GUARD_PROXY}",
        "name": GUARD_PROXY,
        "type": "Microsoft.RecoveryServices/vaults/backupResourceGuardProxies",
        "properties": {"resourceGuardResourceId": vault.guard_id, "resourceGuardOperationDetails": []},
    }


ROUTES: list[Route] = [
    ("POST", VAULT + "/backupFabrics/{fabric}/refreshContainers", refresh_containers),
    ("GET", VAULT + "/backupProtectableItems", list_protectable),
    ("GET", VAULT + "/backupProtectionContainers", list_containers),
    ("GET", VAULT + "/backupEncryptionConfigs/backupResourceEncryptionConfig", get_encryption),
    ("GET", VAULT + "/backupResourceGuardProxies", list_guards),
    ("GET", VAULT + "/backupResourceGuardProxies/{proxy}", get_guard),
    ("PUT", VAULT + "/backupResourceGuardProxies/{proxy}", put_guard),
    ("DELETE", VAULT + "/backupResourceGuardProxies/{proxy}", delete_guard),
    ("POST", LOCATION + "/backupStatus", backup_status),
]
