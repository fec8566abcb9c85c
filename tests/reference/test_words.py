"""Every operation, parameter and component of the document has words of its own for the people who read it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from app.main import openapi_document
from app.reference.descriptions import ALSO, ANSWERS, COMPONENTS, WORDS
from app.reference.names import PUBLIC
from app.reference.summaries import SUMMARIES
from app.reference.words import shared

Json = dict[str, Any]


@pytest.fixture(scope="module")
def document() -> Json:
    return openapi_document()


def operations(document: Json) -> dict[str, Json]:
    return {one["operationId"]: one for path in document["paths"].values() for one in path.values()}


def test_every_operation_has_a_summary_of_its_own(document: Json) -> None:
    found = {name: operation["summary"] for name, operation in operations(document).items()}
    assert found == SUMMARIES
    assert len(set(found.values())) == len(found)
    for name, summary in found.items():
        assert 8 <= len(summary) <= 60, name
        assert summary.lower() != name.replace("_", " "), f"{name}: the summary is the operation id"
        assert re.fullmatch(r"[A-Z].*[^.]", summary), name


def test_the_names_of_components_are_plain_and_each_is_its_own_title(document: Json) -> None:
    schemas = document["components"]["schemas"]
    for name, schema in schemas.items():
        assert re.fullmatch(r"[A-Z][A-Za-z]+", name), f"{name}: no module path, no generic's brackets"
        assert schema["title"] == name
    assert set(PUBLIC.values()) <= set(schemas), "a name for a model that the document does not have"
    assert not set(PUBLIC) & set(schemas)


def properties(node: Any, at: str = "") -> Iterator[tuple[str, str, Json]]:
    """Every property of every object schema, also of those inside others: (place, name, schema)."""
    if isinstance(node, dict):
        inside = node.get("properties", {})
        if isinstance(node.get("type"), str) and isinstance(inside, dict):
            yield from ((at, name, value) for name, value in inside.items())
        for key, value in node.items():
            if key not in {"examples", "example", "default", "const", "enum"}:
                yield from properties(value, f"{at}/{key}")
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from properties(value, f"{at}/{number}")


def test_every_operation_is_described_beyond_its_summary_and_its_roles(document: Json) -> None:
    for name, operation in operations(document).items():
        own = operation["description"].partition("\n\nRoles:")[0].partition("\n\nEvery caller")[0]
        assert len(own) >= 25, f"{name}: {own!r} says too little"
        assert own.rstrip(".") != operation["summary"], name
        for status, answer in operation["responses"].items():
            assert "$ref" in answer or len(answer["description"]) > 5, (name, status)


def test_every_property_and_every_parameter_and_every_component_is_described(document: Json) -> None:
    bare = [f"{at}: {name}" for at, name, value in properties(document) if not value.get("description")]
    for name, operation in operations(document).items():
        given = [one for one in operation.get("parameters", ()) if "$ref" not in one]
        bare += [f"{name}: {one['name']}" for one in given if not one.get("description")]
    for kind, named in document["components"].items():
        if kind != "securitySchemes":
            bare += [f"{kind}: {name}" for name, one in named.items() if not one.get("description")]
    assert bare == [], "say what it means: in its model or route, or in app/reference/words"


def test_descriptions_are_sentences_for_callers(document: Json) -> None:
    for at, name, value in properties(document):
        text = value["description"]
        assert len(text) >= 8, f"{at}: {name}: {text!r}"
        assert not re.search(r"Successful Response|TODO|API's \S+ lists the same", text), f"{at}: {name}"


def test_no_words_are_left_of_what_is_gone(document: Json) -> None:
    schemas = document["components"]["schemas"]
    for component, words in WORDS.items():
        for name, text in words.items():
            assert schemas[component]["properties"][name]["description"] == text, f"{component}.{name}"
    assert {name: schemas[name]["description"] for name in COMPONENTS} == COMPONENTS
    assert set(ALSO) | set(ALSO.values()) <= set(schemas)
    assert set(ANSWERS) <= set(operations(document))
    used = {value["description"] for _, _, value in properties(document["components"])}
    assert [name for name, text in shared.PROPERTIES.items() if text not in used] == []
    parameters = {
        one.get("description") for operation in operations(document).values() for one in operation.get("parameters", ())
    }
    assert [name for name, text in shared.PARAMETERS.items() if text not in parameters] == []


def test_the_document_says_where_it_is_served_and_who_answers_for_it(document: Json) -> None:
    assert [server["url"] for server in document["servers"]] == ["/"]
    assert document["info"]["contact"]["name"]
