"""Advice about a valid policy. Pure; nothing here refuses anything.

Every line has a stable code, the reason, and the field it is about. The thresholds are ours: what backup teams commonly
ask for, not a limit of Azure's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from app.azure.values import HourlySchedule, PolicyDefinition, WeeklySchedule
from app.policies.preview import minutes_of, months_later

DAILY_POINTS = 30
LONG_TERM_DAYS = 365
USEFUL_INSTANT_DAYS = 7
HOURLY_INSTANT_DAYS = {4: 17, 6: 22}
"""From public descriptions of Azure: the number of snapshots of a disk is limited, so frequent ones are kept for fewer
days."""
_DAYS_OF = {"daily": 1, "weekly": 7}
_MONTHS_OF = {"monthly": 1, "yearly": 12}
_LEAP_CYCLE = [date(year, month, 1) for year in range(2024, 2028) for month in range(1, 13)]


@dataclass(frozen=True, slots=True)
class Advice:
    code: str
    reason: str
    pointer: str


def advice_on(definition: PolicyDefinition) -> list[Advice]:
    """In the order of the fields; empty when there is nothing to say."""
    return [*_on_schedule(definition), *_on_retention(definition), *_on_instant_restore(definition)]


def longest_kept(definition: PolicyDefinition) -> timedelta:
    """How old the oldest point becomes at most."""
    layers = {name: getattr(definition.retention, name) for name in (*_DAYS_OF, *_MONTHS_OF)}
    return timedelta(days=max((_most_days(name, kept.count) for name, kept in layers.items() if kept), default=0))


@lru_cache(maxsize=256)
def _most_days(layer: str, count: int) -> int:
    """A month is up to 31 days, and twelve of them are a year: counted on the calendar."""
    if layer in _DAYS_OF:
        return count * _DAYS_OF[layer]
    return max((months_later(day, count * _MONTHS_OF[layer]) - day).days for day in _LEAP_CYCLE)


def _on_schedule(definition: PolicyDefinition) -> Iterator[Advice]:
    schedule = definition.schedule
    if isinstance(schedule, WeeklySchedule) and len(schedule.days) == 1:
        yield Advice(
            "weekly_backups_only",
            "Up to a week of work is lost when the VM is lost: there is one backup a week.",
            "#/schedule/frequency",
        )
    if not isinstance(schedule, HourlySchedule):
        return
    runs = len(minutes_of(schedule))
    if runs == 2:
        yield Advice(
            "hourly_without_need",
            "Two backups a day cost the snapshots of an hourly policy; a daily schedule, with a backup on demand where "
            "one is needed, costs less.",
            "#/schedule/every_hours",
        )
    yield Advice(
        "one_vault_copy_a_day",
        f"Of {runs} backups a day Azure copies the last one into the vault; the others are snapshots beside the VM's "
        f"disks and are gone after {definition.snapshot_days} days.",
        "#/schedule/every_hours",
    )


def _on_retention(definition: PolicyDefinition) -> Iterator[Advice]:
    retention = definition.retention
    if retention.daily is not None and retention.daily.count < DAILY_POINTS:
        yield Advice(
            "few_daily_points",
            f"Damage is often found weeks later. With {retention.daily.count} daily points, fewer than {DAILY_POINTS}, "
            "every point of that time may hold it already.",
            "#/retention/daily/count",
        )
    if retention.monthly is None:
        yield Advice(
            "no_monthly",
            "No point of a month is kept: what was deleted and missed later cannot be brought back.",
            "#/retention/monthly",
        )
    if retention.yearly is None and longest_kept(definition).days < LONG_TERM_DAYS:
        yield Advice(
            "nothing_for_a_year",
            f"No point becomes a year old (the oldest about {longest_kept(definition).days} days). Where records must "
            "be kept for years, add yearly points.",
            "#/retention/yearly",
        )
    yield from _shorter_than_daily(definition)


def _shorter_than_daily(definition: PolicyDefinition) -> Iterator[Advice]:
    daily = definition.retention.daily
    for name in ("weekly", "monthly", "yearly"):
        kept = getattr(definition.retention, name)
        if daily is not None and kept is not None and _most_days(name, kept.count) <= daily.count:
            yield Advice(
                "kept_longer_anyway",
                f"The {name} points go before the daily points of the same days ({daily.count} days), so the {name} "
                "rule keeps nothing.",
                f"#/retention/{name}/count",
            )


def _on_instant_restore(definition: PolicyDefinition) -> Iterator[Advice]:
    days, pointer, schedule = definition.snapshot_days, "#/instant_restore_days", definition.schedule
    daily = definition.retention.daily
    if daily is not None and days > daily.count:
        yield Advice(
            "instant_restore_outlives_points",
            f"Snapshots are kept for {days} days, but their points only for {daily.count}.",
            pointer,
        )
    elif days > USEFUL_INSTANT_DAYS:
        yield Advice(
            "instant_restore_long",
            f"Snapshots of {days} days cost storage beside the vault's. Restores from the vault need no snapshot; most "
            f"restores are of the last {USEFUL_INSTANT_DAYS} days.",
            pointer,
        )
    if isinstance(schedule, HourlySchedule) and days > HOURLY_INSTANT_DAYS.get(schedule.every_hours, days):
        yield Advice(
            "instant_restore_beyond_snapshots",
            f"With backups every {schedule.every_hours} hours Azure is said to keep snapshots for at most "
            f"{HOURLY_INSTANT_DAYS[schedule.every_hours]} days: it may refuse {days}.",
            pointer,
        )
