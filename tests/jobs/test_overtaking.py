"""A write that let go of its series is never sent over a later one, whatever was cleared away or sent meanwhile."""

from tests.jobs.ageing import live
from tests.jobs.test_crash import look
from tests.jobs.test_not_carried_out import acknowledged_change
from tests.jobs.test_verbs import resolve
from tests.vaults.acting import ask_change, read
from tests.world import World


async def test_a_later_write_counts_although_its_attempts_are_cleared_away(world: World) -> None:
    vault, job = await acknowledged_change(world)
    later = await ask_change(world, vault, tags={"team": "b"})
    await world.settle()
    assert await world.rows("DELETE FROM attempts RETURNING id")
    refused = await resolve(world, job, action="retry")
    assert (refused.status_code, refused.json()["code"]) == (409, "overtaken")
    assert refused.json()["job"] == f"/v1/jobs/{later['id']}"
    assert (await read(world, vault))["tags"] == {"team": "b"}


async def test_a_later_write_that_azure_refused_overtakes_nothing(world: World) -> None:
    vault, job = await acknowledged_change(world)
    world.fault("PATCH", "vaults/vault-demo$", "status_before", status=400, body='{"error": {"code": "No"}}')
    later = await ask_change(world, vault, tags={"team": "b"})
    await world.settle()
    assert (await look(world, later))["state"] == "failed"
    assert (await resolve(world, job, action="retry")).json()["state"] == "queued"


async def test_a_later_write_that_was_given_up_unknown_overtakes_it(world: World) -> None:
    """It may have reached Azure."""
    vault, job = await acknowledged_change(world)
    world.fault("PATCH", "vaults/vault-demo$", "acknowledge")
    later = await ask_change(world, vault, tags={"team": "b"})
    await live(world, 1)
    await world.rows("UPDATE jobs SET activity_id = NULL, state = 'needs_attention' WHERE id = :id RETURNING id",
                     id=later["id"])  # fmt: skip
    await resolve(world, later, action="abandon")
    assert (await resolve(world, job, action="retry")).json()["code"] == "overtaken"


async def test_a_later_write_that_was_sent_between_the_decision_and_the_claim_is_not_undone(world: World) -> None:
    vault, job = await acknowledged_change(world)
    later = await ask_change(world, vault, tags={"team": "b"})
    await world.rows("UPDATE jobs SET series = NULL, state = 'awaiting_approval' WHERE id = :id RETURNING id",
                     id=later["id"])  # fmt: skip
    assert (await resolve(world, job, action="retry")).json()["state"] == "queued", "nothing later was sent"
    # Claimed by a worker whose statement began before the decision was written, and ended well since.
    await world.rows("UPDATE jobs SET series = :series, state = 'succeeded' WHERE id = :id RETURNING id",
                     id=later["id"], series=f"vault:{vault['id']}")  # fmt: skip
    sent = len(list(world.requests.elements()))
    await world.run("submitting")
    ended = await look(world, job)
    assert (ended["state"], ended["error"]["code"]) == ("failed", "overtaken")
    assert later["id"] in ended["error"]["detail"]
    assert len(list(world.requests.elements())) == sent, "nothing was asked of Azure"
