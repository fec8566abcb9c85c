"""What the rows say of a quarter, as values. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """A protected item that was there in the quarter."""

    id: str
    vm_id: str
    state: str | None
    """As it is now, or was when the quarter ended; None: it was gone by then."""


@dataclass(frozen=True, slots=True)
class EvidenceFacts:
    """The signed statement of a run."""

    sequence: int
    sha256: str
    key_id: str


@dataclass(frozen=True, slots=True)
class RunFacts:
    """A run that ended in the quarter."""

    id: str
    restore_test_id: str
    item_id: str
    vm_id: str
    ended_at: datetime
    outcome: str
    failed_level: str | None
    detail: str | None
    levels: Sequence[Mapping[str, Any]]
    measured: Mapping[str, float]
    left: Sequence[Mapping[str, Any]]
    recovery_point_time: str | None
    evidence: EvidenceFacts | None

    @property
    def rto_seconds(self) -> float | None:
        """Until the last thing that was measured."""
        return max(self.measured.values(), default=None)


@dataclass(frozen=True, slots=True)
class PlanRunFacts:
    """A run of a recovery plan that ended in the quarter."""

    id: str
    plan_id: str
    plan_name: str | None
    mode: str
    ended_at: datetime
    members: int
    came_back: int
    rto_seconds: float | None
    promised_rto_seconds: int | None


@dataclass(frozen=True, slots=True)
class QuarterFacts:
    tenant_id: str
    tenant_name: str
    items: Sequence[ItemFacts]
    runs: Sequence[RunFacts]
    """Oldest first."""
    plan_runs: Sequence[PlanRunFacts] = field(default=())
