"""Optional reads for checks: if one fails, its fact stays unknown and nothing is refused for it."""

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from typing import TypeVar

import structlog

from app.azure.errors import AzureError
from app.azure.live_reads import PATIENCE_SECONDS
from app.azure.point_values import RecoveryPoint, VmThen
from app.azure.ports import Azure
from app.azure.restore_values import AzurePlace, DisksTarget, NewVmTarget
from app.azure.values import AzureVault, ItemRef
from app.core.gather_isolated import all_or_none
from app.restores.checks.fact_checks import Known
from app.restores.rules import RestoreAsk
from app.restores.targets import FilesTarget, Target

log = structlog.get_logger()

Read = TypeVar("Read")


MORE_SECONDS = 1.0
"""Maximum seconds that a caller waits for further facts about a point: the primary region may be down."""


async def or_unknown(read: Awaitable[Read], *, seconds: float = PATIENCE_SECONDS) -> Read | None:
    """What Azure answers in time; None for anything else, a refusal included."""
    try:
        async with asyncio.timeout(seconds):
            return await read
    except (AzureError, TimeoutError) as error:
        log.info("restore.fact_unknown", error=str(error) or type(error).__name__)
        return None


async def or_error(read: Awaitable[Read]) -> Read | Exception:
    """The result of a read, or why there is none: for a read that runs beside another one."""
    try:
        return await read
    except AzureError as error:
        return error


async def told_more(azure: Azure, item: ItemRef, target: Target, point: RecoveryPoint) -> RecoveryPoint:
    """The point with what its list leaves out.

    The LUNs it holds: a GET names them. In the secondary region, whose api-version is older: what the VM was.
    """
    wants_luns = isinstance(target, DisksTarget) and bool(target.luns) and point.included_luns is None
    is_bare = point.region == "secondary" and point.then.security_type is None
    if not wants_luns and not is_bare:
        return point
    seen = await or_unknown(azure.recovery_points.get(item, point.id), seconds=MORE_SECONDS)
    if seen is None:
        return point
    own, other = point.then, seen.then
    then = VmThen(
        zones=other.zones if own.zones is None else own.zones,
        managed=other.managed if own.managed is None else own.managed,
        premium=other.premium if own.premium is None else own.premium,
        security_type=own.security_type or other.security_type,
    )
    encrypted = seen.encrypted if point.encrypted is None else point.encrypted
    luns = seen.included_luns if point.included_luns is None else point.included_luns
    return replace(point, encrypted=encrypted, included_luns=luns, then=then)


async def see_again(azure: Azure, ask: RestoreAsk, point_id: str) -> Known:
    """The facts of a restore just before it is sent: point, account and vault may have changed since the request.

    Needs no right that the checks before the acceptance did not need.
    """
    target = ask.target
    points = azure.secondary_points if ask.is_secondary else azure.recovery_points

    async def account() -> AzurePlace | None:
        if isinstance(target, FilesTarget):
            return None
        return await or_unknown(azure.places.storage_account(target.staging_storage_account_id))

    async def vault() -> AzureVault | None:
        if not isinstance(target, DisksTarget | NewVmTarget) or target.zone is None:
            return None
        return await or_unknown(azure.vaults.get(ask.item.vault))

    point, seen, of = await all_or_none(or_unknown(points.get(ask.item, point_id)), account(), vault())
    if point is not None:
        point = await told_more(azure, ask.item, target, point)
    region = None if ask.is_secondary else ask.region
    return Known(target, region, ask.region, ask.is_secondary, point, seen, of)
