"""The same orders of events (protocol.py) against the real store: its statements, its fences, its indexes."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.values import AzureJob
from app.core.db.database import Database
from app.jobs import store
from app.jobs.lifecycle import AttemptState, Observation, State
from app.jobs.loops.submit import LEASE
from app.jobs.queue import claims
from app.jobs.sweep import store as sweep_store
from app.jobs.sweep.matching import Sighting, Tracked
from app.jobs.sweep.settle import settle
from app.jobs.sweep.settlement import settlement_of
from app.jobs.sweep.watch import Watch
from tests.jobs.protocol import VAULT, Claim, Machine
from tests.whole import of_walk

T = TypeVar("T")
EXAMPLES, STEPS = of_walk(short=7, whole=20), 25


class InPostgres:
    """One request in a database of its own kind: every call is one transaction, as the loops make them."""

    def __init__(self, runner: asyncio.Runner, database: Database) -> None:
        self._runner, self._database = runner, database
        self._job, self._vault = uuid4(), uuid4()
        self._seen: tuple[State, dict[UUID, str]] | None = None
        self._do(
            "INSERT INTO vault_watches (vault_id, subscription_id, resource_group, name) VALUES (:vault, 's', 'g', 'v')"
        )
        self._do(
            "INSERT INTO jobs (id, tenant, caller, requested_by, kind, state, ask, vault_id)"
            " VALUES (:job, 't', 'c', 'c', 'restore', 'queued', '{}', :vault)"
        )

    def _transaction(self, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
        self._seen = None

        async def run() -> T:
            async with self._database.begin() as session:
                return await work(session)

        return self._runner.run(run())

    def _do(self, statement: str, **values: Any) -> list[Any]:
        async def execute(session: AsyncSession) -> list[Any]:
            done = await session.execute(text(statement), {"job": self._job, "vault": self._vault, **values})
            return list(done.all()) if done.returns_rows else []  # type: ignore[attr-defined]

        return self._transaction(execute)

    def leave(self) -> None:
        """The next request shall not meet this one."""
        self._do("DELETE FROM jobs WHERE id = :job")

    def state(self) -> State:
        return self._look()[0]

    def attempts(self) -> dict[UUID, str]:
        return self._look()[1]

    def _look(self) -> tuple[State, dict[UUID, str]]:
        """As it stands since the last transaction: the machine asks many times between two of them."""
        if self._seen is None:
            rows = self._do(
                "SELECT jobs.state, a.id, a.state FROM jobs LEFT JOIN attempts a ON a.job_id = jobs.id"
                " WHERE jobs.id = :job"
            )
            self._seen = State(rows[0][0]), {row[1]: row[2] for row in rows if row[1]}
        return self._seen

    def claim(self) -> Claim | None:
        async def claim(session: AsyncSession) -> Claim | None:
            found = await claims.claim_queued(session, limit=1, lease=LEASE)
            return Claim(*found[0]) if found else None

        return self._transaction(claim)

    def take(self) -> Claim | None:
        async def take(session: AsyncSession) -> Claim | None:
            tickets = await claims.claim_rows(session, claims.UNRESOLVED_ROWS, limit=1, lease=LEASE)
            if not tickets:
                return None
            attempts = await claims.attempts_of(session, [tickets[0].id])
            return Claim(tickets[0], None, tuple(attempts[tickets[0].id]))

        return self._transaction(take)

    def record(self, claim: Claim, seen: Observation, attempt: tuple[UUID, str] | None, job: AzureJob | None) -> bool:
        values = store.not_waiting() | ({"azure_job_id": job.job_id} if job else {})
        if attempt is not None and attempt[1] in {"accepted", "found"}:
            values |= {"activity_id": attempt[0]}

        closed = (attempt[0], AttemptState(attempt[1])) if attempt is not None else None

        async def record(session: AsyncSession) -> bool:
            return await store.record(session, claim.ticket, seen, values=values, attempt=closed) is not None

        return self._transaction(record)

    def tracked(self) -> Tracked | None:
        followed = self._transaction(lambda session: sweep_store.followed_in(session, self._vault))
        return followed[0] if followed else None

    def settle(self, job: AzureJob) -> None:
        tracked = self.tracked()
        assert tracked is not None
        settlement = settlement_of(Sighting(tracked, job), job, None)
        fence = self._do("SELECT fence FROM vault_watches WHERE vault_id = :vault")[0][0]
        watch = Watch(self._vault, VAULT, fence, 0, datetime.now(UTC))
        assert self._transaction(lambda session: settle(session, watch, [settlement])) == {self._job}

    def withdraw(self) -> None:
        """What the API does, under the same lock and guard (api/actions.py); whose caller it is, is another matter."""

        async def withdraw(session: AsyncSession) -> None:
            columns = await session.execute(
                text("SELECT fence FROM jobs WHERE id = :job FOR UPDATE"), {"job": self._job}
            )
            ticket = claims.ticket(_Row(self._job, columns.scalar_one()))
            await store.record(session, ticket, Observation.CANCELLED_UNSENT, values={})

        self._transaction(withdraw)

    def abandon(self) -> None:
        self._do(
            "WITH given_up AS (UPDATE jobs SET state = 'failed', fence = fence + 1 WHERE id = :job"
            " AND state = 'submitting' AND (lease_until IS NULL OR lease_until <= clock_timestamp()) RETURNING id)"
            " UPDATE attempts SET state = 'retired' FROM given_up WHERE job_id = given_up.id AND state = 'open'"
        )

    def pass_time(self, seconds: float) -> None:
        self._do(
            "UPDATE jobs SET due_at = due_at - make_interval(secs => :seconds),"
            " lease_until = lease_until - make_interval(secs => :seconds) WHERE id = :job",
            seconds=seconds,
        )
        self._do("UPDATE attempts SET opened_at = opened_at - make_interval(secs => :seconds)", seconds=seconds)


class _Row:
    """A queued job's row, as a ticket is made of it."""

    def __init__(self, job_id: UUID, fence: int) -> None:
        self.id, self.kind, self.tenant, self.state, self.fence = job_id, "restore", "t", State.QUEUED, fence
        self.ask: dict[str, Any] = {}
        self.tries = 0

    def __getattr__(self, name: str) -> None:
        """The columns that say nothing yet."""


@pytest.fixture
def ledgers(database_url: str) -> Iterator[Callable[[], InPostgres]]:
    """Makes requests in a database of their own, over one connection."""
    with asyncio.Runner() as runner:
        database = Database(database_url, application_name="machine", pool_size=1)
        try:
            yield lambda: InPostgres(runner, database)
        finally:
            runner.run(database.aclose())


def test_any_order_of_events_leaves_the_store_with_one_azure_job_and_one_end(
    ledgers: Callable[[], InPostgres],
) -> None:
    class InTheStore(Machine):
        def begin(self) -> None:
            self.ledger = self.made = ledgers()

        def teardown(self) -> None:
            try:
                super().teardown()
            finally:
                self.made.leave()

    run_state_machine_as_test(
        InTheStore, settings=settings(max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None)
    )
