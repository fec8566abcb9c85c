"""What is said of a valid policy, each with its reason and its field; and what is not said of a good one."""

import pytest

from app.policies.advice import advice_on
from app.policies.schemas import PolicyCreate
from tests.policies.bodies import DAILY, HOURLY, LEFT_OUT, WEEKLY, Body, changed

GOOD = changed(DAILY, retention__yearly={"count": 7, "months": ["january"], "dates": [1]})

ROWS: dict[str, tuple[Body, str, str]] = {
    "few daily points": (changed(GOOD, retention__daily__count=29), "few_daily_points", "#/retention/daily/count"),
    "no monthly": (changed(GOOD, retention__monthly=None), "no_monthly", "#/retention/monthly"),
    "nothing kept for a year": (
        changed(GOOD, retention__yearly=None, retention__monthly__count=6),
        "nothing_for_a_year",
        "#/retention/yearly",
    ),
    "a rule that keeps nothing": (
        changed(GOOD, retention__weekly__count=4),
        "kept_longer_anyway",
        "#/retention/weekly/count",
    ),
    "long snapshots": (
        changed(GOOD, enhanced=True, instant_restore_days=14),
        "instant_restore_long",
        "#/instant_restore_days",
    ),
    "snapshots that outlive their points": (
        changed(GOOD, enhanced=True, instant_restore_days=14, retention__daily__count=7),
        "instant_restore_outlives_points",
        "#/instant_restore_days",
    ),
    "too many snapshots": (
        changed(HOURLY, instant_restore_days=18),
        "instant_restore_beyond_snapshots",
        "#/instant_restore_days",
    ),
    "one copy a day": (HOURLY, "one_vault_copy_a_day", "#/schedule/every_hours"),
    "two backups a day": (
        changed(HOURLY, schedule__every_hours=12),
        "hourly_without_need",
        "#/schedule/every_hours",
    ),
    "one backup a week": (
        changed(WEEKLY, schedule__days=["sunday"], retention__weekly__days=["sunday"]),
        "weekly_backups_only",
        "#/schedule/frequency",
    ),
}


def said_of(body: Body) -> list[tuple[str, str]]:
    return [(one.code, one.pointer) for one in advice_on(PolicyCreate.model_validate(body).to_definition())]


@pytest.mark.parametrize(("body", "code", "pointer"), ROWS.values(), ids=ROWS)
def test_advice_names_its_reason_and_its_field(body: Body, code: str, pointer: str) -> None:
    assert (code, pointer) in said_of(body)
    reasons = [one.reason for one in advice_on(PolicyCreate.model_validate(body).to_definition())]
    assert all(len(reason) > 30 and reason.endswith(".") for reason in reasons)


def test_nothing_is_said_of_a_good_policy() -> None:
    assert said_of(GOOD) == []
    assert said_of(changed(GOOD, instant_restore_days=LEFT_OUT)) == []


def test_thirty_daily_points_and_seven_days_of_snapshots_are_enough() -> None:
    assert "few_daily_points" not in dict(said_of(GOOD))
    assert "instant_restore_long" not in dict(said_of(changed(GOOD, enhanced=True, instant_restore_days=7)))


@pytest.mark.parametrize(("count", "is_short"), [(11, True), (12, False)])
def test_twelve_months_are_a_year_on_the_calendar(count: int, *, is_short: bool) -> None:
    policy = changed(GOOD, retention__yearly=None, retention__monthly__count=count)
    assert (
        "nothing_for_a_year" in {one.code for one in advice_on(PolicyCreate.model_validate(policy).to_definition())}
    ) is is_short


@pytest.mark.parametrize(("daily", "is_useless"), [(30, False), (31, True)])
def test_a_point_of_a_month_with_31_days_outlives_30_daily_points(daily: int, *, is_useless: bool) -> None:
    policy = changed(GOOD, retention__daily__count=daily, retention__monthly__count=1)
    told = [
        one.pointer
        for one in advice_on(PolicyCreate.model_validate(policy).to_definition())
        if one.code == "kept_longer_anyway"
    ]
    assert ("#/retention/monthly/count" in told) is is_useless
