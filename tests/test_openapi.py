"""The OpenAPI document: what is committed is what is served, and it keeps what it promises."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from schemathesis.specs.openapi.definitions import OPENAPI_31

from app.main import openapi_document
from tests.isolation.foreign_requests import WITHOUT_TOKEN

COMMITTED = Path(__file__).resolve().parents[1] / "openapi" / "openapi.json"

Operation = dict[str, Any]


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return openapi_document()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, Operation]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def resolved(document: dict[str, Any], node: Any) -> Any:
    """The node itself, or what its $ref points to."""
    while isinstance(node, dict) and "$ref" in node:
        target: Any = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node


def refs(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from refs(value)
    elif isinstance(node, list):
        for value in node:
            yield from refs(value)


def validator(document: dict[str, Any], name: str) -> Any:
    schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)


def test_the_committed_document_is_the_one_the_code_makes(document: dict[str, Any]) -> None:
    committed = json.loads(COMMITTED.read_text(encoding="utf-8"))
    assert committed == document, "openapi/openapi.json has drifted from the code: run `make openapi` and commit it"


def test_it_is_a_valid_openapi_3_1_document(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    errors = [
        f"{'/'.join(map(str, e.instance_path))}: {e.message}"
        for e in jsonschema_rs.Draft202012Validator(OPENAPI_31).iter_errors(document)
    ]
    assert errors == []


def test_every_reference_leads_somewhere_and_nothing_is_left_over(document: dict[str, Any]) -> None:
    for ref in refs(document):
        assert resolved(document, {"$ref": ref}) is not None
    used = set(refs(document))
    for kind in ("schemas", "responses", "headers"):
        for name in document["components"][kind]:
            assert f"#/components/{kind}/{name}" in used, name


def test_no_schema_of_the_framework_is_left(document: dict[str, Any]) -> None:
    assert "HTTPValidationError" not in json.dumps(document)


STABLE = {
    "create_vault",
    "list_vaults",
    "get_vault",
    "create_policy",
    "list_policies",
    "get_policy",
    "create_protected_item",
    "list_protected_items",
    "get_protected_item",
    "create_backup",
    "list_recovery_points",
    "create_restore",
    "list_restores",
    "get_restore",
    "list_jobs",
    "get_job",
    "list_job_events",
    "healthz",
    "readyz",
    "metrics",
}
"""Names that clients are generated from: one is added with its path, none is ever changed or taken away."""


def test_operation_ids_are_stable_names(document: dict[str, Any]) -> None:
    found = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(found) == len(set(found))
    assert set(found) >= STABLE
    assert all(name.replace("_", "").isalpha() and name.islower() for name in found)


def test_every_operation_under_v1_needs_a_token_and_no_other_does(document: dict[str, Any]) -> None:
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    for path, _, operation in operations(document):
        is_open = path in WITHOUT_TOKEN or not path.startswith("/v1/")
        security: Any = [] if is_open else [{"bearer": []}, {"oauth2": []}]
        if operation["operationId"] == "put_restore_test_verdict":  # not a caller: the receiver of one event
            security = [{"verdict": []}]
        assert operation["security"] == security, path


def test_if_match_is_required_where_leaving_it_out_is_refused(document: dict[str, Any]) -> None:
    required = {
        operation["operationId"]: parameter["required"]
        for _, _, operation in operations(document)
        for parameter in operation.get("parameters", ())
        if parameter.get("name") == "If-Match"
    }
    refused = {one["operationId"] for _, _, one in operations(document) if "428" in one["responses"]}
    assert {name for name, is_required in required.items() if is_required} == refused
    assert 5 < len(refused) < len(required)


def test_no_parameter_can_be_null(document: dict[str, Any]) -> None:
    for _, _, operation in operations(document):
        for parameter in operation.get("parameters", ()):
            assert "null" not in json.dumps(parameter.get("schema", {})), (operation["operationId"], parameter)


def test_every_operation_says_how_it_fails(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        if not path.startswith("/v1/"):
            continue
        answers = operation["responses"]
        expected = {"401", "413", "422", "429", "500", "503"} | (
            {"408", "415"} if "requestBody" in operation else set()
        )
        expected |= {"404"} if "{" in path else set()
        assert set(answers) >= expected, (method, path)
        for status, answer in answers.items():
            if int(status) >= 400:
                content = resolved(document, answer)["content"]
                assert list(content) == ["application/problem+json"], (method, path, status)
                assert content["application/problem+json"]["schema"]["$ref"] == "#/components/schemas/Problem"


def test_every_answer_names_its_headers(document: dict[str, Any]) -> None:
    wanted: dict[str, set[str]] = {
        "202": {"Location", "Retry-After", "ETag"},
        "304": {"ETag"},
        "401": {"WWW-Authenticate"},
        "503": {"Retry-After"},
    }
    for path, method, operation in operations(document):
        for status, answer in operation["responses"].items():
            headers = set(resolved(document, answer)["headers"])
            named = wanted.get(status, set())
            if (path, status) == ("/v1/vaults/discover", "202"):  # a job for each vault: each is named in the body
                named = {"Retry-After"}
                assert not headers & {"Location", "ETag"}
            assert headers >= {"X-Request-ID"} | named, (method, path, status)
        schema = json.dumps(operation["responses"].get("200", {}))
        if 'Page"' in schema:
            assert "Link" in operation["responses"]["200"]["headers"], path


def test_every_answer_with_a_version_can_be_waited_for(document: dict[str, Any]) -> None:
    """A GET of one resource reads by `CurrentRead` (app/events/conditional_reads.py), and says all of it."""
    doors = 0
    for path, method, operation in operations(document):
        names = {parameter.get("name", "").lower() for parameter in operation.get("parameters", ())}
        answers = operation["responses"]
        if method != "get" or not ("if-none-match" in names or "304" in answers or "ETag" in json.dumps(answers)):
            continue
        doors += 1
        assert {"if-none-match", "prefer"} <= names, f"GET {path} has an ETag, but not `wanted: CurrentRead`"
        for status in ("200", "304"):
            assert {"ETag", "Preference-Applied"} <= set(answers[status]["headers"]), (path, status)
    assert doors >= 14


def test_every_request_body_has_an_example_that_is_valid(document: dict[str, Any]) -> None:
    shown = 0
    for path, method, operation in operations(document):
        if "requestBody" not in operation:
            continue
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        schema = schema["anyOf"][0] if "anyOf" in schema else schema  # a body that may be left out
        examples = operation["requestBody"]["content"]["application/json"].get("examples")
        assert examples, (method, path)
        assert "examples" not in resolved(document, schema), "an example is in app/examples, and can be executed"
        for example in examples.values():
            validator(document, schema["$ref"].rpartition("/")[2]).validate(example["value"])
            shown += 1
    assert shown >= 5


MAIN = {
    "JobRead",
    "JobEventRead",
    "VaultRead",
    "PolicyRead",
    "ProtectedItemRead",
    "RecoveryPointRead",
    "RestoreRead",
    "Problem",
}


def test_the_main_answers_have_an_example_and_every_example_is_valid(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    assert {name for name, schema in schemas.items() if schema.get("examples")} >= MAIN
    for name, schema in schemas.items():
        for example in schema.get("examples", ()):
            validator(document, name).validate(example)
            assert name == "Problem" or set(example) <= set(schema["properties"]), name


def test_every_component_schema_has_a_title_of_its_own(document: dict[str, Any]) -> None:
    """Generators name a class by its title: of two with the same title one is lost, and answers become None."""
    schemas = document["components"]["schemas"]
    titles = [schema.get("title", name).replace("_", "").lower() for name, schema in schemas.items()]
    assert len(titles) > 50
    assert sorted(title for title in set(titles) if titles.count(title) > 1) == []
