"""Problems of requests about protected items."""

from app.azure.errors import AzureRejected
from app.core.errors import Conflict, NotFound, Unprocessable
from app.jobs.work import JobError


class ItemNotFound(NotFound):
    """There is no such protected item."""

    code = "protected_item_not_found"


class VmNotFound(NotFound):
    """Azure has no such virtual machine."""

    code = "vm_not_found"


class VmAlreadyProtected(Conflict):
    """The virtual machine is protected already."""

    code = "vm_already_protected"


class VmProtectedElsewhere(Conflict):
    """Another vault protects the virtual machine."""

    code = "vm_protected_elsewhere"


class DiskNotThere(Unprocessable):
    """The virtual machine has no such data disk."""

    code = "disk_not_there"


class RegionMismatch(Conflict):
    """The vault is in another region than the virtual machine."""

    code = "region_mismatch"


class PolicyOfAnotherVault(Conflict):
    """The policy belongs to another vault."""

    code = "policy_of_another_vault"


class ItemNotReady(Conflict):
    """The item cannot be used in its present state."""

    code = "protected_item_not_ready"


class ImmutabilityNeeded(Conflict):
    """Backups can be suspended only in an immutable vault."""

    code = "immutability_needed"


def suspending_needs_immutability(vault_name: str) -> ImmutabilityNeeded:
    """Azure refuses it with a code that says the opposite (docs/azure.md, The states of an item)."""
    return ImmutabilityNeeded(
        f"The vault {vault_name} is not immutable: only in an immutable vault Azure suspends backups and lets "
        "points expire by the policy.",
        pointer="#/action",
        remedy=SUSPENDING,
    )


def immutability_needed(vault_name: str, refused: AzureRejected) -> JobError:
    """The same, of a job: Azure refused what our row of the vault did not know."""
    return JobError(
        code="immutability_needed",
        title="The vault is not immutable",
        detail=f"Azure refused to suspend backups in {vault_name}, with a message that says the opposite: "
        f"{refused.message}",
        remedy=SUSPENDING,
        azure_code=refused.code,
    )


SUSPENDING = (
    'Pause it (PATCH {"action": "pause"}): every point is kept for ever. To let points expire by the policy, '
    'make the vault immutable first: PATCH /v1/vaults/{id} {"immutability": "unlocked"}.'
)
