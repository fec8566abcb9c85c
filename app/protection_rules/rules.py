"""What a protection rule does with each VM: the same for a preview and for enforcing. Pure.

A rule selects VMs, and says for each region which vault and policy protects them. It protects what is not protected,
and nothing else: an item that is there is never changed by a rule, and nothing is ever deleted by one.

Of several rules that select a VM the one with the lowest `priority` decides. Where two of them have the same, neither
does anything with the VM: the age of a rule means nothing. A rule that only observes does not count against others. A
stopped one does, so that stopping it hands its VMs to no other rule.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from app.azure.item_states import BACKED_UP_BY_POLICY
from app.selectors.rules import Candidate, Selection


class RuleMode(StrEnum):
    """What a rule may do. The API's `mode` lists the same."""

    OBSERVE = "observe"
    """Nothing: its preview shows what it would do."""
    ENFORCE = "enforce"
    """Protect VMs, `max_per_hour` of them."""


class OnLost(StrEnum):
    """What follows when a VM that a rule has protected is not selected any more. The API's `on_lost` lists the same."""

    REPORT = "report"
    PAUSE = "pause"
    """Its backups stop, and every point is kept."""


class SkipReason(StrEnum):
    """Why a VM that is selected is not touched. The API's `skipped.reason` lists the same."""

    LOWER_PRIORITY = "lower_priority"
    """Another rule that selects it has a lower number."""
    SAME_PRIORITY = "same_priority"
    """Another rule that selects it has the same number."""
    NO_TARGET = "no_target"
    """The rule has no target for its region."""
    VAULT_GONE = "vault_gone"
    VAULT_NOT_READY = "vault_not_ready"
    POLICY_GONE = "policy_gone"
    POLICY_NOT_READY = "policy_not_ready"
    NOT_GRANTED = "not_granted"
    PROTECTED_OTHERWISE = "protected_otherwise"
    """It is protected here, with another vault or policy."""
    PROTECTED_ELSEWHERE = "protected_elsewhere"
    """A vault that Holdfast does not manage protects it: of another tool, or by Azure Policy."""
    PAUSED = "paused"
    """A person paused or suspended its backups."""
    SOFT_DELETED = "soft_deleted"
    """A person deleted its backup data."""
    VM_MISSING = "vm_missing"
    NOT_KNOWN = "not_known"
    """The last reading of the estate does not say whether it is protected, or what its tags are."""
    FAILED_BEFORE = "failed_before"
    """This rule asked for it, and it is not protected: its job was refused or failed, or its data was deleted since.

    It is tried again after an hour where it was refused, else after a day, or once the rule is changed.
    """
    QUOTA = "quota"
    """The tenant's quota of protected items is used up."""


class TargetState(StrEnum):
    """Whether the vault and the policy of a target can be used now."""

    READY = "ready"
    VAULT_GONE = "vault_gone"
    VAULT_NOT_READY = "vault_not_ready"
    POLICY_GONE = "policy_gone"
    POLICY_NOT_READY = "policy_not_ready"
    NOT_GRANTED = "not_granted"


@dataclass(frozen=True, slots=True)
class Target:
    """Where a rule protects the VMs of one region."""

    location: str
    vault_id: UUID
    policy_id: UUID
    state: TargetState = TargetState.READY
    detail: str = ""
    subscription: str | None = None
    """Of the vault, folded; None = the vault is gone."""


@dataclass(frozen=True, slots=True)
class Rival:
    """A rule as the others see it."""

    id: UUID | None
    """None = a body that is no rule yet."""
    priority: int
    decides: bool
    """Whether it counts against others: its mode is `enforce`."""
    selects: Selection


@dataclass(frozen=True, slots=True)
class Rule:
    """The rule that is weighed."""

    id: UUID | None
    priority: int
    selects: Selection
    targets: Mapping[str, Sequence[Target]]
    """By region. Of one region there may be one in each subscription."""
    on_lost: OnLost
    hash: str
    selected_hash: str
    """Of its selector and `on_lost` alone."""


@dataclass(frozen=True, slots=True)
class Vm:
    """A VM of the tenant as our rows have it."""

    candidate: Candidate
    id: str
    """ARM id."""
    state: str
    """An `estate.rules.EstateState`."""
    is_current: bool = True
    """Whether the last reading of its scope showed it, and went well: what is known of its tags is believed."""
    item_id: UUID | None = None
    item_state: str | None = None
    vault_id: UUID | None = None
    policy_id: UUID | None = None
    elsewhere: str | None = None
    """ARM id of the vault that protects it, where that is another one."""

    @property
    def key(self) -> str:
        return self.candidate.key


@dataclass(frozen=True, slots=True)
class Member:
    """A VM that the rule has asked to protect, at any time."""

    key: str
    vm_id: str
    hash: str
    """Of the rule when it last asked for it."""
    selected_hash: str
    """`Rule.selected_hash` when it last selected it."""
    item_id: UUID | None
    """Of the newest job; None = none was made yet."""
    job: str | None
    """The newest job that protects it, as a path."""
    may_try_again: bool
    """Whether it was asked for long enough ago."""
    was_paused: bool = False
    """Whether the rule had it paused since it was lost: it does so once."""
    refusal: str | None = None
    """Why no job could be made when the rule last asked."""


@dataclass(frozen=True, slots=True)
class Protects:
    vm: Vm
    target: Target


@dataclass(frozen=True, slots=True)
class Overlap:
    """A VM that other rules select, too. `winner` None = none of them."""

    vm: Vm
    rules: Sequence[UUID | None]
    winner: UUID | None
    is_decided: bool


@dataclass(frozen=True, slots=True)
class Skip:
    vm: Vm
    reason: SkipReason
    detail: str
    job: str | None = None


class LostReason(StrEnum):
    """Why a VM that the rule protected is lost to it. The API's `lost.reason` lists the same."""

    NOT_SELECTED = "not_selected"
    """The rule selects what it selected, and the VM is another: a tag went, or it was moved."""
    RULE_CHANGED = "rule_changed"
    """`selector` or `on_lost` of the rule was changed. It is never paused for that."""
    VM_MISSING = "vm_missing"


@dataclass(frozen=True, slots=True)
class Lost:
    vm_id: str
    key: str
    reason: LostReason
    item_id: UUID | None
    item_state: str | None
    is_paused_by_rule: bool
    """Whether the rule has it paused, now or with the next run."""
    taken_by: UUID | None = None
    """Another rule that selects it, and decides."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a rule does, in the order of the VMs' keys.

    Each VM that is selected is in one of `protects`, `skips` and `unchanged`.
    """

    protects: Sequence[Protects] = ()
    conflicts: Sequence[Overlap] = ()
    skips: Sequence[Skip] = ()
    lost: Sequence[Lost] = ()
    unchanged: Sequence[Vm] = ()

    @property
    def pauses(self) -> Sequence[Lost]:
        return [one for one in self.lost if one.is_paused_by_rule]

    @property
    def touched(self) -> int:
        """How many VMs it would write to."""
        return len(self.protects) + len(self.pauses)


@dataclass(frozen=True, slots=True)
class Estate:
    """What a rule is weighed against."""

    vms: Sequence[Vm]
    """Sorted by key."""
    rivals: Sequence[Rival] = ()
    """Every other rule of the tenant."""
    members: Mapping[str, Member] = field(default_factory=dict)
    """By key."""
    quota_left: int | None = None
    """How many more items the tenant may have; None = not limited."""


def weigh(rule: Rule, estate: Estate) -> Effect:
    """What the rule would do now if it were enforced."""
    protects: list[Protects] = []
    conflicts: list[Overlap] = []
    skips: list[Skip] = []
    unchanged: list[Vm] = []
    selected = set[str]()
    for vm in estate.vms:
        if not rule.selects(vm.candidate):
            continue
        selected.add(vm.key)
        others = [one for one in estate.rivals if one.selects(vm.candidate)]
        ruling = _ruling(rule, vm, others)
        if others:
            conflicts.append(ruling.conflict)
        found = ruling.skip or _by_state(rule, vm, estate.members.get(vm.key))
        if isinstance(found, Protects) and estate.quota_left is not None and len(protects) >= estate.quota_left:
            found = Skip(vm, SkipReason.QUOTA, "The tenant's quota of protected items is used up.")
        if isinstance(found, Protects):
            protects.append(found)
        elif isinstance(found, Skip):
            skips.append(found)
        else:
            unchanged.append(vm)
    lost = list(_lost(rule, estate, selected))
    return Effect(protects, conflicts, skips, lost, unchanged)


# --- several rules ---------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class _Ruling:
    conflict: Overlap
    skip: Skip | None


def _ruling(rule: Rule, vm: Vm, others: Sequence[Rival]) -> _Ruling:
    """Who decides about a VM: of the rules that decide, and this one, the one with the lowest priority."""
    deciding = [one for one in others if one.decides]
    lowest = min([rule.priority, *(one.priority for one in deciding)])
    first = [one for one in deciding if one.priority == lowest]
    names = sorted((rule.id, *(one.id for one in others)), key=str)
    if rule.priority > lowest:
        winner = first[0].id if len(first) == 1 else None
        detail = f"{_named(first)} with priority {lowest} selects it, too."
        skip = Skip(vm, SkipReason.LOWER_PRIORITY, detail)
        return _Ruling(Overlap(vm, names, winner, len(first) == 1), skip)
    if first:
        skip = Skip(vm, SkipReason.SAME_PRIORITY, f"{_named(first)} selects it with the same priority, {lowest}.")
        return _Ruling(Overlap(vm, names, None, is_decided=False), skip)
    return _Ruling(Overlap(vm, names, rule.id, is_decided=True), None)


def _named(rivals: Sequence[Rival]) -> str:
    return "The rule " + " and ".join(sorted(f"/v1/protection-rules/{one.id}" for one in rivals))


# --- one VM ----------------------------------------------------------------------------------------------------------
_STATES: Mapping[str, tuple[SkipReason, str]] = {
    "vm_missing": (SkipReason.VM_MISSING, "The VM is gone; its backup data is kept."),
    "paused": (SkipReason.PAUSED, "Its backups are paused: resume it."),
    "suspended": (SkipReason.PAUSED, "Its backups are suspended: resume it."),
    "soft_deleted": (SkipReason.SOFT_DELETED, "Its backup data was deleted, and is kept for some days: undelete it."),
    "unknown": (SkipReason.NOT_KNOWN, "Whether it is protected is not known: see `unreachable`."),
}


_ASKED_BEFORE = "This rule asked for it, and it is not protected: its job failed, or its data was deleted since."


def _by_state(rule: Rule, vm: Vm, member: Member | None) -> Protects | Skip | None:
    """None = it is protected as the rule wants it."""
    if vm.state in _STATES:
        return Skip(vm, *_STATES[vm.state])
    if vm.state == "elsewhere":
        place = vm.elsewhere or "a vault for which your tenant has no grant"
        return Skip(vm, SkipReason.PROTECTED_ELSEWHERE, f"It is protected in {place}.")
    target = target_of(rule.targets.get(vm.candidate.location, ()), vm)
    if vm.item_id is not None:
        is_as_wanted = target is not None and (vm.vault_id, vm.policy_id) == (target.vault_id, target.policy_id)
        return None if is_as_wanted else Skip(vm, SkipReason.PROTECTED_OTHERWISE, _otherwise(vm, target))
    return _unprotected(rule, vm, target, member)


def _unprotected(rule: Rule, vm: Vm, target: Target | None, member: Member | None) -> Protects | Skip:
    if not vm.is_current:
        return Skip(vm, SkipReason.NOT_KNOWN, "Its tags are not known now: see `unreachable`.")
    if target is None:
        return Skip(vm, SkipReason.NO_TARGET, f"The rule has no target for {vm.candidate.location}.")
    if target.state is not TargetState.READY:
        return Skip(vm, SkipReason(target.state.value), target.detail)
    if member is not None and member.hash == rule.hash and not member.may_try_again:
        return _failed_before(vm, member)
    return Protects(vm, target)


def _failed_before(vm: Vm, member: Member) -> Skip:
    if member.refusal is not None:
        return Skip(vm, SkipReason.FAILED_BEFORE, f"It was refused: {member.refusal} The rule asks again in an hour.")
    return Skip(vm, SkipReason.FAILED_BEFORE, _ASKED_BEFORE, member.job)


def target_of(targets: Sequence[Target], vm: Vm) -> Target | None:
    """Of the targets of its region: the one whose vault is in the VM's subscription, or else the only one."""
    subscription = vm.key.split("/", 3)[2]
    near = [one for one in targets if one.subscription == subscription]
    if near:
        return near[0]
    return targets[0] if len(targets) == 1 else None


def _otherwise(vm: Vm, target: Target | None) -> str:
    if target is None:
        return f"It is protected, and the rule has no target for {vm.candidate.location}."
    what = "policy" if vm.vault_id == target.vault_id else "vault"
    return f"It is protected with another {what}. A rule changes nothing that is protected."


# --- VMs that it protected before ------------------------------------------------------------------------------------
def _lost(rule: Rule, estate: Estate, selected: set[str]) -> Iterable[Lost]:
    """What the rule protected and does not select now. What the last reading did not show is not lost."""
    for vm in estate.vms:
        member = estate.members.get(vm.key)
        if member is None or member.item_id is None:  # None: the rule has never protected it
            continue
        if vm.state == "vm_missing":
            yield Lost(vm.id, vm.key, LostReason.VM_MISSING, vm.item_id, vm.item_state, is_paused_by_rule=False)
        elif vm.key not in selected and vm.is_current and vm.item_id is not None:
            yield _not_selected(rule, vm, member, estate.rivals)


def _not_selected(rule: Rule, vm: Vm, member: Member, rivals: Sequence[Rival]) -> Lost:
    is_same_rule = member.selected_hash == rule.selected_hash
    taken = [one.id for one in rivals if one.decides and one.selects(vm.candidate)]
    pauses = (
        rule.on_lost is OnLost.PAUSE
        and is_same_rule
        and not taken
        and not member.was_paused
        and vm.item_id == member.item_id
        and vm.item_state in BACKED_UP_BY_POLICY
    )
    reason = LostReason.NOT_SELECTED if is_same_rule else LostReason.RULE_CHANGED
    return Lost(vm.id, vm.key, reason, vm.item_id, vm.item_state, pauses, taken[0] if taken else None)
