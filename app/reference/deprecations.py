"""Marks operations that are to go: in words, and by the headers of their answers."""

from typing import Any

from app.core.http.deprecation import KEY

Json = dict[str, Any]
HEADERS: Json = {
    "Deprecation": {
        "description": "Since when it is deprecated: `@` and seconds since 1970 (RFC 9745).",
        "schema": {"type": "string", "pattern": "^@[0-9]+$"},
        "required": True,
    },
    "Sunset": {
        "description": "When it stops to work: an HTTP date (RFC 8594). Afterwards the answer is 404.",
        "schema": {"type": "string"},
        "required": True,
    },
}


def with_deprecations(document: Json) -> Json:
    """The same document, completed in place. Without a deprecated operation it stays as it is."""
    for methods in document["paths"].values():
        for operation in methods.values():
            if KEY in operation:
                said = operation[KEY]
                words = f"**Deprecated** since {said['since']}, gone after {said['sunset']}: {said['instead']}"
                operation["description"] = f"{words}\n\n{operation.get('description', '')}".strip()
                document["components"].setdefault("headers", {}).update(HEADERS)
                for answer in operation["responses"].values():
                    if "$ref" not in answer:
                        references = {name: {"$ref": f"#/components/headers/{name}"} for name in HEADERS}
                        answer["headers"] = answer.get("headers", {}) | references
    return document
