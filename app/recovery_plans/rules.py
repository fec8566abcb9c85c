"""A recovery plan as data: what its members are restored to, and by which rule points are chosen. Pure.

The JSON of a plan (`RecoveryPlan.definition`, the copy of a run) has the names of these classes (plan_json.py).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal
from uuid import UUID

from app.azure.restore_values import DisksTarget, NewVmTarget, Region, ReplaceDisksTarget
from app.azure.values import Consistency
from app.core.letter_case import fold_case
from app.recovery_plans.errors import PlanNotValid
from app.restores.rules import Choice
from app.restores.targets import Target, vm_of
from app.selectors import rules as selectors

MOST_MEMBERS = 100
MOST_WAVES = 20
LONGEST_RUN = timedelta(days=7)
"""A run ends then in any case."""
VM = "{vm}"
"""In the name of a template: the name of the member's VM."""


class Mode(StrEnum):
    RECOVER = "recover"
    """Bring the VMs back to where the plan says."""
    REHEARSE = "rehearse"
    """The same into the plan's isolated target: the VMs of the plan are not touched."""


class GateKind(StrEnum):
    """What must be true after a wave before the next one begins. Each needs that no member failed which may not."""

    ALL_SUCCEEDED = "all_succeeded"
    """Nothing more."""
    DELAY = "delay"
    """`seconds` have passed since."""
    CHECK = "check"
    """Every VM that came back runs, and its agent has reported after its restore. Within `seconds`."""
    PERSON = "person"
    """A person says go, within `seconds`; also where members failed."""


GATE_SECONDS = {GateKind.CHECK: 1800, GateKind.PERSON: 86400}
"""Time limits where a plan names none: half an hour, a day."""


@dataclass(frozen=True, slots=True)
class Gate:
    kind: GateKind = GateKind.ALL_SUCCEEDED
    seconds: int | None = None

    @property
    def limit(self) -> timedelta:
        """How long it may take to open; of `delay`, how long it takes."""
        return timedelta(seconds=self.seconds if self.seconds is not None else GATE_SECONDS.get(self.kind, 0))


@dataclass(frozen=True, slots=True)
class Template:
    """A target of which the name may contain `{vm}`. Its fields are those of the targets of a restore."""

    mode: Literal["disks", "new_vm", "replace_disks"]
    staging_storage_account_id: str
    resource_group_id: str | None = None
    subnet_id: str | None = None
    name: str | None = None
    zone: str | None = None
    confirm_vm_id: str | None = None


@dataclass(frozen=True, slots=True)
class Targets:
    """Where members go that name no target of their own; `rehearse`: where all go in a rehearsal."""

    recover: Template | None = None
    rehearse: Template | None = None


@dataclass(frozen=True, slots=True)
class Member:
    protected_item_id: UUID
    target: Template | None = None
    """In the mode `recover`; None = the plan's."""
    may_fail: bool = False


@dataclass(frozen=True, slots=True)
class Selector:
    """Which items belong to a wave beside its members, each time the plan is used (app/cost/subjects.py)."""

    subscriptions: tuple[str, ...] | None = None
    resource_groups: tuple[str, ...] | None = None
    locations: tuple[str, ...] | None = None
    names: tuple[str, ...] | None = None
    excepted: tuple[str, ...] = ()
    tags: Mapping[str, tuple[str, ...]] | None = None

    def selected(self) -> selectors.Selector:
        return selectors.Selector(
            subscriptions=self.subscriptions,
            resource_groups=self.resource_groups,
            locations=self.locations,
            names=self.names,
            excepted=self.excepted,
            tags=self.tags,
        )


@dataclass(frozen=True, slots=True)
class Wave:
    name: str
    members: tuple[Member, ...] = ()
    selector: Selector | None = None
    may_fail: bool = False
    """Of the items that the selector finds."""
    gate: Gate = field(default_factory=Gate)


@dataclass(frozen=True, slots=True)
class PointRule:
    """Which point each member gets. `latest_before` None = the newest."""

    latest_before: datetime | None = None
    consistency: Consistency | None = None
    max_age_seconds: int | None = None
    region: Region = "primary"


@dataclass(frozen=True, slots=True)
class Plan:
    point: PointRule
    target: Targets
    waves: tuple[Wave, ...]
    promised_rto_seconds: int | None = None

    def items(self) -> Iterator[tuple[int, Member]]:
        """The members that the plan names itself, with the number of their wave."""
        for number, wave in enumerate(self.waves):
            for member in wave.members:
                yield number, member


def with_point(plan: Plan, point: PointRule) -> Plan:
    """The plan with another rule for points."""
    return replace(plan, point=point)


# --- gates -----------------------------------------------------------------------------------------------------------
def check_gates(plan: Plan) -> None:
    """Whether all gates may take as long as they say before a run ends. Raises PlanNotValid."""
    waits = sum((wave.gate.limit for wave in plan.waves), timedelta())
    if waits >= LONGEST_RUN:
        longest = max(range(len(plan.waves)), key=lambda number: plan.waves[number].gate.limit)
        raise PlanNotValid(
            f"The gates of the plan may take {waits.total_seconds():.0f} s together, and a run ends after "
            f"{LONGEST_RUN.total_seconds():.0f} s.",
            pointer=f"#/waves/{longest}/gate/seconds",
            remedy="Give the gates less time: a check has 1800 s and a person a day where `seconds` is left out.",
        )


# --- points ----------------------------------------------------------------------------------------------------------
def choice_of(rule: PointRule, now: datetime) -> Choice:
    """What a member's point must be. `max_age_seconds` counts back from `latest_before`, else from now."""
    after = None
    if rule.max_age_seconds is not None:
        after = (rule.latest_before or now) - timedelta(seconds=rule.max_age_seconds)
    return Choice(None, rule.latest_before, rule.consistency, None, rule.region, after)


def spread_of(times: Sequence[datetime]) -> float | None:
    """Seconds between the oldest and the newest point; None of none."""
    return (max(times) - min(times)).total_seconds() if times else None


# --- targets ---------------------------------------------------------------------------------------------------------
def target_of(template: Template, vm_name: str) -> Target:
    """The target of one member. Its ids are not checked yet (app/restores/targets.check_target)."""
    account = template.staging_storage_account_id
    match template.mode:
        case "disks":
            return DisksTarget("disks", _said(template.resource_group_id), account, None, template.zone)
        case "replace_disks":
            return ReplaceDisksTarget("replace_disks", _said(template.confirm_vm_id), account)
        case "new_vm":
            name = _said(template.name).replace(VM, vm_name)
            group, subnet = _said(template.resource_group_id), _said(template.subnet_id)
            return NewVmTarget("new_vm", name, group, subnet, account, template.zone)


def _said(value: str | None) -> str:
    if value is None:
        raise ValueError("a template without a field that its mode needs")
    return value


def template_of(plan: Plan, member: Member, mode: Mode) -> Template:
    """Raises PlanNotValid where the plan names no target for it."""
    if mode is Mode.REHEARSE:
        return rehearsal_target(plan)
    found = member.target or plan.target.recover
    if found is None:
        raise PlanNotValid(
            f"There is no target for {member.protected_item_id}.",
            pointer="#/target/recover",
            remedy="Name a target for the plan, or for this member.",
        )
    return found


def rehearsal_target(plan: Plan) -> Template:
    """Raises PlanNotValid where the plan has none."""
    if plan.target.rehearse is None:
        raise PlanNotValid(
            "The plan names no isolated target, so it cannot be rehearsed.",
            pointer="#/target/rehearse",
            remedy="Name one: a resource group and a subnet of their own, from which nothing reaches production.",
        )
    return plan.target.rehearse


def check_isolated(plan: Plan, backed_up: Collection[str]) -> None:
    """Whether a rehearsal stays away from VMs that are backed up, and from where those of the plan are recovered to.

    `backed_up`: the folded ids of the tenant's VMs. What the subnet reaches is looked at in Azure
    (app/restores/checks/target_looks.py). Raises PlanNotValid.
    """
    rehearse = plan.target.rehearse
    if rehearse is None:
        return
    recover = [one for one in (plan.target.recover, *(member.target for _, member in plan.items())) if one is not None]
    group, pointer = fold_case(_said(rehearse.resource_group_id)), "#/target/rehearse/resource_group_id"
    theirs = sorted(one.rpartition("/")[2] for one in backed_up if one.startswith(f"{group}/"))
    if theirs or group in {fold_case(one.resource_group_id) for one in recover if one.resource_group_id is not None}:
        has = f"{theirs[0]} is in this one, and is backed up" if theirs else "a recovery puts VMs into this one"
        raise PlanNotValid(
            f"A rehearsal needs a resource group of its own: {has}.",
            pointer=pointer,
            remedy="Name a resource group for rehearsals alone.",
        )
    subnets = {fold_case(one.subnet_id) for one in recover if one.subnet_id is not None}
    if rehearse.subnet_id is not None and fold_case(rehearse.subnet_id) in subnets:
        raise PlanNotValid(
            "A rehearsal needs a subnet of its own: a recovery puts VMs into this one.",
            pointer="#/target/rehearse/subnet_id",
            remedy="Name an isolated subnet for rehearsals alone.",
        )


def check_names(targets: Sequence[Target]) -> None:
    """No two members may become the same VM. Raises PlanNotValid."""
    made: set[str] = set()
    for target in targets:
        if isinstance(target, NewVmTarget):
            key = fold_case(vm_of(target).id)
            if key in made:
                raise PlanNotValid(
                    f"Two members would both become the VM {target.name}.",
                    pointer="#/target",
                    remedy=f"Put {VM} into the name, and name a target for one of two VMs with the same name.",
                )
            made.add(key)


# --- what belongs together -------------------------------------------------------------------------------------------
def check_once(found: Sequence[tuple[int, UUID]]) -> None:
    """Each item is in one wave, once. `found`: (wave, item). Raises PlanNotValid."""
    waves: dict[UUID, int] = {}
    for wave, item in found:
        if item in waves:
            where = f"the waves {waves[item] + 1} and {wave + 1}" if waves[item] != wave else f"wave {wave + 1}"
            raise PlanNotValid(
                f"The item {item} is in the plan twice: in {where}.",
                pointer=f"#/waves/{wave}",
                remedy="Leave it in the wave in which it is to come back.",
            )
        waves[item] = wave
    if len(found) > MOST_MEMBERS:
        raise PlanNotValid(
            f"The plan has {len(found)} members, and may have {MOST_MEMBERS}.",
            pointer="#/waves",
            remedy="Make a plan for each application.",
        )


def check_tags_known(wave: int, unknown: Sequence[str]) -> None:
    """`unknown`: VMs that the selector of the wave would find but for their tags, which were not read yet.

    Left out, they would not come back, and it would not be said. Raises PlanNotValid.
    """
    if unknown:
        more = f", and of {len(unknown) - 5} more" if len(unknown) > 5 else ""
        named = ", ".join(one.rpartition("/")[2] for one in unknown[:5])
        raise PlanNotValid(
            f"The selector names tags, and those of {named}{more} are not known.",
            pointer=f"#/waves/{wave}/selector/tags",
            remedy="GET /v1/estate/vms shows what was read, and what could not be. Or name these VMs as members, or in "
            "`except`.",
        )
