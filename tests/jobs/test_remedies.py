"""No error without a remedy: every class, every place that raises, every job's error, every entry of the catalogue."""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import app
from app import error_catalogue
from app.core.errors import ServiceError
from app.jobs.work import JobError
from tests.world import World

APP = Path(app.__file__).parent


@cache
def every_call() -> list[tuple[str, str, ast.Call]]:
    """(where, the name called, the call) of every call by a plain name."""
    return [
        (f"{path.relative_to(APP)}:{node.lineno}", node.func.id, node)
        for path in sorted(APP.rglob("*.py"))
        if "simulator" not in path.parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]


def problem_classes() -> set[str]:
    for module in pkgutil.walk_packages(app.__path__, "app."):
        if not module.name.startswith("app.simulator") and module.name.endswith(".errors"):
            importlib.import_module(module.name)
    found, left = set[type[ServiceError]](), [ServiceError]
    while left:
        cls = left.pop()
        found.add(cls)
        left.extend(cls.__subclasses__())
    assert len(found) > 60
    own = {cls for cls in found if "__init__" in vars(cls)} - {ServiceError}
    assert all("remedy=" in inspect.getsource(cls) for cls in own)
    return {cls.__name__ for cls in found - own}


def calls(names: set[str]) -> Iterator[tuple[str, ast.Call]]:
    for where, name, call in every_call():
        if name in names:
            yield f"{where} {name}", call


def is_empty(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and not (isinstance(node.value, str) and node.value.strip())


def test_a_problem_cannot_be_made_without_a_remedy() -> None:
    remedy = inspect.signature(ServiceError.__init__).parameters["remedy"]
    assert remedy.default is inspect.Parameter.empty
    with pytest.raises(TypeError, match="remedy"):
        ServiceError("Something.")  # type: ignore[call-arg]


def test_every_problem_that_is_raised_says_what_to_do() -> None:
    seen = 0
    for where, call in calls(problem_classes()):
        given = {word.arg: word.value for word in call.keywords}
        assert "remedy" in given, where
        assert not is_empty(given["remedy"]), where
        seen += 1
    assert seen > 100


def test_every_problem_that_is_no_exception_says_what_to_do() -> None:
    for where, call in calls({"problem"}):
        given = {word.arg: word.value for word in call.keywords}
        assert "remedy" in given, where
        assert not is_empty(given["remedy"]), where


def test_every_error_that_a_job_can_end_with_says_what_it_is_why_and_what_to_do() -> None:
    names = list(inspect.signature(JobError).parameters)[:4]
    assert names == ["code", "title", "detail", "remedy"]
    seen = 0
    for where, call in calls({"JobError"}):
        given: dict[str | None, ast.expr] = dict(zip(names, call.args, strict=False))
        given |= {word.arg: word.value for word in call.keywords}
        if None not in given:  # else the catalogue says title and remedy: see below
            assert set(names) <= set(given), where
        for name in set(names) & {name for name in given if name}:
            assert not is_empty(given[name]), (where, name)
        seen += 1
    assert seen > 15


def test_no_entry_for_a_caller_says_to_do_nothing() -> None:
    for entry in error_catalogue.ENTRIES:
        assert entry.retryable or entry.who != "caller" or not entry.remedy.startswith("Nothing"), entry.slug


async def test_a_job_that_has_ended_says_what_to_do_instead_of_cancelling_it(world: World) -> None:
    vault = await world.vault()
    job = (await world.api.get("/v1/jobs", params={"vault_id": vault["id"]})).json()["items"][0]
    answer = await world.api.post(f"/v1/jobs/{job['id']}/cancel")
    assert (answer.status_code, answer.json()["code"]) == (409, "job_ended")
    assert "GET /v1/jobs" in answer.json()["remedy"]
