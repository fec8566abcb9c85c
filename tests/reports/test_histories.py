"""What an item was at each moment decides its day: not what it is now, and also where it is gone by now."""

from datetime import datetime, timedelta

import psycopg
import pytest

from app.jobs.kinds import JobKind
from app.reports.day.changes import Earlier
from app.reports.day.contents import make_report
from app.reports.day.facts import ItemFacts, Was
from app.reports.day.histories import timed
from app.reports.day.outcomes import ItemChange
from app.reports.day.plans import Revision
from tests.reports.made_facts import (
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
)
from tests.reports.night_steps import AFTER, Nights, nights
from tests.world import World

HOUR = timedelta(hours=1)
SOON = timedelta(minutes=30)
BACKED_UP, STOPPED, GONE = ("protected", "nightly"), ("paused", None), (None, None)


def was(item_: ItemFacts, *seen: tuple[datetime, tuple[str | None, str | None]]) -> ItemFacts:
    return item(item_.id, state=item_.state, policy_id=item_.policy_id, history=[Was(at, *one) for at, one in seen])


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (BACKED_UP, STOPPED, "missed"),
        (STOPPED, BACKED_UP, "paused"),
        (BACKED_UP, GONE, "missed"),
        (BACKED_UP, ("protected", "of a vault that is gone"), "missed"),
        (("protected", "deleted"), BACKED_UP, "policy_not_known"),
    ],
)
def test_a_run_is_judged_by_what_the_item_was_then(
    before: tuple[str | None, str | None], after: tuple[str | None, str | None], expected: str
) -> None:
    """By a change outside of Holdfast: no job of ours tells of it."""
    now = item(state=after[0] or "protected", policy_id=after[1])
    found, reason = outcome(facts([was(now, (EVER, before), (DUE + SOON, after))]))
    assert (reason or found) == expected
    turned = was(item(state=before[0], policy_id=before[1]), (EVER, after), (DUE - SOON, before))
    assert outcome(facts([turned])) == outcome(facts([item(state=before[0], policy_id=before[1])]))


def test_an_item_moved_outside_of_holdfast_owes_the_runs_of_each_policy_while_it_followed_it() -> None:
    other = policy("six-hourly", Revision(EVER, definition(HOURLY)))
    moved = was(item(policy_id="six-hourly"), (EVER, BACKED_UP), (DAY.begins + 10 * HOUR, ("protected", "six-hourly")))
    only = report(facts([moved], policies=[policy(), other])).items[0]
    dues = sorted([only["due_at"] or "", *(run["due_at"] or "" for run in only["other_runs"])])
    assert dues == ["2026-06-15T00:00:00Z", "2026-06-15T12:00:00Z"]
    next_day = was(item(policy_id="six-hourly"), (EVER, BACKED_UP), (LATER, ("protected", "six-hourly")))
    assert report(facts([next_day], policies=[policy(), other])).items[0]["policy_id"] == "nightly"


def test_a_change_of_ours_is_put_at_the_time_of_its_job() -> None:
    pause = ItemChange(DUE - SOON / 2, JobKind.PAUSE, "nightly")
    seen = [Was(EVER, *BACKED_UP), Was(DUE + SOON / 2, *STOPPED), Was(DUE + HOUR, *BACKED_UP)]
    found = timed(seen, [pause])
    assert [one.at for one in found] == [EVER, pause.at, DUE + HOUR]
    assert outcome(facts([item(history=found)])) == ("not_due", "paused")
    assert [one.at for one in timed(seen, [])] == [one.at for one in seen]


def test_before_its_history_an_item_is_what_the_history_begins_with_and_our_changes_are_undone() -> None:
    def of(history: list[Was], *changes: ItemChange) -> tuple[str | None, str | None]:
        return outcome(facts([item(state="paused", policy_id=None, history=history, changes=changes)]))

    later = [Was(DUE + 2 * HOUR, *BACKED_UP), Was(DUE + 3 * HOUR, *STOPPED)]
    assert of(later) == ("missed", None)
    assert of(later, ItemChange(DUE + HOUR, JobKind.RESUME)) == ("not_due", "paused")
    assert of([Was(LATER, *STOPPED)]) == ("not_due", "paused")


def test_an_item_that_went_on_the_day_keeps_its_runs_and_is_named_once_as_gone() -> None:
    left = item(history=[Was(EVER, *BACKED_UP), Was(DUE + 13 * HOUR, *GONE)])
    of_day = facts([left, item("vm-2")], {"vm-2": [backup(DUE)]})
    before = report(facts([item(), item("vm-2")]))
    found = make_report(DAY, LATER, of_day, Earlier("2026-06-14", 1, before.items, before.head["weak"]))
    assert [(one["outcome"], one["gone_at"]) for one in found.items] == [
        ("missed", "2026-06-15T13:00:00Z"),
        ("done", None),
    ]
    assert found.head["weak"]["never_restored"]["total"] == 1
    assert found.head["changes"] is not None
    assert found.head["changes"]["gone_items"]["count"] == 1
    rest = facts([item("vm-2")])
    next_day = make_report(DAY, LATER, rest, Earlier("2026-06-15", 1, found.items, found.head["weak"]))
    assert next_day.head["changes"] is not None
    assert next_day.head["changes"]["gone_items"]["count"] == 0
    assert outcome(facts([item(history=[Was(EVER, *BACKED_UP), Was(DUE - HOUR, *GONE)])])) == ("not_due", "deleted")


# --- the rows --------------------------------------------------------------------------------------------------------
@pytest.fixture
async def steps(world: World) -> Nights:
    return await nights(world)


HISTORY = "SELECT state, policy_id FROM item_history ORDER BY id"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE protected_items SET state = 'paused', policy_id = NULL RETURNING 1",
        "UPDATE protected_items SET state = 'soft_deleted' RETURNING 1",
        "DELETE FROM protected_items RETURNING 1",
    ],
)
async def test_what_happens_to_an_item_later_does_not_rewrite_its_night(steps: Nights, change: str) -> None:
    noted = await steps.world.rows(HISTORY)
    await steps.world.rows("UPDATE protected_items SET as_of = clock_timestamp(), state = state RETURNING 1")
    assert await steps.world.rows(HISTORY) == noted
    await steps.world.rows(change)
    assert len(await steps.world.rows(HISTORY)) == len(noted) + 1
    report = await steps.report()
    assert [(one["protected_item_id"], one["outcome"], one["gone_at"]) for one in report["items"]] == [
        (steps.item["id"], "missed", None)
    ]
    await steps.backup(AFTER - 2 * HOUR)
    assert (await steps.report())["items"][0]["outcome"] == "done"


async def test_history_is_kept_as_long_as_a_report_may_need_it(steps: Nights) -> None:
    await steps.world.rows("UPDATE protected_items SET state = 'paused', policy_id = NULL RETURNING 1")
    newest = (await steps.world.rows(HISTORY))[-1:]
    with psycopg.connect(steps.world.settings.database_dsn) as owner:
        owner.execute("UPDATE item_history SET at = %s", [AFTER])
    await steps.write()
    assert len(await steps.world.rows(HISTORY)) > 1
    steps.clock.at = AFTER + timedelta(days=500)
    await steps.write()
    assert await steps.world.rows(HISTORY) == newest
    await steps.world.rows("DELETE FROM protected_items RETURNING 1")
    with psycopg.connect(steps.world.settings.database_dsn) as owner:
        owner.execute("UPDATE item_history SET at = %s", [AFTER])
    await steps.write()
    await steps.write()
    assert await steps.world.rows(HISTORY) == []
