"""Estimates the earliest time a job can end, and schedules the next sweep by it. Pure.

A backup takes its snapshot for minutes before it can end. For a job that has run for hours, a delay of a minute does
not matter. The usual durations are learnt for each vault, because the size of machines differs. A job that a caller
reads, that is being cancelled or that no list shows is polled as soon as possible.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from app.azure.values import JobOutcome
from app.jobs.sweep.matching import Sighting, Tracked, has_ended_well

SURELY = 0.9
"""Of the shortest that such work has taken here, so much is believed to be needed this time, too."""
AGE_SHARE = 1 / 150
"""Work of an hour and a quarter is looked at every 30 s, of five hours every two minutes."""
FORGETTING = 1.02
"""By how much the shortest grows with every end that took longer: one that was quick for once is forgotten."""


def news_in(
    left: Iterable[Tracked], sightings: Iterable[Sighting], shortest: Mapping[str, float], azure_now: datetime
) -> float:
    """Seconds, by Azure's clock, until the first of those that are left may have something new to tell.

    `shortest`: seconds by kind of job, see `shortest_after`. Infinite where nothing is left.
    """
    seen = {sighting.tracked.ticket.id: sighting for sighting in sightings}
    return min((_news_of(ours, seen.get(ours.ticket.id), shortest, azure_now) for ours in left), default=float("inf"))


def _news_of(ours: Tracked, sighting: Sighting | None, shortest: Mapping[str, float], azure_now: datetime) -> float:
    if sighting is None or ours.watched or sighting.azure.outcome is not JobOutcome.RUNNING:
        return 0.0
    began = sighting.azure.started_at
    age = max(0.0, (azure_now - began).total_seconds()) if began is not None else ours.age_seconds
    return max(SURELY * shortest.get(ours.ticket.kind, 0.0) - age, age * AGE_SHARE)


def shortest_after(shortest: Mapping[str, float], sightings: Iterable[Sighting]) -> dict[str, float]:
    """Seconds by kind of job: the shortest that one took which ended well, brought up to date with what has ended.

    By Azure's own times. What failed or was cancelled says nothing: that happens at any moment.
    """
    known = dict(shortest)
    for sighting in sightings:
        azure, kind = sighting.azure, sighting.tracked.ticket.kind
        if has_ended_well(azure.outcome) and azure.started_at is not None and azure.ended_at is not None:
            took = max(0.0, (azure.ended_at - azure.started_at).total_seconds())
            known[kind] = min(took, known[kind] * FORGETTING) if kind in known else took
    return known
