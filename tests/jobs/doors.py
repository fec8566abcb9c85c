"""How far an errand has come when a worker dies."""

from tests.jobs.failpoints import SETTLE_SECONDS, Errand, Ground, Job
from tests.jobs.test_crash import claim_and_die, end_leases


async def queued(ground: Ground, errand: Errand) -> Job:
    return await errand.begin(ground)


async def sent(ground: Ground, errand: Errand) -> Job:
    """Azure has answered; what is to be followed is ten seconds old."""
    job = await errand.begin(ground)
    await ground.look_once("submitting")
    await ground.moves_on(10)
    return job


async def done_in_azure(ground: Ground, errand: Errand) -> Job:
    """The operation, where there is no job, has ended."""
    job = await sent(ground, errand)
    await ground.moves_on(60)
    return job


async def ended_in_azure(ground: Ground, errand: Errand) -> Job:
    """Its Azure job was named, and has ended."""
    job = await sent(ground, errand)
    await ground.look_once("operations")
    await ground.moves_on(20_000)
    return job


async def answer_lost(ground: Ground, errand: Errand) -> Job:
    """Azure acted, the answer was cut off."""
    job = await errand.begin(ground)
    ground.world.fault(*errand.write, "drop_after")
    await ground.look_once("submitting")
    assert ground.world.simulator.faults.waiting[-1].hits == 1, "nothing was sent"
    await ground.moves_on(10)
    return job


async def never_sent(ground: Ground, errand: Errand) -> Job:
    """A worker died between claim and send, longer than SETTLE ago."""
    job = await errand.begin(ground)
    await claim_and_die(ground.world)
    await end_leases(ground.world, age=SETTLE_SECONDS + 1)
    await ground.world.make_due()
    return job


async def to_be_cancelled(ground: Ground, errand: Errand) -> Job:
    job = await sent(ground, errand)
    await ground.look_once("operations", "observing")
    answer = await ground.world.api.post(f"/v1/jobs/{job['id']}/cancel")
    assert answer.status_code == 202, answer.text
    return job
