"""Every example of the OpenAPI document as a request: nothing is added but a token."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Example:
    """One request."""

    operation: str
    name: str
    method: str
    path: str
    query: Json = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    body: Json | None = None

    @property
    def id(self) -> str:
        return f"{self.operation}-{self.name}" if self.name else self.operation


def examples_of(document: Json) -> Iterator[Example]:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            content = operation.get("requestBody", {}).get("content", {})
            bodies = [(name, one["value"]) for kind in content.values() for name, one in kind["examples"].items()]
            for name, body in bodies or [("", None)]:
                yield _example(path, method, operation, name, body)


def _example(path: str, method: str, operation: Json, name: str, body: Json | None) -> Example:
    query, headers = {}, {}
    for parameter in operation.get("parameters", ()):
        value = _value(parameter, name)
        if value is None:
            continue
        where, called = parameter["in"], parameter["name"]
        if where == "path":
            path = path.replace(f"{{{called}}}", str(value))
        elif where == "query":
            query[called] = value
        else:
            headers[called] = str(value)
    return Example(operation["operationId"], name, method.upper(), path, query, headers, body)


def _value(parameter: Json, body_name: str) -> Any:
    named = parameter.get("examples")
    if named:
        return named.get(body_name, next(iter(named.values())))["value"]
    return parameter.get("example")
