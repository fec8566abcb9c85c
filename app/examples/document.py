"""Puts the examples into the OpenAPI document, each under a name that tools offer in a list."""

from typing import Any

from app.examples.bodies import BODIES
from app.examples.more_bodies import MORE_BODIES
from app.examples.parameters import OF_BODIES, OTHERS, REQUIRED_QUERY, USUAL

Json = dict[str, Any]


def add_examples(document: Json) -> None:
    """Changes the document."""
    for operations in document["paths"].values():
        for operation in operations.values():
            _add_bodies(operation)
            for parameter in operation.get("parameters", ()):
                _add_parameter(operation["operationId"], parameter)


def _add_bodies(operation: Json) -> None:
    named = {**BODIES, **MORE_BODIES}.get(operation["operationId"], {})
    for content in operation.get("requestBody", {}).get("content", {}).values():
        if named:
            content["examples"] = {name: {"summary": _in_words(name), "value": value} for name, value in named.items()}


def _add_parameter(operation: str, parameter: Json) -> None:
    name = parameter.get("name", "")
    by_body = OF_BODIES.get(operation, {}).get(name)
    if by_body is not None:
        parameter["examples"] = {one: {"summary": _in_words(one), "value": value} for one, value in by_body.items()}
        return
    known = {**USUAL, **OTHERS.get(operation, {})}
    if parameter.get("in") == "path" or name.lower() == "if-match":
        example = known.get(name if parameter["in"] == "path" else "if-match")
    else:
        example = REQUIRED_QUERY.get(name) if parameter.get("required") else None
    if example is not None:
        repeated = parameter["schema"].get("type") == "array"
        parameter["example"] = [example] if repeated else example


def _in_words(name: str) -> str:
    return name.replace("_", " ").capitalize()
