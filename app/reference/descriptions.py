"""Gives each component, property, parameter and answer of the document a description, where it has none of its own."""

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from app.reference.words import protection, recovery, results, shared, watching, writes

Json = dict[str, Any]
_ROOMS = (writes, protection, recovery, results, watching)
COMPONENTS: dict[str, str] = {name: text for room in _ROOMS for name, text in room.COMPONENTS.items()}
WORDS: dict[str, dict[str, str]] = {name: words for room in _ROOMS for name, words in room.WORDS.items()}
ALSO = {
    "BackupAccepted": "JobRead",
    "RestoreAccepted": "JobRead",
    "RecoveryRunAccepted": "JobRead",
    "BulkAccepted": "JobRead",
    "WebhookMade": "WebhookRead",
}
"""Component -> the one whose words it has too: it is that one, with members of its own."""
ANSWERS = {
    "healthz": "The process is alive.",
    "readyz": "The process can serve.",
    "metrics": "The metrics.",
    "open_report_link": "The page of the report.",
}
"""Operation -> its answer, where no component describes the body."""
_FRAMEWORK = {"Successful Response", "Created", "Accepted", "No Content", "OK"}
"""Descriptions that say nothing beyond the status."""
_FOR_THE_CODE = re.compile(r"\s*The API's \S+ lists the same\.")
_ANSWERS = {
    HTTPStatus.CREATED: "It was created",
    HTTPStatus.ACCEPTED: "Accepted: a job does it. Follow it at Location",
    HTTPStatus.NO_CONTENT: "It was done. There is no body",
    HTTPStatus.NOT_MODIFIED: "It has not changed since the version that If-None-Match names",
}


def words_for(component: str, name: str) -> str | None:
    """What this module knows of a property; None = nothing."""
    for place in (component, ALSO.get(component, "")):
        if name in WORDS.get(place, {}):
            return WORDS[place][name]
    return shared.PROPERTIES.get(name)


def with_descriptions(document: Json) -> Json:
    """The same document, completed in place. Its components have their public names."""
    schemas: Json = document["components"]["schemas"]
    for component, schema in schemas.items():
        _describe_component(component, schema)
    for operation in _operations(document):
        for parameter in operation.get("parameters", ()):
            text = shared.PARAMETERS.get(parameter.get("name", ""))
            if not parameter.get("description", "$ref" in parameter) and text is not None:
                parameter["description"] = text
        for status, answer in operation["responses"].items():
            if answer.get("description") in _FRAMEWORK:
                said = ANSWERS.get(operation["operationId"])
                answer["description"] = said or _answer(int(status), answer, schemas)
    return document


def _describe_component(component: str, schema: Json) -> None:
    if component in COMPONENTS:
        schema["description"] = COMPONENTS[component]
    elif component.endswith("Page"):
        schema.setdefault("description", "One page of a list.")
    if "enum" in schema:  # the docstring of an enum is for readers of the code, too
        schema["description"] = _FOR_THE_CODE.sub("", schema["description"])
    for name, value in schema.get("properties", {}).items():
        text = words_for(component, name)
        if text is not None and (name in WORDS.get(component, {}) or not value.get("description")):
            value["description"] = text


def _operations(document: Json) -> Iterator[Json]:
    for methods in document["paths"].values():
        yield from methods.values()


def _answer(status: int, answer: Json, schemas: Json) -> str:
    """What an answer without words of its own is: of 200, what its body is."""
    if status in _ANSWERS:
        return f"{_ANSWERS[HTTPStatus(status)]}."
    schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
    body = schemas.get(schema.get("$ref", "").rpartition("/")[2], {})
    first: str = body.get("description", "Done.").partition("\n")[0]
    return first
