"""Writes that Azure accepts and does not carry out."""

from typing import Any

from app.jobs import bounds
from tests.jobs.action_steps import events
from tests.jobs.aged_rows import grow_old, live
from tests.jobs.lost_attempts import look
from tests.vaults.vault_steps import ask_change
from tests.whole import of_walk
from tests.world import World

VAULT_WRITE = "vaults/vault-demo$"


def past(world: World) -> float:
    return bounds.not_visible(world.settings.poll_seconds).total_seconds() + 1


async def acknowledged_change(world: World, **body: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """A change of a vault that Azure answered 200 and did not make, past its bound: (vault, job)."""
    vault = await world.vault()
    world.fault("PATCH", VAULT_WRITE, "acknowledge")
    job = await ask_change(world, vault, **(body or {"tags": {"team": "a"}}))
    await live(world)
    await grow_old(world, past(world))
    await live(world)
    return vault, job


async def patch(world: World, item: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    path = f"/v1/protected-items/{item['id']}"
    etag = (await world.api.get(path)).headers["ETag"]
    answer = await world.api.patch(path, json=body, headers={"If-Match": etag})
    assert answer.status_code == 202, answer.text
    job: dict[str, Any] = answer.json()
    return job


async def is_asked_about(world: World, job: dict[str, Any], said: str) -> None:
    """It waits, and past its bound a person is asked, who is told so."""
    for _ in range(of_walk(short=2, whole=4)):
        world.advance(600)
        await live(world)
    assert (await look(world, job))["state"] == "running", await look(world, job)
    await grow_old(world, past(world))
    await live(world)
    assert (await look(world, job))["state"] == "needs_attention", await look(world, job)
    assert said in (await events(world, job))[-1]["detail"]
