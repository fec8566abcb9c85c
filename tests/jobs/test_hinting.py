"""The hint from end to end: it says which vault is listed first, and never what is written."""

from datetime import UTC, datetime, timedelta

import pytest

from app.jobs.hints.ask import HintLoop
from tests.jobs.hint_steps import (
    APART,
    BACKUP_SECONDS,
    RecordingGraph,
    are_few,
    ask,
    due_in,
    graph_queries,
    is_trusted,
    run_hint,
    states,
    two_backups,
)
from tests.world import SWEEP, World, open_world

LONG = 600.0


async def test_the_vault_with_an_end_is_listed_first_and_the_other_waits(world: World) -> None:
    two = await two_backups(world)
    await are_few(world)
    await is_trusted(world)
    await world.run(SWEEP)
    await is_trusted(world)
    assert min([await due_in(world, vault) for vault in two.vaults]) > LONG, "both wait for the hint"

    world.advance(BACKUP_SECONDS - 2 * APART + 60)
    row = await ask(world)
    assert (row["brought"], row["proven_at"] is not None) == (1, True)
    assert await due_in(world, two.vaults[0]) <= 0
    assert await due_in(world, two.vaults[1]) > LONG
    await world.loops[SWEEP].run_once()
    assert await due_in(world, two.vaults[1]) > LONG
    assert await states(world, two) == ["succeeded", "running"]
    assert (await ask(world))["brought"] == 1, "a list has shown it: that is no news"


async def test_a_vault_whose_lists_fail_does_not_have_the_query_read_further_back(world: World) -> None:
    two = await two_backups(world)
    await are_few(world)
    # A sweep that fails is noted, but its list is not.
    await world.rows(
        "UPDATE vault_watches SET swept_at = clock_timestamp(), listed_at = listed_at - interval '21 days'"
        " WHERE vault_id = :id RETURNING fence",
        id=two.vaults[0],
    )
    graph = RecordingGraph(world.azure.resource_graph)
    loop = HintLoop(world.database, graph, poll_seconds=world.settings.poll_seconds, enabled=True)
    for _ in range(2):
        await world.rows("UPDATE job_hints SET due_at = clock_timestamp() RETURNING fence")
        await loop.run_once()
    azures = graph.read_at[1]
    assert azures is not None
    assert len(graph.since) == 2
    assert graph.since[0] > min(datetime.now(UTC), azures) - timedelta(minutes=15)
    assert graph.since[1] > azures - timedelta(minutes=15), "Azure's clock is known by now"


async def test_a_hint_that_lies_ends_nothing_and_loses_nothing(world: World) -> None:
    two = await two_backups(world)
    await are_few(world)
    await is_trusted(world)
    world.simulator.world.graph.change({"jobs_wrong": 1.0}, world.simulator.clock.now())
    row = await ask(world)
    assert row["brought"] == 2, "it calls both ended"
    await world.loops[SWEEP].run_once()
    assert await states(world, two) == ["running", "running"]
    world.advance(BACKUP_SECONDS)
    await ask(world)
    await world.run(SWEEP)
    assert await states(world, two) == ["succeeded", "succeeded"]


@pytest.mark.parametrize("trouble", ["refused", "no answer"])
async def test_without_the_right_to_ask_all_goes_on_as_without_a_hint(world: World, trouble: str) -> None:
    two = await two_backups(world)
    await are_few(world)
    await is_trusted(world)
    await world.run(SWEEP)
    status = 403 if trouble == "refused" else 500
    world.fault("POST", "ResourceGraph", "status_before", status=status, code="AccessDenied", times=None)
    await world.rows("UPDATE job_hints SET asked_at = clock_timestamp() - interval '6 minutes' RETURNING fence")
    before = graph_queries(world)
    row = await ask(world)
    assert (row["proven_at"], row["is_refused"]) == (None, trouble == "refused")
    assert graph_queries(world) == before + 1
    for vault in two.vaults:
        assert await due_in(world, vault) < LONG, "no later than without the hint"
    waits = (await world.rows("SELECT extract(epoch FROM due_at - clock_timestamp()) AS seconds FROM job_hints"))[0]
    assert (waits["seconds"] > 3000) == (trouble == "refused"), "a right that is missing is asked for rarely"
    metrics = (await world.api.get("/metrics")).text
    assert (
        f'holdfast_hint_subscriptions{{state="{"refused" if trouble == "refused" else "not_needed"}"}} 1.0' in metrics
    )


async def test_where_azure_allows_enough_it_is_not_asked_and_one_replica_asks(world: World) -> None:
    two = await two_backups(world)
    before = graph_queries(world)
    await ask(world)
    assert graph_queries(world) == before
    await are_few(world)
    await ask(world)
    assert graph_queries(world) == before + 1
    await run_hint(world)
    assert graph_queries(world) == before + 1, "it is not due: nobody else asks either"
    await world.rows("UPDATE job_hints SET due_at = clock_timestamp(), lease_until = 'infinity' RETURNING fence")
    await run_hint(world)
    assert graph_queries(world) == before + 1, "another replica has it"
    assert await states(world, two) == ["running", "running"]


async def test_switched_off_it_is_not_asked_and_what_waited_for_it_waits_no_longer(
    database_url: str, signing_key: object
) -> None:
    async with open_world(database_url, signing_key, hint=False) as world:  # type: ignore[arg-type]
        two = await two_backups(world)
        await are_few(world)
        await is_trusted(world)
        await world.run(SWEEP)
        assert await due_in(world, two.vaults[1]) > LONG
        before = graph_queries(world)
        row = await ask(world)
        assert (row["proven_at"], graph_queries(world)) == (None, before)
        assert await due_in(world, two.vaults[1]) < LONG
