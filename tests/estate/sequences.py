"""Sequences of outside actions, drawn by a seed: what one sweep must find of them, and what it found."""

import copy
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.estate.outside_actions import ATTACKS, BENIGN, Outside, given
from tests.jobs.untracked_steps import slow_sweep
from tests.world import World

Facts = dict[str, Any]
LAYERS = ("dailySchedule", "weeklySchedule", "monthlySchedule", "yearlySchedule")
RANKS = {"Disabled": 0, "Enabled": 1, "AlwaysON": 2, "Unlocked": 1, "Locked": 2}


@dataclass(frozen=True, slots=True)
class Outcome:
    actions: tuple[str, ...]
    expected: frozenset[str]
    may: frozenset[str]
    """What may be found too: a policy that nothing follows any more was cut."""
    found: frozenset[str]

    @property
    def missed(self) -> frozenset[str]:
        return self.expected - self.found

    @property
    def false(self) -> frozenset[str]:
        return self.found - self.expected - self.may


# --- the oracle: what is weaker in the simulated Azure itself, by its own words ---------------------------------------
def _truth(world: World) -> Facts:
    (vault,) = world.simulator.world.vaults.values()
    policies = {name: copy.deepcopy(policy["properties"]) for name, policy in vault.policies.items()}
    items = {
        item.vm.name: {
            "state": "deleted" if item.deleted is not None else item.state,
            "policy": item.policy_name.lower(),
            "rule": policies.get(item.policy_name.lower()),
            "left_out": set((item.disk_exclusion or {}).get("diskLunList", ())),
        }
        for item in vault.items.values()
    }
    security = vault.settings["securitySettings"]
    return {
        "policies": policies,
        "items": items,
        "soft_delete": security["softDeleteSettings"],
        "immutability": (security.get("immutabilitySettings") or {}).get("state", "Disabled"),
        "guarded": vault.guarded,
    }


def _is_less(before: Facts, after: Facts) -> bool:
    had, has = before["retentionPolicy"], after["retentionPolicy"]
    layers = any(
        had[layer]["retentionDuration"]["count"]
        > (has.get(layer) or {"retentionDuration": {"count": 0}})["retentionDuration"]["count"]
        for layer in LAYERS
        if layer in had
    )
    often = [one["schedulePolicy"].get("scheduleRunFrequency") for one in (before, after)]
    snapshots = [one.get("instantRpRetentionRangeInDays", 2) for one in (before, after)]
    return layers or often == ["Daily", "Weekly"] or snapshots[1] < snapshots[0]


def _weaker(before: Facts, after: Facts) -> tuple[set[str], set[str]]:
    """(what must be found, what may be)."""
    must, may = set[str](), set[str]()
    if before["guarded"] and not after["guarded"]:
        must.add("guard_removed")
    if RANKS[after["immutability"]] < RANKS[before["immutability"]]:
        must.add("immutability_weakened")
    had, has = before["soft_delete"], after["soft_delete"]
    is_off = RANKS[has["softDeleteState"]] < RANKS[had["softDeleteState"]]
    if is_off or has["softDeleteRetentionPeriodInDays"] < had["softDeleteRetentionPeriodInDays"]:
        must.add("soft_delete_weakened")
    cut = {name for name, rule in before["policies"].items() if _is_cut(rule, after["policies"].get(name))}
    for name, item in before["items"].items():
        now = after["items"].get(name)
        if now is None or now["state"] == "deleted":
            must.add("data_deleted")
        elif now["state"] in {"ProtectionStopped", "BackupsSuspended"}:
            must.add("protection_stopped")
            may |= {"retention_shrunk"} if now["policy"] in cut else set()
        else:
            must |= {"retention_shrunk"} if _is_less(item["rule"], now["rule"]) else set()
            must |= {"protection_stopped"} if now["left_out"] - item["left_out"] else set()
    return must, may | ({"retention_shrunk"} if cut else set())


def _is_cut(before: Facts, after: Facts | None) -> bool:
    return after is not None and before["backupManagementType"] == "AzureIaasVM" and _is_less(before, after)


async def weakened(world: World) -> dict[str, dict[str, Any]]:
    """What is weaker now, by kind."""
    rows = await world.rows("SELECT kind, change, subjects, radius FROM estate_weakenings WHERE resolved_at IS NULL")
    return {row["kind"]: dict(row) for row in rows}


async def drawn(world: World, seed: int, *, attacks: bool) -> Outcome:
    """One to three attacks among benign actions, or benign actions alone; then one sweep."""
    random = Random(seed)  # noqa: S311
    immutability = random.choice(("disabled", "disabled", "unlocked"))
    chosen = [random.choice(BENIGN) for _ in range(random.randint(1, 3))]
    if attacks:
        fitting = [one for one in ATTACKS if one.needs == immutability or one.raises == {"guard_removed"}]
        chosen += random.sample(fitting, random.randint(1, min(3, len(fitting))))
        random.shuffle(chosen)
    await given(world, immutability=immutability, soft_delete={"state": "on", "days": 30})
    await slow_sweep(world)
    other, before = Outside(world, seed), _truth(world)
    for one in chosen:
        await one.happens(other)
    world.advance(3600)
    must, may = _weaker(before, _truth(world))
    await slow_sweep(world)
    names = tuple(one.name for one in chosen)
    return Outcome(names, frozenset(must), frozenset(may), frozenset(await weakened(world)))
