"""Each page of the docs is in the index, and the requests that they show are requests of the API."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jsonschema_rs
import pytest

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
INDEX = DOCS / "README.md"
LINK = re.compile(r"(?<!\!)\[(?:[^\[\]]|\[[^\]]*\])*\]\(([^)\s]+)\)")
FENCED = re.compile(r"^ *```.*?^ *```", re.DOTALL | re.MULTILINE)
REQUEST = re.compile(r"^(GET|POST|PUT|PATCH|DELETE) (/v1/\S+)$", re.MULTILINE)
DOCUMENT: dict[str, Any] = json.loads((ROOT / "openapi" / "openapi.json").read_text(encoding="utf-8"))


def prose(page: Path) -> str:
    return FENCED.sub("", page.read_text(encoding="utf-8"))


def linked_from(page: Path) -> set[Path]:
    """The files that a page links to (tests/test_citations.py finds links that lead nowhere)."""
    return {(page.parent / written.partition("#")[0]).resolve() for written in LINK.findall(prose(page))}


def test_every_page_is_in_the_index() -> None:
    pages = {page for page in DOCS.rglob("*.md") if "decisions" not in page.parts and page != INDEX}
    linked = linked_from(INDEX) | linked_from(ROOT / "README.md")
    assert {str(page.relative_to(DOCS)) for page in pages - linked} == set()
    assert INDEX in linked


def shown_requests() -> Iterator[tuple[str, str, str, str]]:
    """(page, method, target, body) of each request in a block ```http."""
    for page in sorted(DOCS.rglob("*.md")):
        for block in re.findall(r"^```http\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE):
            found = list(REQUEST.finditer(block))
            for one, after in zip(found, [*found[1:], None], strict=True):
                yield page.name, one[1], one[2], block[one.end() : after.start() if after else None].strip()


def operation_of(method: str, path: str) -> dict[str, Any]:
    for known, operations in DOCUMENT["paths"].items():
        if method.lower() in operations and re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", known), path):
            found: dict[str, Any] = operations[method.lower()]
            return found
    raise AssertionError(f"no operation {method} {path}")


@pytest.mark.parametrize(("page", "method", "target", "body"), list(shown_requests()))
def test_every_request_that_a_page_shows_is_one_of_the_api(page: str, method: str, target: str, body: str) -> None:
    parts = urlsplit(target)
    operation = operation_of(method, parts.path)
    parameters = {one["name"]: one["schema"] for one in operation.get("parameters", ()) if one.get("in") == "query"}
    for name, value in parse_qsl(parts.query, strict_parsing=True):
        assert name in parameters, f"{page}: {target}"
        allowed = json.dumps(parameters[name])
        assert "enum" not in allowed or f'"{value}"' in allowed, f"{page}: {name}={value}"
    assert bool(body) == ("requestBody" in operation and bool(body)), page
    if body:
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        whole = {"components": DOCUMENT["components"], "allOf": [schema]}
        jsonschema_rs.validator_for(whole).validate(json.loads(body))
