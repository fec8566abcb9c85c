"""The steps of openapi/story.arazzo.yaml, one after the other, as a tool that reads Arazzo takes them.

Without node and without processes: tests/stories/test_arazzo.py has redocly carry out the same file.
"""

import json
import re
from pathlib import Path
from typing import Any

import httpx
import yaml

from tests.world import World

FOLDER = Path(__file__).parents[2] / "openapi"
INPUTS = {"token": "", "run": "one", "vault": "vault-story"}
Known = dict[str, Any]


def value_of(expression: str, known: Known) -> Any:
    """Of a runtime expression: `$inputs.a`, `$steps.s.outputs.o`, `$response.body#/a/0`, `$response.header.H`."""
    if expression.startswith("$response.body#/"):
        found = known["body"]
        for part in expression.partition("#/")[2].split("/"):
            found = found[int(part)] if isinstance(found, list) else found[part]
        return found
    if expression.startswith("$response.header."):
        return known["headers"][expression.removeprefix("$response.header.")]
    return known["$statusCode"] if expression == "$statusCode" else known[expression]


def filled(node: Any, known: Known) -> Any:
    if isinstance(node, dict):
        return {name: filled(value, known) for name, value in node.items()}
    if not isinstance(node, str):
        return node
    if node.startswith("$"):
        return value_of(node, known)
    return re.sub(r"\{(\$[^}]+)\}", lambda match: str(value_of(match[1], known)), node)


def is_met(condition: str, known: Known) -> bool:
    expression, _, wanted = condition.partition(" == ")
    return bool(value_of(expression, known) == json.loads(wanted.replace("'", '"')))


async def answered(world: World, method: str, path: str, parameters: list[Known], body: Any) -> httpx.Response:
    """The answer; of a write, its job as it has ended."""
    given: dict[str, dict[str, Any]] = {"path": {}, "query": {}, "header": {}}
    for one in parameters:
        given[one["in"]][one["name"]] = str(one["value"]).lower() if one["value"] is True else one["value"]
    headers = {name: value for name, value in given["header"].items() if name not in {"Authorization", "Prefer"}}
    url = path.format(**given["path"])
    answer = await world.api.request(method, url, params=given["query"], headers=headers, json=body)
    if answer.status_code != 202:
        return answer
    await world.settle()
    return await world.api.get(answer.headers["Location"])


async def test_the_story_goes_from_no_vault_to_a_restored_vm_and_back(world: World) -> None:
    document = json.loads((FOLDER / "openapi.json").read_text(encoding="utf-8"))
    places = {one["operationId"]: (m, p) for p, some in document["paths"].items() for m, one in some.items()}
    story = yaml.safe_load((FOLDER / "story.arazzo.yaml").read_text(encoding="utf-8"))
    shared = story["components"]["parameters"]
    known: Known = {f"$inputs.{name}": value for name, value in INPUTS.items()}
    for step in story["workflows"][0]["steps"]:
        parameters = [
            shared[one["reference"].rpartition(".")[2]] if "reference" in one else one for one in step["parameters"]
        ]
        body = filled(step["requestBody"]["payload"], known) if "requestBody" in step else None
        asked = [filled(one, known) for one in parameters]
        answer = await answered(world, *places[step["operationId"]], asked, body)
        if "onFailure" in step and answer.status_code == httpx.codes.NOT_FOUND:
            world.advance(60)  # the point has not arrived in the paired region
            answer = await answered(world, *places[step["operationId"]], asked, body)
        known |= {"$statusCode": answer.status_code, "body": answer.json(), "headers": answer.headers}
        for one in step["successCriteria"]:
            assert is_met(one["condition"], known), (step["stepId"], one["condition"], answer.text)
        outputs = {
            f"$steps.{step['stepId']}.outputs.{name}": value_of(said, known)
            for name, said in step.get("outputs", {}).items()
        }
        known |= outputs
    assert [trigger["kind"] for trigger in world.triggers] == ["backup", *["restore"] * 3, "cross_region_restore"]
