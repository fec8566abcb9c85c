"""What a change means, field by field: what shrinks, what grows, and that two names of one zone are no change."""

from typing import Any

import pytest
from hypothesis import given, settings

from app.azure import values as v
from app.azure.names import iana_zone, windows_zone
from app.policies.changes import changes_between, changes_type
from app.policies.rules import is_same
from app.policies.schemas import DefinitionBody, PolicyCreate
from tests.policies.bodies import DAILY, HOURLY, WEEKLY, Body, changed
from tests.policies.random_policies import definitions


def definition(body: Body) -> v.PolicyDefinition:
    return PolicyCreate.model_validate(body).to_definition()


ROWS: dict[str, tuple[Body, Body, list[tuple[str, Any, Any, str]]]] = {
    "fewer days": (DAILY, changed(DAILY, retention__daily__count=14), [("#/retention/daily/count", 30, 14, "shrinks")]),
    "more weeks": (DAILY, changed(DAILY, retention__weekly__count=52), [("#/retention/weekly/count", 12, 52, "grows")]),
    "no yearly points": (
        DAILY,
        changed(DAILY, retention__yearly=None),
        [("#/retention/yearly", {"count": 7, "months": ["january"], "dates": [1]}, None, "shrinks")],
    ),
    "another day": (
        DAILY,
        changed(DAILY, retention__weekly__days=["monday"]),
        [("#/retention/weekly/days", ["sunday"], ["monday"], "changes")],
    ),
    "one day less": (
        WEEKLY,
        changed(WEEKLY, schedule__days=["sunday"], retention__weekly__days=["sunday"]),
        [
            ("#/schedule/days", ["saturday", "sunday"], ["sunday"], "shrinks"),
            ("#/retention/weekly/days", ["saturday", "sunday"], ["sunday"], "shrinks"),
        ],
    ),
    "fewer backups a day": (
        HOURLY,
        changed(HOURLY, schedule__every_hours=6),
        [("#/schedule/every_hours", 4, 6, "shrinks")],
    ),
    "another time": (DAILY, changed(DAILY, schedule__time="03:30"), [("#/schedule/time", "02:00", "03:30", "changes")]),
    "another zone": (
        DAILY,
        changed(DAILY, time_zone="UTC"),
        [("#/time_zone", "America/New_York", "UTC", "changes")],
    ),
    "enhanced": (DAILY, changed(DAILY, enhanced=True), [("#/enhanced", False, True, "changes")]),
    "longer snapshots": (
        HOURLY,
        changed(HOURLY, instant_restore_days=10),
        [("#/instant_restore_days", 7, 10, "grows")],
    ),
    "from nth weekday to date": (
        DAILY,
        changed(DAILY, retention__monthly={"count": 12, "dates": ["last"]}),
        [
            ("#/retention/monthly/weeks", ["first"], None, "changes"),
            ("#/retention/monthly/days", ["sunday"], None, "changes"),
            ("#/retention/monthly/dates", None, ["last"], "changes"),
        ],
    ),
}


@pytest.mark.parametrize(("before", "after", "expected"), ROWS.values(), ids=ROWS)
def test_a_change_says_its_field_and_its_effect(
    before: Body, after: Body, expected: list[tuple[str, Any, Any, str]]
) -> None:
    found = changes_between(definition(before), definition(after))
    assert [(one.pointer, one.before, one.after, one.effect) for one in found] == expected


def test_another_kind_of_schedule_says_which_way_it_goes() -> None:
    found = {one.pointer: one.effect for one in changes_between(definition(HOURLY), definition(DAILY))}
    assert found["#/schedule/frequency"] == "shrinks"
    found = {one.pointer: one.effect for one in changes_between(definition(WEEKLY), definition(DAILY))}
    assert found["#/schedule/frequency"] == "grows"


def test_azures_other_name_of_the_zone_and_another_order_of_days_are_no_change() -> None:
    before = definition(changed(DAILY, time_zone="America/Detroit", retention__weekly__days=["sunday", "monday"]))
    there = definition(
        changed(
            DAILY, time_zone=iana_zone(windows_zone("America/Detroit")), retention__weekly__days=["monday", "sunday"]
        )
    )
    assert before != there
    assert changes_between(before, there) == []
    assert is_same(there, before)


def test_the_type_of_a_policy_changes_in_either_direction_and_an_hourly_one_is_enhanced() -> None:
    standard, enhanced = definition(DAILY), definition(HOURLY)
    assert changes_type(enhanced, standard)
    assert changes_type(standard, enhanced)
    assert not changes_type(enhanced, definition(changed(DAILY, enhanced=True)))


@settings(max_examples=80, deadline=None)
@given(definitions(), definitions())
def test_there_is_a_change_exactly_where_the_definitions_differ(
    one: v.PolicyDefinition, other: v.PolicyDefinition
) -> None:
    assert changes_between(one, one) == []
    back = changes_between(other, one)
    assert {change.pointer for change in changes_between(one, other)} == {change.pointer for change in back}
    if DefinitionBody.of(one) == DefinitionBody.of(other):
        assert back == []


@settings(max_examples=80, deadline=None)
@given(definitions())
def test_what_is_shown_says_the_same_when_it_is_sent_back(one: v.PolicyDefinition) -> None:
    assert DefinitionBody.model_validate(DefinitionBody.of(one).model_dump(mode="json")).to_definition() == one
