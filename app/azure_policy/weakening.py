"""What may need an approval: what a change loses, and what Azure will protect by itself. Pure."""

from collections.abc import Sequence
from typing import Final

from app.azure_policy.rules import Order, Wanted
from app.identity.access.second_person import Sensitive

OFF: Final = "azure_policy_off"
"""The operation of a change that weakens, in a tenant's settings."""
RULE: Final = "protection_rule"
"""The operation of VMs being protected without a request for each."""

# --- the facts that an approval is bound to
PROTECTS_LESS: Final = "protects_less"
"""What is lost, a part for each loss."""
RULE_NOW: Final = "rule"
"""The rule's hash, while it may act (`weighing.rule_now`)."""
VMS: Final = "vms"
"""How many VMs are there already that Azure would protect."""


def losses(wanted: Wanted | None, before: Sequence[Wanted]) -> list[str]:
    """Which VMs Azure protects no more as before, of those that what is set, or may be, covers. Empty = no fewer."""
    if wanted is None:
        return ["all"] if before else []
    said: list[str] = []
    for one in before:
        if one.location != wanted.location:
            said.append(f"VMs of {one.location}")
        elif not wanted.scope.holds(one.scope.id):
            said.append(f"VMs of {one.scope.id} outside {wanted.scope.id}")
        elif (one.definition, one.tag) != (wanted.definition, wanted.tag) and not _takes_all(wanted):
            said.append(f"VMs with other tags than {wanted.tag.name if wanted.tag is not None else 'none'}")
        if one.policy.id.lower() != wanted.policy.id.lower() and one.location == wanted.location:
            said.append(f"VMs into {one.policy.id}")
    return sorted(set(said))


def _takes_all(wanted: Wanted) -> bool:
    return wanted.definition == "existing_vault" and wanted.tag is None


def sensitive(order: Order, rule_now: str, vms: int) -> Sensitive:
    """`vms`: how many are there already that Azure would protect."""
    lost = losses(order.wanted, order.expected)
    rule = f"the rule {order.rule_name}"
    if order.wanted is None:
        return Sensitive((OFF,), f"Have Azure Policy protect no more VMs by itself for {rule}.", {PROTECTS_LESS: lost})
    facts = {PROTECTS_LESS: lost, RULE_NOW: rule_now, VMS: vms}
    operations = ((OFF,) if lost else ()) + ((RULE,) if _is_new(order) else ())
    less = f" It protects no more: {'; '.join(lost)}." if lost else ""
    return Sensitive(operations, f"{_words(order, order.wanted, vms)} for {rule}.{less}"[:2000], facts)


def _is_new(order: Order) -> bool:
    """Whether Azure would protect what nothing set before lets it protect."""
    return order.remediate or not order.expected or any(one != order.wanted for one in order.expected)


def _words(order: Order, wanted: Wanted, vms: int) -> str:
    there = f"{vms} VMs that are there (at most {order.at_most}) and " if order.remediate else ""
    tag = ""
    if wanted.tag is not None:
        sign = "with" if wanted.definition == "existing_vault_with_tag" else "without"
        tag = f" {sign} the tag {wanted.tag.name} = {', '.join(wanted.tag.values)[:200]}"
    every = f"each VM made or changed from now on in {wanted.scope.id}, {wanted.location}{tag}, {vms} VMs now, "
    return f"Have Azure Policy protect {there}{every}by {wanted.policy.id}"
