"""Tenants for tests, made through the API by the platform admin that `world.api` is."""

from typing import Any

import httpx

from tests.world import ISSUER, SUBSCRIPTION, World

DIRECTORY = "33333333-3333-3333-3333-333333333333"
"""Another directory than the usual caller's: its principals are in no tenant until one lets them in. In simulator mode
it gets a home tenant with the first look all the same, in which app roles count; tests send tokens without any."""
TENANT = {"name": "Payments", "grants": [{"subscription_id": SUBSCRIPTION}]}


def member(oid: str, *roles: str, **more: Any) -> dict[str, Any]:
    return {"kind": "principal", "id": oid, "directory": DIRECTORY, "roles": list(roles), **more}


async def make(world: World, **changes: Any) -> dict[str, Any]:
    answer = await world.api.post("/v1/tenants", json=TENANT | changes)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def client_of(world: World, oid: str, **claims: Any) -> httpx.AsyncClient:
    """A principal of DIRECTORY whose token has no app roles: only memberships give them roles."""
    return world.client(**{"oid": oid, "sub": oid, "tid": DIRECTORY, "roles": [], "iss": ISSUER} | claims)
