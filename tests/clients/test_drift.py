"""The committed clients are those of the document, and are made as the house wants it."""

import ast
import json
from pathlib import Path

import pytest

from clients import generate, stamp
from holdfast_client.version import VERSION as CLIENT
from tests.whole import only_whole

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "clients" / "python" / "holdfast_client"
HAND_WRITTEN = [path for path in PACKAGE.rglob("*.py") if "generated" not in path.parts]


def test_the_clients_are_made_from_this_document() -> None:
    assert stamp.present() == stamp.written(), "the clients have drifted: run `make clients` and commit them"


def test_every_operation_is_a_method_of_both_clients() -> None:
    document = json.loads((ROOT / "openapi" / "openapi.json").read_text(encoding="utf-8"))
    operations = {one["operationId"] for path in document["paths"].values() for one in path.values()}
    assert {path.stem for path in (PACKAGE / "generated" / "api").glob("*/[!_]*.py")} == operations
    for name in ("sync_api.py", "async_api.py"):
        text = (PACKAGE / "generated" / name).read_text(encoding="utf-8")
        assert {one for one in operations if f"{one}.{one}(" not in text} == set()


def test_every_schema_is_a_class() -> None:
    document = json.loads((ROOT / "openapi" / "openapi.json").read_text(encoding="utf-8"))
    models = (PACKAGE / "generated" / "models" / "__init__.py").read_text(encoding="utf-8")
    texts = [node.value for node in ast.walk(ast.parse(models)) if isinstance(node, ast.Constant)]
    made = {text.lower() for text in texts if isinstance(text, str)}
    wanted = {name.replace("_", "").lower() for name in document["components"]["schemas"]}
    assert len(wanted) > 200
    assert wanted - made == set()


def test_the_versions_agree() -> None:
    document = json.loads((ROOT / "openapi" / "openapi.json").read_text(encoding="utf-8"))
    package = json.loads((ROOT / "clients" / "typescript" / "package.json").read_text(encoding="utf-8"))
    project = (ROOT / "clients" / "python" / "pyproject.toml").read_text(encoding="utf-8")
    assert CLIENT == document["info"]["version"] == package["version"]
    assert f'version = "{CLIENT}"' in project


@pytest.mark.parametrize("path", HAND_WRITTEN, ids=lambda path: path.stem)
def test_what_is_written_by_hand_keeps_the_size_of_the_house_and_imports_no_server(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 400
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 40, node.name
        if isinstance(node, ast.Import | ast.ImportFrom):
            named = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            assert {name.split(".")[0] for name in named}.isdisjoint({"app", "tests", "attrs", "pydantic"})
    folder = path.parent
    assert f"{path.name} " in (folder / "__init__.py").read_text(encoding="utf-8") or path.name == "__init__.py"


def test_no_lock_names_a_registry() -> None:
    lock = json.loads((ROOT / "clients" / "typescript" / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: one for name, one in lock["packages"].items() if name}
    assert len(packages) > 20
    for name, one in packages.items():
        assert one["integrity"].startswith("sha512-"), name
        assert "resolved" not in one, name


@only_whole
def test_made_again_they_are_the_same(tmp_path: Path) -> None:
    generate.make_python(tmp_path / "generated")
    assert stamp.digest(tmp_path / "generated") == stamp.digest(stamp.PYTHON)
    generate.make_typescript(tmp_path / "schema.ts")
    assert (tmp_path / "schema.ts").read_bytes() == stamp.TYPESCRIPT.read_bytes()
