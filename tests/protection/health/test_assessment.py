"""What is recorded of an item as time passes and facts change: each miss and its end once, however late seen."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from app.azure import values as v
from app.azure.item_states import ItemState
from app.protection.health.assessment import Assessment, Before, Event, Facts, HealthEventKind, assess
from app.protection.health.rpo import NOTHING, RpoRule, RpoState
from tests.each import each

H, DAY = timedelta(hours=1), timedelta(days=1)
RUN = datetime(2026, 1, 5, 2, tzinfo=UTC)
LATE = RUN + 12 * H
KEPT = v.Retention(v.DailyRetention(30))
DAILY = v.PolicyDefinition("UTC", v.DailySchedule(time(2)), KEPT, 2)
EVENING = v.PolicyDefinition("UTC", v.DailySchedule(time(22)), KEPT, 2)
MISSED, RECOVERED, WITHDRAWN = HealthEventKind

FACTS = Facts(
    state=ItemState.PROTECTED,
    updated_at=RUN - 9 * DAY,
    policy_id=UUID(int=1),
    revision=1,
    revision_at=RUN - 90 * DAY,
    definition=DAILY,
    last_point=RUN - DAY + timedelta(seconds=5),
    rule=None,
    known_until=RUN + 999 * DAY,
    jobs_known_since=RUN - 90 * DAY,
    jobs_known_until=RUN + 999 * DAY,
)


def before_of(found: Assessment, facts: Facts) -> Before:
    return Before(
        found.expects_backups, facts.policy_id, facts.revision, found.holds_since, found.owed, found.missed_since
    )


class Item:
    """An item that is looked at again and again."""

    def __init__(self, facts: Facts = FACTS, at: datetime = RUN - H) -> None:
        self.facts, self.recorded = facts, list[Event]()
        self.found = assess(facts, None, at)

    def look(self, at: datetime, **changed: object) -> Assessment:
        was = before_of(self.found, self.facts)
        self.facts = replace(self.facts, **changed)  # type: ignore[arg-type]
        self.found = assess(self.facts, was, at)
        self.recorded += self.found.events
        return self.found

    @property
    def told(self) -> list[tuple[HealthEventKind, datetime]]:
        return [(event.kind, event.at) for event in self.recorded]


def test_a_miss_is_recorded_once_at_the_end_of_its_grace_and_its_recovery_once() -> None:
    item = Item()
    for at in (RUN, LATE - H, LATE, LATE + H, LATE + 40 * H):
        item.look(at)
    assert item.told == [(MISSED, LATE)]
    point = LATE + 41 * H
    for at in (point + H, point + 2 * H):
        item.look(at, last_point=point)
    assert item.told == [(MISSED, LATE), (RECOVERED, point)]
    assert item.found.missed_since is None


def test_a_worker_that_comes_late_dates_the_miss_as_if_it_had_been_there() -> None:
    item = Item()
    item.look(LATE + 7 * DAY)
    assert item.told == [(MISSED, LATE)]


def test_a_miss_that_ended_unseen_is_told_apart_from_a_run_that_was_covered_in_time() -> None:
    late_point, in_time = LATE + 3 * H, RUN + 5 * H
    unseen = Item().look(LATE + 4 * H, last_point=late_point)
    assert [event.at for event in unseen.unseen_events(None, late_point)] == [LATE, late_point]
    assert Item().look(LATE + 4 * H, last_point=in_time).unseen is None


@each([{"jobs_known_since": RUN + H}, {"jobs_known_since": None}, {"jobs_known_until": LATE - H}])
def test_a_miss_that_ended_unseen_is_not_recorded_where_a_backup_of_that_time_need_not_be_on_record(
    gap: dict[str, object],
) -> None:
    assert Item().look(LATE + 4 * H, last_point=LATE + 3 * H, **gap).unseen is None


def test_while_a_backup_runs_that_began_in_time_nothing_is_missed() -> None:
    item = Item()
    for at in (LATE, LATE + 5 * H):
        found = item.look(at, is_running=True)
        assert (found.state, item.told) == (RpoState.DUE, [])
    assert item.look(LATE + 6 * H, is_running=False).state is RpoState.MISSED
    assert item.told == [(MISSED, LATE)]
    assert item.look(LATE + 7 * H, is_running=True).state is RpoState.MISSED, "what is on record stays"


@each([{}, {"revision": 2, "revision_at": LATE + 2 * H}])
def test_a_policy_that_cannot_be_counted_for_a_while_ends_no_miss(changed: dict[str, object]) -> None:
    item = Item()
    item.look(LATE + H)
    assert item.look(LATE + 3 * H, definition=None, **changed).state is RpoState.MISSED
    assert item.look(LATE + 40 * H).state is RpoState.MISSED
    back = {"definition": EVENING, "revision": 3, "revision_at": LATE + 41 * H}
    assert item.look(LATE + 42 * H, **back).owed.due_at == RUN
    assert (item.found.state, item.told) == (RpoState.MISSED, [(MISSED, LATE)])
    point = LATE + 43 * H
    item.look(point + H, last_point=point)
    assert item.told == [(MISSED, LATE), (RECOVERED, point)]


def test_a_policy_that_cannot_be_counted_owes_no_run_of_the_time_after_it_changed() -> None:
    item = Item()
    uncountable = {"definition": None, "revision": 2, "revision_at": RUN - H / 2}
    assert item.look(LATE + H, **uncountable).owed == NOTHING
    assert item.told == []


def test_a_point_ends_a_miss_while_the_policy_cannot_be_counted() -> None:
    item = Item()
    item.look(LATE + H)
    item.look(LATE + 2 * H, definition=None)
    found = item.look(LATE + 4 * H, last_point=LATE + 3 * H)
    assert (found.owed, item.told[1:]) == (NOTHING, [(RECOVERED, LATE + 3 * H)])


@each([ItemState.PAUSED, ItemState.SUSPENDED, ItemState.SOFT_DELETED])
def test_who_ends_protection_withdraws_what_was_expected(state: ItemState) -> None:
    item = Item()
    item.look(LATE + H)
    found = item.look(LATE + 2 * H, state=state, updated_at=LATE + 2 * H)
    assert item.told == [(MISSED, LATE), (WITHDRAWN, LATE + 2 * H)]
    assert (found.owed, found.state, found.look_at) == (NOTHING, RpoState.UNKNOWN, None)
    resumed = item.look(LATE + 9 * DAY, state=ItemState.PROTECTED, updated_at=LATE + 9 * DAY)
    assert resumed.owed.due_at == RUN + 10 * DAY, "nothing is owed for the time of the pause"
    assert resumed.state is RpoState.MET


def test_another_policy_hides_no_miss_and_owes_nothing_for_the_time_before() -> None:
    item = Item()
    item.look(LATE + H)
    moved = {"policy_id": UUID(int=2), "definition": EVENING, "updated_at": LATE + 2 * H}
    found = item.look(LATE + 2 * H, **moved)
    assert (found.state, found.missed_since, item.told) == (RpoState.MISSED, LATE, [(MISSED, LATE)])
    point = LATE + 9 * H
    assert item.look(point + H, last_point=point).owed.due_at == datetime(2026, 1, 6, 22, tzinfo=UTC)
    assert item.told[1:] == [(RECOVERED, point)]


def test_a_new_revision_counts_from_when_it_was_there() -> None:
    item = Item(replace(FACTS, last_point=RUN + H), at=RUN + 2 * H)
    changed = RUN + 3 * H
    found = item.look(RUN + 30 * H, revision=2, revision_at=changed, definition=EVENING)
    assert (found.holds_since, found.owed.due_at) == (changed, RUN + 20 * H)


def test_an_item_that_is_seen_for_the_first_time_owes_nothing_for_the_time_before() -> None:
    found = assess(replace(FACTS, last_point=None, updated_at=RUN + H), None, RUN + 2 * H)
    assert (found.owed.due_at, found.state) == (RUN + DAY, RpoState.MET)


def test_a_relaxed_rule_withdraws_a_miss_and_a_longer_grace_too() -> None:
    for rule in (RpoRule(30 * DAY, None, LATE + H), RpoRule(None, 48 * H, LATE + H)):
        item = Item()
        item.look(LATE + H)
        assert item.look(LATE + 2 * H, rule=rule).missed_since is None
        assert item.told == [(MISSED, LATE), (WITHDRAWN, LATE + 2 * H)]


def test_while_a_vault_is_not_read_nothing_is_recorded_and_the_state_is_asked_for_from_the_grace_on() -> None:
    item = Item(replace(FACTS, known_until=RUN + H))
    found = item.look(LATE + H / 2)
    assert (found.state, found.look_at) == (RpoState.DUE, LATE)
    assert item.look(LATE + 5 * H).state is RpoState.UNKNOWN
    assert item.told == []
    assert item.look(LATE + 6 * H, known_until=LATE + 6 * H).state is RpoState.MISSED
    assert item.told == [(MISSED, LATE)]


def test_an_item_is_looked_at_when_its_state_changes_by_time_alone() -> None:
    looks = {at: assess(FACTS, None, at).look_at for at in (RUN - H, RUN, LATE - H, LATE)}
    assert list(looks.values()) == [RUN, LATE, LATE, None]
