"""Policies: our words to Azure's JSON and back, and the times that are never converted (docs/azure.md, Policies)."""

import json
from collections.abc import Callable
from datetime import time
from typing import Any, get_args

import pytest
from azure.mgmt.recoveryservicesbackup import models
from hypothesis import given
from hypothesis import strategies as st

from app.azure import values as v
from app.azure.names import same_time_zone
from app.azure.sdk.translate_policies import is_vm_policy, policy, policy_body

times = st.builds(time, st.integers(0, 23), st.sampled_from([0, 30]))
counts = st.integers(1, 9999)


def some(words: Any) -> st.SearchStrategy[Any]:
    return st.lists(st.sampled_from(get_args(words)), min_size=1, unique=True).map(tuple)


dates = st.lists(st.integers(1, 28) | st.just("last"), min_size=1, unique=True).map(tuple)
forms = st.fixed_dictionaries({"weeks": some(v.WeekOfMonth), "days": some(v.Weekday)}) | st.fixed_dictionaries(
    {"dates": dates}
)
schedules = (
    st.builds(v.DailySchedule, times)
    | st.builds(v.WeeklySchedule, times, some(v.Weekday))
    | st.builds(v.HourlySchedule, st.sampled_from([4, 6, 8, 12]), times, st.integers(4, 24))
)
retentions = st.builds(
    v.Retention,
    daily=st.none() | st.builds(v.DailyRetention, counts),
    weekly=st.none() | st.builds(v.WeeklyRetention, counts, some(v.Weekday)),
    monthly=st.none() | st.builds(lambda n, form: v.MonthlyRetention(n, **form), counts, forms),
    yearly=st.none() | st.builds(lambda n, m, form: v.YearlyRetention(n, m, **form), counts, some(v.Month), forms),
)
zones = st.sampled_from(["UTC", "America/New_York", "Europe/Berlin", "Asia/Calcutta", "Australia/Sydney"])
definitions = st.builds(v.PolicyDefinition, zones, schedules, retentions, st.integers(1, 30), st.booleans())


@given(definitions)
def test_what_we_write_is_what_we_read(definition: v.PolicyDefinition) -> None:
    body = json.loads(json.dumps(policy_body(definition)))
    assert policy({"name": "p", **body}).definition == definition


@given(definitions)
def test_the_sdk_knows_every_field_we_write(definition: v.PolicyDefinition) -> None:
    def known(model: Any, body: Any, path: str) -> None:
        for key, value in body.items():
            fields = {field._rest_name: name for name, field in model._attr_to_rest_field.items()}
            assert key in fields, f"{path}/{key}"
            inner = getattr(model, fields[key])
            assert inner is not None or value is None, f"{path}/{key}"
            for one, raw in zip(inner, value, strict=True) if isinstance(value, list) else [(inner, value)]:
                if isinstance(raw, dict) and hasattr(one, "_attr_to_rest_field"):
                    known(one, raw, f"{path}/{key}")

    resource = models.ProtectionPolicyResource(policy_body(definition))
    assert isinstance(resource.properties, models.AzureIaaSVMProtectionPolicy)
    known(resource, policy_body(definition), "")


def test_the_contracts_story_is_written_as_azure_writes_it() -> None:
    definition = v.PolicyDefinition(
        "America/New_York",
        v.DailySchedule(time(2)),
        v.Retention(
            v.DailyRetention(30), v.WeeklyRetention(12, ("sunday",)), v.MonthlyRetention(12, ("first",), ("sunday",))
        ),
        2,
    )
    at = ["2020-01-01T02:00:00Z"]
    assert policy_body(definition) == {
        "properties": {
            "backupManagementType": "AzureIaasVM",
            "timeZone": "Eastern Standard Time",
            "instantRpRetentionRangeInDays": 2,
            "instantRPDetails": {},
            "schedulePolicy": {
                "schedulePolicyType": "SimpleSchedulePolicy",
                "scheduleRunFrequency": "Daily",
                "scheduleRunTimes": at,
                "scheduleWeeklyFrequency": 0,
            },
            "retentionPolicy": {
                "retentionPolicyType": "LongTermRetentionPolicy",
                "dailySchedule": {
                    "retentionTimes": at,
                    "retentionDuration": {"count": 30, "durationType": "Days"},
                },
                "weeklySchedule": {
                    "daysOfTheWeek": ["Sunday"],
                    "retentionTimes": at,
                    "retentionDuration": {"count": 12, "durationType": "Weeks"},
                },
                "monthlySchedule": {
                    "retentionScheduleFormatType": "Weekly",
                    "retentionScheduleWeekly": {"daysOfTheWeek": ["Sunday"], "weeksOfTheMonth": ["First"]},
                    "retentionTimes": at,
                    "retentionDuration": {"count": 12, "durationType": "Months"},
                },
            },
        }
    }


@pytest.mark.parametrize("written", ["2026-09-09T02:30:00Z", "2026-09-09T02:30:00.000Z", "2026-09-09T02:30:00+00:00"])
def test_a_time_is_the_wall_clocks_whatever_offset_stands_behind_it(written: str, shape: Callable[[str], Any]) -> None:
    body = shape("policy-default")
    body["properties"]["timeZone"] = "Eastern Standard Time"
    body["properties"]["schedulePolicy"]["scheduleRunTimes"] = [written]
    body["properties"]["retentionPolicy"]["dailySchedule"]["retentionTimes"] = [written]
    definition = policy(body).definition
    assert definition is not None
    assert definition.schedule == v.DailySchedule(time(2, 30))
    assert same_time_zone(definition.time_zone, "America/New_York")


def test_azures_own_policies_are_read(shape: Callable[[str], Any]) -> None:
    default, enhanced = policy(shape("policy-default")), policy(shape("policy-enhanced"))
    assert default.name == "DefaultPolicy"
    assert default.definition == v.PolicyDefinition(
        "UTC", v.DailySchedule(time(18, 30)), v.Retention(daily=v.DailyRetention(30)), 2
    )
    assert enhanced.definition == v.PolicyDefinition(
        "UTC", v.HourlySchedule(4, time(8), 12), v.Retention(daily=v.DailyRetention(30)), 2
    )
    assert enhanced.raw["policyType"] == "V2"


CHANGES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "a snapshot resource group of its own": lambda p: p.update(instantRPDetails={"azureBackupRGNamePrefix": "snap"}),
    "tiering": lambda p: p.update(tieringPolicy={"ArchivedRP": {"tieringMode": "TierAfter", "duration": 3}}),
    "crash consistency": lambda p: p.update(snapshotConsistencyType="OnlyCrashConsistent"),
    "two runs a day": lambda p: p["schedulePolicy"]["scheduleRunTimes"].append("2020-01-01T06:00:00Z"),
    "a retention time of its own": lambda p: p["retentionPolicy"]["dailySchedule"].update(
        retentionTimes=["2020-01-01T03:00:00Z"]
    ),
    "days counted in weeks": lambda p: p["retentionPolicy"]["dailySchedule"]["retentionDuration"].update(
        durationType="Weeks"
    ),
    "a time with seconds": lambda p: p["schedulePolicy"].update(scheduleRunTimes=["2020-01-01T18:30:15Z"]),
    "an unknown frequency": lambda p: p["schedulePolicy"].update(scheduleRunFrequency="Fortnightly"),
    "an enhanced policy with a standard schedule": lambda p: p.update(policyType="V2"),
    "a standard policy with an enhanced schedule": lambda p: p["schedulePolicy"].update(
        schedulePolicyType="SimpleSchedulePolicyV2"
    ),
    "a third type of policy": lambda p: p.update(policyType="V3"),
    "a monthly rule of neither form": lambda p: p["retentionPolicy"].update(
        monthlySchedule={
            "retentionScheduleFormatType": "Invalid",
            "retentionTimes": ["2026-09-09T18:30:00Z"],
            "retentionDuration": {"count": 3, "durationType": "Months"},
        }
    ),
    "instant access to snapshots": lambda p: p.update(instantAccessSnapshotEnabled=True),
    "an unknown time zone": lambda p: p.update(timeZone="Lunar Standard Time"),
    "another kind of retention": lambda p: p["retentionPolicy"].update(retentionPolicyType="SimpleRetentionPolicy"),
    "no retention": lambda p: p.pop("retentionPolicy"),
    "nonsense": lambda p: p.update(schedulePolicy="never"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_we_have_no_words_for_is_shown_and_never_written(change: str, shape: Callable[[str], Any]) -> None:
    body = shape("policy-default")
    CHANGES[change](body["properties"])
    read = policy(body)
    assert read.definition is None
    assert read.raw == body["properties"]


@pytest.mark.parametrize("schedule", [v.DailySchedule(time(2)), v.WeeklySchedule(time(2, 30), ("sunday", "friday"))])
def test_an_enhanced_policy_has_a_part_named_after_its_frequency(schedule: v.Schedule) -> None:
    definition = v.PolicyDefinition("UTC", schedule, v.Retention(daily=v.DailyRetention(30)), 7, enhanced=True)
    properties = policy_body(definition)["properties"]
    frequency = "Daily" if isinstance(schedule, v.DailySchedule) else "Weekly"
    assert (properties["policyType"], properties["schedulePolicy"]["scheduleRunFrequency"]) == ("V2", frequency)
    assert properties["schedulePolicy"]["schedulePolicyType"] == "SimpleSchedulePolicyV2"
    assert properties["schedulePolicy"][f"{frequency.lower()}Schedule"]["scheduleRunTimes"] == [
        f"2020-01-01T{schedule.at:%H:%M}:00Z"  # type: ignore[union-attr]
    ]
    assert policy({"name": "p", "properties": properties}).definition == definition


def test_an_hourly_policy_is_enhanced_whether_it_says_so_or_not() -> None:
    hourly = v.HourlySchedule(4, time(8), 12)
    kept = v.Retention(daily=v.DailyRetention(30))
    assert v.PolicyDefinition("UTC", hourly, kept, 2) == v.PolicyDefinition("UTC", hourly, kept, 2, enhanced=True)


def test_a_tiering_rule_that_tiers_nothing_is_no_obstacle(shape: Callable[[str], Any]) -> None:
    body = shape("policy-default")
    body["properties"]["tieringPolicy"] = {"ArchivedRP": {"tieringMode": "DoNotTier", "duration": 0}}
    assert policy(body).definition is not None


def test_policies_of_other_workloads_are_told_apart(shape: Callable[[str], Any]) -> None:
    assert is_vm_policy(shape("policy-default"))
    assert not is_vm_policy({"name": "HourlyLogBackup", "properties": {"backupManagementType": "AzureWorkload"}})
