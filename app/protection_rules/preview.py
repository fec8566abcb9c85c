"""Weighs a rule for a caller: what it would do now, with what that costs."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.core.db.database import Transactions
from app.cost.prices.lists import PriceLists
from app.identity.access.caller import Caller
from app.jobs.api.costs import CostChange
from app.protection_rules import facts
from app.protection_rules.costs import cost_of
from app.protection_rules.errors import ConfirmNeeded
from app.protection_rules.facts import Facts, Wanted
from app.protection_rules.holds import MOST_UNCONFIRMED, needs_confirm
from app.protection_rules.rules import Effect, weigh


@dataclass(frozen=True, slots=True)
class Weighed:
    """A rule, weighed. `cost` None: not known."""

    wanted: Wanted
    facts: Facts
    effect: Effect
    cost: CostChange | None = None


async def weigh_for(db: Transactions, caller: Caller, wanted: Wanted, *, is_on: bool) -> Weighed:
    """No transaction of `db` may be open. `is_on`: whether this installation reads the estate."""
    async with db.begin() as session:
        found = await facts.read(
            session, caller.tenant, caller.membership.grants, caller.membership.quotas, wanted, is_on=is_on
        )
    return Weighed(wanted, found, await asyncio.to_thread(weigh, found.rule, found.estate))


async def preview(
    db: Transactions, lists: PriceLists, caller: Caller, wanted: Wanted, today: date, *, is_on: bool
) -> Weighed:
    """The same, with the cost."""
    weighed = await weigh_for(db, caller, wanted, is_on=is_on)
    cost = await cost_of(db, lists, caller.tenant, weighed.effect.protects, today)
    return Weighed(wanted, weighed.facts, weighed.effect, cost)


def check_confirmed(effect: Effect, confirm: int | None) -> int:
    """How many VMs are confirmed. Raises ConfirmNeeded where a number is needed, and is not this one."""
    count = effect.touched
    if not needs_confirm(count, 0):
        return 0
    if confirm != count:
        said = "" if confirm is None else f" {confirm} were confirmed."
        raise ConfirmNeeded(
            f"The rule would touch {count} VMs now, more than {MOST_UNCONFIRMED}.{said}",
            remedy=f'Read its preview. To go on, send "confirm": {count}.',
            pointer="#/confirm",
            count=count,
            limit=MOST_UNCONFIRMED,
        )
    return count


def counts_of(effect: Effect) -> Mapping[str, int]:
    return {
        "protect": len(effect.protects),
        "unchanged": len(effect.unchanged),
        "skipped": len(effect.skips),
        "conflicts": len(effect.conflicts),
        "lost": len(effect.lost),
    }
