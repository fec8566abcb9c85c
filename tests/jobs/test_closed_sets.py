"""Closed sets are enums whose members say what they mean, and the API's list of a set is that set."""

import ast
import inspect
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import get_args

import pytest

from app.alerts.kinds import AlertKind, AlertState, Severity
from app.alerts.mail.limits import MailState
from app.approvals.schemas import ApprovalRead
from app.azure.item_states import ItemState
from app.jobs import lifecycle
from app.jobs.api.schemas import JobRead, Kind, WaitingRead
from app.jobs.approval.models import ApprovalState
from app.jobs.kinds import JobKind
from app.jobs.lifecycle import AttemptState, Observation, State, Waiting
from app.jobs.models import Origin
from app.jobs.work import LoopName
from app.policies.models import PolicyState
from app.policies.schemas import PolicyRead
from app.protection.schemas import ProtectedItemRead as ItemRead
from app.vaults.models import VaultState
from app.vaults.schemas import VaultRead
from app.wiring import works_of
from app.worker import (
    alert_loops_of,
    cost_loops_of,
    estate_loops_of,
    health_loops_of,
    hint_loops_of,
    report_loops_of,
    restore_test_loops_of,
    rule_loops_of,
    webhook_loops_of,
)
from tests.each import each
from tests.folder_order import APP
from tests.world import World

SETS: tuple[type[StrEnum], ...] = (
    State, Observation, Waiting, AttemptState, LoopName, JobKind, Origin, VaultState, PolicyState, ItemState,
    ApprovalState, AlertKind, AlertState, Severity, MailState,
)  # fmt: skip


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


def test_the_api_lists_the_origins() -> None:
    for shown in (JobRead, ItemRead):
        assert get_args(shown.model_fields["origin"].annotation) == tuple(origin.value for origin in Origin)


def test_no_module_compares_an_origin_with_a_bare_text() -> None:
    words = {origin.value for origin in Origin}
    for path in compared_files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Compare) and ast.unparse(node.left).endswith(".origin"):
                bare = [text for value in node.comparators for text in texts(value) if text in words]
                assert not bare, f"{path.relative_to(APP)}:{node.lineno}"


async def test_the_worker_runs_the_loops_that_can_be_woken(world: World) -> None:
    of_items = health_loops_of(world.database, world.azure)
    of_the_estate = estate_loops_of(world.settings, world.database, world.azure)
    of_reports = report_loops_of(world.settings, world.database)
    of_hints = hint_loops_of(world.settings, world.database, world.azure)
    of_cost = cost_loops_of(world.settings, world.database, world.azure)
    of_webhooks = webhook_loops_of(world.settings, world.database)
    of_alerts = alert_loops_of(world.settings, world.database)
    of_tests = restore_test_loops_of(world.settings, world.database, world.azure)
    of_rules = rule_loops_of(world.settings, world.database, world.azure)
    others = [
        *of_tests,
        *of_rules,
        *of_alerts,
        *of_hints,
        *of_items,
        *of_reports,
        *of_the_estate,
        *of_cost,
        *of_webhooks,
    ]
    assert sorted([*world.loops, *others]) == sorted(LoopName)
    assert not estate_loops_of(world.settings.model_copy(update={"estate_seconds": 0}), world.database, world.azure)


APART = ("simulator", "azure/sdk")
"""Azure's own words are compared here: the simulator shares no code with the rest, the adapter translates."""
STATES: tuple[type[StrEnum], ...] = (State, AttemptState, ApprovalState, VaultState, PolicyState, ItemState)


def compared_files() -> list[Path]:
    return [path for path in sorted(APP.rglob("*.py")) if not path.relative_to(APP).as_posix().startswith(APART)]


def is_a_state(node: ast.expr) -> bool:
    """`state`, `item.state`, `row["state"]`, `state_of(item)`, whether it is compared or bound to a value."""
    match node:
        case ast.Name(name) | ast.Attribute(attr=name):
            return name == "state"
        case ast.Subscript(slice=ast.Constant(value=name)):
            return name == "state"
        case ast.Call(func=ast.Name(name) | ast.Attribute(attr=name)):
            return name == "state_of"
    return False


def values_beside_a_state(node: ast.AST) -> Iterator[ast.expr]:
    match node:
        case ast.Compare(left, _, comparators) if any(map(is_a_state, [left, *comparators])):
            yield from [left, *comparators]
        case ast.Call(func=ast.Attribute(value=column, attr="in_" | "not_in"), args=values) if is_a_state(column):
            yield from values
        case ast.keyword(arg="state", value=value):
            yield value
        case ast.Dict(keys, values):
            yield from (
                v for k, v in zip(keys, values, strict=True) if isinstance(k, ast.Constant) and k.value == "state"
            )


def texts(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.Tuple(elts) | ast.List(elts) | ast.Set(elts):
            for one in elts:
                yield from texts(one)
        case ast.IfExp(body=body, orelse=orelse):
            yield from [*texts(body), *texts(orelse)]


def bare_states(source: str) -> list[tuple[int, str]]:
    words = {state.value for states in STATES for state in states}
    return [
        (value.lineno, text)
        for node in ast.walk(ast.parse(source))
        for value in values_beside_a_state(node)
        for text in texts(value)
        if text in words
    ]


@each(compared_files())
def test_no_module_compares_or_writes_a_state_as_a_bare_text(path: Path) -> None:
    """A closed set has one place where its words stand. Examples of bodies (`schemas`) are JSON, and stay texts."""
    found = bare_states(path.read_text(encoding="utf-8"))
    if path.stem.endswith("schemas"):
        found = []
    assert not found, f"{path.relative_to(APP)}: {found}: use the enum"


def bare_kinds(source: str) -> list[str]:
    """Kinds of jobs that are compared or given as a text. Other things have kinds of their own, with other words."""
    words = {kind.value for kind in JobKind}
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Compare) and ast.unparse(node.left).rpartition(".")[2] == "kind":
            found += [text for value in node.comparators for text in texts(value)]
        elif isinstance(node, ast.Call):
            found += [text for word in node.keywords if word.arg == "kind" for text in texts(word.value)]
            if ast.unparse(node.func).endswith((".kind.in_", ".kind.not_in", "NewJob")):
                found += [text for value in node.args for text in texts(value)]
    return [text for text in found if text in words]


@each(compared_files())
def test_no_module_names_a_kind_of_job_by_a_bare_text(path: Path) -> None:
    assert bare_kinds(path.read_text(encoding="utf-8")) == [], path


@pytest.mark.parametrize(
    "source",
    [
        'Job.kind == "backup"',
        'kind in {"pause"}',
        'NewJob(kind="restore")',
        'NewJob("pause")',
        'Job.kind.in_(["resume"])',
    ],
)
def test_a_bare_kind_is_seen(source: str) -> None:
    assert bare_kinds(source)


@pytest.mark.parametrize(
    "source",
    [
        'item.state == "paused"',
        'if state in {"paused", "suspended"}: pass',
        'Job.state.in_(["queued", "running"])',
        'ITEMS.c.state.not_in(("paused",))',
        'row["state"] != "protecting"',
        'state_of(live) == "suspended"',
        'update(Vault).values(state="ready")',
        'touch(session, **{"state": "deleting"})',
        'end(state="expired" if is_late else "withdrawn")',
    ],
)
def test_a_bare_state_is_seen(source: str) -> None:
    assert bare_states(source)


@pytest.mark.parametrize("source", ["item.state == ItemState.PAUSED", "state in STOPPED", 'mode == "ready"'])
def test_a_member_is_no_bare_state(source: str) -> None:
    assert not bare_states(source)


@pytest.mark.parametrize(
    ("shown", "members"),
    [
        (get_args(VaultRead.model_fields["state"].annotation), VaultState),
        (get_args(PolicyRead.model_fields["state"].annotation), PolicyState),
        (get_args(ItemRead.model_fields["state"].annotation), ItemState),
        (get_args(ApprovalRead.model_fields["state"].annotation), ApprovalState),
    ],
)
def test_the_api_lists_the_states(shown: tuple[str, ...], members: type[StrEnum]) -> None:
    assert shown == tuple(state.value for state in members)


def test_what_never_reached_azure_are_states_of_attempts() -> None:
    assert set(AttemptState) > lifecycle.NEVER_REACHED_AZURE
