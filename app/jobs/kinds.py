"""The kinds of jobs: what each does, and which Azure job it may be. Pure."""

from enum import StrEnum


class JobKind(StrEnum):
    """What a job does. The API's `Kind` lists the same."""

    CREATE_VAULT = "create_vault"
    """A new vault in Azure."""
    ADOPT_VAULT = "adopt_vault"
    """A vault that is there becomes one of Holdfast's: only reads."""
    REFRESH_VAULT = "refresh_vault"
    """Reads the contents of a vault again. Only reads."""
    UPDATE_VAULT = "update_vault"
    """Tags or settings of a vault."""
    SET_AZURE_ALERTS = "set_azure_alerts"
    """Azure's own alerts of a vault are set up, changed or removed."""
    SET_AZURE_POLICY = "set_azure_policy"
    """A built-in policy of Azure is assigned for a protection rule, remediated or removed."""
    DELETE_VAULT = "delete_vault"
    """An empty vault is deleted in Azure."""
    PUT_POLICY = "put_policy"
    """A policy is made or replaced; every item that follows it is changed with it."""
    DELETE_POLICY = "delete_policy"
    """A policy that no item follows is deleted."""
    PROTECT = "protect"
    """A VM gets backups by a policy."""
    CHANGE_POLICY = "change_policy"
    """An item follows another policy, or other disks of it are backed up."""
    PAUSE = "pause"
    """Backups of an item stop, and every recovery point is kept."""
    SUSPEND = "suspend"
    """Backups of an item stop, and recovery points expire as the policy says."""
    RESUME = "resume"
    """A paused or suspended item gets backups again."""
    UNPROTECT = "unprotect"
    """The backup data of an item is deleted."""
    UNDELETE = "undelete"
    """Restores soft-deleted backup data."""
    BACKUP = "backup"
    """One recovery point more, now."""
    RESTORE = "restore"
    """Disks or a VM are made from a recovery point, or the VM's own disks replaced."""
    MOUNT_FILES = "mount_files"
    """The files of a recovery point can be read for some hours."""
    UNMOUNT_FILES = "unmount_files"
    """The end of that."""
    RECOVERY_RUN = "recovery_run"
    """The VMs of a recovery plan are restored, wave by wave: each restore is a job of its own, with this as parent."""
    TEAR_DOWN = "tear_down"
    """What a restore made in Azure is deleted again."""
    RESTORE_TEST_RUN = "restore_test_run"
    """A round of a restore test: VMs are restored, verified and deleted again, by jobs of their own."""
    APPROVE_RESTORE_TEST = "approve_restore_test"
    """A second person approves a restore test as it is defined; nothing is restored by it."""
    BULK = "bulk"
    """One action for many VMs: each of them has a job of its own, with this as parent."""
    ENFORCE_RULE = "enforce_rule"
    """A protection rule is enforced once a second person has approved it. Writes nothing to Azure."""


KINDS: dict[str, tuple[JobKind, ...]] = {
    "backup": (JobKind.BACKUP,),
    "restore": (JobKind.RESTORE,),
    "crossregionrestore": (JobKind.RESTORE,),
    "configurebackup": (JobKind.PROTECT, JobKind.CHANGE_POLICY, JobKind.RESUME, JobKind.PUT_POLICY),
    "disablebackup": (JobKind.PAUSE, JobKind.SUSPEND, JobKind.UNPROTECT),
    "deletebackupdata": (JobKind.UNPROTECT,),
    "undelete": (JobKind.UNDELETE,),
}
"""Azure's name of a job's operation (docs/azure.md, Jobs) -> our kinds of job; the first if no caller asked for it."""
BEGINS_SEVERAL = frozenset({JobKind.PUT_POLICY})
"""Our kinds whose one write may begin several Azure jobs: one for each item that follows the policy."""
PARENTS = frozenset({JobKind.RECOVERY_RUN, JobKind.RESTORE_TEST_RUN, JobKind.BULK})
"""Our kinds that write nothing to Azure themselves: they have jobs of their own, and a loop of their own leads them."""
CANCELLABLE = frozenset({JobKind.BACKUP, JobKind.RESTORE})
"""Kinds whose Azure job can be cancelled; all others end within seconds or have none (docs/azure.md, Jobs)."""


def kinds_of(operation: str) -> tuple[JobKind, ...]:
    """Our kinds that such an Azure job may be; empty for an operation never seen."""
    return KINDS.get(operation.lower(), ())
