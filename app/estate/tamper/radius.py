"""What could be restored before a weakening, and after it. Pure.

Azure lists the points of one item at a time, too slow for an alarm about a thousand. So the points are those that the
policy made and still keeps, up to the newest point that Azure has shown of the item. Runs that failed and backups on
demand are not in it. An item whose policy Holdfast cannot express is counted as unknown, never as nothing.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any

from app.azure.item_states import ItemState
from app.azure.values import PolicyDefinition
from app.estate.drift_rules import DriftKind
from app.policies.advice import longest_kept
from app.policies.preview import MAX_DAYS, Run, is_kept, kept_by, points_on

MOST_POINTS = 100_000


class WeakeningKind(StrEnum):
    """How it is weaker: the kind of alert of the same name."""

    PROTECTION_STOPPED = "protection_stopped"
    DATA_DELETED = "data_deleted"
    SOFT_DELETE_WEAKENED = "soft_delete_weakened"
    IMMUTABILITY_WEAKENED = "immutability_weakened"
    RETENTION_SHRUNK = "retention_shrunk"
    GUARD_REMOVED = "guard_removed"
    REDUNDANCY_WEAKENED = "redundancy_weakened"


class Fate(StrEnum):
    """What becomes of an item's points."""

    KEPT = "kept"
    """Nothing, by this alone."""
    BY_POLICY = "by_policy"
    """The policy `after` decides."""
    EXPIRING = "expiring"
    """They go as the policy `before` says, none comes, and the newest stays (docs/azure.md, The states of an item)."""
    HELD = "held"
    """Deleted, and kept by soft delete."""
    GONE = "gone"


_KINDS: Mapping[DriftKind, WeakeningKind] = {
    DriftKind.PROTECTION_STOPPED: WeakeningKind.PROTECTION_STOPPED,
    DriftKind.ITEM_MOVED: WeakeningKind.PROTECTION_STOPPED,
    DriftKind.DISKS_FEWER: WeakeningKind.PROTECTION_STOPPED,
    DriftKind.DATA_DELETED: WeakeningKind.DATA_DELETED,
    DriftKind.POLICY_SWAPPED: WeakeningKind.RETENTION_SHRUNK,
    DriftKind.RETENTION_SHRUNK: WeakeningKind.RETENTION_SHRUNK,
    DriftKind.SOFT_DELETE_WEAKENED: WeakeningKind.SOFT_DELETE_WEAKENED,
    DriftKind.IMMUTABILITY_WEAKENED: WeakeningKind.IMMUTABILITY_WEAKENED,
    DriftKind.GUARD_REMOVED: WeakeningKind.GUARD_REMOVED,
    DriftKind.REDUNDANCY_WEAKENED: WeakeningKind.REDUNDANCY_WEAKENED,
}


def kind_of(drift: str, after: Mapping[str, Any] | None) -> WeakeningKind:
    """The kind of a drift. An item that was backed up and is deleted was not only stopped."""
    is_deleted = after is None or after.get("state") == ItemState.SOFT_DELETED
    if drift == DriftKind.PROTECTION_STOPPED and is_deleted:
        return WeakeningKind.DATA_DELETED
    return _KINDS[DriftKind(drift)]


@dataclass(frozen=True, slots=True)
class Concerned:
    """One item that a weakening concerns.

    `since`: from when on Holdfast knows it. `newest`: its newest point; None = it has none. `before`: the policy that
    made and kept its points; None = not known. `until`: how long soft delete keeps what was deleted.
    """

    vm: str
    since: date
    newest: datetime | None
    before: PolicyDefinition | None
    fate: Fate
    after: PolicyDefinition | None = None
    until: datetime | None = None
    is_adopted: bool = False
    """It had points before Holdfast knew it, perhaps."""


@dataclass(frozen=True, slots=True)
class _Held:
    """Of one item. `points` None = not known."""

    points: int | None
    oldest: datetime | None
    left: int | None
    oldest_left: datetime | None
    lost_from: datetime | None
    first_loss: datetime | None


class _Points:
    """The points that a policy keeps today, oldest first; and what another policy would keep of them."""

    def __init__(self, before: PolicyDefinition, after: PolicyDefinition | None, first: date, now: datetime) -> None:
        self._after, self._now = after, now
        self._runs: Sequence[Run] = points_on(before, first, now.date(), limit=MOST_POINTS)[::-1]
        self._times = [run.at for run in self._runs]

    @cached_property
    def _kept(self) -> Sequence[int]:
        """Which of them the policy `after` keeps."""
        if self._after is None:
            return range(len(self._runs))
        after, today = self._after, self._now.date()
        return [
            number
            for number, run in enumerate(self._runs)
            if is_kept(after, run.wall_clock.date(), today, is_copied="snapshot" not in run.kept)
        ]

    def of(self, item: Concerned) -> _Held:
        if item.newest is None:
            return _Held(0, None, 0, None, None, None)
        start = datetime.combine(item.since, time(), UTC)
        low, high = bisect_left(self._times, start), bisect_right(self._times, item.newest)
        if low >= high:  # made on demand, or before Holdfast knew the item
            return self._fate(item, 1, item.newest, range(1), [item.newest])
        kept = self._kept[bisect_left(self._kept, low) : bisect_left(self._kept, high)]
        found = self._fate(item, high - low, self._times[low], [one - low for one in kept], self._times[low:high])
        if item.fate in {Fate.BY_POLICY, Fate.EXPIRING} and found.first_loss is None:
            return _Held(found.points, found.oldest, found.left, found.oldest_left, None, self._first_end(low, high))
        return found

    def _fate(
        self, item: Concerned, points: int, oldest: datetime, kept: Sequence[int], times: Sequence[datetime]
    ) -> _Held:
        if item.fate is Fate.BY_POLICY and len(kept) < points:
            gone = next(number for number in range(points) if number >= len(kept) or kept[number] != number)
            left = times[kept[0]] if kept else None
            return _Held(points, oldest, len(kept), left, times[gone], self._now)
        if item.fate in {Fate.HELD, Fate.GONE}:
            lost_at = item.until if item.fate is Fate.HELD else self._now
            return _Held(points, oldest, 0, None, oldest, lost_at)
        return _Held(points, oldest, points, oldest, None, None)

    def _first_end(self, low: int, high: int) -> datetime | None:
        """When the first of them goes that would stay, or that no new one replaces. Not the newest."""
        ends = []
        for run in self._runs[low : high - 1]:
            until = run.kept_until
            if self._after is not None:
                rules = kept_by(self._after, run.wall_clock.date(), is_copied="snapshot" not in run.kept)
                sooner = max(rules.values(), default=until)
                if sooner >= until:
                    continue
                until = sooner
            ends.append(until)
        return datetime.combine(min(ends), time(), UTC) if ends else None


def weighed(items: Iterable[Concerned], now: datetime) -> dict[str, Any]:
    """The blast radius, as it is stored and shown: counts, and times in ISO 8601 or None.

    {items, vms, unknown_items, restorable_before: {vms, points, oldest}, restorable_after: {...}, oldest_before,
    oldest_after, lost_points, lost_from, first_loss_at, reversible_until, kept_days_before, kept_days_after,
    is_partial}. `points` is None where none is known. `restorable_after` is without what must be undeleted first.
    """
    items = list(items)
    held = _held(items, now)
    known = [one for one in held if one.points is not None]
    before, after = (_restorable(known, len(items) - len(known), now=is_now) for is_now in (False, True))
    untils = [item.until for item in items if item.fate is Fate.HELD and item.until is not None]
    losses = [one.first_loss for one in held if one.first_loss is not None]
    first_loss = min(losses, default=None)
    reversible = min(untils, default=None) or (first_loss if first_loss is not None and first_loss > now else None)
    lost = sum((one.points or 0) - (one.left or 0) for one in known)
    is_shrunk = any(item.fate is Fate.BY_POLICY for item in items)
    return {
        "items": len(items),
        "vms": len({item.vm for item in items}),
        "unknown_items": len(items) - len(known),
        "restorable_before": before,
        "restorable_after": after,
        "oldest_before": before["oldest"],
        "oldest_after": after["oldest"],
        "lost_points": lost if known or not items else None,
        "lost_from": _said(min((one.lost_from for one in known if one.lost_from), default=None)),
        "first_loss_at": _said(first_loss),
        "reversible_until": _said(reversible),
        "kept_days_before": _days(item.before for item in items) if is_shrunk else None,
        "kept_days_after": _days(item.after for item in items) if is_shrunk else None,
        "is_partial": len(known) < len(items) or any(item.is_adopted for item in items),
    }


def _held(items: Sequence[Concerned], now: datetime) -> list[_Held]:
    firsts: dict[tuple[PolicyDefinition | None, PolicyDefinition | None], date] = {}
    for item in items:
        pair = item.before, item.after
        firsts[pair] = min(item.since, firsts.get(pair, item.since))
    furthest = now.date() - timedelta(days=MAX_DAYS)
    points = {
        (before, after): _Points(before, after, max(first, furthest), now)
        for (before, after), first in firsts.items()
        if before is not None
    }
    found = []
    for item in items:
        if item.newest is None and item.before is not None:
            found.append(_Held(0, None, 0, None, None, None))
        elif item.before is None:
            is_lost = item.fate in {Fate.HELD, Fate.GONE}
            found.append(_Held(None, None, None, None, None, (item.until or now) if is_lost else None))
        else:
            found.append(points[item.before, item.after].of(item))
    return found


def _restorable(known: Sequence[_Held], unknown: int, *, now: bool) -> dict[str, Any]:
    pairs = [(one.left, one.oldest_left) if now else (one.points, one.oldest) for one in known]
    counts = [count for count, _ in pairs if count is not None]
    return {
        "vms": sum(count > 0 for count in counts) if counts or not unknown else None,
        "points": sum(counts) if counts or not unknown else None,
        "oldest": _said(min((oldest for _, oldest in pairs if oldest is not None), default=None)),
    }


def _days(definitions: Iterable[PolicyDefinition | None]) -> int | None:
    return max((longest_kept(one).days for one in set(definitions) if one is not None), default=None)


def _said(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat()
