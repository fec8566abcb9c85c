"""Problems of requests about vaults, and the errors of their jobs."""

from collections.abc import Sequence

from app.azure.values import AzureItem
from app.core.errors import Conflict, NotFound, Unprocessable
from app.jobs.work import JobError


class VaultNotFound(NotFound):
    """There is no such vault."""

    code = "vault_not_found"


class VaultExists(Conflict):
    """The name of the vault is taken."""

    code = "vault_exists"


class VaultNotReady(Conflict):
    """The vault is still being created."""

    code = "vault_not_ready"


class VaultNotValid(Unprocessable):
    """A value of the vault is not valid."""

    code = "vault_not_valid"


class ResourceGroupMissing(Unprocessable):
    """The resource group of the vault does not exist."""

    code = "resource_group_not_found"


class VaultNotInAzure(Unprocessable):
    """Azure has no such vault."""

    code = "vault_not_in_azure"


class VaultNotEmpty(Conflict):
    """The vault cannot be deleted while something is in it."""

    code = "vault_not_empty"


class RedundancyLocked(Conflict):
    """The redundancy of a vault is fixed after the first VM is protected in it."""

    code = "redundancy_locked"


class SettingIsFinal(Conflict):
    """This setting of the vault cannot be undone."""

    code = "setting_is_final"


class ImmutabilityStep(Conflict):
    """Immutability is turned on in two steps."""

    code = "immutability_step"


def changed_outside(changed: Sequence[object]) -> JobError:
    said = "; ".join(str(difference) for difference in changed)
    return JobError(
        code="changed_outside",
        title="The vault was changed outside Holdfast",
        detail=f"Since it was last read, {said}. Nothing was sent.",
        remedy="Refresh it (POST /v1/vaults/{id}/refresh), check it, and ask again with its new ETag.",
    )


def redundancy_locked(items: int) -> JobError:
    return JobError(
        code="redundancy_locked",
        title="The redundancy of the vault is fixed",
        detail=f"{items} VMs are protected in the vault, soft-deleted ones counted; Azure fixes redundancy with the "
        "first.",
        remedy="Protect them in a vault that has the redundancy you want. Nothing was sent.",
    )


def not_empty(items: Sequence[AzureItem], *, unreadable: int = 0) -> JobError:
    odd = f" and {unreadable} that cannot be read" if unreadable else ""
    shown = ", ".join(item.vm.name + (" (soft-deleted)" if item.soft_deleted else "") for item in items[:20])
    return JobError(
        code="vault_not_empty",
        title="The vault is not empty",
        detail=f"It holds the backups of {len(items)} VMs{odd}: {shown}{', ...' if len(items) > 20 else '.'}",
        remedy="DELETE the vault again: the answer lists each of them with the call that clears it.",
    )
