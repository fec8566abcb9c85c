"""The rules of the house, enforced: who may import whom, who may speak which vendor's words, how big a thing may grow.

Each rule's message says why it exists. docs/architecture.md draws the house.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.each import each
from tests.folder_order import APP, ORDER, ROOT, ROOTS

FEATURES = ("vaults", "policies", "protection", "backups", "restores", "tear_down", "azure_alerts", "azure_policy")
WITHOUT_WORK = ("tenants", "approvals", "estate", "reports", "cost", "webhooks", "alerts")
"""Features that ask nothing of Azure that would be a job: they are done with the answer."""
FEATURE_FILES = {"__init__", "router", "schemas", "models", "service", "errors", "rules", "work", "records"}
MORE_FILES = {
    # Tags: what Azure takes, and what others add. Which changes of a vault weaken it, or cannot be undone.
    # What the jobs of vaults bring, by type.
    "vaults": {"azure_reads", "blockers", "delete_work", "results", "tags", "sensitive_changes"},
    # What may be changed of an item, decided twice: when it is asked, and before it is sent. Reading items.
    # What Azure is asked while a caller waits; what a change would do: one look for every door, asked for, or shown.
    # And what a sweep saw of items and policies without being asked.
    "protection": {"changes", "items", "optional_reads", "policy_fit", "change_dry_run", "diff_schemas", "observed"},
    # What a policy will do, what to say of it, what a change of it means, which zone was meant: beside "is it valid".
    # And what our rows say against a change.
    "policies": {"preview", "advice", "changes", "preview_schemas", "zones", "usage_checks", "write_requests"},
    # Where a restore may go; what is looked up before one is accepted (the verdicts are in the room `checks`); what
    # one left behind; and mounting files, which has a life of its own: its work, and its sessions.
    "restores": {"targets", "target_bodies", "preflight", "results", "mount_work", "sessions", "inventories"},
    # What Azure shows of what a restore made; and which deletion comes next.
    "tear_down": {"plans", "reading", "steps", "values"},
    # Reading Azure for all tenants together: the loop, one look at Azure, and what each tenant gets of it. The SQL of a
    # machine's state; and what changed outside: what is a weakening, and what is kept of it.
    "estate": {"reading", "looking", "views", "queries", "drift_rules", "drift_records", "drift_subjects"},
    # The formula, piece by piece; the estimates that are made with it, of VMs as our rows have them; and what the dry
    # runs of others show.
    "cost": {"amounts", "points", "sizes", "forecast", "estimates", "subjects", "effects"},
    # The tokens of receivers and what a call brings; what an alert says about which vault.
    "azure_alerts": {"receiving", "payloads"},
    # Reading Azure for a caller that waits, and what of it the tenant may see; what a definition leaves out, and who
    # fights the rule; which vault and policy the rule names.
    "azure_policy": {"weakening", "weighing", "reading", "answers", "findings", "targets"},
    # Ending what waits for a word it will not get: a loop of its own.
    "approvals": {"expire"},
    # Sending events again; which URLs may be called, and the call itself; the signature; which events are wanted.
    "webhooks": {
        "replays",
        "targets",
        "outgoing",
        "lookups",
        "shares",
        "signing",
        "matching",
        "reencrypting",
        "document",
    },
    # The report of a day, written or made now; what it is made of; the page of a link, made once for all who open it;
    # and the loop that writes reports.
    "reports": {"daily", "reads", "shared_pages", "writing"},
    # From events to findings; and what a tenant has set of rules.
    "alerts": {"kinds", "findings", "event_rules", "job_rules", "tamper_rules", "rule_rows"},
}
"""What one feature has beside the files that all of them have."""
PURE_FILES = {
    "estate/tamper/radius.py",
    "azure/item_states.py",
    "jobs/lifecycle.py",
    "jobs/scheduling.py",
    "jobs/sweep/matching.py",
    "jobs/sweep/next_sweep.py",
    "jobs/sweep/settlement.py",
    "budgets/rules.py",
    "policies/preview.py",
    "policies/advice.py",
    "policies/changes.py",
    "protection/changes.py",
    "protection/policy_fit.py",
    "vaults/sensitive_changes.py",
    "identity/access/effects.py",
    "restores/targets.py",
    "restores/results.py",
    "restores/checks/verdicts.py",
    "azure/check_values.py",
    "azure/facts/actions.py",
    "azure/grants.py",
}
"""Beside the rules of features, and beside whatever says of itself that it is pure."""

FASTAPI_PLACES = {
    "jobs/api/services.py",
    "jobs/api/writes.py",
    "events/conditional_reads.py",
    "events/open_streams.py",
    "core/http/conventions.py",
    "core/http/strict_json.py",
    "core/http/list_parameters.py",
    "core/http/problems.py",
    "main.py",
    "openapi.py",
    "docs.py",
}
MAX_MODULES = 15
LARGE_FOLDERS = {
    "azure/sdk": "the adapter of the vendor: one module for each noun of Azure and its translation, behind one port",
    "simulator": "a process of its own that grows with the nouns of Azure; nothing of the rest reads it",
}
"""Folders that may have more modules, and why. All others are split into rooms."""
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 40


def files(folder: Path = APP) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py"))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def relative(path: Path) -> str:
    return path.relative_to(APP).as_posix()


def folder_of(path: Path) -> str:
    return path.relative_to(APP).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    """Every module a file imports, also late and for types only; `from app.x import y` also as app.x.y."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{relative(path)}: imports are absolute, so that a reader sees the folder"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def app_folders_imported(path: Path) -> set[str]:
    return {name.split(".")[1] for name in imports(path) if name.startswith("app.")}


def vendor_words(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imports(path)}


ROOMS = sorted({path.parent for path in files()})
EVERY_FILE = files()


@each(EVERY_FILE)
def test_imports_point_to_the_left(path: Path) -> None:
    mine = folder_of(path)
    for other in app_folders_imported(path) - {mine}:
        if mine == "simulator":
            pytest.fail(
                f"{relative(path)} imports app.{other}: the simulator must not share our assumptions about Azure"
            )
        assert other != "simulator", f"{relative(path)} imports the simulator: it is a process, spoken to over HTTP"
        if mine in ROOTS:
            continue
        assert other not in ROOTS, f"{relative(path)} imports app.{other}: only entry points stand above the wiring"
        assert ORDER.index(other) < ORDER.index(mine), (
            f"{relative(path)} imports app.{other}, to its right: two features that need each other are one"
        )


@each(EVERY_FILE)
def test_vendor_words_stay_behind_their_walls(path: Path) -> None:
    where, words = relative(path), vendor_words(path)
    in_simulator = where.startswith("simulator/")
    if "fastapi" in words or ("starlette" in words and not in_simulator):
        is_place = where.endswith("/router.py") or where in FASTAPI_PLACES or where.startswith("identity/")
        assert is_place, f"{where} imports the web framework: HTTP ends at the router"
    if "azure" in words:
        assert where.startswith("azure/sdk/"), f"{where} imports the Azure SDK: only azure/sdk speaks its words"
    if "sqlalchemy" in words:
        assert path.stem not in {"router", "rules", "schemas"}, f"{where}: {path.stem} never speaks SQL"
        assert not where.startswith("azure/"), f"{where}: the port knows nothing of our tables"


@each(EVERY_FILE)
def test_the_sdk_is_reached_through_wiring_only(path: Path) -> None:
    if any(name.startswith("app.azure.sdk") for name in imports(path)):
        where = relative(path)
        assert where == "wiring.py" or where.startswith("azure/sdk/"), f"{where} goes around the port"


@each(EVERY_FILE)
def test_rules_are_pure(path: Path) -> None:
    says_so = "Pure." in (ast.get_docstring(tree(path)) or "")
    if path.stem != "rules" and relative(path) not in PURE_FILES and not says_so:
        return
    where = relative(path)
    assert not vendor_words(path) & {"sqlalchemy", "fastapi", "httpx", "asyncio", "pydantic"}, f"{where} acts"
    for node in ast.walk(tree(path)):
        assert not isinstance(node, ast.AsyncFunctionDef | ast.Await), f"{where}: a pure rule waits for nothing"
        if isinstance(node, ast.Attribute):
            assert node.attr not in {"now", "utcnow", "today"}, f"{where} reads a clock: the time is an argument"


def ports() -> set[str]:
    rooms = ("monitor", "governance", "compute")
    modules = (APP / "azure/ports.py", *(APP / f"azure/{room}/ports.py" for room in rooms))
    classes = [node for path in modules for node in tree(path).body if isinstance(node, ast.ClassDef)]
    return {node.name for node in classes} - {"AzureProvider"}


def parameter_types(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    annotations = [ast.unparse(argument.annotation) for argument in arguments if argument.annotation]
    return {name for annotation in annotations for name in annotation.replace("[", " ").replace("]", " ").split()}


@each(EVERY_FILE)
def test_a_function_takes_a_session_or_an_azure_port_never_both(path: Path) -> None:
    """Then "no Azure call inside a transaction" can be seen in every `def` line."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            types = parameter_types(node)
            assert not ("AsyncSession" in types and types & ports()), f"{relative(path)}:{node.lineno} {node.name}"


@each(EVERY_FILE)
def test_no_azure_call_is_made_inside_a_transaction(path: Path) -> None:
    """Inside `async with ....begin()` nothing of a port is awaited: a connection is never held while Azure thinks."""
    for block in ast.walk(tree(path)):
        if not isinstance(block, ast.AsyncWith) or not any(".begin()" in ast.unparse(i) for i in block.items):
            continue
        for node in ast.walk(block):
            if isinstance(node, ast.Await):
                call = ast.unparse(node.value)
                speaks = any(call.startswith(start) for start in ("azure.", "self._azure", "service.check_name_free"))
                assert not speaks, f"{relative(path)}:{node.lineno} awaits {call[:40]} while a transaction is open"


def test_services_and_works_never_commit() -> None:
    for path in files():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Attribute) and node.attr == "commit":
                pytest.fail(f"{relative(path)}:{node.lineno} commits: the block that began the transaction ends it")


@each(EVERY_FILE)
def test_no_assert_stands_for_a_type(path: Path) -> None:
    """`python -O` leaves asserts out, and their error says nothing. Use a type, or raise an error that does."""
    found = [node.lineno for node in ast.walk(tree(path)) if isinstance(node, ast.Assert)]
    assert not found, f"{relative(path)}:{found}"


def test_every_feature_has_the_same_files() -> None:
    for feature in (*FEATURES, *WITHOUT_WORK):
        names = {path.stem for path in (APP / feature).glob("*.py")}
        known = FEATURE_FILES | MORE_FILES.get(feature, set())
        assert names <= known, f"{feature}: {sorted(names - known)} is not a file a feature has"
        needed = {"__init__", "router", "service", "errors", "rules", "work", "schemas"}
        assert needed - ({"work"} if feature in WITHOUT_WORK else set()) <= names, feature
        assert ast.get_docstring(tree(APP / feature / "__init__.py")), f"{feature}: open each folder with its story"


def test_a_folder_has_at_most_fifteen_modules() -> None:
    """What changes for different reasons is found apart; a folder is read as one list in its `__init__`."""
    counted = {relative(room): len(list(room.glob("*.py"))) - 1 for room in ROOMS}
    for folder, modules in counted.items():
        assert modules <= MAX_MODULES or folder in LARGE_FOLDERS, (
            f"{folder} has {modules} modules: move those that change together into a room"
        )
    for folder in LARGE_FOLDERS:
        assert counted[folder] > MAX_MODULES, f"{folder} is small enough: it needs no exemption"


ROOM_ORDER = {
    "reference": ["words"],
    "core": ["db", "events", "http"],
    "identity": ["tokens", "access"],
    "azure": ["facts", "graph", "monitor", "governance", "compute", "sdk"],
    "jobs": ["approval", "queue", "requests", "sweep", "hints", "api", "loops"],
    "protection": ["health"],
    "estate": ["tamper"],
    "restores": ["checks", "defaults"],
    "reports": ["day", "page"],
    "alerts": ["mail", "intake"],
    "cost": ["prices", "months"],
    "webhooks": ["sending"],
    "restore_tests": ["runs", "quarter"],
    "protection_rules": ["enforcing"],
    "dev": ["sample"],
}
"""The rooms of each folder: a room may import the rooms to its left."""
UPPER_ROOMS = {"jobs": {"requests", "sweep", "hints", "api", "loops"}, "identity": {"tokens", "access"}}
"""Rooms that stand on the modules of their folder: these modules import none of them."""


def rooms_imported(path: Path, folder: str) -> set[str]:
    parts = (name.split(".") for name in imports(path) if name.startswith(f"app.{folder}."))
    return {part[2] for part in parts} & set(ROOM_ORDER[folder])


@each(ROOM_ORDER)
def test_the_rooms_of_a_folder_import_each_other_in_one_direction(folder: str) -> None:
    order = ROOM_ORDER[folder]
    assert {path.parent.name for path in (APP / folder).glob("*/__init__.py")} == set(order)
    for path in files(APP / folder):
        mine = path.parent.name
        for other in rooms_imported(path, folder) - {mine}:
            if path.parent == APP / folder:
                assert other not in UPPER_ROOMS.get(folder, ()), f"{relative(path)} imports the room {other} above it"
            else:
                assert order.index(other) < order.index(mine), f"{relative(path)} imports {other}, to its right"


def test_every_folder_with_rooms_has_an_order_of_them() -> None:
    assert {path.parent.parent.name for path in APP.glob("*/*/__init__.py")} == set(ROOM_ORDER)


ROOM_LINE = re.compile(r"^(?:    )?(?P<name>\w+(?:\.py|/)) {2,}\S", re.MULTILINE)
TEST_ROOMS = sorted({path.parent for path in files(ROOT / "tests") if (path.parent / "__init__.py").is_file()})


def contents(folder: Path) -> set[str]:
    """The modules and the packages of a folder, as a map writes them: `work.py`, `sdk/`."""
    modules = {path.name for path in folder.glob("*.py")} - {"__init__.py"}
    return modules | {f"{path.parent.name}/" for path in folder.glob("*/__init__.py")}


@each(ROOMS)
def test_each_folder_opens_with_its_story_and_names_its_modules(folder: Path) -> None:
    """One line each, `name.py   what it is`, in the `__init__`: the folder's first file lists all of it."""
    story = ast.get_docstring(tree(folder / "__init__.py"), clean=False) or ""
    named = [match["name"] for match in ROOM_LINE.finditer(story)]
    assert len(ROOM_LINE.split(story)[0]) > 60, f"{folder.name}: say what this folder is before you list it"
    assert len(named) == len(set(named)), f"{folder.name}: a module is named twice"
    missing, dead = contents(folder) - set(named), set(named) - contents(folder)
    assert not missing, f"{folder}/__init__.py does not name {sorted(missing)}: one line each"
    assert not dead, f"{folder}/__init__.py names what is not there: {sorted(dead)}"


@each(TEST_ROOMS)
def test_each_folder_of_tests_says_what_it_proves_and_names_its_helpers(folder: Path) -> None:
    """Helpers stand in the `__init__`; a test module says in its own first line what it shows."""
    story = ast.get_docstring(tree(folder / "__init__.py"), clean=False) or ""
    named = {match["name"] for match in ROOM_LINE.finditer(story)}
    assert len(story) > 40, f"{folder}/__init__.py: say what is proven here"
    helpers = {name for name in contents(folder) if not name.startswith("test_")} - {"conftest.py", "__main__.py"}
    if folder != ROOT / "tests":
        assert helpers <= named, f"{folder}/__init__.py does not name {sorted(helpers - named)}"
    assert named <= contents(folder), (
        f"{folder}/__init__.py names what is not there: {sorted(named - contents(folder))}"
    )
    for path in folder.glob("test_*.py"):
        assert ast.get_docstring(tree(path)), f"{path}: say in the first line what it shows"


def code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    size = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        size -= (first.end_lineno or first.lineno) - first.lineno + 1
    return size


@each(EVERY_FILE)
def test_files_and_functions_stay_small(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= MAX_FILE_LINES, f"{relative(path)} has {lines} lines: split it along its meaning"
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            size = code_lines(node)
            assert size <= MAX_FUNCTION_LINES, f"{relative(path)}:{node.lineno} {node.name} has {size} lines of code"


MAX_HAND_LAID = 24
HAND_LAID = "# fmt: " + "skip"


def test_only_tables_of_data_are_laid_out_by_hand() -> None:
    """ruff lays out all code. A table whose rows would be torn apart keeps its own layout; there are few."""
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for folder in ("app", "tests", "migrations")
        for path in files(ROOT / folder)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if HAND_LAID in line
    ]
    assert len(found) <= MAX_HAND_LAID, f"{len(found)} statements are laid out by hand: {found}"


def test_a_function_takes_no_parameter_only_to_delete_it() -> None:
    """What a signature demands and a function does not read begins with `_`."""
    for path in files():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                first = [each for each in node.body[:2] if isinstance(each, ast.Delete)]
                names = {target.id for each in first for target in each.targets if isinstance(target, ast.Name)}
                given = {argument.arg for argument in ast.walk(node.args) if isinstance(argument, ast.arg)}
                allowed = node.name == "send_400_response"  # uvicorn's name of the parameter
                assert allowed or not names & given, f"{relative(path)}:{node.lineno} deletes {sorted(names & given)}"


NO_NAMES = {"utils", "util", "helpers", "helper", "manager", "base", "common", "misc"}


@each(EVERY_FILE)
def test_names_say_what_a_thing_is(path: Path) -> None:
    assert not NO_NAMES & {path.stem, path.parent.name}, f"{relative(path)} says nothing"
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ClassDef):
            ends = ("Utils", "Helper", "Manager")
            assert not node.name.endswith(ends), f"{relative(path)}: {node.name} says nothing"


def test_importing_the_port_does_not_import_the_sdk() -> None:
    """The API must be ready in seconds: the SDK costs about one of them, and is built when nobody waits."""
    code = "import sys, app.main, app.wiring; print([m for m in sys.modules if m.split('.')[0] == 'azure'])"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert printed.stdout.strip() == "[]"
