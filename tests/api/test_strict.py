"""What comes in has one meaning: no member twice, no header twice, no number that is none, no body that is not read."""

import json
import re
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.problem_checks import check_problem
from tests.world import EVERY_ROLE, VAULT, World

JSON = {"Content-Type": "application/json"}
TWICE: list[tuple[str, str]] = [
    ('{"reference": "a", "reference": "b"}', "#/reference"),
    ('{"reference": "a", "reference": "a"}', "#/reference"),
    ('{"reference": "a", "\\u0072eference": "b"}', "#/reference"),
    ('{"labels": {"a": "1", "b": "2", "a": "3"}}', "#/labels/a"),
    ('{"x": [1, {"y": {"z/~": 1, "z/~": 2}}]}', "#/x/1/y/z~1~0"),
    ('{"x": {"y": 1, "y": 2}, "x": {"y": 1}}', "#/x"),
    ('{"": 1, "": 2}', "#/"),
    ('{"x": NaN}', "#/x"),
    ('{"x": [0, -Infinity]}', "#/x/1"),
    ('{"x": 1e999}', "#/x"),
    ("NaN", "#"),
]


@pytest.mark.parametrize(("body", "pointer"), TWICE)
async def test_a_body_with_two_meanings_is_refused_at_the_member(world: World, body: str, pointer: str) -> None:
    answer = await world.api.post("/v1/vaults", content=body, headers=JSON)
    check_problem(answer, 422, pointer, body)
    assert answer.json()["code"] == "invalid_request"
    assert await world.rows("SELECT id FROM jobs") == []


async def test_every_operation_with_a_body_refuses_a_member_that_comes_twice(world: World) -> None:
    asked = 0
    async with world.client(roles=[*EVERY_ROLE, "platform_admin"]) as anybody:
        for template, operations in (await anybody.get("/openapi.json")).json()["paths"].items():
            path = re.sub(r"\{[^}]*\}", str(uuid4()), template)
            for method, operation in operations.items():
                if "requestBody" not in operation:
                    continue
                content = '{"reference": "a", "reference": "b"}'
                answer = await anybody.request(method, path, content=content, headers=JSON | {"If-Match": "*"})
                check_problem(answer, 422, "#/reference", operation["operationId"])
                asked += 1
    assert asked > 20


async def test_members_in_another_order_and_other_spaces_are_the_same_request(world: World) -> None:
    jobs: list[str] = []
    for names in (list(VAULT), list(reversed(VAULT))):
        content = json.dumps({name: VAULT[name] for name in names}, indent=len(jobs) or None)
        headers = JSON | {"Idempotency-Key": "one"}
        jobs.append((await world.api.post("/v1/vaults", content=content, headers=headers)).json()["id"])
    assert jobs[0] == jobs[1]


async def test_a_byte_order_mark_is_passed_over_and_another_encoding_is_not_json(world: World) -> None:
    text = json.dumps(VAULT)
    assert (await world.api.post("/v1/vaults", content=text.encode("utf-8-sig"), headers=JSON)).status_code == 202
    for encoding in ("utf-16", "utf-32", "utf-16-be"):
        check_problem(await world.api.post("/v1/vaults", content=text.encode(encoding), headers=JSON), 422, "#")


async def test_an_array_or_a_word_where_an_object_belongs_is_refused(world: World) -> None:
    for body in ([VAULT], "x", 1, True, None, [["name", "a"]]):
        answer = await world.api.post("/v1/vaults", content=json.dumps(body), headers=JSON)
        check_problem(answer, 422, "#", body)


def named(name: str, *values: str) -> Any:
    return [(name, value) for value in values]


@pytest.mark.parametrize("name", ["Idempotency-Key", "Holdfast-Tenant", "Content-Type"])
@pytest.mark.parametrize("second", ["a-key", "application/json"])
async def test_a_header_that_counts_once_is_refused_when_it_comes_twice(world: World, name: str, second: str) -> None:
    first = "application/json" if name == "Content-Type" else "a-key"
    headers = [*named(name, first, second), *([] if name == "Content-Type" else named("Content-Type", first))]
    answer = await world.api.post("/v1/vaults", content=json.dumps(VAULT), headers=headers)
    check_problem(answer, 422, f"header:{name}")
    assert await world.rows("SELECT id FROM jobs") == []


async def test_headers_that_are_lists_may_come_on_several_lines(world: World) -> None:
    vault = await world.vault()
    there = await world.api.get(f"/v1/vaults/{vault['id']}")
    tags = named("If-None-Match", '"other"', there.headers["ETag"])
    assert (await world.api.get(f"/v1/vaults/{vault['id']}", headers=tags)).status_code == 304
    match = named("If-Match", '"other"', there.headers["ETag"])
    change = await world.api.patch(f"/v1/vaults/{vault['id']}", json={"tags": {"a": "b"}}, headers=match)
    assert change.status_code == 202, change.text
    await world.settle()
    prefer = named("Prefer", "respond-async", "wait=5")
    waited = await world.api.get(f"{change.headers['Location']}", headers=prefer)
    assert waited.status_code == 200


async def test_a_body_that_nothing_reads_is_refused_and_not_passed_over(world: World) -> None:
    for content in (b'{"state": "failed"}', b"[]", b"x"):
        answer: httpx.Response = await world.api.request("GET", "/v1/jobs", content=content, headers=JSON)
        check_problem(answer, 422, "#", content)
    for content in (b"", b"{}", b" {} "):
        assert (await world.api.request("GET", "/v1/jobs", content=content, headers=JSON)).status_code == 200


def bodies(schema: dict[str, Any], document: dict[str, Any]) -> list[dict[str, Any]]:
    """The object schemas that a body may be."""
    if "$ref" in schema:
        return bodies(document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]], document)
    branches = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    return [found for branch in branches for found in bodies(branch, document)] if branches else [schema]


async def test_no_body_has_a_member_that_is_passed_over(world: World) -> None:
    document, seen = (await world.api.get("/openapi.json")).json(), 0
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            for content in operation.get("requestBody", {}).get("content", {}).values():
                for schema in bodies(content["schema"], document):
                    if schema.get("type") != "null":
                        assert schema.get("additionalProperties") is False, (method, path)
                        seen += 1
    assert seen > 20
