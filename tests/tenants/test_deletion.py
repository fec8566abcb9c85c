"""A tenant that is deleted while something is asked in it: the second of the two knows of the first, in both orders.

Each order is brought about by a lock that the first of the two needs after it has done its part, and before it commits.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from unittest.mock import patch

import httpx
import psycopg
import pytest
from sqlalchemy import event

from app.core.db.database import libpq_url
from app.tenants import service
from tests.tenants.tenant_steps import client_of, make, member
from tests.world import KEEP, VAULT, World

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
TAKE_VAULT = """
INSERT INTO vaults (id, tenant, subscription_id, resource_group, name, arm_key, location, state)
VALUES (gen_random_uuid(), 'somebody', '', '', '', lower(%s), '', 'creating')
"""
ARM_ID = (
    f"/subscriptions/{VAULT['subscription_id']}/resourceGroups/{VAULT['resource_group']}"
    f"/providers/Microsoft.RecoveryServices/vaults/{VAULT['name']}"
)


@pytest.fixture
async def tenant(world: World) -> dict[str, Any]:
    return await make(world, members=[member("dana", "admin")])


@asynccontextmanager
async def holding(world: World, statement: str, *values: str) -> AsyncIterator[None]:
    """What the statement does is undecided for the length of the block; then it was never done."""
    async with await psycopg.AsyncConnection.connect(libpq_url(world.database.url)) as connection:
        await connection.execute(statement, values)  # type: ignore[arg-type, unused-ignore]
        yield
        await connection.rollback()


async def until_waiting(world: World, count: int, *tasks: asyncio.Task[httpx.Response]) -> None:
    """So many of this database's connections wait for a lock. Raises AssertionError when a task has ended instead."""
    url = libpq_url(world.database.url)
    async with asyncio.timeout(60), await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        while True:
            found = await (await connection.execute(WAITING)).fetchone()
            if found == (count,):
                return
            assert not any(task.done() for task in tasks), [task.result().text for task in tasks if task.done()]
            await asyncio.sleep(0)


async def jobs_of(world: World, tenant: dict[str, Any]) -> list[dict[str, Any]]:
    return await world.rows("SELECT id, state FROM jobs WHERE tenant = :tenant", tenant=tenant["id"])


async def test_a_deletion_waits_for_a_request_that_is_being_accepted_and_counts_its_job(
    world: World, tenant: dict[str, Any]
) -> None:
    async with client_of(world, "dana") as dana:
        async with holding(world, TAKE_VAULT, ARM_ID):
            accepted = asyncio.create_task(dana.post("/v1/vaults", json=VAULT))
            await until_waiting(world, 1, accepted)  # its job is made and not committed; its vault waits for the name
            deleted = asyncio.create_task(world.api.delete(f"/v1/tenants/{tenant['id']}"))
            await until_waiting(world, 2, accepted, deleted)
        assert (await accepted).status_code == 202
        refused = (await deleted).json()
        assert (refused["code"], refused["vaults"], refused["jobs"]) == ("tenant_in_use", 1, 1)
        assert (await dana.get(f"/v1/jobs/{(await accepted).json()['id']}")).status_code == 200, (
            "it is still somebody's"
        )


@pytest.mark.parametrize(
    ("is_named", "status", "code"), [(False, 403, "not_a_member"), (True, 404, "tenant_not_found")]
)
async def test_a_request_that_comes_second_is_told_what_the_next_one_is_told_and_leaves_nothing(
    world: World, tenant: dict[str, Any], *, is_named: bool, status: int, code: str
) -> None:
    headers = {"Holdfast-Tenant": tenant["id"]} if is_named else {}
    async with client_of(world, "dana") as dana:
        assert (await dana.get("/v1/vaults", headers=headers)).status_code == 200  # and is remembered
        async with holding(world, "SELECT 1 FROM members WHERE tenant = %s FOR UPDATE", tenant["id"]):
            deleted = asyncio.create_task(world.api.delete(f"/v1/tenants/{tenant['id']}"))
            await until_waiting(world, 1, deleted)  # its tenant is deleted and not committed; the member is waited for
            accepted = asyncio.create_task(dana.post("/v1/vaults", json=VAULT, headers=headers))
            await until_waiting(world, 2, accepted, deleted)
        assert (await deleted).status_code == 204
        told = await accepted
        assert (told.status_code, told.json()["code"]) == (status, code)
        assert (await dana.post("/v1/vaults", json=VAULT, headers=headers)).json() == told.json()
    assert await jobs_of(world, tenant) == []
    assert await world.rows("SELECT id FROM vaults") == []
    await world.run_due()
    assert world.simulator.world.vaults == {}
    entries = await world.rows("SELECT tenant, details FROM audit_entries WHERE outcome = 'refused'")
    assert [(entry["tenant"], entry["details"]["code"]) for entry in entries] == [("", code)] * 2


async def test_an_insert_that_finds_no_tenant_is_not_taken_for_a_key_that_was_used_before(
    world: World, tenant: dict[str, Any]
) -> None:
    headers = {"Idempotency-Key": "k", "Holdfast-Tenant": tenant["id"]}
    async with client_of(world, "dana") as dana:
        assert (await dana.get("/v1/vaults", headers=headers)).status_code == 200
        with patch.object(world.services.access, "forget", lambda: None):  # the notification is late
            assert (await world.api.delete(f"/v1/tenants/{tenant['id']}")).status_code == 204
            told = await dana.post("/v1/vaults", json=VAULT, headers=headers)
    assert (told.status_code, told.json()["code"]) == (404, "tenant_not_found")
    assert await jobs_of(world, tenant) == []


async def test_a_change_of_the_tenant_keeps_nobody_waiting_who_asks_for_something_in_it(
    world: World, tenant: dict[str, Any]
) -> None:
    platform = world.services.database.of_platform()
    async with asyncio.timeout(60), client_of(world, "dana") as dana, platform.begin() as session:
        held = await service.hold_tenant(session, tenant["id"])
        await service.change_tenant(session, held, {"name": "Another"})
        assert (await dana.post("/v1/vaults", json=VAULT)).status_code == 202


async def test_many_requests_and_a_deletion_at_once_end_in_jobs_or_in_no_tenant(world: World) -> None:
    """Without any order: either all that was accepted is somebody's, or nothing was accepted."""
    for number in range(4):
        tenant = await make(world, name=f"Tenant {number}", members=[member(f"dana-{number}", "admin")])
        async with client_of(world, f"dana-{number}") as dana:
            bodies = [VAULT | {"name": f"vault-{number}-{one}"} for one in range(6)]
            asked = [dana.post("/v1/vaults", json=body) for body in bodies]
            asked.insert(2 * number, world.api.delete(f"/v1/tenants/{tenant['id']}"))
            answers = await asyncio.gather(*asked)
        deleted = answers.pop(2 * number)
        accepted = [answer for answer in answers if answer.status_code == 202]
        assert deleted.status_code == (409 if accepted else 204), [answer.text for answer in answers]
        assert len(await jobs_of(world, tenant)) == len(accepted)


async def test_holding_the_tenant_is_a_part_of_the_statement_that_makes_the_job(world: World) -> None:
    """Accepting a backup of an item that is remembered is one statement: as many as if nothing were held."""
    path = f"/v1/protected-items/{(await world.item())['id']}/backups"
    assert (await world.api.post(path, json={"retain_until": KEEP})).status_code == 202
    statements: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        statements.append(statement)

    engine = world.services.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        assert (await world.api.post(path, json={"retain_until": KEEP})).status_code == 202
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert [("INSERT INTO jobs" in one, "FOR KEY SHARE" in one) for one in statements] == [(True, True)]
