"""Restores by label, reference and state; and what a backup says of its point, and of how long it is kept."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.jobs.api.made_points import PointTime, made_by
from tests.world import DISKS, World

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("points", "made"),
    [
        ({"a": 5}, "a"),
        ({"a": -0.5}, "a"),
        ({"a": 10.5, "old": -1440}, "a"),
        ({"old": -30, "later": 60}, None),
        ({"a": 3, "b": 4}, None),
        ({}, None),
    ],
)
def test_the_point_of_a_backup_is_the_only_one_taken_while_it_ran(points: dict[str, float], made: str | None) -> None:
    assert made_by(NOON, at(10), [PointTime(name, at(minutes)) for name, minutes in points.items()]) == made


async def test_a_backup_names_its_point_once_points_were_read_and_says_how_long_it_is_kept(world: World) -> None:
    item = await world.item()
    path = f"/v1/protected-items/{item['id']}/backups"
    bodies: tuple[dict[str, Any] | None, ...] = (None, {})
    for body in bodies:
        answer = await world.api.post(path, json=body, headers={"Idempotency-Key": "one"})
        assert answer.status_code == 202, answer.text
        kept = datetime.fromisoformat(answer.json()["retain_until"]) - datetime.now(UTC)
        assert timedelta(days=29, hours=23) < kept <= timedelta(days=30, hours=1)
    await world.settle()
    job = (await world.api.get(answer.headers["Location"])).json()
    assert (job["result"]["kind"], job["result"]["recovery_point_id"]) == ("backup", None)
    (point,) = await world.points(item)
    again = (await world.api.get(answer.headers["Location"])).json()
    assert again["result"]["recovery_point_id"] == point["id"]
    assert again["result"] == job["result"] | {"recovery_point_id": point["id"]}


async def test_restores_are_found_by_label_reference_and_state(world: World) -> None:
    item = await world.item()
    await world.back_up(item)

    async def restore(target: dict[str, Any], **more: Any) -> dict[str, Any]:
        body = {"protected_item_id": item["id"], "recovery_point": {"latest": True}, "target": target}
        answer = await world.api.post("/v1/restores", json=body | more)
        assert answer.status_code == 202, answer.text
        job: dict[str, Any] = answer.json()
        return job

    first = await restore(DISKS, reference="CHG-1", labels={"team": "blue"})
    await world.settle()
    second = await restore(DISKS, reference="CHG-1", labels={"team": "red"})
    third = await restore(DISKS, labels={"team": "blue"})
    assert (await world.api.post(f"/v1/jobs/{third['id']}/cancel")).status_code < 300

    async def found(**params: Any) -> list[str]:
        answer = await world.api.get("/v1/restores", params={"count": "true"} | params)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert page["next"] or "limit" in params or page["count"] == {"value": len(page["items"]), "exact": True}
        return [one["job"].rpartition("/")[2] for one in page["items"]]

    one, two, three = first["id"], second["id"], third["id"]
    assert await found() == [three, two, one]
    assert await found(reference="CHG-1") == [two, one]
    assert await found(label="team=blue") == [three, one]
    assert await found(label="team=blue", reference="CHG-1") == [one]
    assert await found(state="succeeded") == [one]
    assert await found(state=["succeeded", "queued", "cancelled"]) == [three, two, one]
    assert await found(state="queued", protected_item_id=item["id"]) == [two]
    assert await found(state="failed") == await found(reference="CHG-2") == await found(label="team=green") == []
    several: dict[str, Any] = {"state": ["succeeded", "queued", "cancelled"], "limit": 2}
    page = (await world.api.get("/v1/restores", params=several)).json()
    rest = (await world.api.get("/v1/restores", params=several | {"cursor": page["next"]})).json()
    assert [one["job"].rpartition("/")[2] for one in page["items"] + rest["items"]] == [three, two, one]
    for wrong in ({"label": "team"}, {"state": "done"}, {"reference": "x" * 201}):
        assert (await world.api.get("/v1/restores", params=wrong)).status_code == 422, wrong
