"""What Holdfast's own identity must be allowed in Azure, for each operation and place: one table. Pure.

`documented`: Microsoft names the action for this task ("Use Azure RBAC to manage Azure Backup recovery points", the
table of minimum roles and its alternatives). `assumed`: Resource Manager names an action by the types in the URL, and
Holdfast calls that URL for this operation (seen in its own traffic against the simulator, never against Azure).
"""

from dataclasses import dataclass
from typing import Final, Literal

Place = Literal[
    "vault", "resource_group", "subscription", "vm", "vm_resource_group", "target_resource_group", "network",
    "storage_account",
]  # fmt: skip
"""`resource_group`: the one a vault is made in. `vm_resource_group`: where disks are replaced, or compared."""
Source = Literal["documented", "assumed"]
Restoring = Literal["disks", "new_vm", "replace_disks", "files"]
Operation = Literal[
    "create_vault", "adopt_vault", "discover_vaults", "update_vault", "refresh_vault", "delete_vault",
    "list_unprotected_vms", "create_policy", "put_policy", "delete_policy", "create_protected_item",
    "change_protected_item", "delete_protected_item", "undelete_protected_item", "create_backup", "create_bulk",
    "list_recovery_points", "create_restore", "create_recovery_run", "rehearse_recovery_plan",
    "check_recovery_gate", "cancel_job", "read_estate", "read_usages",
    "put_azure_alerts", "delete_azure_alerts", "put_azure_policy", "read_azure_policy", "delete_azure_policy",
    "list_restored_resources", "tear_down_restore",
    "create_restore_test", "run_restore_test", "run_restore_test_script", "enforce_protection_rule",
]  # fmt: skip
"""As the API calls them; `create_vault` with `adopt` is `adopt_vault` here, and `run_restore_test` of a test with the
level `answers` is `run_restore_test_script`. `rehearse_recovery_plan` and `check_recovery_gate`: what a run needs more,
if it is a rehearsal into a network, or has gates of the kind `check`."""

VAULTS: Final = "Microsoft.RecoveryServices/vaults"
LOCATIONS: Final = "Microsoft.RecoveryServices/locations"
ITEMS: Final = f"{VAULTS}/backupFabrics/protectionContainers/protectedItems"
POINTS: Final = f"{ITEMS}/recoveryPoints"
DISKS_WRITE, VMS_WRITE = "Microsoft.Compute/disks/write", "Microsoft.Compute/virtualMachines/write"
JOIN_SUBNET: Final = "Microsoft.Network/virtualNetworks/subnets/join/action"
ACCOUNTS_WRITE: Final = "Microsoft.Storage/storageAccounts/write"
RESTORE, CROSS_REGION_ACCESS = f"{POINTS}/restore/action", f"{POINTS}/accessToken/action"
PROVISION: Final = f"{POINTS}/provisionInstantItemRecovery/action"

_VMS_READ, _DISKS_READ = "Microsoft.Compute/virtualMachines/read", "Microsoft.Compute/disks/read"
_ITEM_STATUS, _JOBS = f"{ITEMS}/operationsStatus/read", f"{VAULTS}/backupJobs/read"
_LISTED_ITEMS, _POLICIES = f"{VAULTS}/backupProtectedItems/read", f"{VAULTS}/backupPolicies/read"
_LOOKS = ("Microsoft.Authorization/permissions/read", "Microsoft.Authorization/locks/read")
"""What every restore reads first, with any target."""
_INSTANCE_VIEW: Final = "Microsoft.Compute/virtualMachines/instanceView/read"
_GROUPS_READ: Final = "Microsoft.Resources/subscriptions/resourceGroups/read"

DOCUMENTED: Final = frozenset(
    {
        VMS_WRITE,
        _VMS_READ,
        ACCOUNTS_WRITE,
        JOIN_SUBNET,
        "Microsoft.Network/virtualNetworks/read",
        "Microsoft.Network/virtualNetworks/subnets/read",
    }
)


@dataclass(frozen=True, slots=True)
class Need:
    """Actions that an operation needs at one place, in the spelling of Azure's list of operations."""

    place: Place
    actions: tuple[str, ...]


def source_of(action: str) -> Source:
    return "documented" if action in DOCUMENTED else "assumed"


_CONFIGURE = Need("vault", (f"{ITEMS}/read", f"{ITEMS}/write", _ITEM_STATUS, f"{VAULTS}/backupOperations/read", _JOBS))
_READ_A_VAULT = Need(
    "vault", (f"{VAULTS}/read", f"{VAULTS}/backupconfig/read", _POLICIES, _LISTED_ITEMS, f"{ITEMS}/read", _JOBS)
)
"""Each item by itself only where the list does not show it."""

_OF_ALERTS: Final = tuple(
    f"{kind}/{verb}"
    for kind in (
        "Microsoft.Insights/actionGroups",
        "Microsoft.Insights/metricAlerts",
        "Microsoft.AlertsManagement/actionRules",
    )
    for verb in ("read", "write", "delete")
)
"""In the group of the vault. A caller's own action group that is to call Holdfast needs read and write there, too."""

_SEE_RESTORED: Final = (
    "Microsoft.Resources/subscriptions/resourceGroups/resources/read",
    _VMS_READ,
    _INSTANCE_VIEW,
    _DISKS_READ,
    "Microsoft.Compute/snapshots/read",
    "Microsoft.Network/networkInterfaces/read",
    "Microsoft.Network/publicIPAddresses/read",
)
"""In the group that the restore was sent to. A restore itself needs none of them but those of its mode."""
_DELETE_RESTORED: Final = (
    "Microsoft.Compute/virtualMachines/delete",
    "Microsoft.Compute/disks/delete",
    "Microsoft.Compute/snapshots/delete",
    "Microsoft.Network/networkInterfaces/delete",
    "Microsoft.Network/publicIPAddresses/delete",
)
_FOLLOW_DELETIONS: Final = (
    "Microsoft.Compute/locations/operations/read",
    "Microsoft.Compute/locations/diskOperations/read",
    "Microsoft.Network/locations/operations/read",
)

_NETWORK_OF_TESTS: Final = (
    "Microsoft.Network/virtualNetworks/read",
    "Microsoft.Network/networkSecurityGroups/read",
    "Microsoft.Network/routeTables/read",
    "Microsoft.Network/networkInterfaces/read",
)
"""Where the network is. Security group, route table or cards in other groups are read there."""
_SCRIPTS: Final = (
    "Microsoft.Compute/virtualMachines/runCommands/read",
    "Microsoft.Compute/virtualMachines/runCommands/write",
)
"""None to delete: a script's run goes with its VM."""
_ASSIGNMENTS, _ROLES = "Microsoft.Authorization/policyAssignments", "Microsoft.Authorization/roleAssignments"
_DEFINITIONS, _INSIGHTS = "Microsoft.Authorization/policyDefinitions/read", "Microsoft.PolicyInsights"
_REMEDIATIONS: Final = f"{_INSIGHTS}/remediations"
"""Of Azure Policy: in the scope of the assignment, and roles in the group of the vault, too."""

TABLE: Final[dict[str, tuple[Need, ...]]] = {
    "create_vault": (
        Need("resource_group", (f"{VAULTS}/read", f"{VAULTS}/write", f"{VAULTS}/operationStatus/read",
                                f"{VAULTS}/backupconfig/read", f"{VAULTS}/backupconfig/write", _POLICIES, _JOBS)),
    ),
    "adopt_vault": (Need("resource_group", _READ_A_VAULT.actions), Need("subscription", (_VMS_READ,))),
    "discover_vaults": (Need("subscription", (f"{VAULTS}/read",)),),
    "update_vault": (
        Need("vault", (f"{VAULTS}/read", f"{VAULTS}/write", f"{VAULTS}/operationStatus/read",
                       f"{VAULTS}/backupconfig/read", f"{VAULTS}/backupconfig/write", _LISTED_ITEMS)),
    ),
    "refresh_vault": (_READ_A_VAULT, Need("subscription", (_VMS_READ,))),
    "delete_vault": (
        Need("vault", (f"{VAULTS}/read", f"{VAULTS}/delete", f"{VAULTS}/operationStatus/read", _LISTED_ITEMS)),
    ),
    "list_unprotected_vms": (
        Need("vault", (f"{VAULTS}/backupProtectableItems/read", f"{VAULTS}/backupFabrics/refreshContainers/action",
                       f"{VAULTS}/backupFabrics/operationsStatus/read")),
        Need("subscription", (_VMS_READ,)),
    ),
    "create_policy": (Need("vault", (_POLICIES, f"{VAULTS}/backupPolicies/write", f"{VAULTS}/operationStatus/read")),),
    "put_policy": (
        Need("vault", (_POLICIES, f"{VAULTS}/backupPolicies/write", f"{VAULTS}/backupPolicies/operationsStatus/read",
                       _LISTED_ITEMS, _JOBS)),
    ),
    "delete_policy": (
        Need("vault", (_POLICIES, f"{VAULTS}/backupPolicies/delete", f"{VAULTS}/backupPolicies/operationsStatus/read",
                       _LISTED_ITEMS)),
    ),
    "create_protected_item": (
        _CONFIGURE, Need("vm", (_VMS_READ, VMS_WRITE)), Need("subscription", (f"{LOCATIONS}/backupStatus/action",)),
    ),
    # What a rule asks for are `protect` and `pause`. It is weighed from what `read_estate` has read.
    "enforce_protection_rule": (
        _CONFIGURE, Need("vm", (_VMS_READ, VMS_WRITE, _INSTANCE_VIEW)),
        Need("subscription", (f"{LOCATIONS}/backupStatus/action",)),
    ),
    "change_protected_item": (_CONFIGURE, Need("vm", (_VMS_READ, VMS_WRITE))),
    "delete_protected_item": (
        Need("vault", (f"{ITEMS}/read", f"{ITEMS}/delete", _ITEM_STATUS, f"{VAULTS}/backupOperations/read", _JOBS)),
        Need("vm", (_VMS_READ,)),
    ),
    "undelete_protected_item": (_CONFIGURE, Need("vm", (_VMS_READ,))),
    "create_backup": (Need("vault", (f"{ITEMS}/backup/action", f"{ITEMS}/read", _ITEM_STATUS, _LISTED_ITEMS, _JOBS)),),
    # Of every action: what one of them needs is told by its single request.
    "create_bulk": (
        _CONFIGURE, Need("vm", (_VMS_READ, VMS_WRITE)), Need("subscription", (f"{LOCATIONS}/backupStatus/action",)),
        Need("vault", (f"{ITEMS}/backup/action", f"{ITEMS}/read", _ITEM_STATUS, _LISTED_ITEMS, _JOBS)),
    ),
    "list_recovery_points": (Need("vault", (f"{VAULTS}/read", f"{POINTS}/read")),),
    "cancel_job": (Need("vault", (_JOBS, f"{VAULTS}/backupJobs/cancel/action")),),
    "read_estate": (
        Need("subscription", ("Microsoft.ResourceGraph/resources/read", _VMS_READ, f"{VAULTS}/read", f"{ITEMS}/read")),
    ),
    "read_usages": (Need("vault", (f"{VAULTS}/usages/read",)),),
    "put_azure_alerts": (
        Need("vault", (f"{VAULTS}/read", f"{VAULTS}/write", f"{VAULTS}/operationStatus/read")),
        Need("resource_group", _OF_ALERTS),
    ),
    "delete_azure_alerts": (Need("resource_group", _OF_ALERTS),),
    "create_restore_test": (Need("network", _NETWORK_OF_TESTS),),
    "rehearse_recovery_plan": (Need("network", _NETWORK_OF_TESTS),),
    "check_recovery_gate": (
        Need("target_resource_group", (_VMS_READ, _INSTANCE_VIEW)), Need("vm", (_VMS_READ, _INSTANCE_VIEW)),
    ),
    "put_azure_policy": (
        Need("subscription", (f"{_ASSIGNMENTS}/read", f"{_ASSIGNMENTS}/write", f"{_ASSIGNMENTS}/delete", _DEFINITIONS,
                              f"{_ROLES}/read", f"{_ROLES}/write", f"{_ROLES}/delete",
                              f"{_INSIGHTS}/policyStates/triggerEvaluation/action",
                              f"{_INSIGHTS}/policyStates/summarize/read", f"{_REMEDIATIONS}/read",
                              f"{_REMEDIATIONS}/write", f"{_REMEDIATIONS}/listDeployments/read")),
        Need("vault", (_POLICIES,)),
    ),
    "read_azure_policy": (
        Need("subscription", (f"{_ASSIGNMENTS}/read", _DEFINITIONS, f"{_INSIGHTS}/policyStates/summarize/read",
                              f"{_REMEDIATIONS}/read", _VMS_READ)),
    ),
    "delete_azure_policy": (
        Need("subscription", (f"{_ASSIGNMENTS}/read", f"{_ASSIGNMENTS}/delete", f"{_ROLES}/read", f"{_ROLES}/delete",
                              f"{_REMEDIATIONS}/read", f"{_REMEDIATIONS}/cancel/action")),
    ),
    "list_restored_resources": (Need("target_resource_group", _SEE_RESTORED),),
    "tear_down_restore": (
        Need("target_resource_group", (*_SEE_RESTORED, *_DELETE_RESTORED)), Need("subscription", _FOLLOW_DELETIONS),
    ),
}  # fmt: skip

_SENT_TO_THE_VAULT = Need(
    "vault",
    (
        RESTORE,
        f"{POINTS}/read",
        _ITEM_STATUS,
        _JOBS,
        f"{VAULTS}/read",
        *_LOOKS,
        f"{VAULTS}/backupTriggerValidateOperation/action",
        f"{VAULTS}/backupValidateOperationsStatuses/read",
    ),
)
_SENT_ACROSS = (
    Need("vault", (CROSS_REGION_ACCESS, f"{POINTS}/read", f"{VAULTS}/read", _JOBS, *_LOOKS)),
    Need(
        "subscription",
        (
            f"{LOCATIONS}/backupAadProperties/read",
            f"{LOCATIONS}/backupCrossRegionRestore/action",
            f"{LOCATIONS}/backupCrrJob/action",
            f"{LOCATIONS}/backupCrrJobs/action",
            f"{LOCATIONS}/backupCrrOperationsStatus/read",
        ),
    ),
)
_ACCOUNT = Need("storage_account", ("Microsoft.Storage/storageAccounts/read", ACCOUNTS_WRITE, *_LOOKS))
_INTO_A_GROUP = ("Microsoft.Resources/subscriptions/read", _GROUPS_READ, _DISKS_READ, DISKS_WRITE, *_LOOKS)

RESTORES: Final[dict[Restoring, tuple[Need, ...]]] = {
    "disks": (_ACCOUNT, Need("target_resource_group", _INTO_A_GROUP)),
    "new_vm": (
        _ACCOUNT, Need("target_resource_group", (*_INTO_A_GROUP, _VMS_READ, VMS_WRITE)),
        Need("network", ("Microsoft.Network/virtualNetworks/read", "Microsoft.Network/virtualNetworks/subnets/read",
                         JOIN_SUBNET, "Microsoft.Authorization/permissions/read")),
    ),
    "replace_disks": (
        _ACCOUNT, Need("vm_resource_group", (_DISKS_READ, DISKS_WRITE, *_LOOKS)),
        Need("vm", (_VMS_READ, VMS_WRITE, *_LOOKS)),
    ),
    "files": (
        Need("vault", (
            PROVISION, f"{POINTS}/revokeInstantItemRecovery/action", f"{POINTS}/read", _ITEM_STATUS, *_LOOKS,
            f"{POINTS}/listInstantItemRecoveryOperationResult/action",
        )),
    ),
}  # fmt: skip


RESTORING: Final = frozenset({"create_restore", "create_recovery_run"})
"""Operations that need what restores need."""


TESTING: Final = frozenset({"run_restore_test", "run_restore_test_script"})
"""Operations that restore VMs, look at them and delete them. Without a script no right to run one is needed."""


def needs_of(operation: Operation, mode: Restoring | None = None, *, is_secondary: bool = False) -> tuple[Need, ...]:
    """What the operation needs, place by place. A restore needs what its mode and region do: without a mode, of all."""
    if operation in TESTING:
        source = (Need("vm", (_VMS_READ, _INSTANCE_VIEW)), Need("vm_resource_group", (_DISKS_READ,)))
        looks = (Need("network", _NETWORK_OF_TESTS), *source)
        scripts = (Need("target_resource_group", _SCRIPTS),) if operation == "run_restore_test_script" else ()
        return (*needs_of("create_restore", "new_vm"), *looks, *TABLE["tear_down_restore"], *scripts)
    if operation not in RESTORING:
        return TABLE[operation]
    is_run = operation == "create_recovery_run"
    if mode is None:
        modes = [one for one in RESTORES if one != "files" or not is_run]  # a plan mounts no files
        return tuple(need for one in modes for need in needs_of(operation, one, is_secondary=is_secondary))
    if mode == "files":
        return RESTORES[mode]
    asked_again = (Need("vault", (f"{ITEMS}/read",)),) if is_run else ()  # before each member begins
    return (*(_SENT_ACROSS if is_secondary else (_SENT_TO_THE_VAULT,)), *RESTORES[mode], *asked_again)
