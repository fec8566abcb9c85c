"""Makes the clients anew from openapi/openapi.json: `make clients`."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from clients.resources import write_resources
from clients.slim_models import slim
from clients.stamp import PYTHON, ROOT, TYPESCRIPT, write

GENERATOR = ROOT / ".venv" / "generator"
DOCUMENT = ROOT / "openapi" / "openapi.json"
RUFF = ("-m", "ruff")
IN_ORDER = ("--isolated", "--no-cache", "--line-length", "120", "--target-version", "py311", "--quiet")


class GeneratorComplains(Exception):
    """A generator left something out, or warned; the message is what it printed."""


def make_python(folder: Path) -> None:
    """The generated package, in `folder`. Raises GeneratorComplains."""
    if not GENERATOR.is_dir():
        raise GeneratorComplains("requirements-client.lock is not installed: run `make setup`")
    templates = ROOT / "clients" / "python" / "templates"
    asked = ("--path", str(DOCUMENT), "--config", str(templates / "config.yaml"), "--meta", "none", "--overwrite")
    ours = ("--custom-template-path", str(templates))
    printed = _run(
        [sys.executable, "-m", "openapi_python_client", "generate", *asked, *ours, "--output-path", str(folder)],
        {"PYTHONPATH": str(GENERATOR)},
    )
    if printed.strip() != f"Generating {folder}":
        raise GeneratorComplains(printed)
    for left in ("client.py", "errors.py"):
        (folder / left).unlink()
    slim(folder / "models")
    write_resources(folder, json.loads(DOCUMENT.read_text(encoding="utf-8")))
    _run(
        [sys.executable, *RUFF, "check", *IN_ORDER, "--select", "F401,I,UP,RET505", "--fix", "--exit-zero", str(folder)]
    )
    _run([sys.executable, *RUFF, "format", *IN_ORDER, str(folder)])


def make_typescript(path: Path) -> None:
    """The types of the API, in the file `path`. Raises GeneratorComplains."""
    if not shutil.which("node"):
        raise GeneratorComplains("Node is missing: without it clients/typescript cannot be made, and would drift.")
    tool = ROOT / "clients" / "typescript" / "node_modules" / ".bin" / "openapi-typescript"
    if not tool.exists():
        raise GeneratorComplains("clients/typescript/node_modules is missing: run `npm ci` there")
    _run([str(tool), str(DOCUMENT), "--output", str(path), "--immutable=false", "--alphabetize"])


def main() -> int:
    try:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / "generated"
            make_python(folder)
            shutil.rmtree(PYTHON, ignore_errors=True)
            shutil.copytree(folder, PYTHON)
        make_typescript(TYPESCRIPT)
    except GeneratorComplains as error:
        print(error, file=sys.stderr)  # noqa: T201 - a command
        return 1
    write()
    return 0


def _run(command: list[str], more: dict[str, str] | None = None) -> str:
    finished = subprocess.run(  # noqa: S603 - our own generators
        command,
        env={**os.environ, **(more or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if finished.returncode:
        raise GeneratorComplains(finished.stdout)
    return finished.stdout


if __name__ == "__main__":
    sys.exit(main())
