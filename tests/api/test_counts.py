"""Counts of lists: only on request, of every page, and never beyond a bound."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.core.http import counts
from tests.world import VAULT, World

DOCUMENT = json.loads((Path(__file__).parents[2] / "openapi" / "openapi.json").read_text(encoding="utf-8"))
FEEDS = {"list_events"}
"""A log without an end."""


async def test_a_list_is_counted_only_if_its_caller_asks_and_up_to_a_bound(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        assert (await world.api.post("/v1/vaults", json=VAULT | {"name": f"vault-{number}"})).status_code == 202
    page = (await world.api.get("/v1/vaults", params={"limit": 2, "count": "true"})).json()
    assert (len(page["items"]), page["count"]) == (2, {"value": 3, "exact": True})
    last = (await world.api.get("/v1/vaults", params={"limit": 2, "count": "true", "cursor": page["next"]})).json()
    assert (len(last["items"]), last["count"]["value"]) == (1, 3)
    assert (await world.api.get("/v1/vaults")).json()["count"] is None
    since = "2020-01-01T00:00:00Z"
    asked: tuple[tuple[dict[str, Any], int], ...] = (
        ({"kind": "create_vault"}, 3),
        ({"state": ["queued", "running"]}, 3),
        ({"created_since": since, "finished_since": since}, 0),
    )
    for wanted, number in asked:
        found = (await world.api.get("/v1/jobs", params=wanted | {"count": "true", "limit": 1})).json()["count"]
        assert found == {"value": number, "exact": True}, wanted
    monkeypatch.setattr(counts, "MOST", 2)
    capped = (await world.api.get("/v1/vaults", params={"count": "true"})).json()
    assert (len(capped["items"]), capped["count"]) == (3, {"value": 2, "exact": False})
    assert (await world.api.get("/v1/vaults", params={"count": "perhaps"})).status_code == 422


def test_every_list_can_be_counted() -> None:
    without = set()
    for operations in DOCUMENT["paths"].values():
        operation = operations.get("get", {})
        parameters = {one.get("name") for one in operation.get("parameters", ())}
        if "cursor" in parameters and "count" not in parameters:
            without.add(operation["operationId"])
    assert without == FEEDS
