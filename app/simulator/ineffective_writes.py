"""Azure says yes and does nothing: a write that is answered as if it were carried out, and is not.

Not observed in recordings: that a PATCH was answered 200 and the setting stayed as it was is from public reports. Its
operation and its job come to a good end. A trigger (backup, restore) leaves no job at all: what its operation names is
in no list.
"""

import copy
from collections.abc import Iterator
from contextlib import contextmanager

from app.simulator.world import World


@contextmanager
def without_effect(world: World, *, is_trigger: bool) -> Iterator[None]:
    """What a request changes within is taken back, and what it put on the agenda does not come."""
    vaults, registered, agenda = dict(world.vaults), dict(world.registered), world.agenda()
    kept = [
        (vault, copy.deepcopy((vault.settings, vault.tags, vault.policies)), dict(vault.items), dict(vault.jobs))
        for vault in vaults.values()
    ]
    mounts = [(mount, mount.expires) for mount in world.mounts]
    triggers, monitor = list(world.truth.triggers), dict(world.monitor)
    parts = world.parts
    policy = world.azure_policy
    policies_of_azure = (
        dict(policy.assignments),
        dict(policy.identities),
        dict(policy.roles),
        dict(policy.remediations),
    )
    commands, deleting, restores = dict(parts.commands), dict(parts.deleting), dict(parts.restores)
    try:
        yield
    finally:
        world.vaults, world.registered, world.monitor = vaults, registered, monitor
        parts.commands, parts.deleting, parts.restores = commands, deleting, restores
        policy.assignments, policy.identities, policy.roles, policy.remediations = policies_of_azure
        world.set_agenda(agenda)
        world.mounts = [mount for mount, _ in mounts]
        for mount, expires in mounts:
            mount.expires = expires
        for vault, (settings, tags, policies), items, jobs in kept:
            vault.settings, vault.tags, vault.policies, vault.items = settings, tags, policies, items
            if is_trigger:
                vault.jobs = jobs
        if is_trigger:
            world.truth.triggers[:] = triggers
