"""Policies that run: when, in whose time zone, what they leave, for how long; a year of many machines in seconds."""

import copy
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app.simulator.progress import instant_of, stamp
from app.simulator.schedules import kept_until, runs
from tests.simulator.policy_bodies import PATH, PRODUCTION, production
from tests.simulator.story import DEFAULT_POLICY, VAULT, Story, item_path, vm_id

DAY = 86_400


def at(text: str) -> int:
    return instant_of(datetime.fromisoformat(text).replace(tzinfo=UTC))


def begun(policy: Any, since: str, until: str) -> list[str]:
    return [stamp(run) for run, _ in runs(policy, at(since), at(until))]


def changed(**parts: Any) -> dict[str, Any]:
    policy = copy.deepcopy(PRODUCTION)
    for name, part in parts.items():
        policy[name] = part
    return policy


def test_a_daily_policy_stays_at_its_hour_when_the_clocks_change() -> None:
    found = begun(PRODUCTION, "2026-10-30T12:00", "2026-11-02T12:00")  # US clocks go back on 1 November
    assert found == ["2026-10-31T06:00:00Z", "2026-11-01T07:00:00Z", "2026-11-02T07:00:00Z"]


def test_a_weekly_policy_runs_on_its_days() -> None:
    schedule = PRODUCTION["schedulePolicy"] | {"scheduleRunFrequency": "Weekly", "scheduleRunDays": ["Monday"]}
    policy = changed(timeZone="UTC", schedulePolicy=schedule)
    assert begun(policy, "2026-11-22T00:00", "2026-12-01T00:00") == ["2026-11-23T02:00:00Z", "2026-11-30T02:00:00Z"]


def test_an_hourly_policy_runs_in_its_window() -> None:
    hourly = {"interval": 4, "scheduleWindowStartTime": "2026-09-09T08:00:00Z", "scheduleWindowDuration": 12}
    schedule = {
        "schedulePolicyType": "SimpleSchedulePolicyV2",
        "scheduleRunFrequency": "Hourly",
        "hourlySchedule": hourly,
    }
    policy = changed(timeZone="UTC", schedulePolicy=schedule)
    hours = [text[11:13] for text in begun(policy, "2026-11-22T00:00", "2026-11-23T00:00")]
    assert hours == ["08", "12", "16", "20"]


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        ("2026-11-24T07:00", "2026-12-24T07:00"),  # a Tuesday: 30 days
        ("2026-11-22T07:00", "2027-02-14T07:00"),  # a Sunday: 12 weeks
        ("2026-12-06T07:00", "2027-12-06T07:00"),  # the first Sunday: 12 months
    ],
)
def test_a_run_is_kept_by_the_longest_layer_that_takes_it(run: str, expected: str) -> None:
    assert stamp(kept_until(PRODUCTION, at(run))) == stamp(at(expected))


@pytest.mark.parametrize(("run", "years"), [("2026-01-31T02:00", 10), ("2026-03-31T02:00", 0), ("2026-01-30T02:00", 0)])
def test_a_yearly_layer_takes_its_months_and_the_last_day(run: str, years: int) -> None:
    yearly = {
        "retentionScheduleFormatType": "Daily",
        "monthsOfYear": ["January"],
        "retentionScheduleDaily": {"daysOfTheMonth": [{"date": 0, "isLast": True}]},
        "retentionTimes": ["2026-11-22T02:00:00Z"],
        "retentionDuration": {"count": 10, "durationType": "Years"},
    }
    daily = {"dailySchedule": PRODUCTION["retentionPolicy"]["dailySchedule"]}
    policy = changed(timeZone="UTC", retentionPolicy=daily | {"yearlySchedule": yearly})
    assert (int(stamp(kept_until(policy, at(run)))[:4]) - 2026) == years


async def test_three_days_of_a_daily_policy_leave_three_jobs_and_points_nobody_asked_for(story: Story) -> None:
    await story.make_vault()
    item = await story.protect()
    await story.advance(3 * DAY, run_policies=True)
    jobs = (await story.get(f"{VAULT}/backupJobs", filter="operation eq 'Backup'"))["value"]
    assert len(jobs) == 3
    starts = [job["properties"]["startTime"] for job in jobs]
    assert starts == sorted(starts, reverse=True)
    assert {start[11:14] for start in starts} == {"21:"}
    for job in jobs:
        assert uuid.UUID(job["properties"]["activityId"]).version == 4
        assert job["properties"]["isUserTriggered"] is False
    old = (await story.get(f"{VAULT}/backupJobs", api="2026-08-01"))["value"]
    assert "isUserTriggered" not in old[0]["properties"]
    assert (await story.newest_job())["properties"]["extendedInfo"]["propertyBag"]["Backup Size"]
    assert len((await story.get(f"{item}/recoveryPoints"))["value"]) == 3
    shown = (await story.get(item))["properties"]
    assert (shown["protectionState"], shown["lastBackupTime"]) == ("Protected", starts[0])
    everything = (await story.get(f"{VAULT}/backupJobs"))["value"]
    assert everything[-1]["properties"]["isUserTriggered"] is True  # the enabling


async def test_an_advance_of_a_day_runs_policies_unless_told_and_a_shorter_one_does_not(story: Story) -> None:
    await story.make_vault()
    item = await story.protect()

    async def points() -> int:
        return len((await story.get(f"{item}/recoveryPoints"))["value"])

    await story.control("advance", seconds=DAY - 1)
    assert await points() == 0
    await story.control("advance", seconds=DAY, run_policies=False)
    assert await points() == 0
    await story.control("advance", seconds=DAY)
    assert await points() == 1
    await story.control("advance", seconds=DAY - 1, run_policies=True)
    assert await points() >= 1


async def test_stopped_items_do_not_run_and_keep_their_points_resumed_ones_run_again(story: Story) -> None:
    await story.make_vault()
    item = await story.protect()
    await story.advance(2 * DAY, run_policies=True)
    await story.put_item("vm-web-01", policyId="", protectionState="ProtectionStopped")
    await story.advance(60 * DAY, run_policies=True)
    assert len((await story.get(f"{item}/recoveryPoints"))["value"]) == 2
    await story.put_item("vm-web-01", policyId=DEFAULT_POLICY)
    await story.advance(DAY, run_policies=True)
    points = (await story.get(f"{item}/recoveryPoints"))["value"]
    assert len(points) == 1  # the two old ones are past their 30 days


async def test_a_changed_policy_changes_how_long_its_points_live(story: Story) -> None:
    await story.make_vault()
    item = await story.protect()
    await story.advance(10 * DAY, run_policies=True)
    await story.back_up(item)
    await story.advance(4500)
    shorter = {"properties": (await story.get(DEFAULT_POLICY))["properties"]}
    shorter["properties"]["retentionPolicy"]["dailySchedule"]["retentionDuration"]["count"] = 7
    assert (await story.send("PUT", DEFAULT_POLICY, shorter)).status_code == 202
    assert len((await story.get(f"{item}/recoveryPoints"))["value"]) == 11
    await story.advance(15)
    assert len((await story.get(f"{item}/recoveryPoints"))["value"]) == 8  # seven, and the one asked for


async def test_a_policy_whose_jobs_all_fail_stays_as_it_was(story: Story) -> None:
    await story.make_vault()
    await story.protect("vm-web-01")
    await story.protect("vm-db-01")
    before = await story.get(DEFAULT_POLICY)
    await story.control(
        "faults", match={"method": "PUT", "path": "/backupPolicies/"}, effect="fail_job", code="Bad", message="No."
    )
    answer = await story.send("PUT", DEFAULT_POLICY, production())
    await story.advance(15)
    status = (await story.send("GET", answer.headers["Azure-AsyncOperation"], api=None)).json()
    assert (status["status"], status["error"]) == ("Failed", {"code": "Bad", "message": "No."})
    assert len(status["properties"]["jobIds"]) == len(status["properties"]["failedJobsError"]) == 2
    assert await story.get(DEFAULT_POLICY) == before
    answer = await story.send("PUT", DEFAULT_POLICY, production())
    await story.advance(15)
    status = (await story.send("GET", answer.headers["Azure-AsyncOperation"], api=None)).json()
    assert (status["status"], status["properties"]["failedJobsError"]) == ("Succeeded", {})
    assert (await story.get(DEFAULT_POLICY))["properties"]["timeZone"] == "Eastern Standard Time"


async def test_a_backup_of_a_machine_that_was_deleted_fails_and_its_points_stay(story: Story) -> None:
    await story.make_vault()
    item, point = await story.with_recovery_point()
    await story.control("remove", ids=[vm_id("vm-web-01")])
    await story.advance(DAY, run_policies=True)
    failed = (await story.get(f"{VAULT}/backupJobs", filter="status eq 'Failed'"))["value"]
    assert failed[0]["properties"]["errorDetails"][0]["errorTitle"] == "UserErrorVmNotFoundV2"
    shown = (await story.get(item, api="2024-04-01"))["properties"]
    assert (shown["lastBackupStatus"], shown["protectionStatus"]) == ("Failed", "Unhealthy")
    kpi = shown["kpisHealths"]["BackupOperationStatusKPI"]
    assert kpi["resourceHealthDetails"][0]["title"] == "UserErrorVmNotFoundV2"
    assert (await story.restore(item, point)).status_code == 202


async def test_planted_health_shows_on_the_item_and_fails_its_backups_until_cleared(story: Story) -> None:
    await story.make_vault()
    item = await story.protect()
    await story.control("seed", health=[{"vm_id": vm_id("vm-web-01"), "title": "DiffCopyFailedToTransferData"}])
    shown = (await story.get(item))["properties"]
    assert (shown["protectionState"], shown["healthStatus"]) == ("ProtectionError", "ActionRequired")
    assert shown["healthDetails"][0]["code"] == 400052
    await story.back_up(item)
    await story.advance(4500)
    job = (await story.newest_job())["properties"]
    assert (job["status"], job["errorDetails"][0]["errorTitle"]) == ("Failed", "DiffCopyFailedToTransferData")
    await story.control("seed", health=[{"vm_id": vm_id("vm-web-01"), "clear": True}])
    shown = (await story.get(item))["properties"]
    assert (shown["protectionState"], shown["healthStatus"]) == ("IRPending", "Passed")


def kept(day: date, age: int) -> bool:
    """The production policy in one line, for a day whose run is `age` days old."""
    sunday = day.weekday() == 6
    return age < 30 or (sunday and age < 84) or (sunday and day.day <= 7)


async def test_a_year_of_three_hundred_machines_keeps_what_retention_keeps(story: Story) -> None:
    await story.make_vault()
    await story.send("PUT", PATH, production())
    await story.control(
        "seed", protected=[{"vault_id": VAULT, "count": 300, "policy": "production", "recovery_points": 0}]
    )
    await story.advance(365 * DAY, run_policies=True)
    item = item_path("vm-7")
    points = (await story.get(f"{item}/recoveryPoints"))["value"]
    today = datetime.fromisoformat(points[0]["properties"]["recoveryPointTime"]).date()
    assert len(points) == sum(kept(today - timedelta(days=age), age) for age in range(365))
    jobs = await story.get(f"{VAULT}/backupJobs", filter="operation eq 'Backup'")
    assert len(jobs["value"]) == 5000
    assert "nextLink" in jobs
