"""Vaults through the API: a name is taken once, and what fails leaves nothing behind."""

import asyncio

import pytest

from tests.world import VAULT, World


async def test_a_vault_is_created_with_azures_own_policies_in_it(world: World) -> None:
    vault = await world.vault(redundancy="geo", cross_region_restore=True, tags={"team": "payments"})
    assert (vault["state"], vault["name"], vault["cross_region_restore"]) == ("ready", "vault-demo", True)
    assert vault["arm_id"].endswith("/providers/Microsoft.RecoveryServices/vaults/vault-demo")
    assert vault["tags"] == {"team": "payments"}
    assert vault["as_of"]
    names = {policy["name"] for policy in (await world.api.get(f"/v1/vaults/{vault['id']}/policies")).json()["items"]}
    assert "DefaultPolicy" in names


async def test_a_name_that_we_know_is_taken_in_any_letter_case(world: World) -> None:
    await world.api.post("/v1/vaults", json=VAULT)
    for name in ("vault-demo", "VAULT-Demo"):
        answer = await world.api.post("/v1/vaults", json=VAULT | {"name": name})
        assert (answer.status_code, answer.json()["code"]) == (409, "vault_exists")
        assert answer.json()["pointer"] == "#/name"
    assert len(await world.rows("SELECT id FROM jobs")) == 1


async def test_a_name_that_only_azure_knows_is_taken_too(world: World) -> None:
    await world.vault()
    await world.rows("DELETE FROM job_events RETURNING id")
    for table in ("policies", "vault_watches", "vaults", "attempts", "jobs"):
        await world.rows(f"DELETE FROM {table} RETURNING 1 AS one")  # noqa: S608
    answer = await world.api.post("/v1/vaults", json=VAULT)
    assert (answer.status_code, answer.json()["code"]) == (409, "vault_exists")
    assert await world.rows("SELECT id FROM jobs UNION ALL SELECT id FROM vaults") == []


async def test_of_many_who_want_one_name_at_once_exactly_one_gets_it(world: World) -> None:
    await world.api.get("/v1/vaults")
    answers = await asyncio.gather(*(world.api.post("/v1/vaults", json=VAULT) for _ in range(12)))
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [202] + [409] * 11
    assert {a.json()["code"] for a in answers if a.status_code == 409} == {"vault_exists"}
    assert len(await world.rows("SELECT id FROM jobs")) == len(await world.rows("SELECT id FROM vaults")) == 1


async def test_a_missing_resource_group_is_named_when_azure_names_it(world: World) -> None:
    world.fault("GET", "/vaults/", "status_before", status=404, code="ResourceGroupNotFound", message="No such group.")
    answer = await world.api.post("/v1/vaults", json=VAULT)
    assert (answer.status_code, answer.json()["pointer"]) == (422, "#/resource_group")
    assert answer.json()["azure_code"] == "ResourceGroupNotFound"
    assert await world.rows("SELECT id FROM jobs") == []


async def test_a_vault_that_azure_refuses_leaves_its_name_free_and_its_job_says_why(world: World) -> None:
    world.fault("PUT", "/vaults/", "status_before", status=400, code="BadThing", message="Azure's own words.")
    location = (await world.api.post("/v1/vaults", json=VAULT)).headers["Location"]
    await world.settle()
    job = (await world.api.get(location)).json()
    assert (job["state"], job["error"]["azure_code"], job["error"]["detail"]) == (
        "failed",
        "BadThing",
        "Azure's own words.",
    )
    assert job["error"]["remedy"]
    assert (await world.api.get("/v1/vaults")).json()["items"] == []
    assert (await world.vault())["state"] == "ready"


async def test_nothing_can_be_put_into_a_vault_that_is_not_ready(world: World) -> None:
    resource = (await world.api.post("/v1/vaults", json=VAULT)).json()["resource"]
    body = {
        "name": "production",
        "time_zone": "UTC",
        "schedule": {"frequency": "daily", "time": "02:00"},
        "retention": {"daily": {"count": 30}},
    }
    answer = await world.api.post(f"{resource}/policies", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "vault_not_ready")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *((method, "/v1/vaults/discover") for method in ("GET", "PATCH", "DELETE")),
        *((method, "/v1/policies/preview") for method in ("GET", "PUT", "DELETE")),
        ("GET", "/v1/restores/preflight"),
    ],
)
async def test_a_word_in_the_place_of_an_id_is_not_taken_for_one(world: World, method: str, path: str) -> None:
    answer = await world.api.request(method, path, json={})
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert answer.headers["Allow"] == "POST"
