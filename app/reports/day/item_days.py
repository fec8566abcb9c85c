"""The day of every item, from the facts. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from app.azure.item_states import MAY_BE_BACKED_UP
from app.core.letter_case import fold_case
from app.reports.day import outcomes
from app.reports.day.calendar_day import WINDOW, Day
from app.reports.day.facts import Facts, ItemFacts
from app.reports.day.outcomes import (
    POLICY_CHANGES,
    WITHOUT_POLICY_BEFORE,
    ItemChange,
    ItemDay,
    Judged,
    Outcome,
    Reason,
    Run,
    Window,
)
from app.reports.day.plans import UNKNOWN, PolicyDay, policy_day, relinked

_INSTANT: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Planned:
    """The runs of each policy on the day, by its id; and the ids by vault and name."""

    days: Mapping[str, PolicyDay]
    ids: Mapping[tuple[str, str], str]


def planned_of(facts: Facts, day: Day) -> Planned:
    return Planned(
        {policy.id: policy_day(policy.revisions, day) for policy in facts.policies.values()},
        {(policy.vault_id, fold_case(policy.name)): policy.id for policy in facts.policies.values()},
    )


def item_day(item: ItemFacts, facts: Facts, planned: Planned, day: Day, now: datetime) -> ItemDay:
    vault = facts.vaults.get(item.vault_id)
    known = (vault.known_since, vault.known_until) if vault is not None else (None, None)
    window = Window(day.begins, day.ends, now, *known)
    backups = facts.backups.get(item.id, ())
    plan = _plan_of(item, planned, day)
    runs, why_not = _expected(item, runs_of(item, plan))
    judged = outcomes.judge(runs, backups, window) if runs else []
    if backups:
        before, _ = _expected(item, plan.before)
        judged += outcomes.unplanned((*before, *runs), backups, window)
    if plan.is_counted and judged:
        return outcomes.summed(judged)
    at_end = outcomes.why_not_expected(item.state, item.since, item.changes, day.ends - _INSTANT)
    at_begin = outcomes.why_not_expected(item.state, item.since, item.changes, day.begins)
    why_not = why_not or at_end or at_begin
    is_uncounted = not plan.is_counted and why_not is None
    return outcomes.summed(judged or [_nothing(item, why_not, is_uncounted=is_uncounted)], is_uncounted=is_uncounted)


def runs_of(item: ItemFacts, plan: PolicyDay) -> Sequence[Run]:
    """The runs of the day with the item's own grace, where a rule sets one."""
    if item.grace is None:
        return plan.runs
    return [replace(run, late_at=run.due_at + item.grace) for run in plan.runs]


def _nothing(item: ItemFacts, why_not: Reason | None, *, is_uncounted: bool) -> Judged:
    """The day of an item without a run and without a backup."""
    if is_uncounted:
        return Judged(None, None, Reason.POLICY_NOT_COUNTED if item.policy_id is not None else Reason.POLICY_NOT_KNOWN)
    return Judged(None, Outcome.NOT_DUE, why_not or Reason.NO_RUN_PLANNED)


def _plan_of(item: ItemFacts, planned: Planned, day: Day) -> PolicyDay:
    """Of the item's policy; where it changed on the day, or since, each run is the policy's of that moment."""
    since = day.begins - WINDOW
    changes = [change for change in item.changes if change.at > since and change.kind in POLICY_CHANGES]
    if not changes:
        return _present(item, planned)
    parts, begins = [], since
    for change in changes:
        parts.append((begins, change.at, _day_before(change, item, planned)))
        begins = change.at
    parts.append((begins, day.ends, _present(item, planned)))
    runs = [run for since, until, plan in parts for run in (*plan.before, *plan.runs) if since <= run.due_at < until]
    return PolicyDay(
        tuple(run for run in relinked(runs) if run.due_at >= day.begins),
        tuple(run for run in relinked(runs) if run.due_at < day.begins),
        all(plan.is_counted for since, until, plan in parts if since < day.ends and until > day.begins),
    )


def _present(item: ItemFacts, planned: Planned) -> PolicyDay:
    """What is stopped has no policy, and nothing is due of it."""
    if item.policy_id is None and item.state not in MAY_BE_BACKED_UP:
        return PolicyDay()
    return _day_of(item.policy_id, planned)


def _day_of(policy_id: str | None, planned: Planned) -> PolicyDay:
    return planned.days.get(policy_id, UNKNOWN) if policy_id is not None else UNKNOWN


def _day_before(change: ItemChange, item: ItemFacts, planned: Planned) -> PolicyDay:
    """Of the policy that a change took from the item; what was stopped before had none."""
    if change.from_policy is None:
        return PolicyDay() if change.kind in WITHOUT_POLICY_BEFORE else UNKNOWN
    return _day_of(planned.ids.get((item.vault_id, fold_case(change.from_policy))), planned)


def _expected(item: ItemFacts, runs: Sequence[Run]) -> tuple[Sequence[Run], Reason | None]:
    """Those at whose time the item was to be backed up, and why the last of the others was not."""
    if not runs:
        return runs, None
    kept, why_not = [], None
    for run in runs:
        reason = outcomes.why_not_expected(item.state, item.since, item.changes, run.due_at)
        if reason is None:
            kept.append(run)
        else:
            why_not = reason
    return kept, why_not
