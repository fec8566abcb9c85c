"""What is found out of a restore while its caller waits: where it runs, which point, and whether its target can be.

Everything here reads Azure live and changes nothing. Where Azure is away the restore is accepted all the same, and the
worker finds out before it sends (work.py).
"""

import asyncio
from collections.abc import Awaitable

from app.azure.errors import AzureNotFound, AzureRejected
from app.azure.ports import Azure, Places, RecoveryPoints, Vaults, VirtualMachines
from app.azure.reading import if_reachable
from app.azure.restoring import AzurePlace, NewVmTarget, ReplaceDisksTarget
from app.azure.values import RecoveryPoint
from app.backups.rules import secondary_region
from app.backups.service import check_crosses_regions
from app.protection.service import ItemInAzure
from app.restores import rules, service, targets
from app.restores.errors import TargetNotFound
from app.restores.rules import Choice
from app.restores.service import Decided
from app.restores.targets import Target


async def decide(azure: Azure, item: ItemInAzure, choice: Choice, target: Target) -> Decided:
    """Everything that must be known, its reads in parallel.

    Raises what `targets.check_fits` raises; NoSecondaryRegion, CrossRegionNotEnabled, SecondaryRegionEmpty;
    RecoveryPointNotFound, NoPointQualifies, RestoreNotValid; TargetNotFound, TargetElsewhere, SourceVmGone; and
    AzureRefused or AzureAway where nothing can be promised without an answer.
    """
    targets.check_fits(target, item.ref, choice.region)
    if isinstance(target, ReplaceDisksTarget):
        point, seen = await asyncio.gather(
            service.choose_point(azure.recovery_points, item.ref, choice),
            see_source(azure.virtual_machines, target, item),
        )
        return Decided(item.vault_location, choice, point, seen)
    if choice.region == "primary":
        point = await service.choose_point(azure.recovery_points, item.ref, choice)
        return Decided(item.vault_location, choice, point, target)
    region = secondary_region(item.vault_location)
    await check_crosses_regions(azure.vaults, item)
    point, _ = await asyncio.gather(
        choose_secondary_point(azure.secondary_points, azure.vaults, item, choice, region),
        check_places(azure.places, target, region),
    )
    return Decided(region, choice, point, target)


async def see_source(virtual_machines: VirtualMachines, target: ReplaceDisksTarget, item: ItemInAzure) -> Target:
    """The target with its VM as it is now, if Azure can be asked. Raises SourceVmGone."""
    try:
        vm = await if_reachable(virtual_machines.get(item.ref.vm))
    except AzureNotFound:
        raise targets.source_vm_gone(item.ref.vm) from None
    return target if vm is None else targets.with_source(target, vm)


async def choose_secondary_point(
    recovery_points: RecoveryPoints, vaults: Vaults, item: ItemInAzure, choice: Choice, region: str
) -> RecoveryPoint | None:
    """As `service.choose_point`, in the secondary region: one list, so that an id that is not there has its nearest."""
    points = await service.list_points(recovery_points, item.ref)
    if points is None:
        return None
    if not points:
        await check_crosses_regions(vaults, item, in_doubt=True)
        raise rules.secondary_region_empty(item.ref.vm.name, region)
    return rules.choose_in_secondary(points, choice, region)


async def check_places(places: Places, target: Target, region: str) -> None:
    """Whether staging account and network are in the region where the restore runs, as far as can be seen now.

    Raises TargetNotFound or TargetElsewhere. What Holdfast may not read is left to Azure, which checks it again.
    """
    account = places.storage_account(target.staging_storage_account_id)
    checks = [_check_place(account, region, "staging_storage_account_id")]
    if isinstance(target, NewVmTarget):
        checks.append(_check_place(places.virtual_network(target.subnet_id), region, "subnet_id"))
    await asyncio.gather(*checks)


async def _check_place(read: Awaitable[AzurePlace], region: str, field: str) -> None:
    try:
        place = await if_reachable(read)
    except AzureNotFound as missing:
        raise TargetNotFound(
            missing.message, pointer=f"#/target/{field}", azure_code=missing.code,
            remedy="Create it, or name one that exists.",
        ) from None  # fmt: skip
    except AzureRejected:
        return
    if place is not None:
        targets.check_place(place, region, field=field)
