"""The loop: asks the hint, compares it with what lists have shown, and brings lists forward.

claim ── every subscription that is due, one replica at a time
│ Azure allows enough lists there: the hint is not asked, nothing waits for it
▼
ask ── one query about all others; no transaction is open
│ refused: logged once, asked again in an hour │ no answer: again soon, and after five minutes nothing waits
▼
compare ── good: vaults with news are due now, as many as Azure's limit leaves │ bad: every vault as without it
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.errors import AzureDenied, AzureError, AzureUnknown
from app.azure.graph.values import GraphJobs
from app.azure.ports import ResourceGraph
from app.core.db.database import Database
from app.jobs.hints import store
from app.jobs.hints.news import News, asked_of, news_of
from app.jobs.hints.pacing import (
    ask_again_in,
    could_help,
    lists_to_bring,
    longest_lag,
    look_back,
    saved_after,
    usual_interval,
)
from app.jobs.hints.store import Claimed, Subscription
from app.jobs.hints.trust import Judged, Trust, after, evidence_of, judge
from app.jobs.models import JobHint
from app.jobs.scheduling import back_off, tries_after
from app.jobs.sweep.watch import HINT_FRESH

log = structlog.get_logger()

QUERY_SECONDS = 60.0
"""For all pages of a query: then enough of the lease is left to write what follows from it."""
REFUSED_FOR = 3600.0
"""Seconds until Azure is asked again that gave no right to ask."""
FRESH_SECONDS = HINT_FRESH.total_seconds()
IDLE_POLLS = 4.0
"""Until a subscription is looked at again in which the hint could not help."""


@dataclass(frozen=True, slots=True)
class _Round:
    """The subscriptions of one query, and how far back it reads."""

    claims: Sequence[Claimed]
    subscriptions: Mapping[str, Subscription]
    back: timedelta
    ahead: timedelta
    """By how much Azure's clock is ahead of ours, as far as it is known."""

    @property
    def azure_now(self) -> datetime:
        return self.claims[0].now + self.ahead

    @property
    def since(self) -> datetime:
        """The oldest moment that is asked for, by Azure's clock."""
        return self.azure_now - self.back


class HintLoop:
    """`enabled` False: nothing is asked, and nothing waits for a hint."""

    def __init__(self, database: Database, graph: ResourceGraph, *, poll_seconds: float, enabled: bool) -> None:
        self._database = database
        self._graph = graph
        self._poll_seconds = poll_seconds
        self._enabled = enabled
        self._ahead = timedelta()
        """Of Azure's clock, by the last answer. The vaults' rows do not tell it: a list may be older than its sweep."""

    async def run_once(self) -> float | None:
        """One round over every subscription that is due. Returns in how many seconds the next one is."""
        async with self._database.begin() as session:
            await store.add_missing(session)
            claims = await store.claim_due(session)
            if not claims:
                return await store.due_in(session)
            found = await store.subscriptions(session, [one.subscription_id for one in claims])
            asking = [one for one in claims if self._is_worth(found.get(one.subscription_id))]
            for one in claims:
                if one not in asking:
                    await self._leave_alone(session, one)
        if asking:
            back = max(look_back(one.trust.lag, self._poll_seconds) for one in asking)
            await self._ask(_Round(asking, found, back, self._ahead))
        return self._poll_seconds

    def _is_worth(self, subscription: Subscription | None) -> bool:
        return self._enabled and subscription is not None and could_help(subscription.allowed, self._poll_seconds)

    async def _leave_alone(self, session: AsyncSession, claimed: Claimed) -> None:
        await store.stop_waiting(session, claimed.subscription_id, None, within=self._poll_seconds)
        seconds = IDLE_POLLS * self._poll_seconds
        await store.give_back(session, claimed, seconds=seconds, proven_at=None, saved=0.0, is_refused=False)

    async def _ask(self, turn: _Round) -> None:
        try:
            shown = await _answer(self._graph, turn)
        except AzureError as error:
            await self._no_answer(turn, error)
            return
        azure_now = shown.read_at or turn.azure_now
        self._ahead = azure_now - turn.claims[0].now
        for claimed in turn.claims:
            await self._compare(claimed, turn.subscriptions[claimed.subscription_id], shown, azure_now, turn.back)

    async def _no_answer(self, turn: _Round, error: AzureError) -> None:
        refused = isinstance(error, AzureDenied)
        if refused and not all(one.is_refused for one in turn.claims):
            log.warning("hint.refused", error=str(error), again_in=REFUSED_FOR)
        elif not refused:
            log.info("hint.no_answer", error=str(error))
        async with self._database.begin() as session:
            for one in turn.claims:
                if not await store.is_still_ours(session, one):
                    continue
                changes: dict[str, Any] = {"is_refused": refused, "tries": tries_after(one.tries, refused=refused)}
                seconds = REFUSED_FOR
                if refused or one.trust.proven_at is None:
                    changes["proven_at"] = None
                    usual = usual_interval(turn.subscriptions[one.subscription_id].allowed, self._poll_seconds)
                    await store.stop_waiting(session, one.subscription_id, None, within=usual)
                if not refused:
                    seconds = back_off(one.tries, self._poll_seconds, error.retry_after, longest=FRESH_SECONDS)
                await store.give_back(session, one, seconds=seconds, **changes)

    async def _compare(
        self, claimed: Claimed, subscription: Subscription, shown: GraphJobs, azure_now: datetime, back: timedelta
    ) -> None:
        """What this answer is worth in one subscription, and what follows from it."""
        rows = [row for row in shown if row.vault.subscription_id.lower() == claimed.subscription_id]
        followed, recent = subscription.followed, claimed.now - back / 2
        async with self._database.begin() as session:
            known = await store.known_jobs(session, asked_of(rows, followed))
            truth = await store.ended_since(session, subscription, azure_now - back)
            taken_in = await store.taken_in_since(session, subscription, recent)
        evidence = evidence_of(rows, followed, known, truth, azure_now, recent=recent, taken_in=taken_in)
        lag_limit = longest_lag(subscription.allowed, self._poll_seconds)
        judged = judge(evidence, claimed.trust.lag, longest_lag=lag_limit)
        trust = after(claimed.trust, judged, claimed.now)
        news = news_of(rows, followed, known, azure_now) if trust.proven_at is not None else []
        async with self._database.begin() as session:
            if not await store.is_still_ours(session, claimed):
                return
            await self._follow(session, claimed, subscription, trust, news)
        if (trust.proven_at is None) != (claimed.trust.proven_at is None):
            _log_change(claimed, trust, judged)

    async def _follow(
        self,
        session: AsyncSession,
        claimed: Claimed,
        subscription: Subscription,
        trust: Trust,
        news: Sequence[News],
    ) -> None:
        """Bring the lists of vaults with news forward; have others wait for the hint no longer, if it is no good."""
        poll = self._poll_seconds
        allowed, saved, brought = subscription.allowed, 0.0, 0
        if trust.proven_at is None:
            await store.stop_waiting(session, claimed.subscription_id, None, within=usual_interval(allowed, poll))
        else:
            since = claimed.seconds_since_asked
            saved = saved_after(claimed.saved, since, allowed.spent - claimed.spent if since else 0, allowed)
            named = [one.followed.vault_id for one in news]
            brought = await store.bring_forward(session, named, limit=lists_to_bring(saved, allowed))
            if trust.blind:
                await store.stop_waiting(
                    session, claimed.subscription_id, list(trust.blind), within=usual_interval(allowed, poll)
                )
        await store.give_back(
            session,
            claimed,
            seconds=ask_again_in(poll, is_trusted=trust.proven_at is not None),
            **store.trust_columns(trust),
            asked_at=claimed.now,
            saved=saved,
            spent=allowed.spent,
            brought=JobHint.brought + brought,
            is_refused=False,
            tries=0,
        )


async def _answer(graph: ResourceGraph, turn: _Round) -> GraphJobs:
    """Raises AzureError, also where the answer comes too late."""
    ids, since = [one.subscription_id for one in turn.claims], turn.since
    try:
        async with asyncio.timeout(QUERY_SECONDS):
            shown = await graph.list_jobs(ids, since=since)
            if shown.read_at is not None and shown.read_at - turn.back < since - turn.back / 2:
                # Azure's clock is behind what was believed: what was asked for begins too late.
                shown = await graph.list_jobs(ids, since=shown.read_at - turn.back)
    except TimeoutError as error:
        raise AzureUnknown(f"Resource Graph had not answered in full after {QUERY_SECONDS:.0f} s.") from error
    return shown


def _log_change(claimed: Claimed, trust: Trust, judged: Judged) -> None:
    lag = None if trust.lag is None else trust.lag.total_seconds()
    event = "hint.left_alone" if trust.proven_at is None else "hint.trusted"
    log.info(event, subscription_id=claimed.subscription_id, lag_seconds=lag, verdict=judged.verdict.value)
