"""Reads for a waiting caller: limited in time, and never a reason to fail the request when Azure is away."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

import structlog

from app.azure.errors import AzureNotActed, AzureUnknown, AzureUnreadable

log = structlog.get_logger()

Read = TypeVar("Read")

PATIENCE_SECONDS = 3.0


async def or_none_if_unavailable(
    read: Awaitable[Read], *, seconds: float = PATIENCE_SECONDS, must_be_readable: bool = False
) -> Read | None:
    """Azure's answer within a time limit; None if Azure is away, slow or throttling.

    A refusal (AzureRejected, AzureNotFound among them) is an answer and is raised: that is what the caller must hear.
    So is, where the caller can do nothing without it, an answer that cannot be read (`must_be_readable`).
    """
    try:
        async with asyncio.timeout(seconds):
            return await read
    except AzureUnreadable as error:
        if must_be_readable:
            raise
        log.warning("azure.not_readable", error=str(error))
        return None
    except (AzureNotActed, AzureUnknown, TimeoutError) as error:
        log.info("azure.not_reachable_now", error=str(error) or type(error).__name__)
        return None
