"""A Python client generated from openapi/openapi.json: nothing is left out, and it understands what the API answers."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

from tests.world import DISKS, World

ROOT = Path(__file__).resolve().parents[2]
GENERATOR = ROOT / ".venv" / "generator"
DOCUMENT = ROOT / "openapi" / "openapi.json"
READS_RESTORE = """
import json, sys, httpx
from client import Client
from client.api.restores import get_restore
answer = httpx.Response(int(sys.argv[1]), json=json.load(sys.stdin))
parsed = get_restore._build_response(client=Client(base_url="http://x"), response=answer).parsed
print(type(parsed).__name__, parsed.id, json.dumps(parsed.to_dict()["recovery_point"]))
"""


def run_beside(folder: Path, *arguments: str, said: str = "") -> str:
    """Run Python with the generator's own packages in front; returns all that it printed."""
    own = str(Path(sys.executable).parent)  # the generator has ruff put its output in order
    paths = {"PYTHONPATH": f"{GENERATOR}{os.pathsep}{folder}", "PATH": f"{own}{os.pathsep}{os.environ['PATH']}"}
    finished = subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, **paths},
        cwd=folder,
        input=said,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=120,
    )
    assert finished.returncode == 0, finished.stdout
    return finished.stdout


def generate(folder: Path) -> str:
    """Generate into `folder`/client; returns what the generator said."""
    assert GENERATOR.is_dir(), "requirements-client.lock is not installed: run `make setup`"
    asked = ("--path", str(DOCUMENT), "--config", str(ROOT / "openapi" / "client.yaml"), "--meta", "none")
    return run_beside(
        folder, "-m", "openapi_python_client", "generate", *asked, "--output-path", str(folder / "client")
    )


ITS_OWN = re.compile(r'^client/client\.py:\d+: error: Argument 1 to "__a?exit__"')
"""The generator's template passes on the arguments of a context manager as `object`; no document changes that."""


def type_errors(folder: Path) -> list[str]:
    """What mypy --strict finds in the models and calls of `folder`/client."""
    strictly = ("--strict", "--config-file", os.devnull, "--no-incremental")
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", *strictly, "client"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert re.search(r"\(checked [1-9]\d\d source files\)|no issues found in [1-9]\d\d ", checked.stdout), checked
    return [line for line in checked.stdout.splitlines() if ": error: " in line and not ITS_OWN.match(line)]


def plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


async def test_every_schema_is_a_class_and_a_restore_is_read_as_one(world: World, tmp_path: Path) -> None:
    said = generate(tmp_path)
    assert re.fullmatch(r"Generating \S+\n", said), said  # a warning would name what is left out

    document = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    sources = [path.read_text(encoding="utf-8") for path in (tmp_path / "client" / "models").glob("*.py")]
    classes = [node.name for text in sources for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ClassDef)]
    made = {plain(name) for name in classes}
    wanted = {plain(schema.get("title", name)): name for name, schema in document["components"]["schemas"].items()}
    assert len(wanted) == len(document["components"]["schemas"]) > 50
    assert {name for title, name in wanted.items() if title not in made} == set()
    operations = {one["operationId"] for path in document["paths"].values() for one in path.values()}
    assert {path.stem for path in (tmp_path / "client" / "api").glob("*/[!_]*.py")} == operations
    assert type_errors(tmp_path) == []

    item = await world.item()
    await world.back_up(item)
    (point,) = await world.points(item)
    body = {"protected_item_id": item["id"], "recovery_point": {"id": point["id"]}, "target": DISKS}
    job = await world.done("/v1/restores", body)
    answer = await world.api.get(job["resource"])
    read = run_beside(tmp_path, "-c", READS_RESTORE, str(answer.status_code), said=answer.text)
    kind, restore_id, chosen = read.split(maxsplit=2)
    assert (kind, restore_id) == ("RestoreRead", answer.json()["id"])
    assert json.loads(chosen)["id"] == point["id"]
