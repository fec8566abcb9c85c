"""What others read the document with: two linters find nothing, and TypeScript has all of it.

Each tool runs once, in its own process, on openapi/openapi.json as committed. Nothing is kept from an earlier run.
The generator of Python clients is in tests/api/test_generated_client.py.
"""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

from tests.needs import NODE_TOOLS, ROOT, needed

FOLDER = ROOT / "openapi"
DOCUMENT = FOLDER / "openapi.json"


def run(tool: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The tool's own answer; its exit code is judged by the test."""
    node = needed("node")
    quiet = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "NO_COLOR": "1"}
    return subprocess.run(
        [node, needed(tool, NODE_TOOLS / tool), *arguments],
        env={**os.environ, **quiet},
        cwd=FOLDER,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def schemas() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(DOCUMENT.read_text(encoding="utf-8"))["components"]["schemas"]
    return found


def linted_by_redocly(document: Path) -> dict[str, Any]:
    config = str(FOLDER / "redocly.yaml")
    said = run("redocly", "lint", str(document), "--config", config, "--format", "json", "--max-problems", "50")
    found: dict[str, Any] = json.loads(said.stdout)
    return found


def linted_by_spectral(document: Path) -> list[dict[str, Any]]:
    ruleset = str(FOLDER / "spectral.yaml")
    said = run("spectral", "lint", str(document), "-r", ruleset, "-f", "json", "--fail-severity", "hint", "-q")
    found: list[dict[str, Any]] = json.loads(said.stdout)
    return found


def test_redocly_has_nothing_to_say() -> None:
    found = linted_by_redocly(DOCUMENT)
    assert found["problems"] == []
    assert found["totals"]["errors"] == found["totals"]["warnings"] == 0


def test_spectral_has_nothing_to_say() -> None:
    assert linted_by_spectral(DOCUMENT) == []


def test_typescript_has_every_schema_and_compiles_strictly(tmp_path: Path) -> None:
    made = tmp_path / "schema.ts"
    said = run("openapi-typescript", str(DOCUMENT), "-o", str(made))
    assert said.returncode == 0, said.stderr
    assert not re.search(r"warn|error|⚠", said.stdout + said.stderr, re.IGNORECASE), said.stdout + said.stderr
    declared = set(re.findall(r"^        (\w+): ", made.read_text(encoding="utf-8"), re.MULTILINE))
    assert set(schemas()) <= declared
    asked = ("--strict", "--noEmit", "--lib", "es2022", "--target", "es2022", "--skipDefaultLibCheck")
    compiled = run("tsc", *asked, str(made))
    assert (compiled.returncode, compiled.stdout) == (0, "")
