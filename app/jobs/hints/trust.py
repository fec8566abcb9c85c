"""Whether the hint is any good, and how late it is. Pure.

What lists have shown is the truth; each answer of the hint is compared with it. Three things are measured over the last
minutes: how old an end is before the hint shows it (the lag), how many older ends it does not show, how many ends it
shows of jobs that run by a list that began later, and how many lists that it brought forward showed nothing new.
Nothing is remembered of single rows, so a hint that was good yesterday is judged by today.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from app.azure.graph.values import GraphJob
from app.jobs.hints.news import Followed, KnownJobs, key_of
from app.jobs.sweep.watch import HINT_PROVEN_FOR

SHOWN = 0.9
"""The share of ends that the hint must show, once they are older than its lag."""
WRONG = 0.2
"""The share of its ends that may be wrong."""
ENOUGH = 5
"""Ends that must at least have been compared before anything waits for the hint."""
SLACK = timedelta(seconds=30)
"""An end counts as missing when it is this much older than the lag: clocks and answers need their time, too."""
FUTILE = 0.5
"""The share of lists brought forward that may show nothing new."""
FEW_SHOWN = 0.5
BLIND_FOR = timedelta(hours=1)
"""For this time a vault whose ends the hint did not show is swept as without it."""
LAG_WEIGHT = 0.3


class Verdict(StrEnum):
    """What one answer of the hint is worth."""

    GOOD = "good"
    SILENT = "silent"
    """Too little has ended to tell: what was known before goes on."""
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class End:
    """A job that has ended by a list, and whether the hint shows that."""

    vault_id: UUID
    age: timedelta
    """Of the end, when the hint was asked; by Azure's clock."""
    shown: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """One answer, compared with what lists have shown."""

    ends: Sequence[End] = ()
    wrong: int = 0
    """Ends in the hint of jobs that ran when a later list began."""
    right: int = 0
    futile: int = 0
    """Lists brought forward that showed neither an end nor a job that was not known."""
    useful: int = 0


@dataclass(frozen=True, slots=True)
class Judged:
    verdict: Verdict
    lag: timedelta | None
    """How old an end must be for the hint to show it; None = unknown."""
    blind: frozenset[UUID] = frozenset()
    """Vaults whose ends it does not show, although those of others are."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A row of ours that has ended, by Azure's time."""

    vault_id: UUID
    job_id: str
    """In lower case."""
    ended_at: datetime
    seen_at: datetime | None = None
    """When a list showed it (our clock)."""


def evidence_of(
    rows: Iterable[GraphJob],
    followed: Sequence[Followed],
    known: KnownJobs,
    truth: Sequence[Ended],
    azure_now: datetime,
    *,
    recent: datetime,
    taken_in: Mapping[UUID, datetime],
) -> Evidence:
    """`truth`: what has ended since the oldest moment that was asked for.

    `recent` (our clock): of the lists that were brought forward, those since then count: `truth` has their ends.
    `taken_in` (our clock): when a list last showed a job that was not known, for vaults in which that was since then.
    """
    of: dict[tuple[str, str, str], list[Followed]] = {}
    for one in followed:
        of.setdefault(one.vault, []).append(one)
    shown: set[tuple[UUID, str]] = set()
    wrong = right = 0
    for row in rows:
        if row.ended_at is None:
            continue
        for vault in of.get(key_of(row), ()):
            key = vault.vault_id, row.job_id.lower()
            shown.add(key)
            has_ended = known.get(key)
            if has_ended:
                right += 1
            elif has_ended is not None and vault.listed_at is not None and vault.listed_at > row.ended_at + SLACK:
                wrong += 1
    ends = [End(one.vault_id, azure_now - one.ended_at, (one.vault_id, one.job_id) in shown) for one in truth]
    futile, useful = _brought(followed, truth, taken_in, recent)
    return Evidence([end for end in ends if end.age >= timedelta()], wrong, right, futile, useful)


def _brought(
    followed: Iterable[Followed], truth: Iterable[Ended], taken_in: Mapping[UUID, datetime], recent: datetime
) -> tuple[int, int]:
    """Of the lists that were brought forward and read: how many showed nothing new, and how many something."""
    seen = dict(taken_in)
    for one in truth:
        if one.seen_at is not None:
            seen[one.vault_id] = max(one.seen_at, seen.get(one.vault_id, one.seen_at))
    found = [
        one.vault_id in seen and seen[one.vault_id] >= one.named_at
        for one in followed
        if one.named_at is not None and one.swept_at is not None and one.swept_at > one.named_at >= recent
    ]
    return found.count(False), found.count(True)


def judge(evidence: Evidence, lag: timedelta | None, *, longest_lag: timedelta) -> Judged:
    """`lag`: as learnt before. `longest_lag`: a hint that is later does not help."""
    if evidence.wrong and evidence.wrong >= WRONG * (evidence.wrong + evidence.right):
        return Judged(Verdict.BAD, lag)
    if evidence.futile >= ENOUGH and evidence.futile > FUTILE * (evidence.futile + evidence.useful):
        return Judged(Verdict.BAD, lag)
    seen = lag_of(evidence.ends)
    if seen is None:
        missing = [end for end in evidence.ends if not end.shown and end.age > longest_lag + SLACK]
        return Judged(Verdict.BAD if len(missing) >= ENOUGH else Verdict.SILENT, lag)
    is_measured = any(end.age < seen and not end.shown for end in evidence.ends)
    learnt = _learnt(lag, seen, longest_lag, is_measured=is_measured)
    old = [end for end in evidence.ends if end.age > learnt + SLACK]
    if (is_measured and seen > longest_lag) or (old and _share(old) < SHOWN):
        # The lag begins again with what was seen now: what was learnt of a better time holds no longer.
        return Judged(Verdict.BAD, max(seen, learnt))
    if learnt > longest_lag:
        return Judged(Verdict.SILENT, None if lag is None else learnt)
    return Judged(Verdict.GOOD, learnt, blind_in(old))


def _learnt(lag: timedelta | None, seen: timedelta, longest_lag: timedelta, *, is_measured: bool) -> timedelta:
    """The lag from now on. Where no younger end is missing, it is what was seen, or less.

    A lag that was too long says nothing of a hint that is in time again: it begins again with what was seen.
    """
    if lag is None or (is_measured and lag > longest_lag):
        return seen
    return lag + LAG_WEIGHT * (seen - lag) if is_measured else min(lag, seen)


def lag_of(ends: Sequence[End]) -> timedelta | None:
    """The least age from which nine of ten ends are shown. None: too few of them are."""
    best: timedelta | None = None
    shown = 0
    for number, end in enumerate(sorted(ends, key=lambda end: end.age, reverse=True), start=1):
        shown += end.shown
        if end.shown and shown >= SHOWN * number and shown >= ENOUGH:
            best = end.age
    return best


def blind_in(old: Sequence[End]) -> frozenset[UUID]:
    """Of ends that should be shown: the vaults of which too few are."""
    by_vault: dict[UUID, list[End]] = {}
    for end in old:
        by_vault.setdefault(end.vault_id, []).append(end)
    return frozenset(vault for vault, ends in by_vault.items() if _share(ends) < FEW_SHOWN)


def _share(ends: Sequence[End]) -> float:
    return sum(end.shown for end in ends) / len(ends)


@dataclass(frozen=True, slots=True)
class Trust:
    """What is known of a subscription's hint."""

    lag: timedelta | None = None
    proven_at: datetime | None = None
    """When an answer was last proven good (the database's clock); None = it is not trusted."""
    blind: Mapping[UUID, datetime] = field(default_factory=dict)
    """Vaults that it does not show, and when that was seen last."""


def after(before: Trust, judged: Judged, now: datetime) -> Trust:
    blind = {vault: at for vault, at in before.blind.items() if now - at < BLIND_FOR} | dict.fromkeys(judged.blind, now)
    if judged.verdict is Verdict.BAD:
        return Trust(judged.lag, None, blind)
    proven_at = now if judged.verdict is Verdict.GOOD else before.proven_at
    if proven_at is not None and now - proven_at >= HINT_PROVEN_FOR:
        proven_at = None
    return Trust(judged.lag, proven_at, blind)
