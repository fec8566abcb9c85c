"""What a policy may not say: one row a mistake, with the field it points at and what its remedy speaks of."""

from typing import Any

import pytest

from tests.policies.bodies import DAILY, HOURLY, LEFT_OUT, WEEKLY, Body, changed, problem_of
from tests.policies.rule_rows import ROWS


@pytest.mark.parametrize(("body", "pointer", "remedy"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_what_cannot_be_is_refused_with_its_field_and_a_remedy(body: Body, pointer: str, remedy: str) -> None:
    problem = problem_of(body)
    assert problem is not None
    assert problem["status"] == 422
    assert problem["code"] in {"invalid_request", "policy_not_valid"}
    assert problem["pointer"] == pointer
    assert remedy in problem["remedy"]
    assert problem["detail"]


def test_the_table_has_at_least_sixty_rows_and_each_is_another_body() -> None:
    assert len({repr(row[1]) for row in ROWS}) == len(ROWS) >= 60


FINE: dict[str, Body] = {
    "daily": DAILY,
    "weekly": WEEKLY,
    "hourly": HOURLY,
    "the least there is": {
        "name": "abc",
        "time_zone": "UTC",
        "schedule": {"frequency": "daily", "time": "00:00"},
        "retention": {"daily": {"count": 7}},
    },
    "the most there is": changed(
        DAILY,
        retention__daily__count=9999,
        retention__weekly__count=5163,
        retention__monthly__count=1188,
        retention__yearly__count=99,
        enhanced=True,
        instant_restore_days=30,
    ),
    "enhanced and weekly": changed(WEEKLY, enhanced=True),
    "the whole day": changed(HOURLY, schedule__window_hours=24),
    "past midnight": changed(HOURLY, schedule__start="20:00", schedule__window_hours=12),
    "every date": changed(DAILY, retention__monthly={"count": 1, "dates": [*range(1, 29), "last"]}),
    "nothing said of snapshots": changed(DAILY, instant_restore_days=LEFT_OUT),
}


@pytest.mark.parametrize("body", FINE.values(), ids=FINE)
def test_what_can_be_is_accepted(body: Body) -> None:
    assert problem_of(body) is None


def test_every_mistake_is_told_at_once() -> None:
    problem = problem_of(changed(DAILY, time_zone="Nowhere", schedule__time="02:10", retention__daily__count=1))
    assert problem is not None
    assert [error["pointer"] for error in problem["errors"]] == [
        "#/time_zone",
        "#/schedule/time",
        "#/retention/daily/count",
    ]
    assert all(error["remedy"] and error["detail"] for error in problem["errors"])


@pytest.mark.parametrize("count", [10**6, 10**18, -(10**18)])
@pytest.mark.parametrize("path", ["retention__daily__count", "retention__yearly__count", "instant_restore_days"])
def test_no_number_is_too_large_to_be_refused(count: int, path: str) -> None:
    changes: dict[str, Any] = {path: count}
    assert problem_of(changed(DAILY, **changes)) is not None
