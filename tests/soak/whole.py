"""Tests whose walks are short in `make test` or left out of it, each to its end."""

import asyncio
import os
import sys
from pathlib import Path

from tests.bench.report import Figure
from tests.remembered_steps import EVERY_STEP
from tests.whole import WHOLE

ROOT = Path(__file__).resolve().parents[2]
WALKS = tuple(
    str(path.relative_to(ROOT))
    for path in sorted((ROOT / "tests").rglob("test_*.py"))
    if "from tests.whole import" in path.read_text(encoding="utf-8")
)
"""The files that do less in `make test`."""


async def every_walk_to_its_end() -> list[Figure]:
    """How many of them fail."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-n", "2", *WALKS]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env={**os.environ, WHOLE: "1", EVERY_STEP: "1"})
    failed = await process.wait()
    return [Figure("whole_failed", f"walks of {len(WALKS)} files of tests that end badly", failed, "", (0, False))]
