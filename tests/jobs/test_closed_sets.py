"""Closed sets are enums whose members say what they mean, and the API's list of a set is that set."""

import ast
import inspect
from enum import StrEnum
from typing import get_args

import pytest

from app.jobs import lifecycle
from app.jobs.api.schemas import Kind, WaitingRead
from app.jobs.lifecycle import AttemptState, Observation, State, Waiting
from app.jobs.work import JobKind, LoopName
from app.wiring import works_of
from tests.folder_order import APP
from tests.world import World

SETS: tuple[type[StrEnum], ...] = (State, Observation, Waiting, AttemptState, LoopName, JobKind)


@pytest.mark.parametrize("members", SETS)
def test_each_member_says_what_it_means(members: type[StrEnum]) -> None:
    (definition,) = ast.parse(inspect.getsource(members)).body
    assert isinstance(definition, ast.ClassDef)
    body = definition.body
    said = {
        ast.unparse(one.targets[0]): isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
        for one, after in zip(body, [*body[1:], ast.Pass()], strict=True)
        if isinstance(one, ast.Assign)
    }
    assert set(said) == set(members.__members__)
    assert [name for name, is_said in said.items() if not is_said] == []


def test_the_api_lists_the_reasons_to_wait() -> None:
    assert set(get_args(WaitingRead.model_fields["reason"].annotation)) == {reason.value for reason in Waiting}


async def test_the_api_lists_the_kinds_of_jobs_and_each_can_be_worked(world: World) -> None:
    assert get_args(Kind) == tuple(kind.value for kind in JobKind)
    assert set(works_of(world.azure, world.database)) == set(JobKind)


async def test_the_worker_runs_the_loops_that_can_be_woken(world: World) -> None:
    assert list(world.loops) == list(LoopName)


def test_no_attempt_state_is_a_bare_text() -> None:
    """Where attempts are written or compared; the same words stand elsewhere for other things."""
    words = {state.value for state in AttemptState}
    for path in sorted((APP / "jobs").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Compare | ast.Call) and "Attempt.state" in ast.unparse(node).split("(", 1)[0]:
                bare = [one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and one.value in words]
                assert not bare, f"{path.name}:{node.lineno} names {bare}: use AttemptState"
    assert set(AttemptState) > lifecycle.NEVER_REACHED_AZURE
