"""The OpenAPI document shows each event as receivers get it."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import jsonschema_rs
import pytest

from app.core.events.types import EventType
from app.events.rendering import Renderings
from app.main import openapi_document
from app.reference.names import public_name
from app.webhooks.document import TEST_TYPE, webhooks_of
from app.webhooks.outgoing import CONTENT_TYPE
from app.webhooks.service import new_secret
from app.webhooks.signing import signed_headers
from app.wiring import RENDERINGS
from tests.test_openapi import resolved, validator

MEDIA_TYPE = CONTENT_TYPE.partition(";")[0]


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return openapi_document()


def body_of(document: dict[str, Any], type_: str) -> str:
    """The name of the component that an event of this type has as its body."""
    reference: str = document["webhooks"][type_]["post"]["requestBody"]["content"][MEDIA_TYPE]["schema"]["$ref"]
    return reference.rpartition("/")[2]


def test_each_type_of_events_has_an_entry_with_an_example_that_is_valid(document: dict[str, Any]) -> None:
    assert set(document["webhooks"]) == {*EventType, TEST_TYPE}
    for type_ in document["webhooks"]:
        schema = document["components"]["schemas"][body_of(document, type_)]
        check = validator(document, body_of(document, type_))
        (example,) = schema["examples"]
        check.validate(example)
        assert example["type"] == type_
        with pytest.raises(jsonschema_rs.ValidationError):
            check.validate(example | {"type": "holdfast.moon.risen"})
        with pytest.raises(jsonschema_rs.ValidationError):
            check.validate(example | {"data": {"id": 1}})
        check.validate(example | {"data": None})


def test_the_data_of_an_event_is_the_public_form_of_its_resource(document: dict[str, Any]) -> None:
    for type_ in EventType:
        data = document["components"]["schemas"][body_of(document, type_)]["properties"]["data"]
        names = {resolved(document, one).get("title") for one in data["anyOf"]}
        rendered = {public_name(r.model.__name__) for r in (*RENDERINGS.by_kind.values(), *RENDERINGS.by_type.values())}
        assert names & rendered, type_


def test_an_entry_says_what_is_sent_with_it_and_what_to_answer(document: dict[str, Any]) -> None:
    sent = signed_headers([new_secret(), new_secret()], str(UUID(int=1)), datetime(2026, 1, 31, tzinfo=UTC), "{}")
    ids = set[str]()
    for entry in document["webhooks"].values():
        operation = entry["post"]
        assert {parameter["name"] for parameter in operation["parameters"]} == set(sent)
        for parameter in operation["parameters"]:
            jsonschema_rs.validator_for(parameter["schema"], validate_formats=True).validate(sent[parameter["name"]])
        assert {"2XX", "410", "default"} <= set(operation["responses"])
        assert operation["security"] == []
        ids.add(operation["operationId"])
    others = {one["operationId"] for path in document["paths"].values() for one in path.values()}
    assert len(ids) == len(document["webhooks"])
    assert not ids & others


def test_a_type_without_a_renderer_stops_the_document() -> None:
    with pytest.raises(LookupError, match="holdfast"):
        webhooks_of(Renderings({}, {}))
