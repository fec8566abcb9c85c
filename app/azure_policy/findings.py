"""What a definition leaves out, what it cannot say of a rule, and which assignments fight the rule. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.azure import names
from app.azure.governance.conditions import Reason, reason_for_leaving_out
from app.azure.governance.values import NEW_VAULT, Assignment, BuiltIn, Definition, PolicyVm
from app.azure.values import PolicyRef, VmRef
from app.azure_policy.rules import Wanted

ELSEWHERE: Final = "protected_elsewhere"
DETAILS: Final[Mapping[str, str]] = {
    Reason.OTHER_REGION: "It is in another region than the vault.",
    Reason.TAG: "Its tags leave it out.",
    Reason.IMAGE_NOT_LISTED: "The definition has a list of images; this VM's image is not in it, or it has none.",
    Reason.PLATFORM: "It belongs to a platform that manages its VMs itself.",
    Reason.UNKNOWN: "The definition has a condition that Holdfast does not know.",
    ELSEWHERE: "Another vault protects it. For the definition it is compliant, and stays there.",
}


@dataclass(frozen=True, slots=True)
class Skip:
    """A VM in the scope that the definition does not protect. `reason`: a `conditions.Reason`, or ELSEWHERE."""

    vm: VmRef
    reason: str


def skips(definition: Definition, wanted: Wanted, vms: Iterable[PolicyVm], vaults: Mapping[str, str]) -> Iterator[Skip]:
    """`vaults`: VM (`names.vm_key`) -> ARM id of the vault that protects it."""
    own = wanted.policy.vault.id.lower()
    for one in vms:
        reason: str | None = reason_for_leaving_out(definition, wanted.parameters, one)
        if reason is None and vaults.get(names.vm_key(one.vm), own).lower() != own:
            reason = ELSEWHERE
        if reason is not None:
            yield Skip(one.vm, str(reason))


NOT_SAID: Final[Mapping[str, str]] = {
    "names": "The definition knows no names: it also protects VMs that the rule leaves out by name.",
    "except": "The definition knows no exceptions: it also protects VMs that the rule excepts.",
    "tags": "The definition tests one tag: it protects by that alone.",
    "tags_case": "The definition compares values of tags without letter case: it also protects VMs that have a "
    "value in another letter case.",
    "resource_groups": "The definition protects the whole scope, not only the rule's resource groups.",
    "subscriptions": "The definition protects its scope, also where the rule selects other subscriptions.",
    "locations": "The definition protects one region, also where the rule selects another.",
}


def differences(selector: Mapping[str, Any], wanted: Wanted) -> list[str]:
    """Members of the rule's selector that the assignment does not say."""
    said = {
        "names": not selector.get("names"),
        "except": not selector.get("except"),
        "tags": _says_tags(selector.get("tags") or {}, wanted),
        "resource_groups": not selector.get("resource_groups")
        or _is_one(selector["resource_groups"], wanted.scope.resource_group),
        "subscriptions": not selector.get("subscriptions")
        or _holds(selector["subscriptions"], wanted.scope.subscription_id),
        "locations": not selector.get("locations") or _holds(selector["locations"], wanted.location),
    }
    said["tags_case"] = not said["tags"] or not _has_letters(selector.get("tags") or {})
    return [member for member, is_said in said.items() if not is_said]


def _has_letters(tags: Mapping[str, Sequence[str]]) -> bool:
    """Whether a value could be written in another letter case: to the rule that is another value, not to Azure."""
    return any(value.lower() != value.upper() for values in tags.values() for value in values)


def _says_tags(tags: Mapping[str, Sequence[str]], wanted: Wanted) -> bool:
    if wanted.definition == "existing_vault":
        return not tags
    tag = wanted.tag
    return (
        tag is not None
        and len(tags) == 1
        and any(name.lower() == tag.name.lower() and {*values} == {*tag.values} for name, values in tags.items())
    )


def _is_one(listed: Sequence[str], wanted: str | None) -> bool:
    return wanted is not None and [one.lower() for one in listed] == [wanted.lower()]


def _holds(listed: Sequence[str], wanted: str) -> bool:
    return wanted.lower() in {one.replace(" ", "").lower() for one in listed}


# --- assignments that fight the rule ---------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Fight:
    """An assignment that enforces, and protects VMs of a target's region in another way than the target says."""

    assignment_id: str
    scope: str
    definition: str
    """Name of the built-in definition."""
    location: str
    policy_id: str | None
    """Where it protects them; None = in a vault of its own making."""
    target: PolicyRef
    is_ours: bool


def fights(
    assignments: Iterable[Assignment], targets: Iterable[tuple[str, PolicyRef]], own_name: str
) -> Iterator[Fight]:
    """`targets`: (region, where the rule protects its VMs), of the subscription that was listed."""
    wanted = list(targets)
    for one in assignments:
        built_in = one.definition_id.rpartition("/")[2]
        if not one.enforces or str(one.parameters.get("effect") or "deploy").lower().startswith(("audit", "disabled")):
            continue
        for location, target in wanted:
            if built_in in NEW_VAULT or (built_in in BUILT_INS and _is_for(one, location, target)):
                policy_id = None if built_in in NEW_VAULT else str(one.parameters.get("backupPolicyId") or "")
                is_ours = one.id.lower().rpartition("/")[2] == own_name.lower()
                yield Fight(one.id, one.scope, built_in, location, policy_id, target, is_ours)


BUILT_INS: Final = frozenset(one.value for one in BuiltIn)


def _is_for(one: Assignment, location: str, target: PolicyRef) -> bool:
    region = str(one.parameters.get("vaultLocation") or "").replace(" ", "").lower()
    policy = str(one.parameters.get("backupPolicyId") or "")
    return region == location and not names.same_id(policy, target.id)
