"""Times: one alert at the exact first miss across both nights on which clocks change; the digest of each morning."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from app.alerts.intake.loop import AlertLoop
from app.alerts.mail import digest
from app.alerts.mail.digest import last_morning, next_morning
from app.core.db.database import WORKER_ROLE, Database
from app.protection.health.loop import HealthLoop
from tests.alerts.alert_steps import Steps
from tests.clock import DatabaseClock
from tests.protection.health.test_loop import NIGHTS, TENANT, ZONES, Fleet

H = timedelta(hours=1)


async def _look(fleet: Fleet) -> None:
    """Two workers of each loop."""
    database = fleet.database
    for loops in ([HealthLoop(database), HealthLoop(database)], [AlertLoop(database), AlertLoop(database)]):
        while 0.0 in await asyncio.gather(*(loop.run_once() for loop in loops)):
            pass


async def _alerts(fleet: Fleet, item: int) -> list[tuple[datetime, bool, int]]:
    rows = await fleet.sql(
        "SELECT first_at, resolved_at IS NULL AS open, count FROM alerts WHERE key = :key AND kind = 'objective_missed'"
        " ORDER BY id",
        key=str(UUID(int=item)),
    )
    return [(row["first_at"], row["open"], row["count"]) for row in rows]


async def test_one_alert_at_the_exact_first_miss_and_one_recovery_on_each_night(database_url: str) -> None:
    with DatabaseClock(database_url, start=datetime(2026, 1, 1, tzinfo=UTC).timestamp()) as clock:
        database = Database(database_url, role=WORKER_ROLE)
        try:
            fleet = Fleet(database, clock)
            await fleet.begin("2026-03-06")
            for runs in NIGHTS:
                times = {
                    item: [datetime.fromisoformat(f"2026-{at}:00+00:00") for at in said.split()]
                    for item, said in zip((1, 2), runs, strict=True)
                }
                await _pass(fleet, times)
            await _look(fleet)  # publishes what the last one wrote
            rows = await fleet.sql("SELECT type, resource_id FROM events WHERE resource_kind = 'alert'")
            opened = [row for row in rows if row["type"].endswith("opened")]
            assert (len(opened), len(rows)) == (2 * len(NIGHTS), 4 * len(NIGHTS))
        finally:
            await database.aclose()


async def _pass(fleet: Fleet, times: dict[int, list[datetime]]) -> None:
    for item, (eve, _, _) in times.items():
        await fleet.to(eve + H)
        await fleet.back_up(item, eve + timedelta(seconds=4))
        await _look(fleet)
    before = {item: await _alerts(fleet, item) for item in times}
    for at, item in sorted((night + 12 * H, item) for item, (_, night, _) in times.items()):
        await fleet.to(at - timedelta(seconds=1))
        await _look(fleet)
        assert await _alerts(fleet, item) == before[item], "a second before it is no miss"
        await fleet.to(at)
        await _look(fleet)
        assert await _alerts(fleet, item) == [*before[item], (at, True, 1)]
        await fleet.to(at + timedelta(minutes=1))
        await _look(fleet)
        await _look(fleet)
    for item, (_, night, following) in times.items():
        await fleet.to(following + H)
        await fleet.back_up(item, following + timedelta(seconds=4))
        await _look(fleet)
        assert await _alerts(fleet, item) == [*before[item], (night + 12 * H, False, 1)]


@pytest.mark.parametrize("zone", [*ZONES, "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"])
def test_each_local_day_has_one_morning_also_when_clocks_change(zone: str) -> None:
    at, days = datetime(2026, 1, 1, tzinfo=UTC), []
    while at < datetime(2027, 1, 1, tzinfo=UTC):
        following = next_morning(at, ZoneInfo(zone))
        assert last_morning(following, ZoneInfo(zone)) == following > at
        assert last_morning(following - timedelta(seconds=1), ZoneInfo(zone)) < following
        local = following.astimezone(ZoneInfo(zone))
        assert local.hour == 7
        days.append(local.date())
        at = following
    assert days == [days[0] + timedelta(days=number) for number in range(len(days))]


async def test_a_digest_is_written_once_each_morning_by_any_number_of_workers(database_url: str) -> None:
    with DatabaseClock(database_url, start=datetime(2026, 3, 27, 12, tzinfo=UTC).timestamp()) as clock:
        database = Database(database_url, role=WORKER_ROLE)
        steps = Steps(database)
        try:
            await steps.begin()
            await steps.sql("UPDATE tenants SET time_zone = 'Europe/Berlin'")
            await steps.sql(
                "INSERT INTO alert_rules (tenant, kind, enabled, mail) VALUES (:t, 'job_failed', true, "
                '\'["a@example.com", "b@example.com"]\')',
                t=TENANT,
            )
            for _ in range(5 * 24):
                await asyncio.gather(_write(database), _write(database))
                clock.advance(3600)
            rows = await steps.sql("SELECT once FROM alert_mails WHERE recipient = 'a@example.com' ORDER BY id")
            assert [row["once"] for row in rows] == [f"digest:2026-03-{day}" for day in (27, 28, 29, 30, 31)]
            assert len(await steps.sql("SELECT 1 FROM alert_mails")) == 10
        finally:
            await database.aclose()


async def _write(database: Database) -> None:
    async with database.begin() as session:
        await digest.write_due(session, "UTC")
