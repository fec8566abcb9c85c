"""What a report is made of, as our rows have it: items, vaults, policies, backups. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.reports.day.outcomes import Backup, ItemChange
from app.reports.day.plans import Revision
from app.reports.day.stored import ConsistencyJson, CoverageJson, VmJson


@dataclass(frozen=True, slots=True)
class Was:
    """What an item was from a moment on, as Holdfast saw it. `state` None: it was gone."""

    at: datetime
    state: str | None
    policy_id: str | None = None


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """`state`, `policy_id`: of now; of an item that is gone, the last ones."""

    id: str
    vm: VmJson
    vault_id: str
    policy_id: str | None
    state: str
    since: datetime
    """When the item came to be here: nothing is expected of the time before."""
    newest_point_at: datetime | None = None
    oldest_point_at: datetime | None = None
    consistency: ConsistencyJson | None = None
    grace: timedelta | None = None
    """How late a backup may begin, by a rule of the tenant; None = as its policy's schedule says."""
    is_restored: bool = False
    """Whether a restore of it ever succeeded."""
    is_proven: bool = False
    """Whether a restore test of it passed every level in the last 90 days."""
    changes: Sequence[ItemChange] = ()
    """Those of ours, oldest first."""
    history: Sequence[Was] = ()
    """Oldest first, from the one that held 24 hours before the day, if it reaches so far."""

    @property
    def gone_at(self) -> datetime | None:
        """When its row was deleted; None = it is there."""
        return self.history[-1].at if self.history and self.history[-1].state is None else None


@dataclass(frozen=True, slots=True)
class VaultFacts:
    id: str
    name: str
    scope: str
    """Its ARM id."""
    known_until: datetime | None
    """Everything that began in the vault before is known; None = its jobs were never read in full."""
    soft_delete: str | None
    immutability: str | None
    known_since: datetime | None = None
    """From when on that is so: an outage of the worker may have left a gap before."""


@dataclass(frozen=True, slots=True)
class PolicyFacts:
    id: str
    vault_id: str
    name: str
    revisions: Sequence[Revision]
    """Oldest first."""


@dataclass(frozen=True, slots=True)
class Facts:
    items: Sequence[ItemFacts] = ()
    vaults: Mapping[str, VaultFacts] = field(default_factory=dict)
    policies: Mapping[str, PolicyFacts] = field(default_factory=dict)
    backups: Mapping[str, Sequence[Backup]] = field(default_factory=dict)
    """By item."""
    coverage: CoverageJson | None = None
    """None: the estate was never read as a whole."""
