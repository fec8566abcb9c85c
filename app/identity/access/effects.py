"""What every kind of job may do to a tenant's data, and so which operations a tenant may want a second person for.

Each kind is declared here with the changes it can bring. A change that **weakens** (data goes, or is kept, guarded or
made less) or that **cannot be undone** has an operation: the name in a tenant's settings. The list of operations is
derived from that, and from nothing else. Pure.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Effect:
    """One change that a kind of job may bring.

    `operations`: its names in a tenant's settings, narrowest first; empty where it neither weakens nor is final.
    `azure`: the critical operation of Azure's own list it falls under.
    """

    kind: str
    change: str
    operations: tuple[str, ...] = ()
    weakens: bool = False
    can_be_undone: bool = True
    azure: str | None = None

    @property
    def is_sensitive(self) -> bool:
        return self.weakens or not self.can_be_undone


_ITEMS: Final = "backupFabrics/protectionContainers/protectedItems"

EFFECTS: Final[tuple[Effect, ...]] = (
    # --- vaults
    Effect("create_vault", "a new vault"),
    Effect("adopt_vault", "only reads"),
    Effect("refresh_vault", "only reads"),
    Effect("update_vault", "tags, or a setting that protects more and can be taken back"),
    Effect("update_vault", "soft delete off, or fewer days", ("soft_delete_off",), weakens=True,
           azure="backupconfig/write"),
    Effect("update_vault", "immutability turned off", ("immutability",), weakens=True,
           azure="vaults/write#reduceImmutabilityState"),
    Effect("update_vault", "immutability locked", ("immutability",), can_be_undone=False),
    Effect("update_vault", "less redundancy, or cross-region restore off", ("redundancy_less",), weakens=True),
    Effect("update_vault", "soft delete always on", ("final_setting",), can_be_undone=False),
    Effect("set_azure_alerts", "Azure reports more of failed backups, or to more"),
    Effect("set_azure_alerts", "Azure reports less, to fewer, or no more", ("azure_alerts_off",), weakens=True),
    Effect("set_azure_policy", "Azure Policy protects VMs by itself as it does already"),
    Effect("set_azure_policy", "Azure Policy protects more, or other VMs by itself, now and from now on",
           ("protection_rule",), can_be_undone=False),
    Effect("set_azure_policy", "Azure Policy protects fewer by itself, or none", ("azure_policy_off",), weakens=True),
    Effect("delete_vault", "the vault is deleted", ("delete_vault",), weakens=True, can_be_undone=False),
    # --- policies
    Effect("put_policy", "a new policy, or one that keeps no less"),
    Effect("put_policy", "the policy keeps less", ("retention_shrink",), weakens=True, can_be_undone=False,
           azure="backupPolicies/write"),
    Effect("delete_policy", "a policy that no item follows"),
    # --- protected items
    Effect("protect", "a new item"),
    Effect("change_policy", "a policy that keeps no less, or more disks"),
    Effect("change_policy", "a policy that keeps less", ("retention_shrink",), weakens=True, can_be_undone=False,
           azure=f"{_ITEMS}/write"),
    Effect("change_policy", "an enhanced policy", ("final_setting",), can_be_undone=False),
    Effect("change_policy", "fewer disks", ("disks_fewer",), weakens=True),
    Effect("pause", "backups stop, every point is kept", ("stop_protection",), weakens=True,
           azure=f"{_ITEMS}/write#stopProtectionWithRetainData"),
    Effect("pause", "of a suspended item: every point is kept"),
    Effect("suspend", "backups stop, points go by policy", ("stop_protection",), weakens=True,
           azure=f"{_ITEMS}/write#stopProtectionWithRetainData"),
    Effect("resume", "points that were kept go by a policy", ("retention_shrink",), weakens=True, can_be_undone=False,
           azure=f"{_ITEMS}/write"),
    Effect("resume", "of a suspended item, with a policy that keeps no less"),
    Effect("resume", "with an enhanced policy", ("final_setting",), can_be_undone=False),
    Effect("unprotect", "the backup data is deleted", ("delete_data",), weakens=True, can_be_undone=False,
           azure=f"{_ITEMS}/delete"),
    Effect("undelete", "deleted data comes back, every point is kept"),
    Effect("backup", "one more point"),
    # --- restores: who has read the data has it
    Effect("restore", "the disks of the live VM are replaced", ("replace_disks", "restore"), can_be_undone=False,
           azure=f"{_ITEMS}/recoveryPoints/restore/action"),
    Effect("restore", "disks, or a new VM", ("restore",), can_be_undone=False,
           azure=f"{_ITEMS}/recoveryPoints/restore/action"),
    Effect("mount_files", "files can be read", ("restore",), can_be_undone=False),
    Effect("unmount_files", "files can be read no longer"),
    Effect("restore_test_run", "VMs are restored into a network of their own, and deleted again",
           ("restore_test", "restore"), can_be_undone=False, azure=f"{_ITEMS}/recoveryPoints/restore/action"),
    Effect("approve_restore_test", "the same, at each time of a schedule", ("restore_test", "restore"),
           can_be_undone=False, azure=f"{_ITEMS}/recoveryPoints/restore/action"),
    Effect("recovery_run", "the disks of live VMs are replaced", ("replace_disks", "restore"), can_be_undone=False,
           azure=f"{_ITEMS}/recoveryPoints/restore/action"),
    Effect("recovery_run", "disks, or new VMs", ("restore",), can_be_undone=False,
           azure=f"{_ITEMS}/recoveryPoints/restore/action"),
    # --- many at once: what its single requests bring
    Effect("bulk", "new items, more points, policies that keep no less"),
    Effect("bulk", "backups stop", ("stop_protection",), weakens=True,
           azure=f"{_ITEMS}/write#stopProtectionWithRetainData"),
    Effect("bulk", "policies that keep less, or points that were kept go by a policy", ("retention_shrink",),
           weakens=True, can_be_undone=False, azure=f"{_ITEMS}/write"),
    Effect("bulk", "fewer disks", ("disks_fewer",), weakens=True),
    Effect("bulk", "enhanced policies", ("final_setting",), can_be_undone=False),
    Effect("enforce_rule", "VMs that a rule selects are protected, now and from now on", ("protection_rule",),
           can_be_undone=False),
    Effect("enforce_rule", "and backups of VMs that it loses are paused", ("stop_protection", "protection_rule"),
           weakens=True),
    Effect("tear_down", "what a restore made is deleted", ("tear_down",), can_be_undone=False),
    Effect("tear_down", "and the disks that it kept, which are in no point", ("delete_data", "tear_down"),
           weakens=True, can_be_undone=False),
)  # fmt: skip

OPERATIONS: Final[tuple[str, ...]] = tuple(
    dict.fromkeys(operation for effect in EFFECTS if effect.is_sensitive for operation in effect.operations)
)


def operations_of(kind: str) -> tuple[str, ...]:
    """All that a job of this kind may be called in a tenant's settings."""
    return tuple(dict.fromkeys(name for effect in EFFECTS if effect.kind == kind for name in effect.operations))
