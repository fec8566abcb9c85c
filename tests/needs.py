"""Programs that some tests run and a machine may not have, such as node."""

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
NODE_TOOLS = ROOT / ".venv" / "node" / "node_modules" / ".bin"
"""Where `make setup` puts what openapi/package.json names, where there is npm."""


def needed(program: str, path: Path | None = None) -> str:
    """Where the program is. Without it the test is skipped by its name; under CI=true it fails."""
    found = str(path) if path is not None and path.exists() else shutil.which(program) if path is None else None
    if found is None:
        missing = f"{program} is not on this machine"
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(f"{missing}, and under CI=true that is a failure: .ci/run installs it")
        pytest.skip(missing)
    return found
