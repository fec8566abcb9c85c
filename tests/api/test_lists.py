"""Lists as callers page and filter them, conditional reads, and the history of a job."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.world import DISKS, KEEP, VAULT, World, vm_id


async def pages(world: World, path: str, **params: Any) -> list[list[dict[str, Any]]]:
    """Every page of a list, followed by its Link headers."""
    found = []
    answer = await world.api.get(path, params=params)
    while True:
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found.append(page["items"])
        link = answer.headers.get("Link")
        assert (link is None) == (page["next"] is None)
        if link is None:
            return found
        target, relation = link.split("; ")
        assert relation == 'rel="next"'
        assert parse_qs(urlsplit(target.strip("<>")).query)["cursor"] == [page["next"]]
        answer = await world.api.get(target.strip("<>"))


async def vaults(world: World, *names: str) -> None:
    for name in names:
        assert (await world.api.post("/v1/vaults", json=VAULT | {"name": name})).status_code == 202


async def test_pages_show_each_vault_once_in_order_and_keep_the_filters_in_the_link(world: World) -> None:
    await vaults(world, *(f"vault-{number}" for number in range(5)))
    found = await pages(world, "/v1/vaults", limit=2)
    assert [[vault["name"] for vault in page] for page in found] == [
        ["vault-0", "vault-1"],
        ["vault-2", "vault-3"],
        ["vault-4"],
    ]
    jobs = await pages(world, "/v1/jobs", limit=2, kind="create_vault", state="queued")
    assert [len(page) for page in jobs] == [2, 2, 1]
    ids = [job["id"] for page in jobs for job in page]
    assert ids == sorted(ids, reverse=True)


async def test_a_page_that_is_exactly_full_is_the_last_one(world: World) -> None:
    await vaults(world, "vault-0", "vault-1")
    assert [len(page) for page in await pages(world, "/v1/vaults", limit=2)] == [2]


async def test_what_is_added_meanwhile_neither_shifts_nor_repeats_a_page(world: World) -> None:
    await vaults(world, "vault-0", "vault-1", "vault-2")
    first = (await world.api.get("/v1/jobs", params={"limit": 2})).json()
    await vaults(world, "vault-3", "vault-4")
    second = (await world.api.get("/v1/jobs", params={"limit": 2, "cursor": first["next"]})).json()
    known = [job["id"] for job in first["items"] + second["items"]]
    assert len(set(known)) == 3
    assert second["next"] is None, "newest first: what came later is before the first page"


async def test_each_filter_of_jobs_finds_what_it_names_and_nothing_else(world: World) -> None:
    item = await world.item()
    path = f"/v1/protected-items/{item['id']}/backups"
    marked = {"retain_until": KEEP, "reference": "CHG-7", "labels": {"team": "a=b", "x": "1"}}
    backup = (await world.api.post(path, json=marked)).json()
    earlier = (await world.api.get("/v1/jobs", params={"kind": "protect"})).json()["items"][0]
    everything = {job["id"] for page in await pages(world, "/v1/jobs") for job in page}
    assert len(everything) == 3

    async def ids(**params: Any) -> set[str]:
        return {job["id"] for job in (await world.api.get("/v1/jobs", params=params)).json()["items"]}

    only = {backup["id"]}
    for params in (
        {"kind": "backup"},
        {"state": "queued"},
        {"reference": "CHG-7"},
        {"label": "team=a=b"},
        {"created_since": backup["created_at"]},
        {"updated_since": backup["updated_at"]},
        {"kind": "backup", "state": "queued", "vault_id": item["vault_id"]},
    ):
        assert await ids(**params) == only, params
    assert await ids(protected_item_id=item["id"]) == {backup["id"], earlier["id"]}
    assert await ids(vault_id=item["vault_id"]) == await ids(origin="holdfast") == everything
    assert await ids(created_until=earlier["created_at"]) == everything - only
    for params in (
        {"origin": "azure"},
        {"label": "team=a"},
        {"label": "x=2"},
        {"reference": "CHG"},
        {"kind": "restore"},
    ):
        assert await ids(**params) == set(), params
    assert await ids(vault_id="01890000-0000-7000-8000-000000000000") == set()


async def test_protected_items_and_restores_are_found_by_what_they_belong_to(world: World) -> None:
    item = await world.item()
    await world.back_up(item)
    ask = {"protected_item_id": item["id"], "recovery_point": {"latest": True}, "target": DISKS}
    restore = await world.resource_of(await world.done("/v1/restores", ask))
    for params in (
        {"vm_id": vm_id("VM-WEB-01").upper()},
        {"vault_id": item["vault_id"]},
        {"policy_id": item["policy_id"]},
        {"state": "protected"},
    ):
        found = (await world.api.get("/v1/protected-items", params=params)).json()["items"]
        assert [one["id"] for one in found] == [item["id"]], params
    assert (await world.api.get("/v1/protected-items", params={"vm_id": vm_id("vm-db-01")})).json()["items"] == []
    found = (await world.api.get("/v1/restores", params={"protected_item_id": item["id"]})).json()["items"]
    assert [one["id"] for one in found] == [restore["id"]]


async def test_what_has_not_changed_is_304_and_what_has_is_read_anew(world: World) -> None:
    item = await world.item()
    job = (await world.api.get("/v1/jobs")).json()["items"][0]["id"]
    for path in (
        f"/v1/vaults/{item['vault_id']}",
        f"/v1/policies/{item['policy_id']}",
        f"/v1/protected-items/{item['id']}",
        f"/v1/jobs/{job}",
    ):
        tag = (await world.api.get(path)).headers["ETag"]
        for given in (tag, f'"x", {tag}', f"W/{tag}", "*"):
            same = await world.api.get(path, headers={"If-None-Match": given})
            assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", tag), (path, given)
        for given in ('"x"', tag.strip('"'), ""):
            other = await world.api.get(path, headers={"If-None-Match": given})
            assert other.status_code == 200, (path, given)


async def test_a_job_that_moves_has_another_etag(world: World) -> None:
    location = (await world.api.post("/v1/vaults", json=VAULT)).headers["Location"]
    before = (await world.api.get(location)).headers["ETag"]
    await world.settle()
    after = await world.api.get(location, headers={"If-None-Match": before})
    assert (after.status_code, after.json()["state"]) == (200, "succeeded")


async def test_the_history_of_a_job_is_told_in_order_and_paged(world: World) -> None:
    item = await world.item()
    job = await world.back_up(item)
    events = [event for page in await pages(world, f"/v1/jobs/{job['id']}/events", limit=2) for event in page]
    assert [event["observation"] for event in events][:3] == ["asked", "claimed", "accepted"]
    assert [event["id"] for event in events] == sorted({event["id"] for event in events})
    assert (events[-1]["state"], events[-1]["observation"]) == ("succeeded", "ended_well")
    assert events[1]["attempt_id"] == job["azure"]["activity_id"]


async def test_recovery_points_are_paged_newest_first(world: World) -> None:
    item = await world.item()
    for _ in range(3):
        await world.back_up(item)
    found = await pages(world, f"/v1/protected-items/{item['id']}/recovery-points", limit=2)
    times = [point["time"] for page in found for point in page]
    assert [len(page) for page in found] == [2, 1]
    assert times == sorted(times, reverse=True)
    assert all(point["as_of"] and point["region"] == "primary" for page in found for point in page)


@pytest.fixture
async def stranger(world: World) -> Any:
    async with world.stranger() as client:
        yield client


async def test_a_stranger_finds_nothing_of_ours_in_path_query_or_body(
    world: World, stranger: httpx.AsyncClient
) -> None:
    item = await world.item()
    await world.back_up(item)
    ask = {"protected_item_id": item["id"], "recovery_point": {"latest": True}, "target": DISKS}
    job = await world.done("/v1/restores", ask)
    vault, policy, item_id, restore = item["vault_id"], item["policy_id"], item["id"], job["resource"]
    before = await world.rows("SELECT id FROM jobs")
    vm = {"vm_id": vm_id("vm-db-01"), "vault_id": vault, "policy_id": policy}
    policy_body = {
        "name": "mine",
        "time_zone": "UTC",
        "schedule": {"frequency": "daily", "time": "02:00"},
        "retention": {"daily": {"count": 7}},
    }
    asked: list[tuple[str, str, Any]] = [
        ("GET", f"/v1/vaults/{vault}", None),
        ("GET", f"/v1/vaults/{vault}/policies", None),
        ("POST", f"/v1/vaults/{vault}/policies", policy_body),
        ("GET", f"/v1/policies/{policy}", None),
        ("GET", f"/v1/protected-items/{item_id}", None),
        ("GET", f"/v1/protected-items/{item_id}/recovery-points", None),
        ("POST", f"/v1/protected-items/{item_id}/backups", {"retain_until": KEEP}),
        ("GET", restore, None),
        ("GET", f"/v1/jobs/{job['id']}", None),
        ("GET", f"/v1/jobs/{job['id']}/events", None),
        ("GET", f"/v1/protected-items?vault_id={vault}", None),
        ("GET", f"/v1/protected-items?policy_id={policy}", None),
        ("GET", f"/v1/restores?protected_item_id={item_id}", None),
        ("POST", "/v1/protected-items", vm),
        ("POST", "/v1/restores", ask),
        ("POST", "/v1/restores", {"vm_id": item["vm_id"], "recovery_point": {"latest": True}, "target": DISKS}),
    ]
    for method, path, body in asked:
        answer = await stranger.request(method, path, json=body)
        assert answer.status_code == 404, (method, path, answer.text)
    for path in ("/v1/vaults", "/v1/protected-items", "/v1/restores", "/v1/jobs", f"/v1/jobs?vault_id={vault}"):
        assert (await stranger.get(path)).json() == {"items": [], "next": None, "count": None}, path
    assert await world.rows("SELECT id FROM jobs") == before
