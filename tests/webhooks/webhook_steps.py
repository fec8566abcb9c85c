"""Steps with webhooks: events without the work that makes them, and the loops until nothing is due."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import httpx

from app.core.secret_box import SecretBox
from app.webhooks.outgoing import Outgoing
from app.webhooks.rules import Pace
from app.webhooks.sending.delivering import DeliverLoop, Sending
from app.webhooks.sending.fan_out import FanOutLoop
from app.wiring import event_body
from tests.world import HOME, SECRETS_KEY, World

USUAL = Pace()
HASTY = replace(USUAL, timeout=0.3)
"""For receivers that never answer."""


async def make(world: World, url: str, types: Sequence[str] = ("holdfast.job.*",), **more: Any) -> dict[str, Any]:
    answer = await world.api.post("/v1/webhooks", json={"url": url, "types": list(types)} | more)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def happen(
    world: World, *resources: str, type_: str = "holdfast.job.ended", tenant: str = HOME, team: str = "b"
) -> None:
    """Events about these resources, in this order, each in a transaction of its own."""
    for number, resource in enumerate(resources):
        await world.rows(
            "INSERT INTO outbox (tenant, type, action, resource_kind, resource_id, data, labels) VALUES "
            "(:tenant, :type, 'updated', 'job', :id, jsonb_build_object('number', CAST(:number AS integer)), "
            "jsonb_build_object('team', CAST(:team AS text))) "
            "RETURNING id",
            tenant=tenant,
            type=type_,
            id=resource,
            number=number,
            team=team,
        )


async def hand_out(world: World) -> None:
    loop = FanOutLoop(world.database)
    while await loop.run_once() is not None:
        pass


def sender(
    world: World, pace: Pace = USUAL, outgoing: Outgoing | None = None, keys: Sequence[str] = (SECRETS_KEY,)
) -> DeliverLoop:
    calls = outgoing or Outgoing(simulator=True, pace=pace)
    return DeliverLoop(Sending(world.database, calls, SecretBox(keys), event_body, pace))


async def deliver(world: World, pace: Pace = USUAL, outgoing: Outgoing | None = None) -> None:
    """Hand out what happened, then one turn of each webhook that is due."""
    await hand_out(world)
    await sender(world, pace, outgoing).run_once()


async def later(world: World, hook: dict[str, Any]) -> None:
    """The time of every retry and pause of this webhook has come."""
    await world.rows(
        "UPDATE webhook_deliveries SET due_at = clock_timestamp() WHERE webhook_id = CAST(:id AS uuid) RETURNING id",
        id=hook["id"],
    )
    await world.rows(
        "UPDATE webhooks SET due_at = clock_timestamp(), paused_until = NULL, lease_until = NULL "
        "WHERE id = CAST(:id AS uuid) RETURNING id",
        id=hook["id"],
    )


async def log_of(world: World, hook: dict[str, Any], **query: Any) -> list[dict[str, Any]]:
    """Its deliveries, oldest first."""
    answer = await world.api.get(f"/v1/webhooks/{hook['id']}/deliveries", params={"limit": 200} | query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found[::-1]


async def shown(world: World, hook: dict[str, Any]) -> dict[str, Any]:
    answer: httpx.Response = await world.api.get(f"/v1/webhooks/{hook['id']}")
    found: dict[str, Any] = answer.json()
    return found
