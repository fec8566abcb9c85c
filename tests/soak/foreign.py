"""The walk through every member of Azure's bodies, to its end: what `make test` takes a sample of."""

import asyncio
import os
import sys
import time

from tests.bench.report import Figure

WALK = "tests/vaults/test_foreign_bodies.py"


async def every_foreign_body() -> list[Figure]:
    """In a pytest of its own: its tests have a world each, on databases that pytest makes."""
    began = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        WALK,
        env=os.environ | {"HOLDFAST_TEST_WALK": "all"},
    )
    failed = await process.wait()
    took = time.monotonic() - began
    return [
        Figure("foreign_took", "Foreign: every member of Azure's bodies, dropped and mangled", took, " s", note=WALK),
        Figure("foreign_failed", "  tests that fail (their words are above)", float(failed != 0), "", (0, False)),
    ]
