"""Lost answers and dead workers, for every kind of job that writes to a vault: done once, found, never stuck."""

from typing import Any

import pytest

from app.jobs.loops.submit import AT_ONCE, LEASE
from app.jobs.queue import claims
from tests.vaults.vault_steps import (
    CONFIG_PATH,
    REF,
    VAULT_PATH,
    ask_change,
    job_of,
    keep_soft_delete_in_config,
    lose_the_database,
    read,
    writes,
)
from tests.whole import some_of
from tests.world import VAULT, World

TROUBLE: list[dict[str, Any]] = [
    {"effect": "drop_after"},
    {"effect": "status_after", "status": 503},
    {"effect": "status_after", "status": 500},
    {"effect": "status_before", "status": 503},
    {"effect": "status_before", "status": 429, "retry_after": "1"},
]
TROUBLES = pytest.mark.parametrize("trouble", TROUBLE, ids=lambda each: f"{each['effect']}-{each.get('status', '')}")


@TROUBLES
@pytest.mark.parametrize("path", some_of(["vaults/vault-demo$", "vaultconfig$"], short=3))
async def test_a_change_is_made_whatever_becomes_of_the_answer(
    world: World, path: str, trouble: dict[str, Any]
) -> None:
    vault = await world.vault(redundancy="local")
    if "config" in path:
        keep_soft_delete_in_config(world)
    world.fault("PATCH", path, **trouble)
    job = await ask_change(world, vault, redundancy="geo", soft_delete={"days": 30}, tags={"a": "1"})
    await world.settle()
    assert (await job_of(world, job))["state"] == "succeeded", await job_of(world, job)
    now = await read(world, vault)
    assert (now["redundancy"], now["soft_delete"]["days"], now["tags"]) == ("geo", 30, {"a": "1"})
    acted = trouble["effect"] != "status_before"
    again = VAULT_PATH if "config" not in path else CONFIG_PATH
    assert writes(world, "PATCH", again) == (1 if acted else 2)


@TROUBLES
async def test_a_delete_is_made_whatever_becomes_of_the_answer(world: World, trouble: dict[str, Any]) -> None:
    vault = await world.vault()
    world.fault("DELETE", "vaults/vault-demo$", **trouble)
    asked = await world.api.delete(f"/v1/vaults/{vault['id']}")
    await world.settle()
    assert (await job_of(world, asked.json()))["state"] == "succeeded"
    assert world.simulator.world.vaults == {}
    assert (await world.api.get(f"/v1/vaults/{vault['id']}")).status_code == 404


async def test_an_operation_that_goes_with_its_vault_does_not_keep_the_delete_waiting(world: World) -> None:
    vault = await world.vault()
    world.fault("GET", "/operationStatus/", "status_before", status=404, code="ResourceNotFound", times=100)
    asked = await world.api.delete(f"/v1/vaults/{vault['id']}")
    await world.settle(steps=5)
    assert (await job_of(world, asked.json()))["state"] == "succeeded"


async def test_a_deletion_that_was_in_progress_and_is_then_not_found_has_ended_well(world: World) -> None:
    """As recorded in 7 of 12 deletions of 2024."""
    vault = await world.vault()
    world.simulator.world.options.vault_deletion_seconds = 60
    asked = await world.api.delete(f"/v1/vaults/{vault['id']}")
    await world.settle()
    assert (await job_of(world, asked.json()))["state"] == "succeeded"


@pytest.mark.parametrize("kind", ["refresh_vault", "adopt_vault"])
@pytest.mark.parametrize(
    "path", some_of(["vaults/vault-demo$", "/backupProtectedItems", "/backupPolicies", "/vaultconfig"], short=2)
)
async def test_a_look_that_fails_is_looked_again(world: World, kind: str, path: str) -> None:
    vault = await world.vault()
    body: dict[str, Any] = {}
    where = f"/v1/vaults/{vault['id']}/refresh"
    if kind == "adopt_vault":
        await lose_the_database(world)
        where, body = "/v1/vaults", {name: VAULT[name] for name in ("subscription_id", "resource_group", "name")}
        body["adopt"] = True
    asked = await world.api.post(where, json=body)
    assert asked.status_code == 202, asked.text
    world.fault("GET", path, "status_before", status=503, times=2)
    await world.settle()
    assert (await job_of(world, asked.json()))["state"] == "succeeded"


async def die_after_claiming(world: World) -> list[tuple[Any, Any]]:
    """A worker claims what is queued, puts its attempt on record, and is gone; its lease runs out."""
    async with world.database.begin() as session:
        claimed = await claims.claim_queued(session, limit=AT_ONCE, lease=LEASE)
    await world.rows("UPDATE jobs SET lease_until = NULL RETURNING id")
    return claimed


@pytest.mark.parametrize("sent", [True, False], ids=["after-sending", "before-sending"])
async def test_a_worker_that_dies_around_a_change_leaves_it_made_once(world: World, *, sent: bool) -> None:
    vault = await world.vault()
    job = await ask_change(world, vault, soft_delete={"days": 30}, tags={"a": "1"})
    ((ticket, attempt_id),) = await die_after_claiming(world)
    if sent:
        work = world.loops["submitting"].run_once.__self__._works["update_vault"]  # type: ignore[attr-defined]
        prepared = await work.prepare(ticket, [])
        await work.send(ticket, prepared, request_id=attempt_id, deadline=None)
    await world.settle()
    assert (await job_of(world, job))["state"] == "succeeded"
    assert (writes(world, "PATCH", VAULT_PATH), writes(world, "PATCH", CONFIG_PATH)) == (1, 0)
    assert (await world.azure.vaults.get(REF)).tags == {"a": "1"}


async def test_a_worker_that_dies_between_the_two_writes_of_a_change_leaves_the_rest_to_another(world: World) -> None:
    vault = await world.vault()
    keep_soft_delete_in_config(world)
    job = await ask_change(world, vault, soft_delete={"days": 30}, tags={"a": "1"})
    ((ticket, attempt_id),) = await die_after_claiming(world)
    work = world.loops["submitting"].run_once.__self__._works["update_vault"]  # type: ignore[attr-defined]
    prepared = await work.prepare(ticket, [])
    await world.azure.vaults.set_soft_delete(REF, prepared.soft_delete, request_id=attempt_id)
    await world.settle()
    assert (await job_of(world, job))["state"] == "succeeded"
    assert (writes(world, "PATCH", VAULT_PATH), writes(world, "PATCH", CONFIG_PATH)) == (1, 1)


@pytest.mark.parametrize("sent", [True, False], ids=["after-sending", "before-sending"])
async def test_a_worker_that_dies_around_a_delete_leaves_the_vault_deleted(world: World, *, sent: bool) -> None:
    vault = await world.vault()
    asked = await world.api.delete(f"/v1/vaults/{vault['id']}")
    ((_, attempt_id),) = await die_after_claiming(world)
    if sent:
        await world.azure.vaults.delete(REF, request_id=attempt_id)
    await world.settle()
    assert (await job_of(world, asked.json()))["state"] == "succeeded"
    assert writes(world, "DELETE", VAULT_PATH) == 1


async def test_a_worker_that_dies_around_a_refresh_leaves_it_to_another(world: World) -> None:
    vault = await world.vault()
    asked = await world.api.post(f"/v1/vaults/{vault['id']}/refresh")
    await die_after_claiming(world)
    await world.settle()
    assert (await job_of(world, asked.json()))["state"] == "succeeded"
