"""The blast radius: counted by hand, from policies and the newest points."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from app.azure.values import (
    DailyRetention,
    DailySchedule,
    PolicyDefinition,
    Retention,
    WeeklyRetention,
    WeeklySchedule,
)
from app.estate.tamper.radius import Concerned, Fate, kind_of, weighed

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
"""A Tuesday."""
LAST = datetime(2026, 3, 31, 2, 10, tzinfo=UTC)


def daily(count: int, *, weeks: int = 0) -> PolicyDefinition:
    weekly = WeeklyRetention(weeks, ("sunday",)) if weeks else None
    return PolicyDefinition("Etc/UTC", DailySchedule(time(2)), Retention(DailyRetention(count), weekly), 2)


def item(vm: str = "one", **changes: Any) -> Concerned:
    usual: dict[str, Any] = {"since": date(2025, 1, 1), "newest": LAST, "before": daily(30), "fate": Fate.BY_POLICY}
    return Concerned(vm, **(usual | changes))


def test_a_shorter_retention_loses_the_older_points_at_once() -> None:
    found = weighed([item(after=daily(7))], NOW)
    assert found["restorable_before"] == {"vms": 1, "points": 30, "oldest": "2026-03-02T02:00:00+00:00"}
    assert found["restorable_after"] == {"vms": 1, "points": 7, "oldest": "2026-03-25T02:00:00+00:00"}
    assert (found["lost_points"], found["lost_from"]) == (23, "2026-03-02T02:00:00+00:00")
    assert (found["first_loss_at"], found["reversible_until"]) == (NOW.isoformat(), None)
    assert (found["kept_days_before"], found["kept_days_after"], found["is_partial"]) == (30, 7, False)


def test_points_in_the_middle_may_go_and_the_oldest_stay() -> None:
    found = weighed([item(before=daily(30, weeks=4), after=daily(7, weeks=4))], NOW)
    # Sundays of the last four weeks are kept by the weekly rule: 8, 15, 22 and 29 March; the 29th by the daily too.
    assert found["restorable_after"]["points"] == 10
    assert found["restorable_after"]["oldest"] == "2026-03-08T02:00:00+00:00"
    assert found["lost_from"] == "2026-03-02T02:00:00+00:00"


def test_an_item_that_is_younger_than_what_is_cut_loses_nothing_yet() -> None:
    found = weighed([item(since=date(2026, 3, 29), after=daily(7))], NOW)
    assert (found["restorable_before"]["points"], found["lost_points"]) == (3, 0)
    assert found["first_loss_at"] == found["reversible_until"] == "2026-04-05T00:00:00+00:00"


def test_what_is_held_can_be_undeleted_and_what_is_gone_cannot() -> None:
    until = datetime(2026, 4, 14, 11, tzinfo=UTC)
    held = weighed([item(fate=Fate.HELD, until=until), item("two", fate=Fate.HELD, until=until + timedelta(1))], NOW)
    assert (held["vms"], held["restorable_before"]["points"], held["restorable_after"]["vms"]) == (2, 60, 0)
    assert held["reversible_until"] == held["first_loss_at"] == until.isoformat()
    gone = weighed([item(fate=Fate.GONE)], NOW)
    assert (gone["lost_points"], gone["first_loss_at"], gone["reversible_until"]) == (30, NOW.isoformat(), None)


def test_suspended_points_go_one_by_one_and_kept_ones_stay() -> None:
    going = weighed([item(fate=Fate.EXPIRING)], NOW)
    assert (going["lost_points"], going["first_loss_at"]) == (0, "2026-04-01T00:00:00+00:00")
    kept = weighed([item(fate=Fate.KEPT)], NOW)
    assert (kept["lost_points"], kept["first_loss_at"], kept["kept_days_before"]) == (0, None, None)


def test_what_is_not_known_is_not_nothing() -> None:
    unknown = weighed([item(before=None, fate=Fate.GONE)], NOW)
    assert (unknown["restorable_before"]["points"], unknown["restorable_before"]["vms"]) == (None, None)
    assert (unknown["lost_points"], unknown["first_loss_at"], unknown["unknown_items"]) == (None, NOW.isoformat(), 1)
    some = weighed([item(before=None, fate=Fate.GONE), item("two", fate=Fate.GONE)], NOW)
    assert (some["restorable_before"]["points"], some["is_partial"]) == (30, True)


def test_an_item_without_a_point_had_nothing_to_lose() -> None:
    found = weighed([item(newest=None, fate=Fate.GONE)], NOW)
    assert (found["restorable_before"], found["lost_points"], found["first_loss_at"]) == (
        {"vms": 0, "points": 0, "oldest": None},
        0,
        None,
    )
    assert weighed([], NOW)["lost_points"] == 0


def test_a_point_that_no_plan_explains_counts_as_one() -> None:
    noon = datetime(2026, 3, 31, 9, tzinfo=UTC)
    found = weighed([item(since=date(2026, 3, 31), newest=noon - timedelta(hours=8), fate=Fate.GONE)], NOW)
    assert found["restorable_before"] == {"vms": 1, "points": 1, "oldest": "2026-03-31T01:00:00+00:00"}


def test_fewer_backups_lose_what_the_new_rule_does_not_keep() -> None:
    weekly = PolicyDefinition(
        "Etc/UTC", WeeklySchedule(time(2), ("sunday",)), Retention(weekly=WeeklyRetention(4, ("sunday",))), 5
    )
    found = weighed([item(after=weekly)], NOW)
    assert found["restorable_after"]["points"] == 4
    assert found["lost_points"] == 26


@pytest.mark.parametrize(
    ("drift", "after", "kind"),
    [
        ("protection_stopped", {"state": "paused"}, "protection_stopped"),
        ("protection_stopped", {"state": "soft_deleted"}, "data_deleted"),
        ("protection_stopped", None, "data_deleted"),
        ("data_deleted", None, "data_deleted"),
        ("policy_swapped", {"policy_id": "p"}, "retention_shrunk"),
        ("retention_shrunk", {"definition": {}}, "retention_shrunk"),
        ("disks_fewer", {"excluded_luns": [0]}, "protection_stopped"),
        ("guard_removed", {"is_guarded": False}, "guard_removed"),
    ],
)
def test_the_kind_of_a_drift(drift: str, after: dict[str, Any] | None, kind: str) -> None:
    assert kind_of(drift, after) == kind
