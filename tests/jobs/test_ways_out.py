"""A model check: from every state that is no end, whatever is seen again and again, a clock or a call leads out.

Every state of the table (lifecycle.py), under every reason to wait and under every observation that leaves it where it
is, lies in the real store for as long as the longest bound (bounds.py), and is seen anew until the very end. Then a
caller asks, as any caller may. Real faults for the clocks are in test_not_carried_out.py, test_missing.py,
test_poll_operations.py, and below.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert

import app
from app.core.db import database as database_module
from app.jobs import bounds, store
from app.jobs.api.actions import UNSENT
from app.jobs.kinds import CANCELLABLE
from app.jobs.lifecycle import CALLS, FOLLOWED, TERMINAL, TRANSITIONS, Observation, State, Waiting
from app.jobs.models import Attempt, Job
from app.jobs.work import Ticket
from tests.jobs.action_steps import cancel, resolve, running_restore
from tests.jobs.aged_rows import grow_old, live
from tests.jobs.lost_attempts import ask_for_backup, look
from tests.whole import of_walk
from tests.world import HOME, VAULT, World

SOURCE = Path(app.__file__).parent
DOCS = SOURCE.parent / "docs" / "reliability.md"
CODE = re.compile("`([a-z_]+)`")
NOW = datetime.now(UTC)
OPEN = [state for state in State if state not in TERMINAL]
ATTEMPTED = {State.SUBMITTING: "open", State.NEEDS_ATTENTION: "ambiguous"} | dict.fromkeys(FOLLOWED, "accepted")
WRITING = ("jobs", "recovery_runs", "restore_tests", "bulk")
"""Where jobs are made to wait."""
KINDS = ("backup", "update_vault")
"""What is sent once and can be cancelled, and a configuration write, which is one of a series."""
FRESH = frozenset({Observation.STILL_RUNNING, Observation.CANCELLING_SEEN})
"""A sweep saw it: `as_of` is new."""
Case = tuple[str, State, Waiting | None, Observation | None]


def stays(state: State) -> list[Observation]:
    """What can be observed of it for ever, and leaves it where it is."""
    return [observation for observation, then in TRANSITIONS[state].items() if then is state]


def cases() -> Iterator[Case]:
    """None = nothing is observed at all: every worker is away. In a short run each third of them."""
    return islice(_all_cases(), 0, None, of_walk(short=3, whole=1))


def _all_cases() -> Iterator[Case]:
    for kind in KINDS:
        for state in OPEN:
            for reason in (None, *Waiting):
                for observation in (None, *stays(state)):
                    yield kind, state, reason, observation


# --- the table ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("state", OPEN)
def test_from_every_state_that_is_no_end_a_call_leads_to_one(state: State) -> None:
    assert any(then in TERMINAL for observation, then in TRANSITIONS[state].items() if observation in CALLS)


def test_the_reasons_to_wait_are_all_those_that_the_source_writes() -> None:
    """A new one is in the model as soon as it is in `Waiting`, and nowhere else can it come from."""
    written: set[str] = set()
    for path in (path for folder in WRITING for path in (SOURCE / folder).rglob("*.py")):
        written |= set(reasons_in(ast.parse(path.read_text(encoding="utf-8"))))
    assert written == {reason.value for reason in Waiting}
    with pytest.raises(ValueError, match="not a valid Waiting"):
        store.waiting("moon", 1.0)  # type: ignore[arg-type]


def reasons_in(tree: ast.AST) -> Iterator[str]:
    """The texts that a module writes as a reason to wait."""
    for node in ast.walk(tree):
        value: ast.AST | None = None
        if isinstance(node, ast.keyword | ast.Assign) and is_reason(node):
            value = node.value
        elif isinstance(node, ast.Call) and named(node.func) == "waiting" and node.args:
            value = node.args[0]
        yield from texts(value) if value is not None else ()


def is_reason(node: ast.keyword | ast.Assign) -> bool:
    if isinstance(node, ast.keyword):
        return node.arg in {"waiting_reason", "waiting"}
    parts = [part for target in node.targets for part in getattr(target, "elts", [target])]
    return any(named(part) in {"reason", "waiting_reason"} for part in parts)


def named(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def texts(node: ast.AST) -> set[str]:
    """What the expression may come to: of a tuple its members, of a condition its branches."""
    if isinstance(node, ast.IfExp):
        return texts(node.body) | texts(node.orelse)
    if isinstance(node, ast.Tuple):
        return {text for one in node.elts for text in texts(one)}
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return {node.value}
    if isinstance(node, ast.Attribute) and named(node.value) == "Waiting":
        return {Waiting[node.attr].value}
    return set()


# --- the model, in the real store --------------------------------------------------------------------------------
async def test_after_the_longest_time_limit_a_call_ends_any_job(world: World) -> None:
    made = {uuid4(): case for case in cases()}
    await put(world, made)
    await grow_old(world, bounds.LONG_RUNNING_POLLS * world.settings.poll_seconds + 1)
    for job_id, case in made.items():
        await see(world, case, job_id)
    # Workers hold what they look at, most of the time.
    await world.rows("UPDATE jobs SET lease_until = clock_timestamp() + interval '1 minute' RETURNING id")
    for job_id, (_, state, *_) in made.items():
        job = {"id": str(job_id)}
        await (cancel(world, job) if state in UNSENT else resolve(world, job, action="abandon"))
    ends = {row["id"]: row["state"] for row in await world.rows("SELECT id, state FROM jobs")}
    assert not [(case, ends[job_id]) for job_id, case in made.items() if ends[job_id] not in TERMINAL]


async def put(world: World, made: Mapping[UUID, Case]) -> None:
    """Each in its state, waiting for its reason. What may have reached Azure has an attempt on record."""
    rows = [row_of(job_id, case) for job_id, case in made.items()]
    attempts = [
        {"id": uuid4(), "job_id": row["id"], "tenant": HOME, "state": ATTEMPTED[row["state"]]}
        | {"opened_at": NOW, "closed_at": NOW if row["state"] in FOLLOWED else None}
        for row in rows
        if row["state"] in ATTEMPTED
    ]
    activities = {attempt["job_id"]: attempt["id"] for attempt in attempts}
    async with world.database.begin() as session:
        await session.execute(insert(Job), [row | {"activity_id": activities.get(row["id"])} for row in rows])
        await session.execute(insert(Attempt), attempts)


def row_of(job_id: UUID, case: Case) -> dict[str, Any]:
    kind, state, reason, _ = case
    return {
        "id": job_id,
        "tenant": HOME,
        "caller": "c",
        "requested_by": "c",
        "kind": kind,
        "state": state,
        "ask": {},
        "resource_id": job_id,
        "vault_id": job_id,
        "series": None if kind in CANCELLABLE else f"vault:{job_id}",
        "azure_job_id": str(job_id) if state in FOLLOWED else None,
        "azure_status": "InProgress" if state in FOLLOWED else None,
        "waiting_reason": reason,
        "waiting_since": NOW,
        "started_at": NOW,
        "created_at": NOW,
    }


async def see(world: World, case: Case, job_id: UUID) -> None:
    """It is seen once more as it was, just now."""
    kind, state, reason, observation = case
    if observation is None:
        return
    ticket = Ticket(job_id, kind, HOME, state, 0, {}, job_id, None, None, 0)
    values: dict[str, Any] = {"waiting_reason": reason} | (
        {"as_of": database_module.NOW} if observation in FRESH else {}
    )
    async with world.database.begin() as session:
        assert await store.record(session, ticket, observation, values=values, quiet=True) is state


# --- what Azure can go on with for ever ----------------------------------------------------------------------------
async def test_a_job_that_azure_shows_as_running_for_ever_is_given_up_by_a_call_after_a_day(world: World) -> None:
    job = await running_restore(world)
    hour = bounds.unseen(world.settings.poll_seconds).total_seconds()
    for hours in (3, 20):
        await grow_old(world, hours * hour)
        await live(world, 1)
        assert (await resolve(world, job, action="abandon")).json()["code"] == "nothing_to_resolve"
    await grow_old(world, hour + 1)
    await live(world, 1)
    assert (await resolve(world, job, action="retry")).json()["code"] == "nothing_to_resolve", "Azure has it"
    assert (await resolve(world, job, action="abandon")).json()["state"] == "failed"


async def test_a_cancel_that_azure_took_and_never_carries_out_is_given_up_by_a_call_after_an_hour(world: World) -> None:
    job = await running_restore(world)
    await cancel(world, job)
    await live(world, 1)
    assert (await look(world, job))["state"] == "cancelling"
    assert (await resolve(world, job, action="abandon")).json()["code"] == "nothing_to_resolve"
    await grow_old(world, bounds.unseen(world.settings.poll_seconds).total_seconds() + 1)
    await live(world, 1)
    assert (await look(world, job))["state"] == "cancelling", "Azure's clock stands still"
    assert (await resolve(world, job, action="abandon")).json()["state"] == "failed"


async def test_a_lost_answer_that_no_list_ever_tells_of_is_given_up_by_a_call(world: World) -> None:
    item = await world.item()
    world.fault("POST", "/backup$", "drop_before")
    world.fault("GET", "/backupJobs", "status_before", status=503, times=None)
    job = await ask_for_backup(world, item)
    await live(world)
    await grow_old(world, 100 * 3600.0)
    await live(world, 1)
    waits = await look(world, job)
    assert (waits["state"], waits["waiting"]["reason"]) == ("submitting", "outcome_unknown")
    assert (await resolve(world, job, action="abandon")).json()["state"] == "failed"


async def test_an_operation_that_goes_on_for_ever_and_names_no_job_is_put_before_a_person(world: World) -> None:
    world.fault("GET", "/operation", "status_before", status=200, body='{"status": "InProgress"}', times=None)
    job = (await world.api.post("/v1/vaults", json=VAULT)).json()
    await live(world)
    assert (await look(world, job))["state"] == "running"
    await grow_old(world, bounds.no_end(world.settings.poll_seconds).total_seconds() + 1)
    await live(world, 1)
    assert (await look(world, job))["state"] == "needs_attention"
    assert (await resolve(world, job, action="abandon")).json()["state"] == "failed"


async def test_a_job_of_others_that_azure_shows_no_more_is_given_up_by_a_call(world: World) -> None:
    """Nobody here started it, and its row would say `running` for good."""
    job_id = uuid4()
    row = row_of(job_id, ("backup", State.RUNNING, None, None)) | {"origin": "azure", "as_of": NOW}
    async with world.database.begin() as session:
        await session.execute(insert(Job), [row])
    job = {"id": str(job_id)}
    assert (await resolve(world, job, action="abandon")).json()["code"] == "nothing_to_resolve"
    await grow_old(world, bounds.unseen(world.settings.poll_seconds).total_seconds() + 1)
    assert (await resolve(world, job, action="abandon")).json()["state"] == "failed"


# --- what is written of it -----------------------------------------------------------------------------------------
def test_the_table_of_bounds_names_every_state_every_reason_and_the_times_that_are_kept() -> None:
    heading, polls = "## Every job has a way out", 30.0
    table = DOCS.read_text(encoding="utf-8").split(heading, 1)[1].split("\n## ", 1)[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if line[:2] == "| "]
    assert {state.value for state in OPEN} == {name for row in rows[2:] for name in CODE.findall(row[0])}
    assert {reason.value for reason in Waiting} <= {name for row in rows[2:] for name in CODE.findall(row[1])}
    for said, time in {
        "10 minutes": bounds.not_visible(polls),
        "2 hours": bounds.no_end(polls),
        "an hour": bounds.unseen(polls),
        "24 hours": timedelta(seconds=bounds.LONG_RUNNING_POLLS * polls),
    }.items():
        assert said in table, (said, time)
    assert [bounds.not_visible(polls), bounds.no_end(polls), bounds.unseen(polls)] == [
        timedelta(minutes=10),
        timedelta(hours=2),
        timedelta(hours=1),
    ]
    assert polls * bounds.LONG_RUNNING_POLLS == 24 * 3600
