"""A rule as data, and its hash. Pure.

`ProtectionRule.definition` is {selector, targets: [{location, vault_id, policy_id}], on_lost}, with the names that
callers use.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.evidence.statement import digest_of
from app.vaults.rules import region_of


@dataclass(frozen=True, slots=True)
class NamedTarget:
    """A target as the caller named it."""

    location: str
    """As `region_of` has it."""
    vault_id: UUID
    policy_id: UUID


def hash_of(priority: int, definition: Mapping[str, Any], max_per_hour: int) -> str:
    """SHA-256 (hex) of what a rule does: what an approval of it is bound to. Name, labels and mode do not count."""
    return digest_of({"priority": priority, "definition": definition, "max_per_hour": max_per_hour})


def selected_hash_of(definition: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of which VMs a rule selects, and of what follows when it loses one."""
    return digest_of({name: definition[name] for name in ("selector", "on_lost")})


def targets_of(definition: Mapping[str, Any]) -> Iterator[NamedTarget]:
    for one in definition["targets"]:
        yield NamedTarget(region_of(one["location"]), UUID(one["vault_id"]), UUID(one["policy_id"]))
