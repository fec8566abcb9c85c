"""What is weak although every backup works: settings that do not protect, and backups that were never tried. Pure."""

from collections.abc import Iterable, Sequence
from typing import Final

from app.policies.advice import longest_kept
from app.reports.day.calendar_day import FEW
from app.reports.day.facts import Facts, ItemFacts, PolicyFacts, VaultFacts
from app.reports.day.stored import FewJson, ThingJson, WeakJson

LEAST_DAYS: Final = 30
"""The shortest retention that is not called weak: damage is often found weeks later."""

Verdict = tuple[ThingJson, bool | None]
"""A thing, and whether it is weak; None = that cannot be said."""


def few(things: Sequence[ThingJson]) -> FewJson:
    return {"count": len(things), "things": list(things[:FEW])}


def item_thing(item: ItemFacts) -> ThingJson:
    return {"path": f"/v1/protected-items/{item.id}", "name": item.vm["name"]}


def _vault_thing(vault: VaultFacts) -> ThingJson:
    return {"path": f"/v1/vaults/{vault.id}", "name": vault.name}


def policy_thing(policy: PolicyFacts) -> ThingJson:
    return {"path": f"/v1/policies/{policy.id}", "name": policy.name}


def weak_spots(facts: Facts) -> dict[str, WeakJson]:
    """By name. Items that are gone are left out; so are vaults without items, and policies that no item follows."""
    items = [item for item in facts.items if item.gone_at is None]
    used_vaults = {item.vault_id for item in items}
    used_policies = {item.policy_id for item in items}
    vaults = [vault for vault in facts.vaults.values() if vault.id in used_vaults]
    policies = [policy for policy in facts.policies.values() if policy.id in used_policies]
    return {
        "not_application_consistent": _judged((item_thing(item), _is_inconsistent(item)) for item in items),
        "soft_delete_off": _judged((_vault_thing(vault), _is(vault.soft_delete, "off")) for vault in vaults),
        "immutability_off": _judged((_vault_thing(vault), _is(vault.immutability, "disabled")) for vault in vaults),
        "retention_under_30_days": _judged((policy_thing(policy), _is_short(policy)) for policy in policies),
        "never_restored": _judged((item_thing(item), not item.is_restored) for item in items),
        "not_proven": _judged((item_thing(item), not item.is_proven) for item in items),
    }


def _judged(verdicts: Iterable[Verdict]) -> WeakJson:
    every = list(verdicts)
    weak = [thing for thing, is_weak in every if is_weak]
    return {
        **few(sorted(weak, key=lambda thing: (thing["name"], thing["path"]))),
        "total": len(every),
        "unknown": sum(is_weak is None for _, is_weak in every),
    }


def _is(value: str | None, bad: str) -> bool | None:
    return None if value is None else value == bad


def _is_inconsistent(item: ItemFacts) -> bool | None:
    met = item.consistency["met"] if item.consistency is not None else None
    return None if met is None else not met


def _is_short(policy: PolicyFacts) -> bool | None:
    definition = policy.revisions[-1].definition if policy.revisions else None
    return None if definition is None else longest_kept(definition).days < LEAST_DAYS
