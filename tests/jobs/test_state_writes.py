"""The state of a job is written in one module: transitions.py asks the table, and no other module sets the column."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.each import each
from tests.folder_order import APP

THE_ONE = APP / "jobs/transitions.py"
WRITES = {"update", "insert", "pg_insert", "claim", "lease_of", "hold", "renew"}
"""What begins a statement that writes the table in its first argument."""
OF_JOBS = {"Job", "JOBS", "Job.__table__"}
FLAGS = re.DOTALL | re.IGNORECASE
RAW = re.compile(
    r"UPDATE\s+jobs\b.*?\bSET\b(?P<changes>.*?)(?:\n\s*FROM\b|\n\s*WHERE\b|\bRETURNING\b|$)", re.DOTALL | re.IGNORECASE
)
RAW_INSERT = re.compile(r"INSERT\s+INTO\s+jobs\s*\((?P<columns>[^)]*)\)", FLAGS)
SET = re.compile(r"(?<![\w.])state\s*=", FLAGS)

DEEPEST = 8
"""How many variables and functions a change may go through before it is written."""


class Writes(ast.NodeVisitor):
    """The lines on which a module sets the column."""

    def __init__(self, tree: ast.Module) -> None:
        self.lines: set[int] = set()
        self._module = tree
        self._functions = {one.name: one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)}
        self._scopes: list[ast.AST] = [tree]
        self._docstrings = {id(one.value) for one in ast.walk(tree) if isinstance(one, ast.Expr)}
        self.visit(tree)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._scopes.append(node)
        self.generic_visit(node)
        self._scopes.pop()

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815 - ast's name

    def visit_Call(self, node: ast.Call) -> None:
        said = [*node.args, *(one.value for one in node.keywords)]
        named = {one.arg for one in node.keywords}
        begins = ast.unparse(node.func).rpartition(".")[2] in WRITES and node.args
        if ast.unparse(node.func) == "Job" or (begins and ast.unparse(node.args[0]) in OF_JOBS):
            self._check(node, said, named)
        if isinstance(node.func, ast.Attribute) and node.func.attr in {
            "values",
            "from_select",
            "on_conflict_do_update",
        }:
            start = node.func.value
            while isinstance(start, ast.Call) and isinstance(start.func, ast.Attribute):
                start = start.func.value
            if isinstance(start, ast.Call) and start.args and ast.unparse(start.args[0]) in OF_JOBS:
                self._check(node, said, named)
        if ast.unparse(node.func) in {"store.record", "record"}:
            self._check(node, [one.value for one in node.keywords if one.arg == "values"], set())
        self.generic_visit(node)

    def visit_Dict(self, node: ast.Dict) -> None:
        """Wherever it goes: a state that is chosen here and put under the column's name."""
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and key.value == "state" and re.search(r"\bState\.", _chosen(value)):
                self.lines.add(node.lineno)
        self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        for target in node.targets:
            if isinstance(target, ast.Attribute) and ast.unparse(target) in {"job.state", "row.state", "made.state"}:
                self.lines.add(node.lineno)
        self.generic_visit(node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        parts = [part.value if isinstance(part, ast.Constant) else " {} " for part in node.values]
        self._check_sql(node, "".join(str(part) for part in parts))
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str) and id(node) not in self._docstrings:
            self._check_sql(node, node.value)

    def _check_sql(self, node: ast.expr, words: str) -> None:
        changes = [found["changes"] for found in RAW.finditer(words)]
        columns = [found["columns"].replace(",", " ").split() for found in RAW_INSERT.finditer(words)]
        if any(SET.search(one) for one in changes) or any("state" in one for one in columns):
            self.lines.add(node.lineno)

    def _check(self, node: ast.Call, said: list[ast.expr], named: set[str | None]) -> None:
        if "state" in named or any("state" in self._keys(one, 0) for one in said):
            self.lines.add(node.lineno)

    def _keys(self, node: ast.expr, depth: int) -> Iterator[object]:
        """The columns that an expression names: also by way of variables and functions of this module."""
        match node:
            case ast.Dict(keys=keys):
                yield from ("state" if ast.unparse(key) == "Job.state" else _constant(key) for key in keys if key)
            case ast.List(elts=elements) | ast.Tuple(elts=elements):
                yield from map(_constant, elements)
            case ast.Call(func=ast.Name(id="dict"), keywords=keywords):
                yield from (one.arg for one in keywords)
            case _:
                pass
        if depth < DEEPEST:
            for one in self._parts(node):
                yield from self._keys(one, depth + 1)

    def _parts(self, node: ast.expr) -> Iterator[ast.expr]:
        match node:
            case ast.Dict(keys=keys, values=values):
                yield from (value for key, value in zip(keys, values, strict=True) if key is None)
            case ast.BinOp(left=left, right=right):
                yield from (left, right)
            case ast.IfExp(body=body, orelse=orelse):
                yield from (body, orelse)
            case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Call(func=ast.Name(id="dict"), args=elements):
                yield from elements
            case ast.ListComp(elt=element):
                yield element
            case ast.Call(func=ast.Name(id=name)) if name in self._functions:
                returns = [one for one in ast.walk(self._functions[name]) if isinstance(one, ast.Return)]
                yield from (one.value for one in returns if one.value is not None)
            case ast.Name(id=name):
                yield from self._assigned(name)
            case _:
                pass

    def _assigned(self, name: str) -> Iterator[ast.expr]:
        for node in ast.walk(self._scopes[-1]):
            match node:
                case ast.Assign(targets=[ast.Name(id=given)], value=value) if given == name:
                    yield value
                case ast.AnnAssign(target=ast.Name(id=given), value=ast.expr() as value) if given == name:
                    yield value
                case ast.AugAssign(target=ast.Name(id=given), value=value) if given == name:
                    yield value
                case _:
                    pass


def _constant(node: ast.expr) -> object:
    return node.value if isinstance(node, ast.Constant) else None


def _chosen(value: ast.expr) -> str:
    """What may be put there, without the condition it depends on."""
    return f"{_chosen(value.body)} {_chosen(value.orelse)}" if isinstance(value, ast.IfExp) else ast.unparse(value)


def written_in(source: str) -> set[int]:
    return Writes(ast.parse(source)).lines


@each(sorted(APP.rglob("*.py")))
def test_no_other_module_writes_the_state_of_a_job(path: Path) -> None:
    lines = written_in(path.read_text(encoding="utf-8"))
    if path == THE_ONE:
        assert lines, "the one module that does is found by what this test looks for"
    else:
        assert not lines, f"{path.name}, line {sorted(lines)}: take the change from app/jobs/transitions.py"


@pytest.mark.parametrize(
    "source",
    [
        'update(Job).where(Job.id == id).values(state="failed", updated_at=NOW).returning(Job.id)',
        'update(Job).values({"state": state} | more)',
        'def write():\n    changes = {"due_at": NOW}\n    changes |= {"state": state}\n    update(Job).values(changes)',
        'def row():\n    return {"id": 1, "state": state}\npg_insert(Job).values([row() for one in many])',
        'lease_of(Job, Job.id, due, lease=_LEASE, values={"state": state, "updated_at": NOW})',
        "pg_insert(JOBS).from_select(['id', 'state'], select(asked))",
        "update(Job).values({Job.state: state})",
        'columns = {"kind": kind, "state": State.QUEUED if now else State.AWAITING_APPROVAL}',
        'store.record(session, ticket, seen, values={"state": state})',
        "job.state = state",
        'Job(id=id, state="queued")',
        'text("WITH seen AS (SELECT 1)\\nUPDATE jobs SET\\n  state = seen.state\\nFROM seen")',
        'text(f"UPDATE jobs SET azure_status = {a}, state = {b}\\nWHERE id = 1")',
        'text("INSERT INTO jobs (id, tenant, state) VALUES (1, 2, 3)")',
    ],
)
def test_each_way_to_write_it_is_seen(source: str) -> None:
    assert written_in(source)


@pytest.mark.parametrize(
    "source",
    [
        'update(Job).values(cancel=func.jsonb_build_object("state", "done"), updated_at=NOW)',
        'update(Job).values(cancel=literal({"state": "sent"}, JSONB))',
        'update(Attempt).values(state="retired", closed_at=NOW)',
        'text("UPDATE jobs SET key = NULL FROM old\\nWHERE jobs.state = ANY(:ended)")',
        "update(Job).where(Job.state == State.QUEUED).values(due_at=NOW)",
    ],
)
def test_what_reads_it_or_writes_another_state_is_let_be(source: str) -> None:
    assert not written_in(source)
