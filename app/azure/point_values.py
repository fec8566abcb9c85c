"""Recovery points, and what they say about the VM at that time. Part of `values.py`, which re-exports these names."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Consistency = Literal["application", "file_system", "crash"]
Tier = Literal["snapshot", "vault", "archive"]


@dataclass(frozen=True, slots=True)
class VmThen:
    """The VM when the point was made, as far as a restore of it asks. None = Azure's answer does not say."""

    zones: tuple[str, ...] | None = None
    """The availability zones that it was pinned to; empty = to none."""
    managed: bool | None = None
    """Whether its disks were managed ones."""
    premium: bool | None = None
    """Whether any of its disks was a premium one."""
    os: Literal["linux", "windows"] | None = None
    security_type: str | None = None
    """Azure's word in lower case: none, trustedlaunch, confidentialvm, ..."""


@dataclass(frozen=True, slots=True)
class RecoveryPointTier:
    tier: Tier
    state: str
    """Azure's word in lower case: valid, deleted, disabled, rehydrated, ..."""


@dataclass(frozen=True, slots=True)
class RecoveryPoint:
    id: str
    time: datetime
    consistency: Consistency | None
    tiers: tuple[RecoveryPointTier, ...]
    encrypted: bool | None = None
    included_luns: tuple[int, ...] | None = None
    region: Literal["primary", "secondary"] = "primary"
    """Where it was seen: a point of the secondary region can be restored from its vault tier only."""
    disks_included: int | None = None
    disks_attached: int | None = None
    expires_at: datetime | None = None
    """By Azure's own word (newest api-versions); None where it says nothing."""
    is_mounted: bool | None = None
    """Whether a session of file recovery is open on it (docs/azure.md, File recovery)."""
    then: VmThen = field(default_factory=VmThen)
