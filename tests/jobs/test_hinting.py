"""The hint from end to end: it says which vault is listed first, and never what is written."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from app.azure.errors import AzureDenied
from app.jobs.hints import store
from app.jobs.hints.ask import QUERY_SECONDS, HintLoop
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


@pytest.mark.parametrize("answer", ["good", "none"])
async def test_a_replica_that_lost_its_lease_meanwhile_changes_nothing(world: World, answer: str) -> None:
    two = await two_backups(world)
    await are_few(world)
    await is_trusted(world)
    await world.run(SWEEP)
    await is_trusted(world)
    world.advance(BACKUP_SECONDS - 2 * APART + 60)

    async def taken_over() -> None:
        await world.rows("UPDATE job_hints SET fence = fence + 1 RETURNING fence")
        if answer == "none":
            raise AzureDenied(403, "AccessDenied", "no right")

    graph = RecordingGraph(world.azure.resource_graph, taken_over)
    await world.rows("UPDATE job_hints SET due_at = clock_timestamp() RETURNING fence")
    await HintLoop(world.database, graph, poll_seconds=world.settings.poll_seconds, enabled=True).run_once()
    (row,) = await world.rows("SELECT * FROM job_hints")
    assert (len(graph.since), row["brought"], row["is_refused"]) == (1, 0, False)
    assert row["proven_at"] is not None
    assert min([await due_in(world, vault) for vault in two.vaults]) > LONG, "both still wait"


async def test_an_answer_that_does_not_end_is_given_up_within_the_lease(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert timedelta(seconds=QUERY_SECONDS) < store.LEASE
    await two_backups(world)
    await are_few(world)
    monkeypatch.setattr("app.jobs.hints.ask.QUERY_SECONDS", 0.0)
    graph = RecordingGraph(world.azure.resource_graph, asyncio.Event().wait)
    await ask(world)
    await world.rows("UPDATE job_hints SET due_at = clock_timestamp(), tries = 0 RETURNING fence")
    await HintLoop(world.database, graph, poll_seconds=world.settings.poll_seconds, enabled=True).run_once()
    (row,) = await world.rows("SELECT tries, lease_until FROM job_hints")
    assert row == {"tries": 1, "lease_until": None}


async def test_jobs_that_only_begin_are_news_that_a_list_confirms(world: World) -> None:
    two = await two_backups(world)
    (row,) = await world.rows("SELECT DISTINCT lower(subscription_id) AS id FROM vault_watches")
    async with world.database.begin() as session:
        one = (await store.subscriptions(session, [row["id"]]))[row["id"]]
        since = datetime.now(UTC) - timedelta(minutes=5)
        assert await store.taken_in_since(session, one, since) == {}, "what we began is no news"
    await world.rows("UPDATE jobs SET origin = 'azure' WHERE vault_id = :id RETURNING id", id=two.vaults[0])
    async with world.database.begin() as session:
        assert set(await store.taken_in_since(session, one, since)) == {two.vaults[0]}


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
    await world.rows(
        "UPDATE job_hints SET due_at = clock_timestamp(), lease_until = clock_timestamp() + interval '1 day' "
        "RETURNING fence"
    )
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
