"""Which items of a selection a restore test takes this time. Pure."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

Mode = Literal["all", "random", "longest_untested"]


@dataclass(frozen=True, slots=True)
class Candidate:
    id: UUID
    last_tested_at: datetime | None
    """When a run of any test of it last ended; None = never."""


def sample(candidates: Sequence[Candidate], mode: Mode, count: int | None, seed: int, number: int) -> list[UUID]:
    """The items in the order in which they are tested, in the round of this number. `count` None = all of them.

    The same seed, number and candidates give the same sample; their order does not matter. Each round of one seed has a
    sample of its own: else `random` would test the same VMs for ever.
    """
    ordered = sorted(candidates, key=lambda one: str(one.id))
    if mode == "random":
        # Shuffled once and cut: a larger sample of one seed contains the smaller ones.
        random.Random(f"{seed}/{number}").shuffle(ordered)  # noqa: S311 - a sample that can be made again, no secret
    elif mode == "longest_untested":
        ordered.sort(key=lambda one: one.last_tested_at.timestamp() if one.last_tested_at else float("-inf"))
    return [one.id for one in (ordered if count is None else ordered[:count])]
