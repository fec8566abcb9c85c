"""Every operation, parameter and component of the document has words of its own for the people who read it."""

import re
from typing import Any

import pytest

from app.main import openapi_document
from app.reference.names import PUBLIC
from app.reference.summaries import SUMMARIES

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


def test_the_document_says_where_it_is_served_and_who_answers_for_it(document: Json) -> None:
    assert [server["url"] for server in document["servers"]] == ["/"]
    assert document["info"]["contact"]["name"]
