"""The states of a protected item: Azure's words in ours, and what each state allows. Pure."""

from enum import StrEnum

from app.azure.values import AzureItem


class ItemState(StrEnum):
    """Where an item is. The API's `ItemRead.state` lists the same (docs/azure.md, The states of an item)."""

    PROTECTING = "protecting"
    """A job of ours is protecting the VM; Azure has not shown the item yet."""
    INITIAL_BACKUP_PENDING = "initial_backup_pending"
    """Protected; its first backup has not been made."""
    PROTECTED = "protected"
    """Azure backs it up as its policy says."""
    PAUSED = "paused"
    """No more backups, and every recovery point is kept for ever. It has no policy."""
    SUSPENDED = "suspended"
    """No more backups; its points expire as its policy says, all but the last one."""
    SOFT_DELETED = "soft_deleted"
    """Its backup data is deleted, and can be brought back until it is purged. It has no policy."""
    ERROR = "error"
    """Azure reports an error, or a word that Holdfast does not know: `azure_state` shows it."""


BY_AZURE_STATE = {
    "irpending": ItemState.INITIAL_BACKUP_PENDING,
    "protected": ItemState.PROTECTED,
    "protectionstopped": ItemState.PAUSED,
    "backupssuspended": ItemState.SUSPENDED,
    "protectionerror": ItemState.ERROR,
}
"""Azure's `protectionState`, in lower case, in ours. A word that is not here is `error`, and shown as it is: what Azure
does with the points then is not known."""

BACKED_UP_BY_POLICY = frozenset({ItemState.INITIAL_BACKUP_PENDING, ItemState.PROTECTED})
"""Azure makes backups of it, as its policy says."""
BEFORE_FIRST_BACKUP = frozenset({ItemState.PROTECTING, ItemState.INITIAL_BACKUP_PENDING})
"""It has no recovery point yet."""
STOPPED = frozenset({ItemState.PAUSED, ItemState.SUSPENDED})
"""Its backups were stopped, and can be resumed."""
WITHOUT_POLICY = frozenset({ItemState.PAUSED, ItemState.SOFT_DELETED})
"""Azure takes the policy from it (docs/azure.md, Changing protection): no policy ends a recovery point of it."""
MAY_BE_BACKED_UP = BACKED_UP_BY_POLICY | {ItemState.ERROR}
"""Azure is asked for a backup, and decides."""
KEPT_BY_POLICY = MAY_BE_BACKED_UP | {ItemState.SUSPENDED}
"""Its recovery points expire as its policy says."""
MAY_BE_RESTORED = BACKED_UP_BY_POLICY | STOPPED | {ItemState.ERROR}


def state_of(item: AzureItem) -> ItemState:
    """A state never seen before is an error to be looked at, not "protected"."""
    if item.soft_deleted:
        return ItemState.SOFT_DELETED
    return BY_AZURE_STATE.get(item.protection_state.lower(), ItemState.ERROR)
