"""How far an scenario has come when a worker dies."""

from tests.jobs.failpoints import SETTLE_SECONDS, Ground, Job, Scenario
from tests.jobs.lost_attempts import claim_and_die, end_leases


async def queued(ground: Ground, scenario: Scenario) -> Job:
    return await scenario.begin(ground)


async def sent(ground: Ground, scenario: Scenario) -> Job:
    """Azure has answered; what is to be followed is ten seconds old."""
    job = await scenario.begin(ground)
    await ground.look_once("submitting")
    await ground.moves_on(10)
    return job


async def done_in_azure(ground: Ground, scenario: Scenario) -> Job:
    """The operation, where there is no job, has ended."""
    job = await sent(ground, scenario)
    await ground.moves_on(60)
    return job


async def ended_in_azure(ground: Ground, scenario: Scenario) -> Job:
    """Its Azure job was named, and has ended."""
    job = await sent(ground, scenario)
    await ground.look_once("operations")
    await ground.moves_on(20_000)
    return job


async def answer_lost(ground: Ground, scenario: Scenario) -> Job:
    """Azure acted, the answer was cut off."""
    job = await scenario.begin(ground)
    ground.world.fault(*scenario.write, "drop_after")
    await ground.look_once("submitting")
    assert ground.world.simulator.faults.waiting[-1].hits == 1, "nothing was sent"
    await ground.moves_on(10)
    return job


async def never_sent(ground: Ground, scenario: Scenario) -> Job:
    """A worker died between claim and send, longer than SETTLE ago."""
    job = await scenario.begin(ground)
    await claim_and_die(ground.world)
    await end_leases(ground.world, age=SETTLE_SECONDS + 1)
    await ground.world.make_due()
    return job


async def to_be_cancelled(ground: Ground, scenario: Scenario) -> Job:
    job = await sent(ground, scenario)
    await ground.look_once("operations", "observing")
    answer = await ground.world.api.post(f"/v1/jobs/{job['id']}/cancel")
    assert answer.status_code == 202, answer.text
    return job
