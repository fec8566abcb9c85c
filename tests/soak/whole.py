"""Tests whose walks are short in `make test` or left out of it, each to its end."""

import asyncio
import os
import sys
from pathlib import Path

from tests.bench.report import Figure
from tests.remembered_steps import EVERY_STEP
from tests.whole import WHOLE

ROOT = Path(__file__).resolve().parents[2]
WALKS = (
    "tests/stories/test_schemathesis.py",
    "tests/jobs/test_failpoints.py",
    "tests/bench/test_bench.py",
    "tests/soak/test_short.py",
    "tests/stories/test_wrong_clocks.py",
    "tests/stories/test_frozen_worker.py",
    "tests/stories/test_failover.py",
    "tests/stories/test_canary.py",
    "tests/stories/test_demo.py",
    "tests/approvals/test_sequences.py",
)


async def every_walk_to_its_end() -> list[Figure]:
    """How many of them fail."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *WALKS]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env={**os.environ, WHOLE: "1", EVERY_STEP: "1"})
    failed = await process.wait()
    return [Figure("whole_failed", f"walks of {len(WALKS)} files of tests that end badly", failed, "", (0, False))]
