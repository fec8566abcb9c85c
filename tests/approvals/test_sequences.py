"""Random lives of requests that need a second person: nothing is ever sent without a word that holds at that moment.

Twice: hundreds through the services that people and loops use, and thousands whose rows are put where the sequence
leads, by hand and all at once (`make soak PART=whole`: 600 and 10,000). Both are claimed by the real statement, and
compared with a model after every round.
"""

import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import pytest
import uuid_utils.compat as uuids
from sqlalchemy import insert, literal, select, text
from sqlalchemy.types import Text

from app.approvals import service
from app.approvals.expire import ExpireLoop
from app.core.db.database import Database
from app.core.errors import ServiceError
from app.identity.access.caller import Caller
from app.jobs import store
from app.jobs.api import actions
from app.jobs.approval import validity as approval_validity
from app.jobs.approval.models import Approval
from app.jobs.errors import JobEnded, JobNotCancellable
from app.jobs.lifecycle import AttemptState, Observation
from app.jobs.loops.submit import LEASE
from app.jobs.models import Job
from app.jobs.queue import claims
from app.jobs.requests.enqueue import enqueue
from app.jobs.work import Ticket
from tests.approvals.model import EVENTS, Event, Life, People
from tests.approvals.people import PEOPLE, add_people, put_role
from tests.approvals.sequences import EDIT, EXPIRE, FORGE, WORKS, new_restore, run
from tests.whole import of_walk

ROUNDS = 6
GENERATIONS = 6


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url, pool_size=4)
    async with opened.begin() as session:
        await add_people(session)
    yield opened
    await opened.aclose()


async def claim_all(database: Database) -> list[Ticket]:
    taken: list[Ticket] = []
    while True:
        async with database.begin() as session:
            batch = await claims.claim_queued(session, limit=500, lease=LEASE)
        if not batch:
            return taken
        taken += [ticket for ticket, _ in batch]


async def compare(database: Database, lives: Mapping[UUID, Life]) -> None:
    """Every row is where the model is, and every attempt is one that the model made."""
    async with database.begin() as session:
        rows = await session.execute(
            text(
                "SELECT jobs.id, jobs.state, approvals.state AS approval, (SELECT count(*) FROM attempts "
                "WHERE job_id = jobs.id) AS attempts FROM jobs JOIN approvals ON approvals.job_id = jobs.id"
            )
        )
        found = {row.id: (row.state, row.approval, row.attempts) for row in rows}
    assert found == {id_: (life.job, life.approval, life.attempts) for id_, life in lives.items()}


def demote_or_promote(dice: random.Random, people: People) -> str | None:
    """Somebody may lose the role or get it back: who."""
    who = dice.choice(["a", "b", "own", None, None])
    if who is not None:
        people.approvers ^= {who}
    return who


def claim_by_the_model(lives: Mapping[UUID, Life], people: People) -> set[UUID]:
    return {id_ for id_, life in lives.items() if life.claim(people)}


# --- through the services -------------------------------------------------------------------------------------------
LIVES_OF_SERVICES = of_walk(short=150, whole=600)


async def test_lives_through_the_services_send_nothing_without_an_approval_that_holds(database: Database) -> None:
    """And as many more where the dice took the approvers' role away so early that little was sent."""
    seed = time.time_ns()
    print(f"seed {seed}")  # noqa: T201 - pytest shows it when it fails
    dice, people = random.Random(seed), People()  # noqa: S311 - a seed makes it repeatable
    lives: dict[UUID, Life] = {}
    for _ in range(GENERATIONS):
        await live_through(database, dice, people, lives)
        if sum(life.attempts for life in lives.values()) > LIVES_OF_SERVICES // 12:
            break
    assert sum(life.attempts for life in lives.values()) > LIVES_OF_SERVICES // 12, (
        "little was sent: the sequences say little"
    )


async def live_through(database: Database, dice: random.Random, people: People, lives: dict[UUID, Life]) -> None:
    """As many more, and all of them for ROUNDS."""
    for _ in range(LIVES_OF_SERVICES):
        async with database.begin() as session:
            lives[(await enqueue(session, new_restore(PEOPLE["own"])))[0].id] = Life()
    expiring = ExpireLoop(database, WORKS)
    for turn in range(ROUNDS):
        who = demote_or_promote(dice, people)
        if who is not None:
            async with database.begin() as session:
                await put_role(session, who, is_approver=who in people.approvers)
        for id_ in dice.sample(list(lives), len(lives) // 3):
            event = dice.choice(EVENTS)
            await act(database, id_, event, is_done=lives[id_].apply(event, people))
        if turn == 1 or dice.random() < 0.7:  # the last claim alone finds few whose approval still holds
            taken = await claim_all(database)
            assert {ticket.id for ticket in taken} == claim_by_the_model(lives, people)
        if dice.random() < 0.4:
            while await expiring.run_once() == 0.0:
                pass
            for life in lives.values():
                life.sweep(people)
        await compare(database, lives)


async def act(database: Database, job_id: UUID, event: Event, *, is_done: bool) -> None:
    """Do it as people, time and a hand in the database do it; the model says whether it may have an effect."""
    verb, _, who = event.partition("_")
    if verb in {"approve", "reject"}:
        await decide(database, job_id, verb, PEOPLE[who])
    elif event == "cancel":
        await cancel(database, job_id)
    elif event == "expire":
        await run(database, EXPIRE, ids=[job_id])
    elif event == "edit":
        await run(database, EDIT, ids=[job_id])
    elif event == "forge":
        await run(database, FORGE, ids=[job_id])
    elif is_done:
        await give_back(database, job_id)


async def decide(database: Database, job_id: UUID, verb: str, who: Caller) -> None:
    try:
        async with database.begin() as session:
            id_ = await session.scalar(select(Approval.id).where(Approval.job_id == job_id))
            assert id_ is not None
            verdict: Any = {"approve": "approved", "reject": "rejected"}[verb]
            await service.decide(session, who, id_, verdict, "because", WORKS)
    except ServiceError:
        pass


async def cancel(database: Database, job_id: UUID) -> None:
    """What was sent is left alone here: whether Azure cancels it is another story."""
    try:
        async with database.begin() as session:
            if await session.scalar(select(Job.state).where(Job.id == job_id)) != "submitting":
                await actions.request_cancel(session, PEOPLE["own"], job_id, WORKS)
    except (JobEnded, JobNotCancellable):
        pass


async def give_back(database: Database, job_id: UUID) -> None:
    """Throttled: nothing was done, and it is to be sent again."""
    async with database.begin() as session:
        row = (await session.execute(select(*claims.TICKET_COLUMNS).where(Job.id == job_id))).one()
        attempt = await session.scalar(
            text("SELECT id FROM attempts WHERE job_id = :id AND state = 'open'"), {"id": job_id}
        )
        await store.record(
            session,
            claims.ticket(row),
            Observation.NOT_ACTED,
            values=store.not_waiting(),
            attempt=(attempt, AttemptState.NOT_ACTED),
        )


# --- ten thousand at once -------------------------------------------------------------------------------------------
JOBS = "UPDATE jobs SET state = :state, lease_until = NULL, due_at = clock_timestamp() WHERE id = ANY(:ids)"
DECIDED = (
    "UPDATE approvals SET state = :state, decided_by = :by, decided_name = 'x', decided_at = clock_timestamp(), "
    "membership_id = :membership WHERE job_id = ANY(:ids)"
)
WITHDRAWN = "UPDATE approvals SET state = 'withdrawn' WHERE job_id = ANY(:ids) AND state IN ('pending', 'approved')"
RETURNED = "UPDATE attempts SET state = 'not_acted', closed_at = clock_timestamp() WHERE job_id = ANY(:ids)"
LIVES = of_walk(short=2_000, whole=10_000)


async def test_random_sequences_give_no_trigger_without_an_approval_that_holds(database: Database) -> None:
    began, seed = time.monotonic(), time.time_ns()
    print(f"seed {seed}")  # noqa: T201
    dice, people = random.Random(seed), People()  # noqa: S311 - a seed makes it repeatable
    lives = {id_: Life() for id_ in await make(database, LIVES)}
    for turn in range(ROUNDS):
        who = demote_or_promote(dice, people)
        if who is not None:
            async with database.begin() as session:
                await put_role(session, who, is_approver=who in people.approvers)
        events = {id_: dice.choice(EVENTS) for id_ in lives}
        await put(database, [(id_, event) for id_, event in events.items() if lives[id_].apply(event, people)])
        if turn == 1 or dice.random() < 0.7:  # the last claim alone finds few whose approval still holds
            taken = await claim_all(database)
            assert {ticket.id for ticket in taken} == claim_by_the_model(lives, people)
            assert len(taken) == len({ticket.id for ticket in taken})
    taken = await claim_all(database)
    assert {ticket.id for ticket in taken} == claim_by_the_model(lives, people)
    await compare(database, lives)
    attempts = sum(life.attempts for life in lives.values())
    assert attempts > LIVES // 20, "little was sent: the sequences say little"
    print(f"{LIVES} sequences, {attempts} attempts, all with a word: {time.monotonic() - began:.1f} s")  # noqa: T201


async def make(database: Database, count: int) -> list[UUID]:
    """So many jobs and their approvals, as `enqueue` leaves them."""
    async with database.begin() as session:
        row = new_restore(PEOPLE["own"]).columns()
        rows = [row | {"id": uuids.uuid7(), "approval_id": uuids.uuid7()} for _ in range(count)]
        await session.execute(insert(Job), rows)
        words = (literal("restore", Text), literal("It.", Text))
        names = ["id", "tenant", "job_id", "operation", "words", "request_hash", "requested_by", "requested_name"]
        asked = select(
            Job.approval_id,
            Job.tenant,
            Job.id,
            *words,
            approval_validity.asked_hash(*words),
            Job.caller,
            Job.requested_by,
            Job.created_at,
            text("created_at + interval '4 hours'"),
        )
        await session.execute(insert(Approval).from_select([*names, "requested_at", "expires_at"], asked))
    await run(database, "ANALYZE jobs, approvals")
    return [row["id"] for row in rows]


async def put(database: Database, done: Sequence[tuple[UUID, Event]]) -> None:
    """Put the rows where these events lead."""
    of: dict[Event, list[UUID]] = {event: [] for event in set(EVENTS)}
    for id_, event in done:
        of[event].append(id_)
    for event, ids in of.items():
        verb, _, who = event.partition("_")
        if verb in {"approve", "reject"} and ids:
            state = {"approve": "approved", "reject": "rejected"}[verb]
            membership = UUID(PEOPLE[who].membership.entries[0].id)
            await run(database, DECIDED, state=state, by=PEOPLE[who].key, membership=membership, ids=ids)
            await run(database, JOBS, state={"approve": "queued", "reject": "failed"}[verb], ids=ids)
    await run(database, WITHDRAWN, ids=of["cancel"])
    await run(database, JOBS, state="cancelled", ids=of["cancel"])
    await run(database, EXPIRE, ids=of["expire"])
    await run(database, EDIT, ids=of["edit"])
    await run(database, FORGE, ids=of["forge"])
    await run(database, RETURNED, ids=of["give_back"])
    await run(database, JOBS, state="queued", ids=of["give_back"])


def test_the_model_itself_lets_nothing_through_that_the_rules_forbid() -> None:
    """A model that is wrong in the same way proves nothing: what it sends has a history that allows it."""
    dice, seen = random.Random(7), Counter[str]()  # noqa: S311 - repeatable
    for _ in range(20_000):
        life, people, history = Life(), People(), []
        for _ in range(dice.randrange(1, 8)):
            demote_or_promote(dice, people)
            event = dice.choice(EVENTS)
            if life.apply(event, people):
                history.append(event)
            if life.claim(people):
                last = max(position for position, one in enumerate(history) if one.startswith("approve"))
                assert history[last] in {"approve_a", "approve_b"}
                assert history[last].partition("_")[2] in people.approvers
                assert not {"expire", "edit", "cancel"} & set(history)
                assert not {"reject_a", "reject_b"} & set(history)
                seen["sent"] += 1
    assert seen["sent"] > 1_000
