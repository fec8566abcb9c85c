"""What a vault could protect, read on behalf of a waiting caller (wire.md section 8)."""

import asyncio
from collections.abc import Sequence
from typing import Final
from uuid import uuid4

import structlog

from app.azure import names
from app.azure.errors import AzureError
from app.azure.ports import Discovery, Operations
from app.azure.values import OperationState, VaultRef, VmRef

log = structlog.get_logger()

REFRESH_SECONDS: Final = 20.0
"""How long a caller waits for Azure to look for VMs anew; it takes 12 to 14 (once 21)."""
POLL_SECONDS: Final = 0.5


async def read_unprotected(
    discovery: Discovery, operations: Operations, ref: VaultRef, *, refresh: bool | None
) -> Sequence[VmRef]:
    """The VMs the vault could protect, by key. `refresh` None = have Azure look anew only where its list is empty."""
    found = () if refresh else await discovery.list_unprotected(ref)
    if refresh or (refresh is None and not found):
        await _look_anew(discovery, operations, ref)
        found = await discovery.list_unprotected(ref)
    return sorted(found, key=names.vm_key)


async def _look_anew(discovery: Discovery, operations: Operations, ref: VaultRef) -> None:
    """12 to 14 s in Azure (wire.md section 2). What does not end in time is not waited for: the list is older then."""
    try:
        async with asyncio.timeout(REFRESH_SECONDS):
            operation = await discovery.refresh(ref, request_id=uuid4())
            while operation.status_url is not None:
                if (await operations.status(operation.status_url)).state is not OperationState.IN_PROGRESS:
                    return
                await asyncio.sleep(POLL_SECONDS)
    except (AzureError, TimeoutError) as error:
        log.info("discovery.not_refreshed", error=str(error) or type(error).__name__)
