"""A backup is recorded without reading its item again, as long as nothing of the item or its vault has changed."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, event, text

from tests.world import KEEP, World


@pytest.fixture
def reads() -> Iterator[list[str]]:
    """The statements that read a protected item."""
    seen: list[str] = []

    def see(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("SELECT protected_items."):
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", see)
    yield seen
    event.remove(Engine, "before_cursor_execute", see)


async def ask(world: World, item: dict[str, Any]) -> Any:
    return await world.api.post(f"/v1/protected-items/{item['id']}/backups", json={"retain_until": KEEP})


async def change(world: World, statement: str) -> None:
    async with world.database.begin() as session:
        await session.execute(text(statement))


async def test_the_item_is_read_once(world: World, reads: list[str]) -> None:
    item = await world.item()
    reads.clear()
    answers = [await ask(world, item) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [202, 202, 202]
    assert len({answer.json()["id"] for answer in answers}) == 3
    assert len(reads) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE protected_items SET as_of = now()",
        "UPDATE protected_items SET state = 'error'",
        "UPDATE vaults SET updated_at = now()",
    ],
)
async def test_the_item_is_read_again_after_any_change(world: World, reads: list[str], statement: str) -> None:
    item = await world.item()
    await ask(world, item)
    await change(world, statement)
    reads.clear()
    answers = [await ask(world, item) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert len(reads) == 1


async def test_what_is_sent_names_the_vault_as_it_is_now(world: World) -> None:
    item = await world.item()
    await ask(world, item)
    await change(world, "UPDATE vaults SET name = 'renamed'")
    await ask(world, item)
    asked = await world.rows("SELECT ask FROM jobs WHERE kind = 'backup' ORDER BY id")
    assert [row["ask"]["item"]["vault"]["name"] == "renamed" for row in asked] == [False, True]


@pytest.mark.parametrize(
    ("statement", "status"),
    [
        ("DELETE FROM protected_items", 404),
        ("UPDATE protected_items SET tenant = 'of-others'", 404),
        ("UPDATE protected_items SET state = 'soft_deleted'", 409),
    ],
)
async def test_what_became_impossible_is_refused(world: World, statement: str, status: int) -> None:
    item = await world.item()
    await ask(world, item)
    await change(world, statement)
    world.fault("GET", "/protectedItems/", "status_before", status=503)
    refused = await ask(world, item)
    assert refused.status_code == status
    assert len(await world.rows("SELECT id FROM jobs WHERE kind = 'backup'")) == 1


async def test_what_becomes_possible_is_accepted(world: World) -> None:
    item = await world.item()
    await change(world, "UPDATE protected_items SET state = 'soft_deleted'")
    world.fault("GET", "/protectedItems/", "status_before", status=503)
    refused = await ask(world, item)
    await change(world, "UPDATE protected_items SET state = 'protected'")
    accepted = await ask(world, item)
    assert (refused.status_code, accepted.status_code) == (409, 202)
