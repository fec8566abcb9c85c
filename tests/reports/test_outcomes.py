"""What became of a run: every state of a backup, at every time, with every gap in what is known."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise, product

import pytest

from app.azure.item_states import ItemState
from app.azure.values import DailySchedule, WeeklySchedule
from app.jobs.kinds import JobKind
from app.jobs.lifecycle import State
from app.policies.preview import runs_between
from app.reports.day.calendar_day import day_of
from app.reports.day.outcomes import Backup, ItemChange
from app.reports.day.plans import Revision
from tests.reports.made_facts import (
    BERLIN,
    DAY,
    DUE,
    EVER,
    HOURLY,
    LATER,
    backup,
    definition,
    facts,
    item,
    outcome,
    policy,
    report,
    vault,
)

HOUR = timedelta(hours=1)
GRACE = 12 * HOUR
"""Of a daily policy (app/protection/health/expected_runs.py)."""


@pytest.mark.parametrize("state", State)
def test_each_state_of_the_only_backup_gives_one_outcome(state: State) -> None:
    found, _ = outcome(facts([item()], {"vm-1": [backup(DUE, state)]}))
    assert found == {
        State.SUCCEEDED: "done",
        State.SUCCEEDED_WITH_WARNINGS: "done_with_warnings",
        State.FAILED: "failed",
        State.CANCELLED: "failed",
    }.get(state, "running")


RANK = ("succeeded", "succeeded_with_warnings", "running", "failed")


@pytest.mark.parametrize(("first", "second"), list(product(RANK, repeat=2)))
def test_of_several_backups_the_best_counts_whenever_it_began(first: str, second: str) -> None:
    both = [backup(DUE, first), backup(DUE + 9 * HOUR, second)]
    best = min(first, second, key=RANK.index)
    assert outcome(facts([item()], {"vm-1": both})) == outcome(facts([item()], {"vm-1": [backup(DUE, best)]}))
    assert report(facts([item()], {"vm-1": both})).head["totals"]["expected"] == 1


@pytest.mark.parametrize(
    ("now", "known_until", "expected"),
    [
        # The run is due at DUE, and late 12 hours after it.
        (DUE - HOUR, DUE - HOUR, ("not_due", "not_due_yet")),
        (DUE, DUE, (None, "within_grace")),
        (DUE + GRACE - HOUR, DUE + GRACE - HOUR, (None, "within_grace")),
        (DUE + GRACE, DUE + GRACE, ("missed", None)),
        (LATER, LATER, ("missed", None)),
        (LATER, DUE + GRACE, ("missed", None)),
        (LATER, DUE + GRACE - HOUR, (None, "vault_not_read")),
        (LATER, DUE, (None, "vault_not_read")),
        (LATER, None, (None, "vault_not_read")),
    ],
)
def test_an_absent_backup_is_a_miss_only_when_its_absence_was_seen(
    now: datetime, known_until: datetime | None, expected: tuple[str | None, str | None]
) -> None:
    assert outcome(facts([item()], vaults=[vault(known_until=known_until)]), now=now) == expected


@pytest.mark.parametrize("known_since", [None, DUE + timedelta(seconds=1), LATER])
def test_an_absent_backup_of_a_time_of_which_no_list_tells_is_not_known(known_since: datetime | None) -> None:
    """A worker that was away for longer than a list reaches back."""
    at = replace(vault(), known_since=known_since)
    assert outcome(facts([item()], vaults=[at])) == (None, "vault_not_read")
    assert outcome(facts([item()], {"vm-1": [backup(DUE)]}, vaults=[at])) == ("done", None)
    (said,) = report(facts([item()], vaults=[at])).head["unreachable"]
    assert known_since is None or "not read in full before" in said["detail"]


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (DUE - timedelta(seconds=1), "missed"),
        (DUE, "done"),
        (DUE + 23 * HOUR, "done"),
        (DUE + 24 * HOUR, "missed"),
    ],
)
def test_a_backup_counts_from_the_due_time_until_the_next_run(at: datetime, expected: str) -> None:
    found = report(facts([item()], {"vm-1": [backup(at)]}))
    assert found.items[0]["outcome"] == expected


@pytest.mark.parametrize(
    ("backups", "late"),
    [
        ([backup(DUE + GRACE - timedelta(seconds=1))], False),
        ([backup(DUE + GRACE)], True),
        ([backup(DUE + GRACE, "running")], True),
        ([backup(DUE, "failed"), backup(DUE + GRACE)], True),
        ([backup(DUE), backup(DUE + GRACE)], False),
        ([backup(DUE + GRACE, "failed")], True),
        ([], None),
    ],
)
def test_a_run_that_began_after_its_grace_is_made_but_late(backups: list[Backup], *, late: bool | None) -> None:
    """As the item's health has it: a miss, until that point came."""
    found = report(facts([item()], {"vm-1": backups}))
    assert found.items[0]["late"] is late
    assert found.head["totals"]["late"] == int(late is True)
    strict = report(facts([item(grace=HOUR)], {"vm-1": backups}))
    if late is False and len(backups) == 1:
        assert strict.items[0]["late"] is True
        assert strict.digest != found.digest


def test_a_backup_of_the_morning_belongs_to_the_run_of_the_evening_before() -> None:
    """The policy runs at 23:00: at 01:00 of the day a retry of the run before is no backup without a run."""
    evening = policy("nightly", Revision(EVER, definition(DailySchedule(time(23, 0)))))
    retry = backup(DAY.begins + HOUR)
    totals = report(facts([item()], {"vm-1": [retry]}, policies=[evening])).head["totals"]
    assert (totals["unplanned"], totals["missed"]) == (0, 1)


def test_a_backup_on_demand_of_a_day_without_a_run_is_counted_apart() -> None:
    weekly = policy("nightly", Revision(EVER, definition(_weekly("sunday"))))
    found = report(
        facts([item()], {"vm-1": [backup(DUE, "failed", error={"title": "No", "code": "x"})]}, policies=[weekly])
    )
    assert found.items[0]["outcome"] == "failed"
    assert found.items[0]["due_at"] is None
    totals = found.head["totals"]
    assert (totals["expected"], totals["unplanned"], totals["failed"]) == (0, 1, 1)
    assert [cause["title"] for cause in found.head["failures"]] == ["No"]


def _weekly(*days: str) -> WeeklySchedule:
    return WeeklySchedule(time(2, 0), days)  # type: ignore[arg-type]


def test_an_hourly_policy_has_several_runs_and_the_worst_leads() -> None:
    hourly = policy("nightly", Revision(EVER, definition(HOURLY)))
    made = {"vm-1": [backup(DUE), backup(DUE + 12 * HOUR)]}
    found = report(facts([item()], made, policies=[hourly]))
    only = found.items[0]
    assert (only["outcome"], only["due_at"]) == ("missed", "2026-06-15T06:00:00Z")
    assert [run["outcome"] for run in only["other_runs"]] == ["done", "done"]
    assert found.head["totals"]["expected"] == 3


def test_a_grace_that_the_tenant_set_replaces_the_one_of_the_policy() -> None:
    strict = facts([item(grace=HOUR)])
    assert outcome(strict, now=DUE + HOUR - timedelta(seconds=1)) == (None, "within_grace")
    assert outcome(strict, now=DUE + HOUR) == ("missed", None)
    assert report(strict).settles_at == DUE + HOUR
    assert report(facts([item(), item("vm-2", grace=HOUR)])).settles_at == DUE + GRACE
    assert report(facts([])).settles_at is None


# --- whether a run was expected --------------------------------------------------------------------------------------
@pytest.mark.parametrize("state", ItemState)
def test_what_was_stopped_on_purpose_is_not_missed(state: ItemState) -> None:
    found = outcome(facts([item(state=state)]))
    assert found == {
        ItemState.PAUSED: ("not_due", "paused"),
        ItemState.SUSPENDED: ("not_due", "suspended"),
        ItemState.SOFT_DELETED: ("not_due", "deleted"),
        ItemState.PROTECTING: ("not_due", "not_protected_yet"),
    }.get(state, ("missed", None))


@pytest.mark.parametrize(
    ("kind", "from_policy", "now", "before", "after"),
    [
        # What an item is now, and what a change of it says of the time before.
        (JobKind.PAUSE, "nightly", "paused", "missed", "paused"),
        (JobKind.PAUSE, None, "paused", "paused", "paused"),
        (JobKind.SUSPEND, "nightly", "suspended", "missed", "suspended"),
        (JobKind.RESUME, None, "protected", "paused", "missed"),
        (JobKind.UNPROTECT, "nightly", "soft_deleted", "missed", "deleted"),
        (JobKind.UNPROTECT, None, "soft_deleted", "deleted", "deleted"),
        (JobKind.UNDELETE, None, "paused", "deleted", "paused"),
        (JobKind.PROTECT, None, "protected", "not_protected_yet", "missed"),
        (JobKind.CHANGE_POLICY, "nightly", "protected", "missed", "missed"),
    ],
)
def test_a_change_after_the_run_does_not_excuse_it_and_one_before_does(
    kind: JobKind, from_policy: str | None, now: str, before: str, after: str
) -> None:
    for minutes, expected in ((30, before), (-30, after)):
        change = ItemChange(DUE + timedelta(minutes=minutes), kind, from_policy)
        policy_id = None if now == "soft_deleted" else "nightly"
        found, reason = outcome(facts([item(state=now, changes=[change], policy_id=policy_id)]))
        assert (reason or found) == expected, (minutes, found, reason)


def test_an_item_that_came_after_the_run_owes_nothing_for_it() -> None:
    assert outcome(facts([item(since=DUE + HOUR)])) == ("not_due", "not_protected_yet")
    assert outcome(facts([item(since=DUE)])) == ("missed", None)


def test_a_policy_that_cannot_be_counted_expects_nothing_that_is_named() -> None:
    odd = policy("nightly", Revision(EVER, None))
    assert outcome(facts([item()], policies=[odd])) == (None, "policy_not_counted")
    found = report(facts([item(), item("vm-2", state="paused")], {"vm-1": [backup(DUE)]}, policies=[odd]))
    assert [one["outcome"] for one in found.items] == ["done", "not_due"]
    totals = found.head["totals"]
    assert (totals["expected"], totals["unplanned"], totals["uncounted"], totals["unknown"]) == (0, 1, 1, 0)


def test_a_policy_changed_in_the_day_is_counted_by_what_it_said_at_each_moment() -> None:
    """Until 10:00 once a day at 02:00, from then on every six hours."""
    ten = DAY.begins + 10 * HOUR
    changed = policy("nightly", Revision(EVER, definition()), Revision(ten, definition(HOURLY)))
    only = report(facts([item()], policies=[changed])).items[0]
    assert sorted([only["due_at"] or "", *(run["due_at"] or "" for run in only["other_runs"])]) == [
        "2026-06-15T00:00:00Z",
        "2026-06-15T12:00:00Z",
    ]


def test_an_item_moved_to_another_policy_owes_the_runs_of_each_while_it_followed_it() -> None:
    other = policy("six-hourly", Revision(EVER, definition(HOURLY)))
    moved = ItemChange(DAY.begins + 10 * HOUR, JobKind.CHANGE_POLICY, "Nightly")
    only = report(facts([item(policy_id="six-hourly", changes=[moved])], policies=[policy(), other])).items[0]
    assert sorted([only["due_at"] or "", *(run["due_at"] or "" for run in only["other_runs"])]) == [
        "2026-06-15T00:00:00Z",
        "2026-06-15T12:00:00Z",
    ]


def test_an_item_whose_policy_before_is_not_known_is_not_called_missed() -> None:
    moved = ItemChange(DAY.begins + 10 * HOUR, JobKind.CHANGE_POLICY, "of a vault that is gone")
    assert outcome(facts([item(changes=[moved])])) == (None, "policy_not_known")


# --- days of 23 and of 25 hours --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("zone", "on", "hours"),
    [
        (BERLIN, date(2026, 3, 29), 23),
        (BERLIN, date(2026, 10, 25), 25),
        ("America/New_York", date(2026, 3, 8), 23),
        ("America/New_York", date(2026, 11, 1), 25),
        ("Africa/Cairo", date(2026, 4, 24), 23),  # there midnight itself is skipped
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("UTC", date(2026, 3, 29), 24),
    ],
)
@pytest.mark.parametrize("hour", [0, 1, 2, 3, 23])
def test_a_day_has_as_many_hours_as_its_clocks_and_every_run_once(zone: str, on: date, hours: float, hour: int) -> None:
    day = day_of(on, zone)
    assert day.hours == hours
    at = definition(DailySchedule(time(hour, 30)), zone=zone)
    found = report(
        facts(
            [item()], policies=[policy("nightly", Revision(EVER, at))], vaults=[vault(known_until=day.ends + 24 * HOUR)]
        ),
        day=day,
        now=day.ends + 24 * HOUR,
    )
    (run,) = [run.at for run in runs_between(at, on, on)]
    assert found.head["totals"]["missed"] == found.head["totals"]["expected"] == 1
    assert found.items[0]["due_at"] == run.isoformat().replace("+00:00", "Z")
    before = report(facts([item()], policies=[policy("nightly", Revision(EVER, at))]), day=day_of(on - 24 * HOUR, zone))
    assert before.items[0]["due_at"] != found.items[0]["due_at"]


def test_two_days_that_touch_share_no_instant() -> None:
    days = [day_of(date(2026, 10, 20) + timedelta(days=number), BERLIN) for number in range(10)]
    assert all(first.ends == second.begins for first, second in pairwise(days))
    assert days[0].begins == datetime(2026, 10, 19, 22, tzinfo=UTC)
    assert DAY.ends < LATER
