"""What a vault could protect, read on behalf of a waiting caller (docs/azure.md, Discovery)."""

import asyncio
from typing import Final
from uuid import uuid4

from app.azure import names
from app.azure.errors import AzureUnknown
from app.azure.lists import Listed
from app.azure.ports import Discovery, Operations
from app.azure.values import OperationState, VaultRef, VmRef

REFRESH_SECONDS: Final = 20.0
"""Maximum seconds that a caller waits for Azure to search for VMs; it takes 12 to 14 (once 21)."""
POLL_SECONDS: Final = 0.5
POLL_AGAIN_SECONDS: Final = 10.0


async def read_unprotected(
    discovery: Discovery, operations: Operations, ref: VaultRef, *, refresh: bool | None
) -> Listed[VmRef]:
    """The VMs the vault could protect, by key. `refresh` None = let Azure search again only if its list is empty.

    Raises AzureError also if the search failed, because the old list would look like a new one.
    """
    found: Listed[VmRef] = Listed() if refresh else await discovery.list_unprotected(ref)
    if refresh or (refresh is None and not found and not found.unreadable):
        await _look_anew(discovery, operations, ref)
        found = await discovery.list_unprotected(ref)
    return Listed(tuple(sorted(found, key=names.vm_key)), found.unreadable)


async def _look_anew(discovery: Discovery, operations: Operations, ref: VaultRef) -> None:
    """12 to 14 s in Azure, once 21 (docs/azure.md, Discovery). Raises AzureError where it did not end well in time."""
    try:
        async with asyncio.timeout(REFRESH_SECONDS):
            operation = await discovery.refresh(ref, request_id=uuid4())
            while operation.status_url is not None:
                status = await operations.status(operation.status_url)
                if status.state is OperationState.SUCCEEDED:
                    return
                if status.state is not OperationState.IN_PROGRESS:
                    raise AzureUnknown(f"Azure's look for virtual machines {status.state}: {status.error_message}")
                await asyncio.sleep(POLL_SECONDS)
    except TimeoutError:
        raise AzureUnknown("Azure is still looking for virtual machines.", retry_after=POLL_AGAIN_SECONDS) from None
