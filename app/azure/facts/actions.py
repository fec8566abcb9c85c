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
"""`resource_group`: the one a vault is made in. `vm_resource_group`: where disks are replaced."""
Source = Literal["documented", "assumed"]
Restoring = Literal["disks", "new_vm", "replace_disks", "files"]
Operation = Literal[
    "create_vault", "adopt_vault", "discover_vaults", "update_vault", "refresh_vault", "delete_vault",
    "list_unprotected_vms", "create_policy", "put_policy", "delete_policy", "create_protected_item",
    "change_protected_item", "delete_protected_item", "undelete_protected_item", "create_backup",
    "list_recovery_points", "create_restore", "cancel_job", "read_estate", "read_usages",
]  # fmt: skip
"""As the API calls them; `create_vault` with `adopt` is `adopt_vault` here."""

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
    "change_protected_item": (_CONFIGURE, Need("vm", (_VMS_READ, VMS_WRITE))),
    "delete_protected_item": (
        Need("vault", (f"{ITEMS}/read", f"{ITEMS}/delete", _ITEM_STATUS, f"{VAULTS}/backupOperations/read", _JOBS)),
        Need("vm", (_VMS_READ,)),
    ),
    "undelete_protected_item": (_CONFIGURE, Need("vm", (_VMS_READ,))),
    "create_backup": (Need("vault", (f"{ITEMS}/backup/action", f"{ITEMS}/read", _ITEM_STATUS, _LISTED_ITEMS, _JOBS)),),
    "list_recovery_points": (Need("vault", (f"{VAULTS}/read", f"{POINTS}/read")),),
    "cancel_job": (Need("vault", (_JOBS, f"{VAULTS}/backupJobs/cancel/action")),),
    "read_estate": (
        Need("subscription", ("Microsoft.ResourceGraph/resources/read", _VMS_READ, f"{VAULTS}/read", f"{ITEMS}/read")),
    ),
    "read_usages": (Need("vault", (f"{VAULTS}/usages/read",)),),
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


def needs_of(operation: Operation, mode: Restoring | None = None, *, is_secondary: bool = False) -> tuple[Need, ...]:
    """What the operation needs, place by place. A restore needs what its mode and region do: without a mode, of all."""
    if operation != "create_restore":
        return TABLE[operation]
    if mode is None:
        return tuple(need for one in RESTORES for need in needs_of(operation, one, is_secondary=is_secondary))
    if mode == "files":
        return RESTORES[mode]
    return (*(_SENT_ACROSS if is_secondary else (_SENT_TO_THE_VAULT,)), *RESTORES[mode])
