"""What a sweep may spend, and when the vault is swept again. Pure.

The next sweep comes when a job can have ended. A backup takes its snapshot for minutes before it can end. For a job
that has run for hours, a delay of a minute does not matter. The usual durations are learnt for each vault, because the
size of machines differs. A job that a caller reads, that is being cancelled or that no list shows is polled as soon as
possible. Every figure scales with POLL_SECONDS, unless Azure's rate limit requires longer intervals.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.azure.values import JobOutcome
from app.jobs.scheduling import IDLE_POLLS, LONGEST_INTERVAL_POLLS, tries_after
from app.jobs.sweep.matching import ENDED_WELL, Sighting, Tracked
from app.jobs.sweep.watch import VaultLoad, Watch

SURELY = 0.9
"""The share of the shortest duration in this vault that is assumed to be needed again."""
AGE_SHARE = 1 / 150
"""Work of an hour and a quarter is looked at every 30 s, of five hours every two minutes."""
FORGETTING = 1.02
"""By how much the shortest grows with every end that took longer: one that was quick for once is forgotten."""
CALM_VAULTS = 50
"""Up to this number of busy vaults, each is polled every POLL_SECONDS; beyond, the interval grows with their number, to
twice POLL_SECONDS: 100 vaults at 60 s are 6,000 lists an hour, where 30 s would be 12,000."""
JITTER = 0.03
SPARE_CAPACITY = 8.0
SPARE_AN_HOUR = 900.0
"""Requests for details (percent, sizes, a vault's items) that all busy vaults together may make in an hour of
default polling. A caller who watches a job, and the result of a restore, are never refused for it."""
DEFAULT_POLL_SECONDS = 30.0
SEEN_WEIGHT = 0.3
BUSY_SHARE = 0.95
"""The share of Azure's rate limit for lists that is planned for sweeps; lost answers are looked up with lists, too."""
CALM_SHARE = 0.2
"""The share of these, at most, for vaults without running jobs of ours."""
PATIENT_POLLS = 4
"""Two minutes with the default POLL_SECONDS: so late a failure may be seen where nothing was expected to end yet."""
WINDOW_FIRST = 0.25
STRETCH = 6.0
"""A vault that waits for the hint is swept after this many usual intervals at the latest, and after an hour."""


# --- before the sweep ------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Plan:
    """What a sweep may do, decided when it begins."""

    spare: float
    """Requests for details that it may make."""
    takes_in: bool
    """Jobs that Azure or others started are to be recorded, too."""
    reads_vault: bool
    """So are the settings of the vault."""
    by_window: bool
    """A time window is asked for, instead of what is in progress."""
    job_reads: float = float("inf")
    """Of `spare`, how many may be reads of single jobs."""


OFTEN_REFUSED, A_DAY = 8, 86_400.0
"""After this number of failed sweeps in a row it is known what the vault itself says: gone, or not to be read."""


def plan_of(watch: Watch, poll_seconds: float, dice: float) -> Plan:
    """`dice` in 0..1."""
    since, quarter = watch.seconds_since_taken_in, IDLE_POLLS * poll_seconds * 0.95
    vault_since = watch.seconds_since_vault_read
    return Plan(
        refilled(watch.spare, watch.seconds_since_swept, watch.crowd.busy, poll_seconds),
        watch.is_named or since is None or since >= quarter,
        vault_since is None or vault_since >= (quarter if watch.tries < OFTEN_REFUSED else A_DAY),
        watch.is_named or begins_with_window(watch.ending, watch.window_pages),
        job_reads_of(watch, poll_seconds, dice),
    )


def is_short(crowd: VaultLoad, poll_seconds: float) -> bool:
    """Whether Azure allows fewer reads of jobs than the busy vaults would be listed with."""
    rate = crowd.lists_a_second
    return rate is not None and crowd.busy > rate * BUSY_SHARE * _unhurried(poll_seconds, crowd)


def job_reads_of(watch: Watch, poll_seconds: float, dice: float) -> float:
    """Reads of single jobs in this sweep: while there are few, what the lists leave, shared by the busy vaults.

    A read and a list are the same to Azure, and a list shows every job of its vault.
    """
    rate = watch.crowd.lists_a_second
    if rate is None or not is_short(watch.crowd, poll_seconds):
        return float("inf")
    seconds = min(watch.seconds_since_swept, LONGEST_INTERVAL_POLLS * poll_seconds)
    return float(int((1.0 - BUSY_SHARE) * rate * seconds / watch.crowd.busy + dice))


def refilled(spare: float, seconds: float, busy_vaults: int, poll_seconds: float) -> float:
    """The detail budget after this many seconds."""
    rate = SPARE_AN_HOUR / 3600.0 * (DEFAULT_POLL_SECONDS / poll_seconds) / max(busy_vaults, 1)
    return min(max(SPARE_CAPACITY, rate * 60.0), spare + seconds * rate)


def begins_with_window(ending: float, window_pages: int) -> bool:
    """Whether one time-window list alone is cheaper than the list of what is in progress, then perhaps the window.

    In-progress first costs 1 + ending * pages requests on average, the window alone costs its pages.
    """
    return ending >= WINDOW_FIRST and window_pages <= 1.0 + ending * window_pages


# --- after it --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Look:
    """What was seen of one region, and written."""

    sightings: Sequence[Sighting]
    left: Sequence[Tracked]
    """Of ours those that have not ended, or are not known yet."""
    azure_now: datetime
    learnt: Mapping[str, Any] = field(default_factory=dict)
    """Columns of the watch, as the lists bring them up to date."""
    has_ended: bool | None = None
    """Whether something ended in the vault's own region; None = this is the paired one."""


@dataclass(slots=True)
class SweepOutcome:
    """What a sweep found, as far as the next one depends on it."""

    looks: list[Look] = field(default_factory=list)
    unknown: int = 0
    """Jobs of a kind that only newer workers know: theirs to follow, and the vault stays a busy one for them."""
    again_in: float = 0.0
    """If a list failed: seconds until the next sweep of the vault."""
    refused: bool = False
    """Azure refused every list; it will probably refuse the next one too."""
    vault_read_at: datetime | None = None
    """The vault's settings were read, by a sweep that was claimed at this time."""
    owes_items: bool = False
    """A list of the vault's items is still to be applied."""


@dataclass(frozen=True, slots=True)
class NextSweep:
    seconds: float
    tries: int
    learnt: Mapping[str, Any] = field(default_factory=dict)
    """Columns of the watch, brought up to date."""
    usual: float | None = None
    """In how many seconds it would be if something could end here by then."""
    unhinted: float | None = None
    """In how many seconds it would be without the hint; None = nothing waits for the hint here."""


def next_sweep(watch: Watch, found: SweepOutcome, poll_seconds: float, dice: float) -> NextSweep:
    """When the vault is swept again, and what this sweep has taught about it. `dice` in 0..1."""
    left, news, learnt = found.unknown, 0.0 if found.unknown else float("inf"), dict[str, Any]()
    for look in found.looks:
        learnt |= look.learnt
        learnt["shortest"] = shortest_after(learnt.get("shortest", watch.shortest), look.sightings)
        left += len(look.left)
        news = min(news, news_in(look.left, look.sightings, learnt["shortest"], look.azure_now))
        if look.has_ended is not None:
            learnt["ending"] = ending_after(watch.ending, has_ended=look.has_ended)
    learnt["is_busy"] = left > 0
    if found.vault_read_at is not None:
        learnt["vault_read_at"] = found.vault_read_at
    if found.again_in:
        return NextSweep(found.again_in, tries_after(watch.tries, refused=found.refused), learnt)
    usual, idle = vault_interval(watch, poll_seconds, dice), vault_idle_interval(watch, poll_seconds, dice)
    if found.owes_items:
        return NextSweep(usual if left else owed_interval(watch.items_owed_for or 0.0, usual, idle), 0, learnt)
    if left:
        seconds = vault_interval(watch, poll_seconds, dice, news_in=news)
        if watch.trusts_hint and news > 0 and is_short(watch.crowd, poll_seconds):
            stretched = max(seconds, stretched_interval(usual, poll_seconds))
            return NextSweep(stretched, 0, learnt, stretched, seconds)
        return NextSweep(seconds, 0, learnt, usual)
    return NextSweep(idle, 0, learnt)


def vault_interval(watch: Watch, poll_seconds: float, dice: float, *, news_in: float = 0.0) -> float:
    lists = lists_a_sweep(watch.ending, watch.window_pages)
    return sweep_interval(poll_seconds, watch.crowd, dice, lists=lists, news_in=news_in)


def stretched_interval(usual: float, poll_seconds: float) -> float:
    """Seconds until a vault is swept at the latest while it waits for the hint to name it."""
    return max(usual, min(STRETCH * usual, LONGEST_INTERVAL_POLLS * poll_seconds))


def vault_idle_interval(watch: Watch, poll_seconds: float, dice: float) -> float:
    return idle_interval(poll_seconds, watch.crowd) * (0.95 + 0.05 * dice)


def news_in(
    left: Iterable[Tracked], sightings: Iterable[Sighting], shortest: Mapping[str, float], azure_now: datetime
) -> float:
    """Seconds, by Azure's clock, until the first of the remaining jobs can have ended.

    `shortest`: seconds by kind of job, see `shortest_after`. Infinite if no job is left.
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
        if azure.outcome in ENDED_WELL and azure.started_at is not None and azure.ended_at is not None:
            took = max(0.0, (azure.ended_at - azure.started_at).total_seconds())
            known[kind] = min(took, known[kind] * FORGETTING) if kind in known else took
    return known


def idle_interval(poll_seconds: float, crowd: VaultLoad) -> float:
    """Seconds until a calm vault is looked at again."""
    seconds = IDLE_POLLS * poll_seconds
    if crowd.lists_a_second is not None:
        seconds = max(seconds, crowd.calm / (crowd.lists_a_second * BUSY_SHARE * CALM_SHARE))
    return min(seconds, LONGEST_INTERVAL_POLLS * poll_seconds)


def sweep_interval(
    poll_seconds: float, crowd: VaultLoad, dice: float, *, lists: float = 1.0, news_in: float = 0.0
) -> float:
    """Seconds until a busy vault is looked at again.

    `dice` in 0..1 spreads vaults that began together over time; `lists`: how many one sweep takes on average;
    `news_in`: in how many seconds something may have ended. With little to spend all busy vaults become late together
    and alike, none before another.
    """
    seconds = _unhurried(poll_seconds, crowd)
    if crowd.lists_a_second is not None:
        calm = crowd.calm / idle_interval(poll_seconds, crowd)
        left = max(crowd.lists_a_second * BUSY_SHARE - calm, crowd.lists_a_second * (BUSY_SHARE - CALM_SHARE))
        seconds = max(seconds, crowd.busy * lists / left)
    seconds = max(seconds, min(news_in, PATIENT_POLLS * poll_seconds))
    seconds = min(seconds, LONGEST_INTERVAL_POLLS * poll_seconds)
    return seconds * (1.0 + JITTER * (2.0 * dice - 1.0))


def _unhurried(poll_seconds: float, crowd: VaultLoad) -> float:
    return poll_seconds * min(max(crowd.busy / CALM_VAULTS, 1.0), 2.0)


def lists_a_sweep(ending: float, window_pages: int) -> float:
    """How many requests one sweep of such a vault takes on average."""
    return float(window_pages) if begins_with_window(ending, window_pages) else 1.0 + ending * window_pages


def ending_after(ending: float, *, has_ended: bool) -> float:
    """The running average of how often a sweep finds that a job has ended.

    Rounded: after three hundred sweeps without an end it would be smaller than its column (REAL) can store, and no
    sweep of that vault could be written any more.
    """
    return round(ending + SEEN_WEIGHT * (float(has_ended) - ending), 6)


def owed_interval(owed_for: float, usual: float, idle: float) -> float:
    """Seconds until the items of an idle vault are asked for again, when their list has failed for some time.

    Doubles each time, as `back_off` does, but depends on how long the list has been missing. So sweeps that succeed are
    not counted as failed tries.
    """
    return min(max(usual, owed_for), idle)
