"""Values read on the side: rights, locks, Azure's own validation, what a vault stores. Pure.

As in `values.py`: frozen, in our words.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True, slots=True)
class Role:
    """What one role that reaches a scope allows: patterns of actions, `*` for any text."""

    actions: tuple[str, ...]
    not_actions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lock:
    """A management lock at a scope or above it. `forbids_writes`: ReadOnly; else it forbids deletion only."""

    id: str
    name: str
    forbids_writes: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that Azure's validation finds wrong."""

    code: str
    message: str
    recommendations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Validation:
    """Azure's validation of a restore. `findings` count only when it has ended; it may end well and hold some."""

    has_ended: bool
    findings: tuple[Finding, ...] = ()


def may(roles: Iterable[Role], action: str) -> bool:
    """Whether any role allows the action.

    An action that one role excludes may be allowed by another (Azure's own rule).
    """
    wanted = action.lower()
    return any(_names(role.actions, wanted) and not _names(role.not_actions, wanted) for role in roles)


def _names(patterns: Iterable[str], action: str) -> bool:
    return any(fnmatchcase(action, pattern.lower()) for pattern in patterns)


@dataclass(frozen=True, slots=True)
class VaultUsage:
    """What a whole vault stores, in bytes, by its redundancy, and how many items. None = Azure did not say."""

    local_bytes: int | None
    geo_bytes: int | None
    items: int | None
    """Of every kind, not only VMs."""
