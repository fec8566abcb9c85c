"""The loop `protecting`: weighs the rules that are enforced, and asks for their jobs.

    claim a due rule -> what it is weighed on, from our rows -> weigh -> hold it back, or ask for a few jobs at a time

A rule is due when a reading of the estate ended, when a rule of its tenant was written, and when its hour allows more.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from sqlalchemy import ColumnElement, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.compute.ports import Machines
from app.core.db.database import NOW, Database
from app.core.errors import Unavailable
from app.core.gather_isolated import gather_isolated
from app.jobs.api.actions import Works
from app.jobs.errors import QuotaUsedUp
from app.protection_rules import facts, holds
from app.protection_rules.enforcing import approving, asking
from app.protection_rules.enforcing.asking import IDLE, Claimed, Held
from app.protection_rules.enforcing.lost_checks import still_lost
from app.protection_rules.enforcing.withdrawing import SELECTED_AGAIN, withdraw_pauses
from app.protection_rules.facts import Facts, Wanted
from app.protection_rules.holds import HoldReason, allowance
from app.protection_rules.models import ProtectionRule
from app.protection_rules.preview import counts_of
from app.protection_rules.rules import Effect, Lost, Protects, weigh

log = structlog.get_logger()

EVERY_SECONDS: Final = 15.0
"""How often rules are looked at that nothing named."""
AT_ONCE: Final = 4
SOON: Final = timedelta(seconds=30)
"""After which a rule is weighed again that has more to do, or was weighed while the estate was being read."""
LOOKS: Final = 20
"""VMs that one run asks Azure about before they are paused."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run of a rule asks for."""

    protects: Sequence[Protects]
    pauses: Sequence[Lost]
    again_at: datetime
    """When the rule is weighed again."""


class RuleLoop:
    """`is_on`: whether this installation reads the estate."""

    def __init__(self, database: Database, machines: Machines, works: Works, *, is_on: bool) -> None:
        self._database = database
        self._machines = machines
        self._works = works
        self._is_on = is_on

    async def run_once(self) -> float | None:
        """Take every due rule as far as its hour allows. Returns the seconds until more are due."""
        async with self._database.begin() as session:
            await asking.bring_forward(session)
            claimed = await asking.claim_due(session, limit=AT_ONCE)
            if not claimed:
                return await asking.due_in(session)
        await gather_isolated(self._lead(one) for one in claimed)
        return 0.0

    async def _lead(self, claimed: Claimed) -> None:
        structlog.contextvars.bind_contextvars(protection_rule_id=str(claimed.id))
        async with self._database.begin() as session:
            held = await asking.hold(session, claimed)
            if held is None:
                return
            known = await self._facts(session, held)
        effect = await asyncio.to_thread(weigh, known.rule, known.estate)
        async with self._database.begin() as session:
            plan = await _plan(session, claimed, known, effect, self._works, held.now)
        if plan is None:
            return
        pauses = await still_lost(self._machines, known.rule.selects, plan.pauses)
        made = await self._ask(claimed, known, plan.protects, pauses)
        async with self._database.begin() as session:
            held = await asking.hold(session, claimed)
            is_done = held is not None and await _may_go_on(session, held, known)
            await put_off(session, claimed, plan.again_at if is_done else NOW)
        if made:
            log.info("protection_rule.enforced", jobs=made, left=effect.touched - made)

    async def _facts(self, session: AsyncSession, held: Held) -> Facts:
        member = held.caller.membership
        wanted = Wanted.of(held.row)
        return await facts.read(session, held.row.tenant, member.grants, member.quotas, wanted, is_on=self._is_on)

    async def _ask(self, claimed: Claimed, known: Facts, protects: Sequence[Protects], pauses: Sequence[Lost]) -> int:
        """How many jobs were asked for. Stops when the rule is not ours any more, or is another one."""
        made = 0
        for each in (protects, pauses):
            for one in each:
                try:
                    async with self._database.begin() as session:
                        held = await asking.hold(session, claimed)
                        if held is None or not await _may_go_on(session, held, known):
                            return made
                        if not allowance(held.row.max_per_hour, await asking.asked_lately(session, held), held.now).now:
                            return made
                        if await asking.ask(session, held, one):
                            made += 1
                            held.row.confirmed = max(0, held.row.confirmed - 1)
                except (QuotaUsedUp, Unavailable) as not_now:
                    log.info("protection_rule.not_now", why=not_now.detail)
                    break
        return made


async def _is_as_weighed(session: AsyncSession, held: Held, known: Facts) -> bool:
    """Whether the rules of the tenant are those that it was weighed among."""
    return await facts.version_of(session, held.row.tenant, held.row.id) == known.version


async def _may_go_on(session: AsyncSession, held: Held, known: Facts) -> bool:
    """The same, and nothing holds the rule back since. Else it is weighed again at once."""
    is_free = held.row.waiting is None and await asking.owner_may(session, held.row)
    return is_free and await _is_as_weighed(session, held, known)


async def _plan(
    session: AsyncSession, claimed: Claimed, known: Facts, effect: Effect, works: Works, weighed_at: datetime
) -> Plan | None:
    """None = nothing is to be asked for now; the rule says why, if it is held back."""
    held = await asking.hold(session, claimed)
    if held is None:
        return None
    row = held.row
    if not await _is_as_weighed(session, held, known):
        await put_off(session, claimed, held.now)
        return None
    row.counts, row.weighed_at = dict(counts_of(effect)), weighed_at
    _say(row, _why_held(held, effect, owner_may=await asking.owner_may(session, row)))
    await withdraw_pauses(session, row, works, by="holdfast", why=SELECTED_AGAIN, keys=_not_to_pause(effect))
    await asking.note_selected(session, held, _selected(effect))
    row.confirmed = holds.still_confirmed(row.confirmed, effect.touched, is_whole=not known.known.unreachable)
    may = allowance(row.max_per_hour, await asking.asked_lately(session, held), held.now)
    later = held.now + (SOON if await asking.is_being_read(session) else IDLE)
    await session.flush()
    if row.waiting is not None or not effect.touched or not may.now:
        await put_off(session, claimed, may.more_at if effect.touched and may.more_at else later)
        return None
    protects = effect.protects[: may.now]
    pauses = _in_turn(effect.pauses, held.now)[: min(may.now - len(protects), LOOKS)]
    is_all = len(protects) + len(pauses) == effect.touched
    return Plan(protects, pauses, later if is_all else held.now + SOON)


def _in_turn(pauses: Sequence[Lost], now: datetime) -> Sequence[Lost]:
    """Another one first each time, so that some about which Azure says nothing hold up no other."""
    start = int(now.timestamp() / SOON.total_seconds()) * LOOKS % max(len(pauses), 1)
    return [*pauses[start:], *pauses[:start]]


def _selected(effect: Effect) -> list[str]:
    found = [*(one.vm for one in effect.protects), *(one.vm for one in effect.skips), *effect.unchanged]
    return [vm.key for vm in found]


def _not_to_pause(effect: Effect) -> list[str]:
    return [*_selected(effect), *(one.key for one in effect.lost if one.taken_by is not None)]


def _why_held(held: Held, effect: Effect, *, owner_may: bool) -> dict[str, Any] | None:
    row = held.row
    if holds.needs_approval(row.definition["on_lost"], row.hash, row.approved_hash, held.approvals):
        return approving.waiting_for_approval(held.now)
    if not owner_may:
        detail = f"{row.owner['name']}, in whose name it acts, may write no protection rules any more."
        return {"reason": HoldReason.OWNER.value, "detail": detail, "since": held.now.isoformat()}
    if holds.needs_confirm(effect.touched, row.confirmed):
        return {
            "reason": HoldReason.CONFIRM.value,
            "detail": f"It would touch {effect.touched} VMs at once: read its preview.",
            "since": held.now.isoformat(),
            "count": effect.touched,
            "limit": holds.MOST_UNCONFIRMED,
        }
    return None


def _say(row: ProtectionRule, why: dict[str, Any] | None) -> None:
    """Keep since when it is held back for this reason."""
    if why is not None and row.waiting is not None and row.waiting["reason"] == why["reason"]:
        why = why | {"since": row.waiting["since"]}
    if row.waiting != why:
        row.waiting = why


async def put_off(session: AsyncSession, claimed: Claimed, until: datetime | ColumnElement[datetime]) -> None:
    """Give the claim back."""
    await session.execute(
        update(ProtectionRule)
        .where(ProtectionRule.id == claimed.id, ProtectionRule.fence == claimed.fence)
        .values(due_at=until, lease_until=None)
    )
