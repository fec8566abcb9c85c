"""docs/problems.md has exactly the codes and the titles of the problems that the code has."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from http import HTTPStatus
from pathlib import Path

import app
from app.core.errors import ServiceError
from app.core.http.problems import HTTP_CODES

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = (ROOT / "docs" / "problems.md").read_text(encoding="utf-8")
RAISED_BY_WORKERS = {"no_recovery_point_qualifies"}
"""A job's error that is made of a ServiceError, and so has no code of its own to be found."""
VARIES = "(varies)"
"""The title is Azure's, the catalogue's, or that of a problem."""


def modules() -> Iterator[Path]:
    for path in sorted((ROOT / "app").rglob("*.py")):
        if "simulator" not in path.parts:
            yield path


def subclasses(cls: type[ServiceError]) -> Iterator[type[ServiceError]]:
    for sub in cls.__subclasses__():
        yield sub
        yield from subclasses(sub)


def title_of(cls: type[ServiceError]) -> str:
    return str(cls.title.fget(cls.__new__(cls)))  # type: ignore[attr-defined]


def constants(node: ast.expr | None) -> Iterator[str]:
    """The words an expression can be: a constant, or either side of `a if x else b`."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from constants(node.body)
        yield from constants(node.orelse)


def calls(name: str) -> Iterator[ast.Call]:
    for call, _ in calls_with_names(name):
        yield call


@cache
def calls_with_names(name: str) -> list[tuple[ast.Call, dict[str, str]]]:
    """Every call, with the texts that its module gives a name."""
    found = []
    for path in modules():
        source = path.read_text(encoding="utf-8")
        if f"{name}(" not in source:
            continue
        tree = ast.parse(source)
        named = {
            node.targets[0].id: word
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
            for word in constants(node.value)
        }
        found += [
            (node, named)
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
        ]
    return found


def import_errors() -> None:
    """Load every module that defines problems."""
    for module in pkgutil.walk_packages(app.__path__, "app."):
        if not module.name.startswith("app.simulator") and module.name.endswith(".errors"):
            importlib.import_module(module.name)
    for name in ("app.core.http.pages", "app.core.db.mode"):
        importlib.import_module(name)


def answered() -> set[tuple[str, int]]:
    """(code, status) of every problem an answer can be."""
    import_errors()
    found = {(cls.code, cls.status) for cls in subclasses(ServiceError)}
    found |= {(code, status) for status, code in HTTP_CODES.items()}
    for call in calls("problem"):
        status, code = call.args[0], call.args[1]
        if isinstance(status, ast.Constant) and isinstance(status.value, int):
            found |= {(word, status.value) for word in constants(code)}
    return found


def failed() -> set[str]:
    """The code of every error a job can end with."""
    found = RAISED_BY_WORKERS.copy()
    for call in calls("JobError"):
        for word in call.keywords:
            if word.arg == "code":
                found |= set(constants(word.value))
    return found


def titles_of_answers() -> set[tuple[str, int, str]]:
    """(code, status, title) of every problem an answer can be."""
    import_errors()
    found = {(cls.code, cls.status, title_of(cls)) for cls in subclasses(ServiceError)}
    found |= {(code, status, HTTPStatus(status).phrase) for status, code in HTTP_CODES.items()}
    for call in calls("problem"):
        status, code, title = call.args[:3]
        if isinstance(status, ast.Constant) and isinstance(status.value, int):
            found |= {(word, status.value, text) for word in constants(code) for text in constants(title)}
    return found


def titles_of_job_errors() -> dict[str, set[str]]:
    """Code -> the titles that the code of Holdfast has for it; those that come from Azure or a problem are not here."""
    found: dict[str, set[str]] = {}
    for call, named in calls_with_names("JobError"):
        words = {word.arg: word.value for word in call.keywords}
        title = words.get("title")
        texts = {named[title.id]} if isinstance(title, ast.Name) and title.id in named else set(constants(title))
        for code in constants(words.get("code")):
            found.setdefault(code, set()).update(texts)
    return found


def rows(heading: str) -> list[list[str]]:
    section = DOCUMENT.split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| `")]
    assert lines
    return [[cell.strip() for cell in line] for line in lines]


def test_every_problem_of_an_answer_is_documented_and_no_other() -> None:
    documented = {(row[0].strip("`"), int(row[1])) for row in rows("Answers")}
    assert documented == answered()


def test_every_error_of_a_job_is_documented_and_no_other() -> None:
    assert {row[0].strip("`") for row in rows("Errors of jobs")} == failed()


def test_every_answer_has_the_title_that_the_page_gives() -> None:
    documented = {(row[0].strip("`"), int(row[1]), row[2]) for row in rows("Answers")}
    assert documented == titles_of_answers()


def test_every_error_of_a_job_has_one_of_the_titles_that_the_page_gives() -> None:
    documented = {row[0].strip("`"): row[1] for row in rows("Errors of jobs")}
    for code, titles in titles_of_job_errors().items():
        assert documented[code] == (" / ".join(sorted(titles)) or VARIES), code


def test_every_row_says_what_it_means_and_what_to_do_once() -> None:
    for heading, width in (("Answers", 5), ("Errors of jobs", 4)):
        found = rows(heading)
        codes = [row[0] for row in found]
        assert len(codes) == len(set(codes))
        for row in found:
            assert len(row) == width, row
            assert all(re.fullmatch(r".{10,}\.", cell) for cell in row[-2:]), row
