"""R2, what nobody asked for: Azure's own jobs, what is still to be told, orphans, and what is old.

A slow sweep takes in what Azure's schedule began; a later one tells of an ended backup what lists do not say; an Azure
job of an attempt that was given up is reported and cancelled; what is old is cleared away.
"""

from dataclasses import dataclass
from uuid import UUID

from app.jobs.loops.prune import BATCH
from app.simulator.progress import Job as AzureJob
from app.simulator.progress import status_of
from tests.jobs.checkpoints import sent
from tests.jobs.failpoints import SETTLE_SECONDS, Ground, Job, Scenario
from tests.jobs.lost_attempts import claim_and_die, end_leases, look, send
from tests.jobs.scenarios import BACKUP, ask_for_backup, triggers
from tests.jobs.untracked_steps import an_hour_passes
from tests.world import World

BEGINS_WITHIN = 600.0
"""Seconds: how exactly the beginning of a scheduled backup is waited for."""


def azures_jobs(world: World) -> dict[str, AzureJob]:
    return {name: job for vault in world.simulator.world.vaults.values() for name, job in vault.jobs.items()}


# --- jobs of Azure's own ---------------------------------------------------------------------------------------------
def _scheduled(world: World) -> set[str]:
    return {name for name, job in azures_jobs(world).items() if not job.user_triggered}


async def azure_backs_up(ground: Ground) -> Job:
    """The next run of the policy begins. One VM follows it here, so that it is one job."""
    simulator, before = ground.world.simulator, _scheduled(ground.world)
    while not (begun := _scheduled(ground.world) - before):
        simulator.advance(BEGINS_WITHIN, run_policies=True)
    (azure_job_id,) = begun
    return {"azure_job_id": azure_job_id}


async def rows_of_azures_own(ground: Ground) -> int:
    rows = await ground.world.rows(
        "SELECT id FROM jobs WHERE azure_job_id = ANY(:scheduled)", scheduled=sorted(_scheduled(ground.world))
    )
    return len(rows)


async def look_at_taken_in(world: World, job: Job) -> Job:
    rows = await world.rows("SELECT id FROM jobs WHERE azure_job_id = :azure_job_id", **job)
    return await look_whether_told(world, {"id": str(rows[0]["id"])}) if rows else {"state": "not there", "error": None}


async def is_told_once(ground: Ground, job: Job) -> str | None:
    """Its history has one beginning, and one end at most: what had ended when it was taken in has none."""
    events = await ground.world.rows(
        "SELECT observation FROM job_events JOIN jobs ON jobs.id = job_id WHERE azure_job_id = :azure_job_id", **job
    )
    told = [row["observation"] for row in events]
    is_once = told[0] == "taken_in" and told.count("taken_in") == 1 and told.count("ended_well") <= 1
    return None if is_once else f"told {told}"


async def slow_sweep_due(ground: Ground) -> None:
    await an_hour_passes(ground.world)
    await ground.world.make_due()


async def begun_by_azure(ground: Ground, scenario: Scenario) -> Job:
    job = await scenario.begin(ground)
    await slow_sweep_due(ground)
    return job


async def begun_and_ended(ground: Ground, scenario: Scenario) -> Job:
    """Between two looks."""
    job = await scenario.begin(ground)
    ground.world.advance(20_000)
    await slow_sweep_due(ground)
    return job


async def taken_in(ground: Ground, scenario: Scenario) -> Job:
    """And it has ended since."""
    job = await begun_by_azure(ground, scenario)
    await ground.look_once("observing")
    assert (found := await look_at_taken_in(ground.world, job))["state"] == "running", found
    ground.world.advance(20_000)
    await slow_sweep_due(ground)
    return job


AZURES_OWN = Scenario(azure_backs_up, rows_of_azures_own, look=look_at_taken_in, proof=is_told_once, triggers=0)


# --- what is still to be told ----------------------------------------------------------------------------------------
async def ended_by_the_list(ground: Ground, scenario: Scenario) -> Job:
    """Its vault had no request to spare when it ended, and has now."""
    job = await sent(ground, scenario)
    await ground.look_once("operations")
    await ground.moves_on(20_000)
    await _spare(ground, 0)
    await ground.world.loops["observing"].run_once()
    (row,) = await ground.world.rows("SELECT state, details_wanted FROM jobs WHERE id = :id", id=UUID(job["id"]))
    assert row == {"state": "succeeded", "details_wanted": True}
    await _spare(ground, 8)
    await ground.world.make_due()
    return job


async def _spare(ground: Ground, requests: int) -> None:
    await ground.world.rows(
        "UPDATE vault_watches SET spare = :requests, swept_at = clock_timestamp() RETURNING vault_id", requests=requests
    )


async def look_whether_told(world: World, job: Job) -> Job:
    found = await look(world, job)
    (row,) = await world.rows("SELECT details_wanted FROM jobs WHERE id = :id", id=UUID(job["id"]))
    if found["state"] != "succeeded":
        return found
    return found | {"state": "untold" if row["details_wanted"] else "told", "error": found["result"]}


async def is_told_truly(ground: Ground, job: Job) -> str | None:
    found = await look(ground.world, job)
    truth = azures_jobs(ground.world)[found["azure"]["job_id"]]
    told, point_at = found["result"]["backup_size"], found["result"]["recovery_point_time"]
    return None if told == truth.final_bag["Backup Size"] and point_at is not None else str(found["result"])


TOLD_LATER = Scenario(ask_for_backup, triggers, look=look_whether_told, proof=is_told_truly)


# --- orphans ---------------------------------------------------------------------------------------------------------
async def one_comes_late(ground: Ground) -> Job:
    """A worker was frozen for longer than SETTLE before it sent, and wakes when another one has sent it anew."""
    job = await BACKUP.begin(ground)
    ticket, attempt_id = await claim_and_die(ground.world)
    await end_leases(ground.world, age=SETTLE_SECONDS + 1)
    await ground.look_once("resolving", "submitting")
    await ground.moves_on(10)
    await ground.look_once("operations")
    assert (await look(ground.world, job))["state"] == "running"
    await send(ground.world, ticket, attempt_id)
    await ground.moves_on(10)
    return job | {"attempt_id": str(attempt_id)}


async def cancelled(ground: Ground) -> int:
    return sum(job.cancel_asked is not None for job in azures_jobs(ground.world).values())


def _orphan(world: World, job: Job) -> AzureJob:
    (orphan,) = (one for one in azures_jobs(world).values() if one.activity_id == job["attempt_id"])
    return orphan


async def look_at_orphan(world: World, job: Job) -> Job:
    """As Azure has it."""
    status, _ = status_of(_orphan(world, job), world.simulator.clock, world.simulator.clock.now())
    return {"state": f"orphan {status}", "error": None}


async def is_reported_once(ground: Ground, job: Job) -> str | None:
    """The job's history and the audit trail each report the orphan once; our job is not affected.

    Azure forgets it then: the database's clock hardly moves here, so the first look of each new worker reaches back to
    the first of them, and would be longer with each.
    """
    await ground.world.settle(seconds=4000)
    ground.world.simulator.world.forget_job(_orphan(ground.world, job).id)
    ours = await look(ground.world, job)
    said = await ground.world.rows(
        "SELECT observation AS what FROM job_events WHERE job_id = :id AND observation LIKE 'orphan_%'"
        " UNION ALL SELECT action FROM audit_entries WHERE job_id = :id AND action LIKE '%_orphan'",
        id=UUID(job["id"]),
    )
    found = [ours["state"], *sorted(row["what"] for row in said)]
    expected = ["succeeded", "cancel_orphan", "find_orphan", "orphan_cancel_accepted", "orphan_found"]
    return None if found == expected else str(found)


async def orphan_is_there(ground: Ground, scenario: Scenario) -> Job:
    return await scenario.begin(ground)


async def orphan_is_found(ground: Ground, scenario: Scenario) -> Job:
    job = await scenario.begin(ground)
    await ground.look_once("observing")
    assert await ground.world.rows("SELECT id FROM cancellations")
    return job


ORPHAN = Scenario(one_comes_late, cancelled, look=look_at_orphan, proof=is_reported_once, triggers=2, orphans=1)


# --- what is old -----------------------------------------------------------------------------------------------------
OLD, KEPT = 1100, 2
"""Things of one visit to a shelf: what is old takes two batches."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A table that is cleared. Things are `old` or `kept`: young, or old and of a job that has not ended."""

    name: str
    things: str
    """What is put there in a visit: `:old` old ones, and KEPT. `:visit` tells one visit from another."""
    put: str
    left: str
    """What there is, of all visits: `what`, and how `many` of it."""


_OF_JOBS = (
    "WITH job AS (INSERT INTO jobs (id, tenant, caller, requested_by, kind, ask, state)"
    " SELECT gen_random_uuid(), 'shelf', :visit, 'shelf', 'backup', '{}', state"
    " FROM unnest(ARRAY['succeeded', 'needs_attention']) AS state RETURNING id, state), thing AS ("
    " SELECT id, 'old' AS what, interval '91 days' AS age FROM job, generate_series(1, :old) WHERE state = 'succeeded'"
    " UNION ALL SELECT id, 'kept', interval '29 days' FROM job WHERE state = 'succeeded'"
    " UNION ALL SELECT id, 'kept', interval '91 days' FROM job WHERE state <> 'succeeded') "
)
_BARE = (
    "WITH thing AS (SELECT i, CASE WHEN i > :old THEN 'kept' ELSE 'old' END AS what,"
    " CASE WHEN i > :old THEN interval '6.9 days' ELSE interval '31 days' END AS age"
    " FROM generate_series(1, :old + 2) AS i) "
)
SHELVES = [
    Shelf(
        "events",
        _OF_JOBS,
        "INSERT INTO job_events (job_id, tenant, observation, state, detail, at)"
        " SELECT id, 'shelf', 'seen', 'running', what, clock_timestamp() - age FROM thing RETURNING id",
        "SELECT detail AS what, count(*) AS many FROM job_events WHERE tenant = 'shelf' GROUP BY 1",
    ),
    Shelf(
        "attempts",
        _OF_JOBS,
        "INSERT INTO attempts (id, job_id, tenant, state, detail, closed_at)"
        " SELECT gen_random_uuid(), id, 'shelf', 'retired', what, clock_timestamp() - age FROM thing RETURNING id",
        "SELECT detail AS what, count(*) AS many FROM attempts WHERE tenant = 'shelf' GROUP BY 1",
    ),
    Shelf(
        "keys",
        _BARE,
        "INSERT INTO jobs (id, tenant, caller, requested_by, kind, state, ask, idempotency_key, request_hash,"
        " created_at) SELECT gen_random_uuid(), 'shelf', :visit, what, 'backup', 'succeeded', '{}', i::text, what,"
        " clock_timestamp() - age FROM thing RETURNING id",
        "SELECT requested_by AS what, count(*) AS many FROM jobs WHERE idempotency_key IS NOT NULL GROUP BY 1",
    ),
    Shelf(
        "budgets",
        _BARE,
        "INSERT INTO azure_budgets (subscription_id, principal, request_class, filled_at)"
        " SELECT :visit || i, what, 'list_jobs', clock_timestamp() - age FROM thing RETURNING subscription_id",
        "SELECT principal AS what, count(*) AS many FROM azure_budgets GROUP BY 1",
    ),
]


def clearing(shelf: Shelf) -> Scenario:
    """Once an hour, whatever asks for it. `lost` is what should have been kept."""

    async def fill(ground: Ground) -> Job:
        """Only this table is due. Events are found from the old end of theirs: what is young stands behind it."""
        (young,) = await ground.world.rows("SELECT count(*) AS events FROM job_events WHERE tenant <> 'shelf'")
        assert young["events"] < BATCH - KEPT, "clear before anything else is walked"
        await ground.world.run_due()  # makes the due rows, or ends what the last one who died had begun
        await ground.world.rows(
            "DELETE FROM jobs WHERE tenant = 'shelf' AND requested_by = 'old' AND idempotency_key IS NULL RETURNING id"
        )
        await ground.world.rows(shelf.things + shelf.put, visit=f"visit {ground.number()} ", old=OLD)
        await ground.world.rows(
            "UPDATE prunings SET lease_until = NULL,"
            " due_at = clock_timestamp() + CASE WHEN name = :name THEN interval '0' ELSE interval '1 hour' END"
            " RETURNING fence",
            name=shelf.name,
        )
        return {}

    async def left(world: World, what: str) -> int:
        return sum(int(row["many"]) for row in await world.rows(shelf.left) if row["what"] == what)

    async def visits_kept(ground: Ground) -> int:
        return await left(ground.world, "kept") // KEPT

    async def look_at_shelf(world: World, job: Job) -> Job:
        del job
        return {"state": f"{await left(world, 'old')} old", "error": None}

    return Scenario(fill, visits_kept, look=look_at_shelf, triggers=0)
