"""Checks that run before a restore is accepted: its region, its recovery point, and whether it can be done.

Every check reads Azure live and changes nothing; they run in parallel, each for at most PATIENCE. POST /v1/restores and
its preflight use the same checks: the first answers with the first problem, the second shows all. If Azure is away the
restore is accepted, and the worker checks before it sends (work.py).
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import uuid4

from app.azure import names
from app.azure.errors import AzureDenied, AzureError, AzureNotFound, AzureRejected
from app.azure.live_reads import PATIENCE_SECONDS, or_none_if_unavailable
from app.azure.ports import Azure, RecoveryPoints, Vaults, VirtualMachines
from app.azure.restore_values import AzurePlace, DisksTarget, NewVmTarget, ReplaceDisksTarget
from app.azure.values import AzureVault, ItemRef, RecoveryPoint, VmRef
from app.backups.rules import secondary_region
from app.backups.service import check_crosses_regions, no_such_point
from app.core.errors import ServiceError, Unavailable
from app.core.gather_isolated import all_or_none
from app.core.letter_case import fold_case
from app.jobs.errors import azure_said
from app.protection.items import ItemInAzure
from app.restores import rules, targets
from app.restores.checks import fact_checks, optional_reads, verdicts
from app.restores.checks.fact_checks import Known
from app.restores.checks.verdicts import Check, CheckName, Needs, NotSeenError, UnderWay
from app.restores.errors import RehydrationNeeded, TargetNotFound
from app.restores.rules import Choice, Decided
from app.restores.targets import FilesTarget, Target

PREFLIGHT_REQUESTS = 20
"""What a preflight asks of Azure, about: places, rights and locks, the point, and a validation with its polls."""
VALIDATION_SECONDS = 25.0
"""Maximum seconds that a preflight waits for Azure's own validation; Azure's Retry-After is 10 (docs/azure.md,
Restores)."""
POLL_SECONDS = 2.0
"""The longest pause between two polls of it; the first pauses are short, because it may end at once."""

Look = Callable[[], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Examined:
    """The results of the checks, in the order in which they are shown."""

    checks: tuple[Check, ...]
    decided: Decided

    def raise_first(self) -> None:
        """Raises the problem of the first check that failed; also AzureAway where nothing can be promised without."""
        for check in self.checks:
            if check.error is not None:
                raise check.error


async def examine(
    azure: Azure,
    item: ItemInAzure,
    choice: Choice,
    target: Target,
    others: Sequence[UnderWay] = (),
    *,
    validation_seconds: float | None = PATIENCE_SECONDS,
) -> Examined:
    """Everything that can be found out now. `others`: our restores that have not ended.

    `validation_seconds` None: Azure's own validation is left out.
    """
    return await Examination(azure, item, choice, target, others).run(validation_seconds)


class Examination:
    """One run of the checks for one requested restore."""

    def __init__(
        self, azure: Azure, item: ItemInAzure, choice: Choice, target: Target, others: Sequence[UnderWay]
    ) -> None:
        self._azure = azure
        self._item = item
        self._choice = choice
        self._target = target
        self._others = others
        self._region = item.vault_location
        self._point: RecoveryPoint | None = None
        self._seen_account: AzurePlace | None = None
        self._vault: AzureVault | None = None
        self._rehydration: RehydrationNeeded | None = None

    async def run(self, validation_seconds: float | None) -> Examined:
        checks = [await self._check("target", self._fits)]
        if checks[-1].status == "passed" and self._choice.region == "secondary":
            checks.append(await self._check("secondary_region", self._crosses))
        if all(check.status == "passed" for check in checks):
            checks += await self._look_at_all()
            if validation_seconds is not None and not isinstance(self._target, FilesTarget):
                checks.append(await self._validation(checks, validation_seconds))
        return Examined(tuple(checks), Decided(self._region, self._choice, self._point, self._target))

    async def _look_at_all(self) -> list[Check]:
        needs = verdicts.needs_of(self._target, self._item.ref, is_secondary=self._choice.region == "secondary")
        point, *rest = await all_or_none(
            self._check("recovery_point", self._choose),
            *(self._check(name, look) for name, look in self._looks_at(self._target, needs)),
        )
        if self._point is not None:
            self._point = await optional_reads.told_more(self._azure, self._item.ref, self._target, self._point)
        return fact_checks.as_checks(self._known(), [point, *self._of_the_point(point), *rest])

    def _looks_at(self, target: Target, needs: Needs) -> Iterator[tuple[CheckName, Look]]:
        """The checks of a target, in the order in which they are shown; every restore also checks its point."""
        match target:
            case ReplaceDisksTarget():
                yield "source_vm", partial(self._source, target)
            case DisksTarget() | NewVmTarget():
                yield "target_resource_group", partial(self._group, target.resource_group_id)
        if isinstance(target, NewVmTarget):
            yield "network", partial(self._network, target.subnet_id)
            yield "name_free", partial(self._name, targets.vm_of(target))
        if not isinstance(target, FilesTarget):
            yield "staging_account", partial(self._account, target.staging_storage_account_id)
        if isinstance(target, DisksTarget | NewVmTarget) and target.zone is not None:
            yield "zone", partial(self._zone, target.resource_group_id, target.zone)
        yield "permissions", partial(self._permissions, needs)
        yield "locks", partial(self._locks, needs)
        if isinstance(target, ReplaceDisksTarget):
            yield "no_other_restore", self._no_other

    def _known(self) -> Known:
        return Known(
            self._target,
            self._item.vault_location,
            self._region,
            self._choice.region == "secondary",
            self._point,
            self._seen_account,
            self._vault,
        )

    def _of_the_point(self, chosen: Check) -> list[Check]:
        """Checks that need only the point, without another read."""
        if self._rehydration is not None:
            said = self._rehydration
            return [Check("rehydration", "failed", said.detail, said)]
        if self._point is None:
            reason = "The recovery point is not known." if chosen.status == "skipped" else "There is no such point."
            return [Check("rehydration", "skipped", reason)]
        checks = [Check("rehydration", "passed", "The point can be restored.")]
        if isinstance(self._target, FilesTarget):
            error = verdicts.already_mounted(self._point.id) if self._point.is_mounted else None
            free = Check("session_free", "passed", "No session of file recovery is open on the point.")
            checks.append(Check("session_free", "failed", error.detail, error) if error else free)
        return checks

    async def _check(self, name: CheckName, look: Look) -> Check:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return Check(name, "passed", await look())
        except Unavailable as away:
            return Check(name, "skipped", away.detail, away)
        except ServiceError as no:
            return Check(name, "failed", no.detail, no)
        except NotSeenError as unseen:
            return Check(name, "skipped", str(unseen))
        except AzureDenied as denied:
            return Check(name, "skipped", f"Holdfast may not look: {denied.message}")
        except (AzureError, TimeoutError) as error:
            return Check(name, "skipped", f"Azure could not be asked: {str(error) or 'no answer in time'}")

    # --- the looks -------------------------------------------------------------------------------------------------
    async def _fits(self) -> str:
        targets.check_fits(self._target, self._item.ref, self._choice.region)
        return "The target is suitable for the restore."

    async def _crosses(self) -> str:
        self._region = secondary_region(self._item.vault_location)
        await check_crosses_regions(self._azure.vaults, self._item)
        return f"The vault restores in {self._region} too."

    async def _choose(self) -> str:
        azure, item, choice = self._azure, self._item, self._choice
        try:
            if choice.region == "primary":
                self._point = await choose_point(azure.recovery_points, item.ref, choice)
            else:
                self._point = await choose_secondary_point(
                    azure.secondary_points, azure.vaults, item, choice, self._region
                )
        except RehydrationNeeded as needed:
            self._rehydration = needed
            return "It exists, in the archive tier."
        except AzureRejected as no:
            raise azure_said(no) from None
        if self._point is None:
            raise NotSeenError("Azure cannot be asked now; the point is chosen before the restore is sent.")
        return f"{self._point.id} of {self._point.time.isoformat()}."

    async def _source(self, target: ReplaceDisksTarget) -> str:
        self._target = seen = await see_source(self._azure.virtual_machines, target, self._item)
        if seen.source is None:
            raise NotSeenError("Azure cannot be asked now; the VM is looked at before the restore is sent.")
        return f"{self._item.ref.vm.name} is there."

    async def _group(self, group: str) -> str:
        await found(self._azure.places.resource_group(group), "resource_group_id")
        return f"{group.rpartition('/')[2]} is there."

    async def _account(self, account: str) -> str:
        read = self._azure.places.storage_account(account)
        self._seen_account = await found(read, "staging_storage_account_id")
        return verdicts.judge_account(self._seen_account, self._region)

    async def _network(self, subnet: str) -> str:
        network = await found(self._azure.places.virtual_network(subnet), "subnet_id")
        return verdicts.judge_network(network, subnet, self._region)

    async def _name(self, vm: VmRef) -> str:
        verdicts.judge_name(vm, self._others)
        try:
            await self._azure.virtual_machines.get(vm)
        except AzureNotFound:
            return f"{vm.resource_group} has no virtual machine {vm.name}."
        raise verdicts.vm_exists(vm)

    async def _zone(self, group: str, zone: str) -> str:
        subscription = names.parse_resource_group_id(group).subscription_id
        self._vault, zones = await all_or_none(
            optional_reads.or_unknown(self._azure.vaults.get(self._item.ref.vault)),
            optional_reads.or_error(self._azure.places.zones(subscription, self._region)),
        )
        if isinstance(zones, Exception):
            raise zones
        return verdicts.judge_zone(zones, zone, self._region)

    async def _permissions(self, needs: Needs) -> str:
        async def at(scope: str, actions: Sequence[str]) -> None:
            verdicts.judge_roles(await self._azure.rights.roles(scope), scope, actions)

        await all_of(*(at(scope, actions) for scope, actions in needs.actions.items()))
        return "Holdfast's Azure identity may do what this restore needs."

    async def _locks(self, needs: Needs) -> str:
        async def at(scope: str) -> None:
            verdicts.judge_locks(await self._azure.rights.locks(scope), scope)

        await all_of(*(at(scope) for scope in needs.written))
        return "No lock forbids it."

    async def _no_other(self) -> str:
        listing = await self._azure.jobs.list_in_progress(self._item.ref.vault)
        mine = names.bare_name(self._item.ref.vm)
        running = [
            job for job in listing.jobs if "restore" in job.operation.lower() and fold_case(job.item_name or "") == mine
        ]
        return verdicts.judge_others(self._item.id, self._others, running)

    # --- Azure's own -----------------------------------------------------------------------------------------------
    async def _validation(self, before: Sequence[Check], seconds: float) -> Check:
        """Azure's validation, last and only if all checks passed: otherwise it would repeat their errors."""
        point, usual = self._point, self._azure.validations.usual_seconds
        if self._choice.region == "secondary":
            reason = "Azure's validation knows the vault's own region only."
        elif point is None or any(check.status == "failed" for check in before):
            reason = "Not asked: the other checks come first."
        elif usual is not None and usual > seconds:
            reason = f"Azure takes about {usual:.0f} s for it: that is what a preflight waits for."
        else:
            return await self._check_slowly(point, seconds)
        return Check("azure_validation", "skipped", reason)

    async def _check_slowly(self, point: RecoveryPoint, seconds: float) -> Check:
        try:
            async with asyncio.timeout(seconds):
                return await self._check_findings(point, seconds)
        except TimeoutError:
            return Check("azure_validation", "skipped", f"Azure's validation did not end within {seconds:.0f} s.")

    async def _check_findings(self, point: RecoveryPoint, seconds: float) -> Check:
        try:
            return Check("azure_validation", "passed", await self._ask_azure(point, seconds))
        except ServiceError as no:
            return Check("azure_validation", "failed", no.detail, no)
        except (AzureError, NotSeenError) as error:
            return Check("azure_validation", "skipped", f"Azure could not be asked: {error}")

    async def _ask_azure(self, point: RecoveryPoint, seconds: float) -> str:
        ask = Decided(self._region, self._choice, point, self._target).ask(self._item.ref)
        validations = self._azure.validations
        operation = await validations.begin(rules.order_of(ask, point.id), request_id=uuid4())
        if operation.status_url is None:
            raise NotSeenError("no link to follow.")
        wait = operation.retry_after or 0.0
        if wait > seconds:
            raise NotSeenError(f"its Retry-After is {wait:.0f} s.")
        pause = max(wait / 40, 0.02)
        while not (verdict := await validations.status(operation.status_url)).has_ended:
            await asyncio.sleep(pause)
            pause = min(pause * 2, POLL_SECONDS)
        return verdicts.judge_findings(verdict.findings)


# --- single looks ----------------------------------------------------------------------------------------------------
async def all_of(*looks: Awaitable[None]) -> None:
    """Runs all, even if one fails. Raises the first problem, else the first error of a read."""
    answers = [answer for answer in await asyncio.gather(*looks, return_exceptions=True) if answer is not None]
    for answer in sorted(answers, key=lambda answer: not isinstance(answer, ServiceError)):
        raise answer


async def found(read: Awaitable[AzurePlace], field: str) -> AzurePlace:
    """Raises TargetNotFound that points at the field."""
    try:
        return await read
    except AzureNotFound as missing:
        raise TargetNotFound(
            missing.message,
            pointer=f"#/target/{field}",
            azure_code=missing.code,
            remedy="Create it, or name one that exists.",
        ) from None


async def see_source(
    virtual_machines: VirtualMachines, target: ReplaceDisksTarget, item: ItemInAzure
) -> ReplaceDisksTarget:
    """The target with its VM as it is now, if Azure can be asked. Raises SourceVmGone."""
    try:
        vm = await or_none_if_unavailable(virtual_machines.get(item.ref.vm))
    except AzureNotFound:
        raise targets.source_vm_gone(item.ref.vm) from None
    if vm is None:
        return target
    targets.check_vm_here(vm, item.vault_location)
    return targets.with_source(target, vm)


async def choose_point(recovery_points: RecoveryPoints, item: ItemRef, choice: Choice) -> RecoveryPoint | None:
    """The point a restore will use; None when Azure cannot be asked now.

    `recovery_points` are those of the region the choice names. Raises RecoveryPointNotFound, NoPointQualifies or
    RestoreNotValid.
    """
    if choice.id is None:
        points = await list_points(recovery_points, item)
        return rules.choose(points, choice) if points is not None else None
    try:
        point = await or_none_if_unavailable(recovery_points.get(item, choice.id))
    except AzureNotFound as missing:
        raise no_such_point(choice.id, missing.code) from None
    if point is not None:
        rules.check_point(point, choice)
    return point


async def list_points(recovery_points: RecoveryPoints, item: ItemRef) -> Sequence[RecoveryPoint] | None:
    """Every point; empty where Azure does not know the item; None when Azure cannot be asked now."""
    try:
        return await or_none_if_unavailable(recovery_points.list(item))
    except AzureNotFound:
        return ()


async def choose_secondary_point(
    recovery_points: RecoveryPoints, vaults: Vaults, item: ItemInAzure, choice: Choice, region: str
) -> RecoveryPoint | None:
    """As `choose_point`, in the secondary region: one list, so that an id that is not there has its nearest."""
    points = await list_points(recovery_points, item.ref)
    if points is None:
        return None
    if not points:
        await check_crosses_regions(vaults, item, in_doubt=True)
        raise rules.secondary_region_empty(item.ref.vm.name, region)
    return rules.choose_in_secondary(points, choice, region)
