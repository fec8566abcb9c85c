"""Changing protection: every intent is a PUT of the item, deletion is soft by default.

Source: docs/azure.md, Changing protection.
"""

from collections.abc import Callable
from functools import partial

from app.simulator.arm import ITEM, ArmError, Call, Reply, Route, accepted, not_found, refused, same
from app.simulator.items import VM_TYPE, existing_item, item_body, retention_days, service_name
from app.simulator.jobs import start_job
from app.simulator.operations import get_operation_result
from app.simulator.policies import keeps_less
from app.simulator.progress import DAY, DELETE_DATA, ENABLE, RECONFIGURE, SOFT_DELETE, TICKS, Job
from app.simulator.recovery_points import follow_policy, forget_expired
from app.simulator.vault_settings import check_mutable, check_suspendable
from app.simulator.world import Item, Json, Vault, VirtualMachine, World

ITEM_SEGMENTS = ITEM.count("/")


def put_item(call: Call) -> Reply:
    """Enable, change policy, resume, set disks; or, with protectionState, stop and undelete."""
    wanted, vault, name = call.properties(), call.vault(), service_name(call)
    if wanted.get("protectedItemType") != VM_TYPE:
        raise refused("protectedItemType must be Microsoft.Compute/virtualMachines.")
    if same(str(wanted.get("protectionState") or ""), "ProtectionStopped"):
        item = vault.items.get(name)
        if item is None:
            raise not_found(f"Backup item VM;{name}")
        if wanted.get("isRehydrate") is True:
            return _undelete(call, vault, item)
        return _stop(call, vault, item)
    if same(str(wanted.get("protectionState") or ""), "BackupsSuspended"):
        return _suspend(call, vault, name)
    return _configure(call, vault, name, wanted)


def _configure(call: Call, vault: Vault, name: str, wanted: Json) -> Reply:
    vm = _source(call, vault, name, wanted)
    policy = _policy(vault, str(wanted.get("policyId") or ""))
    exclusion = (wanted.get("extendedProperties") or {}).get("diskExclusionProperties")
    known = vault.items.get(name)
    if known is not None and known.deleted is not None:
        raise refused(f"{vm.name} is in soft-deleted state: undelete it first.", "BMSUserErrorItemSoftDeleted")
    policy_id, policy_type = str(wanted["policyId"]), policy["properties"].get("policyType", "V1")
    if policy_type != "V2":
        check_standard_will_do(call, vm, known)
    if known is not None:
        check_keeps_enough(vault, known, policy["properties"])
    item = known or Item(vm, policy_id, policy["name"], call.world.number_name(), policy_type)
    registered = call.world.registered
    registered[vm.id.lower()] = vault.key
    apply = partial(_configured, vault, item, policy, policy_id, exclusion)
    undo = None if known else partial(_unregister, registered, vm.id.lower())
    life = RECONFIGURE if known else ENABLE
    job = start_job(call, vault, item, "ConfigureBackup", life, {"Policy Name": policy["name"]})
    return _item_write(call, job, apply, undo)


def _unregister(registered: dict[str, tuple[str, str]], vm_id: str) -> None:
    registered.pop(vm_id, None)


def _configured(vault: Vault, item: Item, policy: Json, policy_id: str, exclusion: Json | None, ended: int) -> None:
    item.policy_id, item.policy_name = policy_id, policy["name"]
    item.policy_type = policy["properties"].get("policyType", "V1")
    if exclusion is not None:
        item.disk_exclusion = exclusion
    item.state = "Protected" if item.last_recovery_point is not None else "IRPending"
    item.scheduled_from = ended
    follow_policy(item, policy["properties"])
    vault.items.setdefault(item.vm.service_name, item)


def _source(call: Call, vault: Vault, name: str, wanted: Json) -> VirtualMachine:
    """The machine to protect: it must exist, be the one of the path, live in the vault's region, and be free."""
    source = str(wanted.get("sourceResourceId") or "")
    vm = call.world.vms.get(source.lower())
    if vm is None:
        # Not observed for this call; code and text are those the storage configuration was seen to answer.
        message = "Could not perform the operation as VM no longer exists."
        raise ArmError(404, "ResourceNotFound", message, backend=True)
    if vm.service_name != name:
        raise refused("sourceResourceId and the item's name are not of the same virtual machine.")
    if not same(vm.location, vault.location):
        raise refused(f"{vm.name} is in {vm.location}, the vault in {vault.location}.", "BMSUserErrorRegionMismatch")
    if vm.subscription != vault.subscription:
        raise refused(f"{vm.name} is in another subscription than the vault.")
    if call.world.registered.get(vm.id.lower(), vault.key) != vault.key:
        raise ArmError(
            409,
            "BMSUserErrorContainerIsAlreadyRegisteredWithAnotherVault",
            "Virtual machine is already registered\\registering with another recovery services vault. "
            "Please select a different virtual machine for registration.",
        )
    return vm


def _policy(vault: Vault, policy_id: str) -> Json:
    head, _, name = policy_id.rpartition("/")
    policy = vault.policies.get(name.lower())
    if policy is None or not same(head, f"{vault.id}/backupPolicies"):
        raise not_found(f"Backup policy {policy_id}")
    if policy["properties"]["backupManagementType"] != "AzureIaasVM":
        raise refused(f"Backup policy {name} is not for virtual machines.")
    return policy


def check_standard_will_do(call: Call, vm: VirtualMachine, known: Item | None) -> None:
    """Refuse a standard policy for what needs an enhanced one. Documented; which code Azure has for it is not known.

    Back from enhanced: azure-docs, backup-azure-vm-migrate-enhanced-policy; azure-cli 28317. Disks and security types:
    azure-docs, backup-azure-vms-enhanced-policy (2025-06), which also says since when Trusted Launch is taken.
    """
    if known is not None and known.policy_type == "V2":
        raise refused(f"{vm.name} has an enhanced policy: it cannot go back to a standard one.")
    needs = {"ConfidentialVM": True, "TrustedLaunch": call.year < 2025}
    if needs.get(vm.nature.security, False) or vm.nature.ultra:
        what = "disks" if vm.nature.ultra else f"the security type {vm.nature.security}"
        raise refused(f"{vm.name} has {what} whose backup is supported with an Enhanced policy only.")


def check_keeps_enough(vault: Vault, item: Item, wanted: Json) -> None:
    """An immutable vault takes no item to a policy with less retention.

    Source: azure-docs, backup-azure-immutable-vault-concept. That the code is the one of other refusals of such a vault
    was not observed; nor what an item is told that is stopped and has no policy: it is not refused here.
    """
    had = vault.policies.get(item.policy_name.lower())
    if had is not None and keeps_less(had["properties"], wanted):
        check_mutable(vault, "move an item to a policy with less retention")


def _stop(call: Call, vault: Vault, item: Item) -> Reply:
    if item.deleted is not None:
        raise refused(f"{item.vm.name} is in soft-deleted state.", "BMSUserErrorItemSoftDeleted")
    job = start_job(call, vault, item, "DisableBackup", RECONFIGURE, {"Policy Name": ""})
    return _item_write(call, job, partial(_stopped, item))


def _stopped(item: Item, ended: int) -> None:
    forget_expired(item, ended)
    item.state, item.policy_id, item.policy_name = "ProtectionStopped", "", ""


def _suspend(call: Call, vault: Vault, name: str) -> Reply:
    """Stop backups and keep points as the policy says: az sends policyId "" with it (azure-cli, custom.py).

    Refused on a vault that is not immutable (azure-rest-api-specs 32688). Not observed: that the item still names its
    policy, and the refusal of an item that is stopped already.
    """
    item = vault.items.get(name)
    if item is None:
        raise not_found(f"Backup item VM;{name}")
    if item.deleted is not None:
        raise refused(f"{item.vm.name} is in soft-deleted state.", "BMSUserErrorItemSoftDeleted")
    check_suspendable(vault)
    if item.state == "ProtectionStopped":
        raise refused(f"The protection of {item.vm.name} is stopped.")
    bag = {"Policy Name": item.policy_name}
    return _item_write(call, start_job(call, vault, item, "DisableBackup", RECONFIGURE, bag), partial(_suspended, item))


def _suspended(item: Item, ended: int) -> None:
    forget_expired(item, ended)
    item.state = "BackupsSuspended"


def _undelete(call: Call, vault: Vault, item: Item) -> Reply:
    if item.deleted is None:
        raise refused(f"{item.vm.name} is not in soft-deleted state.", "BMSUserErrorItemNotSoftDeleted")
    job = start_job(call, vault, item, "Undelete", RECONFIGURE, {"Undelete flag": "True"})
    return _item_write(call, job, partial(_undeleted, item))


def _undeleted(item: Item, _ended: int) -> None:
    item.deleted = item.purges = None


def _item_write(
    call: Call, job: Job, apply: Callable[[int], object], undo: Callable[[], object] | None = None
) -> Reply:
    """Configuration writes end with their job: both take the life of the job, and only then the item changes.

    `apply` gets the instant of the end. `undo` takes back what the request itself did, should the job fail.
    """
    operation = call.world.begin_operation("item", job.life.seconds, job)
    call.world.on(operation.ends, partial(_end_item_write, job, apply, undo, operation.ends))
    path = item_path(call)
    return accepted(call, operation, f"{path}/operationResults", f"{path}/operationsStatus")


def _end_item_write(job: Job, apply: Callable[[int], object], undo: Callable[[], object] | None, ended: int) -> None:
    if not job.failure:
        apply(ended)
    elif undo is not None:
        undo()


def item_path(call: Call) -> str:
    """The item's path as the caller wrote it: links echo its casing (`vm;` or `VM;`)."""
    return "/".join(call.path.split("/")[: ITEM_SEGMENTS + 1])


# -- deleting -----------------------------------------------------------------------------------------------------
def delete_item(call: Call) -> Reply:
    """Delete backup data. With soft delete on, the item stays for its retention period and can be undeleted."""
    vault, name = call.vault(), service_name(call)
    item = vault.items.get(name)
    if item is None:
        return Reply(204)  # not observed
    soft = vault.soft_delete_state != "Disabled"
    if item.deleted is not None:
        raise refused(f"{item.vm.name} is already in soft-deleted state.", "BMSUserErrorItemSoftDeleted")
    check_mutable(vault, "delete backup data")
    bag = {"Number of Recovery Points": str(len(item.recovery_points))}
    job = start_job(call, vault, item, "DeleteBackupData", SOFT_DELETE if soft else DELETE_DATA, bag)
    operation = call.world.begin_operation("delete_item", job.life.seconds, job)
    finish = partial(_soft_delete if soft else _purge, call.world, vault, item, job.started)
    call.world.on(operation.ends, partial(_end_delete, job, finish))
    path = call.vault_path
    return accepted(call, operation, f"{path}/backupOperationResults", f"{path}/backupOperations")


def _end_delete(job: Job, finish: Callable[[], object]) -> None:
    if not job.failure:
        finish()


def _soft_delete(world: World, vault: Vault, item: Item, started: int) -> None:
    item.state, item.policy_id, item.policy_name, item.deleted = "ProtectionStopped", "", "", started
    item.purges = started + retention_days(vault) * DAY * TICKS  # calendar days: not shortened
    world.on(item.purges, partial(_expire, world, vault, item, started))


def _expire(world: World, vault: Vault, item: Item, started: int) -> None:
    if item.deleted == started:
        _purge(world, vault, item, started)


def _purge(world: World, vault: Vault, item: Item, _started: int) -> None:
    """Of two deletions the first one ends it; the machine may be protected again when the second one ends."""
    if vault.items.get(item.vm.service_name) is item:
        del vault.items[item.vm.service_name]
        world.registered.pop(item.vm.id.lower(), None)


def get_item_operation_result(call: Call) -> Reply:
    """202 while it runs; then the item after a PUT (SDK), 204 after a trigger (not observed)."""
    operation = call.world.operations.get(call.params["operation"].lower())
    if operation and operation.kind == "item" and call.world.clock.now() >= operation.ends:
        return Reply(200, item_body(call, existing_item(call)))
    return get_operation_result(call)


ROUTES: list[Route] = [
    ("PUT", ITEM, put_item),
    ("DELETE", ITEM, delete_item),
    ("GET", ITEM + "/operationResults/{operation}", get_item_operation_result),
]
