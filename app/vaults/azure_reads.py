"""Live reads of a vault in Azure while a caller waits."""

from collections.abc import Sequence

from app.azure.errors import AzureNotFound
from app.azure.lists import Listed
from app.azure.live_reads import or_none_if_unavailable
from app.azure.ports import ProtectedItems, Vaults
from app.azure.values import AzureItem, AzureVault, VaultRef
from app.core.letter_case import fold_case
from app.jobs.errors import AWAY_SECONDS, AzureAway
from app.vaults.errors import RedundancyLocked, ResourceGroupMissing, VaultNotInAzure

PATIENCE_SECONDS = 15.0
"""How long a caller may wait for a list of Azure's that the answer cannot do without."""


async def read_vault(vaults: Vaults, ref: VaultRef) -> AzureVault:
    """The vault as Azure has it now. Raises VaultNotInAzure, ResourceGroupMissing, AzureAway."""
    try:
        there = await or_none_if_unavailable(vaults.get(ref), must_be_readable=True)
    except AzureNotFound as missing:
        if missing.code == "ResourceGroupNotFound":
            raise no_resource_group(missing) from None
        raise VaultNotInAzure(
            f"Azure has no vault {ref.name} in {ref.resource_group}.",
            pointer="#/name",
            azure_code=missing.code,
            remedy='Correct the name; leave "adopt" out to create it; or see POST /v1/vaults/discover.',
        ) from None
    if there is None:
        raise away()
    return there


async def list_in_azure(vaults: Vaults, subscription_id: str) -> Listed[AzureVault]:
    """Every vault of the subscription, live. Raises AzureAway, and AzureRejected if Holdfast may not read them."""
    found = await or_none_if_unavailable(vaults.list(subscription_id), must_be_readable=True)
    if found is None:
        raise away()
    return Listed(tuple(sorted(found, key=lambda vault: fold_case(vault.ref.id))), found.unreadable)


async def read_items(items: ProtectedItems, ref: VaultRef) -> Sequence[AzureItem]:
    """The vault's contents, live.

    Empty for a vault that does not exist, or while Azure is away: the worker reads again.
    """
    try:
        return await or_none_if_unavailable(items.list(ref), seconds=PATIENCE_SECONDS) or ()
    except AzureNotFound:
        return ()


async def check_redundancy_free(items: ProtectedItems, ref: VaultRef) -> None:
    """Raises RedundancyLocked where Azure says now that something is protected in the vault."""
    held = await read_items(items, ref)
    if held:
        raise RedundancyLocked(
            f"{len(held)} VMs are protected in the vault, soft-deleted ones counted.",
            remedy="Protect them in a vault that has the redundancy you want: Azure fixes it with the first item.",
        )


def away() -> AzureAway:
    return AzureAway(
        "Azure cannot be reached, or asks Holdfast to slow down.",
        retry_after=AWAY_SECONDS,
        remedy="Send the request again after Retry-After.",
    )


def no_resource_group(missing: AzureNotFound) -> ResourceGroupMissing:
    return ResourceGroupMissing(
        missing.message,
        pointer="#/resource_group",
        azure_code=missing.code,
        remedy="Create the resource group in Azure, or name one that exists in this subscription.",
    )
