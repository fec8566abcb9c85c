"""A claimed vault, and what earlier sweeps have learnt of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from app.azure.values import VaultRef
from app.core.clock import monotonic_boottime

HINT_PROVEN_FOR = timedelta(hours=1)
"""A hint (../hints) that no list has confirmed for this long is trusted no longer."""
HINT_FRESH = timedelta(minutes=5)
"""When no replica has had an answer of the hint for this long, no sweep waits for it."""


@dataclass(frozen=True, slots=True)
class VaultLoad:
    """The vaults that share what Azure allows, and how much that is."""

    busy: int = 1
    """Vaults with running jobs of ours."""
    calm: int = 0
    """The others that are followed."""
    lists_a_second: float | None = None
    """Reads of jobs. Learnt (budgets/rules.py); None = nothing was learnt yet, so nothing holds us back."""


@dataclass(frozen=True, slots=True)
class Watch:
    """A claimed vault."""

    vault_id: UUID
    vault: VaultRef
    fence: int
    tries: int
    now: datetime
    """The database's clock at the claim."""
    tenant: str = ""
    leased_for: float = 0.0
    """From the claim on."""
    seen_until: datetime | None = None
    seconds_since_taken_in: float | None = None
    seconds_since_vault_read: float | None = None
    seconds_since_swept: float = 0.0
    ending: float = 0.0
    window_pages: int = 1
    spare: float = 0.0
    shortest: Mapping[str, float] = field(default_factory=dict)
    crowd: VaultLoad = field(default_factory=VaultLoad)
    """It and the other vaults of its subscription: they share what Azure allows."""
    items_owed_for: float | None = None
    """Seconds since an earlier sweep saw what may have changed items, if no list of them was applied since."""
    trusts_hint: bool = False
    """The hint of its subscription is in use (../hints), and shows this vault's ends."""
    is_named: bool = False
    """The hint has named it since the last sweep."""
    claimed: float = field(default_factory=monotonic_boottime)

    def moment(self) -> datetime:
        """The present time by the database's clock, or slightly earlier: the time of the claim plus the time since.

        Within a sweep these times are in order, so they show what was read first.
        """
        return self.now + timedelta(seconds=monotonic_boottime() - self.claimed)
