"""Items, vaults, policies and backups of a day, without a database."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from app.azure.values import DailyRetention, DailySchedule, HourlySchedule, PolicyDefinition, Retention, Schedule
from app.reports.day.calendar_day import Day, day_of
from app.reports.day.contents import Report, make_report
from app.reports.day.facts import Facts, ItemFacts, PolicyFacts, VaultFacts
from app.reports.day.outcomes import Backup
from app.reports.day.plans import Revision

EVER = datetime(2020, 1, 1, tzinfo=UTC)
DAILY = DailySchedule(time(2, 0))
HOURLY = HourlySchedule(every_hours=6, start=time(2, 0), window_hours=12)
BERLIN = "Europe/Berlin"
DAY = day_of(date(2026, 6, 15), BERLIN)
DUE = datetime(2026, 6, 15, 0, 0, tzinfo=UTC)
"""02:00 in Berlin."""
LATER = DAY.ends + timedelta(hours=13)
"""When the grace of every run of the day has ended."""


def definition(schedule: Schedule = DAILY, *, zone: str = BERLIN, days: int = 30) -> PolicyDefinition:
    return PolicyDefinition(zone, schedule, Retention(daily=DailyRetention(days)), None)


def policy(name: str = "nightly", *revisions: Revision) -> PolicyFacts:
    return PolicyFacts(name, "vault-1", name, revisions or (Revision(EVER, definition()),))


def vault(name: str = "vault-1", *, known_until: datetime | None = LATER) -> VaultFacts:
    return VaultFacts(name, name, f"/subscriptions/s/vaults/{name}", known_until, "on", "unlocked", EVER)


def item(name: str = "vm-1", **changes: Any) -> ItemFacts:
    vm = {"id": f"/vm/{name}", "name": name, "resource_group": "rg", "subscription_id": "s"}
    made = ItemFacts(name, vm, "vault-1", "nightly", "protected", EVER)  # type: ignore[arg-type]
    return replace(made, **changes)


def backup(at: datetime, state: str = "succeeded", **more: Any) -> Backup:
    return Backup(more.pop("id", f"job-{at:%d%H%M}"), at, state, **more)


def facts(
    items: Sequence[ItemFacts],
    backups: Mapping[str, Sequence[Backup]] | None = None,
    *,
    policies: Sequence[PolicyFacts] = (),
    vaults: Sequence[VaultFacts] = (),
) -> Facts:
    of_vaults = {one.id: one for one in vaults or (vault(),)}
    return Facts(items, of_vaults, {one.id: one for one in policies or (policy(),)}, backups or {})


def report(of: Facts, *, day: Day = DAY, now: datetime = LATER) -> Report:
    return make_report(day, now, of, None)


def outcome(of: Facts, *, day: Day = DAY, now: datetime = LATER) -> tuple[str | None, str | None]:
    """(outcome, reason) of the only item."""
    (only,) = report(of, day=day, now=now).items
    return only["outcome"], only["reason"]
