"""What an item was at each moment: its policy, and whether it was backed up at all. Pure.

Where the history of the item reaches, it is read from there; a change of ours is put at the time of its job, which is
before Holdfast wrote the row. Of the time before, the changes of ours that are known are undone, one by one.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from app.azure.item_states import MAY_BE_BACKED_UP
from app.core.letter_case import fold_case
from app.reports.day.calendar_day import WINDOW, Day
from app.reports.day.facts import ItemFacts, Was
from app.reports.day.outcomes import (
    POLICY_CHANGES,
    WITHOUT_POLICY_BEFORE,
    ItemChange,
    Reason,
    reason_of_state,
    why_not_expected,
)
from app.reports.day.plans import UNKNOWN, PolicyDay, relinked

SEEN_WITHIN: Final = timedelta(hours=1)
"""So soon after its end a job of ours is written to the row of its item."""
INSTANT: Final = timedelta(microseconds=1)
PolicyIds = Mapping[tuple[str, str], str]
"""The ids of the policies by vault and name."""


def timed(history: Sequence[Was], changes: Sequence[ItemChange]) -> list[Was]:
    """The history, each change of ours at the time of its job. `changes`: oldest first."""
    found = list(history[:1])
    for before, was in pairwise(history):
        own = [change.at for change in changes if max(before.at, was.at - SEEN_WITHIN) < change.at <= was.at]
        found.append(Was(own[-1] if own else was.at, was.state, was.policy_id))
    return found


def why_not(item: ItemFacts, at: datetime) -> Reason | None:
    """Why the item was not to be backed up at a moment; None = it was."""
    if at < item.since:
        return Reason.NOT_PROTECTED_YET
    was = _at(item.history, at)
    if was is not None:
        return Reason.DELETED if was.state is None else reason_of_state(was.state)
    state, _, changes = _before_history(item)
    return why_not_expected(state, item.since, changes, at)


def why_not_in(item: ItemFacts, day: Day) -> Reason | None:
    """Why the item was not to be backed up at the end of the day; else at its beginning, else in between."""
    between = [was.at for was in item.history if day.begins < was.at < day.ends]
    return next((why for at in (day.ends - INSTANT, day.begins, *between) if (why := why_not(item, at))), None)


def policy_at(item: ItemFacts, at: datetime) -> str | None:
    """The policy of the item then, by id; of an item that is gone, the last one."""
    if not item.history:
        return item.policy_id
    seen = [was for was in item.history if was.at <= at and was.state is not None]
    return (seen[-1] if seen else item.history[0]).policy_id


def policies_of(item: ItemFacts) -> set[str]:
    """Every policy whose runs may be of this item."""
    return {key for key in (item.policy_id, *(was.policy_id for was in item.history)) if key is not None}


def plan_of(item: ItemFacts, days: Mapping[str, PolicyDay], ids: PolicyIds, day: Day) -> PolicyDay:
    """The runs of the day: each is of the policy that the item followed at that moment."""
    parts = list(_parts(item, days, ids, day))
    if len(parts) == 1:
        return parts[0][2]
    runs = [run for since, until, plan in parts for run in (*plan.before, *plan.runs) if since <= run.due_at < until]
    of_day = [plan for since, until, plan in parts if since < day.ends and until > day.begins]
    uncounted = {plan.uncounted for plan in of_day}
    linked = relinked(runs)
    return PolicyDay(
        tuple(run for run in linked if run.due_at >= day.begins),
        tuple(run for run in linked if run.due_at < day.begins),
        next((why for why in (Reason.POLICY_NOT_KNOWN, Reason.POLICY_NOT_COUNTED) if why in uncounted), None),
    )


def _parts(
    item: ItemFacts, days: Mapping[str, PolicyDay], ids: PolicyIds, day: Day
) -> Iterable[tuple[datetime, datetime, PolicyDay]]:
    """(since, until, the plan of then), from 24 hours before the day to its end."""
    begins = day.begins - WINDOW
    first = item.history[0].at if item.history else day.ends
    if first > begins:
        state, policy_id, changes = _before_history(item)
        for change in changes:
            if change.at > begins and change.kind in POLICY_CHANGES:
                yield begins, change.at, _day_before(change, item, days, ids)
                begins = change.at
        yield begins, max(first, begins), _day_of(state, policy_id, days)
    for number, was in enumerate(item.history):
        until = item.history[number + 1].at if number + 1 < len(item.history) else max(day.ends, was.at)
        if until > begins and was.at < day.ends:
            yield max(was.at, begins), until, _day_of(was.state, was.policy_id, days)


def _at(history: Sequence[Was], at: datetime) -> Was | None:
    return next((was for was in reversed(history) if was.at <= at), None)


def _before_history(item: ItemFacts) -> tuple[str, str | None, Sequence[ItemChange]]:
    """(state, policy, changes until then) of the moment where the history begins; now, where there is none."""
    if not item.history or item.history[0].state is None:
        return item.state, item.policy_id, item.changes
    first = item.history[0]
    return first.state or item.state, first.policy_id, [change for change in item.changes if change.at <= first.at]


def _day_of(state: str | None, policy_id: str | None, days: Mapping[str, PolicyDay]) -> PolicyDay:
    """What is stopped has no policy, and nothing is due of it."""
    if policy_id is None:
        return UNKNOWN if state in MAY_BE_BACKED_UP else PolicyDay()
    return days.get(policy_id, UNKNOWN)


def _day_before(change: ItemChange, item: ItemFacts, days: Mapping[str, PolicyDay], ids: PolicyIds) -> PolicyDay:
    """Of the policy that a change took from the item; what was stopped before had none."""
    if change.from_policy is None:
        return PolicyDay() if change.kind in WITHOUT_POLICY_BEFORE else UNKNOWN
    policy_id = ids.get((item.vault_id, fold_case(change.from_policy)))
    return days.get(policy_id, UNKNOWN) if policy_id is not None else UNKNOWN
