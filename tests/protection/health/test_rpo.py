"""When a point is due and when it was missed: policies, rules, changes of both, clock changes, and the unknown."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.azure import values as v
from app.azure.item_states import ItemState
from app.protection.health.rpo import NOTHING, Owed, RpoRule, RpoState, owed, rpo_at, state_at
from tests.each import each
from tests.policies.random_policies import definitions

H = timedelta(hours=1)
DAY = 24 * H
KEPT = v.Retention(v.DailyRetention(30))
DAILY = v.PolicyDefinition("UTC", v.DailySchedule(time(2)), KEPT, 2)
LATER = v.PolicyDefinition("UTC", v.DailySchedule(time(22)), KEPT, 2)
RUN = datetime(2026, 1, 5, 2, tzinfo=UTC)
LONG_AGO = RUN - 90 * DAY


def owes(
    last_point: datetime | None,
    *,
    definition: v.PolicyDefinition | None = DAILY,
    since: datetime = LONG_AGO,
    state: str = ItemState.PROTECTED,
    rule: RpoRule | None = None,
    before: Owed | None = None,
) -> Owed:
    return owed(state=state, definition=definition, since=since, last_point=last_point, rule=rule, before=before)


def state_of(due: Owed, now: datetime) -> RpoState:
    """With everything up to now known."""
    return state_at(due, now, known_until=now)


def test_the_run_that_no_point_covers_is_due_then_missed_from_the_end_of_its_grace() -> None:
    due = owes(RUN - DAY + timedelta(seconds=4))
    assert (due.due_at, due.grace, due.objective, due.source) == (RUN, 12 * H, DAY, "policy")
    told = {at: state_of(due, RUN + at) for at in (-H, timedelta(), 12 * H - timedelta(seconds=1), 12 * H, 40 * H)}
    assert list(told.values()) == [RpoState.MET, RpoState.DUE, RpoState.DUE, RpoState.MISSED, RpoState.MISSED]
    assert rpo_at(due, None, RUN + 40 * H, known_until=RUN + 40 * H).missed_since == RUN + 12 * H
    assert rpo_at(due, None, RUN + 2 * H, known_until=RUN + 2 * H).missed_since is None


def test_a_point_from_before_the_run_does_not_cover_it_and_one_at_its_time_does() -> None:
    assert owes(RUN - timedelta(seconds=1)).due_at == RUN
    assert owes(RUN).due_at == RUN + DAY


def test_a_late_point_covers_every_run_before_it() -> None:
    assert owes(RUN + 50 * H).due_at == RUN + 3 * DAY


@each([ItemState.PAUSED, ItemState.SUSPENDED, ItemState.SOFT_DELETED, ItemState.PROTECTING])
def test_an_item_that_makes_no_backups_on_purpose_owes_nothing(state: ItemState) -> None:
    rule = RpoRule(H, H, LONG_AGO)
    assert owes(LONG_AGO, state=state, rule=rule) == NOTHING
    assert state_of(NOTHING, RUN) is RpoState.UNKNOWN


@each([ItemState.INITIAL_BACKUP_PENDING, ItemState.PROTECTED, ItemState.ERROR])
def test_an_item_that_should_make_backups_owes_them_also_before_its_first(state: ItemState) -> None:
    assert owes(None, state=state, since=RUN - H).due_at == RUN


def test_a_policy_that_cannot_be_counted_promises_nothing_and_a_rule_does() -> None:
    assert owes(RUN, definition=None) == NOTHING
    assert owes(RUN, definition=None, rule=RpoRule(6 * H, None, LONG_AGO)) == Owed(RUN + 6 * H, 3 * H, 6 * H, "tenant")


# --- changes -------------------------------------------------------------------------------------------------------
def test_a_policy_changed_today_owes_nothing_for_yesterday() -> None:
    changed = RUN + 10 * H
    due = owes(RUN + H, definition=LATER, since=changed, before=owes(RUN + H))
    assert due.due_at == datetime(2026, 1, 5, 22, tzinfo=UTC)
    yesterday = owes(RUN - 4 * H, definition=LATER, since=RUN - H)
    assert yesterday.due_at == datetime(2026, 1, 5, 22, tzinfo=UTC), "its run of 22:00 was before it held"


@each([RUN + 30 * H, RUN + 3 * H])
def test_a_run_that_was_due_before_the_change_stays_owed_until_a_point_comes(changed: datetime) -> None:
    before = owes(RUN - DAY + H)
    kept = owes(RUN - DAY + H, definition=LATER, since=changed, before=before)
    assert (kept.due_at, kept.late_at) == (RUN, RUN + 12 * H)
    again = owes(RUN - DAY + H, definition=LATER, since=changed, before=kept)
    assert again == kept, "looked at once more, nothing changes"
    point = changed + H
    assert owes(point, definition=LATER, since=changed, before=kept).due_at == point.replace(hour=22)


def test_a_resumed_item_owes_nothing_for_the_time_of_its_pause() -> None:
    assert owes(LONG_AGO, since=RUN + 5 * H, before=NOTHING).due_at == RUN + DAY


# --- rules ---------------------------------------------------------------------------------------------------------
def test_a_rule_counts_from_the_last_point_and_owes_nothing_for_the_time_before_it_was_set() -> None:
    rule = RpoRule(6 * H, 2 * H, LONG_AGO)
    assert owes(RUN, rule=rule) == Owed(RUN + 6 * H, 2 * H, 6 * H, "tenant")
    assert owes(None, since=RUN, rule=rule).due_at == RUN + 6 * H
    assert owes(RUN - 30 * DAY, rule=RpoRule(6 * H, 2 * H, RUN)).late_at == RUN + 2 * H


def test_a_rule_for_the_grace_alone_leaves_the_objective_to_the_policy() -> None:
    assert owes(RUN, rule=RpoRule(None, timedelta(), RUN)) == Owed(RUN + DAY, timedelta(), DAY, "policy")


def test_a_relaxed_rule_ends_a_miss_and_its_removal_brings_the_policy_back() -> None:
    missed = owes(RUN - DAY)
    relaxed = owes(RUN - DAY, rule=RpoRule(30 * DAY, None, RUN + 20 * H), before=missed)
    assert state_of(relaxed, RUN + 21 * H) is RpoState.MET
    assert owes(RUN - DAY, before=relaxed) == missed


# --- what is not known ---------------------------------------------------------------------------------------------
def test_a_run_is_missed_only_if_the_vault_was_read_since() -> None:
    due, late = owes(RUN - DAY), RUN + 12 * H
    assert state_at(due, late + H / 2, known_until=late - H) is RpoState.DUE, "the next sweep is waited for"
    assert state_at(due, late + 2 * H, known_until=late - H) is RpoState.UNKNOWN
    assert state_at(due, late + 2 * H, known_until=None) is RpoState.UNKNOWN
    assert state_at(due, late + 2 * H, known_until=late) is RpoState.MISSED
    assert state_at(due, late + 9 * DAY, known_until=None, is_recorded=True) is RpoState.MISSED


@each([datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)])
def test_a_time_at_the_end_of_the_calendar_is_no_error(point: datetime) -> None:
    for rule in (None, RpoRule(366 * DAY, 30 * DAY, LONG_AGO), RpoRule(None, 30 * DAY, LONG_AGO)):
        state_of(owes(point, rule=rule), RUN)


# --- clocks change -------------------------------------------------------------------------------------------------
NIGHTS = [
    # zone, the run of the night before on its wall clock, hours from there to the run of the night, and on to the next
    ("Europe/Berlin", "2026-03-28 02:30", 24, 23),
    ("Europe/Berlin", "2026-10-24 02:30", 24, 25),
    ("America/New_York", "2026-03-07 02:30", 24, 23),
    ("America/New_York", "2026-10-31 01:30", 24, 25),
]


@pytest.mark.parametrize(("zone", "eve", "to_it", "to_next"), NIGHTS)
def test_a_night_on_which_clocks_change_is_missed_at_its_own_time(
    zone: str, eve: str, to_it: int, to_next: int
) -> None:
    wall_clock = datetime.fromisoformat(eve)
    definition = v.PolicyDefinition(zone, v.DailySchedule(wall_clock.time()), KEPT, 2)
    first = wall_clock.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    night = owes(first + timedelta(minutes=1), definition=definition)
    assert night.due_at == first + to_it * H
    assert night.late_at is not None
    assert state_of(night, night.late_at - timedelta(seconds=1)) is RpoState.DUE
    assert state_of(night, night.late_at) is RpoState.MISSED
    assert owes(night.due_at, definition=definition).due_at == first + (to_it + to_next) * H


moments = st.integers(1_704_153_600, 1_861_920_000).map(lambda at: datetime.fromtimestamp(at, UTC))


@settings(max_examples=60, deadline=None)
@given(definitions(), moments, st.integers(0, 400_000), st.integers(0, 400_000))
def test_a_point_is_never_due_before_it_or_before_the_policy_held_and_a_newer_point_never_makes_it_due_earlier(
    definition: v.PolicyDefinition, since: datetime, point_after: int, newer_after: int
) -> None:
    point = since + timedelta(seconds=point_after - 200_000)
    due = owes(point, definition=definition, since=since)
    newer = owes(point + timedelta(seconds=newer_after), definition=definition, since=since)
    assert due.due_at is not None
    assert newer.due_at is not None
    assert due.objective is not None
    assert due.due_at > max(point, since)
    assert newer.due_at >= due.due_at
    assert due.due_at - max(point, since) <= due.objective + 2 * H, "two hours at most are the clocks' own"
