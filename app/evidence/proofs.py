"""What restore tests have proven of an item, level by level, and which run ends a proof: the one rule. Pure.

A proof of a level holds for PROVEN_FOR, and until a later run that judged the item did not prove it. So a frequent test
of the disks alone does not hide what a thorough one proved, and cannot renew it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

PROVEN_FOR: Final = timedelta(days=90)
"""How long a restore test that proved an item counts."""
LEVELS: Final = ("restored", "boots", "answers", "your_check")
"""What a restore test verifies, from the least to the most."""
CONCLUSIVE: Final = ("proven", "failed", "timed_out")
"""Outcomes of runs in which the restored VM, or the restore itself, was judged. All but the first refute: what came to
no end in its time did not come back."""


@dataclass(frozen=True, slots=True)
class Known:
    """The columns of an item."""

    proofs: Mapping[str, Mapping[str, Any]]
    """By level: {at, rto_seconds} of the last run that proved it."""
    refuted_at: datetime | None


def proven(before: Known, measured: Mapping[str, float | None], at: datetime) -> dict[str, Any]:
    """The columns after a run that passed all its levels. `measured`: each of them, with its seconds."""
    now = {level: {"at": at.isoformat(), "rto_seconds": seconds} for level, seconds in measured.items()}
    proofs = {**before.proofs, **now}
    level = level_of(Known(proofs, before.refuted_at), at) or max(measured, key=LEVELS.index)
    return {
        "proofs": proofs,
        "last_proven_at": at,
        "proven_level": level,
        "rto_seconds": proofs[level]["rto_seconds"],
    }


def level_of(known: Known, moment: datetime) -> str | None:
    """The highest level whose proof holds at this moment; None = none does."""
    holds = [level for level, proof in known.proofs.items() if _holds(proof, known.refuted_at, moment)]
    return max(holds, key=LEVELS.index, default=None)


def _holds(proof: Mapping[str, Any], refuted_at: datetime | None, moment: datetime) -> bool:
    at = datetime.fromisoformat(proof["at"])
    return at >= moment - PROVEN_FOR and (refuted_at is None or at > refuted_at)


def is_proven(last_proven_at: datetime | None, refuted_at: datetime | None, moment: datetime) -> bool:
    """Whether any proof holds."""
    return last_proven_at is not None and _holds({"at": last_proven_at.isoformat()}, refuted_at, moment)


def holds(last_proven_at: Any, refuted_at: Any, moment: Any) -> Any:
    """`is_proven`, asked of the rows: of columns, as a condition."""
    return (last_proven_at >= moment - PROVEN_FOR) & (refuted_at.is_(None) | (last_proven_at > refuted_at))


def shown(known: Known) -> Sequence[dict[str, Any]]:
    """As an item shows them, from the least level to the most."""
    return [{"level": level, **known.proofs[level]} for level in LEVELS if level in known.proofs]
