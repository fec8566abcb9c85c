"""What is optional in Azure's policies is optional here; what is missing and what is too much are told apart."""

from collections.abc import Callable
from datetime import time
from typing import Any

import pytest

from app.azure import values as v
from app.azure.policy_translation import why_without_words
from app.azure.sdk.translate_policies import policy, policy_body

Change = Callable[[dict[str, Any]], Any]


@pytest.fixture
def properties(shape: Callable[[str], Any]) -> dict[str, Any]:
    """Azure's DefaultPolicy: daily at 18:30 UTC, 30 days, 2 days of instant restore."""
    found: dict[str, Any] = shape("policy-default")["properties"]
    return found


def weekly(p: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The schedule, made weekly."""
    schedule: dict[str, Any] = p["schedulePolicy"]
    schedule |= {"scheduleRunFrequency": "WEEKLY", "scheduleRunDays": ["sunday", "FRIDAY", "Sunday"]} | more
    return schedule


def kept(p: dict[str, Any]) -> dict[str, Any]:
    duration: dict[str, Any] = p["retentionPolicy"]["dailySchedule"]["retentionDuration"]
    return duration


OPTIONAL: dict[str, Change] = {
    "no time zone": lambda p: p.pop("timeZone"),
    "a time zone of null": lambda p: p.update(timeZone=None),
    "an empty time zone": lambda p: p.update(timeZone=""),
    "a time zone in another letter case": lambda p: p.update(timeZone="utc"),
    "an IANA time zone": lambda p: p.update(timeZone="Etc/UTC"),
    "no details of snapshots": lambda p: p.pop("instantRPDetails"),
    "details of null": lambda p: p.update(instantRPDetails={"azureBackupRGNamePrefix": None}),
    "days as text": lambda p: p.update(instantRpRetentionRangeInDays="2"),
    "a policy type in another letter case": lambda p: p.update(policyType="v1"),
    "words in another letter case": lambda p: p["schedulePolicy"].update(scheduleRunFrequency="daily"),
    "no type of schedule": lambda p: p["schedulePolicy"].pop("schedulePolicyType"),
    "no type of retention": lambda p: p["retentionPolicy"].pop("retentionPolicyType"),
    "no time of retention": lambda p: p["retentionPolicy"]["dailySchedule"].pop("retentionTimes"),
    "a count as text": lambda p: kept(p).update(count="30"),
    "a time without its date": lambda p: p["schedulePolicy"].update(scheduleRunTimes=["18:30"]),
    "a time with seven digits": lambda p: p["schedulePolicy"].update(scheduleRunTimes=["2020-01-01T18:30:00.0000000Z"]),
    "the same time twice": lambda p: p["schedulePolicy"]["scheduleRunTimes"].append("2021-05-05T18:30:00Z"),
    "layers of null": lambda p: p["retentionPolicy"].update(weeklySchedule=None, monthlySchedule=None),
    "no weeks left out": lambda p: p["schedulePolicy"].pop("scheduleWeeklyFrequency"),
    "no tiering in another case": lambda p: p.update(tieringPolicy={"ArchivedRP": {"tieringMode": "doNotTier"}}),
    "tiering of null": lambda p: p.update(tieringPolicy={"ArchivedRP": None}),
    "no instant access": lambda p: p.update(instantAccessSnapshotEnabled="false"),
    "a member never seen": lambda p: p.update(somethingNew={"a": 1}),
}


@pytest.mark.parametrize("change", OPTIONAL)
def test_what_azure_leaves_out_or_writes_otherwise_is_the_same_policy(change: str, properties: dict[str, Any]) -> None:
    OPTIONAL[change](properties)
    read = policy({"name": "p", "properties": properties})
    zone = "Etc/UTC" if change == "an IANA time zone" else "UTC"
    assert read.definition == v.PolicyDefinition(
        zone, v.DailySchedule(time(18, 30)), v.Retention(daily=v.DailyRetention(30)), 2
    )
    assert policy_body(read.definition)["properties"]["timeZone"] == "UTC"


@pytest.mark.parametrize("days", ["left out", None])
def test_days_of_instant_restore_that_azure_does_not_say_are_not_known(days: Any, properties: dict[str, Any]) -> None:
    if days is None:
        properties["instantRpRetentionRangeInDays"] = None
    else:
        properties.pop("instantRpRetentionRangeInDays")
    read = policy({"name": "p", "properties": properties}).definition
    assert read is not None
    assert (read.instant_restore_days, read.snapshot_days) == (None, 2)
    assert "instantRpRetentionRangeInDays" not in policy_body(read)["properties"]


def test_days_of_a_week_are_read_in_any_letter_case_and_once(properties: dict[str, Any]) -> None:
    weekly(properties)
    read = policy({"name": "p", "properties": properties}).definition
    assert read is not None
    assert read.schedule == v.WeeklySchedule(time(18, 30), ("sunday", "friday"))


MISSING: dict[str, tuple[Change, str]] = {
    "no days of a weekly schedule": (lambda p: weekly(p).pop("scheduleRunDays"), "scheduleRunDays"),
    "empty days of a weekly schedule": (lambda p: weekly(p, scheduleRunDays=[]), "scheduleRunDays"),
    "no run time": (lambda p: p["schedulePolicy"].pop("scheduleRunTimes"), "scheduleRunTimes"),
    "a run time of null": (lambda p: p["schedulePolicy"].update(scheduleRunTimes=None), "scheduleRunTimes"),
    "no frequency": (lambda p: p["schedulePolicy"].pop("scheduleRunFrequency"), "scheduleRunFrequency"),
    "no schedule": (lambda p: p.pop("schedulePolicy"), "schedulePolicy"),
    "no retention": (lambda p: p.pop("retentionPolicy"), "retentionPolicy"),
    "no count": (lambda p: kept(p).pop("count"), "count"),
    "no unit": (lambda p: kept(p).pop("durationType"), "durationType"),
    "no day of a weekly rule": (
        lambda p: p["retentionPolicy"].update(
            weeklySchedule={"retentionDuration": {"count": 3, "durationType": "Weeks"}}
        ),
        "daysOfTheWeek",
    ),
    "no month of a yearly rule": (
        lambda p: p["retentionPolicy"].update(
            yearlySchedule={
                "retentionDuration": {"count": 3, "durationType": "Years"},
                "retentionScheduleDaily": {"daysOfTheMonth": [{"date": 1, "isLast": False}]},
            }
        ),
        "monthsOfYear",
    ),
}


@pytest.mark.parametrize("case", MISSING)
def test_what_is_missing_is_named_as_missing(case: str, properties: dict[str, Any]) -> None:
    change, member = MISSING[case]
    change(properties)
    assert policy({"name": "p", "properties": properties}).definition is None
    assert why_without_words(properties) == (
        f"Azure's policy does not say {member}, so what it does is not known here."
    )


BEYOND: dict[str, tuple[Change, str]] = {
    "tiering": (lambda p: p.update(tieringPolicy={"ArchivedRP": {"tieringMode": "TierRecommended"}}), "tiering"),
    "two runs": (lambda p: p["schedulePolicy"]["scheduleRunTimes"].append("2020-01-01T06:00:00Z"), "2 times a day"),
    "every other week": (lambda p: weekly(p, scheduleWeeklyFrequency=2), "leaves weeks out"),
    "a zone on the moon": (lambda p: p.update(timeZone="Lunar Standard Time"), "'Lunar Standard Time'"),
    "another workload": (lambda p: p.update(backupManagementType="AzureStorage"), "another workload"),
    "nonsense": (lambda p: p.update(schedulePolicy="never"), "never seen"),
    "half a day": (lambda p: p.update(instantRpRetentionRangeInDays=2.5), "2.5 for a number"),
    "a yes for a number": (lambda p: p.update(instantRpRetentionRangeInDays=True), "True for a number"),
}


@pytest.mark.parametrize("case", BEYOND)
def test_what_is_too_much_is_named_as_too_much(case: str, properties: dict[str, Any]) -> None:
    change, words = BEYOND[case]
    change(properties)
    assert policy({"name": "p", "properties": properties}).definition is None
    said = why_without_words(properties)
    assert said.startswith("It has ")
    assert words in said
    assert said.endswith("a write would lose that.")
