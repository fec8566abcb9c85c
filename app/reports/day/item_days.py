"""The day of every item, from the facts. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.core.letter_case import fold_case
from app.reports.day import histories, outcomes
from app.reports.day.calendar_day import Day
from app.reports.day.facts import Facts, ItemFacts
from app.reports.day.outcomes import (
    ItemDay,
    Judged,
    Outcome,
    Reason,
    Run,
    Window,
)
from app.reports.day.plans import PolicyDay, policy_day


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
    plan = histories.plan_of(item, planned.days, planned.ids, day)
    runs, why_not = _expected(item, runs_of(item, plan))
    judged = outcomes.judge(runs, backups, window) if runs else []
    if backups:
        before, _ = _expected(item, plan.before)
        judged += outcomes.unplanned((*before, *runs), backups, window)
    if plan.is_counted and judged:
        return outcomes.summed(judged)
    why_not = why_not or histories.why_not_in(item, day)
    uncounted = plan.uncounted if why_not is None else None
    return outcomes.summed(judged or [_nothing(why_not, uncounted)], is_uncounted=uncounted is not None)


def runs_of(item: ItemFacts, plan: PolicyDay) -> Sequence[Run]:
    """The runs of the day with the item's own grace, where a rule sets one."""
    if item.grace is None:
        return plan.runs
    return [replace(run, late_at=run.due_at + item.grace) for run in plan.runs]


def _nothing(why_not: Reason | None, uncounted: Reason | None) -> Judged:
    """The day of an item without a run and without a backup."""
    if uncounted is not None:
        return Judged(None, None, uncounted)
    return Judged(None, Outcome.NOT_DUE, why_not or Reason.NO_RUN_PLANNED)


def _expected(item: ItemFacts, runs: Sequence[Run]) -> tuple[Sequence[Run], Reason | None]:
    """Those at whose time the item was to be backed up, and why the last of the others was not."""
    if not runs:
        return runs, None
    kept, why_not = [], None
    for run in runs:
        reason = histories.why_not(item, run.due_at)
        if reason is None:
            kept.append(run)
        else:
            why_not = reason
    return kept, why_not
