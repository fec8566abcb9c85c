"""Policies: the three a vault is born with, PUT in its two forms, and what is refused."""

from typing import Any

import pytest

from tests.simulator.policy_bodies import PATH, PRODUCTION, production
from tests.simulator.story import DEFAULT_POLICY, VAULT, Story


async def test_a_new_vault_has_three_policies_and_a_filter_by_type(story: Story) -> None:
    await story.make_vault()
    names = [policy["name"] for policy in (await story.get(f"{VAULT}/backupPolicies"))["value"]]
    assert names == ["HourlyLogBackup", "DefaultPolicy", "EnhancedPolicy"]
    mine = await story.get(f"{VAULT}/backupPolicies/", filter="backupManagementType eq 'AzureIaasVM'")
    assert [policy["name"] for policy in mine["value"]] == ["DefaultPolicy", "EnhancedPolicy"]


async def test_a_new_policy_is_answered_at_once_and_its_times_are_never_converted(story: Story) -> None:
    await story.make_vault()
    answer = await story.send("PUT", PATH, production())
    assert answer.status_code == 200
    assert answer.json()["properties"] == PRODUCTION | {"protectedItemsCount": 0}
    assert (await story.get(PATH)) == answer.json()


async def test_older_versions_normalise_the_decimals_of_times(story: Story) -> None:
    await story.make_vault()
    answer = await story.send("PUT", PATH, production(), api="2019-06-15")
    assert answer.json()["properties"]["schedulePolicy"]["scheduleRunTimes"] == ["2026-11-22T02:00:00Z"]


async def test_a_policy_in_use_is_changed_asynchronously_with_a_job_per_item(story: Story) -> None:
    await story.make_vault()
    await story.protect()
    assert (await story.get(DEFAULT_POLICY))["properties"]["protectedItemsCount"] == 1
    answer = await story.send("PUT", DEFAULT_POLICY, production())
    assert (answer.status_code, answer.content) == (202, b"")
    await story.advance(15)
    status = (await story.send("GET", answer.headers["Azure-AsyncOperation"], api=None)).json()
    assert status["properties"]["objectType"] == "OperationStatusJobsExtendedInfo"
    job = await story.get(f"{VAULT}/backupJobs/{status['properties']['jobIds'][0]}")
    assert job["properties"]["status"] == "Completed"
    assert (await story.send("GET", answer.headers["Location"], api=None)).status_code == 204


async def test_a_policy_is_deleted_unless_items_use_it(story: Story) -> None:
    await story.make_vault()
    await story.send("PUT", PATH, production())
    gone = await story.send("DELETE", PATH)
    assert (gone.status_code, gone.content) == (200, b"")
    assert (await story.send("GET", PATH)).status_code == 404
    assert (await story.send("DELETE", PATH)).status_code == 204
    await story.protect()
    assert (await story.send("DELETE", DEFAULT_POLICY)).status_code == 400


def broken(path: str, value: Any) -> dict[str, Any]:
    """PRODUCTION with one thing wrong; None takes it away."""
    body = production()
    place: Any = body["properties"]
    *way, last = path.split(".")
    for step in way:
        place = place[step]
    place[last] = value
    return body


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("backupManagementType", "AzureSql"),
        ("timeZone", "America/New_York"),
        ("instantRpRetentionRangeInDays", 6),
        ("schedulePolicy", None),
        ("schedulePolicy.scheduleRunFrequency", "Hourly"),
        ("schedulePolicy.scheduleRunTimes", []),
        ("schedulePolicy.scheduleRunFrequency", "Weekly"),
        ("retentionPolicy.dailySchedule", None),
        ("retentionPolicy.dailySchedule.retentionDuration.count", 0),
        ("retentionPolicy.weeklySchedule.retentionDuration.durationType", "Days"),
        ("retentionPolicy.weeklySchedule.daysOfTheWeek", []),
        ("retentionPolicy.monthlySchedule.retentionScheduleWeekly", None),
    ],
)
async def test_a_policy_azure_would_not_take_is_refused_and_not_kept(story: Story, path: str, value: Any) -> None:
    await story.make_vault()
    answer = await story.send("PUT", PATH, broken(path, value))
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "BMSUserErrorInvalidPolicyInput")
    assert (await story.send("GET", PATH)).status_code == 404
